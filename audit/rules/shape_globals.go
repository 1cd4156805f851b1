package rules

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// The shapes of this file read global-periods.csv: lines that the fee of a procedure of another day
// covers.

// periodRows are the rows of a rule in use.
type periodRows []lineCase

func mustPeriodRows(rule string) periodRows {
	rows, _ := mustLineCases(mustLineRows("global-periods.csv", rule))
	return rows
}

// look is the finding about a line and the period that weighs most on it, if a row is met: for review
// where the procedure is a colleague's.
func (rows periodRows) look(c *audit.Case, l *audit.Line, periods []period) (audit.Finding, bool) {
	p, severity := weightiest(periods, l, audit.Error)
	if severity == 0 {
		return audit.Finding{}, false
	}
	s := seenLine{c: c, l: l, period: p}
	for i := range rows {
		if rows[i].meets(&s) {
			f := rows[i].finding.of(&s)
			f.Severity, f.Related = lower(f.Severity, audit.Providers(l, p.procedure)), []*audit.Line{p.procedure}
			return f, true
		}
	}
	return audit.Finding{}, false
}

// each reports the lines of a day that rows are about.
func (rows periodRows) each(c *audit.Case, day []audit.Line, periods []period, report func(audit.Finding)) {
	for i := range day {
		l := &day[i]
		if l.Context || voided(l) {
			continue
		}
		if f, ok := rows.look(c, l, periods); ok {
			report(f)
		}
	}
}

// visitsInside completes a rule about lines inside a period.
func visitsInside(r *audit.Rule) { r.Check = inPeriods(mustPeriodRows(r.ID).each) }

// decisionsBefore completes a rule about lines on the day a longest period begins, or the day before.
func decisionsBefore(r *audit.Rule) {
	rows := mustPeriodRows(r.ID)
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		for n := range c.NumDays() {
			day := c.Day(n)
			if day[0].Type != claim.Professional {
				continue
			}
			major := begun(c.Catalog, day, nil, longestPeriod)
			if major = begun(c.Catalog, tomorrow(c, n), major, longestPeriod); len(major) > 0 {
				rows.each(c, day, major, report)
			}
		}
	}
}

// proceduresInside completes a rule about procedures inside the period of another: one finding a day,
// about the first that weighs most, which names the others.
func proceduresInside(r *audit.Rule) {
	rows := mustPeriodRows(r.ID)
	r.Check = inPeriods(func(c *audit.Case, day []audit.Line, running []period, report func(audit.Finding)) {
		first := heaviest(c, day, running)
		if first == nil {
			return
		}
		if f, ok := rows.look(c, first, running); ok {
			f.Related = append(f.Related, alongside(c.Catalog, first, day, running)...)
			report(f)
		}
	})
}

// heaviest is the first procedure of the day on which a period weighs most, of those that say nothing
// of an earlier one.
func heaviest(c *audit.Case, day []audit.Line, running []period) (first *audit.Line) {
	var most audit.Severity
	for i := range day {
		l := &day[i]
		if !unmarkedProcedure(c.Catalog, l) {
			continue
		}
		if _, s := weightiest(running, l, audit.Warning); s > most {
			first, most = l, s
		}
	}
	return first
}

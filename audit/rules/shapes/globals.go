package shapes

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// periodRows are the rows of a rule in use.
type periodRows []lineCase

func mustPeriodRows(rule string) periodRows {
	rows, _ := mustLineCases(mustLineRows("global-periods.csv", rule))
	return rows
}

// look is the finding about a line and the period that weighs most on it, if a row is met: for review
// where the procedure is a colleague's.
func (rows periodRows) look(c *audit.Case, l *audit.Line, periods []terms.Period) (audit.Finding, bool) {
	p, severity := terms.Weightiest(periods, l, audit.Error)
	if severity == 0 {
		return audit.Finding{}, false
	}
	s := SeenLine{C: c, L: l, period: p}
	for i := range rows {
		if rows[i].meets(&s) {
			f := rows[i].finding.of(&s)
			f.Severity, f.Related = terms.Lower(f.Severity, terms.Providers(l, p.Procedure)), []*audit.Line{p.Procedure}
			return f, true
		}
	}
	return audit.Finding{}, false
}

// each reports the lines of a day that rows are about.
func (rows periodRows) each(c *audit.Case, day []audit.Line, periods []terms.Period, report func(audit.Finding)) {
	for i := range day {
		l := &day[i]
		if terms.Voided(l) {
			continue
		}
		if f, ok := rows.look(c, l, periods); ok {
			report(f)
		}
	}
}

// VisitsInside completes a rule about lines inside a period.
func VisitsInside(r *audit.Rule) { r.Check = terms.InPeriods(mustPeriodRows(r.ID).each) }

// DecisionsBefore completes a rule about lines on the day a longest period begins, or the day before.
func DecisionsBefore(r *audit.Rule) {
	rows := mustPeriodRows(r.ID)
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		for n := range c.NumDays() {
			day := c.Day(n)
			if day[0].Type != claim.Professional {
				continue
			}
			major := terms.Begun(c.Catalog, day, nil, terms.LongestPeriod)
			if major = terms.Begun(c.Catalog, terms.Tomorrow(c, n), major, terms.LongestPeriod); len(major) > 0 {
				rows.each(c, day, major, report)
			}
		}
	}
}

// ProceduresInside completes a rule about procedures inside the period of another: one finding a day,
// about the first that weighs most, which names the others.
func ProceduresInside(r *audit.Rule) {
	rows := mustPeriodRows(r.ID)
	r.Check = terms.InPeriods(func(c *audit.Case, day []audit.Line, running []terms.Period, report func(audit.Finding)) {
		first := heaviest(c, day, running)
		if first == nil {
			return
		}
		if f, ok := rows.look(c, first, running); ok {
			f.Related = append(f.Related, terms.Alongside(c.Catalog, first, day, running)...)
			report(f)
		}
	})
}

// heaviest is the first procedure of the day on which a period weighs most, of those that say nothing
// of an earlier one.
func heaviest(c *audit.Case, day []audit.Line, running []terms.Period) (first *audit.Line) {
	var most audit.Severity
	for i := range day {
		l := &day[i]
		if !terms.UnmarkedProcedure(c.Catalog, l) {
			continue
		}
		if _, s := terms.Weightiest(running, l, audit.Warning); s > most || s == most && s > 0 && first.Context && !l.Context {
			first, most = l, s
		}
	}
	return first
}

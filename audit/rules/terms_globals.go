package rules

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

var (
	// noPeriod are the modifiers of a line whose fee does not cover the provider's later visits: split
	// care, a return in the period of another, and assistants.
	noPeriod  = mustModifiers("no-global-period")
	splitCare = mustModifiers("split-care")
	// cleared are the modifiers by which a procedure is no part of an earlier one.
	cleared = mustModifiers("later-procedure")
	// longestPeriod is the most days of a global period.
	longestPeriod = mustLimit("longest-global-days")
	// trialLeadCodes are placed for a trial, before what is planned to follow it.
	trialLeadCodes = mustSet("trial-leads")
)

// period is a procedure and the days after it that its fee covers.
type period struct {
	procedure *audit.Line
	days      int
	near      string // by which year's fee schedule, where it is not the procedure's own
}

// periodOf is the period the line begins; false for one that begins none.
func periodOf(cat *catalog.Catalog, l *audit.Line) (period, bool) {
	if !l.Known.Ever().Has(catalog.GlobalPeriod) || l.Type != claim.Professional || voided(l) || l.Mods.Has(noPeriod...) {
		return period{}, false
	}
	days, ok := daysCovered(cat, l)
	if !ok || days == 0 {
		return period{}, false
	}
	return period{l, days, nearFee(cat, l)}, true
}

// daysCovered are the days after the line that its fee covers; false where it has no global period of
// its own, as an add-on.
func daysCovered(cat *catalog.Catalog, l *audit.Line) (int, bool) {
	global := globalDays(cat, l)
	if len(global) != 3 || !isDigits(global) {
		return 0, false
	}
	days, err := strconv.Atoi(global)
	return days, err == nil
}

// voided tells whether the line stands on a claim that takes one back.
func voided(l *audit.Line) bool { return l.Frequency == '8' }

// day is which day of the period it is on that date.
func (p period) day(on claim.Date) int { return int(on - p.procedure.From) }

// begun are the periods of at least so many days that lines of the day begin, added to those
// given, one for lines alike.
func begun(cat *catalog.Catalog, day []audit.Line, periods []period, least int) []period {
	for i := range day {
		p, ok := periodOf(cat, &day[i])
		alike := func(q period) bool {
			return q.procedure.From == p.procedure.From && compareKinds(q.procedure, p.procedure) == 0
		}
		if ok && p.days >= least && !slices.ContainsFunc(periods, alike) {
			periods = append(periods, p)
		}
	}
	return periods
}

// inPeriods is the shape of a check that looks at the professional lines of one day and the
// periods they fall in, latest last.
func inPeriods(check func(c *audit.Case, day []audit.Line, running []period, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	var idle sync.Pool // the list is made once for each goroutine, not for each patient
	return func(c *audit.Case, report func(audit.Finding)) {
		list, ok := idle.Get().(*[]period)
		if !ok {
			list = &[]period{}
		}
		running := (*list)[:0]
		for n := range c.NumDays() {
			day := c.Day(n)
			if day[0].Type != claim.Professional {
				continue
			}
			running = slices.DeleteFunc(running, func(p period) bool { return p.day(day[0].From) > p.days })
			if len(running) > 0 {
				check(c, day, running, report)
			}
			running = begun(c.Catalog, day, running, 1)
		}
		clear(running[:cap(running)])
		*list = running
		idle.Put(list)
	}
}

// weightiest is the period that weighs most on the line by its provider, the latest of equals.
func weightiest(running []period, l *audit.Line, full audit.Severity) (worst period, severity audit.Severity) {
	for _, p := range running {
		if s := lower(full, audit.Providers(l, p.procedure)); s != 0 && s >= severity {
			worst, severity = p, s
		}
	}
	return worst, severity
}

// at says where in the period the line is.
func (p period) at(l *audit.Line) string {
	return fmt.Sprintf("day %d of the %d days after %s of %s", p.day(l.From), p.days, billedAs(p.procedure), p.procedure.From)
}

// begins says which day of the beginning of the period the line is on.
func (p period) begins(l *audit.Line) string {
	if l.From < p.procedure.From {
		return "on the day before"
	}
	return "on the day of"
}

// colleague says what a finding rests on where another provider of the group did the procedure.
func (p period) colleague(l *audit.Line) string {
	if audit.Providers(l, p.procedure) != audit.SameGroup {
		return ""
	}
	return fmt.Sprintf("another provider of the group did %s: if both are of one specialty, ", p.procedure.Code)
}

// sameDiagnoses tells whether the visit has diagnoses and the procedure has every one of them.
func sameDiagnoses(v, p *audit.Line) bool {
	for _, d := range v.Diagnoses() {
		if !slices.Contains(p.Diagnoses(), d) {
			return false
		}
	}
	return len(v.Diagnoses()) > 0
}

// unmarkedProcedure tells whether the line is a procedure with a global period of its own that
// says nothing of an earlier one.
func unmarkedProcedure(cat *catalog.Catalog, l *audit.Line) bool {
	if l.Context || isVisit(l) || isGoods(l) || voided(l) || l.Mods.Has(cleared...) || l.Mods.Has(splitCare...) {
		return false
	}
	_, ok := daysCovered(cat, l)
	return ok
}

// alongside are the other procedures of the day that need the modifier too, and its add-ons.
func alongside(cat *catalog.Catalog, first *audit.Line, day []audit.Line, running []period) (lines []*audit.Line) {
	for i := range day {
		l := &day[i]
		if l == first || audit.Providers(l, first) == audit.DifferentProvider {
			continue
		}
		addOn := globalDays(cat, l) == "ZZZ" && !l.In(catalog.Guidance) && !l.Mods.Has(cleared...)
		if _, s := weightiest(running, l, audit.Warning); s != 0 && (addOn || unmarkedProcedure(cat, l)) {
			lines = append(lines, l)
		}
	}
	return lines
}

// tomorrow is the professional lines of the day after the n-th of the case's days.
func tomorrow(c *audit.Case, n int) []audit.Line {
	today := c.Day(n)[0].From
	for n++; n < c.NumDays() && c.Day(n)[0].From <= today+1; n++ {
		if day := c.Day(n); day[0].Type == claim.Professional {
			return day
		}
	}
	return nil
}

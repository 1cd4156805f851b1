package terms

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
	noPeriod  = MustModifiers("no-global-period")
	splitCare = MustModifiers("split-care")
	// cleared are the modifiers by which a procedure is no part of an earlier one.
	cleared = MustModifiers("later-procedure")
	// LongestPeriod is the most days of a global period.
	LongestPeriod = MustLimit("longest-global-days")
	// TrialLeadCodes are placed for a trial, before what is planned to follow it.
	TrialLeadCodes = MustSet("trial-leads")
)

// Period is a procedure and the days after it that its fee covers.
type Period struct {
	Procedure *audit.Line
	days      int
}

// periodOf is the period the line begins; false for one that begins none.
func periodOf(cat *catalog.Catalog, l *audit.Line) (Period, bool) {
	if !l.Known.Ever().Has(catalog.GlobalPeriod) || l.Type != claim.Professional || Voided(l) || l.Mods.Has(noPeriod...) {
		return Period{}, false
	}
	days, ok := DaysCovered(cat, l)
	if !ok || days == 0 {
		return Period{}, false
	}
	return Period{l, days}, true
}

// DaysCovered are the days after the line that its fee covers; false where it has no global period of
// its own, as an add-on.
func DaysCovered(cat *catalog.Catalog, l *audit.Line) (int, bool) {
	global := globalDays(cat, l)
	if len(global) != 3 || !IsDigits(global) {
		return 0, false
	}
	days, err := strconv.Atoi(global)
	return days, err == nil
}

// Voided tells whether the line stands on a claim that takes one back.
func Voided(l *audit.Line) bool { return l.Frequency == '8' }

// day is which day of the period it is on that date.
func (p Period) day(on claim.Date) int { return int(on - p.Procedure.From) }

// Begun are the periods of at least so many days that lines of the day begin, added to those
// given, one for lines alike.
func Begun(cat *catalog.Catalog, day []audit.Line, periods []Period, least int) []Period {
	for i := range day {
		p, ok := periodOf(cat, &day[i])
		alike := func(q Period) bool {
			return q.Procedure.From == p.Procedure.From && compareKinds(q.Procedure, p.Procedure) == 0
		}
		if ok && p.days >= least && !slices.ContainsFunc(periods, alike) {
			periods = append(periods, p)
		}
	}
	return periods
}

// InPeriods is the shape of a check that looks at the professional lines of one day and the
// periods they fall in, latest last.
func InPeriods(check func(c *audit.Case, day []audit.Line, running []Period, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	var idle sync.Pool // the list is made once for each goroutine, not for each patient
	return func(c *audit.Case, report func(audit.Finding)) {
		list, ok := idle.Get().(*[]Period)
		if !ok {
			list = &[]Period{}
		}
		running := (*list)[:0]
		for n := range c.NumDays() {
			day := c.Day(n)
			if day[0].Type != claim.Professional {
				continue
			}
			running = slices.DeleteFunc(running, func(p Period) bool { return p.day(day[0].From) > p.days })
			if len(running) > 0 {
				check(c, day, running, report)
			}
			if c.EndsWholeDay(n) {
				running = Begun(c.Catalog, c.WholeDay(n), running, 1)
			}
		}
		clear(running[:cap(running)])
		*list = running
		idle.Put(list)
	}
}

// Weightiest is the period that weighs most on the line by its provider, the latest of equals.
func Weightiest(running []Period, l *audit.Line, full audit.Severity) (worst Period, severity audit.Severity) {
	for _, p := range running {
		if s := Lower(full, Providers(l, p.Procedure)); s != 0 && s >= severity {
			worst, severity = p, s
		}
	}
	return worst, severity
}

// At says where in the period the line is.
func (p Period) At(l *audit.Line) string {
	return fmt.Sprintf("day %d of the %d days after %s of %s", p.day(l.From), p.days, BilledAs(p.Procedure), p.Procedure.From)
}

// Begins says which day of the beginning of the period the line is on.
func (p Period) Begins(l *audit.Line) string {
	if l.From < p.Procedure.From {
		return "on the day before"
	}
	return "on the day of"
}

// Colleague says what a finding rests on where another provider of the group did the procedure.
func (p Period) Colleague(l *audit.Line) string {
	if Providers(l, p.Procedure) != audit.SameGroup {
		return ""
	}
	return fmt.Sprintf("another provider of the group did %s: if both are of one specialty, ", p.Procedure.Code)
}

// SameDiagnoses tells whether the visit has diagnoses and the procedure has every one of them.
func SameDiagnoses(v, p *audit.Line) bool {
	for _, d := range v.Diagnoses() {
		if !slices.Contains(p.Diagnoses(), d) {
			return false
		}
	}
	return len(v.Diagnoses()) > 0
}

// UnmarkedProcedure tells whether the line is a procedure with a global period of its own that
// says nothing of an earlier one.
func UnmarkedProcedure(cat *catalog.Catalog, l *audit.Line) bool {
	if IsVisit(l) || IsGoods(l) || Voided(l) || l.Mods.Has(cleared...) || l.Mods.Has(splitCare...) {
		return false
	}
	_, ok := DaysCovered(cat, l)
	return ok
}

// Alongside are the other procedures of the day that need the modifier too, and its add-ons.
func Alongside(cat *catalog.Catalog, first *audit.Line, day []audit.Line, running []Period) (lines []*audit.Line) {
	for i := range day {
		l := &day[i]
		if l == first || l.Context && !first.Context || Providers(l, first) == audit.DifferentProvider {
			continue
		}
		addOn := globalDays(cat, l) == "ZZZ" && !l.In(catalog.Guidance) && !l.Mods.Has(cleared...)
		if _, s := Weightiest(running, l, audit.Warning); s != 0 && (addOn || UnmarkedProcedure(cat, l)) {
			lines = append(lines, l)
		}
	}
	return lines
}

// Tomorrow is the professional lines of the day after the n-th of the case's days, whoever pays.
func Tomorrow(c *audit.Case, n int) []audit.Line {
	today := c.Day(n)[0].From
	for n++; n < c.NumDays() && c.Day(n)[0].From <= today+1; n++ {
		if day := c.WholeDay(n); day[0].Type == claim.Professional && day[0].From > today {
			return day
		}
	}
	return nil
}

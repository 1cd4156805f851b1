package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func visitInGlobalPeriod() check {
	visits := mustSet("global-visits")
	return inPeriods(func(_ *audit.Case, day []audit.Line, running []period, report func(audit.Finding)) {
		for i := range day {
			if v := &day[i]; billedVisit(v, visits) {
				checkVisitInside(v, running, report)
			}
		}
	})
}

func decisionForSurgery() check {
	visits := mustSet("global-visits")
	return func(c *audit.Case, report func(audit.Finding)) {
		for n := range c.NumDays() {
			if c.Day(n)[0].Type == claim.Professional {
				checkDecisions(c, n, visits, report)
			}
		}
	}
}

func procedureInGlobalPeriod() check {
	stages := stages{mustSet("trial-leads"), mustSet("after-trial")}
	return inPeriods(stages.check)
}

// longestPeriod is the most days of a global period.
const longestPeriod = 90

// noPeriod are the modifiers of a line whose fee does not cover the provider's later visits: split
// care (54 to 56), a return in the period of another (78) and assistants.
var noPeriod = []claim.Modifier{
	claim.Mod("54"), claim.Mod("55"), claim.Mod("56"), claim.Mod("78"),
	claim.Mod("80"), claim.Mod("81"), claim.Mod("82"), claim.Mod("AS"),
}

var (
	mod24     = claim.Mod("24")
	splitCare = []claim.Modifier{claim.Mod("54"), claim.Mod("55")}
	// cleared are the modifiers by which a procedure is no part of an earlier one.
	cleared = slices.Concat(globalModifiers, []claim.Modifier{claim.Mod("76"), claim.Mod("77")})
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
	switch globalDays(cat, l) {
	case "010":
		return period{l, 10, nearFee(cat, l)}, true
	case "090":
		return period{l, longestPeriod, nearFee(cat, l)}, true
	}
	return period{}, false
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
			running = begun(c.Catalog, day, running, 10)
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

// billedVisit tells whether the line is one of the visits and bills it whole.
func billedVisit(v *audit.Line, visits codeSet) bool {
	return !v.Context && visits.has(v) && !v.Mods.Has(splitCare...) && !voided(v)
}

// checkVisitInside reports a visit in a period; one with 24 only where it has no other diagnosis.
func checkVisitInside(v *audit.Line, running []period, report func(audit.Finding)) {
	p, severity := weightiest(running, v, audit.Error)
	if severity == 0 || v.Mods.Has(mod24) && !sameDiagnoses(v, p.procedure) {
		return
	}
	f := audit.Finding{
		Line: v, Severity: severity, Related: []*audit.Line{p.procedure}, Money: audit.Overpay,
		Message: fmt.Sprintf("%s on %s is %s: the fee of %s includes it", billedAs(v), v.From, p.at(v), p.procedure.Code) + p.near,
	}
	switch {
	case v.Mods.Has(mod24):
		f.Severity = audit.Review
		f.Message = fmt.Sprintf("%s on %s is %s, and has no diagnosis that %s has not: 24 is for an unrelated problem", billedAs(v), v.From, p.at(v), p.procedure.Code) + p.near
		f.Fix.Text = fmt.Sprintf("if the note shows a problem unrelated to %s, bill %s with its diagnosis; otherwise remove %s", p.procedure.Code, v.Code, v.Code)
	case severity == audit.Review:
		f.Fix.Text = fmt.Sprintf("another provider of the group did %s: if both are of one specialty, remove %s unless the note shows an unrelated problem, and then append 24", p.procedure.Code, v.Code)
	default:
		f.Fix.Text = fmt.Sprintf("remove %s, because the fee of %s pays it; only if the note shows a problem unrelated to the procedure, append 24 and bill it with that problem's diagnosis", v.Code, p.procedure.Code)
	}
	report(f)
}

// at says where in the period the line is.
func (p period) at(l *audit.Line) string {
	return fmt.Sprintf("day %d of the %d days after %s of %s", p.day(l.From), p.days, billedAs(p.procedure), p.procedure.From)
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

// stages are a trial and the implants planned to follow it.
type stages struct{ trial, implant codeSet }

func (s *stages) check(c *audit.Case, day []audit.Line, running []period, report func(audit.Finding)) {
	var first *audit.Line
	var by period
	var severity audit.Severity
	for i := range day {
		l := &day[i]
		if !unmarkedProcedure(c.Catalog, l) {
			continue
		}
		if p, s := weightiest(running, l, audit.Warning); s > severity {
			first, by, severity = l, p, s
		}
	}
	if first != nil {
		f := s.finding(first, by, severity)
		f.Related = append(f.Related, alongside(c.Catalog, first, day, running)...)
		report(f)
	}
}

// unmarkedProcedure tells whether the line is a procedure with a global period of its own that
// says nothing of an earlier one.
func unmarkedProcedure(cat *catalog.Catalog, l *audit.Line) bool {
	if l.Context || isVisit(l) || isGoods(l) || voided(l) || l.Mods.Has(cleared...) || l.Mods.Has(splitCare...) {
		return false
	}
	switch globalDays(cat, l) {
	case "000", "010", "090":
		return true
	}
	return false
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

func (s *stages) finding(l *audit.Line, p period, severity audit.Severity) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: severity, Related: []*audit.Line{p.procedure}, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is %s, and no modifier (58, 78, 79) says why it is not part of it", billedAs(l), l.From, p.at(l)) + p.near,
	}
	if severity == audit.Review {
		f.Fix.Text = fmt.Sprintf("another provider of the group did %s: if both are of one specialty, ", p.procedure.Code)
	}
	f.Fix.Text += s.modifiers(l, p.procedure)
	return f
}

// modifiers asks for the fact that each modifier of a later procedure stands for, the likeliest
// first.
func (s *stages) modifiers(l, earlier *audit.Line) string {
	const (
		staged    = "58 if it was planned or staged when %s was done"
		unrelated = "79 if it is unrelated to %s (another problem, level or side)"
		returned  = "78 if it was a return to the procedure room for a complication of %s"
	)
	order := []string{staged, unrelated, returned}
	switch {
	case s.trial.has(earlier) && s.implant.has(l):
		order = []string{"58 if it is the permanent implant after the trial by %s", returned}
	case l.Mods.Side().Opposite(earlier.Mods.Side()):
		order = []string{"79 for the side opposite to that of %s", "58 if both sides were planned in stages when %s was done", returned}
	}
	for i := range order {
		order[i] = fmt.Sprintf(order[i], earlier.Code)
	}
	return fmt.Sprintf("append to %s the modifier the record supports: %s; otherwise remove it", l.Code, strings.Join(order, ", "))
}

// checkDecisions looks at the visits of the n-th day of the case, of a procedure with 90 days or
// before one.
func checkDecisions(c *audit.Case, n int, visits codeSet, report func(audit.Finding)) {
	day := c.Day(n)
	major := begun(c.Catalog, day, nil, 90)
	major = begun(c.Catalog, tomorrow(c, n), major, 90)
	if len(major) == 0 {
		return
	}
	for i := range day {
		v := &day[i]
		if !billedVisit(v, visits) || v.Mods.Has(mod57) {
			continue
		}
		if p, severity := weightiest(major, v, audit.Error); severity != 0 {
			report(withoutDecision(v, p, severity))
		}
	}
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

func withoutDecision(v *audit.Line, p period, severity audit.Severity) audit.Finding {
	procedure := p.procedure.Code
	when := "on the day of"
	if v.From < p.procedure.From {
		when = "on the day before"
	}
	f := audit.Finding{
		Line: v, Severity: severity, Related: []*audit.Line{p.procedure}, Money: audit.Deny,
		Message: fmt.Sprintf("%s is billed without 57 on %s, %s %s, whose global period of 90 days includes it", billedAs(v), v.From, when, billedAs(p.procedure)) + p.near,
	}
	if v.Mods.Has(mod25) {
		f.Message += "; 25 is for procedures with 0 or 10 days"
	}
	if severity == audit.Review {
		f.Fix.Text = fmt.Sprintf("another provider of the group did %s: if both are of one specialty, ", procedure)
	}
	f.Fix.Text += fmt.Sprintf("append 57 to %s only if the note shows that %s was decided on at this visit; otherwise remove %s", v.Code, procedure, v.Code)
	return f
}

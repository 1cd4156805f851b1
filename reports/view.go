package reports

import (
	"maps"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// view is a report as it is to be shown, with what more than one output needs.
type view struct {
	*audit.Report
	prints []fingerprint // of the findings
	hidden int           // findings below the severity shown
}

func newView(r *audit.Report, o Options) *view {
	shown := atLeast(r, o.MinSeverity)
	hidden := len(r.Findings) - len(shown.Findings)
	if len(o.Deidentify) > 0 || o.Redact {
		shown = disguised(shown, o)
	}
	return &view{Report: shown, prints: fingerprints(shown.Findings), hidden: hidden}
}

// atLeast is the report without the findings below a severity, and with what is counted of
// findings counted again; what was audited stays as it was.
func atLeast(r *audit.Report, least audit.Severity) *audit.Report {
	low := func(f audit.Finding) bool { return f.Severity < least }
	if !slices.ContainsFunc(r.Findings, low) {
		return r
	}
	shown := *r
	shown.Findings = slices.DeleteFunc(slices.Clone(r.Findings), low)
	recount(&shown)
	return &shown
}

// recount counts the findings again: each line's money once, by its largest.
func recount(r *audit.Report) {
	s := &r.Summary
	s.FlaggedLines, s.Findings, s.Uncounted, s.ChargeAtRisk, s.MissedRevenue = 0, len(r.Findings), 0, 0, 0
	s.BySeverity, s.ByRule = map[audit.Severity]int{}, map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		s.BySeverity[f.Severity]++
		s.ByRule[f.Rule.ID]++
		if _, known := f.AtRisk(); !known {
			s.Uncounted++
		}
	}
	months, providers := clearedMonths(r), clearedProviders(r)
	for _, l := range flaggedLines(r.Findings) {
		s.FlaggedLines++
		s.ChargeAtRisk += l.risk
		s.MissedRevenue += l.missed
		for _, c := range []*audit.Counts{months[firstOfMonth(l.line.From)], providers[providerOf(l.line)]} {
			if c != nil {
				c.Flagged++
				c.AtRisk += l.risk
			}
		}
	}
}

func clearedMonths(r *audit.Report) map[claim.Date]*audit.Counts {
	r.Months = slices.Clone(r.Months)
	counts := map[claim.Date]*audit.Counts{}
	for i := range r.Months {
		c := &r.Months[i].Counts
		c.Flagged, c.AtRisk = 0, 0
		counts[r.Months[i].First] = c
	}
	return counts
}

func clearedProviders(r *audit.Report) map[string]*audit.Counts {
	r.Providers = slices.Clone(r.Providers)
	counts := map[string]*audit.Counts{}
	for i := range r.Providers {
		c := &r.Providers[i].Counts
		c.Flagged, c.AtRisk = 0, 0
		counts[r.Providers[i].ID] = c
	}
	return counts
}

func firstOfMonth(d claim.Date) claim.Date {
	year, month, _ := d.Civil()
	first, _ := claim.NewDate(year, month, 1)
	return first
}

// providerOf is who gave the service, or who bills for it where that is not given.
func providerOf(l *audit.Line) string {
	if l.Rendering != "" {
		return l.Rendering
	}
	return l.Billing
}

// flagged is a line with findings, and its money by its largest.
type flagged struct {
	line         *audit.Line
	risk, missed claim.Cents
}

// flaggedLines are the distinct lines of findings that are in order of position.
func flaggedLines(findings []audit.Finding) []flagged {
	var lines []flagged
	for i := range findings {
		f := &findings[i]
		if n := len(lines); n == 0 || lines[n-1].line.Pos != f.Line.Pos {
			lines = append(lines, flagged{line: f.Line})
		}
		l := &lines[len(lines)-1]
		risk, missed := money(f)
		l.risk, l.missed = max(l.risk, risk), max(l.missed, missed)
	}
	return lines
}

// money is what a finding puts at risk and what it says was left unbilled.
func money(f *audit.Finding) (risk, missed claim.Cents) {
	amount, _ := f.AtRisk()
	if f.Money == audit.Underpay {
		return 0, amount
	}
	return amount, 0
}

// encounter is what was found of one patient on one day, or of one line without a patient.
type encounter struct {
	findings []int32 // in the report's order
	at       int     // of its first among the findings, put encounter by encounter
	lines    int
	risk     claim.Cents
}

// encounters are those with findings, in order of their first.
func encounters(findings []audit.Finding) []encounter {
	type key struct {
		patient string
		date    claim.Date
		pos     claim.Pos
	}
	at := map[key]int32{}
	of := make([]int32, len(findings))
	var sizes []int
	for i := range findings {
		l := findings[i].Line
		k := key{patient: l.Patient, date: l.From}
		if l.Anonymous {
			k = key{pos: l.Pos}
		}
		n, seen := at[k]
		if !seen {
			n = int32(len(sizes))
			at[k] = n
			sizes = append(sizes, 0)
		}
		of[i] = n
		sizes[n]++
	}
	return grouped(findings, of, sizes)
}

// grouped gathers the findings of each encounter; of says to which each belongs.
func grouped(findings []audit.Finding, of []int32, sizes []int) []encounter {
	all := make([]int32, len(findings))
	list := make([]encounter, len(sizes))
	start := 0
	for n, size := range sizes {
		list[n].at, list[n].findings = start, all[start:start:start+size]
		start += size
	}
	for i, n := range of {
		list[n].findings = append(list[n].findings, int32(i))
	}
	for n := range list {
		list[n].total(findings)
	}
	return list
}

func (e *encounter) total(findings []audit.Finding) {
	var last claim.Pos
	var largest claim.Cents
	for k, i := range e.findings {
		f := &findings[i]
		if k == 0 || f.Line.Pos != last {
			e.lines++
			e.risk += largest
			last, largest = f.Line.Pos, 0
		}
		risk, _ := money(f)
		largest = max(largest, risk)
	}
	e.risk += largest
}

// count is how many findings of the severity the encounter has.
func (e *encounter) count(findings []audit.Finding, s audit.Severity) (n int) {
	for _, i := range e.findings {
		if findings[i].Severity == s {
			n++
		}
	}
	return n
}

// rulesMet are the rules with findings, in the order they ran.
func (v *view) rulesMet() []*audit.Rule {
	met := map[*audit.Rule]bool{}
	for i := range v.Findings {
		met[v.Findings[i].Rule] = true
	}
	var list []*audit.Rule
	for _, r := range v.Rules {
		if met[r] {
			list = append(list, r)
			delete(met, r)
		}
	}
	rest := slices.Collect(maps.Keys(met)) // of a report whose list of rules is not whole
	slices.SortFunc(rest, func(a, b *audit.Rule) int { return strings.Compare(a.ID, b.ID) })
	return append(list, rest...)
}

// source is the table a position lies in.
func (v *view) source(input int32) *claim.Source { return &v.Sources[input] }

// units is the number of units as billed; blank where it was not given.
func units(l *audit.Line) string {
	if !l.Given.Has(claim.FieldUnits) {
		return ""
	}
	return l.Units.String()
}

// charge is the charge as billed; blank where it was not given.
func charge(l *audit.Line) string {
	if !l.Given.Has(claim.FieldCharge) {
		return ""
	}
	return l.Charge.String()
}

// atRisk is the money in question; blank where the line has no charge to tell it from.
func atRisk(f *audit.Finding) string {
	amount, known := f.AtRisk()
	if !known {
		return ""
	}
	return amount.String()
}

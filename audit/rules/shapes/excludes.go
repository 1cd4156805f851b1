package shapes

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// excludesRow is one row of excludes.csv: two diagnoses, each with all below it, of which the tabular list
// says that they are not coded together.
type excludesRow struct {
	Rule    string `csv:"rule"`
	One     string `csv:"one"`
	Other   string `csv:"other"` // several, parted by blanks
	Instead string `csv:"instead"`
	From    string `csv:"from"` // blank: since ICD-10-CM
	Source  string `csv:"source"`
}

// excluded is a row in use.
type excluded struct {
	one, other terms.DiagnosisSet
	from       claim.Date
	instead    string
}

// Excludes completes a rule with its rows of excludes.csv: once for a claim, on the first line that carries both.
func Excludes(r *audit.Rule) {
	var rows []excluded
	for row := range terms.MustData[excludesRow]("excludes.csv") {
		if row.Rule == r.ID {
			rows = append(rows, row.typed())
		}
	}
	r.Needs.On = audit.Codes{Any: true}
	r.Needs.May[audit.AtDiagnoses] = func(_ *catalog.Catalog, l *audit.Line) bool {
		return slices.ContainsFunc(rows, func(k excluded) bool { _, _, both := k.both(l); return both })
	}
	r.Check = terms.EachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if len(l.Diagnoses()) < 2 || l.From < terms.Icd10 {
			return
		}
		for i := range rows {
			if a, b, ok := rows[i].met(l); ok && firstWithBoth(c, l, a, b) {
				report(rows[i].finding(l, a, b))
				return
			}
		}
	})
}

func (row *excludesRow) typed() excluded {
	k := excluded{from: terms.Icd10, instead: row.Instead}
	for _, word := range strings.Fields(row.One) {
		k.one = append(k.one, mustDiagnosisWord(word)...)
	}
	for _, word := range strings.Fields(row.Other) {
		k.other = append(k.other, mustDiagnosisWord(word)...)
	}
	if row.From != "" {
		k.from = claim.MustDate(row.From)
	}
	return k
}

// met are the two diagnoses of the line that the row is about.
func (k *excluded) met(l *audit.Line) (a, b claim.Diagnosis, ok bool) {
	if l.From < k.from {
		return 0, 0, false
	}
	return k.both(l)
}

// both are they, whatever the day.
func (k *excluded) both(l *audit.Line) (a, b claim.Diagnosis, ok bool) {
	for _, d := range l.Diagnoses() {
		switch {
		case a == 0 && k.one.Has(d):
			a = d
		case b == 0 && k.other.Has(d):
			b = d
		}
	}
	return a, b, a != 0 && b != 0
}

// firstWithDiagnosis tells whether no line of the claim that day, before this one, has the same diagnosis first.
func firstWithDiagnosis(c *audit.Case, l *audit.Line) bool {
	for i := range c.Lines {
		m := &c.Lines[i]
		if m == l || m.From == l.From && m.Claim == l.Claim && !m.Context && m.Dx[0] == l.Dx[0] {
			return m == l
		}
	}
	return true
}

// firstWithBoth tells whether no line of the claim that day, before this one, carries both.
func firstWithBoth(c *audit.Case, l *audit.Line, a, b claim.Diagnosis) bool {
	for i := range c.Lines {
		m := &c.Lines[i]
		if m == l {
			return true
		}
		if m.From == l.From && m.Claim == l.Claim && !m.Context && carries(m.Diagnoses(), a) && carries(m.Diagnoses(), b) {
			return false
		}
	}
	return true
}

func (k *excluded) finding(l *audit.Line, a, b claim.Diagnosis) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is billed with %s and %s, which the tabular list says are not coded together (Excludes1)", terms.BilledAs(l), l.From, a, b),
		Fix:     audit.Fix{Action: audit.Document, Text: "bill " + k.instead + ", unless the record shows that the two conditions are unrelated"},
	}
}

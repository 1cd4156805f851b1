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

// supportRow says which diagnoses a procedure is not billed for, or only for.
type supportRow struct {
	Rule      string `csv:"rule"`
	Codes     string `csv:"codes"` // codes and groups
	Units     string `csv:"units"` // at least so many; blank for any number
	When      string `csv:"when"`
	Diagnoses string `csv:"diagnoses"` // each with all below it, or the name of a diagnosis set
	Unless    string `csv:"unless"`    // not on a day on which the provider bills one of these
	From      string `csv:"from"`      // first date of service; blank for the first of ICD-10-CM
	Payers    string `csv:"payers"`    // as in same-day.csv
	ClaimType string `csv:"claim_type"`
	Money     string `csv:"money"`
	Say       string `csv:"say"`
	Fix       string `csv:"fix"`
	Source    string `csv:"source"`
}

// support is a row in use.
type support struct {
	codes    terms.CodeSet
	units    claim.Units
	when     func(terms.DiagnosisSet, *audit.Line) bool
	dx       terms.DiagnosisSet
	unless   terms.CodeSet
	from     claim.Date
	payers   audit.Payers
	kind     string // of claim; blank for all
	money    audit.Money
	say, fix string
}

// supportKinds are what a row's diagnoses are to the line's.
var supportKinds = map[string]func(terms.DiagnosisSet, *audit.Line) bool{
	"only":    terms.DiagnosisSet.All,
	"any":     terms.DiagnosisSet.Any,
	"missing": func(s terms.DiagnosisSet, l *audit.Line) bool { return !s.Any(l) },
}

// mustSupport are the rows of one rule.
func mustSupport(rule string) (rows []support) {
	for row := range terms.MustData[supportRow]("support.csv") {
		if row.Rule == rule {
			rows = append(rows, row.typed())
		}
	}
	if rows == nil {
		panic("rules: no rows of " + rule + " in support.csv")
	}
	return rows
}

func (row supportRow) typed() support {
	s := support{codes: terms.MustCodes(row.Codes), when: supportKinds[row.When], unless: terms.MustCodes(row.Unless), from: terms.Icd10, kind: row.ClaimType, say: row.Say, fix: row.Fix}
	s.payers, s.money = terms.MustPayers(row.Payers), terms.MustWord(monies, row.Money)
	if s.when == nil {
		panic("rules: support.csv knows no " + row.When) // the table is part of the program
	}
	if row.From != "" {
		s.from = claim.MustDate(row.From)
	}
	s.units = terms.MustUnits(row.Units)
	for _, word := range strings.Fields(row.Diagnoses) {
		s.dx = append(s.dx, mustDiagnosisWord(word)...)
	}
	return s
}

// BySupport completes a rule with its rows of support.csv: one finding for a line, by the first
// row it meets.
func BySupport(r *audit.Rule) {
	rows := mustSupport(r.ID)
	var codes terms.CodeSet
	var payers audit.Payers
	for i := range rows {
		codes, payers = codes.Or(rows[i].codes), payers|rows[i].payers
	}
	limitPayers(r, payers)
	if len(codes.Codes) == 0 {
		r.Needs.Groups = codes.Groups
	}
	r.Needs.Fields |= claim.FieldSet(claim.FieldCode, claim.FieldDiagnoses)
	r.Needs.On = codes.Reported()
	r.Needs.May[audit.AtReason] = func(_ *catalog.Catalog, l *audit.Line) bool {
		return slices.ContainsFunc(rows, func(s support) bool { return s.codes.Ever(l) && s.when(s.dx, l) })
	}
	r.Check = terms.Beside(func(_ *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if l.Context || !codes.Has(l) || l.Root || l.From < terms.Icd10 {
			return
		}
		for i := range rows {
			if rows[i].meets(l) && !rows[i].answered(l, day) {
				report(rows[i].finding(l))
				return
			}
		}
	})
}

func (s *support) meets(l *audit.Line) bool {
	return s.payers.Has(l.Payer) && (s.kind == "" || l.Type.String() == s.kind) && l.From >= s.from && l.Units >= s.units && s.codes.Has(l) && s.when(s.dx, l)
}

// answered tells whether the code that the row would ask for is billed on the day by the line's provider.
func (s *support) answered(l *audit.Line, day *terms.Company) bool {
	for _, code := range s.unless.Codes {
		for m := range day.Of(code).Each {
			if terms.Providers(m, l) == audit.SameProvider {
				return true
			}
		}
	}
	return false
}

func (s *support) finding(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: s.money,
		Message: fmt.Sprintf("%s on %s is billed with %s: %s", terms.BilledAs(l), l.From, diagnosisList(l), s.say),
		Fix:     audit.Fix{Action: audit.Document, Text: s.fix},
	}
}

// diagnosisList is the line's diagnoses in words.
func diagnosisList(l *audit.Line) string {
	texts := make([]string, 0, len(l.Dx))
	for _, d := range l.Diagnoses() {
		texts = append(texts, d.String())
	}
	if len(texts) == 0 {
		return "no diagnosis"
	}
	return strings.Join(texts, ", ")
}

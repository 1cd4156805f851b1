package rules

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// supportRow says which diagnoses a procedure is not billed for, or only for.
type supportRow struct {
	Rule      string `csv:"rule"`
	Codes     string `csv:"codes"` // codes and groups
	Units     string `csv:"units"` // at least so many; blank for any number
	When      string `csv:"when"`
	Diagnoses string `csv:"diagnoses"` // each with all below it, or the name of a diagnosis set
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
	codes    codeSet
	units    claim.Units
	when     func(diagnosisSet, *audit.Line) bool
	dx       diagnosisSet
	from     claim.Date
	payers   func(*audit.Line) bool
	kind     string // of claim; blank for all
	money    audit.Money
	say, fix string
}

// supportKinds are what a row's diagnoses are to the line's.
var supportKinds = map[string]func(diagnosisSet, *audit.Line) bool{
	"only":    diagnosisSet.all,
	"any":     diagnosisSet.any,
	"missing": func(s diagnosisSet, l *audit.Line) bool { return !s.any(l) },
}

// any tells whether one of the line's diagnoses is in the set.
func (s diagnosisSet) any(l *audit.Line) bool {
	for _, d := range l.Dx {
		if d != 0 && s.has(d) {
			return true
		}
	}
	return false
}

// mustSupport are the rows of one rule.
func mustSupport(rule string) (rows []support) {
	for _, row := range mustData[supportRow]("support.csv") {
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
	s := support{codes: mustCodes(row.Codes), when: supportKinds[row.When], from: icd10, kind: row.ClaimType, say: row.Say, fix: row.Fix}
	s.payers, s.money = mustWord(sameDayPayers, row.Payers), mustWord(monies, row.Money)
	if s.when == nil {
		panic("rules: support.csv knows no " + row.When) // the table is part of the program
	}
	if row.From != "" {
		s.from = claim.MustDate(row.From)
	}
	s.units = mustUnits(row.Units)
	for _, word := range strings.Fields(row.Diagnoses) {
		s.dx = append(s.dx, mustDiagnosisWord(word)...)
	}
	return s
}

// mustUnits is a number of units in a table; nothing for a blank cell.
func mustUnits(text string) claim.Units {
	if text == "" {
		return 0
	}
	u, err := claim.ParseUnits(text)
	if err != nil {
		panic("rules: not a number of units: " + text)
	}
	return u
}

// bySupport completes a rule with its rows of support.csv: one finding for a line, by the first
// row it meets.
func bySupport(r *audit.Rule) {
	rows := mustSupport(r.ID)
	var codes codeSet
	for i := range rows {
		codes = codes.or(rows[i].codes)
	}
	if len(codes.codes) == 0 {
		r.Needs.Groups = codes.groups
	}
	r.Needs.Fields |= claim.FieldSet(claim.FieldCode, claim.FieldDiagnoses)
	r.Needs.On = codes.reported()
	r.Check = eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !codes.has(l) || l.Root || l.From < icd10 {
			return
		}
		for i := range rows {
			if rows[i].meets(l) {
				report(rows[i].finding(l))
				return
			}
		}
	})
}

func (s *support) meets(l *audit.Line) bool {
	return s.payers(l) && (s.kind == "" || l.Type.String() == s.kind) && l.From >= s.from && l.Units >= s.units && s.codes.has(l) && s.when(s.dx, l)
}

func (s *support) finding(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: s.money,
		Message: fmt.Sprintf("%s on %s is billed with %s: %s", billedAs(l), l.From, diagnosisList(l), s.say),
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

// underCoverage tells whether Medicare's local coverage determinations bind the payer, or may:
// Medicare, Medicare Advantage, and a payer that is not known.
func underCoverage(l *audit.Line) bool {
	return isMedicare(l) || l.Payer == claim.UnknownPayer
}

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
	for _, row := range mustRows[supportRow]("support.csv") {
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
	s := support{codes: mustCodes(row.Codes), when: supportKinds[row.When], from: icd10, say: row.Say, fix: row.Fix}
	if s.when == nil {
		panic("rules: support.csv knows no " + row.When) // the table is part of the program
	}
	if row.From != "" {
		s.from = claim.MustDate(row.From)
	}
	s.units = mustUnits(row.Units)
	for _, word := range strings.Fields(row.Diagnoses) {
		if d, err := claim.ParseDiagnosis(word); err == nil && word[:1] == strings.ToUpper(word[:1]) {
			s.dx = append(s.dx, d)
		} else {
			s.dx = append(s.dx, mustDiagnoses(word)...)
		}
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
// row it meets. applies, unless nil, says for whom the rule is.
func bySupport(r audit.Rule, money audit.Money, applies func(*audit.Line) bool) *audit.Rule {
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
		if !codes.has(l) || l.Root || l.From < icd10 || applies != nil && !applies(l) {
			return
		}
		for i := range rows {
			if rows[i].meets(l) {
				report(rows[i].finding(l, money))
				return
			}
		}
	})
	return &r
}

func (s *support) meets(l *audit.Line) bool {
	return l.From >= s.from && l.Units >= s.units && s.codes.has(l) && s.when(s.dx, l)
}

func (s *support) finding(l *audit.Line, money audit.Money) audit.Finding {
	return audit.Finding{
		Line: l, Money: money,
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

func diagnosisSupport() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "diagnosis-does-not-support",
		Title:    "Diagnosis does not support the procedure",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S2", "S3", "S4", "S5", "S11", "S13", "S15"},
		Help: "Local coverage determinations name the diagnoses a procedure is paid for: facet procedures for axial pain, epidurals for radicular pain, and so on. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all when the record shows a covered diagnosis that is missing from the line, " +
			"or the payer's own policy is wider.",
		Source: "local coverage determinations, in our words; rule A-43",
	}, audit.Deny, underCoverage)
}

func occipitalForBack() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "occipital-neuralgia-for-back",
		Title:    "Occipital neuralgia on a back procedure",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S13"},
		Help: "The guide's table gives M54.81 as back pain; it is occipital neuralgia. As the only diagnosis of a back procedure it is most likely that slip. " +
			"Right after all when 20552 was given for trigger points at the back of the head.",
		Source: "guide table (M54.81 as back pain), corrected; rule S-16",
	}, audit.Deny, nil)
}

func kneeElsewhere() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "knee-arthritis-elsewhere",
		Title:    "Knee arthritis on a procedure elsewhere",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S13"},
		Help: "M17 is osteoarthritis of the knee. As the only diagnosis of a spine, head, trunk or arm procedure it does not say why that was done. " +
			"Right after all when the export holds one diagnosis for the whole claim and another line of it is of the knee.",
		Source: "guide table (M17 as right knee pain), corrected; rule S-16",
	}, audit.Deny, nil)
}

func sacroiliacNerveBlock() *audit.Rule {
	r := bySupport(audit.Rule{
		ID:       "sacroiliac-nerve-block-code",
		Title:    "Sacroiliac nerve block under another code",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S3", "S4", "S10", "S11"},
		Help: "From 2020-01-01 the block of the nerves of the sacroiliac joint is 64451, once a side, with its imaging. 64450 or 64999 with a sacroiliac diagnosis may be it. " +
			"Right after all for another nerve (coccygeal, cluneal) or a block without imaging.",
		Source: "guide sections of nerve blocks and bilateral codes (64451); rule S-04",
	}, audit.Deny, nil)
	withCoccyx(r)
	return r
}

// withCoccyx lets a rule's finding on M53.3 alone name what else that diagnosis is said of.
func withCoccyx(r *audit.Rule) {
	check := r.Check
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		check(c, func(f audit.Finding) {
			if dx := f.Line.Diagnoses(); len(dx) == 1 && dx[0] == coccyx {
				f.Fix.Text += "; M53.3 is also said of the coccyx: a block of the ganglion impar or the coccygeal nerve keeps its code"
			}
			report(f)
		})
	}
}

func sacroiliacAblationCode() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "sacroiliac-ablation-code",
		Title:    "Sacroiliac nerve ablation under another code",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S5"},
		Help: "From 2020-01-01 the ablation of the nerves of the sacroiliac joint is 64625: one code for all of them on a side. 64640, 64635 and 64636 are other nerves. " +
			"Right after all when the facet joints were treated and their diagnosis is missing from the line.",
		Source: "guide section of ablation, which lists facet codes only; rule S-04",
	}, audit.Overpay, nil)
}

func bloodPatchDiagnosis() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "blood-patch-diagnosis",
		Title:    "Blood patch without a spinal headache",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S9"},
		Help: "62273 seals a leak of spinal fluid. A claim without a diagnosis of the leak, the headache or low pressure may have the wrong code. " +
			"Right after all when the diagnosis of the leak is in the record and missing from the line.",
		Source: "guide section of other procedures (62273); rule S-28",
	}, audit.Deny, nil)
}

func unimagedEpidural() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "unimaged-epidural-coverage",
		Title:    "Epidural without imaging is not covered",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S4", "S11", "S12"},
		Help: "Local coverage determinations pay epidural injections for pain only with fluoroscopy or CT; 62320 and 62322 say that none was used. " +
			"For Medicare, Medicare Advantage and payers that are not known, on professional claims. Right after all for pain of labour or after an operation (G89.18, O codes).",
		Source: "guide label of 62320 and replacement of 62311, corrected; local coverage determinations on epidural steroid injections; rule S-33",
	}, audit.Deny, func(l *audit.Line) bool { return underCoverage(l) && l.Type == claim.Professional })
}

func nerveConductionVolume() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "nerve-conduction-volume",
		Title:    "Many nerve studies for one limb",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S10"},
		Help: "95911 to 95913 are nine nerve conduction studies or more. With a diagnosis of one limb only, payers ask why. " +
			"Right after all when the other limb was studied for comparison or a second disease was sought, and the report says so.",
		Source: "guide section of nerve conduction studies; AANEM recommended policy; rule A-49",
	}, audit.Overpay, nil)
}

func hyaluronateDiagnosis() *audit.Rule {
	return bySupport(audit.Rule{
		ID:       "hyaluronate-diagnosis",
		Title:    "Hyaluronate for other than knee arthritis",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S1", "S9"},
		Help: "Hyaluronates are covered for osteoarthritis of the knee. For Medicare, Medicare Advantage and payers that are not known. " +
			"Right after all when the knee's diagnosis is in the record and missing from the line.",
		Source: "local coverage determinations on viscosupplementation; rule A-50",
	}, audit.Deny, underCoverage)
}

package rules

import (
	"fmt"
	"slices"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// sedationRow is a code of moderate sedation.
type sedationRow struct {
	Code     string `csv:"code"`
	From     string `csv:"from"` // ages in completed years
	Below    string `csv:"below"`
	OtherAge string `csv:"other_age"` // the code of the other ages
	Further  string `csv:"further"`   // on a code of the first 15 minutes: that of further time
	Operator string `csv:"operator"`  // on a second doctor's code: what the operator bills instead
	Source   string `csv:"source"`
}

// sedationCode is a row in use.
type sedationCode struct {
	code, otherAge, further, operator claim.Code
	from, below                       int
}

type sedationCodes []sedationCode

func mustSedation() (codes sedationCodes) {
	code := func(text string) claim.Code {
		if text == "" {
			return 0
		}
		return claim.MustCode(text)
	}
	for _, row := range mustData[sedationRow]("sedation-codes.csv") {
		from, err := strconv.Atoi(row.From)
		below, err2 := strconv.Atoi(row.Below)
		if err != nil || err2 != nil || from >= below {
			panic("rules: sedation-codes.csv: no ages of " + row.Code) // the table is part of the program
		}
		codes = append(codes, sedationCode{code(row.Code), code(row.OtherAge), code(row.Further), code(row.Operator), from, below})
	}
	return codes
}

// of is the row of a code; that of another code is empty.
func (s sedationCodes) of(code claim.Code) sedationCode {
	if i := slices.IndexFunc(s, func(k sedationCode) bool { return k.code == code }); i >= 0 {
		return s[i]
	}
	return sedationCode{}
}

// fits tells whether the code is for the patient's age, as far as that is known.
func (k sedationCode) fits(l *audit.Line) bool {
	age, known := l.Age()
	return !known || k.from <= age && age < k.below
}

// ages are the ages the code is for.
func (k sedationCode) ages() string {
	if k.from == 0 {
		return fmt.Sprintf("under %d", k.below)
	}
	return fmt.Sprintf("of %d or older", k.from)
}

func isSedation(l *audit.Line) bool {
	return l.In(catalog.SedationSame) || l.In(catalog.SedationOther)
}

func sedationAge() check {
	codes := mustSedation()
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !isSedation(l) || l.Root {
			return
		}
		if k := codes.of(l.Code); k.otherAge != 0 && !k.fits(l) {
			report(ofAnotherAge(l, day, codes, k))
		}
	})
}

func ofAnotherAge(l *audit.Line, day *company, codes sedationCodes, k sedationCode) audit.Finding {
	age, _ := l.Age()
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is sedation of a patient %s, and by the birth date the patient was %d", billedAs(l), l.From, k.ages(), age),
	}
	f.Fix = recode(l, day, k.otherAge)
	f.Fix.Text += "; or correct the birth date"
	f.Fix.Edits = unlessMore(f.Fix.Edits, codes, l, day)
	return f
}

// unlessMore are the edits, or none where the provider or group bills more sedation that day than they
// settle:
// which of the lines is right only the record tells.
func unlessMore(edits []audit.Edit, codes sedationCodes, l *audit.Line, day *company) []audit.Edit {
	billed := map[claim.Code]bool{} // what the edited lines become, or are billed as already
	for _, e := range edits {
		if e.Code != 0 && billed[e.Code] {
			return nil
		}
		billed[e.Code] = true
		if e.Remove {
			billed[codes.of(e.Line.Code).otherAge], billed[operatorCode(codes, e.Line)] = true, true
		}
	}
	for _, k := range codes {
		if k.code == ownFurther || billed[k.code] {
			continue // further time of the operator goes with either age
		}
		for m := range day.of(k.code).each {
			edited := slices.ContainsFunc(edits, func(e audit.Edit) bool { return e.Line == m })
			if !edited && audit.Providers(l, m) != audit.DifferentProvider {
				return nil
			}
		}
	}
	return edits
}

var ownFurther = claim.MustCode("99153")

// recode is the fix that bills another code, or, where the provider bills that one already, takes
// the line off.
func recode(l *audit.Line, day *company, code claim.Code) audit.Fix {
	for m := range day.of(code).each {
		if audit.Providers(l, m) == audit.SameProvider {
			return audit.Fix{
				Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: %s, which is right, is billed already", l.Code, code),
				Edits: []audit.Edit{audit.Remove(l)},
			}
		}
	}
	return audit.Fix{
		Action: audit.ReplaceCode, Text: fmt.Sprintf("replace %s with %s", l.Code, code),
		Edits: []audit.Edit{audit.SetCode(l, code)},
	}
}

func sedationFirstUnits() check {
	codes := mustSedation()
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !isSedation(l) || l.Root || !counts(l) || l.Units <= claim.One {
			return
		}
		if k := codes.of(l.Code); k.further != 0 {
			report(firstTwice(c.Catalog, l, k))
		}
	})
}

func firstTwice(cat *catalog.Catalog, l *audit.Line, k sedationCode) audit.Finding {
	part := l.Charge.Share(l.Units-claim.One, l.Units)
	f := audit.Finding{
		Line: l, Money: audit.Deny, Part: &part,
		Message: fmt.Sprintf("%s is billed with %s on %s; it is the first 15 minutes of a sedation, 1 unit", billedAs(l), quantity(l.Units), l.From),
		Fix: audit.Fix{
			Action: audit.SetUnits, Edits: []audit.Edit{audit.SetQuantity(l, claim.One)},
			Text: fmt.Sprintf("bill %s with 1 unit; if the record shows 23 minutes or more, bill the further time as %s (1 unit from 23 minutes, 2 from 38, 3 from 53)", l.Code, k.further),
		},
	}
	if limit, ok := cat.Limit(l.Scope(), l.Code, l.From); ok && l.Units <= limit.Units {
		f.Severity = audit.Warning
	}
	return f
}

func sedationByOperator() check {
	codes := mustSedation()
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !l.In(catalog.SedationOther) || l.Root {
			return
		}
		if p := operatedOn(l, day); p != nil {
			report(byOperator(l, day, codes, p))
		}
	})
}

// operatedOn is a procedure of the day by the line's provider, one known to be the same before one
// that only may be; nil where there is none.
func operatedOn(l *audit.Line, day *company) (procedure *audit.Line) {
	for m := range day.each {
		if !isSurgery(m.Code) && !m.In(catalog.Injection) || audit.Providers(l, m) != audit.SameProvider {
			continue
		}
		if sameDoctor(l, m) {
			return m
		}
		if procedure == nil {
			procedure = m
		}
	}
	return procedure
}

// sameDoctor tells whether both lines say who rendered them and it is the same.
func sameDoctor(a, b *audit.Line) bool { return a.Rendering != "" && a.Rendering == b.Rendering }

func byOperator(l *audit.Line, day *company, codes sedationCodes, p *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny, Related: []*audit.Line{p},
		Message: fmt.Sprintf("%s on %s is sedation by a second doctor, and the same provider bills %s", billedAs(l), l.From, billedAs(p)),
	}
	if !sameDoctor(l, p) {
		f.Severity = audit.Review
		f.Message += ", as far as the lines say who rendered them"
		f.Fix.Text = fmt.Sprintf("enter who rendered both lines; if it is one doctor, %s is %s", l.Code, operatorCode(codes, l))
		return f
	}
	f.Fix = ownSedation(l, day, codes)
	f.Fix.Edits = unlessMore(f.Fix.Edits, codes, l, day)
	return f
}

// operatorCode is what the operator bills for the sedation, for the patient's age.
func operatorCode(codes sedationCodes, l *audit.Line) claim.Code {
	own := codes.of(codes.of(l.Code).operator)
	if own.otherAge != 0 && !own.fits(l) {
		return own.otherAge
	}
	return own.code
}

// ownSedation bills the sedation as the operator's: first and further time change together, or the
// add-on would lose its primary.
func ownSedation(l *audit.Line, day *company, codes sedationCodes) audit.Fix {
	fix := recodeOwn(l, day, codes)
	for _, k := range codes {
		if k.operator == 0 || k.code == l.Code {
			continue
		}
		for m := range day.of(k.code).each {
			if !m.Context && !m.Root && sameDoctor(l, m) {
				other := recodeOwn(m, day, codes)
				fix.Text += "; " + other.Text
				fix.Edits = append(fix.Edits, other.Edits...)
				break
			}
		}
	}
	return fix
}

func recodeOwn(l *audit.Line, day *company, codes sedationCodes) audit.Fix {
	code := operatorCode(codes, l)
	if codes.of(code).otherAge == 0 && l.Type == claim.Professional && facilityPOS(l) && isMedicare(l) {
		return audit.Fix{
			Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: further time, %s, is the facility staff's", l.Code, code),
			Edits: []audit.Edit{audit.Remove(l)},
		}
	}
	return recode(l, day, code)
}

func sedationAlone() check {
	codes, never := mustSedation(), mustSet("never-sedated-for")
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !l.In(catalog.SedationSame) || l.Root || codes.of(l.Code).further == 0 {
			return
		}
		for m := range day.each {
			if m != l && audit.Providers(l, m) != audit.DifferentProvider && (m.Root || m.Code == 0 || operation(m, &never)) {
				return
			}
		}
		report(audit.Finding{
			Line: l, Money: audit.Deny,
			Message: fmt.Sprintf("%s is billed on %s without a procedure that day by the same provider or group", billedAs(l), l.From),
			Fix:     audit.Fix{Text: fmt.Sprintf("look in the record for the procedure the patient was sedated for and bill it, or correct the date; without one remove %s", l.Code)},
		})
	})
}

// operation tells whether the line may be a procedure a patient is sedated for: one of a code that
// is not listed may.
func operation(l *audit.Line, never *codeSet) bool {
	return isProcedure(l) && !isLaboratory(l) && !never.has(l)
}

// coverageRow is sedation that payers do not cover as a matter of course.
type coverageRow struct {
	Procedures string `csv:"procedures"` // codes and groups
	Sedation   string `csv:"sedation"`
	Say        string `csv:"say"`
	Source     string `csv:"source"`
}

type sedationPolicy struct {
	procedures, sedation codeSet
	say                  string
}

func mustPolicies() (policies []sedationPolicy) {
	for _, row := range mustData[coverageRow]("sedation-coverage.csv") {
		policies = append(policies, sedationPolicy{mustCodes(row.Procedures), mustCodes(row.Sedation), row.Say})
	}
	return policies
}

func sedationCoverage() check {
	policies, never, seldom := mustPolicies(), mustSet("never-sedated-for"), mustSet("seldom-sedated-for")
	var minor codeSet
	for _, p := range policies {
		minor = minor.or(p.procedures)
	}
	office := minor.or(seldom)
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !isSedation(l) && !l.In(catalog.Anesthesia) || l.Root || !underCoverage(l) || l.Mods.Has(denialExpected...) {
			return
		}
		for m := range day.each {
			if m.Code == 0 || operation(m, &never) && !office.has(m) {
				return
			}
		}
		for i := range policies {
			if policies[i].sedation.has(l) && policies[i].judge(l, day, &minor, report) {
				return
			}
		}
	})
}

// judge reports the sedation where the day has one of the policy's procedures.
func (p *sedationPolicy) judge(l *audit.Line, day *company, minor *codeSet, report func(audit.Finding)) bool {
	var first *audit.Line
	var others []*audit.Line
	for m := range day.each {
		switch {
		case first == nil && p.procedures.has(m):
			first = m
		case minor.has(m):
			others = append(others, m)
		}
	}
	if first == nil {
		return false
	}
	report(audit.Finding{
		Line: l, Money: audit.Deny, Related: append([]*audit.Line{first}, others...),
		Message: fmt.Sprintf("%s (%s) is billed beside %s on %s: %s", billedAs(l), l.Known.Label, billedAs(first), l.From, p.say),
		Fix:     audit.Fix{Text: "find in the record why this patient needed it (such as a movement disorder, or anxiety that other means did not settle) and keep it for an appeal; without that the payer is not billed for it"},
	})
	return true
}

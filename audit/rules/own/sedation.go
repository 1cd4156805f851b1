package own

import (
	"fmt"
	"slices"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// sedationRow is a code of moderate sedation.
type sedationRow struct {
	Code     string `csv:"code"`
	From     string `csv:"from"` // ages in completed years
	Below    string `csv:"below"`
	OtherAge string `csv:"other_age"` // the code of the other ages
	Operator string `csv:"operator"`  // on a second doctor's code: what the operator bills instead
	Source   string `csv:"source"`
}

// sedationCode is a row in use.
type sedationCode struct {
	code, otherAge, operator claim.Code
	from, below              int
}

type sedationCodes []sedationCode

func mustSedation() (codes sedationCodes) {
	code := func(text string) claim.Code {
		if text == "" {
			return 0
		}
		return claim.MustCode(text)
	}
	for row := range terms.MustData[sedationRow]("sedation-codes.csv") {
		from, err := strconv.Atoi(row.From)
		below, err2 := strconv.Atoi(row.Below)
		if err != nil || err2 != nil || from >= below {
			panic("rules: sedation-codes.csv: no ages of " + row.Code) // the table is part of the program
		}
		codes = append(codes, sedationCode{code(row.Code), code(row.OtherAge), code(row.Operator), from, below})
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

// SedationAge is the check of sedation-age.
func SedationAge() terms.Check {
	codes := mustSedation()
	return terms.Beside(func(_ *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if !isSedation(l) || l.Root {
			return
		}
		if k := codes.of(l.Code); k.otherAge != 0 && !k.fits(l) {
			report(ofAnotherAge(l, day, codes, k))
		}
	})
}

func ofAnotherAge(l *audit.Line, day *terms.Company, codes sedationCodes, k sedationCode) audit.Finding {
	age, _ := l.Age()
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is sedation of a patient %s, and by the birth date the patient was %d", terms.BilledAs(l), l.From, k.ages(), age),
	}
	f.Fix = recode(l, day, k.otherAge)
	f.Fix.Text += "; or correct the birth date"
	f.Fix.Edits = unlessMore(f.Fix.Edits, codes, l, day)
	return f
}

// unlessMore are the edits, or none where the provider or group bills more sedation that day than they
// settle:
// which of the lines is right only the record tells.
func unlessMore(edits []audit.Edit, codes sedationCodes, l *audit.Line, day *terms.Company) []audit.Edit {
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
		if k.goesWithAny() || billed[k.code] {
			continue
		}
		for m := range day.Of(k.code).Each {
			edited := slices.ContainsFunc(edits, func(e audit.Edit) bool { return e.Line == m })
			if !edited && terms.Providers(l, m) != audit.DifferentProvider {
				return nil
			}
		}
	}
	return edits
}

// goesWithAny tells whether the code is the operator's further time, which goes with either age.
func (k *sedationCode) goesWithAny() bool { return k.otherAge == 0 && k.operator == 0 }

// recode is the fix that bills another code, or, where the provider bills that one already, takes
// the line off.
func recode(l *audit.Line, day *terms.Company, code claim.Code) audit.Fix {
	for m := range day.Of(code).Each {
		if terms.Providers(l, m) == audit.SameProvider {
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

// SedationByOperator is the check of sedation-by-operator.
func SedationByOperator() terms.Check {
	codes := mustSedation()
	return terms.Beside(func(_ *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
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
func operatedOn(l *audit.Line, day *terms.Company) (procedure *audit.Line) {
	for m := range day.Each {
		if !terms.IsSurgery(m.Code) && !m.In(catalog.Injection) || audit.ByNumbers(l, m) != audit.SameProvider {
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

func byOperator(l *audit.Line, day *terms.Company, codes sedationCodes, p *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny, Related: []*audit.Line{p},
		Message: fmt.Sprintf("%s on %s is sedation by a second doctor, and the same provider bills %s", terms.BilledAs(l), l.From, terms.BilledAs(p)),
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
func ownSedation(l *audit.Line, day *terms.Company, codes sedationCodes) audit.Fix {
	fix := recodeOwn(l, day, codes)
	for _, k := range codes {
		if k.operator == 0 || k.code == l.Code {
			continue
		}
		for m := range day.Of(k.code).Each {
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

func recodeOwn(l *audit.Line, day *terms.Company, codes sedationCodes) audit.Fix {
	code := operatorCode(codes, l)
	if codes.of(code).otherAge == 0 && l.Type == claim.Professional && terms.FacilityPOS(l) && terms.IsMedicare(l) {
		return audit.Fix{
			Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: further time, %s, is the facility staff's", l.Code, code),
			Edits: []audit.Edit{audit.Remove(l)},
		}
	}
	return recode(l, day, code)
}

package rules

import (
	"fmt"
	"slices"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// ageRow is a code of sedation for an age in completed years, and the code of the other ages.
type ageRow struct {
	Code    string `csv:"code"`
	From    string `csv:"from"`
	Below   string `csv:"below"`
	Instead string `csv:"instead"`
	Source  string `csv:"source"`
}

// ageLimit is a row in use.
type ageLimit struct {
	code, instead claim.Code
	from, below   int
}

func mustAges() (limits []ageLimit) {
	for _, row := range mustRows[ageRow]("sedation-ages.csv") {
		from, err := strconv.Atoi(row.From)
		below, err2 := strconv.Atoi(row.Below)
		if err != nil || err2 != nil || from >= below {
			panic("rules: sedation-ages.csv: no ages of " + row.Code) // the table is part of the program
		}
		limits = append(limits, ageLimit{claim.MustCode(row.Code), claim.MustCode(row.Instead), from, below})
	}
	return limits
}

// limitOf is the limit of the line's code, and whether it has one.
func limitOf(limits []ageLimit, l *audit.Line) (ageLimit, bool) {
	i := slices.IndexFunc(limits, func(a ageLimit) bool { return a.code == l.Code })
	if i < 0 {
		return ageLimit{}, false
	}
	return limits[i], true
}

// words are the ages in words.
func (a ageLimit) words() string {
	if a.from == 0 {
		return fmt.Sprintf("under %d", a.below)
	}
	return fmt.Sprintf("of %d or older", a.from)
}

// sedationNeeds are the needs of a rule that compares sedation with the other lines of the day.
func sedationNeeds() audit.Needs {
	return audit.Needs{
		Fields: claim.FieldSet(claim.FieldCode), Patient: true,
		Groups: catalog.GroupSet(catalog.SedationSame, catalog.SedationOther),
	}
}

func isSedation(l *audit.Line) bool {
	return l.In(catalog.SedationSame) || l.In(catalog.SedationOther)
}

func sedationAge() *audit.Rule {
	ages := mustAges()
	needs := sedationNeeds()
	needs.Fields |= claim.FieldSet(claim.FieldBirth)
	return &audit.Rule{
		ID:       "sedation-age",
		Title:    "Sedation code of another age",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S12"},
		Needs:    needs,
		Help: "The first 15 minutes of moderate sedation have a code for patients under 5 (99151; 99155 by a second doctor) and one for all others (99152, 99156). " +
			"The age is in completed years on the date of service. Right after all only where the birth date is wrong.",
		Source: "guide replacement of 99144, which gives 99151 to 99153 for any age; CPT wording; rules S-29, A-20",
		Check: beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
			if !isSedation(l) || l.Root {
				return
			}
			limit, ok := limitOf(ages, l)
			age, known := l.Age()
			if ok && known && (age < limit.from || age >= limit.below) {
				report(ofAnotherAge(c, l, day, limit, age))
			}
		}),
	}
}

func ofAnotherAge(c *audit.Case, l *audit.Line, day *company, limit ageLimit, age int) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is sedation of a patient %s, and by the birth date the patient was %d", billedAs(l), l.From, limit.words(), age),
		Fix:     recode(c, l, day, limit.instead, "; or correct the birth date"),
	}
}

// recode is the fix that bills another code, or, where the provider bills that one already, takes
// the line off.
func recode(c *audit.Case, l *audit.Line, day *company, code claim.Code, or string) audit.Fix {
	for m := range day.of(code).each {
		if audit.Providers(l, m) == audit.SameProvider {
			fix := removal(c, l, day, fmt.Sprintf("%s, which is right, is billed already", code))
			fix.Text += or
			return fix
		}
	}
	return audit.Fix{
		Action: audit.ReplaceCode, Text: fmt.Sprintf("replace %s with %s%s", l.Code, code, or),
		Edits: []audit.Edit{audit.SetCode(l, code)},
	}
}

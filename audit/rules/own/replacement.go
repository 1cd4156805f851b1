package own

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// includedGuidance are the day's guidance lines that the code includes and no other line can take.
func includedGuidance(cat *catalog.Catalog, l *audit.Line, day []audit.Line, code claim.Code) []*audit.Line {
	if !cat.Lookup(code).In(catalog.ImagingIncluded, l.From) {
		return nil
	}
	var included []*audit.Line
	for i := range day {
		g := &day[i]
		if !terms.FluoroscopyOrCT.Has(g) || g.Context || terms.Providers(l, g) != audit.SameProvider {
			continue
		}
		if !takenByAnother(day) {
			included = append(included, g)
		}
	}
	return included
}

// takenByAnother tells whether a line of the day is for a procedure, valid then, that guidance is
// billed with.
func takenByAnother(day []audit.Line) bool {
	for i := range day {
		q := &day[i]
		if (q.In(catalog.Takes77002) || q.In(catalog.Takes77003)) && q.Known.ValidOn(q.From) {
			return true
		}
	}
	return false
}

// convert is the number of units of the new code for the same service: as many, or for a drug as
// many as hold the same amount. False when a drug's amount does not carry over.
func convert(cat *catalog.Catalog, old, replacement claim.Code, units claim.Units) (claim.Units, bool) {
	from, drug := cat.Drug(old)
	to, stillDrug := cat.Drug(replacement)
	if !drug && !stillDrug {
		return units, true
	}
	had, measure, ok1 := amount(from.PerUnit)
	wants, other, ok2 := amount(to.PerUnit)
	if !ok1 || !ok2 || measure != other || units > mostUnits || (units*had)%wants != 0 {
		return 0, false
	}
	return units * had / wants, true
}

// mostUnits keeps a conversion within its number; no dose is near it.
const mostUnits = 1000000 * claim.One

// amount reads "40 mg".
func amount(perUnit string) (n claim.Units, measure string, ok bool) {
	number, measure, found := strings.Cut(perUnit, " ")
	n, err := claim.ParseUnits(number)
	return n, measure, found && err == nil && n > 0
}

// otherwise names the replacements a record might show instead of the one picked.
func otherwise(rows []catalog.Replacement, picked catalog.Replacement) string {
	var text strings.Builder
	for _, row := range rows {
		if row.When == catalog.RecordDecides && row.New != 0 && row.New != picked.New {
			text.WriteString("; or " + row.New.String() + terms.Note(row.Text))
		}
	}
	return text.String()
}

// toCheck says what the choice rests on besides the record: an age that is not on the claim, or a
// payer that covers the imaged injections only.
func toCheck(cat *catalog.Catalog, l *audit.Line, row catalog.Replacement) string {
	_, aged := l.Age()
	switch {
	case !aged && row.When == catalog.FiveOrMore:
		return fmt.Sprintf("; the birth date is missing: check that the patient was %d or older", terms.OlderSedation)
	case !aged && row.When == catalog.UnderFive:
		return fmt.Sprintf("; the birth date is missing: check that the patient was under %d", terms.OlderSedation)
	case (l.Payer == claim.Medicare || l.Payer == claim.MedicareAdvantage) && cat.Lookup(row.New).In(catalog.EpiduralUnimaged, l.From):
		return "; Medicare's coverage policies pay only the image-guided injection"
	}
	return ""
}

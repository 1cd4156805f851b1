package rules

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// fact is what on a claim picks between the replacements of a code.
type fact struct {
	line *audit.Line
	day  []audit.Line // the lines of the same day, where the choice may depend on them
}

// later are the rows for a code that has ended, earlier those for one that had not begun: those
// whose code was valid on the day.
func later(cat *catalog.Catalog, code claim.Code, on claim.Date) []catalog.Replacement {
	return replacements(cat, code, on, false)
}

func earlier(cat *catalog.Catalog, code claim.Code, on claim.Date) []catalog.Replacement {
	return replacements(cat, code, on, true)
}

func replacements(cat *catalog.Catalog, code claim.Code, on claim.Date, early bool) []catalog.Replacement {
	var valid []catalog.Replacement
	for _, row := range cat.Replacements(code) {
		if e := cat.Lookup(row.New); (row.When == catalog.BeforeSuccessor) == early && (e == nil || e.ValidOn(on)) {
			valid = append(valid, row)
		}
	}
	return valid
}

// pick is the first replacement whose condition the claim meets; where the deciding fact is not on
// the claim, the first that it could be.
func pick(rows []catalog.Replacement, f fact) (catalog.Replacement, bool) {
	var possible *catalog.Replacement
	for i := range rows {
		met, known := f.meets(rows[i].When)
		if met {
			return rows[i], true
		}
		if !known && possible == nil {
			possible = &rows[i]
		}
	}
	if possible == nil {
		return catalog.Replacement{}, false
	}
	return *possible, true
}

// meets tells whether the claim meets the condition, and whether the claim can tell.
func (f fact) meets(when catalog.Condition) (met, known bool) {
	switch when {
	case catalog.Always, catalog.CountStudies:
		return true, true
	case catalog.WithImaging:
		return f.imaged(), true
	case catalog.WithoutImaging:
		return !f.imaged(), true
	case catalog.UnderFive, catalog.FiveOrMore:
		age, ok := f.line.Age()
		return ok && (age < olderSedation) == (when == catalog.UnderFive), ok
	}
	return false, false
}

// olderSedation is the age in years from which moderate sedation has the other codes.
var olderSedation = mustLimit("older-sedation-age")

// imaged tells whether fluoroscopy or CT guidance was billed the same day by the same provider.
func (f fact) imaged() bool {
	for i := range f.day {
		g := &f.day[i]
		if fluoroscopyOrCT.has(g) && audit.Providers(f.line, g) != audit.DifferentProvider {
			return true
		}
	}
	return false
}

// fluoroscopyOrCT leaves out ultrasound and MR guidance, which no spine injection code includes.
var fluoroscopyOrCT = mustSet("fluoroscopy-or-ct")

// includedGuidance are the day's guidance lines that the code includes and no other line can take.
func includedGuidance(cat *catalog.Catalog, l *audit.Line, day []audit.Line, code claim.Code) []*audit.Line {
	if !cat.Lookup(code).In(catalog.ImagingIncluded, l.From) {
		return nil
	}
	var included []*audit.Line
	for i := range day {
		g := &day[i]
		if !fluoroscopyOrCT.has(g) || g.Context || audit.Providers(l, g) != audit.SameProvider {
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
			text.WriteString("; or " + row.New.String() + note(row.Text))
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
		return fmt.Sprintf("; the birth date is missing: check that the patient was %d or older", olderSedation)
	case !aged && row.When == catalog.UnderFive:
		return fmt.Sprintf("; the birth date is missing: check that the patient was under %d", olderSedation)
	case (l.Payer == claim.Medicare || l.Payer == claim.MedicareAdvantage) && cat.Lookup(row.New).In(catalog.EpiduralUnimaged, l.From):
		return "; Medicare's coverage policies pay only the image-guided injection"
	}
	return ""
}

// choices names every code of the rows.
func choices(rows []catalog.Replacement) string {
	var all []string
	for _, row := range rows {
		if row.New != 0 {
			all = append(all, row.New.String()+note(row.Text))
		}
	}
	return strings.Join(all, "; ")
}

// note is a remark behind a code, or nothing.
func note(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// alternatives is a list in words: A, B or C.
func alternatives[T interface{ String() string }](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.String()
	}
	if n := len(texts); n > 1 {
		return strings.Join(texts[:n-1], ", ") + " or " + texts[n-1]
	}
	return strings.Join(texts, "")
}

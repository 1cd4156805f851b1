package terms

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Fact is what on a claim picks between the replacements of a code.
type Fact struct {
	Line *audit.Line
	Day  []audit.Line // the lines of the same day, where the choice may depend on them
}

// Later are the rows for a code that has ended, earlier those for one that had not begun: those for the
// line's payer whose code was valid on its first day.
func Later(cat *catalog.Catalog, code claim.Code, l *audit.Line) []catalog.Replacement {
	return replacements(cat, code, l, false)
}

// Earlier are the rows for a code that had not begun on the day.
func Earlier(cat *catalog.Catalog, code claim.Code, l *audit.Line) []catalog.Replacement {
	return replacements(cat, code, l, true)
}

func replacements(cat *catalog.Catalog, code claim.Code, l *audit.Line, early bool) []catalog.Replacement {
	var valid []catalog.Replacement
	for _, row := range cat.Replacements(code) {
		if e := cat.Lookup(row.New); (row.When == catalog.BeforeSuccessor) == early && row.For(l.Payer) && (e == nil || e.ValidOn(l.From)) {
			valid = append(valid, row)
		}
	}
	return valid
}

// Decides tells whether the claim alone says that this is the row.
func (f Fact) Decides(row *catalog.Replacement) bool {
	met, _ := f.meets(row.When)
	return met && row.Edit
}

// Possible are the rows that the claim does not rule out, for the record to choose from.
func Possible(rows []catalog.Replacement, f Fact) (possible []catalog.Replacement) {
	for _, row := range rows {
		if met, known := f.meets(row.When); met || !known {
			possible = append(possible, row)
		}
	}
	return possible
}

// Pick is the first replacement whose condition the claim meets; where the deciding fact is not on
// the claim, the first that it could be.
func Pick(rows []catalog.Replacement, f Fact) (catalog.Replacement, bool) {
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
func (f Fact) meets(when catalog.Condition) (met, known bool) {
	switch when {
	case catalog.Always, catalog.CountStudies:
		return true, true
	case catalog.WithImaging:
		return f.imaged(), true
	case catalog.WithoutImaging:
		return !f.imaged(), true
	case catalog.UnderFive, catalog.FiveOrMore:
		age, ok := f.Line.Age()
		return ok && (age < OlderSedation) == (when == catalog.UnderFive), ok
	}
	return false, false
}

// OlderSedation is the age in years from which moderate sedation has the other codes.
var OlderSedation = MustLimit("older-sedation-age")

// imaged tells whether fluoroscopy or CT guidance was billed the same day by the same provider.
func (f Fact) imaged() bool {
	for i := range f.Day {
		g := &f.Day[i]
		if FluoroscopyOrCT.Has(g) && Providers(f.Line, g) != audit.DifferentProvider {
			return true
		}
	}
	return false
}

// FluoroscopyOrCT leaves out ultrasound and MR guidance, which no spine injection code includes.
var FluoroscopyOrCT = MustSet("fluoroscopy-or-ct")

// Choices names every code of the rows.
func Choices(rows []catalog.Replacement) string {
	var all []string
	for _, row := range rows {
		if row.New != 0 {
			all = append(all, row.New.String()+Note(row.Text))
		}
	}
	return strings.Join(all, "; ")
}

// Note is a remark behind a code, or nothing.
func Note(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}

// Alternatives is a list in words: A, B or C.
func Alternatives[T interface{ String() string }](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.String()
	}
	if n := len(texts); n > 1 {
		return strings.Join(texts[:n-1], ", ") + " or " + texts[n-1]
	}
	return strings.Join(texts, "")
}

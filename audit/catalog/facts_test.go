package catalog

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// factRow is one question to the catalogue and its answer.
type factRow struct {
	Case  string `csv:"case"` // the erratum of the guide it corrects, or a topic
	Ask   string `csv:"ask"`
	Code  string `csv:"code"`
	Other string `csv:"other"`
	Date  string `csv:"date"`
	Want  string `csv:"want"`
	Note  string `csv:"note"`
}

func TestFacts(t *testing.T) {
	cat := embeddedCatalog(t)
	for i, row := range rowsOf[factRow](t, "testdata/facts.csv") {
		ask, ok := asks[row.Ask]
		if !ok {
			t.Fatalf("row %d: there is no question %q", i+2, row.Ask)
		}
		if got := ask(cat, row); got != row.Want {
			t.Errorf("row %d, %s: %s %s %s %s is %q, want %q %s", i+2, row.Case, row.Ask, row.Code, row.Other, row.Date, got, row.Want, row.Note)
		}
	}
}

// The guide this catalogue corrects has 26 known errors; each must have its row.
func TestEveryErratumHasARow(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range rowsOf[factRow](t, "testdata/facts.csv") {
		seen[row.Case] = true
	}
	for n := 1; n <= 26; n++ {
		if erratum := fmt.Sprintf("E%d", n); !seen[erratum] {
			t.Errorf("erratum %s has no row in testdata/facts.csv", erratum)
		}
	}
}

var asks = map[string]func(*Catalog, factRow) string{
	"listed": func(c *Catalog, r factRow) string { return yes(c.Lookup(claim.MustCode(r.Code)) != nil) },
	"paired": func(c *Catalog, r factRow) string {
		return yes(c.Covered(MedicarePractitioner, claim.MustCode(r.Code), nil, claim.MustDate("2024-08-01"))&InPairs != 0)
	},
	"valid": func(c *Catalog, r factRow) string { return yes(r.entry(c).ValidOn(r.on())) },
	"label": func(c *Catalog, r factRow) string {
		return within(r.entry(c).Label, r.Want)
	},
	"placeholder": func(c *Catalog, r factRow) string { return yes(r.entry(c).Placeholder) },
	"group": func(c *Catalog, r factRow) string {
		return yes(r.entry(c).In(Group(slices.Index(groupNames[:], r.Other)), r.on()))
	},
	"edit":        askEdit,
	"limit":       askLimit,
	"add-on":      askAddOn,
	"replacement": askReplacement,
	"bilateral":   func(c *Catalog, r factRow) string { return string(r.fee(c).Bilateral) },
	"status":      func(c *Catalog, r factRow) string { return string(r.fee(c).Status) },
	"pctc":        func(c *Catalog, r factRow) string { return string(r.fee(c).PCTC) },
	"global":      func(c *Catalog, r factRow) string { return r.fee(c).Global },
	"drug":        askDrug,
	"last":        askLast,
	"near":        func(c *Catalog, r factRow) string { return c.NearMisses(r.Code, 0)[0].String() },
	"studies":     askStudies,
	"span": func(c *Catalog, r factRow) string {
		kind := c.SpanOf(claim.MustCode(r.Code), claim.Mods(strings.Fields(r.Other)...))
		for name, k := range spanKinds {
			if k == kind {
				return name
			}
		}
		return "none"
	},
	"diagnosis":       askDiagnosis,
	"diagnosis-label": func(c *Catalog, r factRow) string { return within(r.note(c).Label, r.Want) },
	"instead":         func(c *Catalog, r factRow) string { return list(r.note(c).Instead) },
}

func askEdit(c *Catalog, r factRow) string {
	e, ok := c.Edit(MedicarePractitioner, claim.MustCode(r.Code), claim.MustCode(r.Other), r.on())
	if !ok {
		return "none"
	}
	return string(e.Indicator)
}

func askLimit(c *Catalog, r factRow) string {
	l, ok := c.Limit(MedicarePractitioner, claim.MustCode(r.Code), claim.MustDate("2024-08-01"))
	if !ok {
		return "none"
	}
	return fmt.Sprintf("%s by %c", l.Units, l.By)
}

func askAddOn(c *Catalog, r factRow) string {
	a, ok := c.AddOn(MedicarePractitioner, claim.MustCode(r.Code), r.on())
	if !ok {
		return "none"
	}
	return list(a.Primaries)
}

func askReplacement(c *Catalog, r factRow) string {
	var found []string
	for _, row := range c.Replacements(claim.MustCode(r.Code)) {
		switch {
		case row.When != Condition(r.Other):
		case row.New == 0:
			found = append(found, "nothing")
		default:
			found = append(found, row.New.String())
		}
	}
	return strings.Join(found, " ")
}

func askDrug(c *Catalog, r factRow) string {
	d, ok := c.Drug(claim.MustCode(r.Code))
	if !ok {
		return "none"
	}
	return d.PerUnit
}

func askLast(c *Catalog, r factRow) string {
	last, ok := c.LastValid(claim.MustCode(r.Code))
	if !ok {
		return "none"
	}
	return last.String()
}

func askStudies(c *Catalog, r factRow) string {
	n, err := strconv.Atoi(r.Code)
	if err != nil {
		return err.Error()
	}
	code := c.Studies(n)
	if code == 0 {
		return "none"
	}
	return code.String()
}

func askDiagnosis(c *Catalog, r factRow) string {
	note, ok := c.DiagnosisOn(claim.MustDiagnosis(r.Code), r.on())
	if !ok {
		return "unknown"
	}
	return map[DiagnosisState]string{
		DiagnosisValid: "valid", DiagnosisCategory: "category", DiagnosisEnded: "ended", DiagnosisEarly: "early",
	}[note.On(r.on())]
}

func (r factRow) entry(c *Catalog) *Entry { return c.Lookup(claim.MustCode(r.Code)) }

func (r factRow) on() claim.Date { return claim.MustDate(r.Date) }

func (r factRow) fee(c *Catalog) Fee {
	f, _ := c.Fee(claim.MustCode(r.Code), r.on())
	return f
}

func (r factRow) note(c *Catalog) Diagnosis {
	if r.Date == "" {
		note, _ := c.Diagnosis(claim.MustDiagnosis(r.Code))
		return note
	}
	note, _ := c.DiagnosisOn(claim.MustDiagnosis(r.Code), r.on())
	return note
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// within is the part looked for when the text has it, else the text.
func within(text, part string) string {
	if strings.Contains(text, part) {
		return part
	}
	return text
}

func list[T fmt.Stringer](codes []T) string {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = code.String()
	}
	return strings.Join(texts, " ")
}

func embeddedCatalog(t testing.TB) *Catalog {
	t.Helper()
	cat, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// rowsOf are the rows of a table of cases.
func rowsOf[T any](t *testing.T, name string) []T {
	t.Helper()
	records, err := table.Read(os.DirFS("."), name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := table.Bind[T](records)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatalf("%s has no rows", name)
	}
	return rows
}

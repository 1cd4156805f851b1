package terms

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/gocarina/gocsv"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

type peopleCase struct {
	Code1 string `csv:"code1"`
	Mods1 string `csv:"mods1"`
	NPI1  string `csv:"npi1"`
	Code2 string `csv:"code2"`
	Mods2 string `csv:"mods2"`
	NPI2  string `csv:"npi2"`
	Want  string `csv:"want"`
	Note  string `csv:"note"`
}

// TestPeople holds who is told apart by what two lines are billed with, either way round, under one TIN
// and under none.
func TestPeople(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]audit.Relation{"same": audit.SameProvider, "group": audit.SameGroup, "different": audit.DifferentProvider}
	line := func(code, mods, npi string) *audit.Line {
		l := &audit.Line{Line: claim.Line{From: claim.MustDate("2025-03-10"), Code: claim.MustCode(code), Rendering: npi}}
		for i, m := range strings.Fields(strings.ReplaceAll(mods, "-", " ")) {
			l.Mods[i] = claim.Mod(m)
		}
		l.Known = cat.Lookup(l.Code)
		return l
	}
	var rows []peopleCase
	if f, err := os.Open("testdata/people.csv"); err != nil || gocsv.UnmarshalCSV(csv.NewReader(f), &rows) != nil {
		t.Fatalf("no cases (%v)", err)
	}
	for _, row := range rows {
		a, b := line(row.Code1, row.Mods1, row.NPI1), line(row.Code2, row.Mods2, row.NPI2)
		want, ok := words[row.Want]
		if got := Providers(a, b); !ok || got != want || Providers(b, a) != want {
			t.Errorf("%s of %q beside %s of %q: got %d and %d, want %s (%s)", BilledAs(a), a.Rendering, BilledAs(b), b.Rendering, got, Providers(b, a), row.Want, row.Note)
		}
	}
}

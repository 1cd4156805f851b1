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

type bypassRow struct {
	Code1 string `csv:"code1"`
	Mods1 string `csv:"mods1"`
	Code2 string `csv:"code2"`
	Mods2 string `csv:"mods2"`
	DOS   string `csv:"dos"`
	Type  string `csv:"type"`
	Want  string `csv:"want"`
	Note  string `csv:"note"`
}

// TestBypass holds the table of what modifiers open a pair edit of indicator 1.
func TestBypass(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/bypass.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []bypassRow
	if err := gocsv.UnmarshalCSV(csv.NewReader(f), &rows); err != nil {
		t.Fatal(err)
	}
	words := map[string]gate{"shut": shut, "one-sided": oneSided, "open": Open}
	for _, row := range rows {
		column1, column2 := row.line(cat, row.Code1, row.Mods1), row.line(cat, row.Code2, row.Mods2)
		want, ok := words[row.Want]
		if got := Bypass(column1, column2); !ok || got != want {
			t.Errorf("%s beside %s on %s: got %d, want %s (%s)", BilledAs(column1), BilledAs(column2), row.DOS, got, row.Want, row.Note)
		}
	}
}

func (row *bypassRow) line(cat *catalog.Catalog, code, mods string) *audit.Line {
	l := &audit.Line{Line: claim.Line{From: claim.MustDate(row.DOS), Code: claim.MustCode(code)}}
	if mods != "" {
		l.Mods = claim.Mods(strings.Split(mods, "-")...)
	}
	if row.Type == "facility" {
		l.Type = claim.Facility
	}
	l.Known = cat.Lookup(l.Code)
	return l
}

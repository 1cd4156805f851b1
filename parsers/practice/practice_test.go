package practice_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"claimaudit/parsers/practice"
)

var form = &practice.Form{What: "things", Columns: []practice.Column{
	{Name: "code", Heads: []string{"Code", "CPT"}, Key: true, Must: true},
	{Name: "from", Heads: []string{"From date", "from"}, Days: true},
	{Name: "say", Heads: []string{"Say"}},
	{Name: "source", Heads: []string{"Source"}, Must: true},
}}

func text(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRead reads heads as people write them, in any order, below a title, and counts rows as a spreadsheet.
func TestRead(t *testing.T) {
	f, err := form.Read(text(t, "Our things", "", `source,"FROM-DATE", cpt `, "a,2026-01-31,64405", ",,", `"b`, `c",,64400`), nil)
	if err != nil {
		t.Fatal(err)
	}
	r := f.Records[0]
	if diff := cmp.Diff([][]string{{"64405", "2026-01-31", "", "a"}, {"64400", "", "", "b c"}}, r.Rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{4, 6}, r.Lines); diff != "" || f.Rows() != 2 || len(f.SHA256) != 64 {
		t.Errorf("lines %v, %d rows, hash %s", r.Lines, f.Rows(), f.SHA256)
	}
}

// TestDelimiters: the header tells what stands between cells, whatever else stands in them.
func TestDelimiters(t *testing.T) {
	lists := "64405;64400;64450;64479;64483"
	for _, comma := range []string{",", ";", "\t", "|"} {
		list := strings.ReplaceAll(lists, ";", map[bool]string{true: ", ", false: ";"}[comma == ";"])
		line := func(cells ...string) string { return strings.Join(cells, comma) }
		f, err := form.Read(text(t, "Our things", line("Code", "Source", "Say"), line(list, "a", list), line(list, "b", list), line(list, "c", list)), nil)
		if err != nil || len(f.Records) != 1 || f.Rows() != 3 || f.Records[0].Rows[2][0] != list || f.Records[0].Rows[2][3] != "c" {
			t.Errorf("%q: %v, %v", comma, f, err)
		}
	}
}

// TestReadRefuses names what is wrong, where, and what to do.
func TestReadRefuses(t *testing.T) {
	for want, lines := range map[string][]string{
		"holds no things: none of its first 20 rows is a header that has Code: expected heads among Code, From date, Say, Source": {"a,b", "1,2"},
		"row 1: the header has no column Source: add it":                                               {"Code,Say"},
		`row 1: column B has the head "Sy", which no column of things has: expected one of Code`:       {"Code,Sy,Source"},
		"row 1, column Code: stands in the header twice (column A and column C): keep one":             {"Code,Source,CPT"},
		"row 3: column D holds something and has no head that is known: put it below one, or empty it": {"Code,Say,Source", "1,,a", "1,,a,x"},
		"row 2, column Say: has more than 4000 characters: shorten it":                                 {"Code,Say,Source", "1," + strings.Repeat("x", 5000) + ",a"},
		"row 2: cannot be split into cells":                                                            {"Code,Say,Source", `1,"x"y,a`},
	} {
		path := text(t, lines...)
		if _, err := form.Read(path, nil); err == nil || !strings.Contains(err.Error(), path+" "+want) && !strings.Contains(err.Error(), path+": "+want) {
			t.Errorf("the error is %v, want %s", err, want)
		}
	}
	if _, err := form.Read(filepath.Join(t.TempDir(), "none.csv"), nil); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestReadWorkbooks reads each sheet with such a header, days that are numbers as days, and leaves hidden sheets.
func TestReadWorkbooks(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	for sheet, rows := range map[string][][]any{
		"Sheet1": {{"Code", "From date", "Source"}, {64405, 46023, "a"}, {"64400", 7, "b"}, {"1", nil, nil}},
		"More":   {{"Source", "CPT"}, {"c", "64450"}},
		"Help":   {{"Sheet", "Column", "Meaning"}, {"Sheet1", "Code", "a code"}},
		"Gone":   {{"Code", "Source"}, {"1", "x"}},
	} {
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			cell, _ := excelize.CoordinatesToCellName(1, i+1)
			if err := book.SetSheetRow(sheet, cell, &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "f.xlsx")
	if err := book.SetSheetVisible("Gone", false); err != nil {
		t.Fatal(err)
	}
	if err := book.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	f, err := form.Read(path, nil)
	if want := path + ` sheet Sheet1 row 3, column From date: 7 is a number and no day: expected a date such as 2026-01-31`; err == nil || err.Error() != want {
		t.Errorf("the error is %v, want %s", err, want)
	}
	got := map[string][][]string{}
	for _, r := range f.Records {
		got[strings.TrimPrefix(r.File, path)] = r.Rows
	}
	want := map[string][][]string{
		" sheet Sheet1": {{"64405", "2026-01-01", "", "a"}, {"64400", "", "", "b"}, {"1", "", "", ""}},
		" sheet More":   {{"64450", "", "", "c"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

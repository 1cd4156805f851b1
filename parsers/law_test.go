package parsers_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

var header = []string{
	"ClaimID", "PatientID", "DOB", "DOS", "DOSTo", "CPT", "Mod1", "Mod2", "Units", "Charge", "Dx1", "Dx2",
	"RenderingNPI", "POS", "Payer", "ClaimType", "State", "Narrative",
}

// cells are what may stand in each column, good and bad.
var cells = map[string][]string{
	"ClaimID": {"C1", "C2", "", "Total"}, "PatientID": {"P1", "P2", "", "UNKNOWN", "1001.0"}, "DOB": {"1960-04-10", "4/25/1960", "", "soon"},
	"DOS": {"2025-03-10", "2025-03-11", "3/25/2025", "", "no date", "45726"}, "DOSTo": {"", "2025-03-12", "x"},
	"CPT":  {"64483", "99213", "64483-50", "64483.0", "20600 - 20611", "REFERRAL", "NO SHOW", "", "CPT", "M54.81"},
	"Mod1": {"", "RT", "59RT", "x"}, "Mod2": {"", "59"}, "Units": {"1", "2", "", "two", "-1"}, "Charge": {"100.00", "$1,234.50", "", "(3.00)", "free"},
	"Dx1": {"M54.16", "M54.16,M54.17", "", "pain"}, "Dx2": {"", "G89.4"}, "RenderingNPI": {"1234567893", "1.00309E+09", ""},
	"POS": {"11", "11 - Office", "", "somewhere"}, "Payer": {"Aetna", "Medicare", ""}, "ClaimType": {"", "asc", "professional"},
	"State": {"PA", "", "zz9"}, "Narrative": {"", "left, then right", "two\nlines"},
}

func drawRows(t *rapid.T) [][]string {
	n := rapid.IntRange(1, 60).Draw(t, "rows")
	rows := make([][]string, n)
	for i := range rows {
		for _, name := range header {
			rows[i] = append(rows[i], rapid.SampledFrom(cells[name]).Draw(t, name))
		}
	}
	return rows
}

// Every row with a cell is audited, unreadable or skipped, and its sink hears of it once.
func TestRowsAreAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		r, err := read("-", parsers.Options{Stdin: strings.NewReader(table(append([][]string{header}, rows...)...))}, 2)
		if err != nil {
			t.Fatal(err)
		}
		filled := 0
		for _, row := range rows {
			if strings.TrimSpace(strings.Join(row, "")) != "" {
				filled++
			}
		}
		s := r.Tables[0].Source
		if !s.Accounted() || s.Rows != filled || s.Audited != len(r.lines) || s.Unreadable+s.Skipped != len(r.unread) {
			t.Fatalf("%d rows filled: %+v, %d lines, %d unread", filled, s, len(r.lines), len(r.unread))
		}
		for _, l := range r.lines {
			if l.From == 0 || l.Given&l.Bad&^claim.FieldSet(claim.FieldModifiers, claim.FieldDiagnoses) != 0 || len(l.Faults) > 0 && l.Bad == 0 {
				t.Fatalf("row %d: from %s, given %b, bad %b, %d faults", l.Pos.Row, l.From, l.Given, l.Bad, len(l.Faults))
			}
		}
	})
}

// The order of columns is nothing.
func TestShuffledColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := append([][]string{header}, drawRows(t)...)
		places := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for i := range header {
				if !yield(i) {
					return
				}
			}
		})).Draw(t, "places")
		shuffled := make([][]string, len(rows))
		for i, row := range rows {
			for _, place := range places {
				shuffled[i] = append(shuffled[i], row[place])
			}
		}
		plain, err1 := read("-", parsers.Options{Stdin: strings.NewReader(table(rows...))}, 1)
		other, err2 := read("-", parsers.Options{Stdin: strings.NewReader(table(shuffled...))}, 1)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]any{plain.lines, plain.unread, plain.repairs}, []any{other.lines, other.unread, other.repairs}); diff != "" {
			t.Fatalf("shuffled columns read otherwise:\n%s", diff)
		}
	})
}

// many is an export of several blocks with a fault here and there.
func many(n int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	rows := [][]string{header}
	for range n {
		var row []string
		for _, name := range header {
			at := 0
			if rng.IntN(20) == 0 {
				at = rng.IntN(len(cells[name]))
			}
			row = append(row, cells[name][at])
		}
		rows = append(rows, row)
	}
	return table(rows...)
}

// One worker and eight read the same.
func TestWorkers(t *testing.T) {
	text := many(30_000)
	var want *result
	for _, workers := range []int{1, 2, 8} {
		got, err := read("-", parsers.Options{Stdin: strings.NewReader(text)}, workers)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !reflect.DeepEqual(want.lines, got.lines) {
			t.Fatalf("%d workers read other lines", workers)
		}
		if diff := cmp.Diff([]any{want.unread, want.repairs, want.Tables[0].Source}, []any{got.unread, got.repairs, got.Tables[0].Source}); diff != "" {
			t.Fatalf("%d workers read otherwise:\n%s", workers, diff)
		}
	}
	if len(want.repairs) == 0 || len(want.unread) == 0 || want.Tables[0].Source.Rows != 30_000 {
		t.Errorf("%d rows, %d unread, %d repairs: nothing to compare", want.Tables[0].Source.Rows, len(want.unread), len(want.repairs))
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e, err := parsers.Open("-", parsers.Options{Stdin: strings.NewReader(many(30_000))})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	cancel()
	sink := &idle{}
	if _, err := e.Read(ctx, 0, 2, func(int) parsers.Sink { return sink }, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("reading went on: %v", err)
	}
}

// workbook writes rows to sheets of a workbook; with numbers, what looks like a number is one, and
// dates are serials.
func workbook(t *testing.T, numbers bool, sheets map[string][][]string) string {
	t.Helper()
	f := excelize.NewFile()
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range sheets {
			if !yield(name) {
				return
			}
		}
	}) {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range sheets[name] {
			for j, text := range row {
				at, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if err := f.SetCellValue(name, at, cellValue(text, numbers)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "export.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func cellValue(text string, numbers bool) any {
	if !numbers {
		return text
	}
	if d, layout, err := claim.ParseDate(text); err == nil && layout == claim.Plain {
		days := int(d) - int(claim.MustDate("2025-03-10")) + 45726
		return days
	}
	if n, err := strconv.Atoi(text); err == nil && text[0] != '0' {
		return n
	}
	return text
}

// The same cells read alike from a text file and from a workbook, as text or as numbers.
func TestWorkbookReadsAsText(t *testing.T) {
	rows := [][]string{header}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var row []string
		for _, name := range header {
			value := cells[name][rng.IntN(len(cells[name]))]
			if value == "45726" || value == "1001.0" || value == "64483.0" {
				value = cells[name][0] // a repair in text is none in a workbook's numbers
			}
			row = append(row, value)
		}
		rows = append(rows, row)
	}
	text := readText(t, table(rows...))
	for _, numbers := range []bool{false, true} {
		book, err := read(workbook(t, numbers, map[string][][]string{"Charges": rows}), parsers.Options{}, 2)
		if err != nil {
			t.Fatal(err)
		}
		lines := slices.Clone(text.lines)
		number := strings.NewReplacer("\n", " ")
		for i := range lines { // a line break in a text file is one row, and one in a workbook
			lines[i].Narrative = number.Replace(lines[i].Narrative)
			book.lines[i].Narrative = number.Replace(book.lines[i].Narrative)
		}
		if diff := cmp.Diff(lines, book.lines); diff != "" {
			t.Errorf("numbers %v: lines differ:\n%s", numbers, diff)
		}
		if diff := cmp.Diff(text.unread, book.unread); diff != "" {
			t.Errorf("numbers %v: rows not read differ:\n%s", numbers, diff)
		}
	}
}

// Every sheet with a claim header is read; one that lacks a required field is counted, its rows unreadable;
// others are noted; --sheet reads one.
func TestSheets(t *testing.T) {
	charges := [][]string{{"PatientID", "DOS", "CPT"}, {"P1", "2025-03-10", "64483"}}
	path := workbook(t, false, map[string][][]string{
		"A": charges, "B": charges, "Summary": {{"Charges by month"}, {"March", "100"}},
		"Payments": {{"Patient ID", "Paid Date", "Paid Amount", "DOS"}, {"P1", "2025-03-20", "50", "2025-03-10"}},
	})
	var refused []string
	r, err := read(path, parsers.Options{Refused: func(table *parsers.Table, why error) {
		refused = append(refused, fmt.Sprintf("%s %d: %.21s", table.Source.Sheet, len(table.Columns), why))
	}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Summary 0: none of the first 2 r"}; !slices.Equal(refused, want) {
		t.Errorf("refused %q, want %q", refused, want)
	}
	var names []string
	for _, table := range r.Tables {
		names = append(names, fmt.Sprint(table.Source.Sheet, table.Source.Rows, len(table.Source.SHA256)))
	}
	if !slices.Equal(names, []string{"A1 64", "B1 64", "Payments1 64"}) || len(r.lines) != 2 || r.lines[1].Pos.Input != 1 {
		t.Errorf("sheets %v, lines %+v", names, r.lines)
	}
	says(t, r.Tables[0].Source.Notes, "sheet Summary was not read: none of the first")
	if want := "the header in row 1 names no procedure code (CPT)"; len(r.unread) != 1 || r.unread[0].Kind != claim.Unreadable || r.unread[0].Pos.Input != 2 || r.unread[0].Reason != want {
		t.Errorf("unread %+v, want %s", r.unread, want)
	}
	if r, err := read(path, parsers.Options{Sheet: "b"}, 1); err != nil || len(r.Tables) != 1 || r.Tables[0].Source.Sheet != "B" {
		t.Errorf("--sheet b: %v", err)
	}
	if _, err := read(path, parsers.Options{Sheet: "C"}, 1); err == nil || !strings.Contains(err.Error(), "no sheet is called C: expected one of A, B, ") {
		t.Errorf("--sheet C: %v", err)
	}
}

// A row reads the same whatever was read before it: nothing of one row, and of what is kept to
// read faster, shows in another.
func FuzzRow(f *testing.F) {
	f.Add("P1", "3/4/2025", "64483-50", "59RT", "two", "$1,234.50", "M54.16, G89.4", "1.00309E+09", "11 - Office", "Medicare HMO")
	f.Add("", "45726", "6.4483E+04", "", "", "-", "pain", "", "", "")
	f.Add("Total", "", "", "", "12", "870.00", "", "", "", "")
	f.Add("0", "3/10/2025 - 3/12/2025", "=\"100\"", "50:RT", "1", "(3.00)", "64483", "123456789", "Office", "wc")
	f.Fuzz(func(t *testing.T, patient, date, code, mods, units, charge, dx, npi, pos, payer string) {
		row := []string{patient, date, code, mods, units, charge, dx, npi, pos, payer}
		for i := range row {
			row[i] = strings.Map(printable, row[i])
		}
		head := []string{"PatientID", "DOS", "CPT", "Modifiers", "Units", "Charge", "Dx", "RenderingNPI", "POS", "Payer"}
		plain := []string{"P1", "2025-03-10", "64483", "RT", "1", "100.00", "M54.16", "1234567893", "11", "Aetna"}
		r, err := read("-", parsers.Options{Stdin: strings.NewReader(table(head, plain, row, plain, row, plain))}, 1)
		if err != nil {
			t.Skip() // two orders of dates, or a quote that text cannot hold
		}
		s := r.Tables[0].Source
		if !s.Accounted() || len(r.lines)+len(r.unread) != s.Rows {
			t.Fatalf("%+v, %d lines, %d unread", s, len(r.lines), len(r.unread))
		}
		for i := range r.lines {
			r.lines[i].Pos.Row = 0
		}
		n := len(r.lines)
		if n < 3 || !cmp.Equal(r.lines[0], r.lines[n-1]) || n == 5 && !cmp.Equal(r.lines[1], r.lines[3]) {
			t.Fatalf("the same row read differently:\n%s", cmp.Diff(r.lines[0], r.lines[n-1]))
		}
	})
}

func printable(r rune) rune {
	if r < ' ' || r == 0xfeff || r == 0xfffd {
		return -1
	}
	return r
}

// A workbook may count its dates from 1904, and hide rows and sheets: they are read, and it is said.
func TestWorkbookNotes(t *testing.T) {
	path := workbook(t, true, map[string][][]string{"Charges": {{"PatientID", "DOS", "CPT"}, {"P1", "2025-03-10", "64483"}, {"P2", "2025-03-10", "64483"}}})
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	open, err := f.NewSheet("Open")
	f.SetActiveSheet(open)
	err = errors.Join(err, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}),
		f.SetRowVisible("Charges", 3, false), f.SetSheetVisible("Charges", false), f.Save())
	if err != nil {
		t.Fatal(err)
	}
	r, err := read(path, parsers.Options{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.lines) != 2 || r.lines[0].From != claim.MustDate("2029-03-11") { // 1,462 days on
		t.Errorf("lines %+v", r.lines)
	}
	notes := strings.Join(r.Tables[0].Source.Notes, "; ")
	if want := "dates count from 1904; a hidden sheet; sheet Open was not read: there are no rows; 1 hidden rows, read like the others"; notes != want {
		t.Errorf("notes %q, want %q", notes, want)
	}
}

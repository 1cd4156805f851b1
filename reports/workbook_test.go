package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
	"claimaudit/reports/xlsx"
)

func reopened(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// rowsOf are a sheet's rows by the names in its header.
func rowsOf(t *testing.T, f *excelize.File, sheet string) []map[string]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var named []map[string]string
	for _, cells := range rows[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[rows[0][i]] = cell
		}
		named = append(named, row)
	}
	return named
}

func TestWorkbookSheets(t *testing.T) {
	var want, always []string
	for i, s := range Sheets() {
		want = append(want, s.Name)
		if !sheets[i].rare {
			always = append(always, s.Name)
		}
		if s.About == "" {
			t.Errorf("nothing says what %s is for", s.Name)
		}
	}
	kept := changed(small(), func(findings []audit.Finding) []audit.Finding {
		paid := *findings[1].Line
		paid.Paid = paid.Charge
		paid.Rendering = "1000000004"
		findings[1].Money, findings[1].Line = audit.Overpay, &paid
		return findings
	})
	kept.Patterns = []*audit.Pattern{{ID: "made-up"}}
	kept.Providers = []audit.Provider{{ID: "1000000004", Rates: []audit.Rate{{N: 1, Of: 2}}}}
	kept.Past = &audit.Past{Run: 1, States: make([]audit.State, kept.Findings.Len()), Closed: make([]audit.Closed, 1), Trend: make([]audit.Night, 1)}
	kept.Answers = &audit.Answers{Of: func(*audit.Line) audit.Answer { return audit.Answer{} }, Remittances: make([]audit.Remittance, 1), NotJoined: make([]audit.NotJoined, 1)}
	waived := *kept.Findings.At(0)
	waived.Waiver = 1
	kept.Waivers, kept.Waived = []audit.Waiver{{}}, hold.Pack([]audit.Finding{waived})
	if diff := cmp.Diff(want, reopened(t, write(t, kept, ".xlsx", Options{})).GetSheetList()); diff != "" {
		t.Errorf("sheets with a history (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(always, reopened(t, write(t, &audit.Report{}, ".xlsx", Options{})).GetSheetList()); diff != "" {
		t.Errorf("sheets that are always there (-want +got):\n%s", diff)
	}
	f := reopened(t, write(t, small(), ".xlsx", Options{}))
	for _, known := range []string{
		"Summary", "Flagged Lines", "Coverage", "Run Info", "By Month", "By Provider", "By Rule", "By Encounter",
	} {
		if !slices.Contains(want, known) {
			t.Errorf("no sheet %s, which other people's programs read", known)
		}
	}
	for sheet, count := range map[string]int{
		"Flagged Lines": 5, "By Encounter": 5, "By Provider": 2, "By Rule": 5, "By Month": 2, "Missed Revenue": 1,
		"Coverage": 7, "Rows Not Read": 3, "Rules": 5,
	} {
		if got := len(rowsOf(t, f, sheet)); got != count {
			t.Errorf("%s has %d rows, want %d", sheet, got, count)
		}
	}
}

// One more sheet is a row of the list: it is there, and the first page leads to it and has room for
// the link.
func TestAnotherSheet(t *testing.T) {
	b, err := newBook(newView(small(), Options{}), 100)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.f.Close() })
	b.sheets = append(slices.Clone(b.sheets), sheet{
		Sheet: Sheet{"By Payer", "made up"},
		table: func(*book) table {
			return table{
				count: 1, columns: []column{{"Payer", 20, name, false}},
				fill: func(_ int, r *xlsx.Row) { r.Text("Medicare") },
			}
		},
	})
	var out bytes.Buffer
	if err := b.write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	w := inspect(t, out.Bytes())
	w.check()
	if rows := rowsOf(t, w.f, "By Payer"); len(rows) != 1 || rows[0]["Payer"] != "Medicare" {
		t.Errorf("By Payer: %v", rows)
	}
	page := w.rows(summarySheet)
	var linked []string
	for _, row := range page[contentsRow-1 : contentsRow-1+contentsRows] {
		for _, cell := range row {
			if cell != "" {
				linked = append(linked, cell)
			}
		}
	}
	if diff := cmp.Diff(w.f.GetSheetList()[1:], linked); diff != "" {
		t.Errorf("contents (-sheets +links):\n%s", diff)
	}
	if gap := page[contentsRow-1+contentsRows]; len(gap) > 0 {
		t.Errorf("below the contents stands %v", gap)
	}
	if last, _, _ := excelize.CellNameToCoordinates("K1"); len(page[contentsRow-1]) > last {
		t.Errorf("the contents leave the page: %v", page[contentsRow-1])
	}
}

func TestCoverageSheet(t *testing.T) {
	f := reopened(t, write(t, small(), ".xlsx", Options{}))
	const heads = "Part|Family|Check|Title|Lines checked|Lines not checked|Why not, or by what|From|To|Codes concerned (lines)"
	want := []string{
		"reason||1 check|catalogue||1|the code is not in the catalogue|||64943 (1) looks like 64493",
		`payer|payers not recognised|PYR006|judged as commercial, without Medicare's own rules|2||the configuration settles it by its class: payers: {"PYR006": CLASS}|||`,
		"family|Code validity||all checks of the family: 1|3|1|in all, for the reasons below|45726|45756|",
		"family|Code validity||||1|the code is not in the catalogue|45748|45748|64943 (1)",
		"check||catalogue|Codes the catalogue lists|3|||||",
		"check||catalogue|Codes the catalogue lists||1|the code is not in the catalogue|||64943 (1) looks like 64493",
		"check|Code validity|deleted-code|Code was deleted before the date of service|4|||||",
	}
	var got []string
	for _, row := range rowsOf(t, f, "Coverage") {
		var cells []string
		for head := range strings.SplitSeq(heads, "|") {
			cells = append(cells, row[head])
		}
		got = append(got, strings.Join(cells, "|"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Coverage (-want +got):\n%s", diff)
	}
}

func TestFlaggedLine(t *testing.T) {
	f := reopened(t, write(t, small(), ".xlsx", Options{}))
	got := rowsOf(t, f, "Flagged Lines")[1]
	want := map[string]string{
		"Row": "14", "Code": "62311", "Severity": "error", "Rule": "deleted-code",
		"Finding": "62311 was deleted: its last valid date of service was 2016-12-31, and this one is 2025-03-10",
		"Fix":     "replace 62311 with 62323, and remove 77003, which 62323 includes",
		"Date":    "45726", "Patient": "P001", "Claim": "CP001", "Modifiers": "59", "Units": "1", "Charge": "250.00", "At risk": "250.00",
		"Disposition": "", "Owner": "", "Note": "", "Reviewed on": "",
		"Proposed line": "62323 59 x 1; row 15 (CPT2): remove", "Related rows": "15 (CPT2); old.xlsx Mai row 3 (CPT, code 2)",
		"Provider": "1234567893", "Payer": "Medicare Part B", "Diagnoses": "M54.16", "Money": "reject",
		"File": "a.csv", "Sheet": "", "Column": "", "Stands for lines": "", "Source": "last valid dates of the NCCI tables",
		"Fingerprint": Fingerprint(small().Findings.At(1), 1),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("row 3 (-want +got):\n%s", diff)
	}
	formula, err := f.GetCellFormula("Flagged Lines", "S3")
	if err != nil || formula != `HYPERLINK("#'Rules'!A"&IFERROR(MATCH("deleted-code",'Rules'!$A:$A,0),1),"deleted-code")` {
		t.Errorf("formula %s, %v", formula, err)
	}
}

// What the export says was not paid is not to be given back, and of the rest no more than was paid.
func TestRefunds(t *testing.T) {
	r := changed(small(), func(findings []audit.Finding) []audit.Finding {
		for i := range findings {
			l := *findings[i].Line
			l.Charge, l.Paid = 25000, claim.Cents(i*10000)
			l.Given |= claim.FieldSet(claim.FieldCharge, claim.FieldPaid)
			if i == 4 {
				l.Given &^= claim.FieldSet(claim.FieldPaid)
			}
			findings[i].Line, findings[i].Severity, findings[i].Money, findings[i].Part = &l, audit.Error, audit.Overpay, nil
		}
		return findings
	})
	var got []string
	for _, row := range rowsOf(t, reopened(t, write(t, r, ".xlsx", Options{})), "To Refund") {
		got = append(got, row["Paid"]+"|"+row["To refund"])
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"100.00|100.00", "200.00|200.00", "300.00|250.00", "|250.00"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is left unbilled is no risk, and a line without a charge has no figure.
func TestMoneyApart(t *testing.T) {
	r := changed(small(), func(findings []audit.Finding) []audit.Finding {
		part := claim.Cents(12500)
		findings[0].Money, findings[0].Part = audit.Underpay, &part
		return findings
	})
	f := reopened(t, write(t, r, ".xlsx", Options{}))
	if row := rowsOf(t, f, "Flagged Lines")[0]; row["At risk"] != "" || row["Charge"] != "250.00" {
		t.Errorf("at risk %q of %q", row["At risk"], row["Charge"])
	}
	missed := rowsOf(t, f, "Missed Revenue")
	if len(missed) != 2 || missed[0]["Missed"] != "125.00" || missed[1]["Missed"] != "" {
		t.Errorf("missed: %v", missed)
	}
}

// An encounter's findings stand together, encounters in order of their first.
func TestEncountersTogether(t *testing.T) {
	r := small()
	var findings []audit.Finding
	for row, patient := range map[int32]string{2: "A", 3: "B", 4: "A", 5: "", 6: "", 7: "B"} {
		l := line(row, patient, "2025-01-06", "64483")
		l.Anonymous = patient == ""
		findings = append(findings, audit.Finding{Rule: npi, Severity: audit.Error, Line: l, Money: audit.Deny})
	}
	r.Findings = inOrder(findings)
	f := reopened(t, write(t, r, ".xlsx", Options{}))
	var order []string
	for _, row := range rowsOf(t, f, "Flagged Lines") {
		order = append(order, row["Row"])
	}
	if got := strings.Join(order, " "); got != "2 4 3 7 5 6" {
		t.Errorf("rows in order %s", got)
	}
	encounters := map[string]int{}
	for _, row := range rowsOf(t, f, "By Encounter") {
		encounters[row["Encounter"]]++
	}
	if diff := cmp.Diff(map[string]int{"1": 2, "2": 2, "3": 1, "4": 1}, encounters); diff != "" {
		t.Errorf("lines by encounter (-want +got):\n%s", diff)
	}
}

func TestNoFindings(t *testing.T) {
	r := small()
	r.Findings, r.NotRead, r.Repairs = audit.Findings{}, nil, nil
	recount(r, nil)
	f := reopened(t, write(t, r, ".xlsx", Options{}))
	if got := len(rowsOf(t, f, "Flagged Lines")); got != 0 {
		t.Errorf("%d rows without findings", got)
	}
}

// bookOf is the whole workbook of a report with so many records on a sheet at most.
func bookOf(t *testing.T, r *audit.Report, most int) (data []byte, b *book) {
	t.Helper()
	b, err := newBook(newView(r, Options{}), most)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.f.Close() })
	var out bytes.Buffer
	if err := b.write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), b
}

// A table goes on over further sheets when one is full, with its header, and links find their way.
func TestFullSheets(t *testing.T) {
	data, book := bookOf(t, large(7), 3)
	f := reopened(t, data)
	total := 0
	for n, want := range []int{3, 3, 1} {
		rows := rowsOf(t, f, sheetName("Flagged Lines", n))
		if len(rows) != want || rows[0]["Row"] != fmt.Sprint(total*7+2) {
			t.Errorf("sheet %d: %d rows from row %s", n+1, len(rows), rows[0]["Row"])
		}
		total += len(rows)
	}
	for k := range 7 {
		to := book.flagged(k)
		for _, row := range rowsOf(t, f, to.Sheet) {
			if (row["Fingerprint"] == to.Value) != (row["Row"] == fmt.Sprint(k*7+2)) {
				t.Errorf("finding %d is said to be %v, which is not row %s", k, to, row["Row"])
			}
		}
	}
	if again, _ := bookOf(t, large(7), 3); !bytes.Equal(data, again) {
		t.Error("the same report gave other bytes")
	}
}

// What a reviewer works with is on every sheet of a table that goes on over several.
func TestFullSheetsAreWorkedOn(t *testing.T) {
	data, book := bookOf(t, large(7), 3)
	f := reopened(t, data)
	tables := map[string]bool{}
	for n, rows := range []int{3, 3, 1} {
		sheet := sheetName("Flagged Lines", n)
		found, err := f.GetTables(sheet)
		if err != nil || len(found) != 1 || tables[found[0].Name] || !strings.HasSuffix(found[0].Range, fmt.Sprint(rows+1)) {
			t.Errorf("%s: tables %v, %v", sheet, found, err)
			continue
		}
		tables[found[0].Name] = true
		if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit == 0 {
			t.Errorf("%s: panes %+v, %v", sheet, panes, err)
		}
		if checks, err := f.GetDataValidations(sheet); err != nil || len(checks) != 2 || !strings.HasSuffix(checks[0].Sqref, fmt.Sprint(rows+1)) {
			t.Errorf("%s: validations %v, %v", sheet, checks, err)
		}
		if dimension, err := f.GetSheetDimension(sheet); err != nil || !strings.HasSuffix(dimension, fmt.Sprint(rows+1)) {
			t.Errorf("%s: dimension %s, %v", sheet, dimension, err)
		}
	}
	titled := map[string]bool{}
	for _, name := range f.GetDefinedName() {
		if name.Name == "_xlnm.Print_Titles" {
			titled[name.Scope] = true
		}
	}
	for _, rows := range book.rows {
		if !titled[rows.Sheet] {
			t.Errorf("%s prints no header on its further pages", rows.Sheet)
		}
	}
}

func TestHostileWorkbook(t *testing.T) {
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			f := reopened(t, write(t, withPatient(h.text), ".xlsx", Options{}))
			want := strings.Map(func(c rune) rune {
				if c < ' ' && c != '\t' && c != '\n' {
					return '\uFFFD'
				}
				return c
			}, strings.ToValidUTF8(h.text, "\uFFFD"))
			if strings.HasPrefix(want, "_x0041_") {
				want = "_x005F_x0041_" // what Excel shows as _x0041_; excelize does not read the escape here
			}
			row := rowsOf(t, f, "Flagged Lines")[0]
			if row["Patient"] != want || row["Finding"] != want {
				t.Errorf("got %q and %q, want %q", row["Patient"], row["Finding"], want)
			}
			for _, cell := range []string{"H2", "E2"} {
				if formula, _ := f.GetCellFormula("Flagged Lines", cell); formula != "" {
					t.Errorf("%s became the formula %s", cell, formula)
				}
			}
		})
	}
}

// Texts longer than a cell holds say that they were cut, counted as Excel counts.
func TestLongTexts(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", 40_000), strings.Repeat("😀", 20_000), strings.Repeat("é", 32_767)} {
		f := reopened(t, write(t, withPatient(text), ".xlsx", Options{}))
		got := rowsOf(t, f, "Flagged Lines")[0]["Finding"]
		size := len(utf16.Encode([]rune(got)))
		switch fits := len(utf16.Encode([]rune(text))) <= xlsx.MaxText; {
		case fits && got != text:
			t.Errorf("a text that fits came back with %d characters", size)
		case !fits && (size > xlsx.MaxText || size < xlsx.MaxText-100 || !strings.HasSuffix(got, "holds 32,767 characters]")):
			t.Errorf("cut to %d characters, ending %q", size, got[len(got)-30:])
		}
	}
}

func TestIsOurs(t *testing.T) {
	dir := t.TempDir()
	mine, other := filepath.Join(dir, "any name.xlsx"), filepath.Join(dir, "claim-audit.xlsx")
	if err := Write(t.Context(), small(), []string{mine}, Options{}); err != nil {
		t.Fatal(err)
	}
	foreign := excelize.NewFile()
	if err := foreign.SaveAs(other); err != nil {
		t.Fatal(err)
	}
	if !IsOurs(mine) || IsOurs(other) || IsOurs(filepath.Join(dir, "missing.xlsx")) {
		t.Error("a workbook is not told by what it is")
	}
	edit(t, mine, func(*excelize.File) {})
	if !IsOurs(mine) {
		t.Error("not known again after it was saved by another program")
	}
	findings, corrected := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.CSV")
	if err := Write(t.Context(), small(), []string{findings}, Options{}); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(correctedHeader([claim.NumFields]int{claim.FieldPatient: 1, claim.FieldModifiers: 2}), ",") + "\n"
	if err := os.WriteFile(corrected, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if !IsOurs(findings) || IsCorrected(findings) || IsOurs(corrected) || !IsCorrected(corrected) {
		t.Error("a CSV file of ours is not told by its header")
	}
}

// edit saves the workbook again as another program would.
func edit(t *testing.T, path string, change func(*excelize.File)) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	change(f)
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

func set(sheet, cell, value string) func(*excelize.File) {
	return func(f *excelize.File) {
		if err := f.SetCellValue(sheet, cell, value); err != nil {
			panic(err)
		}
	}
}

// TestBeside: whatever somebody did to a workbook, it is left alone and the new one is written beside it.
func TestBeside(t *testing.T) {
	for name, change := range map[string]func(*excelize.File){
		"nothing":      nil,
		"saved again":  func(*excelize.File) {},
		"a note":       set("Flagged Lines", "T6", "look again"),
		"another cell": set("Flagged Lines", "C2", "changed by hand"),
		"a comment": func(f *excelize.File) {
			_ = f.AddComment("Flagged Lines", excelize.Comment{Cell: "C2", Text: "see chart"})
		},
		"a deleted row": func(f *excelize.File) { _ = f.RemoveRow("Flagged Lines", 2) },
		"a wide column": func(f *excelize.File) { _ = f.SetColWidth("Flagged Lines", "A", "A", 30) },
		"a sheet":       func(f *excelize.File) { _, _ = f.NewSheet("Todo") },
		"a column":      set("Flagged Lines", "AD1", "My notes"),
		"a signature":   set("Run Info", "B40", "somebody"),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, second, third := filepath.Join(dir, "out.xlsx"), filepath.Join(dir, "out-2.xlsx"), filepath.Join(dir, "out-3.xlsx")
			if err := Write(t.Context(), small(), []string{path}, Options{}); err != nil {
				t.Fatal(err)
			}
			outputs, want := []string{filepath.Join(dir, "a.json"), path}, path
			if change != nil {
				edit(t, path, change)
				want = second
			}
			places, err := Beside(outputs)
			if err != nil || places[0] != outputs[0] || places[1] != want {
				t.Errorf("written to %q, %v; want %q", places, err, want)
			}
			if err := CheckOurs(outputs); (err != nil) != (change != nil) {
				t.Errorf("refused in its place: %v", err)
			}
			if change == nil {
				return
			}
			if places, err := Beside([]string{path, second}); err != nil || places[0] != third || places[1] != second {
				t.Errorf("beside another output at the next number: %q, %v", places, err)
			}
			if err := os.WriteFile(second, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if places, err := Beside([]string{path}); err != nil || places[0] != third {
				t.Errorf("beside a file at the next number: %q, %v", places, err)
			}
		})
	}
}

// TestCheckOurs: what a run of ours left is replaced, and nothing else.
func TestCheckOurs(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	paths := []string{in("a.xlsx"), in("a.json"), in("a.csv")}
	corrected := strings.Join(correctedHeader([claim.NumFields]int{claim.FieldCode: 1}), ",") + "\n"
	if err := errors.Join(Write(t.Context(), small(), paths, Options{}), os.WriteFile(in("corrected.csv"), []byte(corrected), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := CheckOurs(append(paths, in("corrected.csv"), in("none.json"))); err != nil {
		t.Errorf("refused what we wrote: %v", err)
	}
	for name, text := range map[string]string{
		"b.json": `{"run": 1}`, "c.json": "{}", "b.csv": "a,b\n1,2\n", "b.xlsx": "no workbook", "c.xlsx": "PK\x03\x04 cut off",
		"d.xlsx": "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
	} {
		if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := CheckOurs([]string{in(name)}); err == nil || !strings.Contains(err.Error(), "no report of claimaudit") {
			t.Errorf("%s, which is not ours: %v", name, err)
		}
	}
	foreign := excelize.NewFile()
	if err := errors.Join(foreign.SaveAs(in("e.xlsx")), foreign.Close()); err != nil {
		t.Fatal(err)
	}
	if places, err := Beside([]string{in("e.xlsx")}); err != nil || places[0] != in("e.xlsx") || CheckOurs(places) == nil {
		t.Errorf("somebody else's workbook: %q, %v", places, err)
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for name, content := range map[string]string{
		"file": "", "open.xlsx": "", "~$open.xlsx": "", "empty.json": "",
	} {
		if err := os.WriteFile(in(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(in("folder.csv"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		paths []string
		want  string // "" for nothing
	}{
		{[]string{in("new.xlsx"), in("new.JSON"), in("empty.json")}, ""},
		{[]string{in("a.txt")}, "expected a name ending in " + Endings()},
		{[]string{in("missing/a.csv")}, "does not exist"},
		{[]string{in("file/a.csv")}, "is no folder"},
		{[]string{in("folder.csv")}, "which is no file"},
		{[]string{in("a.csv"), in("./a.csv")}, "named twice"},
		{[]string{in("open.xlsx")}, "close it there"},
	} {
		err := Check(test.paths, false)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%v: %v", test.paths, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%v: %v, want %q", test.paths, err, test.want)
		}
	}
	if got := len(folder(t, dir)); got != 5 {
		t.Errorf("%d files after checking, want 5", got)
	}
}

// Rates over too few are counted, not shown, and those that stand out come first.
func TestProviderPatterns(t *testing.T) {
	r := small()
	r.Patterns = []*audit.Pattern{
		{ID: "usual", Title: "Something usual", Of: "lines", Least: 20},
		{ID: "looked-at", Title: "Something looked at", Of: "days", Least: 20, Above: 50},
	}
	r.Providers[0].Rates = []audit.Rate{{N: 5, Of: 20}, {N: 19, Of: 19}}
	r.Providers[1].Rates = []audit.Rate{{}, {N: 11, Of: 21}}
	var got []string
	for _, row := range rowsOf(t, reopened(t, write(t, r, ".xlsx", Options{})), "Provider Patterns") {
		got = append(got, strings.Join([]string{row["Provider"], row["Pattern"], row["Count"], row["Of"], row["Stands out"]}, "|"))
	}
	want := []string{
		"1234567893|Something looked at|11|21|yes", "1234567890|Something usual|5|20|",
		"|1 more rate over too few to say anything|||",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// cellsBelow are the rows of a page from the one that begins with head on, up to a blank one.
func cellsBelow(t *testing.T, f *excelize.File, sheet, head string) (found []string) {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		text := strings.Trim(strings.Join(row, "|"), "|")
		switch {
		case len(found) > 0 && text == "":
			return found
		case len(found) > 0 || strings.HasPrefix(text, head):
			found = append(found, text)
		}
	}
	return found
}

// Every row and its charge is accounted for, and what is not known is said to be.
func TestControlTotals(t *testing.T) {
	const head, note = "Rows|Charge|Number of rows|Not known", "Not known: rows whose charge cannot be read, or that cannot be split into cells. They count as nothing in the charge. A total is in no sum: whether it agrees with the charges above it stands with the inputs."
	for name, test := range map[string]struct {
		change func(r *audit.Report)
		want   []string
	}{
		"charges": {func(r *audit.Report) {
			r.Sources[0].Columns, r.Sources[0].NoCharge = claim.FieldSet(claim.FieldCharge), 1
			left, _ := r.NotRead.(audit.LeftRows)
			left[0].Charge, left[1].ChargeUnknown = 125050, true
			r.NotRead = append(left, claim.Unread{Pos: claim.Pos{Input: 1, Row: 9}, Kind: claim.TotalRow, Charge: 1})
		}, []string{"Audited|1000|4|1", "Skipped: total|1250.5|1|0", "Unreadable|0|1|1", "In all|1000|6|2"}},
		"no column": {func(*audit.Report) {}, []string{
			"Audited|not known: no charge column|4", "Skipped: total|not known: no charge column|1",
			"Unreadable|not known: no charge column|1", "In all|not known: no charge column|6",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := small()
			test.change(r)
			got := cellsBelow(t, reopened(t, write(t, r, ".xlsx", Options{})), "Run Info", head)
			if diff := cmp.Diff(append(append([]string{head}, test.want...), note), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The page in front says what was looked at, by what, and what was not.
func TestSummaryPage(t *testing.T) {
	stale := []audit.Stale{
		{Table: "pair edits", Newest: claim.MustDate("2024-09-30"), Lines: 4},
		{Table: "unit limits", Newest: claim.MustDate("2024-09-30"), Lines: 3},
	}
	for name, test := range map[string]struct {
		report func() *audit.Report
		want   []string // somewhere on the page
	}{
		"findings": {small, []string{
			"Files|a.csv: 6 rows, 4 audited, 1 skipped, 1 unreadable; beside them as history, not reported on: old.xlsx",
			"Service dates|2025-03-10 to 2025-04-09, judged as of 2025-06-30", "Tables|NCCI pair edits 2024Q3",
			"Code validity||1|", "Others||4|",
			"Not checked: 1 row could not be read (Rows Not Read); 1 check on up to 1 line, as the code is not in the catalogue. Coverage lists all of it; Run Info states the limits of the audit.",
		}},
		"old tables": {func() *audit.Report { r := small(); r.Stale = stale; return r }, []string{
			"Not checked: changes after 2024-09-30 to pair edits; unit limits, for 4 lines dated later; 1 row could not be read",
			"100.0 % of the lines are newer than the tables they were judged by: pair edits; unit limits, to 2024-09-30.",
		}},
		"no rows": {func() *audit.Report {
			return &audit.Report{AsOf: claim.MustDate("2025-06-30"), Sources: []claim.Source{{File: "a.csv"}}}
		}, []string{
			"Files|a.csv: 0 rows, 0 audited", "Service dates|none; judged as of 2025-06-30", "No encounter has a finding.",
			"Not checked: no line was audited.",
		}},
		"a long name": {func() *audit.Report { return withPatient("somebody with a name without end") }, []string{"somebody with a name wi…"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := reopened(t, write(t, test.report(), ".xlsx", Options{}))
			rows, err := f.GetRows("Summary", excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, row := range rows {
				lines = append(lines, strings.Trim(strings.Join(row, "|"), "|"))
			}
			page := strings.Join(lines, "\n")
			for _, want := range test.want {
				if !strings.Contains(page, want) {
					t.Errorf("%q is not on the page:\n%s", want, page)
				}
			}
		})
	}
}

// A name that is long leaves room for the count of the rules there is no room for.
func TestSomeRules(t *testing.T) {
	var list []audit.Finding
	for i := range 9 {
		rule := &audit.Rule{ID: fmt.Sprintf("a-long-rule-%d", i), Severity: audit.Error}
		list = append(list, audit.Finding{Rule: rule, Severity: audit.Error, Line: line(2, "A", "2025-01-06", "64483"), Money: audit.Deny})
	}
	r := small()
	r.Findings = hold.Pack(list)
	b := &book{digest: digest{view: newView(r, Options{})}}
	e := encountersOf(&b.Findings).of(0)
	if got, want := b.someRules(&e), "a-long-rule-0, a-long-rule-1 and 7 more"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A row that was not audited has its charge in both outputs, where it has one that can be read.
func TestChargeOfRowsNotRead(t *testing.T) {
	r := small()
	left, _ := r.NotRead.(audit.LeftRows)
	left[0].Charge, left[1].ChargeUnknown = 125050, true
	r.NotRead = append(left, claim.Unread{Pos: claim.Pos{Row: 42}, Kind: claim.NoteRow, Reason: "text below the table"})
	var report struct {
		NotRead []struct {
			Charge *string `json:"charge"`
		} `json:"not_read"`
	}
	if err := json.Unmarshal(write(t, r, ".json", Options{}), &report); err != nil {
		t.Fatal(err)
	}
	rows, err := reopened(t, write(t, r, ".xlsx", Options{})).GetRows("Rows Not Read", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ json, sheet string }{{"1250.50", "1250.50"}, {"", "not known"}, {"", ""}} {
		if got := report.NotRead[i].Charge; got == nil || *got != want.json {
			t.Errorf("row %d: charge %v in JSON, want %q", i, got, want.json)
		}
		got := ""
		if cells := rows[i+1]; len(cells) > 5 {
			got = cells[5]
		}
		if got != want.sheet {
			t.Errorf("row %d: charge %q in the workbook, want %q", i, got, want.sheet)
		}
	}
}

// By rule and by family a line's money counts once too, by its largest error or warning.
func TestRulesCountALineOnce(t *testing.T) {
	first := &audit.Rule{ID: "first", Family: "One", Severity: audit.Error}
	second := &audit.Rule{ID: "second", Family: "One", Severity: audit.Error}
	l, small, large := line(2, "A", "2025-01-06", "64483"), claim.Cents(100), claim.Cents(900)
	other := line(3, "A", "2025-01-06", "64484")
	r := &audit.Report{Findings: hold.Pack([]audit.Finding{
		{Rule: first, Severity: audit.Error, Line: l, Money: audit.Deny, Part: &small},
		{Rule: first, Severity: audit.Error, Line: l, Money: audit.Deny, Part: &large},
		{Rule: second, Severity: audit.Error, Line: l, Money: audit.Deny, Part: &small},
		{Rule: second, Severity: audit.Review, Line: l, Money: audit.Deny, Part: &large},
		{Rule: second, Severity: audit.Error, Line: other, Money: audit.Deny, Part: &small},
	}), Rules: []*audit.Rule{first, second}}
	b, err := newBook(newView(r, Options{}), 100)
	if err != nil {
		t.Fatal(err)
	}
	defer b.f.Close()
	figures := b.figures()
	if figures[first].risk != 900 || figures[first].lines != 1 || figures[second].risk != 200 || figures[second].lines != 2 {
		t.Errorf("by rule: %+v and %+v", figures[first], figures[second])
	}
	if got := b.topFamilies(); len(got) != 1 || got[0].risk != 1000 || got[0].findings != 5 {
		t.Errorf("by family: %+v", got)
	}
}

// TestRunInfoRecords holds that Run Info tells the settings that change findings and the configuration.
func TestRunInfoRecords(t *testing.T) {
	told := map[string]string{}
	rows, err := reopened(t, write(t, small(), ".xlsx", Options{})).GetRows("Run Info")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if len(row) > 1 {
			told[row[0]] = row[1]
		}
	}
	want := map[string]string{"As of": "2025-06-30", "skip_rule": "timely-filing", "Configuration": "claimaudit.yaml, SHA-256 0a1b"}
	for label, value := range want {
		if told[label] != value {
			t.Errorf("%s is %q, want %q", label, told[label], value)
		}
	}
	if _, twice := told["as_of"]; twice {
		t.Error("the day stands twice")
	}
}

// Links look through all findings: a workbook with many names the fingerprint to look for instead.
func TestLinksOfManyFindings(t *testing.T) {
	for n, head := range map[int]string{mostLinked: "On Flagged Lines", mostLinked + 1: "Fingerprint"} {
		f := reopened(t, write(t, large(n), ".xlsx", Options{}))
		found := map[string]bool{"show": n == mostLinked}
		for _, row := range rowsOf(t, f, "Flagged Lines") {
			found[row["Fingerprint"]] = n > mostLinked
		}
		for i, row := range rowsOf(t, f, "By Encounter") {
			if !found[row[head]] {
				t.Fatalf("%d findings: encounter %d is led to by %q", n, i, row[head])
			}
		}
	}
}

// TestManyEncounters holds that By Encounter has the lines of the first encounters alone where there are very many, and that
// its money is all there is.
func TestManyEncounters(t *testing.T) {
	r, most := large(99), 30
	b, err := newBook(newView(r, Options{}), 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer b.f.Close()
	b.mostWhole = most
	var out bytes.Buffer
	if err := b.write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	whole, alone, risk := 0, 0, 0.
	for i, row := range rowsOf(t, reopened(t, out.Bytes()), "By Encounter") {
		amount, err := strconv.ParseFloat(strings.NewReplacer("$", "", ",", "").Replace(row["At risk"]), 64)
		if err != nil && row["At risk"] != "" {
			t.Fatal(err)
		}
		risk += amount
		switch {
		case row["Code"] != "":
			whole++
		case strings.HasPrefix(row["Finding"], "3 lines flagged, not shown here: "):
			alone++
		default:
			t.Fatalf("row %d is neither a line nor an encounter: %q", i+2, row)
		}
	}
	if whole != most || alone != (99-most)/3 || math.Abs(risk-float64(r.Summary.ChargeAtRisk)/100) > 0.001 {
		t.Errorf("%d lines, %d encounters without, %f at risk of %s", whole, alone, risk, r.Summary.ChargeAtRisk)
	}
}

// TestProviderPagesAreBounded holds that a page has no more findings than it may and says how many more there are and where,
// and that nobody has a page where no provider is named.
func TestProviderPagesAreBounded(t *testing.T) {
	const providers = mostPaged/leastOfProvider + 1
	one := func(n int) *audit.Report {
		return changed(small(), func(findings []audit.Finding) []audit.Finding {
			var all []audit.Finding
			for i := range n {
				f := findings[0]
				line := *f.Line
				line.Pos.Row, line.Patient, line.Rendering = int32(i+2), fmt.Sprint("P", i), "1000000004"
				f.Line, f.Related, f.Fix.Edits = &line, nil, nil
				all = append(all, f)
			}
			return all
		})
	}
	for _, test := range []struct{ findings, providers, rows int }{
		{mostOfProvider, 1, mostOfProvider + 3}, {mostOfProvider + 7, 1, mostOfProvider + 4}, {leastOfProvider + 7, providers, leastOfProvider + 4}, {3, 0, 0},
	} {
		r := one(test.findings)
		r.Providers = []audit.Provider{{}}
		for i := range test.providers {
			r.Providers = append(r.Providers, audit.Provider{ID: fmt.Sprint(1000000004 + i)})
		}
		f := reopened(t, write(t, r, ".xlsx", Options{}))
		rows, err := f.GetRows(providerSheet)
		if (err != nil) != (test.rows == 0) || len(rows) != test.rows {
			t.Errorf("%d findings of %d providers: %d rows, want %d (%v)", test.findings, test.providers, len(rows), test.rows, err)
			continue
		}
		const more = "7 findings more on lines of this provider: filter Flagged Lines by Provider"
		if rest := test.rows > 0 && test.findings > test.rows-3; rest && rows[len(rows)-1][0] != more {
			t.Errorf("%d findings of %d providers: the page ends %q", test.findings, test.providers, rows[len(rows)-1])
		}
	}
}

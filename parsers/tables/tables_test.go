package tables

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

var update = flag.Bool("update", false, "write the golden files again")

// fixtures are made-up tables in the layouts of the official files.
func fixtures(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(names, func(n string) bool { return filepath.Ext(n) == ".golden" })
}

func parseFile(t *testing.T, name string) (*File, error) {
	t.Helper()
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	return parse(name, in)
}

// TestFiles holds what is read of each fixture, value by value, and each rejected row with its place.
func TestFiles(t *testing.T) {
	var text strings.Builder
	for _, name := range fixtures(t) {
		f, err := parseFile(t, name)
		if err != nil {
			t.Fatal(err)
		}
		text.WriteString(dump(f))
	}
	const golden = "testdata/files.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("what is read has changed (-want +got); -update writes %s:\n%s", golden, diff)
	}
}

// dump is all that was read of a file, in words.
func dump(f *File) string {
	o := f.Official
	var b strings.Builder
	fmt.Fprintf(&b, "== %s\n%s, %s, %d rows\n", filepath.Base(f.Path), o.Name(), o.Quarter, f.Rows)
	for _, what := range slices.Sorted(maps.Keys(f.Apart)) {
		fmt.Fprintf(&b, "apart: %d %s\n", f.Apart[what], what)
	}
	for _, note := range f.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	for _, r := range f.Rejects {
		fmt.Fprintf(&b, "rejected: %s\n", r)
	}
	b.WriteString(values(o))
	return b.String()
}

// values are the table's values, a line each, in order.
func values(o *catalog.Official) string {
	var lines []string
	if o.Pairs != nil {
		for i := range o.Pairs.Len() {
			e := o.Pairs.At(i)
			lines = append(lines, fmt.Sprintf("%s %s %s to %s, %c, %s (row %d)", e.Column1, e.Column2, e.From, e.To, e.Indicator, e.Rationale, e.Row))
		}
	}
	for code, l := range o.Limits {
		lines = append(lines, fmt.Sprintf("%s %s by %c, %s, %s", code, l.Units, l.By, l.Rationale, l.Quarter))
	}
	for _, rows := range o.AddOns {
		for _, a := range rows {
			lines = append(lines, fmt.Sprintf("%s type %c, %s to %s: %v", a.Code, a.Type, a.From, a.To, a.Primaries))
		}
	}
	for code, f := range o.Fees {
		lines = append(lines, fmt.Sprintf("%s %d from %s: status %c global %s bilateral %c pctc %c multiple %c", code, f.Year, f.Since, f.Status, f.Global, f.Bilateral, f.PCTC, f.Multiple))
	}
	for code, l := range o.Codes {
		lines = append(lines, fmt.Sprintf("%s %s to %s, then %q", code, l.From, l.To, l.Successor))
	}
	for d, billable := range o.Diagnoses {
		lines = append(lines, fmt.Sprintf("%s billable %t", d, billable))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// TestRowsAreAccounted: every row is a value, stands apart, or is rejected.
func TestRowsAreAccounted(t *testing.T) {
	for _, name := range fixtures(t) {
		f, err := parseFile(t, name)
		if err != nil {
			t.Fatal(err)
		}
		o := f.Official
		read := len(o.Limits) + len(o.Fees) + len(o.Codes) + len(o.Diagnoses)
		if o.Pairs != nil {
			read += o.Pairs.Len()
		}
		if o.Kind == catalog.AddOnCodes {
			continue // several rows make one value; the golden file has them
		}
		for _, n := range f.Apart {
			read += n
		}
		if read+len(f.Rejects) != f.Rows {
			t.Errorf("%s: %d rows read and %d rejected, of %d", name, read, len(f.Rejects), f.Rows)
		}
	}
}

// TestWorkbooks: the same table as a workbook, numbers as numbers, says the same.
func TestWorkbooks(t *testing.T) {
	for _, name := range fixtures(t) {
		if formatOf(name) == formatOf(".txt") && fixedLayout(head(t, name)) != nil {
			continue // has no columns
		}
		text, err := parseFile(t, name)
		if err != nil {
			t.Fatal(err)
		}
		book := filepath.Join(t.TempDir(), stem(name)+".xlsx")
		saveAsWorkbook(t, name, book)
		sheet, err := parseFile(t, book)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(values(text.Official), values(sheet.Official)); diff != "" || text.Rows != sheet.Rows || len(text.Rejects) != len(sheet.Rejects) {
			t.Errorf("%s as a workbook: %d rows, %d rejected; as text %d and %d (-text +workbook):\n%s", name, sheet.Rows, len(sheet.Rejects), text.Rows, len(text.Rejects), diff)
		}
	}
}

func head(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// saveAsWorkbook copies a table of columns cell by cell; what looks like a number becomes one.
func saveAsWorkbook(t *testing.T, name, book string) {
	t.Helper()
	g, err := grid.Open(name, grid.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	f := excelize.NewFile()
	for block, err := range g.Sheets[0].Blocks(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for row := range block.Rows() {
			for i, text := range row.Cells {
				at, err := excelize.CoordinatesToCellName(i+1, row.Number)
				if err != nil {
					t.Fatal(err)
				}
				var value any = text
				if n := number(text); n > 0 && strings.Trim(text, "0123456789") == "" {
					value = n
				}
				if err := f.SetCellValue("Sheet1", at, value); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.SaveAs(book); err != nil {
		t.Fatal(err)
	}
}

// TestRefused: what is no table, or a table with holes, is refused with what to do.
func TestRefused(t *testing.T) {
	pairs := "Column 1,Column 2,Prior,Effective,Deletion,Modifier,Rationale\n"
	for name, c := range map[string]struct{ text, want string }{
		"claims.csv":            {"PatientID,DOS,CPT\n1,2025-01-02,64483\n", "none of the tables known"},
		"pairs.csv":             {pairs + "64493,77003,,20100101,*,1,x\n", "of which quarter"},
		"ccipra-v322r0-f1.csv":  {pairs, "a header and no rows"},
		"ccipra-v322r0-f2.csv":  {pairs + "64493,77003,,20100101,*,1,x\n64493,7700,,20100101,*,1,x\nnone,77003,,20100101,*,1,x\n", "1 of 3 rows"},
		"icd10cm_2026.csv":      {"code,name\nM54.5,x\n", "none of the tables known"},
		"PPRRVU2026_Jul.csv":    {"HCPCS,MOD,DESCRIPTION\n64483,,x\n", "none of the tables known"},
		"MUE_Practitioner_.csv": {"HCPCS/CPT Code,Practitioner Services MUE Values\n64483,1\n", "of which quarter"},
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load([]string{path}, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), name[:4]) {
			t.Errorf("%s: %v, want %q and the file named", name, err, c.want)
		}
	}
}

// TestDamagedRecord: a record that cannot be split is a row, and rejected with its place.
func TestDamagedRecord(t *testing.T) {
	text := whole + strings.Repeat("64493,99214,,20100101,20251231,0,y\n", 2) + "64493,\"7700\"3,,20100101,*,1,x\n"
	f, err := parse("ccipra-v322r0-f1.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if read := f.Official.Pairs.Len(); f.Rows != 5 || len(f.Rejects) != 1 || read != 4 || f.Rejects[0].Row != 6 {
		t.Errorf("%d rows, %d read, rejected %v", f.Rows, read, f.Rejects)
	}
}

// whole is a pair table without faults.
const whole = "Column 1,Column 2,Prior,Effective,Deletion,Modifier,Rationale\n64493,77003,,20100101,*,1,x\n64493,99213,,20100101,20251231,0,y\n"

// TestTwins: of one table in two formats, in a folder or a zip, one is used and the other named, and
// said to differ where it does.
func TestTwins(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "ccipra-v322r0-f1.csv"), []byte(whole))
	saveAsWorkbook(t, filepath.Join(folder, "ccipra-v322r0-f1.csv"), filepath.Join(folder, "ccipra-v322r0-f1.xlsx"))
	write(t, filepath.Join(folder, "ccipra-v322r0-f2.csv"), []byte(strings.ReplaceAll(whole, "64493", "64494")))
	write(t, filepath.Join(folder, "ccipra-v322r0-f2.tsv"), []byte(strings.ReplaceAll(whole, "64493", "64495")))
	write(t, filepath.Join(folder, "readme.pdf"), []byte("%PDF"))
	files, err := Load([]string{folder}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var used, left []string
	for _, f := range files {
		if f.Same == "" {
			used = append(used, filepath.Base(f.Path))
		} else {
			left = append(left, fmt.Sprintf("%s differs %t", filepath.Base(f.Path), f.Differs))
		}
	}
	wantLeft := []string{"ccipra-v322r0-f1.xlsx differs false", "ccipra-v322r0-f2.tsv differs true"}
	if diff := cmp.Diff([]string{"ccipra-v322r0-f1.csv", "ccipra-v322r0-f2.csv"}, used) + cmp.Diff(wantLeft, left); diff != "" || len(Official(files)) != 2 {
		t.Errorf("used and left (-want +got):\n%s", diff)
	}
}

// TestZip: a zip as CMS publishes it, whose name alone may tell the quarter.
func TestZip(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{"part.txt": strings.ReplaceAll(whole, ",", "\t"), "part.csv": "not read, the text is", "notes/readme.pdf": "%PDF"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "medicare-ncci-2026q3-hospital-ptp-edits-f1.zip")
	write(t, path, b.Bytes())
	files, err := Load([]string{path}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := files[0].Official
	if len(files) != 1 || o.Scope != catalog.MedicareHospital || o.Quarter != catalog.NewQuarter(2026, 3) || o.Pairs.Len() != 2 {
		t.Errorf("read %d files, the first %s of %s", len(files), o.Name(), o.Quarter)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestQuarterNames reads the quarter off names as CMS gives them.
func TestQuarterNames(t *testing.T) {
	for name, want := range map[string]string{
		"ccipra-v322r0-f1.TXT": "2026Q3", "ccioph-v301r0-f4.xlsx": "2024Q2", "ccipra-v313r0-f1": "2025Q4",
		"MCR_MUE_PractitionerServices_Eff_10-01-2025.csv": "2025Q4", "medicare-ncci-2025-q4-practitioner-services-mue-table": "2025Q4",
		"AOC_V2025Q4_01-MCR.txt": "2025Q4", "PPRRVU2025_Oct.csv": "2025Q4", "PPRRVU2026_Jul_nonQPP.csv": "2026Q3", "PPRRVU24_JAN.xlsx": "2024Q1",
		"rvu26d.zip": "2026Q4", "HCPC2026_OCT_ANWEB.xlsx": "2026Q4", "HCPC2026_JAN_ANWEB_12292025.xlsx": "2026Q1",
		"hcpcs_level2_2024-06.csv": "2024Q2", "icd10cm_order_2026.txt": "2026Q1", "pairs.csv": "", "claims-1994.csv": "",
	} {
		if got := quarterOfName(name).String(); got != want {
			t.Errorf("%s is of %q, want %q", name, got, want)
		}
	}
}

// TestDates reads days in the three ways of the tables.
func TestDates(t *testing.T) {
	for text, want := range map[string]string{
		"20250310": "2025-03-10", "2024366": "2024-12-31", "2025001": "2025-01-01", "2025-03-10": "2025-03-10", "20250310.0": "2025-03-10",
		"20250230": "", "2025366": "", "2025000": "", "x": "", "20251301": "",
	} {
		d, err := dateOf(text)
		if want == "" && err == nil || want != "" && d.String() != want {
			t.Errorf("%s is %s, %v, want %q", text, d, err, want)
		}
	}
	if d, err := endOf("*"); err != nil || d != claim.EndOfTime {
		t.Errorf("* is %s, %v", d, err)
	}
}

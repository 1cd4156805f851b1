package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
)

// openersRequired names the variable that makes a missing program a failure; CI sets it.
const openersRequired = "CLAIMAUDIT_OPENERS"

// opener finds a program that opens workbooks, or skips the test and says what is missing.
func opener(t *testing.T, install string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv(openersRequired) != "" {
		t.Fatalf("%s is not installed: apt-get install %s", names[0], install)
	}
	t.Skipf("NOT TESTED: %s is not installed: apt-get install %s", names[0], install)
	return ""
}

// sheetCells are the sheets in order, each with its cells as text, row by row, without what is empty
// at the ends. Numbers are written one way, dates as the numbers they are.
type sheetCells struct {
	Sheet string
	Rows  [][]string
}

func writtenBook(t *testing.T) (path string, want []sheetCells) {
	t.Helper()
	r := large(700)
	r.Patterns = []*audit.Pattern{{ID: "usual", Title: "Something usual", Of: "lines", Least: 2}}
	r.Providers[0].Rates = []audit.Rate{{N: 5, Of: 20}}
	data, _ := bookOf(t, r, 300) // over several sheets
	path = filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	want = cellsOf(t, path)
	flagged := 0
	for _, sheet := range want[1:4] {
		if !strings.HasPrefix(sheet.Sheet, flaggedSheet) {
			t.Fatalf("sheet %s among those of the findings", sheet.Sheet)
		}
		flagged += len(sheet.Rows) - 1
	}
	if flagged != 700 {
		t.Fatalf("%d rows of findings", flagged)
	}
	return path, want
}

// cellsOf are the cells as excelize reads them.
func cellsOf(t *testing.T, path string) (list []sheetCells) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, sheetCells{sheet, plainRows(rows)})
	}
	return list
}

// plainRows writes numbers one way and drops what is empty at the ends.
func plainRows(rows [][]string) [][]string {
	for i, row := range rows {
		for k, cell := range row {
			if n, err := strconv.ParseFloat(cell, 64); err == nil {
				row[k] = strconv.FormatFloat(n, 'f', 6, 64)
			}
		}
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		rows[i] = slices.Clip(row)
		if len(row) == 0 {
			rows[i] = nil
		}
	}
	for len(rows) > 0 && rows[len(rows)-1] == nil {
		rows = rows[:len(rows)-1]
	}
	return rows
}

const openpyxlScript = `
import datetime, json, sys, warnings
warnings.simplefilter("ignore") # it does not know the data bars Excel draws since 2010
import openpyxl
from openpyxl.utils.datetime import to_excel
def plain(value):
    if value is None:
        return ""
    if isinstance(value, (datetime.datetime, datetime.date)):
        return repr(to_excel(value))
    return value if isinstance(value, str) else repr(value)
book = openpyxl.load_workbook(sys.argv[1], data_only=True, read_only=len(sys.argv) > 2)
print(json.dumps([
    {"Sheet": sheet.title, "Rows": [[plain(c) for c in row] for row in sheet.iter_rows(values_only=True)]}
    for sheet in book.worksheets]))
`

func TestOpenpyxlReadsAllCells(t *testing.T) {
	python := opener(t, "python3-openpyxl", "/usr/bin/python3", "python3")
	if err := exec.Command(python, "-c", "import openpyxl").Run(); err != nil {
		opener(t, "python3-openpyxl", "openpyxl for "+python)
	}
	path, want := writtenBook(t)
	for _, how := range [][]string{{}, {"read only"}} { // as pandas reads, no further than the sheet says it goes
		out, err := exec.Command(python, append([]string{"-c", openpyxlScript, path}, how...)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		var got []sheetCells
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i].Rows = plainRows(got[i].Rows)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-excelize +openpyxl):\n%s", how, diff)
		}
	}
}

func TestLibreOfficeReadsAllCells(t *testing.T) {
	office := opener(t, "libreoffice-calc", "soffice")
	path, want := writtenBook(t)
	folder := t.TempDir()
	command := exec.Command(office, "-env:UserInstallation=file://"+filepath.ToSlash(t.TempDir()),
		"--headless", "--convert-to", "xlsx", "--outdir", folder, path)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff(want, cellsOf(t, filepath.Join(folder, "book.xlsx"))); diff != "" {
		t.Errorf("(-excelize +LibreOffice):\n%s", diff)
	}
}

// workedScript is what a reviewer may do to a workbook, each a copy of it beside it, named after what was done.
const workedScript = `
import sys, warnings
warnings.simplefilter("ignore")
import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
def comment(sheet): sheet["C2"].comment = Comment("see the chart", "reviewer")
def colour(sheet): sheet["G2"].fill = PatternFill("solid", fgColor="FFFF00")
def column(sheet): sheet.cell(1, sheet.max_column + 1, "My notes")
def deleted(sheet): sheet.delete_rows(3)
def added(sheet): sheet.parent.create_sheet("Todo")
def swapped(sheet):
    for a, b in zip(sheet[2], sheet[3]): a.value, b.value = b.value, a.value
for change in (comment, colour, column, deleted, added, swapped):
    book = openpyxl.load_workbook(sys.argv[1])
    change(book["Flagged Lines"])
    book.save(sys.argv[2] + "/" + change.__name__ + ".xlsx")
`

// TestWorkOfOpenpyxlIsKept holds that the next audit is written beside a workbook that a reviewer has worked in, in any form
// that leaves no word in our columns too, and never over it.
func TestWorkOfOpenpyxlIsKept(t *testing.T) {
	python := opener(t, "python3-openpyxl", "/usr/bin/python3", "python3")
	dir := t.TempDir()
	fresh := filepath.Join(dir, "fresh.xlsx")
	if err := Write(t.Context(), small(), []string{fresh}, Options{}); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, "-c", workedScript, fresh, dir).CombinedOutput(); strings.Contains(string(out), "No module named") {
		opener(t, "python3-openpyxl", "openpyxl for "+python)
	} else if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	worked, err := filepath.Glob(filepath.Join(dir, "*.xlsx"))
	if err != nil || len(worked) != 7 {
		t.Fatalf("%d workbooks: %v", len(worked), err)
	}
	for _, path := range worked {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.TrimSuffix(path, ".xlsx") + "-2.xlsx"
		if path == fresh {
			want = path
		}
		places, err := Beside([]string{path})
		if err != nil || places[0] != want {
			t.Errorf("%s: the next is written to %v, want %s (%v)", path, places, want, err)
		}
		if err := Write(t.Context(), small(), places, Options{}); err != nil {
			t.Error(err)
		}
		if after, err := os.ReadFile(path); path != fresh && (err != nil || !bytes.Equal(before, after)) {
			t.Errorf("%s was written over (%v)", path, err)
		}
	}
}

package reports

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
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

// sheetRows are the sheets in order, each with how many of its rows hold something.
type sheetRows struct {
	Sheet string
	Rows  int
}

func writtenBook(t *testing.T) (path string, want []sheetRows) {
	t.Helper()
	data, _ := bookOf(t, large(700), 300) // over several sheets
	path = filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, countRows(t, path)
}

func countRows(t *testing.T, path string) (counts []sheetRows) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		filled := 0
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" {
					filled++
					break
				}
			}
		}
		counts = append(counts, sheetRows{sheet, filled})
	}
	return counts
}

const openpyxlScript = `
import json, sys, warnings
warnings.simplefilter("ignore")
import openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=len(sys.argv) > 2)
print(json.dumps([
    {"Sheet": sheet.title, "Rows": sum(any(c not in (None, "") for c in row) for row in sheet.iter_rows(values_only=True))}
    for sheet in book.worksheets]))
`

func TestOpenpyxlReadsAllRows(t *testing.T) {
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
		var got []sheetRows
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-excelize +openpyxl):\n%s", how, diff)
		}
	}
}

func TestLibreOfficeReadsAllRows(t *testing.T) {
	office := opener(t, "libreoffice-calc", "soffice")
	path, want := writtenBook(t)
	folder := t.TempDir()
	command := exec.Command(office, "-env:UserInstallation=file://"+filepath.ToSlash(t.TempDir()),
		"--headless", "--convert-to", "xlsx", "--outdir", folder, path)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff(want, countRows(t, filepath.Join(folder, "book.xlsx"))); diff != "" {
		t.Errorf("(-excelize +LibreOffice):\n%s", diff)
	}
}

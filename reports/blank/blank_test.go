package blank_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"claimaudit/reports/blank"
)

// sheets are two sheets to fill in.
var sheets = []blank.Sheet{
	{
		Name: "Things", About: "what things there are",
		Columns: []blank.Column{
			{Head: "Code", Help: strings.Repeat("a code; ", 60), Must: true}, {Head: "From", Help: "first day", Day: true}, {Head: "Kind", Help: "which", Choices: []string{"day", "line"}},
		},
		Rows: [][]string{{"0275T", "2026-01-31", "day"}, {"02", "", "line"}},
	},
	{Name: "More", About: "more of them", Columns: []blank.Column{{Head: "Code", Help: "a code"}}},
}

// wanted are the cells of the first sheet, days as the numbers they are.
var wanted = [][]string{{"Code", "From", "Kind"}, {"0275T", "46053", "day"}, {"02", "", "line"}}

func written(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.xlsx")
	if err := blank.Write(path, sheets); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWrite opens the workbook again: its cells, its drop-downs and what is explained.
func TestWrite(t *testing.T) {
	path := written(t)
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Things", excelize.Options{RawCellValue: true})
	if diff := cmp.Diff(wanted, rows); diff != "" || err != nil {
		t.Errorf("cells (-want +got), %v:\n%s", err, diff)
	}
	if got := f.GetSheetList(); !slices.Equal(got, []string{"Things", "More", "Help"}) {
		t.Errorf("sheets %q", got)
	}
	lists := 0
	list, err := f.GetDataValidations("Things")
	for _, v := range list {
		if v.Type == "list" {
			lists++
			if v.Formula1 != `"day,line"` || v.Sqref != "C2:C501" {
				t.Errorf("drop-down %s at %s", v.Formula1, v.Sqref)
			}
		}
	}
	if err != nil || lists != 1 || len(list) != 3 {
		t.Errorf("%d drop-downs of %d validations: %v", lists, len(list), err)
	}
	help, err := f.GetRows("Help")
	if err != nil || len(help) != 1+4+2 || help[2][1] != "Code" || !strings.HasSuffix(help[2][2], "Never blank.") || help[3][2] != "first day" {
		t.Errorf("help %q: %v", help, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("mode %v: %v", info.Mode(), err)
	}
}

// TestWriteTakesNoPlace holds that a file that is there stays as it is.
func TestWriteTakesNoPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.xlsx")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := blank.Write(path, sheets); err == nil || !strings.Contains(err.Error(), "there is such a file") {
		t.Errorf("the error is %v", err)
	}
	if data, err := os.ReadFile(path); string(data) != "mine" || err != nil {
		t.Errorf("the file holds %q: %v", data, err)
	}
	if err := blank.Write(filepath.Join(t.TempDir(), "none", "t.xlsx"), sheets); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("into no folder: %v", err)
	}
}

// TestOtherProgramsOpen holds that LibreOffice and openpyxl read the cells and the drop-down.
func TestOtherProgramsOpen(t *testing.T) {
	path := written(t)
	t.Run("openpyxl", func(t *testing.T) {
		python := "/usr/bin/python3"
		if exec.Command(python, "-c", "import openpyxl").Run() != nil {
			missing(t, "openpyxl")
		}
		out, err := exec.Command(python, "-c", `import openpyxl, sys
s = openpyxl.load_workbook(sys.argv[1])["Things"]
print([[str(c.value or "")[:10] for c in row] for row in s.iter_rows(max_row=3)], [(str(v.sqref), v.formula1) for v in s.data_validations.dataValidation if v.type == "list"])`, path).CombinedOutput()
		const want = `[['Code', 'From', 'Kind'], ['0275T', '2026-01-31', 'day'], ['02', '', 'line']] [('C2:C501', '"day,line"')]`
		if got := strings.TrimSpace(string(out)); got != want || err != nil {
			t.Errorf("openpyxl reads %s, want %s: %v", got, want, err)
		}
	})
	t.Run("LibreOffice", func(t *testing.T) {
		office, err := exec.LookPath("soffice")
		if err != nil {
			missing(t, "soffice")
		}
		dir := t.TempDir()
		out, err := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "csv", "--outdir", dir, path).CombinedOutput()
		data, readErr := os.ReadFile(filepath.Join(dir, "t.csv"))
		if want := "Code,From,Kind\n0275T,2026-01-31,day\n02,,line\n"; string(data) != want || err != nil || readErr != nil {
			t.Errorf("LibreOffice reads %q, want %q: %v, %v\n%s", data, want, err, readErr, out)
		}
	})
}

// missing skips the test where a program is not there, or fails it where CI asks for all.
func missing(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("CLAIMAUDIT_OPENERS") != "" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("NOT TESTED: %s is not installed", program)
}

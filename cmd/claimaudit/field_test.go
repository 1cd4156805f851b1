package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// fieldCase is a row of testdata/field/cases.csv: what is right for a file that somebody had.
type fieldCase struct {
	file   string
	args   []string
	status int
	found  string // row and rule of each finding
	unread string // row and kind of each row left out or unreadable
	read   string // row.Field=value of corrected lines; those of a row with several services are parted by |
	said   string // in what is printed, or in the report
}

// TestField holds that files made after what people asked, reported and published come out right: those of
// testdata/field/inputs.txtar as cases.csv has it.
func TestField(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join("testdata", "field", "inputs.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	inputs := map[string][]byte{}
	for _, f := range archive.Files {
		inputs[f.Name] = f.Data
	}
	for i, r := range records(t, filepath.Join("testdata", "field", "cases.csv"))[1:] {
		if raced && i%4 != 0 { // the others go the same ways through the program
			continue
		}
		c := fieldCase{file: r[0], args: strings.Fields(r[1]), found: r[3], unread: r[4], read: r[5], said: r[6]}
		if _, err := fmt.Sscan(r[2], &c.status); err != nil || inputs[c.file] == nil {
			t.Fatalf("%s: no such input, or no status %q: %v", c.file, r[2], err)
		}
		t.Run(strings.Join(append([]string{c.file}, c.args...), " "), func(t *testing.T) { c.check(t, inputs[c.file]) })
	}
}

func (c *fieldCase) check(t *testing.T, data []byte) {
	t.Helper()
	path := write(t, c.file, data)
	out, corrected := filepath.Join(t.TempDir(), "out.json"), filepath.Join(t.TempDir(), "corrected.csv")
	args := append([]string{"audit", path, "-q", "-o", out, "--corrected", corrected}, c.args...)
	if !slices.Contains(args, "--as-of") {
		args = append(args, "--as-of", "2025-12-31")
	}
	status, _, stderr := command(t, args...)
	if status != c.status {
		t.Errorf("exit status %d, want %d: %s", status, c.status, stderr)
	}
	report, _ := os.ReadFile(out) // there is none of a file that is refused
	if !strings.Contains(stderr+string(report), c.said) {
		t.Errorf("not said: %s\nbut: %s", c.said, stderr)
	}
	found, unread := c.outcome(t, report)
	if found != c.found {
		t.Errorf("found: %s\nwant:  %s", found, c.found)
	}
	if unread != c.unread {
		t.Errorf("not read: %s\nwant:     %s", unread, c.unread)
	}
	c.checkRead(t, corrected)
}

// outcome is what the report found and left out, in the form of the table.
func (c *fieldCase) outcome(t *testing.T, report []byte) (found, unread string) {
	t.Helper()
	if len(report) == 0 {
		return "", ""
	}
	var told struct {
		Findings []finding
		Unread   []struct {
			Row  int
			Kind string
		} `json:"not_read"`
	}
	if err := json.Unmarshal(report, &told); err != nil {
		t.Fatal(err)
	}
	var rules, rows []string
	for _, f := range told.Findings {
		rules = append(rules, fmt.Sprintf("%d %s", f.Row, f.Rule))
	}
	for _, u := range told.Unread {
		rows = append(rows, fmt.Sprintf("%d %s", u.Row, u.Kind))
	}
	slices.Sort(rules)
	return strings.Join(rules, "; "), strings.Join(rows, "; ")
}

func (c *fieldCase) checkRead(t *testing.T, corrected string) {
	t.Helper()
	if c.read == "" {
		return
	}
	file, err := os.Open(corrected)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for want := range strings.SplitSeq(c.read, "; ") {
		place, value, _ := strings.Cut(want, "=")
		row, field, _ := strings.Cut(place, ".")
		column, numbers := slices.Index(lines[0], field), slices.Index(lines[0], "Row")
		var got []string
		for _, l := range lines[1:] {
			if column >= 0 && l[numbers] == row {
				got = append(got, l[column])
			}
		}
		if strings.Join(got, "|") != value {
			t.Errorf("row %s has %s %q, want %q", row, field, strings.Join(got, "|"), value)
		}
	}
}

// TestLinesInOneCell holds that a sheet whose rows were never parted is refused for that.
func TestLinesInOneCell(t *testing.T) {
	path := asWorkbook(t, [][]string{{"PatientID,DOS,CPT,Units"}, {"Q1,2025-03-14,64493,1"}, {"Q2,2025-03-14,64483,1"}})
	status, _, stderr := command(t, "audit", path, "-o", filepath.Join(t.TempDir(), "out.json"))
	if status != exitFailed || !strings.Contains(stderr, "every line stands in one cell") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
}

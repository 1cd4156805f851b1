package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// drowned is a finding of an audit in which one value may be wrong on many lines.
type drowned struct {
	Rule        string
	Row         int
	Count       int
	AtRisk      string `json:"at_risk"`
	Related     []struct{ Row int }
	Fingerprint string
}

// drownedBook is an audit of such an export.
type drownedBook struct {
	Summary struct {
		FlaggedLines int            `json:"flagged_lines"`
		Findings     int            `json:"findings"`
		AtRisk       string         `json:"charge_at_risk"`
		ByRule       map[string]int `json:"by_rule"`
	}
	Findings []drowned
}

// flooding is a value that is wrong wherever it stands.
type flooding struct {
	rule   string
	set    map[string]string
	atRisk string // on a line
}

// rightLine is a line with nothing wrong, of a patient of its own.
func rightLine(n int) []string {
	id := strconv.Itoa(1000 + n)
	return []string{"C" + id, "P" + id, "1960-01-02", "2025-03-10", "99213", "", "1", "100.00", "M54.16", "1000000012", "11", "CIGNA", "professional"}
}

// bookOf is an export with so many lines of each value, and as many right ones behind them.
func bookOf(t *testing.T, lines int, values ...flooding) string {
	t.Helper()
	rows := [][]string{strings.Split("ClaimID,PatientID,DOB,DOS,CPT,Mod1,Units,Charge,Dx1,RenderingNPI,POS,Payer,ClaimType", ",")}
	at := columnsByName(rows[0])
	for _, v := range values {
		for range lines {
			row := rightLine(len(rows))
			for name, cell := range v.set {
				row[at[name]] = cell
			}
			rows = append(rows, row)
		}
	}
	for range len(rows) {
		rows = append(rows, rightLine(len(rows)))
	}
	return writeRecords(t, "book.csv", rows)
}

// TestFloods holds that a value wrong in the same way on every line that has it is one finding from
// twenty lines on, whatever the field.
func TestFloods(t *testing.T) {
	values := []flooding{
		{"invalid-npi", map[string]string{"RenderingNPI": "1234567890"}, "100.00"},
		{"unreadable-cell", map[string]string{"ClaimType": "Pharmacy"}, ""},
		{"unreadable-cell", map[string]string{"Units": "two"}, ""},
		{"unknown-place-of-service", map[string]string{"POS": "98"}, "100.00"},
		{"unknown-code", map[string]string{"CPT": "9921E"}, "100.00"},
		{"diagnosis-as-code", map[string]string{"CPT": "M54.16"}, "100.00"},
		{"code-range", map[string]string{"CPT": "99213-99215"}, "100.00"},
		{"invalid-diagnosis", map[string]string{"Dx1": "M54.5"}, "100.00"},
		{"code-as-diagnosis", map[string]string{"Dx1": "20610"}, "100.00"},
		{"invalid-modifier", map[string]string{"Mod1": "Z9"}, "100.00"},
		{"units-not-positive", map[string]string{"Units": "0"}, "100.00"},
		{"missing-patient", map[string]string{"PatientID": "UNKNOWN"}, "100.00"},
		{"missing-patient", map[string]string{"PatientID": ""}, "100.00"},
	}
	for _, lines := range []int{19, 20, 110} {
		book := reported[drownedBook](t, bookOf(t, lines, values...))
		for i, v := range values {
			checkFlood(t, &book, v, 2+i*lines, lines)
		}
		if s := book.Summary; s.FlaggedLines != lines*len(values) || s.Findings != len(book.Findings) || lines >= 20 && s.Findings != len(values) || s.AtRisk != amount(10000*lines*11) {
			t.Errorf("%d lines a value: %+v", lines, s)
		}
	}
}

// checkFlood checks what was found of the value that stands in so many rows from the first on.
func checkFlood(t *testing.T, book *drownedBook, v flooding, first, lines int) {
	t.Helper()
	found := slices.DeleteFunc(slices.Clone(book.Findings), func(f drowned) bool {
		return f.Rule != v.rule || f.Row < first || f.Row >= first+lines
	})
	if lines < 20 {
		if len(found) != lines || found[0].Count != 0 {
			t.Errorf("%v: %d findings on %d lines", v.set, len(found), lines)
		}
		return
	}
	if len(found) != 1 {
		t.Errorf("%v: %d findings on %d lines", v.set, len(found), lines)
		return
	}
	cents, _ := centsOf(v.atRisk)
	f := found[0]
	if f.Row != first || f.Count != lines || len(f.Related) != min(lines-1, 100) || f.AtRisk != amount(cents*lines) {
		t.Errorf("%v: row %d, for %d lines of %d, %d named, %s at risk", v.set, f.Row, f.Count, lines, len(f.Related), f.AtRisk)
	}
	for i, other := range f.Related {
		if other.Row != first+1+i {
			t.Fatalf("%v: related line %d is row %d", v.set, i, other.Row)
		}
	}
}

// TestFloodsOfAllLines holds that no finding stands for others where a line has the same value rightly.
func TestFloodsOfAllLines(t *testing.T) {
	rows := records(t, bookOf(t, 60, flooding{set: map[string]string{"Dx1": "M54.5"}}))
	at := columnsByName(rows[0])
	rows[60][at["DOS"]] = "2021-03-10" // when it was a code
	got := reported[drownedBook](t, writeRecords(t, "then.csv", rows))
	if n := got.Summary.ByRule["invalid-diagnosis"]; n != 59 {
		t.Errorf("%d findings of an ended diagnosis, with a line of its time beside them: want 59", n)
	}
}

// TestFloodsAreTheSame holds that workers, memory and the order of rows change nothing of a flood but
// the row it stands on.
func TestFloodsAreTheSame(t *testing.T) {
	path := bookOf(t, 120, flooding{set: map[string]string{"RenderingNPI": "1234567890", "Units": "two", "Dx1": "M54.5"}})
	want := floodsOf(t, path)
	if len(want) != 3 {
		t.Fatalf("floods: %v", want)
	}
	rows := records(t, path)
	slices.Reverse(rows[1:])
	backwards := writeRecords(t, "backwards.csv", rows)
	rows[1][slices.Index(rows[0], "ClaimID")] = "another"
	for _, args := range [][]string{
		{path, "--workers", "1"}, {path, "--workers", "4"}, {path, "--workers", "3", "--memory", "1KiB"}, {backwards}, {writeRecords(t, "other.csv", rows)},
	} {
		if got := floodsOf(t, args...); !slices.Equal(got, want) {
			t.Errorf("%v: %v, want %v", args, got, want)
		}
	}
}

// floodsOf are the rules, counts and fingerprints of an audit's findings.
func floodsOf(t *testing.T, args ...string) (told []string) {
	t.Helper()
	for _, f := range reported[drownedBook](t, args...).Findings {
		told = append(told, fmt.Sprintf("%s %d %d %s %s", f.Rule, f.Count, len(f.Related), f.AtRisk, f.Fingerprint))
	}
	slices.Sort(told)
	return told
}

// TestFloodsAreCorrected holds that the lines a finding stands for are all corrected.
func TestFloodsAreCorrected(t *testing.T) {
	path, out := bookOf(t, 130, flooding{set: map[string]string{"CPT": "992I3"}}), filepath.Join(t.TempDir(), "corrected.csv")
	if status, _, stderr := command(t, "audit", "-q", path, "--as-of", "2025-06-30", "-o", filepath.Join(t.TempDir(), "out.csv"), "--corrected", out); status != exitFindings {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	code, changed := slices.Index(rows[0], "CPT"), slices.Index(rows[0], "Changed")
	for i, row := range rows[1:] {
		if row[code] != "99213" || (row[changed] != "") != (i < 130) {
			t.Fatalf("row %d: %q, %q", i+2, row[code], row[changed])
		}
	}
}

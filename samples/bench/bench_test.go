package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	ours := []flagged{{2, "deleted-code", "62311", 1}, {5, "bundled-pair", "20552", 1}, {9, "duplicate-line", "20610", 1}}
	theirs := []flagged{{2, "deleted-code", "62311", 1}, {5, "units-over-limit", "20552", 1}, {9, "duplicate-line", "20610", 1}, {11, "bundled-pair", "20552", 1}}
	want := []string{
		"  only claimaudit: row 5 bundled-pair",
		"  only the peer: row 5 units-over-limit",
		"  only the peer: row 11 bundled-pair",
	}
	if diff := cmp.Diff(want, compare(ours, theirs)); diff != "" {
		t.Error(diff)
	}
	if same := compare(ours, ours); len(same) > 0 {
		t.Errorf("a list differs from itself: %v", same)
	}
}

// TestFold takes what we report once for what a peer reports line by line, where it does so on as many lines.
func TestFold(t *testing.T) {
	ours := []flagged{{4, "unknown-code", "6448", 3}, {8, "deleted-code", "62311", 1}}
	theirs := []flagged{{4, "unknown-code", "6448", 1}, {6, "unknown-code", "6448", 1}, {8, "deleted-code", "62311", 1}, {9, "unknown-code", "6448", 1}}
	if differ := compare(ours, fold(ours, theirs)); len(differ) > 0 {
		t.Errorf("differ: %v", differ)
	}
	if differ := compare(ours, fold(ours, theirs[:3])); len(differ) != 1 {
		t.Errorf("one line less of a code: differ %v", differ)
	}
	if n := lines(ours); n != 4 {
		t.Errorf("%d lines, not 4", n)
	}
}

// TestReadFlags reads a peer's report, whose rule cell may name several rules.
func TestReadFlags(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flags.csv")
	if err := os.WriteFile(path, []byte("rule,CPT,row\nunits-over-limit visit-needs-25,99213,7\nbundled-pair,20552,3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readFlags(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []flagged{{3, "bundled-pair", "20552", 1}, {7, "units-over-limit", "99213", 1}, {7, "visit-needs-25", "99213", 1}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(flagged{})); diff != "" {
		t.Error(diff)
	}
}

// TestPrintResults takes the ratio turn by turn, so that a turn that was slow for all weighs on none.
func TestPrintResults(t *testing.T) {
	runs := func(seconds ...float64) (runs []figure) {
		for _, s := range seconds {
			runs = append(runs, figure{wall: time.Duration(s * float64(time.Second)), peak: 3 << 20})
		}
		return runs
	}
	var out strings.Builder
	err := printResults(&out, []result{
		{contender{name: "ours", lines: 1000}, runs(1, 2, 9)},
		{contender{name: "theirs", lines: 1000}, runs(3, 6, 27)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| ours    | 1000  | 2.00    | 1.00", "| theirs  | 1000  | 6.00    | 3.00"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

// TestPrintGoals prints the goals whose two contenders ran, by the median of the turns.
func TestPrintGoals(t *testing.T) {
	const million = 1 << 20
	at := func(name string, lines int, seconds ...float64) result {
		r := result{contender: contender{name: name, lines: lines}}
		for _, s := range seconds {
			r.runs = append(r.runs, figure{wall: time.Duration(s * float64(time.Second)), peak: int64(200 * s * million)})
		}
		return r
	}
	var out strings.Builder
	err := printGoals(&out, []result{
		at(sixChecks, million, 1, 1, 2), at(onDuckDB, million, 2, 2.5, 8), at(allRules, million, 2, 1.6, 3), at(spilled, 2*million, 2.5, 2, 1),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := sixChecks + ": 0.40 times " + onDuckDB + "; at most 0.45: reached\n" +
		allRules + ": 1.60 times " + sixChecks + "; at most 1.50: missed\n" +
		spilled + ": 1.00 times " + sixChecks + "; at most 1.05: reached\n" +
		sixChecks + ": 200 MiB; at most 214: reached\n" + spilled + ": 400 MiB; at most 400: reached\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestTables holds what the peers are told of a small export.
func TestTables(t *testing.T) {
	export, folder := filepath.Join(t.TempDir(), "export.csv"), t.TempDir()
	lines := "DOS,CPT\n2025-03-10,62311\n2025-03-11,64483\n2025-03-11,64484\n2025-03-12,20610\n2025-03-12,99213\n2025-03-12,6448\n"
	if err := os.WriteFile(export, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := writeTables(export, folder); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ table, row string }{
		{"codes.csv", "\n62311,0000-00-00,2016-12-31,1,"},
		{"codes.csv", "\n6448,0000-00-00,9999-12-31,0,"},
		{"codes.csv", "\n64483,2000-01-01,9999-12-31,1,1,2,1,"},
		{"addons.csv", "\n64484,64483\n"},
		{"visits.csv", "\n99213,20610,2,0\n"},
		{"pairs.csv", "\n64483,20610,1,"},
	} {
		text, err := os.ReadFile(filepath.Join(folder, want.table))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want.row) {
			t.Errorf("%s has no row %q:\n%s", want.table, want.row, text)
		}
	}
}

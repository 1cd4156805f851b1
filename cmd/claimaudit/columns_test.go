package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestColumnsCountsAlike holds that columns and audit say the same numbers of rows and services, and that
// columns shows of which service a column is.
func TestColumnsCountsAlike(t *testing.T) {
	for form, services := range map[string]int{"sets": 4, "sets-named": 3, "claim-form": 6, "grouped": 0, "totals": 0} {
		t.Run(form, func(t *testing.T) {
			paths, err := filepath.Glob(filepath.Join(samples, "forms", form, "*.csv"))
			if err != nil || len(paths) != 1 {
				t.Fatal(paths, err)
			}
			out := filepath.Join(t.TempDir(), "out.json")
			if status, _, stderr := command(t, "audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", out, paths[0]); status != exitClean {
				t.Fatalf("exit status %d: %s", status, stderr)
			}
			status, stdout, stderr := command(t, "columns", "--format", "json", paths[0])
			var views []tableView
			if err := json.Unmarshal([]byte(stdout), &views); status != exitClean || err != nil || len(views) != 1 {
				t.Fatalf("exit status %d: %s, %v", status, stderr, err)
			}
			got, want := views[0], toldIn(t, out).Inputs[0]
			if got.Rows != want.Rows || got.Audited != want.Audited || got.Services != want.Services || got.Unreadable != want.Unreadable || got.Skipped != want.Skipped {
				t.Errorf("columns counts %d rows: %d audited, %d services, %d unreadable, %d skipped; audit %+v", got.Rows, got.Audited, got.Services, got.Unreadable, got.Skipped, want)
			}
			most := slices.MaxFunc(got.Columns, func(a, b columnView) int { return a.Service - b.Service }).Service
			if most != services || services > 0 && got.Services <= got.Audited {
				t.Errorf("%d services a row, want %d; %d in %d rows", most, services, got.Services, got.Audited)
			}
		})
	}
}

// TestColumnsShowsRepairs holds that columns shows what it made of the first cell of each kind of repair, and
// nothing of what the cell holds: testdata/repairs.csv has a cell a row and what is shown of it.
func TestColumnsShowsRepairs(t *testing.T) {
	cases := records(t, filepath.Join("testdata", "repairs.csv"))[1:]
	header := []string{"PatientID", "DOS", "CPT", "Mod1", "Units", "Charge", "Dx1", "POS"}
	export := [][]string{header}
	for i, c := range cases {
		row := []string{fmt.Sprintf("MRN-%d", i), "2025-03-14", "64493", "", "", "", "", ""}
		row[slices.Index(header, c[0])] = c[1]
		export = append(export, row)
	}
	status, stdout, stderr := command(t, "columns", writeRecords(t, "export.csv", export))
	if status != exitClean {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	for _, c := range cases {
		if !strings.Contains(stdout, ": "+c[2]+"\n") {
			t.Errorf("%s %s is not shown as %s in\n%s", c[0], c[1], c[2], stdout)
		}
	}
	for _, c := range cases {
		if stdout = strings.ReplaceAll(stdout, c[2], ""); strings.Contains(stdout, " "+c[1]) {
			t.Errorf("%s is shown as it is written: %s", c[0], c[1])
		}
	}
}

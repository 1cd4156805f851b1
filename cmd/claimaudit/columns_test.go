package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
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

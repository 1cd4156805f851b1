package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestZipOfOurs holds that of a zip the exports are read, each once, and reports of ours are not audited.
func TestZipOfOurs(t *testing.T) {
	export, err := os.ReadFile(samples + "/nightly.csv")
	if err != nil {
		t.Fatal(err)
	}
	report := filepath.Join(t.TempDir(), "report.xlsx")
	if status, _, stderr := command(t, "audit", samples+"/nightly.csv", "-q", "--fail-on", "never", "-o", report); status != exitClean {
		t.Fatal(stderr)
	}
	workbook, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "night.zip", zippedAll(t, map[string][]byte{"a.csv": export, "again.csv": export, "report.xlsx": workbook}))
	got := reported[struct {
		Inputs []struct {
			File string `json:"file"`
			Rows int    `json:"rows"`
		} `json:"inputs"`
		Passed []struct {
			File, Why string
		} `json:"inputs_passed_over"`
	}](t, path)
	if len(got.Inputs) != 2 || got.Inputs[0].File != path+"/a.csv" || got.Inputs[0].Rows != 40 || got.Inputs[1].Rows != 0 {
		t.Errorf("inputs are %+v", got.Inputs)
	}
	if len(got.Passed) != 1 || got.Passed[0].File != path+"/report.xlsx" || !strings.Contains(got.Passed[0].Why, "a report of claimaudit") {
		t.Errorf("passed over are %+v", got.Passed)
	}
}

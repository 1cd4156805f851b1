package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestEncountersAsCorrected holds that By Encounter proposes of each line what the corrected lines have.
func TestEncountersAsCorrected(t *testing.T) {
	generate := filepath.Join(t.TempDir(), "generate")
	if out, err := exec.Command("go", "build", "-o", generate, "../../samples/generate").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, path := range []string{samples + "/faults.csv", generated(t, generate, 31)} {
		corrected, workbook := filepath.Join(t.TempDir(), "corrected.csv"), filepath.Join(t.TempDir(), "out.xlsx")
		if status, _, stderr := command(t, "audit", "-q", path, "--as-of", "2025-06-30", "-o", workbook, "--corrected", corrected); status != exitFindings {
			t.Fatalf("exit status %d: %s", status, stderr)
		}
		proposed := proposals(t, path, corrected)
		f, err := excelize.OpenFile(workbook)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows("By Encounter", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		row, line, changed := slices.Index(rows[0], "Row"), slices.Index(rows[0], "Proposed line"), 0
		for _, cells := range rows[1:] {
			if cells[line] != proposed[cells[row]] {
				t.Errorf("%s row %s: %q is proposed, want %q", path, cells[row], cells[line], proposed[cells[row]])
			}
			if cells[line] != "" {
				changed++
			}
			delete(proposed, cells[row])
		}
		for row, text := range proposed {
			t.Errorf("%s row %s: nothing says that it becomes %q", path, row, text)
		}
		if changed < 10 {
			t.Errorf("%s: only %d lines are changed", path, changed)
		}
	}
}

// proposals are what becomes of each row that the corrected lines change, as a line is told: 64493 50 x 1.
func proposals(t *testing.T, path, corrected string) map[string]string {
	t.Helper()
	before, after, proposed := records(t, path), records(t, corrected), map[string]string{}
	told := func(head, row []string) string {
		var mods []string
		for _, name := range []string{"Mod1", "Mod2", "Mod3", "Mod4"} {
			if cell := nth(row, slices.Index(head, name)); cell != "" {
				mods = append(mods, cell)
			}
		}
		text := strings.TrimSpace(nth(row, slices.Index(head, "CPT")) + " " + strings.Join(mods, "-"))
		return text + " x " + nth(row, slices.Index(head, "Units"))
	}
	for _, row := range after[1:] {
		number := row[slices.Index(after[0], "Row")]
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		switch now := told(after[0], row); {
		case row[slices.Index(after[0], "Removed")] == "yes":
			proposed[number] = "remove this line"
		case now != told(before[0], before[n-1]):
			proposed[number] = now
		}
	}
	return proposed
}

package books

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"claimaudit/audit"
)

// wideLines are fewer than a hundred thousand where every change is tested; -wide-lines 100000 is the whole.
var wideLines = flag.Int("wide-lines", 20_000, "lines of the practice with fifteen payers that TestRightBooksAreQuiet audits")

// reviewsPer100 is the most a right book may ask of a reader: 0.6 reviews in a hundred lines.
const reviewsPer100 = 0.6

// TestRightBooksAreQuiet holds that a practice with fifteen payers and every kind of treatment, billed as it
// should be, draws no error and no warning, and few reviews.
func TestRightBooksAreQuiet(t *testing.T) {
	p, err := loadWide()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.payers) < 15 {
		t.Fatalf("%d payers: the test shows less than it says", len(p.payers))
	}
	raw, _ := made(t, p, yearlyOrder(*wideLines, "none"), false)
	path := filepath.Join(t.TempDir(), "wide.csv")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	report := auditAll(t, path)
	if report.Summary.Lines != *wideLines {
		t.Fatalf("%d lines audited of %d", report.Summary.Lines, *wideLines)
	}
	reviews := map[string]int{}
	asked, shown := 0, 0
	for _, f := range report.Findings.All() {
		if f.Severity == audit.Review {
			reviews[f.Rule.ID]++
			asked++
			continue
		}
		if shown++; shown <= 10 {
			t.Errorf("row %d: %s %s: %s", f.Line.Pos.Row, f.Severity, f.Rule.ID, f.Message)
		}
	}
	if most := reviewsPer100 / 100 * float64(*wideLines); float64(asked) > most {
		t.Errorf("%d reviews on %d right lines, at most %.0f: %v", asked, *wideLines, most, reviews)
	}
}

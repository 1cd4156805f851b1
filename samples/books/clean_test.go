package books

import (
	"os"
	"path/filepath"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
	"claimaudit/audit/rules"
	"claimaudit/parsers"
)

// TestCleanLinesAreClean holds that every rule, those off by default too, is silent on 100,000 lines
// billed as they should be.
func TestCleanLinesAreClean(t *testing.T) {
	raw, _ := made(t, tables(t), yearlyOrder(100_000, "none"), false)
	path := filepath.Join(t.TempDir(), "clean.csv")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	report := auditAll(t, path)
	if report.Summary.Lines != 100_000 {
		t.Fatalf("%d lines audited: the test shows nothing", report.Summary.Lines)
	}
	shown := 0
	for _, f := range report.Findings.All() {
		if f.Severity > audit.Review && shown < 10 {
			t.Errorf("row %d: %s %s: %s", f.Line.Pos.Row, f.Severity, f.Rule.ID, f.Message)
			shown++
		}
	}
}

func auditAll(t *testing.T, path string) *audit.Report {
	t.Helper()
	export, err := parsers.Open(path, parsers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer export.Close()
	body := hold.NewBody(0)
	collector := body.Collector()
	_, err = export.Read(t.Context(), 0, 1, func(int) parsers.Sink { return collector }, func(int64, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := collector.Close(); err != nil {
		t.Fatal(err)
	}
	var sources []claim.Source
	for _, table := range export.Tables {
		sources = append(sources, table.Source)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	report, err := engine.Run(t.Context(), body, engine.Options{
		Rules: rules.All(), Patterns: rules.Patterns(), Catalog: c, AsOf: claim.MustDate("2025-06-30"), Sources: sources,
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

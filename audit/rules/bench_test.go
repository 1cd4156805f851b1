package rules

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
)

// cleanLines are lines of patients who come four times a year for an injection with its drug.
func cleanLines(n int) []claim.Line {
	codes := [...]string{"64483", "64484", "J1100", "99213"}
	lines := make([]claim.Line, n)
	for i := range lines {
		visit := i / 4
		lines[i] = claim.Line{
			Pos: claim.Pos{Row: int32(i + 2)}, Claim: fmt.Sprint("C", visit), Patient: fmt.Sprint("P", visit/4),
			Birth: claim.MustDate("1963-04-10"), From: claim.MustDate("2025-01-06") + claim.Date(visit%4*91),
			Code: claim.MustCode(codes[i%4]), Billed: codes[i%4], Units: claim.One, Charge: 12000,
			Rendering: "1234567893", POS: "11", Payer: claim.Commercial, PayerName: "AETNA", Given: 1<<claim.NumFields - 1,
			Dx: [12]claim.Diagnosis{claim.MustDiagnosis("M54.16"), claim.MustDiagnosis("M17.11")},
		}
		switch i % 4 {
		case 0, 1:
			lines[i].Mods = claim.Mods("RT")
		case 2:
			lines[i].Units = claim.Whole(4)
		case 3:
			lines[i].Mods = claim.Mods("25")
		}
	}
	return lines
}

// options are every rule over the embedded catalogue.
func options(tb testing.TB) engine.Options {
	tb.Helper()
	cat, err := catalog.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	return engine.Options{
		Rules: All(), Catalog: cat, AsOf: claim.MustDate("2025-12-31"), Workers: 1,
		Sources: []claim.Source{{Columns: 1<<claim.NumFields - 1}},
	}
}

func audited(tb testing.TB, lines []claim.Line, o engine.Options) *audit.Report {
	tb.Helper()
	body := hold.NewBody(0)
	c := body.Collector()
	for i := range lines {
		c.Line(&lines[i])
	}
	if err := c.Close(); err != nil {
		tb.Fatal(err)
	}
	report, err := engine.Run(context.Background(), body, o)
	if err != nil {
		tb.Fatal(err)
	}
	return report
}

// BenchmarkJudge is what packing and judging one clean line costs with every rule on.
func BenchmarkJudge(b *testing.B) {
	lines := cleanLines(100_000)
	o := options(b)
	b.ReportAllocs()
	for b.Loop() {
		audited(b, lines, o)
	}
	perLine := float64(b.N) * float64(len(lines))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/perLine, "ns/line")
}

// TestCleanLinesLeaveNoGarbage bounds what packing and judging an unflagged line allocates with
// every rule on: counts, so that a busy machine does not matter.
func TestCleanLinesLeaveNoGarbage(t *testing.T) {
	if Raced {
		t.Skip("the race detector allocates on its own account")
	}
	const lines, most, mostBytes = 40_000, 0.25, 320
	all := cleanLines(lines)
	o := options(t)
	judge := func() { audited(t, all, o) }
	judge() // what is made once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	judge()
	runtime.ReadMemStats(&after)
	allocs := float64(after.Mallocs-before.Mallocs) / lines
	bytes := float64(after.TotalAlloc-before.TotalAlloc) / lines
	t.Logf("%.3f allocations and %.0f bytes a line", allocs, bytes)
	if allocs > most || bytes > mostBytes {
		t.Errorf("%.3f allocations and %.0f bytes an unflagged line: at most %.2f and %d are allowed", allocs, bytes, most, mostBytes)
	}
}

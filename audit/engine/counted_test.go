package engine

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

// said is a rule that finds what the narrative of a line says: "error overpay 300; review deny" is
// two findings, the first with a part of the charge. A line that says remove is to be taken off. The
// first patients wait for each other, so that every worker has one to count.
func said(workers int) *audit.Rule {
	var begun atomic.Int64
	var all sync.WaitGroup
	all.Add(workers)
	severities := map[string]audit.Severity{"error": audit.Error, "warning": audit.Warning, "review": audit.Review}
	kinds := map[string]audit.Money{"deny": audit.Deny, "overpay": audit.Overpay, "underpay": audit.Underpay, "none": audit.NoMoney}
	return &audit.Rule{ID: "said", Severity: audit.Error, Rank: audit.Apart, Check: func(c *audit.Case, report func(audit.Finding)) {
		if begun.Add(1) <= int64(workers) {
			all.Done()
			all.Wait()
		}
		for i := range c.Lines {
			l := &c.Lines[i]
			for text := range strings.SplitSeq(l.Narrative, "; ") {
				words := strings.Fields(text)
				if len(words) < 2 {
					continue
				}
				f := audit.Finding{Line: l, Severity: severities[words[0]], Money: kinds[words[1]], Message: text}
				if len(words) > 2 {
					part := claim.Cents(0)
					_, _ = fmt.Sscan(words[2], &part)
					f.Part = &part
				}
				if strings.HasSuffix(text, "remove") {
					f.Part, f.Fix = nil, audit.Fix{Action: audit.RemoveLine, Edits: []audit.Edit{audit.Remove(l)}}
				}
				report(f)
			}
		}
	}}
}

// lineSaying is a line of 100 dollars with a narrative; a charge of 0 is not given.
func lineSaying(row int32, date, provider string, charge claim.Cents, narrative string) claim.Line {
	l := bill(row, "P", "62323", 1)
	l.From, l.Rendering, l.Billing, l.Charge, l.Narrative = claim.MustDate(date), provider, "9", charge, narrative
	if charge == 0 {
		l.Given &^= claim.FieldSet(claim.FieldCharge)
	}
	return l
}

// TestCounted counts a patient's lines of every kind, for one patient and for many whose tallies
// are joined.
func TestCounted(t *testing.T) {
	lines := []claim.Line{
		lineSaying(2, "2025-03-10", "1", 10000, "error deny 300; error overpay 500; review deny"),
		lineSaying(3, "2025-03-10", "2", 10000, ""),
		lineSaying(4, "2025-03-11", "2", 10000, "review deny; review deny 200"),
		lineSaying(5, "2025-04-01", "", 10000, "warning overpay remove; error underpay 10000"),
		lineSaying(6, "2025-04-02", "1", 0, "warning deny"),
		lineSaying(7, "2025-05-05", "1", 10000, "error none; review deny 700"),
		lineSaying(8, "2025-05-06", "1", 10000, ""),
	}
	summary := audit.Summary{
		Lines: 7, FlaggedLines: 5, Encounters: 6, CleanEncounters: 2, Findings: 10, Uncounted: 1,
		BySeverity: map[audit.Severity]int{audit.Error: 4, audit.Warning: 2, audit.Review: 4}, ByRule: map[string]int{"said": 10},
		Charge: 60000, ChargeAtRisk: 10500, ChargeInReview: 10700, Overpaid: 10500, MissedRevenue: 10000,
		First: claim.MustDate("2025-03-10"), Last: claim.MustDate("2025-05-06"),
	}
	months := []audit.Month{
		{First: claim.MustDate("2025-03-01"), Counts: audit.Counts{Lines: 3, Flagged: 2, Encounters: 2, Clean: 1, Charge: 30000, AtRisk: 500}},
		{First: claim.MustDate("2025-04-01"), Counts: audit.Counts{Lines: 2, Flagged: 2, Encounters: 2, Charge: 10000, AtRisk: 10000}},
		{First: claim.MustDate("2025-05-01"), Counts: audit.Counts{Lines: 2, Flagged: 1, Encounters: 2, Clean: 1, Charge: 20000}},
	}
	providers := []audit.Provider{
		{ID: "1", Counts: audit.Counts{Lines: 4, Flagged: 3, Encounters: 4, Clean: 1, Charge: 30000, AtRisk: 500}},
		{ID: "2", Counts: audit.Counts{Lines: 2, Flagged: 1, Encounters: 2, Clean: 1, Charge: 20000}},
		{ID: "9", Counts: audit.Counts{Lines: 1, Flagged: 1, Encounters: 1, Charge: 10000, AtRisk: 10000}},
	}
	for _, test := range []struct{ patients, workers int }{{1, 1}, {50, 1}, {50, 4}} {
		t.Run(fmt.Sprintf("%d patients by %d", test.patients, test.workers), func(t *testing.T) {
			got := countedBy(t, test.workers, copiesFor(test.patients, lines))
			if diff := cmp.Diff(timesSummary(summary, test.patients), got.Summary); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(timesMonths(months, test.patients), got.Months); diff != "" {
				t.Errorf("months (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(timesProviders(providers, test.patients), got.Providers); diff != "" {
				t.Errorf("providers (-want +got):\n%s", diff)
			}
			if got.Corrected.Removed() != test.patients || got.Corrected.Len() != 7*test.patients {
				t.Errorf("%d lines removed of %d", got.Corrected.Removed(), got.Corrected.Len())
			}
		})
	}
}

// TestEncounterWithHistory holds that a day of two claim types is one encounter, though history of the
// day stands between its lines, and that a day of history alone is none.
func TestEncounterWithHistory(t *testing.T) {
	var lines []claim.Line
	for i, of := range []struct {
		input int32
		date  string
		claim claim.Type
	}{
		{0, "2025-03-10", claim.Professional}, {1, "2025-03-10", claim.Professional},
		{0, "2025-03-10", claim.Facility}, {1, "2025-03-10", claim.Facility}, {0, "2025-03-12", claim.Facility},
	} {
		l := lineSaying(int32(i+2), of.date, "1", 10000, "review deny")
		l.Pos.Input, l.Type = of.input, of.claim
		lines = append(lines, l)
	}
	want := audit.Counts{Lines: 2, Flagged: 2, Encounters: 1, Clean: 1, Charge: 20000}
	got := countedBy(t, 1, lines)
	if diff := cmp.Diff([]audit.Month{{First: claim.MustDate("2025-03-01"), Counts: want}}, got.Months); diff != "" {
		t.Errorf("months (-want +got):\n%s", diff)
	}
	if s := got.Summary; s.Encounters != 1 || s.CleanEncounters != 1 || s.Lines != 2 {
		t.Errorf("summary %+v", s)
	}
}

// countedBy audits lines, those of the first input as history.
func countedBy(t *testing.T, workers int, lines []claim.Line) *audit.Report {
	t.Helper()
	o := testOptions(t)
	o.Rules, o.Workers, o.Correct = []*audit.Rule{said(workers)}, workers, true
	o.Sources = []claim.Source{{Columns: 1<<claim.NumFields - 1, Context: true}, {Columns: 1<<claim.NumFields - 1}}
	body := hold.NewBody(0)
	defer body.Close()
	c := body.Collector()
	for i := range lines {
		c.Line(&lines[i])
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	report, err := Run(context.Background(), body, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// copiesFor are the lines of the second input for as many patients.
func copiesFor(patients int, lines []claim.Line) (all []claim.Line) {
	for p := range patients {
		for _, l := range lines {
			l.Patient, l.Pos = fmt.Sprint("P", p), claim.Pos{Input: 1, Row: l.Pos.Row + int32(100*p)}
			all = append(all, l)
		}
	}
	return all
}

func timesSummary(s audit.Summary, n int) audit.Summary {
	m := claim.Cents(n)
	return audit.Summary{
		Lines: n * s.Lines, FlaggedLines: n * s.FlaggedLines, Encounters: n * s.Encounters, CleanEncounters: n * s.CleanEncounters,
		Findings: n * s.Findings, Uncounted: n * s.Uncounted, First: s.First, Last: s.Last,
		BySeverity: map[audit.Severity]int{audit.Error: n * s.BySeverity[audit.Error], audit.Warning: n * s.BySeverity[audit.Warning], audit.Review: n * s.BySeverity[audit.Review]},
		ByRule:     map[string]int{"said": n * s.ByRule["said"]},
		Charge:     m * s.Charge, ChargeAtRisk: m * s.ChargeAtRisk, ChargeInReview: m * s.ChargeInReview, Overpaid: m * s.Overpaid,
		MissedRevenue: m * s.MissedRevenue,
	}
}

func timesCounts(c audit.Counts, n int) audit.Counts {
	return audit.Counts{
		Lines: n * c.Lines, Flagged: n * c.Flagged, Encounters: n * c.Encounters, Clean: n * c.Clean,
		Charge: claim.Cents(n) * c.Charge, AtRisk: claim.Cents(n) * c.AtRisk,
	}
}

func timesMonths(months []audit.Month, n int) (all []audit.Month) {
	for _, m := range months {
		all = append(all, audit.Month{First: m.First, Counts: timesCounts(m.Counts, n)})
	}
	return all
}

func timesProviders(providers []audit.Provider, n int) (all []audit.Provider) {
	for _, p := range providers {
		all = append(all, audit.Provider{ID: p.ID, Counts: timesCounts(p.Counts, n)})
	}
	return all
}

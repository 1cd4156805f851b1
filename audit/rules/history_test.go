package rules_test

import (
	"slices"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// TestHistoryCounts holds that a service in an earlier export is seen by the rules that look back,
// and that the history itself is never reported on.
func TestHistoryCounts(t *testing.T) {
	t.Parallel()
	all := claim.Fields(1<<claim.NumFields - 1)
	o := everyRule(t)
	o.Sources = []claim.Source{{Columns: all}, {Columns: all, Context: true}}
	for _, pc := range readProof(t) {
		if !slices.Contains(lookBack, pc.rule) || pc.kind != "fires" {
			continue
		}
		lines := pc.lines(t)
		last := slices.MaxFunc(lines, func(a, b claim.Line) int { return int(a.From - b.From) }).From
		for i := range lines {
			if lines[i].From < last {
				lines[i].Pos.Input = 1
			}
		}
		seen := false
		for _, f := range judged(t, lines, o) {
			seen = seen || f.Rule.ID == pc.rule
			if f.Line.Context {
				t.Errorf("%s/%s: %s reports a line of the history", pc.rule, pc.name, f.Rule.ID)
			}
		}
		if !seen {
			t.Errorf("%s/%s: nothing is reported when the earlier lines are history", pc.rule, pc.name)
		}
	}
}

// lookBack are the rules that compare a line with earlier ones.
var lookBack = []string{"visit-in-global-period", "procedure-in-global-period", "new-patient-seen-before",
	"facet-injection-over-limit", "diagnostic-facet-repeated", "facet-ablation-over-limit", "ablation-repeated-early",
	"epidural-over-limit", "epidural-too-soon", "sacroiliac-over-limit", "trigger-point-over-limit",
	"migraine-injection-too-soon", "hyaluronate-course-repeated", "nerve-studies-repeated", "ablation-without-blocks", "diagnostic-facet-unmarked",
}

// TestGlobalPeriodDay holds that a day's procedures in one global period are one finding, on a line
// of the export, with the earlier procedure and the day's other procedures and add-ons related.
func TestGlobalPeriodDay(t *testing.T) {
	t.Parallel()
	o := everyRule(t)
	all := claim.Fields(1<<claim.NumFields - 1)
	o.Sources = []claim.Source{{Columns: all}, {Columns: all, Context: true}}
	o.Rules = slices.DeleteFunc(o.Rules, func(r *audit.Rule) bool { return r.ID != "procedure-in-global-period" })
	var lines []claim.Line
	for i, billed := range []struct {
		day, code string
		input     int32
	}{
		{"2025-03-10", "63650", 1}, {"2025-03-17", "62323", 1}, // history
		{"2025-03-17", "63685", 0}, {"2025-03-17", "64635", 0}, {"2025-03-17", "64636", 0}, {"2025-03-17", "77002", 0},
	} {
		lines = append(lines, claim.Line{
			Pos: claim.Pos{Input: billed.input, Row: int32(i + 1)}, Patient: "P", From: claim.MustDate(billed.day),
			Code: claim.MustCode(billed.code), Billed: billed.code, Units: claim.One, Given: all,
		})
	}
	found := judged(t, lines, o)
	if len(found) != 1 || found[0].Line.Billed != "63685" {
		t.Fatalf("want one finding, on 63685%s", describe(found))
	}
	var related []string
	for _, l := range found[0].Related {
		related = append(related, l.Billed)
	}
	if want := []string{"63650", "64635", "64636"}; !slices.Equal(related, want) {
		t.Errorf("related are %v, want %v", related, want)
	}
}

// TestSessionOverLimit holds that a session over the limit is one finding, with the first line of
// each session counted and the other lines of its own related.
func TestSessionOverLimit(t *testing.T) {
	t.Parallel()
	for _, pc := range readProof(t) {
		if pc.rule != "facet-injection-over-limit" || pc.name != "fifth-therapeutic" {
			continue
		}
		o := everyRule(t)
		o.Rules = slices.DeleteFunc(o.Rules, func(r *audit.Rule) bool { return r.ID != pc.rule })
		found := judged(t, pc.lines(t), o)
		if len(found) != 1 {
			t.Fatalf("want one finding%s", describe(found))
		}
		var rows []int32
		for _, l := range found[0].Related {
			rows = append(rows, l.Pos.Row)
		}
		if want := []int32{1, 3, 5, 7, 10}; found[0].Line.Pos.Row != 9 || !slices.Equal(rows, want) {
			t.Errorf("the finding is on row %d with rows %v, want row 9 with %v", found[0].Line.Pos.Row, rows, want)
		}
		return
	}
	t.Error("the case is gone")
}

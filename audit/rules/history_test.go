package rules_test

import (
	"slices"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
)

// TestHistoryCounts holds that a service in an earlier export is seen by the rules that look back,
// and that the history itself is never reported on.
func TestHistoryCounts(t *testing.T) {
	t.Parallel()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
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
		all := claim.Fields(1<<claim.NumFields - 1)
		o := audit.Options{
			Rules: rules.All(), Catalog: known, AsOf: asOf, Settings: settings,
			Sources: []claim.Source{{Columns: all}, {Columns: all, Context: true}},
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
var lookBack = []string{"visit-in-global-period", "procedure-in-global-period", "new-patient-seen-before"}

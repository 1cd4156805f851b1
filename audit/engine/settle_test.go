package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
)

// A rule may cover what others say of any line it speaks of, and of no other line.
func TestCoversRelatedLines(t *testing.T) {
	strong := &audit.Rule{ID: "strong", Severity: audit.Warning, Rank: audit.Policy, Covers: []string{"weak"}}
	weak := &audit.Rule{ID: "weak", Severity: audit.Error, Rank: audit.Policy}
	a, b, c := &audit.Line{Line: bill(2, "P", "62323", 1)}, &audit.Line{Line: bill(3, "P", "77003", 1)}, &audit.Line{Line: bill(4, "P", "77003", 1)}
	got := describe(settle([]audit.Finding{
		{Rule: strong, Line: a, Related: []*audit.Line{b}}, {Rule: weak, Line: b, Related: []*audit.Line{c}}, {Rule: weak, Line: c},
	}))
	if diff := cmp.Diff("2 strong +3 +4\n4 weak\n", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A rule may cover what others say of any line it speaks of, and of no other line.
func TestCoversRelatedLines(t *testing.T) {
	strong := &Rule{ID: "strong", Severity: Warning, Rank: Policy, Covers: []string{"weak"}}
	weak := &Rule{ID: "weak", Severity: Error, Rank: Policy}
	a, b, c := &Line{Line: bill(2, "P", "62323", 1)}, &Line{Line: bill(3, "P", "77003", 1)}, &Line{Line: bill(4, "P", "77003", 1)}
	got := describe(settle([]Finding{
		{Rule: strong, Line: a, Related: []*Line{b}}, {Rule: weak, Line: b, Related: []*Line{c}}, {Rule: weak, Line: c},
	}))
	if diff := cmp.Diff("2 strong +3 +4\n4 weak\n", got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

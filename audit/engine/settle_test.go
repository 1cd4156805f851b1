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

// The practice's own rule and one of the program may tell the same of two lines, on either of them, or of a line's units:
// the practice's stands, as severe as the other.
func TestOwnRuleTellsTheSame(t *testing.T) {
	a, b, c := &audit.Line{Line: bill(2, "P", "20553", 1)}, &audit.Line{Line: bill(3, "P", "64405", 1)}, &audit.Line{Line: bill(4, "P", "20610", 1)}
	units := audit.Fix{Action: audit.SetUnits}
	own := func(s audit.Severity, l *audit.Line, fix audit.Fix, related ...*audit.Line) audit.Finding {
		return audit.Finding{Rule: &audit.Rule{ID: "own:x", Own: true, Rank: audit.Policy}, Severity: s, Line: l, Fix: fix, Related: related}
	}
	built := func(s audit.Severity, l *audit.Line, fix audit.Fix, related ...*audit.Line) audit.Finding {
		return audit.Finding{Rule: &audit.Rule{ID: "built-in", Rank: audit.Specific}, Severity: s, Line: l, Fix: fix, Related: related}
	}
	for name, test := range map[string]struct {
		found []audit.Finding
		want  string
	}{
		"equals":                {[]audit.Finding{own(audit.Warning, b, audit.Fix{}, a), built(audit.Warning, b, audit.Fix{}, a)}, "3 own:x +2\n"},
		"the program's severer": {[]audit.Finding{own(audit.Warning, b, audit.Fix{}, a), built(audit.Error, b, audit.Fix{}, a)}, "3 own:x +2\n"},
		"on either line":        {[]audit.Finding{own(audit.Error, a, audit.Fix{}, b), built(audit.Warning, b, audit.Fix{}, a)}, "2 own:x +3\n"},
		"of another pair":       {[]audit.Finding{own(audit.Warning, b, audit.Fix{}, a), built(audit.Warning, b, audit.Fix{}, c)}, "3 own:x +2\n3 built-in +4\n"},
		"of units":              {[]audit.Finding{own(audit.Warning, b, units), built(audit.Warning, b, units)}, "3 own:x\n"},
		"of units and a cell":   {[]audit.Finding{own(audit.Warning, b, units), built(audit.Warning, b, audit.Fix{})}, "3 own:x\n3 built-in\n"},
	} {
		got := settle(test.found)
		if diff := cmp.Diff(test.want, describe(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if name == "the program's severer" && got[0].Severity != audit.Error {
			t.Errorf("%s: the own finding is a %s", name, got[0].Severity)
		}
	}
}

package rules_test

import (
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// TestWithoutDoubtedColumns holds, over the proof with blank modifiers, that a rule that can do without their columns finds
// nothing in an export without them that blank cells would not show, and finds it for review unless it is sure.
func TestWithoutDoubtedColumns(t *testing.T) {
	t.Parallel()
	o := everyRule(t)
	proof := readProof(t)
	for _, r := range o.Rules {
		if r.Needs.Doubts != 0 && r.Needs.Doubts != claim.FieldSet(claim.FieldModifiers) {
			t.Errorf("%s doubts other columns than the modifiers: the test is not for it", r.ID)
		}
		if r.Needs.Doubts == 0 {
			continue
		}
		sure := map[claim.Pos]bool{}
		seen := *r
		seen.Check = func(c *audit.Case, report func(audit.Finding)) {
			r.Check(c, func(f audit.Finding) { sure[f.Line.Pos] = f.Sure; report(f) })
		}
		o.Rules = []*audit.Rule{&seen}
		told := 0
		for i := range proof {
			if proof[i].rule != r.ID {
				continue
			}
			o.Sources = []claim.Source{{Columns: everyField}}
			blank := map[claim.Pos]audit.Severity{}
			for _, f := range judged(t, withoutModifiers(proof[i].lines(t)), o) {
				blank[f.Line.Pos] = f.Severity
			}
			o.Sources = []claim.Source{{Columns: everyField &^ r.Needs.Doubts}}
			clear(sure)
			for _, f := range judged(t, withoutModifiers(proof[i].lines(t)), o) {
				told++
				if most := blank[f.Line.Pos]; f.Severity > most || f.Severity != audit.Review && !sure[f.Line.Pos] {
					t.Errorf("%s/%s: row %d is a %s without the columns, and a %s with blank cells: %s", r.ID, proof[i].name, f.Line.Pos.Row, f.Severity, most, f.Message)
				}
			}
		}
		if told == 0 {
			t.Errorf("%s finds nothing of its proof without the columns", r.ID)
		}
	}
}

func withoutModifiers(lines []claim.Line) []claim.Line {
	for i := range lines {
		lines[i].Mods = claim.Modifiers{}
	}
	return lines
}

package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// onCode is a rule that reports each line with the code beside all others of its day.
func onCode(id, code string, fix func(l *audit.Line) []audit.Edit) *audit.Rule {
	return &audit.Rule{ID: id, Title: "Title of " + id, Severity: audit.Error, Rank: audit.Policy, Check: func(c *audit.Case, report func(audit.Finding)) {
		for day := range c.Days() {
			for i := range day {
				if day[i].Code == claim.MustCode(code) {
					report(audit.Finding{Line: &day[i], Message: id, Fix: audit.Fix{Text: "do", Edits: fix(&day[i])}})
				}
			}
		}
	}}
}

func nothing(*audit.Line) []audit.Edit { return nil }

// TestFixesAreTried: a fix that leads to something new, cures nothing, or is not needed once another is
// made, is left to a person, and says why.
func TestFixesAreTried(t *testing.T) {
	to := func(code string) func(l *audit.Line) []audit.Edit {
		return func(l *audit.Line) []audit.Edit { return []audit.Edit{audit.SetCode(l, claim.MustCode(code))} }
	}
	// Each of two lines is too many beside the other.
	pair := &audit.Rule{ID: "pair", Severity: audit.Error, Rank: audit.Policy, Check: func(c *audit.Case, report func(audit.Finding)) {
		for day := range c.Days() {
			for i := range day {
				if len(day) == 2 {
					report(audit.Finding{Line: &day[i], Related: []*audit.Line{&day[1-i]}, Message: "pair", Fix: audit.Fix{Text: "do", Edits: []audit.Edit{audit.Remove(&day[i])}}})
				}
			}
		}
	}}
	// Looks at all days.
	first := &audit.Rule{ID: "first", Title: "Title of first", Severity: audit.Error, Rank: audit.Policy, Needs: audit.Needs{History: audit.Lifetime}, Check: func(c *audit.Case, report func(audit.Finding)) {
		if c.Lines[0].Code != claim.MustCode("62311") {
			report(audit.Finding{Line: &c.Lines[len(c.Lines)-1], Message: "first"})
		}
	}}
	later := bill(4, "P", "77003", 1)
	later.From += 30
	two := []claim.Line{bill(2, "P", "62311", 1), bill(3, "P", "77003", 1)}
	for name, c := range map[string]struct {
		lines []claim.Line
		rules []*audit.Rule
		want  string
	}{
		"made": {two, []*audit.Rule{onCode("old", "62311", to("62323"))}, "2 old: 1 do\n"},
		"a rule that speaks of the new code": {two, []*audit.Rule{onCode("old", "62311", to("62323")), onCode("new", "62323", nothing)},
			"2 old: 0 do; not made by itself: with it 62323 draws \"Title of new\"\n"},
		"a rule that spoke of the line before": {two, []*audit.Rule{onCode("old", "62311", to("77003")), onCode("other", "77003", nothing)},
			"2 old: 1 do\n3 other: 0 do\n"},
		"a rule that looks at all days": {append([]claim.Line{later}, two...), []*audit.Rule{onCode("old", "62311", to("62323")), first},
			"2 old: 0 do; not made by itself: with it 77003 draws \"Title of first\"\n"},
		"no cure": {two, []*audit.Rule{onCode("old", "62311", func(l *audit.Line) []audit.Edit { return []audit.Edit{audit.SetQuantity(l, claim.Whole(2))} })},
			"2 old: 0 do; not made by itself: with it this stays\n"},
		"only the one at fault is left": {two, []*audit.Rule{onCode("old", "62311", to("62323")), onCode("gone", "77003", func(l *audit.Line) []audit.Edit { return []audit.Edit{audit.Remove(l)} }), onCode("new", "62323", nothing)},
			"2 old: 0 do; not made by itself: with it 62323 draws \"Title of new\"\n3 gone: 1 do\n"},
		"one of two is enough": {two, []*audit.Rule{pair}, "2 pair: 1 do\n3 pair: 0 do; needed only if the fix of pair is not made\n"},
	} {
		t.Run(name, func(t *testing.T) {
			o := testOptions(t)
			o.Rules = c.rules
			found, err := Judge(c.lines, o)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, f := range found {
				fmt.Fprintf(&got, "%d %s: %d %s\n", f.Line.Pos.Row, f.Rule.ID, len(f.Fix.Edits), f.Fix.Text)
			}
			if diff := cmp.Diff(c.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

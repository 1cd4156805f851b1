package rules_test

import (
	"slices"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
	"claimaudit/audit/rules"
)

// TestAbsenceBesideUnreadRows holds of every proof case that beside a row that could not be read a
// finding of something that is not there is a review that says so, and any other as it was.
func TestAbsenceBesideUnreadRows(t *testing.T) {
	if rules.Raced {
		t.Skip("asks many encounters one after the other")
	}
	t.Parallel()
	all := everyRule(t)
	lowered := map[string]bool{}
	for _, pc := range readProof(t) {
		if pc.kind != "fires" {
			continue
		}
		o := all
		o.Rules = slices.DeleteFunc(slices.Clone(all.Rules), func(r *audit.Rule) bool { return r.ID != pc.rule })
		lines := pc.lines(t)
		before, after := judged(t, lines, o), besideUnread(t, lines, o)
		if len(before) != len(after) {
			t.Errorf("%s/%s: %d findings, and %d beside a row not read", pc.rule, pc.name, len(before), len(after))
			continue
		}
		for i, f := range after {
			want, text := before[i].Severity, before[i].Message
			if f.Rule.Absence && !f.Line.Anonymous {
				want, text = audit.Review, "a row of this claim could not be read: "+text
				lowered[f.Rule.ID] = true
			}
			if f.Severity != want || f.Message != text {
				t.Errorf("%s/%s: %s %q, want %s %q", pc.rule, pc.name, f.Severity, f.Message, want, text)
			}
		}
	}
	for _, r := range all.Rules {
		if r.Absence && !lowered[r.ID] {
			t.Errorf("%s: no proof of a finding that is lowered", r.ID)
		}
	}
}

// besideUnread judges lines with a row that could not be read on each of their days.
func besideUnread(t *testing.T, lines []claim.Line, o engine.Options) (found []audit.Finding) {
	t.Helper()
	o.Sources = []claim.Source{{Columns: everyField}}
	body := hold.NewBody(0)
	k := body.Collector()
	for i := range lines {
		k.Line(&lines[i])
		k.Unread(claim.Unread{Kind: claim.Unreadable, Whose: []claim.Whose{{Patient: lines[i].Patient, Day: lines[i].From}}})
	}
	if err := k.Close(); err != nil {
		t.Fatal(err)
	}
	report, err := engine.Run(t.Context(), body, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings.All() {
		g := *f
		l := *f.Line
		g.Line, g.Message = &l, strings.Clone(f.Message)
		found = append(found, g)
	}
	return found
}

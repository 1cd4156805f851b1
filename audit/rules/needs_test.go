package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
)

// lookFurther are the rules whose findings relate lines before the history they need, and why that
// history is enough.
var lookFurther = map[string]string{
	"deleted-code":            "the line alone is wrong; what is beside it only chooses the replacement",
	"not-yet-valid-code":      "the line alone is wrong; what is beside it only chooses the replacement",
	"generator-without-leads": "what came before clears a line, so that a line is not missed for want of it",
	"paddle-lead-again":       "the limit is on all lines seen, which it says since when",
	"vertebrae-over-lifetime": "the limit is on all lines seen, which it says since when",
	"sacroiliac-over-limit":   "the limit on all lines seen, which says since when, is not what the rule is checked by",
}

// TestFindingsAreWhereNeedsSay holds, over every proof case and made-up encounters, that a rule
// reports no line its needs say it does not concern, and looks no further back than they say.
func TestFindingsAreWhereNeedsSay(t *testing.T) {
	if rules.Raced {
		t.Skip("asks many encounters one after the other")
	}
	t.Parallel()
	o := everyRule(t)
	back := map[string]int{}
	see := func(found []audit.Finding) {
		for _, f := range found {
			l, n := f.Line, &f.Rule.Needs
			if !n.Concerns(l.Code, o.Catalog.Lookup(l.Code).Ever(), l.Payer) {
				t.Errorf("%s reports a line of %s for %s, which by its needs it does not concern", f.Rule.ID, l.Code, l.Payer)
			}
			for _, r := range f.Related {
				back[f.Rule.ID] = max(back[f.Rule.ID], int(l.From-max(r.From, r.To))) // a line of several days is there on each
			}
		}
	}
	for _, pc := range readProof(t) {
		see(judged(t, pc.lines(t), o))
	}
	made := newEncounters(o.Catalog)
	for n := range *encounterCount {
		see(judged(t, made.numbered(n), o))
	}
	for _, r := range o.Rules {
		days, n := back[r.ID], &r.Needs
		if why, known := lookFurther[r.ID]; known {
			if days <= n.History {
				t.Errorf("%s looks back no further than it says: it needs no exception (%s)", r.ID, why)
			}
			continue
		}
		if n.OwnHistory == 0 && (days > n.History || days < n.History && n.History != audit.Lifetime) {
			t.Errorf("%s looks back %d days over its proof, and its needs say %d", r.ID, days, n.History)
		}
	}
}

// TestGlancesHideNothing holds that rules find over every proof case and made-up encounters what they find
// where they are asked about lines without their signs, and whatever a glance tells, too.
func TestGlancesHideNothing(t *testing.T) {
	if rules.Raced {
		t.Skip("asks many encounters one after the other")
	}
	t.Parallel()
	o := everyRule(t)
	asked := o
	asked.Rules = nil
	for _, r := range o.Rules {
		all := *r
		all.Needs.Signs, all.Needs.Beside, all.Needs.May = 0, audit.Codes{}, [audit.NumGlances]func(*catalog.Catalog, *audit.Line) bool{}
		asked.Rules = append(asked.Rules, &all)
	}
	said := func(found []audit.Finding) (list []string) {
		for _, f := range found {
			list = append(list, fmt.Sprint(f.Rule.ID, f.Line.Pos, f.Severity, f.Message, f.Fix.Text))
		}
		return list
	}
	same := func(of any, lines func() []claim.Line) {
		if some, all := said(judged(t, lines(), o)), said(judged(t, lines(), asked)); !slices.Equal(some, all) {
			t.Errorf("%v: found %q, and by asking about every line %q", of, some, all)
		}
	}
	for _, pc := range readProof(t) {
		same(pc, func() []claim.Line { return pc.lines(t) })
	}
	made := newEncounters(o.Catalog)
	for n := range *encounterCount {
		same(n, func() []claim.Line { return made.numbered(n) })
	}
}

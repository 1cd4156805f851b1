package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

var (
	complexity          = claim.MustCode("G2211")
	complexityPaidFrom  = mustDay("complexity-paid")
	preventionCountFrom = mustDay("complexity-beside-prevention") // beside prevention 25 does no harm
)

func complexityWith25() check {
	prevention := mustSet("part-b-prevention")
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.Code != complexity || l.Root {
			return
		}
		if l.From < complexityPaidFrom {
			report(complexityUnpaid(l, nil, "bundled into the visit until 2023-12-31", "it is paid from 2024-01-01"))
			return
		}
		if v := markedVisit(l, day); v != nil && (l.From < preventionCountFrom || !anyOf(day, &prevention)) {
			report(complexityUnpaid(l, v, fmt.Sprintf("not paid beside %s", billedAs(v)),
				fmt.Sprintf("the visit's 25 denies it; or, if no other service of the day needs it, remove 25 from %s", v.Code)))
		}
	})
}

// markedVisit is the day's office visit where all of them by the line's provider or group carry
// 25, or nil.
func markedVisit(l *audit.Line, day *company) (marked *audit.Line) {
	for v := range day.each {
		switch {
		case !v.In(catalog.OfficeVisit) || audit.Providers(l, v) == audit.DifferentProvider:
		case !v.Mods.Has(mod25):
			return nil
		case marked == nil:
			marked = v
		}
	}
	return marked
}

// anyOf tells whether the day has a line of the set, by whomever.
func anyOf(day *company, set *codeSet) bool {
	for m := range day.each {
		if set.has(m) {
			return true
		}
	}
	return false
}

func complexityUnpaid(l, visit *audit.Line, why, because string) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is %s", billedAs(l), l.From, why),
		Fix: audit.Fix{
			Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: %s", l.Code, because),
			Edits: []audit.Edit{audit.Remove(l)},
		},
	}
	if visit != nil {
		f.Related = []*audit.Line{visit}
	}
	return f
}

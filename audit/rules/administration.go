package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func shotWithoutDrug() check {
	shots := mustSet("drug-shot")
	products := mustSet("immune-globulin")
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !shots.has(l) || l.Root || l.Type != claim.Professional || facilityPOS(l) {
			return
		}
		for m := range day.each {
			if m.Code == 0 || m.Root && m.Known == nil || isGoods(m) || products.has(m) {
				return
			}
		}
		report(audit.Finding{
			Line: l, Money: audit.Deny,
			Message: fmt.Sprintf("%s is billed on %s without a drug that day", billedAs(l), l.From),
			Fix:     audit.Fix{Action: audit.AddLine, Text: "look up the drug and its amount in the record and bill it (such as J1885, 15 mg a unit); if somebody else supplied it, name it in the narrative"},
		})
	})
}

func neverPaidApart() check {
	codes := mustSet("paid-within")
	return beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !codes.has(l) || l.Root || l.Type != claim.Professional || !isMedicare(l) {
			return
		}
		switch fee, _ := c.Catalog.Fee(l.Code, l.From); fee.Status {
		case 'B':
			report(paidWithin(l, nil, "status B in Medicare's fee schedule: its pay is always within other services"))
		case 'T':
			if p := paidBeside(c.Catalog, l, day); p != nil {
				report(paidWithin(l, p, "status T in Medicare's fee schedule: paid only where the provider is paid for nothing else that day"))
			}
		}
	})
}

// paidBeside is a line of the day by the same provider that the fee schedule pays, or nil.
func paidBeside(cat *catalog.Catalog, l *audit.Line, day *company) *audit.Line {
	for m := range day.each {
		if fee, ok := cat.Fee(m.Code, m.From); ok && fee.Status == 'A' && audit.Providers(l, m) == audit.SameProvider {
			return m
		}
	}
	return nil
}

func paidWithin(l, beside *audit.Line, why string) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s has %s", billedAs(l), l.From, why),
		Fix: audit.Fix{
			Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: no modifier makes Medicare pay it", l.Code),
			Edits: []audit.Edit{audit.Remove(l)},
		},
	}
	if beside != nil {
		f.Message += fmt.Sprintf("; %s is billed beside it", billedAs(beside))
		f.Related = []*audit.Line{beside}
	}
	return f
}

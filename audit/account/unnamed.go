package account

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// whoFields are what lines say of who gave and who bills a service.
const whoFields = 1<<claim.FieldRendering | 1<<claim.FieldBilling | 1<<claim.FieldTIN

// unnamedFamily is what Coverage puts the lines under that do not say whose they are.
const unnamedFamily = "who gave the service"

// unnamed are the lines that rules compare as those of one provider because they do not say whose they
// are; no rows where there are none.
func (t *Tally) unnamed() (rows []audit.Coverage) {
	for _, who := range []struct {
		check  string
		fields claim.Fields // one of which says it
		reason string
	}{
		{"provider", 1 << claim.FieldRendering, "RenderingNPI is blank: the lines count as any provider's of their biller, unless a modifier tells them apart"},
		{"biller", 1<<claim.FieldTIN | 1<<claim.FieldBilling, "BillingTIN and BillingNPI are blank: the lines count as any biller's"},
	} {
		var of seen
		for s, n := range t.sights {
			if s.given&who.fields == 0 {
				of.add(n)
			}
		}
		if of.lines > 0 {
			rows = append(rows, audit.Coverage{
				Check: who.check, Family: unnamedFamily, Lines: of.lines, From: of.from, To: of.to, Codes: []string{}, Reason: who.reason,
			})
		}
	}
	return rows
}

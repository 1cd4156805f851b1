package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// PaidTwice is the check of paid-twice.
func PaidTwice() terms.Check {
	return func(c *audit.Case, report func(audit.Finding)) {
		for i := range c.Lines {
			l := &c.Lines[i]
			for _, copied := range l.Copies {
				if inFull(l) && inFull(copied) && copied.PayerName != "" && !l.Continues() {
					report(paidTwice(l, copied))
					break
				}
			}
		}
	}
}

// inFull tells whether the payer allowed or paid the charge but for a twentieth of it.
func inFull(l *audit.Line) bool {
	charge := l.Whole().Charge
	return l.PayerName != "" && charge > 0 && 20*(charge-max(l.Allowed, l.Paid)) <= charge
}

func paidTwice(l, copied *audit.Line) audit.Finding {
	amount := func(l *audit.Line) claim.Cents { return max(l.Allowed, l.Paid) }
	return audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s of %s was sent to two payers, and each allowed or paid all of the charge (%s and %s): paid twice?",
			l.Code, l.From, amount(l), amount(copied)),
		Fix: audit.Fix{Action: audit.Document, Text: "compare the remittances of both payers, find out which of the two plans pays first, and refund what the other paid too much"},
	}
}

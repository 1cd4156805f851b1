package audit

import (
	"testing"

	"claimaudit/audit/claim"
)

// A line's money counts once in each figure, by its largest finding, and in review only where no
// error or warning puts any at risk.
func TestStakes(t *testing.T) {
	type finding struct {
		severity Severity
		money    Money
		amount   claim.Cents
	}
	type figures struct{ risk, review, overpaid, missed claim.Cents }
	for name, test := range map[string]struct {
		found []finding
		want  figures
	}{
		"largest of two":              {[]finding{{Error, Deny, 300}, {Warning, Half, 500}}, figures{risk: 500}},
		"review alone":                {[]finding{{Review, Deny, 300}, {Review, Reject, 200}}, figures{review: 300}},
		"review beside risk":          {[]finding{{Review, Deny, 900}, {Warning, Deny, 200}}, figures{risk: 200}},
		"review beside no money":      {[]finding{{Error, NoMoney, 0}, {Review, Deny, 300}}, figures{review: 300}},
		"review beside missed":        {[]finding{{Error, Underpay, 700}, {Review, Deny, 300}}, figures{review: 300, missed: 700}},
		"overpaid beside larger":      {[]finding{{Error, Overpay, 300}, {Error, Deny, 800}, {Warning, Overpay, 100}}, figures{risk: 800, overpaid: 300}},
		"overpaid by a review":        {[]finding{{Review, Overpay, 300}}, figures{review: 300}},
		"missed by a review":          {[]finding{{Review, Underpay, 300}, {Error, Underpay, 200}}, figures{missed: 300}},
		"a charge below nothing":      {[]finding{{Error, Deny, -300}, {Review, Deny, -200}}, figures{}},
		"no charge, so nothing known": {[]finding{{Error, Deny, 0}}, figures{}},
	} {
		t.Run(name, func(t *testing.T) {
			var s Stakes
			for _, f := range test.found {
				s.Add(f.severity, f.money, f.amount)
			}
			if got := (figures{s.AtRisk, s.InReview(), s.Overpaid, s.Missed}); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

package audit

import "claimaudit/audit/claim"

// Stakes is the money in question on one line, of each kind the largest of its findings and never
// below nothing. The zero value is a line without findings.
type Stakes struct {
	AtRisk   claim.Cents // by errors and warnings
	Overpaid claim.Cents // the same of those that ask for a refund; part of AtRisk
	Missed   claim.Cents // left unbilled, by findings of any severity; never at risk
	review   claim.Cents
}

// Add counts a finding of the line; amount is its Finding.AtRisk, nothing where that is not known.
func (s *Stakes) Add(severity Severity, kind Money, amount claim.Cents) {
	switch {
	case kind == Underpay:
		s.Missed = max(s.Missed, amount)
	case severity <= Review:
		s.review = max(s.review, amount)
	default:
		s.AtRisk = max(s.AtRisk, amount)
		if kind == Overpay {
			s.Overpaid = max(s.Overpaid, amount)
		}
	}
}

// InReview is what reviews ask about on a line of which no error or warning puts money at risk. A
// line with both is at risk alone, so that no charge is counted in both.
func (s *Stakes) InReview() claim.Cents {
	if s.AtRisk > 0 {
		return 0
	}
	return s.review
}

package audit

import (
	"slices"

	"claimaudit/audit/claim"
)

// Summary counts the report.
type Summary struct {
	Lines        int // audited, without context
	FlaggedLines int // distinct lines with a finding of their own
	Encounters   int // distinct patient and date of service
	// CleanEncounters have no finding of severity error or warning.
	CleanEncounters int
	Findings        int
	BySeverity      map[Severity]int
	ByRule          map[string]int
	Charge          claim.Cents // of all audited lines
	ChargeAtRisk    claim.Cents // each line once, by its largest error or warning
	ChargeInReview  claim.Cents // likewise, by its largest review, of lines with nothing at risk
	Overpaid        claim.Cents // likewise, of errors and warnings that ask for a refund; part of ChargeAtRisk
	MissedRevenue   claim.Cents // likewise, of findings about unbilled money
	Uncounted       int         // findings with money in question on a line without a charge
	First, Last     claim.Date  // dates of service audited
}

// Recount counts the findings, and leaves alone what is counted by lines.
func (s *Summary) Recount(fs *Findings) {
	s.Findings, s.Uncounted = fs.Len(), 0
	s.BySeverity, s.ByRule = map[Severity]int{}, map[string]int{}
	for i := range fs.Len() {
		b := fs.Brief(i)
		s.BySeverity[b.Severity]++
		s.ByRule[fs.Rule(b).ID]++
		if !b.Known && b.Money != Underpay {
			s.Uncounted++
		}
	}
}

// Flag counts a line with findings.
func (s *Summary) Flag(line *Stakes) {
	s.FlaggedLines++
	s.ChargeAtRisk += line.AtRisk
	s.ChargeInReview += line.InReview()
	s.Overpaid += line.Overpaid
	s.MissedRevenue += line.Missed
}

// Meet counts an encounter, clean when it has no error and no warning.
func (s *Summary) Meet(clean bool) {
	s.Encounters++
	if clean {
		s.CleanEncounters++
	}
}

// Add takes over what was counted of other lines; findings are counted when all of them are there.
func (s *Summary) Add(u *Summary) {
	s.Lines += u.Lines
	s.FlaggedLines += u.FlaggedLines
	s.Encounters += u.Encounters
	s.CleanEncounters += u.CleanEncounters
	s.Charge += u.Charge
	s.ChargeAtRisk += u.ChargeAtRisk
	s.ChargeInReview += u.ChargeInReview
	s.Overpaid += u.Overpaid
	s.MissedRevenue += u.MissedRevenue
	if s.First == 0 || u.First != 0 && u.First < s.First {
		s.First = u.First
	}
	s.Last = max(s.Last, u.Last)
}

// Counts are the figures of a month or a provider.
type Counts struct {
	Lines, Flagged    int         // lines audited, and lines with a finding
	Encounters, Clean int         // encounters with a line counted here, and those without an error or a warning
	Charge, AtRisk    claim.Cents // AtRisk as Summary.ChargeAtRisk
}

// Flag counts a line with findings.
func (c *Counts) Flag(line *Stakes) {
	c.Flagged++
	c.AtRisk += line.AtRisk
}

// Meet counts an encounter, clean when it has no error and no warning.
func (c *Counts) Meet(clean bool) {
	c.Encounters++
	if clean {
		c.Clean++
	}
}

// Add takes over the counts of other lines.
func (c *Counts) Add(d *Counts) {
	c.Lines += d.Lines
	c.Flagged += d.Flagged
	c.Encounters += d.Encounters
	c.Clean += d.Clean
	c.Charge += d.Charge
	c.AtRisk += d.AtRisk
}

// Month is the figures of one calendar month of dates of service.
type Month struct {
	First claim.Date // its first day
	Counts
}

// Provider is the figures of one provider: the rendering NPI, or the billing one where no
// rendering one is given; blank for lines with neither.
type Provider struct {
	ID string
	Counts
	Rates []Rate // of each of the report's patterns; nil where none was met
}

// Add takes over another provider's counts.
func (p *Provider) Add(q *Provider) {
	p.Counts.Add(&q.Counts)
	if p.Rates == nil {
		p.Rates = slices.Clone(q.Rates)
		return
	}
	for i, r := range q.Rates {
		p.Rates[i].N += r.N
		p.Rates[i].Of += r.Of
	}
}

package audit

import (
	"slices"

	"claimaudit/audit/claim"
)

// Report is everything an audit found out, in the form the writers of outputs take it. It holds
// nothing that does not change findings: no clock time, no host, no worker count.
type Report struct {
	Version string // of the program
	Catalog string // of the knowledge built in: the quarter of its tables
	AsOf    claim.Date
	// Options are the settings that change findings, as text, in a fixed order.
	Options []Option
	Tables  []Table
	Stale   []Stale // tables older than lines they judged
	Sources []claim.Source
	Rules   []*Rule // the rules that ran, in registry order
	Off     []*Rule // those that were switched off
	// Patterns are what was counted of each provider.
	Patterns []*Pattern
	Summary  Summary
	// Findings are in order of input, row, rule.
	Findings  Findings
	Corrected Corrected  // nil when nobody asked
	Months    []Month    // in order of date
	Providers []Provider // in order of id
	Coverage  []Coverage
	Repairs   []claim.Repair
	NotRead   []claim.Unread // in order of position
}

// Option is one setting as the report shows it.
type Option struct{ Name, Value string }

// Table is a table of knowledge that was used.
type Table struct {
	Name, SHA256, Effective string
	// File, Rows and Rejects are of a table that was loaded: its file, how many rows it has, and how
	// many of them could not be read.
	File          string
	Rows, Rejects int
}

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

// Flag counts a line with findings.
func (s *Summary) Flag(line *Stakes) {
	s.FlaggedLines++
	s.ChargeAtRisk += line.AtRisk
	s.ChargeInReview += line.InReview()
	s.Overpaid += line.Overpaid
	s.MissedRevenue += line.Missed
}

// Add takes over the counts of other lines.
func (s *Summary) Add(u *Summary) {
	s.Lines += u.Lines
	s.FlaggedLines += u.FlaggedLines
	s.Encounters += u.Encounters
	s.CleanEncounters += u.CleanEncounters
	s.Findings += u.Findings
	s.Charge += u.Charge
	s.ChargeAtRisk += u.ChargeAtRisk
	s.ChargeInReview += u.ChargeInReview
	s.Overpaid += u.Overpaid
	s.MissedRevenue += u.MissedRevenue
	s.Uncounted += u.Uncounted
	for sev, n := range u.BySeverity {
		s.BySeverity[sev] += n
	}
	for rule, n := range u.ByRule {
		s.ByRule[rule] += n
	}
	if s.First == 0 || u.First != 0 && u.First < s.First {
		s.First = u.First
	}
	s.Last = max(s.Last, u.Last)
}

// Coverage says how far one check could be made, and why not further. For one check there is a
// row with Reason "" for the lines it looked at, then one for each reason it could not. Families of
// checks come first, then the catalogue, then the rules.
//
// A family checked a line when none of its rules was hindered on it; where several were, the line
// counts under each of their reasons. The family's first row says how many lines were hindered at
// all, so that its Lines and NotChecked are all lines audited.
type Coverage struct {
	Check      string // a family, a rule id, or "catalogue" for codes that are not listed
	Family     string // of a rule; blank for a family itself and for the catalogue; "tables in use" for a table
	Lines      int    // lines checked: of the row without a reason, and of a table that is not of their day and scope
	NotChecked int
	Reason     string
	Codes      []string   // the codes concerned, most frequent first, with their near miss; of reasons that lie in the code
	From, To   claim.Date // the first and last date of service of the row's lines; zero where it has none
}

// Counts are the figures of a month or a provider.
type Counts struct {
	Lines, Flagged    int         // lines audited, and lines with a finding
	Encounters, Clean int         // encounters, and those without an error or a warning
	Charge, AtRisk    claim.Cents // AtRisk as Summary.ChargeAtRisk
}

// Flag counts a line with findings.
func (c *Counts) Flag(line *Stakes) {
	c.Flagged++
	c.AtRisk += line.AtRisk
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

// Stale says how many lines a CMS table judged that is older than their dates of service, because no
// newer one is in use.
type Stale struct {
	Table    string // its name
	Newest   claim.Date
	Lines    int
	From, To claim.Date // the first and the last date of service concerned
}

// Corrected are the audited lines in the order of the input, with every mechanical fix made. Lines
// that a fix removes are not among them. Package hold has them.
type Corrected interface {
	// Len is the number of lines left, and Removed of those taken off.
	Len() int
	Removed() int
	// At is the i-th line as corrected, and what was changed on it or beside it; blank when nothing.
	// A line that cannot be read back from its private file is blank but for its position.
	At(i int) (l *claim.Line, change string)
	// Err is the first failure to read a line back; what was made of the lines is then worthless.
	Err() error
}

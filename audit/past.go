package audit

import "claimaudit/audit/claim"

// Past is what a history knows of an audit's findings: which are new, what became of earlier ones, and
// what people said of them.
type Past struct {
	Run int // the number of this audit in the history, from 1; 0 where there is none, but reviewed workbooks
	// States are the states of the report's findings, in its order.
	States []State
	// Said is what a reviewer last said of findings, by fingerprint.
	Said   map[string]Disposition
	Counts map[State]int // nil where no earlier audit is known, but what a reviewer said of this one
	// StillThere is how many open findings a reviewer said were fixed.
	StillThere int
	// Closed are the findings of earlier audits that this one closes, in order of date, rule and
	// fingerprint.
	Closed []Closed
	// Changed are the names of the settings, tables and versions that are not those of the audit before.
	Changed []string
	Trend   []Night // the last audits, this one last
}

// State is what an audit makes of a finding that earlier audits may have made too.
type State uint8

// The states.
const (
	NoState   State = iota
	New             // in no earlier audit
	Open            // found before, and not closed since
	Reopened        // closed by an earlier audit, and found again
	Fixed           // its encounter was audited again and no longer draws it
	Withdrawn       // its lines are as they were, and what judges them has changed
	Unseen          // nothing of this audit tells: it stays open
	Waived          // it falls under a waiver, whatever earlier audits made of it
	NumStates = iota
)

func (s State) String() string {
	return [...]string{"", "new", "open", "reopened", "fixed", "withdrawn", "unseen", "waived"}[s]
}

// The dispositions that a reviewer may choose from.
const (
	StillOpen    = "Open"
	Agree        = "Agree"
	Disagree     = "Disagree"
	NeedsRecord  = "Needs record"
	AcceptedRisk = "Accepted risk"
	SaidFixed    = "Fixed"
)

// Dispositions are all of them, in the order a reviewer sees.
var Dispositions = []string{StillOpen, Agree, Disagree, NeedsRecord, AcceptedRisk, SaidFixed}

// Note keeps what a reviewer last said of a finding in that state.
func (p *Past) Note(fingerprint string, said Disposition, state State) {
	if p.Said[fingerprint] = said; said.Value == SaidFixed && state == Open {
		p.StillThere++
	}
}

// Disposition is what a reviewer said of a finding.
type Disposition struct {
	Value, Owner, Note string
	Date               string // the day of the review, as 2025-06-30; blank where none was given
}

// Closed is a finding of earlier audits that this one no longer makes.
type Closed struct {
	Fingerprint, Rule, Patient, Claim string
	Date                              claim.Date
	Code                              string
	State                             State
	Why                               string // of a withdrawn one, what has changed
	First                             int    // the audit that made it first
}

// Night is what one audit counted.
type Night struct {
	Run    int
	AsOf   claim.Date
	Lines  int
	Counts map[State]int
}

// Package audit is the contract between those who audit claim lines and those who read what was found:
// a rule, the case it is shown, a finding with its fix, and the report.
//
// It knows no file format and no single rule: rules are values (see Rule), knowledge is in the catalogue.
// What audits is in its rooms: package engine judges lines, hold keeps them packed, account counts.
package audit

import (
	"strings"

	"claimaudit/audit/claim"
)

// Severity is how sure and how costly a finding is.
type Severity uint8

// The severities, lowest first.
const (
	Review  Severity = iota + 1 // a person must look at the record
	Warning                     // likely denial, or a payer's policy
	Error                       // will deny, or must be refunded
)

func (s Severity) String() string { return [...]string{"", "review", "warning", "error"}[s] }

// Severities are all severities, highest first.
var Severities = [...]Severity{Error, Warning, Review}

// Rank is where a rule stands when several speak of one line: of one root cause only one finding
// is left, and the others are dropped or become its companions.
type Rank uint8

// The ranks, strongest first.
const (
	// RootCause: the line is not what it says (a deleted code, a diagnosis in the code column).
	// Nothing else is said of the line but what ranks Apart, and its companions are judged as if
	// it carried its replacement.
	RootCause Rank = iota
	// Specific: a rule about named codes; it silences the tables on its line.
	Specific
	// PairTable: the general pair table; it silences the unit table on its line.
	PairTable
	// UnitTable: the general unit table.
	UnitTable
	// Policy: a payer's coverage policy; it neither silences nor is silenced, save by a root cause.
	Policy
	// Apart: about a cell of its own (an NPI, a date); always shown.
	Apart
)

// Rule is one check: what it is for a reader, what it needs, and a pure function.
type Rule struct {
	ID       string // words joined by hyphens, never renamed once published
	Title    string // at most 48 characters
	Family   string // the kind of check it is one of; coverage is summed up by it
	Severity Severity
	Rank     Rank
	// Over are the ids of rules that say less about the same line: where this rule reports a
	// line, findings of those on it are dropped.
	Over []string
	// Covers are the ids of rules whose findings this rule's make needless on every line they speak
	// of, the related ones too: the lines have one cause, and it sits on one of them.
	Covers []string
	// Floods are the fields of which a value may be wrong in the same way on every line: one finding
	// then stands for all lines with that value.
	Floods claim.Fields
	// Off says that the rule runs only when asked for by id or configuration.
	Off bool
	// Absence says that it speaks of something that is not there: of a line with a Gap beside it for
	// review only, because that may stand in the row that was not read.
	Absence bool
	// Own says that it is the practice's own, beside which a rule of the program may tell the same.
	Own bool
	// Series says that what it asks for review is asked once of a patient's lines of one code, payer and first
	// diagnosis: the first stands for them.
	Series bool
	Means  string // what it says, to who reads a finding
	Right  string // when it is right to bill so after all; blank where no such case is known
	Source string // the public document and place in it that a payer can open
	// Guide are the sections of the coding guide it covers, S1 to S15.
	Guide []string
	Needs Needs
	// ByPayer is the highest severity of its findings for each class of payer; nil where all are alike.
	ByPayer *ByPayer
	// ToPayer fits a finding to the payer of its line, by ByPayer and in the words that it is told in;
	// a severity of 0 is that nothing is said. Nil: as it is.
	ToPayer func(f *Finding)
	// Withdrawn are the lines of which it says nothing because the practice says so, and why.
	Withdrawn []*Withdrawal
	// About tells whether a line is one that the rule is about, by its code, payer and day: coverage says so
	// of a rule that met none. Nil where that is not asked.
	About func(l *Line) bool
	// Check looks at one patient's lines and reports each finding; it keeps no state and must not
	// change the case.
	Check func(c *Case, report func(Finding))
}

// Withdrawal is what a practice has decided a rule says nothing of.
type Withdrawal struct {
	Reason string // as coverage gives it
	// Holds tells whether it is for a line of the case.
	Holds func(c *Case, l *Line) bool
}

// MostWithdrawals is how many a run may have.
const MostWithdrawals = 64

// ByPayer is a severity for each class of payer; 0 where nothing is said to it.
type ByPayer [claim.NumPayers]Severity

// Payers are the classes to which something is said.
func (b *ByPayer) Payers() (set Payers) {
	for p, s := range b {
		if s != 0 {
			set |= PayerSet(claim.Payer(p))
		}
	}
	return set
}

// Help is what the rule means, and when it is right to bill so after all.
func (r *Rule) Help() string { return strings.TrimSpace(r.Means + " " + r.Right) }

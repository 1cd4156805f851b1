package audit

import (
	"fmt"

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
	Config  Config // the configuration settings were read from
	Tables  []Table
	Stale   []Stale // tables older than lines they judged
	Sources []claim.Source
	Rules   []*Rule // the rules that ran, in registry order
	Off     []*Rule // those that were switched off
	// Patterns are what was counted of each provider.
	Patterns []*Pattern
	Summary  Summary
	// Findings are in order of input, row, rule.
	Findings Findings
	// Waived are the findings that a waiver is about, in the same order. They are in no figure.
	Waived    Findings
	Waivers   []Waiver   // in the order of their files; nil where none were given
	Corrected Corrected  // nil when nobody asked
	Months    []Month    // in order of date
	Providers []Provider // in order of id
	Coverage  []Coverage
	// UnknownPayers are the names of payers that tell no class, those of most lines first.
	UnknownPayers []UnknownPayer
	Answers       *Answers // what payers answered; nil where no input says it
	Repairs       []claim.Repair
	NotRead       LeftOut        // in order of position; nil for none
	Past          *Past          // what earlier audits found; nil where no history is kept and no reviewed workbook given
	PassedOver    []claim.Passed // what the folders named hold and was not read, in order
	Untyped       []string       // the numbers that a claim type is given for and no line has that leaves it open, in order
}

// UnknownPayer is a name of a payer that tells no class, on so many lines audited.
type UnknownPayer struct {
	Name  string
	Lines int
}

// Class is the class its lines were judged as.
func (UnknownPayer) Class() claim.Payer { return claim.NamedUnknown }

// Setting is the line of the configuration that settles the name, once CLASS in it is the payer's.
func (u UnknownPayer) Setting() string { return fmt.Sprintf("payers: {%q: CLASS}", u.Name) }

// Option is one setting as the report shows it.
type Option struct{ Name, Value string }

// Config names the configuration that settings were read from; it is blank when there was none, and
// has its hash alone where nothing may be named.
type Config struct{ Name, SHA256 string }

// Table is a table of knowledge that was used.
type Table struct {
	Name, SHA256, Effective string
	// File, Rows and Rejects are of a table that was loaded: its file, how many rows it has, and how
	// many of them could not be read.
	File          string
	Rows, Rejects int
}

package rules

import (
	"slices"

	"claimaudit/audit/rules/terms"
)

// Section is a section of the coding guide, and what of our knowledge covers it besides the rules
// that name it.
type Section struct {
	ID      string      `csv:"section" json:"section"` // S1 to S15
	Heading string      `csv:"heading" json:"heading"` // ours, not the guide's
	Tables  terms.Words `csv:"tables" json:"tables"`   // files of data in audit/catalog and audit/rules
	Note    string      `csv:"note" json:"note"`       // how it is covered, or why it cannot be
	Source  string      `csv:"source" json:"source"`   // the guide by title, and its section
}

// Sections are the coding guide's sections in its order.
func Sections() []Section { return slices.Collect(terms.MustData[Section]("guide-sections.csv")) }

// Statement is one thing the coding guide says, in our words, and what is made of it.
type Statement struct {
	Section string      `csv:"section" json:"section"`
	Says    string      `csv:"says" json:"says"`
	Codes   terms.Words `csv:"codes" json:"codes"`   // that the catalogue has for it
	Rules   terms.Words `csv:"rules" json:"rules"`   // the rules about it first of all
	Errata  terms.Words `csv:"errata" json:"errata"` // what of it is wrong
	Note    string      `csv:"note" json:"note"`     // what cannot be checked and why
	Source  string      `csv:"source" json:"source"` // the guide by title, its section and item
}

// Statements are what the coding guide says, in its order.
func Statements() []Statement { return slices.Collect(terms.MustData[Statement]("guide-lines.csv")) }

// Erratum is something the coding guide says that is wrong, outdated or left out.
type Erratum struct {
	ID       string      `csv:"id" json:"id"`
	Sections terms.Words `csv:"sections" json:"sections"`
	Lines    string      `csv:"lines" json:"lines"` // of the guide, such as S4 item 5, S10 item 3
	Says     string      `csv:"says" json:"says"`
	Right    string      `csv:"right" json:"right"`
	Rules    terms.Words `csv:"rules" json:"rules"`   // the rules that act on it
	Tables   terms.Words `csv:"tables" json:"tables"` // the files whose rows have it right
	Source   string      `csv:"source" json:"source"`
}

// Errata are the guide's errors.
func Errata() []Erratum { return slices.Collect(terms.MustData[Erratum]("errata.csv")) }

// Question is something about a claim that its lines cannot answer.
type Question struct {
	Ask      string      `csv:"question" json:"question"`
	Reason   Reason      `csv:"reason" json:"reason"`
	Why      string      `csv:"why" json:"why"`
	Instead  string      `csv:"instead" json:"instead"` // what is done in its place
	Sections terms.Words `csv:"sections" json:"sections"`
	Rules    terms.Words `csv:"rules" json:"rules"` // the rules that come nearest
	Source   string      `csv:"source" json:"source"`
}

// NotDecidable are the questions that billing fields do not answer.
func NotDecidable() []Question { return slices.Collect(terms.MustData[Question]("not-decidable.csv")) }

// Reason is the kind of thing that is missing to answer a question.
type Reason string

// The reasons.
const (
	InRecord    Reason = "record"  // only the patient's record shows it
	NotExported Reason = "export"  // no billing export carries it
	Disputed    Reason = "sources" // payers or published sources differ
	NotInTables Reason = "tables"  // the published tables in use do not hold it
	NotALine    Reason = "pattern" // it shows over many patients, and no line is wrong by it
)

// String says the reason in words.
func (r Reason) String() string {
	switch r {
	case InRecord:
		return "the record is needed"
	case NotExported:
		return "no billing export carries it"
	case Disputed:
		return "payers or sources differ"
	case NotInTables:
		return "not in the published tables"
	case NotALine:
		return "a pattern, not a line"
	}
	return string(r)
}

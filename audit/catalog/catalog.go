// Package catalog is what is known about codes on a date: which codes exist and when, what
// replaced them, which pairs bundle, how many units a day allows, what an add-on needs, and what
// the fee schedule says. All of it is rows in data/*.csv, each with its source.
//
// Call Embedded once and share the Catalog: it never changes afterwards.
package catalog

import "claimaudit/audit/claim"

// Entry is one listed procedure code through the whole of its life.
type Entry struct {
	Code  claim.Code
	Label string // our own words, never a licensed descriptor

	// From and To are the first and last date of service it is valid on; To is claim.EndOfTime
	// while it is in force. A placeholder was never valid.
	From, To    claim.Date
	Placeholder bool
	// FacilityOnly codes are for hospital outpatient and ASC claims.
	FacilityOnly bool

	Section string // sections of the coding guide that speak of it: "S1,S13"; "" when none
	Global  string // what the catalogue says of the global period where no fee schedule does
	Imaging string // which guidance is included or may be billed with it
	Ages    string // age limit in words: "age >=5"
	Units   string // what one unit means, and other notes for a coder
	Source  string

	// Since is the date from which the code is an add-on (64421 from 2020-01-01); zero when it
	// is none or always was.
	AddOnSince claim.Date

	covered Covered         // the CMS tables that know the code
	groups  [NumGroups]span // when the code belongs to each group; see In
	member  Groups          // the groups it belongs to at any time
}

type span struct{ from, to claim.Date }

// Covered is the set of CMS tables that know a code; what a table does not know it cannot check.
type Covered uint8

// The tables.
const (
	InPairs  Covered = 1 << iota // the pair table has the code in either column
	InLimits                     // the unit limits say which it has, or that it has none
	InFees                       // the fee schedule lists it
)

// ValidOn tells whether the code may be billed for that date of service.
func (e *Entry) ValidOn(d claim.Date) bool {
	return !e.Placeholder && e.From <= d && d <= e.To
}

// recordsBegin is the day on which codes without a first day of their own were valid: they are older, and how much is not
// known.
var recordsBegin = claim.MustDate("2010-01-01")

// KnownOn tells whether it is known if the code was there on the date of service already.
func (e *Entry) KnownOn(d claim.Date) bool {
	return e.Placeholder || e.From != 0 || d >= recordsBegin
}

// In tells whether the code belongs to the group on that date. It is false for a nil Entry.
func (e *Entry) In(g Group, d claim.Date) bool {
	return e != nil && e.member.Has(g) && e.groups[g].from <= d && d <= e.groups[g].to
}

// Ever are the groups the code belongs to at any time. It is empty for a nil Entry.
func (e *Entry) Ever() Groups {
	if e == nil {
		return 0
	}
	return e.member
}

package catalog

import (
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// Edit is one episode of a procedure-to-procedure (PTP) pair edit: while it is in force, column 2
// is included in column 1 for the same patient, day and provider.
type Edit struct {
	Column1, Column2 claim.Code
	From             claim.Date // first day in force; zero when the table does not say
	To               claim.Date // last day in force, inclusive; claim.EndOfTime while open
	// Indicator is what a modifier does: Never, Allowed, or NeverInForce.
	Indicator Indicator
	Rationale string // CMS's reason for the edit

	Table *PairTable // where it comes from; nil for no edit
	Row   int        // the row of its file
	// Conflict says that the table also has an edit of the other indicator for the day.
	Conflict bool
}

// Indicator is CMS's modifier indicator of a pair.
type Indicator byte

// The modifier indicators.
const (
	Never        Indicator = '0' // no modifier opens the pair
	Allowed      Indicator = '1' // a bypass modifier opens it
	NeverInForce Indicator = '9' // the edit was withdrawn as of its first day
)

// InForce tells whether the edit applies to that date of service. Where the table does not say
// when it began it is taken as in force; see Dated.
func (e Edit) InForce(d claim.Date) bool {
	return e.Indicator != NeverInForce && e.From <= d && d <= e.To
}

// Dated tells whether the table says when the edit began.
func (e Edit) Dated() bool { return e.From != 0 }

// Limit is a medically unlikely edit (MUE): the most units of a code for one patient, provider and
// line or day.
type Limit struct {
	Units claim.Units
	// By is how units are counted: ByLine (MAI 1), ByDayPolicy (MAI 2, no override) or
	// ByDayClinical (MAI 3, can be appealed).
	By        Adjudication
	Rationale string
	Quarter   Quarter // of its table
}

// None tells whether a table says that the code has no limit.
func (l Limit) None() bool { return l.By == 0 }

// Adjudication is CMS's MUE adjudication indicator (MAI).
type Adjudication byte

// The adjudication indicators.
const (
	ByLine        Adjudication = '1'
	ByDayPolicy   Adjudication = '2'
	ByDayClinical Adjudication = '3'
)

// AddOn is a code that is billed only beside one of its primaries.
type AddOn struct {
	Code      claim.Code
	Type      byte         // CMS's type: '1' fixed list, '2' contractor defined, '3' list and contractor
	Primaries []claim.Code // in the table's order; empty for a contractor-defined add-on
	From, To  claim.Date   // dates of service it is an add-on on
	Source    string
}

// ByPayer tells whether the payer decides which codes are primaries, or may add to CMS's list: that
// none of the list is billed is then no fault.
func (a AddOn) ByPayer() bool { return a.Type != '1' || len(a.Primaries) == 0 }

// Fee is what the physician fee schedule of one year says of a code.
type Fee struct {
	Year      int
	Since     claim.Date // the first day of its release; zero when it speaks of the whole year
	Status    byte       // A active, B bundled, C carrier priced, I not valid for Medicare, N not covered, ...
	Global    string     // 000 010 090 XXX YYY ZZZ MMM
	Bilateral byte       // 0 1 2 3 9: what modifier 50 does
	PCTC      byte       // professional and technical component: '1' splits by 26 and TC
	Multiple  byte       // multiple procedure reduction
	Assistant byte       // assistant at surgery: 0 with reasons, 1 never, 2 paid, 9 no surgery; zero when not known
	NoOffice  bool       // it is rarely or never given in an office (NA)
}

// Replacement is what to bill instead of a deleted code or a placeholder.
type Replacement struct {
	Old claim.Code
	New claim.Code // zero: nothing, remove the line
	// When is the fact on the claim that picks this row; Always where there is no choice. Rows
	// are in order of preference: the first whose condition the claim meets is the fix.
	When Condition
	// Payers are the classes it is for; nil for all.
	Payers []claim.Payer
	// Edit tells whether the claim alone decides: then the code is changed, and its units by their exact
	// amounts. Otherwise the row is advice.
	Edit   bool
	Text   string // what to check or say beside it
	Source string
}

// For tells whether the row is for payers of the class.
func (r *Replacement) For(p claim.Payer) bool { return r.Payers == nil || slices.Contains(r.Payers, p) }

// Condition is a fact that can be told from a claim.
type Condition string

// The conditions of data/replacements.csv.
const (
	Always          Condition = ""
	WithImaging     Condition = "with-imaging" // fluoroscopy or CT guidance billed the same day
	WithoutImaging  Condition = "without-imaging"
	UnderFive       Condition = "under-5" // age on the date of service
	FiveOrMore      Condition = "5-or-more"
	CountStudies    Condition = "count-studies" // the total of nerve conduction studies picks it
	RecordDecides   Condition = "record"        // only the record tells: offered as an alternative
	BeforeSuccessor Condition = "before"        // the code of its time, for a service before the new one
)

// Drug is what one billed unit of a drug code is.
type Drug struct {
	Code       claim.Code
	Label      string
	PerUnit    string // "10 mg"
	Doses      string // usual doses and their units: "40 mg=4, 80 mg=8"
	SingleDose string // "yes", "no", "mixed": sold in single-dose containers only
	Source     string
}

// Diagnosis is a note on an ICD-10-CM code or category.
type Diagnosis struct {
	Code     claim.Diagnosis
	Label    string // our own words
	Billable bool   // false for a category that needs more characters
	From, To claim.Date
	// Instead are the codes to use when this one is not valid or not meant, the likeliest first.
	Instead []claim.Diagnosis
	Text    string
	Source  string
}

// DiagnosisState is what a diagnosis code is on a date of service.
type DiagnosisState uint8

// The states. A code that is not listed has none: it is not thereby wrong.
const (
	DiagnosisValid    DiagnosisState = iota
	DiagnosisCategory                // needs more characters
	DiagnosisEnded                   // was deleted or divided before the day
	DiagnosisEarly                   // begins after the day
)

// On is the state of the code on that day.
func (n Diagnosis) On(d claim.Date) DiagnosisState {
	switch {
	case d > n.To:
		return DiagnosisEnded
	case d < n.From:
		return DiagnosisEarly
	case !n.Billable:
		return DiagnosisCategory
	}
	return DiagnosisValid
}

// Modifier is a listed modifier and when it may be billed.
type Modifier struct {
	Code     claim.Modifier
	Label    string // our own words; several modifiers of one family share it
	From, To claim.Date
	// Only is the beginning of the codes it may stand on ("A0" for ambulance trips); "" for any.
	Only   string
	Source string
}

// StandsOn tells whether the modifier exists on that date and may stand on codes of that kind.
func (m Modifier) StandsOn(code claim.Code, d claim.Date) bool {
	return m.From <= d && d <= m.To && strings.HasPrefix(code.String(), m.Only)
}

// Table is one table of knowledge in use, for the report.
type Table struct {
	Name      string // "pair edits, Medicare practitioner"
	SHA256    string
	Effective string // the quarter or years it holds: "2024Q3"
	From, To  claim.Date
	// Part says that it is an embedded release of a quarter that lists some codes only, and Codes how many where it is
	// of unit limits: of the others it says nothing.
	Part  bool
	Codes int
	// File is the file it was loaded from, Rows how many rows were read and Rejects how many could
	// not be; blank and zero for an embedded table.
	File    string
	Rows    int
	Rejects int
}

package claim

import "strings"

// Line is one line of a claim: one service billed for one patient on one day.
//
// Its texts may share memory with the input they were read from: keep a line beyond the call it
// was handed to only as a Clone.
type Line struct {
	Pos Pos

	Claim   string // claim, invoice or encounter number, as written; blank when not given
	Patient string // patient account as written; see Anonymous for blanks and placeholders

	// Anonymous says that Patient is blank or a placeholder (0, UNKNOWN, TEST): not a patient, so
	// that the line is never grouped with others.
	Anonymous bool

	Birth Date // date of birth; zero when not known
	From  Date // date of service, or the first one of a span; never zero
	To    Date // last date of service of a span; zero when not given

	Code   Code   // the code the line is judged by; zero when the cell cannot be one code
	Billed string // the code that the cell holds, or the cell as it was written when it holds none

	Mods   Modifiers
	Units  Units // 1 when the cell is blank or unreadable (see Given)
	Charge Cents // 0 when the cell is blank or unreadable (see Given)
	Dx     [12]Diagnosis

	Rendering string // NPI of who gave the service, as written
	Billing   string // NPI of who bills, as written
	TIN       string // tax number of who bills, as written, digits only

	POS       string // place of service, two digits
	Payer     Payer
	PayerName string
	Type      Type
	Frequency byte // claim frequency code: '1' original, '7' replacement, '8' void; 0 not given
	Auth      string
	Received  Date   // day the payer received the claim; zero when not known
	State     string // two letters
	Narrative string // free text sent with the line (NTE, box 19)

	// LineID is the billing system's own number of the charge, and Payment stands for what the row
	// says of a payment; blank and zero where the export has no such column. By them the copies are
	// told that a join with payments makes.
	LineID  string
	Payment uint64

	// Given are the fields that have a value that was read. Bad are the fields whose cell holds
	// something that could not be read; a field in neither was blank or has no column.
	Given, Bad Fields
	// Faults are the unreadable cells themselves, for the reader of the report; never for a log.
	Faults []Fault
	// Ambiguous are the date fields that were written as 3/4/2025 and taken month first, until
	// the whole column is known.
	Ambiguous Fields
}

// Fault is a cell that could not be read.
type Fault struct {
	Field    Field
	Text     string // as written
	Expected string // what a right cell looks like
}

// Clone is a copy of the line that shares no memory with its input. Its texts are parts of one.
func (l *Line) Clone() *Line {
	c := *l
	texts := [...]*string{
		&c.Claim, &c.Patient, &c.Billed, &c.Rendering, &c.Billing, &c.TIN, &c.POS,
		&c.PayerName, &c.Auth, &c.State, &c.Narrative, &c.LineID,
	}
	var all strings.Builder
	for _, s := range texts {
		all.WriteString(*s)
	}
	rest := all.String()
	for _, s := range texts {
		*s, rest = rest[:len(*s)], rest[len(*s):]
	}
	c.Faults = append([]Fault(nil), l.Faults...)
	for i := range c.Faults {
		c.Faults[i].Text = strings.Clone(c.Faults[i].Text)
	}
	return &c
}

// Age is the patient's age in completed years on the date of service; false when the date of
// birth is not known or lies behind the service.
func (l *Line) Age() (int, bool) {
	if l.Birth == 0 || l.Birth > l.From {
		return 0, false
	}
	return l.Birth.YearsUntil(l.From), true
}

// Diagnoses are the line's diagnoses in order, without the blank places.
func (l *Line) Diagnoses() []Diagnosis {
	n := 0
	for n < len(l.Dx) && l.Dx[n] != 0 {
		n++
	}
	return l.Dx[:n]
}

// Type is the kind of claim a line is on. Lines of different types are never judged together.
type Type uint8

// The claim types; professional is taken when the export does not say.
const (
	Professional Type = iota
	Facility          // hospital outpatient
	ASC               // ambulatory surgical centre
)

func (t Type) String() string { return [...]string{"professional", "facility", "asc"}[t] }

// Payer is the kind of payer, told from its name: what some rules apply to.
type Payer uint8

// The kinds of payer.
const (
	UnknownPayer Payer = iota
	Medicare           // traditional Medicare, Part B
	MedicareAdvantage
	Medicaid
	WorkersComp
	Commercial
)

func (p Payer) String() string {
	return [...]string{"unknown", "medicare", "medicare advantage", "medicaid", "workers' comp", "commercial"}[p]
}

package claim

// Fault is a cell that could not be read.
type Fault struct {
	Field    Field
	Text     string // as written
	Expected string // what a right cell looks like
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

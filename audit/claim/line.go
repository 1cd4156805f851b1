package claim

import "strings"

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

// TypeNamed is the type of a name.
func TypeNamed(name string) (Type, bool) {
	for _, t := range []Type{Professional, Facility, ASC} {
		if t.String() == name {
			return t, true
		}
	}
	return 0, false
}

// Payer is the class of a payer, told from its name: what may be said to it.
type Payer uint8

// The classes of payers.
const (
	BlankPayer        Payer = iota // none is named, or a word for none
	Medicare                       // original Medicare, whoever administers it
	MedicareAdvantage              // Part C plans
	Medicaid                       // and its managed plans
	Commercial                     // Medicare supplements and federal employees' plans too
	WorkersComp
	Auto         // auto, liability, no-fault, liens
	SelfPay      // the patient, sharing ministries
	Federal      // TRICARE, VA community care, CHAMPVA
	NamedUnknown // a name that tells no class: as commercial, without what a payer's policy asks
	NumPayers    // how many there are
)

var payerNames = [NumPayers]string{
	"blank", "medicare", "medicare advantage", "medicaid", "commercial", "workers comp", "auto", "self-pay", "federal", "named-unknown",
}

// String is the class as configurations and reports name it.
func (p Payer) String() string { return payerNames[p] }

// Known tells whether the class is told by the name.
func (p Payer) Known() bool { return p != BlankPayer && p != NamedUnknown }

// PayerNamed is the class of that name, whatever its case and with any of the marks that people write
// in it: workers' comp, self pay.
func PayerNamed(name string) (Payer, bool) {
	name = plainPayer(name)
	if name == "unknown" { // as older configurations say it
		return BlankPayer, true
	}
	for p := range NumPayers {
		if plainPayer(p.String()) == name {
			return p, true
		}
	}
	return 0, false
}

var payerMarks = strings.NewReplacer("'", "", "’", "", "-", " ", "_", " ")

func plainPayer(name string) string {
	return payerMarks.Replace(strings.ToLower(strings.TrimSpace(name)))
}

package catalog

import (
	"fmt"

	"claimaudit/audit/claim"
)

// Quarter is a calendar quarter, in which one release of a CMS table is in force. Quarters compare
// as they follow each other; the zero Quarter is none.
type Quarter int32

// NewQuarter is the n-th quarter of a year, 1 to 4.
func NewQuarter(year, n int) Quarter { return Quarter(4*year + n - 1) }

// QuarterOf is the quarter a date of service lies in.
func QuarterOf(d claim.Date) Quarter {
	year, month, _ := d.Civil()
	return NewQuarter(year, (month-1)/3+1)
}

// Year is the calendar year of the quarter.
func (q Quarter) Year() int { return int(q) / 4 }

// First is the quarter's first day.
func (q Quarter) First() claim.Date {
	d, _ := claim.NewDate(q.Year(), int(q)%4*3+1, 1)
	return d
}

// Last is the quarter's last day.
func (q Quarter) Last() claim.Date { return (q + 1).First() - 1 }

// String is the quarter as CMS's files name it: 2024Q3.
func (q Quarter) String() string {
	if q == 0 {
		return ""
	}
	return fmt.Sprintf("%dQ%d", q.Year(), int(q)%4+1)
}

// Scope is whose tables judge a line: CMS publishes its edits apart for Medicare and Medicaid, and
// for practitioners and hospitals. A surgical centre is judged by the practitioners' pairs and add-ons,
// and by nobody's unit limits.
type Scope uint8

// The scopes. Where the tables of one are not held, others judge its lines as far as they may: see instead.
const (
	MedicarePractitioner Scope = iota
	MedicareHospital
	MedicaidPractitioner
	MedicaidHospital
	MedicareSupplier // durable medical equipment; no claim type is judged by it
	MedicaidSupplier
	MedicareCenter // ambulatory surgical centers, of which there are no tables
	MedicaidCenter
	NumScopes // how many there are
)

var scopeNames = [NumScopes]string{
	"Medicare practitioner", "Medicare hospital", "Medicaid practitioner", "Medicaid hospital",
	"Medicare supplier", "Medicaid supplier", "Medicare surgical center", "Medicaid surgical center",
}

func (s Scope) String() string { return scopeNames[s] }

func (s Scope) medicaid() bool {
	return s == MedicaidPractitioner || s == MedicaidHospital || s == MedicaidSupplier || s == MedicaidCenter
}

// ScopeOf is the scope of a payer's program and a claim type.
func ScopeOf(p claim.Payer, t claim.Type) Scope {
	s := MedicarePractitioner
	if p == claim.Medicaid {
		s = MedicaidPractitioner
	}
	switch {
	case t == claim.Facility:
		s++
	case t == claim.ASC && s == MedicaidPractitioner:
		s = MedicaidCenter
	case t == claim.ASC:
		s = MedicareCenter
	}
	return s
}

// tablesOf is the scope as CMS's tables name it: a surgical center's lines go by the practitioners'.
func (s Scope) tablesOf() Scope {
	switch s {
	case MedicareCenter:
		return MedicarePractitioner
	case MedicaidCenter:
		return MedicaidPractitioner
	}
	return s
}

// instead are the scopes whose tables of a kind judge a scope's lines, the best first. Unit limits are of
// those who bill: a practitioner's say nothing of a hospital's or a center's claim.
func (s Scope) instead(k Kind) []Scope {
	if k == UnitLimits {
		return s.insteadOfLimits()
	}
	switch s = s.tablesOf(); s {
	case MedicareHospital:
		return []Scope{MedicareHospital, MedicarePractitioner}
	case MedicaidPractitioner:
		return []Scope{MedicaidPractitioner, MedicarePractitioner}
	case MedicaidHospital:
		return []Scope{MedicaidHospital, MedicareHospital, MedicaidPractitioner, MedicarePractitioner}
	case MedicareSupplier, MedicaidSupplier:
		return []Scope{s}
	}
	return []Scope{MedicarePractitioner}
}

func (s Scope) insteadOfLimits() []Scope {
	switch s {
	case MedicaidPractitioner:
		return []Scope{MedicaidPractitioner, MedicarePractitioner}
	case MedicaidHospital:
		return []Scope{MedicaidHospital, MedicareHospital}
	}
	return []Scope{s}
}

// ParseQuarter reads a quarter as String writes it.
func ParseQuarter(s string) (Quarter, error) {
	var year, n int
	if _, err := fmt.Sscanf(s, "%4dQ%1d", &year, &n); err != nil || n < 1 || n > 4 || NewQuarter(year, n).String() != s {
		return 0, fmt.Errorf("%q is not a quarter such as 2024Q3", s)
	}
	return NewQuarter(year, n), nil
}

package parsers

import (
	"fmt"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/near"
)

// role is what a column is for: a field of the claim line, or telling what kind of row it is.
type role uint8

// The roles behind the fields of a line.
const (
	rowType     = role(claim.NumFields) + iota // CHARGE, PAYMENT; CPT4, ICD10, COPAY
	rowStatus                                  // OPEN, VOID
	voidFlag                                   // Y: the row was taken back
	activeFlag                                 // 0: the row was taken back
	removedFlag                                // taken off by the corrections of an earlier audit
	dxPointer                                  // which of the claim's diagnoses the line is for: A, 1, 1:2
	dxPointer0                                 // the same, counted from 0
	payerClass                                 // what kind of payer it is: MB, WC; asked where its name does not tell
	lineNumber                                 // its place in the claim
	revenueCode                                // where in a facility it was given
	payment                                    // the number or day of a payment
	paidAmount                                 // what else was paid than the payer's payment, and how
	denial                                     // a reason why less was paid
	numRoles
)

var rowRoles = [...]string{
	"RowType", "RowStatus", "VoidFlag", "ActiveFlag", "RemovedFlag", "DxPointer", "DxPointer0",
	"PayerClass", "LineNo", "RevenueCode", claim.FieldPayment.Name(), "PaidAmount", "DenialCode",
}

// slot is a place a column fills: a role and, for modifiers and diagnoses, which one (0: a column
// that may hold several).
type slot struct {
	role role
	nth  int
}

func fieldSlot(f claim.Field) slot { return slot{role: role(f)} }

func (s slot) field() (claim.Field, bool) { return claim.Field(s.role), s.role < rowType }

// several tells whether more than one column can fill the role.
func (r role) several() bool {
	f, isField := slot{role: r}.field()
	return isField && f.Places() > 1 || r == rowType || r == payment || r == paidAmount || r == denial || r == dxPointer
}

// String is the slot's name as --map takes it.
func (s slot) String() string {
	name := ""
	if f, isField := s.field(); isField {
		name = f.Name()
	} else {
		name = rowRoles[s.role-rowType]
	}
	if s.nth == 0 {
		return name
	}
	return fmt.Sprintf("%s%d", name, s.nth)
}

// canonicalNames are all slots by headerKey of their names.
func canonicalNames() map[string]slot {
	names := map[string]slot{}
	for r := range numRoles {
		last := 0
		if f, isField := (slot{role: r}).field(); isField && f.Places() > 1 {
			last = f.Places()
		}
		for n := range last + 1 {
			s := slot{r, n}
			names[headerKey(s.String())] = s
		}
	}
	return names
}

func slotNamed(name string) (slot, bool) {
	for r := range numRoles {
		role := slot{role: r}.String()
		if len(name) < len(role) || !strings.EqualFold(name[:len(role)], role) {
			continue
		}
		for n := range maxNth + 1 {
			if s := (slot{r, n}); strings.EqualFold(s.String(), name) {
				return s, true
			}
			if !r.several() {
				break
			}
		}
	}
	return slot{}, false
}

// Mapping tells which column holds a field, where its header does not.
type Mapping struct {
	Field  string // as in the canonical header: PatientID, DOS, CPT, Mod1, Dx
	Header string // the column's header, or "" to leave the field unread
	Column int    // its place instead, 1 for the first; 0 when the header is given
	slot   slot
}

// ParseMapping reads Field=Header, Field=#4 (the fourth column) or Field= (not to be read). Its errors
// begin with the text; where that was given is for the caller to say.
func ParseMapping(s string) (Mapping, error) {
	field, header, ok := strings.Cut(s, "=")
	m := Mapping{Field: strings.TrimSpace(field), Header: strings.TrimSpace(header)}
	if !ok || m.Field == "" {
		return m, fmt.Errorf("%s: expected Field=Header, such as 'CPT=Proc Code', or Field=#4 for the fourth column", s)
	}
	if m.slot, ok = canonicalNames()[headerKey(m.Field)]; !ok {
		if like := near.Question(m.Field, fieldNames()); like != "" {
			return m, fmt.Errorf("%s: there is no field %s%s", s, m.Field, like)
		}
		return m, fmt.Errorf("%s: there is no field %s: expected one of %s", s, m.Field, fieldList())
	}
	if number, byPlace := strings.CutPrefix(m.Header, "#"); byPlace && isDigits(number) {
		if _, err := fmt.Sscan(number, &m.Column); err != nil || m.Column < 1 || m.Column > maxColumn {
			return m, fmt.Errorf("%s: expected a column between #1 and #%d", s, maxColumn)
		}
		m.Header = ""
	}
	return m, nil
}

// maxColumn is the last column a spreadsheet has.
const maxColumn = 16384

// fieldNames are the names of all fields.
func fieldNames() (names []string) {
	for f := range claim.NumFields {
		names = append(names, f.Name())
		names = append(names, f.Columns()...)
	}
	return names
}

func fieldList() string {
	var names []string
	for f := range claim.NumFields {
		columns := f.Columns()
		if n := len(columns); n > 1 {
			names = append(names, f.Name()+" (several in one column)", columns[0]+" to "+columns[n-1])
			continue
		}
		names = append(names, f.Name())
	}
	return strings.Join(names, ", ")
}

func (m Mapping) String() string {
	if m.Column > 0 {
		return fmt.Sprintf("%s=#%d", m.Field, m.Column)
	}
	return m.Field + "=" + m.Header
}

func isDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

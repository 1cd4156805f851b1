package services

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// stated is what somebody says of whose claim a line is on: of who bills, by either number, of the facility, or of
// all of whom nothing is said; number is by which it is said.
func stated(types map[string]claim.Type, l *audit.Line) (t claim.Type, number string, is bool) {
	if len(types) == 0 {
		return 0, "", false
	}
	numbers := [...]string{l.TIN, l.Billing, l.Facility}
	if numbers == [...]string{"", "", ""} {
		numbers[0] = audit.Unnumbered
	}
	for _, number := range numbers {
		if t, is = types[number]; is && number != audit.Rest {
			return t, number, true
		}
	}
	t, is = types[audit.Rest]
	return t, audit.Rest, is
}

// untold tells whether neither the export nor anybody says whose claim the line is on.
func untold(types map[string]claim.Type, l *audit.Line) bool {
	if l.Given.Has(claim.FieldType) {
		return false
	}
	_, _, is := stated(types, l)
	return !is
}

// SetType gives a line without a claim type the one that is stated, or that of its biller's claims.
func (s *Stage) SetType(l *audit.Line) {
	f := s.facts
	if len(f.types)+len(f.stated) == 0 || l.Given.Has(claim.FieldType) {
		return
	}
	if t, number, is := stated(f.stated, l); is {
		l.Type = t
		s.counts.typed[number] = true
	} else if t, ok := f.types[billerName(&l.Line)]; ok {
		l.Type = t
	}
}

// Untyped are the numbers whose claims somebody says the type of, and that no line has which leaves it open, in order.
func (f *Facts) Untyped(stages []*Counts) (numbers []string) {
	for number := range f.stated {
		if !slices.ContainsFunc(stages, func(c *Counts) bool { return c.typed[number] }) {
			numbers = append(numbers, number)
		}
	}
	slices.Sort(numbers)
	return numbers
}

// Billers are those whose claims were not simply taken as a doctor's, by their numbers.
func (f *Facts) Billers() []audit.Biller { return f.billers }

// billersOf lists the billers that were told to be none of doctors, or could not be told.
func (v *Survey) billersOf(types map[string]claim.Type, mixed map[string]bool) (list []audit.Biller) {
	for name, b := range v.billers.of {
		t, told := types[name]
		of := audit.Biller{Number: name, Lines: b.lines, Type: t}
		switch {
		case mixed[name]:
			of.Evidence = audit.BothSeem
		case told:
		case b.lines >= fewLines && b.centre == b.lines && !b.professional:
			of.Evidence = audit.NothingTells
		default:
			continue
		}
		list = append(list, of)
	}
	slices.SortFunc(list, func(a, b audit.Biller) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

// nothingTells is how many billers' claims nothing tells.
func (f *Facts) nothingTells() (n int) {
	for _, b := range f.billers {
		if b.Evidence == audit.NothingTells {
			n++
		}
	}
	return n
}

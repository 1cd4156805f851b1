package waivers

import (
	"slices"

	"claimaudit/audit"
)

// Named tells the fingerprints by which outputs may name each of some findings of one patient.
type Named func(found []audit.Finding) [][]string

// Ids tell how outputs show the ids of a line.
type Ids func(*audit.Line) (patient, claimID string)

// Prints are the fingerprints that waivers name.
func (s *Set) Prints() (list []string) {
	for _, r := range s.rows {
		list = append(list, r.fingerprints...)
	}
	return list
}

// Waive marks the findings of one patient that a waiver is about: see audit.Finding.Waiver. It may be called
// from several goroutines. Ids are what stands for the ids of lines in outputs, which waivers may name too.
func (s *Set) Waive(found []audit.Finding, named Named, shown Ids) {
	var marks [][]string
	if s.prints && len(found) > 0 {
		marks = named(found)
	}
	for i := range found {
		var own []string
		if marks != nil {
			own = marks[i]
		}
		found[i].Waiver = s.of(&found[i], own, shown)
	}
}

// of is the number of the first waiver that is about a finding, from 1; negative for one that is expired,
// where no other is; 0 for none.
func (s *Set) of(f *audit.Finding, marks []string, shown Ids) (number int32) {
	for _, i := range s.naming(f, marks) {
		r := s.rows[i]
		if !r.about(f, marks, shown) {
			continue
		}
		r.met.Add(1)
		switch n := int32(i + 1); {
		case r.State == audit.ExpiredWaiver:
			if number == 0 {
				number = -n
			}
		case number <= 0:
			number = n
		}
	}
	return number
}

// naming are the rows that name a finding, or its rule, in their order.
func (s *Set) naming(f *audit.Finding, marks []string) []int {
	rows := s.byName[fold(f.Rule.ID)]
	for _, m := range marks {
		if more := s.byName[m]; more != nil {
			rows = slices.Concat(rows, more)
			slices.Sort(rows)
			rows = slices.Compact(rows)
		}
	}
	return rows
}

// about tells whether all that the row names is so of the finding.
func (r *row) about(f *audit.Finding, marks []string, shown Ids) bool {
	l := f.Line
	if !names(r.rules, f.Rule.ID) || !names(r.codes, l.Billed) || !names(r.providers, l.Provider()) || !r.payers.Has(l) {
		return false
	}
	if r.fingerprints != nil && !slices.ContainsFunc(marks, func(m string) bool { return slices.Contains(r.fingerprints, m) }) {
		return false
	}
	if r.patients == nil && r.claims == nil {
		return true
	}
	patient, claimID := shown(l)
	return (names(r.patients, l.Patient) || names(r.patients, patient)) && (names(r.claims, l.Claim) || names(r.claims, claimID))
}

// names tells whether a list has a text; a list that was left blank has all.
func names(list []string, text string) bool {
	return list == nil || slices.Contains(list, fold(text))
}

// Told are the waivers, with what became of each in an audit whose findings, waived and other, are these.
func (s *Set) Told(waived, found *audit.Findings) []audit.Waiver {
	list := make([]audit.Waiver, len(s.rows))
	for i, r := range s.rows {
		list[i] = r.Waiver
		if r.State != audit.ExpiredWaiver && r.met.Load() > 0 {
			list[i].State = audit.RepeatedWaiver
		}
	}
	for i := range waived.Len() {
		w := &list[waived.Brief(i).Waiver-1]
		w.State = audit.UsedWaiver
		w.Findings++
	}
	for i := range found.Len() {
		if n := found.Brief(i).Waiver; n < 0 {
			list[-n-1].Findings++
		}
	}
	return list
}

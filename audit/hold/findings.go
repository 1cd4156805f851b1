package hold

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// shelves are the packed part of findings.
type shelves struct {
	of      []*Shelf
	before  []int32          // of each shelf, how many encounters are on those before it
	catalog *catalog.Catalog // for what is known of a line's code; may be nil
	trouble trouble
}

// Err is the first failure to read a finding back.
func (s *shelves) Err() error { return s.trouble.err() }

// Unpacker makes a reader.
func (s *shelves) Unpacker() audit.Unpacker { return &findingReader{shelves: s} }

// findingReader unpacks findings one after the other into the same memory.
type findingReader struct {
	shelves *shelves
	finding audit.Finding
	lines   []audit.Line
	at      []*audit.Line
	// Of an encounter.
	day      []audit.EncounterLine
	dayLines []audit.Line
}

// Encounter are the lines of an encounter in the order of the input.
func (r *findingReader) Encounter(number int32) []audit.EncounterLine {
	s := r.shelves
	shelf := sort.Search(len(s.before), func(i int) bool { return s.before[i] > number }) - 1 // the last: others have none
	if err := s.of[shelf].encounter(number-s.before[shelf], r); err != nil {
		s.trouble.note(err)
		return nil
	}
	slices.SortFunc(r.day, func(a, b audit.EncounterLine) int { return a.Pos.Compare(b.Pos) })
	return r.day
}

// Finding is the finding of a brief.
func (r *findingReader) Finding(b *audit.Brief) *audit.Finding {
	s := r.shelves
	if err := s.of[b.Place.Store].finding(b, r); err != nil {
		s.trouble.note(err)
		return &audit.Finding{Rule: b.Rule, Severity: b.Severity, Money: b.Money, Line: &audit.Line{Line: claim.Line{Pos: b.Pos, From: b.From}}}
	}
	if f := &r.finding; s.catalog != nil {
		f.Line.Known = s.catalog.Lookup(f.Line.Code)
		for _, l := range f.Related {
			l.Known = s.catalog.Lookup(l.Code)
		}
	}
	return &r.finding
}

// room makes place for the lines of the next finding.
func (r *findingReader) room(n int) []audit.Line {
	if n > cap(r.lines) {
		r.lines, r.at = make([]audit.Line, n), make([]*audit.Line, n)
		for i := range r.lines {
			r.at[i] = &r.lines[i]
		}
	}
	r.lines, r.at = r.lines[:n], r.at[:n]
	clear(r.lines)
	return r.lines
}

// Pack packs findings in the order given, in memory, with their own lines for those of their encounters.
func Pack(list []audit.Finding) audit.Findings {
	type encounter struct {
		patient string
		date    claim.Date
		pos     claim.Pos
	}
	s := NewShelf(NewBody(0))
	seen := map[encounter]int32{}
	var lines [][]audit.Line // of each encounter
	for i := range list {
		l := list[i].Line
		e := encounter{patient: l.Patient, date: l.From}
		if l.Anonymous {
			e = encounter{pos: l.Pos}
		}
		n, ok := seen[e]
		if !ok {
			n = int32(len(seen))
			seen[e] = n
			lines = append(lines, nil)
		}
		if !slices.ContainsFunc(lines[n], func(o audit.Line) bool { return o.Pos == l.Pos }) {
			lines[n] = append(lines[n], *l)
		}
		_ = s.add(&list[i], n) // without a file nothing fails
	}
	s.encounters = make([]audit.Place, len(lines))
	for n := range lines {
		_ = s.keepDay(int32(n), lines[n], nil) // nor here
	}
	return audit.NewFindings(s.briefs, &shelves{of: []*Shelf{s}, before: []int32{0}})
}

// Gather brings the findings on the shelves into the one total order: input, row, rule in the order of
// rules, and where a rule says several things of a line, what it says. The catalogue tells what is known
// of their lines' codes, and only whether so many lines are all that have a value: one finding then
// stands for those that say the same of it. The shelves are used up.
func Gather(from []*Shelf, rules []*audit.Rule, c *catalog.Catalog, only func(v audit.Value, lines int) bool) audit.Findings {
	s := &shelves{of: from, catalog: c}
	briefs, said := s.collect(rules)
	return s.flooded(briefs, said, only)
}

// collect takes the briefs off the shelves, in order, and what they say.
func (s *shelves) collect(rules []*audit.Rule) ([]audit.Brief, *sayings) {
	n := 0
	for _, shelf := range s.of {
		n += len(shelf.briefs)
	}
	briefs := make([]audit.Brief, 0, n)
	encounters := int32(0)
	said := newSayings()
	for i, shelf := range s.of {
		numbers := said.take(shelf)
		for _, b := range shelf.briefs {
			b.Place.Store = int32(i)
			b.Encounter += encounters
			b.Value = numbers[b.Value]
			briefs = append(briefs, b)
		}
		s.before = append(s.before, encounters)
		encounters += int32(len(shelf.encounters))
		shelf.briefs = nil
	}
	s.sort(briefs, rules)
	return briefs, said
}

func (s *shelves) sort(briefs []audit.Brief, rules []*audit.Rule) {
	order := map[*audit.Rule]int{}
	for i, r := range rules {
		order[r] = i
	}
	one, other := &findingReader{shelves: s}, &findingReader{shelves: s}
	slices.SortFunc(briefs, func(a, b audit.Brief) int {
		if c := a.Pos.Compare(b.Pos); c != 0 {
			return c
		}
		if a.Rule != b.Rule {
			return cmp.Compare(order[a.Rule], order[b.Rule])
		}
		return strings.Compare(one.Finding(&a).Message, other.Finding(&b).Message)
	})
}

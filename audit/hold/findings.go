package hold

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// shelves are the packed part of findings.
type shelves struct {
	of      []*Shelf
	all     audit.Briefs     // of all shelves
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
	line    audit.Line // of the finding whose line alone was asked for
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
	if err := s.of[place(b.Place).shelf()].finding(b, r); err != nil {
		s.trouble.note(err)
		return &audit.Finding{Rule: s.all.Rule(b), Severity: b.Severity, Money: b.Money, Line: &audit.Line{Line: claim.Line{Pos: b.Pos}}}
	}
	if f := &r.finding; s.catalog != nil {
		f.Line.Known = s.catalog.Lookup(f.Line.Code)
		for _, l := range f.Related {
			l.Known = s.catalog.Lookup(l.Code)
		}
	}
	return &r.finding
}

// Line is the line alone of the finding of a brief.
func (r *findingReader) Line(b *audit.Brief) *audit.Line {
	s := r.shelves
	if err := s.of[place(b.Place).shelf()].lineAt(place(b.Place), &r.line); err != nil {
		s.trouble.note(err)
		r.line = audit.Line{Line: claim.Line{Pos: b.Pos}}
	}
	return &r.line
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
		_, _ = s.add(&list[i], n) // without a file nothing fails
	}
	s.encounters = make([]place, len(lines))
	for n := range lines {
		_ = s.keepDay(int32(n), lines[n], nil) // nor here
	}
	all := &shelves{}
	all.take(s)
	return audit.NewFindings(all.all.Numbers(), &all.all, all)
}

// Gather brings the findings on the shelves into the one total order: input, row, rule in the order of
// rules, and where a rule says several things of a line, what it says. The catalogue tells what is known
// of their lines' codes, and only whether so many lines are all that have a value: one finding then
// stands for those that say the same of it. The shelves are used up.
func Gather(from []*Shelf, rules []*audit.Rule, c *catalog.Catalog, only func(v audit.Value, lines int) bool) audit.Findings {
	s := &shelves{catalog: c}
	order, said := s.collect(from, rules)
	return s.flooded(order, said, only)
}

// take puts a shelf behind those taken before. The numbers of its encounters begin where theirs end.
func (s *shelves) take(shelf *Shelf) {
	encounters := int32(0)
	if n := len(s.of); n > 0 {
		encounters = s.before[n-1] + int32(len(s.of[n-1].encounters))
	}
	for b := range shelf.briefs.Each {
		b.Place, b.Encounter = uint64(place(b.Place).onShelf(len(s.of))), b.Encounter+encounters
	}
	s.of, s.before = append(s.of, shelf), append(s.before, encounters)
	s.all.Take(&shelf.briefs)
}

// collect takes the shelves, and returns the numbers of their findings in order, and what they say.
func (s *shelves) collect(from []*Shelf, rules []*audit.Rule) ([]int32, *sayings) {
	for _, r := range rules {
		s.all.RuleNumber(r)
	}
	said := newSayings()
	for _, shelf := range from {
		numbers := said.take(shelf)
		for b := range shelf.briefs.Each {
			b.Flood = numbers[b.Flood]
		}
		s.take(shelf)
	}
	return s.sorted(), said
}

// sortKey is what a finding is sorted by, but for what it says.
type sortKey struct {
	pos    claim.Pos
	rule   uint16 // as rules are in order
	number int32
}

func (s *shelves) sorted() []int32 {
	keys := make([]sortKey, 0, s.all.Len())
	for _, n := range s.all.Numbers() {
		b := s.all.At(n)
		keys = append(keys, sortKey{b.Pos, b.Rule, n})
	}
	half := len(keys) / 2
	one, other := keys[:half], keys[half:]
	var sorting sync.WaitGroup
	for _, part := range [...][]sortKey{one, other} {
		sorting.Go(func() { slices.SortFunc(part, s.compare()) })
	}
	sorting.Wait()
	order := make([]int32, 0, len(keys))
	for compare := s.compare(); len(one) > 0 && len(other) > 0; {
		first := &one
		if compare(one[0], other[0]) > 0 {
			first = &other
		}
		order, *first = append(order, (*first)[0].number), (*first)[1:]
	}
	for _, k := range slices.Concat(one, other) {
		order = append(order, k.number)
	}
	return order
}

// compare orders keys, for one goroutine.
func (s *shelves) compare() func(a, b sortKey) int {
	one, other := &findingReader{shelves: s}, &findingReader{shelves: s}
	return func(a, b sortKey) int {
		if c := a.pos.Compare(b.pos); c != 0 {
			return c
		}
		if c := cmp.Compare(a.rule, b.rule); c != 0 {
			return c
		}
		return strings.Compare(one.Finding(s.all.At(a.number)).Message, other.Finding(s.all.At(b.number)).Message)
	}
}

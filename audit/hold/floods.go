package hold

import (
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// A flood is one value that is wrong in the same way on many lines: one finding stands for all of them.

const (
	floodLines   = 20  // from so many findings of one value on
	floodRelated = 100 // how many of the other lines are named
)

// sayings are what is said of which value, numbered over all shelves, and of how many lines.
type sayings struct {
	number map[saying]int32 // from 1
	list   []saying
	lines  []int
}

func newSayings() *sayings { return &sayings{number: map[saying]int32{}} }

// take adds a shelf's, and returns their new numbers by the shelf's own.
func (s *sayings) take(shelf *Shelf) []int32 {
	numbers := make([]int32, len(shelf.lines)+1)
	for key, own := range shelf.told {
		n, met := s.number[key]
		if !met {
			s.list, s.lines = append(s.list, key), append(s.lines, 0)
			n = int32(len(s.list))
			s.number[key] = n
		}
		s.lines[n-1] += shelf.lines[own-1]
		numbers[own] = n
	}
	return numbers
}

// flood are findings that say the same of one value, as seriously and about the same kind of money, and that
// one waiver is about or none.
type flood struct {
	value    int32
	severity audit.Severity
	money    audit.Money
	waiver   int32
}

func floodOf(b *audit.Brief) flood { return flood{b.Value, b.Severity, b.Money, max(b.Waiver, 0)} }

// flooded are the findings, sorted, with one in the place of those of each flood: where the first stood.
func (s *shelves) flooded(briefs []audit.Brief, said *sayings, only func(audit.Value, int) bool) audit.Findings {
	floods := map[flood][]int32{}
	for i := range briefs {
		if b := &briefs[i]; b.Value != 0 && said.lines[b.Value-1] >= floodLines {
			key := floodOf(b)
			floods[key] = append(floods[key], int32(i))
		}
	}
	whole := map[int32]bool{}
	for key, members := range floods {
		n := key.value
		if _, asked := whole[n]; !asked && len(members) >= floodLines {
			whole[n] = only(said.list[n-1].value, said.lines[n-1])
		}
		if len(members) < floodLines || !whole[n] {
			delete(floods, key)
		}
	}
	if len(floods) == 0 {
		return audit.NewFindings(briefs, s)
	}
	return s.fold(briefs, floods)
}

// fold puts one finding in the place of each flood's.
func (s *shelves) fold(briefs []audit.Brief, floods map[flood][]int32) audit.Findings {
	extra := NewShelf(s.of[0].store.body) // a record for each flood
	s.of = append(slices.Clip(s.of), extra)
	folded := make([]audit.Brief, 0, len(briefs))
	numbers := map[flood]int32{}
	for i := range briefs {
		b := &briefs[i]
		key := floodOf(b)
		members := floods[key]
		if members == nil {
			folded = append(folded, *b)
			continue
		}
		if numbers[key] == 0 {
			numbers[key] = int32(len(numbers) + 1)
			folded = append(folded, s.standing(extra, briefs, members, numbers[key]))
		}
		b.Flood = numbers[key]
	}
	return audit.NewFloods(folded, briefs, s)
}

// standing is the brief of the finding that stands for the members of a flood.
func (s *shelves) standing(extra *Shelf, briefs []audit.Brief, members []int32, number int32) audit.Brief {
	first := &briefs[members[0]]
	f := *(&findingReader{shelves: s}).Finding(first)
	f.Count, f.Part, f.Related = len(members), inAll(briefs, members), nil
	f.Message += fmt.Sprintf("; the same on %d lines", f.Count)
	for _, i := range members[1:min(len(members), 1+floodRelated)] {
		other := (&findingReader{shelves: s}).Finding(&briefs[i])
		f.Related = append(f.Related, other.Line)
	}
	if err := extra.add(&f, first.Encounter); err != nil {
		s.trouble.note(err)
	}
	b := extra.briefs[len(extra.briefs)-1]
	b.Place.Store = int32(len(s.of) - 1)
	b.Value, b.Flood, b.Waiver = first.Value, number, first.Waiver
	return b
}

// inAll is what is in question on all lines of a flood; nil where no line has a charge.
func inAll(briefs []audit.Brief, members []int32) *claim.Cents {
	var sum claim.Cents
	known := false
	for _, i := range members {
		sum += briefs[i].Amount
		known = known || briefs[i].Known
	}
	if !known {
		return nil
	}
	return &sum
}

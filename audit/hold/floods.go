package hold

import (
	"fmt"

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

// floodOf is the flood that a finding may be of, before floods are told.
func floodOf(b *audit.Brief) flood { return flood{b.Flood, b.Severity, b.Money, max(b.Waiver, 0)} }

// flooded are the findings of the numbers, which are in order, with one in the place of those of each flood: where the
// first stood.
func (s *shelves) flooded(order []int32, said *sayings, only func(audit.Value, int) bool) audit.Findings {
	floods := map[flood][]int32{}
	for _, n := range order {
		if b := s.all.At(n); b.Flood != 0 && said.lines[b.Flood-1] >= floodLines {
			floods[floodOf(b)] = append(floods[floodOf(b)], n)
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
		for b := range s.all.Each {
			b.Flood = 0
		}
		return audit.NewFindings(order, &s.all, s)
	}
	return s.fold(order, floods)
}

// fold puts one finding in the place of each flood's.
func (s *shelves) fold(order []int32, floods map[flood][]int32) audit.Findings {
	extra := NewShelf(s.of[0].store.body) // a record for each flood
	begin := s.all.Next()
	folded := make([]int32, 0, len(order))
	numbers := map[flood]int32{} // from 1
	for _, n := range order {
		key := floodOf(s.all.At(n))
		members := floods[key]
		switch {
		case members == nil:
			folded = append(folded, n)
		case numbers[key] == 0:
			folded = append(folded, begin+int32(len(numbers)))
			numbers[key] = int32(len(numbers) + 1)
			s.standing(extra, members)
		}
	}
	for b := range s.all.Each {
		b.Flood = numbers[floodOf(b)]
	}
	number := int32(0)
	for b := range extra.briefs.Each {
		number++
		b.Flood, b.Place = number, uint64(place(b.Place).onShelf(len(s.of)))
	}
	s.of = append(s.of, extra) // which has no encounters of its own
	s.all.Take(&extra.briefs)
	return audit.NewFloods(folded, order, &s.all, s)
}

// standing puts onto the extra shelf the finding that stands for the members of a flood.
func (s *shelves) standing(extra *Shelf, members []int32) {
	f := *(&findingReader{shelves: s}).Finding(s.all.At(members[0]))
	f.Count, f.Part, f.Related = len(members), s.inAll(members), nil
	f.Message += fmt.Sprintf("; the same on %d lines", f.Count)
	for _, n := range members[1:min(len(members), 1+floodRelated)] {
		other := (&findingReader{shelves: s}).Finding(s.all.At(n))
		f.Related = append(f.Related, other.Line)
	}
	if _, err := extra.add(&f, s.all.At(members[0]).Encounter); err != nil {
		s.trouble.note(err)
	}
}

// inAll is what is in question on all lines of a flood; nil where no line has a charge.
func (s *shelves) inAll(members []int32) *claim.Cents {
	var sum claim.Cents
	known := false
	for _, n := range members {
		b := s.all.At(n)
		sum += b.Amount
		known = known || b.Known
	}
	if !known {
		return nil
	}
	return &sum
}

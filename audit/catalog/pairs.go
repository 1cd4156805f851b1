package catalog

import (
	"cmp"
	"slices"

	"claimaudit/audit/claim"
)

// pairs are the episodes of all pair edits, those of one pair in one direction side by side and
// oldest first, with an index for the one question asked of every two lines of a day.
type pairs struct {
	episodes []Edit
	codes    map[claim.Code]bool // as either column
	// slots is an open hash of the first episode of each pair, 0 for none, else its place plus 1.
	slots []uint32
	shift uint
}

func newPairs(episodes []Edit) pairs {
	slices.SortFunc(episodes, compareEdits)
	p := pairs{episodes: episodes, codes: make(map[claim.Code]bool), shift: 64}
	size := 1
	for size < 2*len(episodes) {
		size *= 2
		p.shift--
	}
	p.slots = make([]uint32, size)
	for i := range episodes {
		e := &episodes[i]
		p.codes[e.Column1], p.codes[e.Column2] = true, true
		if slot, found := p.find(e.Column1, e.Column2); !found {
			p.slots[slot] = uint32(i + 1)
		}
	}
	return p
}

func compareEdits(a, b Edit) int {
	return cmp.Or(
		cmp.Compare(a.Column1, b.Column1), cmp.Compare(a.Column2, b.Column2),
		cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From), cmp.Compare(a.Indicator, b.Indicator),
	)
}

// find is the slot of the pair, or the empty slot where it would be.
func (p *pairs) find(column1, column2 claim.Code) (slot uint64, found bool) {
	const odd = 0x9e3779b97f4a7c15
	slot = (uint64(column1)*odd ^ uint64(column2)) * odd >> p.shift
	for {
		at := p.slots[slot]
		if at == 0 {
			return slot, false
		}
		if e := &p.episodes[at-1]; e.Column1 == column1 && e.Column2 == column2 {
			return slot, true
		}
		slot = (slot + 1) & uint64(len(p.slots)-1)
	}
}

// of are the episodes of the pair in that direction.
func (p *pairs) of(column1, column2 claim.Code) []Edit {
	if len(p.slots) == 0 {
		return nil
	}
	slot, found := p.find(column1, column2)
	if !found {
		return nil
	}
	first := int(p.slots[slot]) - 1
	last := first + 1
	for last < len(p.episodes) && p.episodes[last].Column1 == column1 && p.episodes[last].Column2 == column2 {
		last++
	}
	return p.episodes[first:last:last]
}

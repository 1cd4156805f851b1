package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"claimaudit/audit/claim"
)

type pairRow struct {
	Column1   string `csv:"column1"`
	Indicator string `csv:"indicator"`
	First     string `csv:"first"`
	Last      string `csv:"last"`
	Rationale string `csv:"rationale"`
	Column2   string `csv:"column2"`
	Source    string `csv:"source"`
}

// pairReader collects the episodes of the pair table, whose rows are in order of column 1 code.
type pairReader struct {
	episodes []Edit
	texts    map[string]string
}

func newPairReader() *pairReader {
	return &pairReader{episodes: make([]Edit, 0, 1<<14), texts: make(map[string]string)}
}

var errOrder = errors.New("does not follow the row before in order of column 1 code")

func (p *pairReader) add(r pairRow) error {
	var v values
	v.text("source", r.Source)
	e := Edit{
		Column1: v.code(r.Column1), Indicator: Indicator(v.one(r.Indicator, "019")),
		Rationale: shared(p.texts, v.text("rationale", r.Rationale)),
	}
	e.From, e.To = v.span(r.First, r.Last)
	if n := len(p.episodes); n > 0 && p.episodes[n-1].Column1 > e.Column1 {
		v.fail(fmt.Errorf("%s %w", e.Column1, errOrder))
	}
	v.text("list of column 2 codes", r.Column2)
	for _, e.Column2 = range v.codes(r.Column2) {
		if e.Column1 == e.Column2 {
			v.fail(fmt.Errorf("%s pairs with itself", e.Column1))
		}
		p.episodes = append(p.episodes, e)
	}
	return v.err
}

// sorted are the episodes in order; each column 1 code is sorted by itself, which is quicker.
func (p *pairReader) sorted() []Edit {
	for rest := p.episodes; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Column1 == rest[0].Column1 {
			n++
		}
		slices.SortFunc(rest[:n], compareEdits)
		rest = rest[n:]
	}
	return p.episodes
}

// pairs are the episodes of all pair edits, those of one pair in one direction side by side and
// oldest first, with an index for the one question asked of every two lines of a day.
type pairs struct {
	episodes []Edit
	since    []claim.Date        // of each episode: when it began and both codes existed, as far as known
	codes    map[claim.Code]bool // as either column
	// slots is an open hash of the first episode of each pair, 0 for none, else its place plus 1.
	slots []uint32
	shift uint
}

// newPairs indexes episodes that are in order.
func newPairs(episodes []Edit, entries map[claim.Code]*Entry) pairs {
	p := pairs{episodes: episodes, codes: make(map[claim.Code]bool), shift: 64}
	size := 1
	for size < 2*len(episodes) {
		size *= 2
		p.shift--
	}
	p.slots = make([]uint32, size)
	p.since = make([]claim.Date, len(episodes))
	for i := range episodes {
		e := &episodes[i]
		p.since[i] = max(e.From, start(entries[e.Column1]), start(entries[e.Column2]))
		p.codes[e.Column1], p.codes[e.Column2] = true, true
		if slot, found := p.find(e.Column1, e.Column2); !found {
			p.slots[slot] = uint32(i + 1)
		}
	}
	return p
}

func start(e *Entry) claim.Date {
	if e == nil {
		return 0
	}
	return e.From
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

// span is where the episodes of the pair in that direction begin and end.
func (p *pairs) span(column1, column2 claim.Code) (first, end int) {
	slot, found := p.find(column1, column2)
	if !found {
		return 0, 0
	}
	first = int(p.slots[slot]) - 1
	end = first + 1
	for end < len(p.episodes) && p.episodes[end].Column1 == column1 && p.episodes[end].Column2 == column2 {
		end++
	}
	return first, end
}

// check refuses an episode given twice, and a pair that is open in both directions, which would
// deny both lines.
func (p *pairs) check() error {
	var faults []error
	for i, e := range p.episodes {
		if i > 0 && compareEdits(p.episodes[i-1], e) == 0 {
			faults = append(faults, fmt.Errorf("pairs.csv: %s with %s until %s %w", e.Column1, e.Column2, e.To, errTwice))
		}
		if e.InForce(claim.EndOfTime) && p.open(e.Column2, e.Column1) {
			faults = append(faults, fmt.Errorf("pairs.csv: %s with %s is open in both directions", e.Column1, e.Column2))
		}
	}
	return errors.Join(faults...)
}

func (p *pairs) open(column1, column2 claim.Code) bool {
	first, end := p.span(column1, column2)
	return slices.ContainsFunc(p.episodes[first:end], func(e Edit) bool { return e.InForce(claim.EndOfTime) })
}

package hold

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Ledger keeps the lines of one judge's patients as corrected, packed.
type Ledger struct {
	store   store
	packer  packer
	texts   *words
	entries []entry
	removed int
}

// entry is where a corrected line stands.
type entry struct {
	pos   claim.Pos
	place audit.Place
}

// NewLedger makes an empty ledger, in the body's memory and files.
func NewLedger(body *Body) *Ledger {
	return &Ledger{store: store{body: body}, packer: packer{words: newWords()}, texts: newWords()}
}

// Remove counts a line that was taken off.
func (g *Ledger) Remove() { g.removed++ }

// Keep packs a line as corrected and what was changed on it or beside it, blank when nothing; it
// keeps nothing of l.
func (g *Ledger) Keep(l *claim.Line, change string) error {
	settled := *l
	settled.Ambiguous = 0 // its dates are as their column says by now
	g.packer.pack(&settled)
	w := packer{words: g.texts, buf: g.packer.buf}
	w.word(change)
	g.packer.buf = w.buf
	p, err := g.store.put(w.buf)
	g.entries = append(g.entries, entry{pos: l.Pos, place: p})
	return err
}

func (g *Ledger) line(p audit.Place) (*claim.Line, string, error) {
	record, err := g.store.record(p)
	if err != nil {
		return nil, "", err
	}
	l := &claim.Line{}
	u := unpacker{words: g.packer.words, data: asString(record)}
	u.line(l, nil)
	u.words = g.texts
	return l, u.word(), nil
}

// ledgers are the lines of several ledgers in the order of the input.
type ledgers struct {
	of      []*Ledger
	entries []entry
	removed int
	trouble trouble
}

// GatherLines brings the lines of the ledgers into the order of the input. The ledgers are used up.
func GatherLines(from []*Ledger) audit.Corrected {
	c := &ledgers{of: from}
	for i, g := range from {
		for _, e := range g.entries {
			e.place.Store = int32(i)
			c.entries = append(c.entries, e)
		}
		c.removed += g.removed
		g.entries = nil
	}
	slices.SortStableFunc(c.entries, func(a, b entry) int { return a.pos.Compare(b.pos) })
	return c
}

// Len is the number of lines left.
func (c *ledgers) Len() int { return len(c.entries) }

// Removed is the number of lines taken off.
func (c *ledgers) Removed() int { return c.removed }

// At is the i-th line as corrected.
func (c *ledgers) At(i int) (l *claim.Line, change string) {
	e := &c.entries[i]
	l, change, err := c.of[e.place.Store].line(e.place)
	if err != nil {
		c.trouble.note(err)
		return &claim.Line{Pos: e.pos}, ""
	}
	return l, change
}

// Err is the first failure to read a line back.
func (c *ledgers) Err() error { return c.trouble.err() }

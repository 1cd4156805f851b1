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
	fields  claim.Fields
	places  [claim.NumFields]int
}

// entry is where a corrected line stands.
type entry struct {
	pos     claim.Pos
	ledger  int32
	place   place
	removed bool
}

// NewLedger makes an empty ledger, in the body's memory and files.
func NewLedger(body *Body) *Ledger {
	return &Ledger{store: store{body: body}, packer: packer{words: newWords()}, texts: newWords()}
}

// Remove packs a line that was taken off, as billed, and why.
func (g *Ledger) Remove(l *claim.Line, why string) error {
	g.removed++
	err := g.keep(l, why)
	g.entries[len(g.entries)-1].removed = true
	return err
}

// Change packs a line as corrected and what was changed on it; billed is the same line before.
func (g *Ledger) Change(l, billed *claim.Line, change string) error {
	for f := range claim.NumFields {
		if f.Fixable() && f.Compare(l, billed) != 0 {
			g.fields |= claim.FieldSet(f)
		}
	}
	return g.keep(l, change)
}

// Keep packs a line that stays as it is; it keeps nothing of l.
func (g *Ledger) Keep(l *claim.Line) error { return g.keep(l, "") }

func (g *Ledger) keep(l *claim.Line, change string) error {
	for f := range claim.NumFields {
		if f.Places() > 1 {
			n := len(f.Values(l))
			for i := range l.Faults {
				if l.Faults[i].Field == f {
					n++
				}
			}
			g.places[f] = max(g.places[f], min(f.Places(), n))
		}
	}
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

func (g *Ledger) line(p place) (*claim.Line, string, error) {
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
	fields  claim.Fields
	places  [claim.NumFields]int
	trouble trouble
}

// GatherLines brings the lines of the ledgers into the order of the input. The ledgers are used up.
func GatherLines(from []*Ledger) audit.Corrected {
	c := &ledgers{of: from}
	for i, g := range from {
		for _, e := range g.entries {
			e.ledger = int32(i)
			c.entries = append(c.entries, e)
		}
		c.removed += g.removed
		c.fields |= g.fields
		for f, n := range g.places {
			c.places[f] = max(c.places[f], n)
		}
		g.entries = nil
	}
	slices.SortStableFunc(c.entries, func(a, b entry) int { return a.pos.Compare(b.pos) })
	return c
}

// Len is the number of lines.
func (c *ledgers) Len() int { return len(c.entries) }

// Removed is the number of lines taken off.
func (c *ledgers) Removed() int { return c.removed }

// Fields are those that were changed on any line.
func (c *ledgers) Fields() claim.Fields { return c.fields }

// Places is how many values a line has at most in the field.
func (c *ledgers) Places(f claim.Field) int { return c.places[f] }

// At is the i-th line as corrected.
func (c *ledgers) At(i int) (l *claim.Line, change string, removed bool) {
	e := &c.entries[i]
	l, change, err := c.of[e.ledger].line(e.place)
	if err != nil {
		c.trouble.note(err)
		return &claim.Line{Pos: e.pos}, "", e.removed
	}
	return l, change, e.removed
}

// Err is the first failure to read a line back.
func (c *ledgers) Err() error { return c.trouble.err() }

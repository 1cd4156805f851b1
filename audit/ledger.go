package audit

import (
	"cmp"
	"fmt"
	"slices"

	"claimaudit/audit/claim"
)

// Corrected are the audited lines in the order of the input, with every mechanical fix made. Lines
// that a fix removes are not among them.
type Corrected struct {
	Removed int // lines taken off
	entries []entry
	ledgers []*ledger
	trouble *trouble
}

// entry is where a corrected line stands.
type entry struct {
	pos    claim.Pos
	ledger int32
	place  place
}

// Len is the number of lines left.
func (c *Corrected) Len() int { return len(c.entries) }

// At is the i-th line as corrected, and what was changed on it or beside it; blank when nothing.
func (c *Corrected) At(i int) (l *claim.Line, change string) {
	e := &c.entries[i]
	l, change, err := c.ledgers[e.ledger].line(e.place)
	if err != nil {
		c.trouble.note(err)
		return &claim.Line{Pos: e.pos}, ""
	}
	return l, change
}

// Err is the first failure to read a line back; what was made of the lines is then worthless.
func (c *Corrected) Err() error { return c.trouble.err() }

// ledger keeps the lines of one judge's patients with their fixes made.
type ledger struct {
	store   store
	packer  packer
	texts   *words
	entries []entry
	removed int
	changes map[*Line]*correction // of the current patient
}

// correction is what becomes of a line.
type correction struct {
	line    claim.Line
	removed bool
	notes   string
}

func newLedger(body *Body) *ledger {
	return &ledger{
		store: store{body: body}, packer: packer{words: newWords()}, texts: newWords(), changes: map[*Line]*correction{},
	}
}

// patient makes the fixes of a patient's findings, in the order of the rules, and keeps the lines.
func (g *ledger) patient(lines []Line, found []Finding) error {
	clear(g.changes)
	for i := range found {
		if f := &found[i]; len(f.Fix.Edits) > 0 {
			g.fix(f)
		}
	}
	for i := range lines {
		if err := g.keep(&lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// fix makes a whole fix, or none of it where a line it edits was edited before: the two may have
// one cause, and the corrected lines can be audited again.
func (g *ledger) fix(f *Finding) {
	for _, e := range f.Fix.Edits {
		if e.Line.Context || g.edited(e.Line) {
			g.of(f.Line).note(fmt.Sprintf("%s: not applied, audit again", f.Rule.ID))
			return
		}
	}
	for _, e := range f.Fix.Edits {
		c := g.of(e.Line)
		c.line = e.on(c.line)
		c.removed = c.removed || e.Remove
		c.note(f.Rule.ID + ": " + e.text())
		if e.Remove {
			g.tell(f, e.Line)
		}
	}
}

// edited tells whether another fix has changed or removed the line.
func (g *ledger) edited(l *Line) bool {
	c := g.changes[l]
	return c != nil && c.changed(&l.Line)
}

func (c *correction) changed(l *claim.Line) bool {
	return c.removed || c.line.Billed != l.Billed || c.line.Mods != l.Mods || c.line.Units != l.Units
}

// tell notes a removal on a line of the finding that stays.
func (g *ledger) tell(f *Finding, gone *Line) {
	for _, l := range f.Lines() {
		if l != gone && !l.Context {
			g.of(l).note(fmt.Sprintf("%s: row %d, %s, removed", f.Rule.ID, gone.Pos.Row, gone.Billed))
			return
		}
	}
}

func (g *ledger) of(l *Line) *correction {
	c := g.changes[l]
	if c == nil {
		c = &correction{line: l.Line}
		g.changes[l] = c
	}
	return c
}

func (c *correction) note(text string) {
	if c.notes != "" {
		c.notes += "; "
	}
	c.notes += text
}

// text says what an edit changes.
func (e Edit) text() string {
	switch {
	case e.Code != 0:
		return "code " + e.Line.Billed + " to " + e.Code.String()
	case e.Mods != nil:
		return "modifiers " + cmp.Or(e.Line.Mods.String(), "none") + " to " + cmp.Or(e.Mods.String(), "none")
	case e.Units != 0:
		return "units " + e.Line.Units.String() + " to " + e.Units.String()
	}
	return "removed"
}

func (g *ledger) keep(l *Line) error {
	if l.Context {
		return nil
	}
	line, notes := l.Line, ""
	if c := g.changes[l]; c != nil {
		if c.removed {
			g.removed++
			return nil
		}
		line, notes = c.line, c.notes
	}
	line.Ambiguous = 0 // its dates are as their column says by now
	g.packer.pack(&line)
	w := packer{words: g.texts, buf: g.packer.buf}
	w.word(notes)
	g.packer.buf = w.buf
	p, err := g.store.put(w.buf)
	g.entries = append(g.entries, entry{pos: l.Pos, place: p})
	return err
}

func (g *ledger) line(p place) (*claim.Line, string, error) {
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

// correctedOf brings the judges' ledgers into the order of the input.
func correctedOf(judges []*judge) *Corrected {
	if judges[0].ledger == nil {
		return nil
	}
	c := &Corrected{trouble: &trouble{}}
	for i, j := range judges {
		for _, e := range j.ledger.entries {
			e.ledger = int32(i)
			c.entries = append(c.entries, e)
		}
		c.Removed += j.ledger.removed
		j.ledger.entries = nil
		c.ledgers = append(c.ledgers, j.ledger)
	}
	slices.SortStableFunc(c.entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.pos.Input, b.pos.Input), cmp.Compare(a.pos.Row, b.pos.Row))
	})
	return c
}

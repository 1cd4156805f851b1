package engine

import (
	"cmp"
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

// Apply makes a fix's edits on a copy of the lines and returns it, less the lines the fix removes.
// Lines are told by their position. A line the fix does not touch is the same as before.
func Apply(lines []claim.Line, fix audit.Fix) []claim.Line {
	fixed := slices.Clone(lines)
	for _, e := range fix.Edits {
		for i := range fixed {
			if fixed[i].Pos == e.Line.Pos {
				fixed[i] = e.On(fixed[i])
			}
		}
	}
	return slices.DeleteFunc(fixed, func(l claim.Line) bool {
		return slices.ContainsFunc(fix.Edits, func(e audit.Edit) bool { return e.Remove && e.Line.Pos == l.Pos })
	})
}

// fixes makes the fixes of one judge's patients and keeps their lines.
type fixes struct {
	ledger  *hold.Ledger
	changes map[claim.Pos]*correction // of the current patient
	shared  map[*audit.Line]int       // its lines for other payers: of how many lines each is the copy
}

func newFixes(body *hold.Body) *fixes {
	return &fixes{hold.NewLedger(body), map[claim.Pos]*correction{}, map[*audit.Line]int{}}
}

// correction is what becomes of a line.
type correction struct {
	line    claim.Line
	removed bool
	notes   string
}

// patient makes the fixes that were tried and keeps the lines.
func (g *fixes) patient(lines []audit.Line, t *trial) error {
	clear(g.changes)
	clear(g.shared)
	for i := range lines {
		for _, c := range lines[i].Copies {
			g.shared[c]++
		}
	}
	for _, i := range t.set {
		g.fix(&t.found[i])
	}
	for _, i := range t.waiting {
		g.of(t.found[i].Line).note(t.found[i].Rule.ID + ": not applied, audit again")
	}
	for i := range lines {
		if err := g.keep(&lines[i]); err != nil {
			return err
		}
	}
	for c := range g.shared {
		if err := g.keep(c); err != nil {
			return err
		}
	}
	return nil
}

func (g *fixes) fix(f *audit.Finding) {
	for _, e := range f.Fix.Edits {
		c := g.of(e.Line)
		c.line = e.On(c.line)
		c.removed = c.removed || e.Remove
		c.note(f.Rule.ID + ": " + editText(&e))
		if e.Remove {
			g.tell(f, e.Line)
		}
		for _, copied := range e.Line.Copies {
			g.again(f, &e, copied)
		}
	}
}

// again makes an edit on a copy of its line for another payer too, where that is billed alike in what
// changes.
func (g *fixes) again(f *audit.Finding, e *audit.Edit, copied *audit.Line) {
	c, l := g.of(copied), e.Line
	own := audit.Edit{Line: copied, Remove: e.Remove, Code: e.Code, Units: e.Units}
	alike := g.shared[copied] == 1
	switch {
	case e.Code != 0:
		alike = alike && copied.Billed == l.Billed
	case e.Units != 0:
		alike = alike && copied.Units == l.Units
	case e.Mods != nil:
		mods, ok := changed(copied.Mods, l.Mods, *e.Mods)
		own.Mods, alike = &mods, ok && mods != copied.Mods
		if ok && !alike {
			return
		}
	}
	if !alike {
		c.note(f.Rule.ID + ": not applied, the copy is billed otherwise")
		return
	}
	c.line = own.On(c.line)
	c.removed = c.removed || own.Remove
	c.note(f.Rule.ID + ": " + editText(&own))
	if own.Remove {
		g.tell(f, copied)
	}
}

// sides are the modifiers that tell the side.
var sides = claim.Mods("RT", "LT", "50")

// changed are modifiers with what changes between two others: less what is taken off there, with what is
// added. False where there is no room, and where a side changes that was written in another way.
func changed(mods, from, to claim.Modifiers) (claim.Modifiers, bool) {
	if mods == from {
		return to, true
	}
	turned, other := false, false
	for _, m := range sides {
		turned = turned || m != 0 && from.Has(m) != to.Has(m)
		other = other || m != 0 && from.Has(m) != mods.Has(m)
	}
	if turned && other {
		return mods, false
	}
	var all []claim.Modifier
	for _, m := range mods {
		if m != 0 && (!from.Has(m) || to.Has(m)) {
			all = append(all, m)
		}
	}
	for _, m := range to {
		if m != 0 && !from.Has(m) && !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	var now claim.Modifiers
	n := copy(now[:], all)
	return now, n == len(all)
}

// tell notes a removal on a line of the finding that stays.
func (g *fixes) tell(f *audit.Finding, gone *audit.Line) {
	for _, l := range f.Lines() {
		if c := g.changes[l.Pos]; c != nil && c.removed {
			continue
		}
		if l != gone && !l.Context {
			g.of(l).note(fmt.Sprintf("%s: row %d, %s, removed", f.Rule.ID, gone.Pos.Row, gone.Billed))
			return
		}
	}
}

func (g *fixes) of(l *audit.Line) *correction {
	c := g.changes[l.Pos]
	if c == nil {
		c = &correction{line: l.Line}
		g.changes[l.Pos] = c
	}
	return c
}

func (c *correction) note(text string) {
	if c.notes != "" {
		c.notes += "; "
	}
	c.notes += text
}

// editText says what an edit changes.
func editText(e *audit.Edit) string {
	change := func(f claim.Field, from, to string) string {
		return f.Name() + " " + cmp.Or(from, "none") + " to " + cmp.Or(to, "none")
	}
	switch {
	case e.Code != 0:
		return change(claim.FieldCode, e.Line.Billed, e.Code.String())
	case e.Mods != nil:
		return change(claim.FieldModifiers, e.Line.Mods.String(), e.Mods.String())
	case e.Units != 0:
		return change(claim.FieldUnits, e.Line.Units.String(), e.Units.String())
	}
	return "removed"
}

// keep keeps a line with what was changed on it, unless it is history; one that was removed as it was
// billed.
func (g *fixes) keep(l *audit.Line) error {
	c := g.changes[l.Pos]
	switch {
	case l.Context:
		return nil
	case c == nil:
		return g.ledger.Keep(&l.Line)
	case c.removed:
		return g.ledger.Remove(&l.Line, c.notes)
	}
	return g.ledger.Change(&c.line, &l.Line, c.notes)
}

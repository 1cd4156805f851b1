package parsers

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// sections are the tables that stand one below the other in a sheet. Where a header with other columns
// comes among the rows, a table of its own begins there. Readers ask for the tables of each block, and
// are told in the order of the blocks.
type sections struct {
	first  *Table
	begins func(*Table) *section

	turn sync.Cond
	next int // the block whose tables are told next
	all  []*section
	most int // of them
	over int // the row of the first header that is too many; 0 where none is
}

// mostSections is the most tables that stand below each other in a sheet: more are made to fill the memory.
const mostSections = 1000

// section is one of the tables and those who read it, one for each worker.
type section struct {
	*Table
	readers []*reader
	group   group // of a grouped report, the claim that goes on behind the blocks so far
}

// cut is where in a block a section begins: at its first row, or at the row of its header.
type cut struct {
	row int
	*section
	before group // of a grouped report, the claim that goes on from the block before
}

// reader is the section's reader of that worker, made ready for the block.
func (c *cut) reader(worker int) *reader {
	r := c.readers[worker]
	if c.byTurns() {
		r.group = c.before
	}
	return r
}

// byTurns tells whether the section is a grouped report that several read: each block in turn tells the
// next one which claim goes on.
func (s *section) byTurns() bool { return s.groups != nil && len(s.readers) > 1 }

// newSections are the sections of a sheet of which the first is open; begins is called for each as it
// begins.
func newSections(first *Table, most int, begins func(*Table) *section) *sections {
	return &sections{first: first, most: most, begins: begins, turn: sync.Cond{L: &sync.Mutex{}}, all: []*section{begins(first)}}
}

// of are the sections of the n-th block. It waits until the blocks before it were asked for; as blocks
// are handed out in order, and asked for before they are read, one is always next.
func (s *sections) of(n int, block *grid.Block) []cut {
	words := wordy(block)
	s.turn.L.Lock()
	defer s.turn.L.Unlock()
	for s.next != n {
		s.turn.Wait()
	}
	last := s.all[len(s.all)-1]
	cuts := []cut{{row: 0, section: last}}
	for i := range words {
		if h := last.another(words[i:]); h != nil && len(s.all) == s.most {
			s.over = h.rows[0].Number
			break
		} else if h != nil {
			last = s.begins(last.from(h, block))
			s.all = append(s.all, last)
			cuts = append(cuts, cut{row: h.rows[0].Number, section: last})
		}
	}
	goOn(cuts, block)
	s.next++
	s.turn.Broadcast()
	return cuts
}

// goOn tells each grouped report of the block which claim goes on in it, and keeps which goes on behind it.
func goOn(cuts []cut, block *grid.Block) {
	if !slices.ContainsFunc(cuts, func(c cut) bool { return c.byTurns() }) {
		return
	}
	for i := range cuts {
		cuts[i].before = cuts[i].group
		cuts[i].before.values = maps.Clone(cuts[i].group.values)
	}
	for row := range block.Rows() {
		for len(cuts) > 1 && row.Number >= cuts[1].row {
			cuts = cuts[1:]
		}
		if c := &cuts[0]; c.byTurns() && !c.plan.skips(row) {
			c.groups.fill(c.know, &c.group, row)
		}
	}
}

// wordy are the rows of the block that may be headers.
func wordy(block *grid.Block) (rows []grid.Row) {
	if !block.Wordy() {
		return nil
	}
	for row := range block.Rows() {
		if row.Err == nil && isWordy(row) {
			rows = append(rows, own(row))
		}
	}
	return rows
}

func isWordy(row *grid.Row) bool {
	texts := 0
	for _, cell := range row.Each() {
		if !grid.Wordy(cell) {
			return false
		}
		if trim(cell) != "" {
			texts++
		}
	}
	return texts > 1 && len(row.Cells) <= min(leastHeader+texts*mostApart, maxColumn)
}

// The names of a header stand side by side, or above some columns each: a few words in a row that goes on to
// column XFD are none.
const (
	leastHeader = 64
	mostApart   = 16
)

func own(row *grid.Row) (o grid.Row) {
	o.Copy(row)
	return o
}

// another is the header that begins with the first of the rows where it is another one than the
// table's; nil where it is the same again, and where it is no header.
func (t *Table) another(rows []grid.Row) *heading {
	if rows[0].Number <= t.plan.below {
		return nil
	}
	h := t.know.headingAt(rows, namedAnew, t.maps)
	switch {
	case h == nil && t.plan.shuffles(rows[0].Cells):
		return &heading{rows: rows[:1], texts: headerTexts(rows[0].Cells)}
	case h == nil, !slices.ContainsFunc(h.rows, func(r grid.Row) bool { return !t.plan.repeats(r.Cells) }):
		return nil
	}
	return h
}

// namedAnew is how many of the required fields a row below a header must name to be another header.
const namedAnew = 2

// repeats tells whether every cell stands in a row of the header, in the same column.
func (p *plan) repeats(cells []string) bool {
	return slices.ContainsFunc(p.headers, func(header headerRow) bool {
		for i, cell := range cells {
			if key := headerKey(cell); key != "" && !header.has(i, key) {
				return false
			}
		}
		return true
	})
}

// shuffles tells whether a row has half of the header's names, and one of them in another column.
func (p *plan) shuffles(cells []string) bool {
	return slices.ContainsFunc(p.headers, func(header headerRow) bool {
		have, moved := 0, false
		for i, cell := range cells {
			if key := headerKey(cell); header.all[key] {
				have++
				moved = moved || !header.has(i, key)
			}
		}
		return moved && header.named > 2 && 2*have >= header.named
	})
}

// from is the table that a header among the rows of this one begins.
func (t *Table) from(h *heading, block *grid.Block) *Table {
	var rows []grid.Row
	for row := range block.Rows() {
		if row.Number > h.last() && row.Err == nil && !blank(row) {
			rows = append(rows, own(row))
		}
		if len(rows) == sampledRows {
			break
		}
	}
	n := &Table{know: t.know, sheet: t.sheet, maps: t.maps}
	n.plan.titles = t.plan.titles
	n.plan.order, n.plan.asOf, n.plan.epoch = t.plan.order, t.plan.asOf, t.plan.epoch
	n.plan.survey = &survey{table: n, walk: t.plan.survey.walk}
	n.Source.File, n.Source.Sheet = t.Source.File, t.Source.Sheet
	n.Source.Notes = []string{fmt.Sprintf("the rows from row %d on, which is another header", h.rows[0].Number)}
	err := n.head(h, t.know.uptoNext(h, rows, t.maps))
	if err == nil && slices.ContainsFunc(t.maps, func(m Mapping) bool { return m.Column > 0 }) {
		err = &headerError{what: fmt.Sprintf("row %d is a header with other columns, and --map names columns by their place", h.rows[0].Number)}
	}
	if err != nil {
		n.refuse(err)
	}
	return n
}

// uptoNext are the rows in front of the first that is another header.
func (k *knowledge) uptoNext(h *heading, below []grid.Row, mappings []Mapping) []grid.Row {
	t := &Table{know: k, maps: mappings}
	for _, row := range h.rows {
		t.plan.headers = append(t.plan.headers, headerRowOf(row.Cells))
	}
	for i := range below {
		if isWordy(&below[i]) && t.another(below[i:]) != nil {
			return below[:i]
		}
	}
	return below
}

func (h *heading) last() int { return h.rows[len(h.rows)-1].Number }

// refuse leaves every row below the header unreadable.
func (t *Table) refuse(why error) {
	t.Refused = brief(why)
	if len(t.Columns) == 0 || len(t.plan.headers) == 0 {
		t.plan.none()
	}
	t.plan.refused = t.Refused
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Field != "" && c.slot == fieldSlot(claim.FieldCharge) {
			t.plan.column[claim.FieldCharge] = i
		}
	}
}

// isHalf tells whether an error says of a sheet that it has most of what claim lines have, so that its
// rows are lost and not just others.
func isHalf(err error) bool {
	h, ok := errors.AsType[*headerError](err)
	return ok && h.half
}

// dataAmong are the numbers of the rows above a header that are no title: they hold a date and a code,
// or as many cells as most rows below and a number among them.
func dataAmong(above, below []grid.Row) map[int]bool {
	usual := usualCells(below)
	var found map[int]bool
	for i := range above {
		held, date, code, number := 0, false, false, false
		for _, cell := range above[i].Each() {
			if text := trim(cell); text != "" {
				held++
				isCode := isShapedCode(text)
				code, date, number = code || isCode, date || !isCode && isDate(text), number || looksLikeData(text)
			}
		}
		if date && code || number && held > 2 && held >= usual {
			if found == nil {
				found = map[int]bool{}
			}
			found[above[i].Number] = true
		}
	}
	return found
}

func isShapedCode(text string) bool {
	c, err := claim.ParseCode(text)
	return err == nil && c.Shaped()
}

// usualCells is how many cells most rows hold, of those with a code where there are such: the others may be
// totals and the heads of pages.
func usualCells(rows []grid.Row) int {
	var all, coded []int
	for i := range rows {
		held, code := 0, false
		for _, cell := range rows[i].Each() {
			if text := trim(cell); text != "" {
				held++
				code = code || isShapedCode(text)
			}
		}
		if all = append(all, held); code {
			coded = append(coded, held)
		}
	}
	if len(coded) > 0 {
		all = coded
	}
	if len(all) == 0 {
		return lotsOfCells
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// lotsOfCells is more than any row has.
const lotsOfCells = maxColumn + 1

package parsers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// Sink takes what is read. A line is valid only during the call.
type Sink interface {
	Line(*claim.Line)
	Unread(claim.Unread)
}

// Read reads every table of the export, each row into one call of the sink that sinks makes for
// the worker which reads it; rows come in any order. firstSource is the place of the first table
// among the sources of the run. progress, when not nil, is told of each block's bytes and rows, by
// several workers at a time. After Read the tables' sources are complete, and what was mended is
// counted in the repairs.
func (e *Export) Read(ctx context.Context, firstSource, workers int, sinks func(worker int) Sink, progress func(bytes int64, rows int)) ([]claim.Repair, error) {
	defer context.AfterFunc(ctx, e.cancel)()
	var repairs []claim.Repair
	for i := range slices.Clone(e.Tables) {
		all, err := e.walk(ctx, i, firstSource, max(workers, 1), sinks, progress)
		if err != nil {
			return nil, err
		}
		for n, s := range all {
			mended, err := e.settle(s, n == len(all)-1 && e.file.Unended)
			if err != nil {
				return nil, err
			}
			repairs = append(repairs, mended...)
		}
	}
	for _, t := range e.Tables {
		t.Source.SHA256 = e.file.SHA256()
		t.Source.Notes = append(e.notes(), t.Source.Notes...)
	}
	return repairs, nil
}

// settle adds up what the readers of a section met, and decides what its columns decide as a whole;
// unended says that the text ends in it without a line end.
func (e *Export) settle(s *section, unended bool) ([]claim.Repair, error) {
	total := &counts{}
	for _, r := range s.readers {
		total.add(&r.counts)
	}
	s.account(total, unended)
	for _, p := range append([]plan{s.plan}, s.sets...) {
		if p.survey.err != nil {
			return nil, p.survey.err
		}
	}
	if err := s.settle(total, e.order, e.asOf); err != nil {
		return nil, err
	}
	return total.repairs(s.readers[0].line.Pos.Input), nil
}

func (t *Table) readers(source int32, workers int, sinks func(int) Sink) []*reader {
	for i := range t.sets {
		s, p := &t.sets[i], &t.plan
		s.headers, s.below, s.above, s.titles, s.width, s.commas, s.open, s.comma = p.headers, p.below, p.above, p.titles, p.width, p.commas, p.open, p.comma
	}
	readers := make([]*reader, workers)
	for i := range readers {
		readers[i] = &reader{plan: &t.plan, know: t.know, sink: sinks(i), groups: t.groups}
		readers[i].line.Pos.Input = source
		if len(t.sets) > 0 {
			readers[i].bindSets(t.sets)
		} else {
			readers[i].bind()
			readers[i].bindAlike()
		}
	}
	return readers
}

// walk gives the blocks of the i-th table's sheet to readers as they come free. The tables that begin
// among its rows are added to the export's.
func (e *Export) walk(ctx context.Context, i, firstSource, workers int, sinks func(int) Sink, progress func(int64, int)) ([]*section, error) {
	if e.Tables[i].groups != nil {
		workers = 1 // what a row lacks stands in a row before it
	}
	place, blocks := i, make(chan nthBlock, workers)
	sections := newSections(e.Tables[i], e.mostSections, func(t *Table) *section {
		if t != e.Tables[i] {
			place, e.Tables = len(e.Tables), append(e.Tables, t)
		}
		t.plan.comma = e.file.Delimiter
		return &section{Table: t, readers: t.readers(int32(firstSource+place), workers, sinks)}
	})
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for b := range blocks {
				read(worker, sections.of(b.number, b.Block), b.Block, progress)
			}
		})
	}
	err := sections.first.pages.give(ctx, blocks)
	close(blocks)
	group.Wait()
	sections.first.pages.first = nil
	if sections.over > 0 && err == nil {
		err = fmt.Errorf("%s: row %d is one header more than the %d that a sheet may have below each other: is it an export?", e.file.Name, sections.over, e.mostSections)
	}
	return sections.all, errors.Join(err, ctx.Err())
}

// nthBlock is a block and its place among those of its sheet.
type nthBlock struct {
	*grid.Block
	number int
}

// give sends every block in order.
func (p *pages) give(ctx context.Context, blocks chan<- nthBlock) error {
	number := 0
	for block, fault := range p.all() {
		if err := errors.Join(fault, ctx.Err()); err != nil {
			return err
		}
		blocks <- nthBlock{block, number}
		number++
	}
	return nil
}

// read reads a block by the worker's reader of each section in it.
func read(worker int, cuts []cut, b *grid.Block, progress func(int64, int)) {
	rows := 0
	r := cuts[0].reader(worker)
	for row := range b.Rows() {
		if len(cuts) > 1 && row.Number >= cuts[1].row {
			r.flush()
			cuts = cuts[1:]
			r = cuts[0].reader(worker)
		}
		rows -= r.rows
		r.read(row)
		rows += r.rows
	}
	r.flush()
	if progress != nil {
		progress(b.Bytes(), rows)
	}
}

// notes are what is to be said of the file as a whole.
func (e *Export) notes() (notes []string) {
	if enc := e.file.Encoding; enc != "" && enc != "UTF-8" {
		notes = append(notes, enc)
	}
	if d := e.file.Delimiter; e.Format == "csv" && d != ',' && d != 0 {
		notes = append(notes, fmt.Sprintf("cells parted by %q", d))
	}
	if e.file.Date1904 {
		notes = append(notes, "dates count from 1904")
	}
	return append(notes, e.file.Notes.Texts()...)
}

func (c *counts) add(o *counts) {
	for _, n := range [...]struct {
		to   *int
		more int
	}{
		{&c.rows, o.rows}, {&c.audited, o.audited}, {&c.services, o.services}, {&c.unplacedServices, o.unplacedServices}, {&c.lumped, o.lumped}, {&c.unreadable, o.unreadable}, {&c.skipped, o.skipped}, {&c.noCharge, o.noCharge},
		{&c.hidden, o.hidden}, {&c.rounded, o.rounded}, {&c.roundedClaims, o.roundedClaims}, {&c.noValue, o.noValue},
		{&c.errorCells, o.errorCells}, {&c.narrow, o.narrow}, {&c.otherClass, o.otherClass}, {&c.voided, o.voided}, {&c.takenBack, o.takenBack},
	} {
		*n.to += n.more
	}
	c.marks, c.examples = append(c.marks, o.marks...), append(c.examples, o.examples...)
	c.lastRow, c.lastNarrow = max(c.lastRow, o.lastRow), max(c.lastNarrow, o.lastNarrow)
	for f := range c.orders {
		c.orders[f].add(&o.orders[f])
		for i := range c.mended[f] {
			c.mended[f][i] += o.mended[f][i]
		}
	}
}

func (c *counts) repairs(source int32) (list []claim.Repair) {
	for f := range c.mended {
		for i, n := range c.mended[f] {
			if n > 0 {
				e := c.exampleOf(claim.Field(f), repair(i))
				list = append(list, claim.Repair{Source: source, Field: claim.Field(f), Kind: repairKinds[i], Count: n, Cell: e.cell, Read: e.read})
			}
		}
	}
	return list
}

// account writes the counts into the table's source; unended says that the text ends without a line
// end.
func (t *Table) account(c *counts, unended bool) {
	s := &t.Source
	s.Rows, s.Audited, s.Unreadable, s.Skipped, s.NoCharge = c.rows, c.audited, c.unreadable, c.skipped, c.noCharge
	s.Services, s.Unplaced = c.services, c.unplacedServices
	if c.mended[claim.FieldCode][codeGlued] > 0 && !s.Columns.Has(claim.FieldModifiers) {
		s.Columns |= claim.FieldSet(claim.FieldModifiers)
		t.Missing = slices.DeleteFunc(t.Missing, func(f claim.Field) bool { return f == claim.FieldModifiers })
		s.Notes = append(s.Notes, "modifiers are read from behind the codes")
	}
	if c.mended[claim.FieldCode][codeUnits] > 0 && !s.Columns.Has(claim.FieldUnits) {
		s.Columns |= claim.FieldSet(claim.FieldUnits)
		t.Missing = slices.DeleteFunc(t.Missing, func(f claim.Field) bool { return f == claim.FieldUnits })
		s.Notes = append(s.Notes, "units are read from behind the codes")
	}
	for _, note := range [...]struct {
		n    int
		text string
	}{
		{c.hidden, "hidden rows, read like the others"},
		{c.rounded, "patient ids rounded by a spreadsheet (1.67683E+15): these lines are audited one by one"},
		{c.roundedClaims, "claim ids rounded by a spreadsheet (1.67683E+15): these lines are read without one"},
		{c.noValue, "cells with a formula but no value, read as blank: open the workbook in a spreadsheet and save it"},
		{c.errorCells, "cells with a spreadsheet's error such as #N/A, taken for no value: correct the formulas"},
		{c.lumped, "cells with several codes have one charge, which is counted once, on the first of them"},
		{c.otherClass, "payers whose name tells another class than their claim filing code: the name is followed"},
		{c.narrow, "rows with fewer cells than the header: what is missing at their end is read as blank"},
	} {
		if note.n > 0 {
			s.Notes = append(s.Notes, fmt.Sprintf("%d %s", note.n, note.text))
		}
	}
	if unended && c.lastNarrow > 0 && c.lastNarrow == c.lastRow {
		s.Notes = append(s.Notes, fmt.Sprintf("row %d, the last, has fewer cells than the header and no line end: the export may be cut short: export it again", c.lastRow))
	}
	if c.takenBack > c.voided {
		s.Notes = append(s.Notes, fmt.Sprintf("%d rows marked void take charges back, and only %d charges are marked void: the others are audited as if they stood: "+
			"leave the mark unread, so that a reversal cancels its charge, with --map '%s='", c.takenBack, c.voided, t.voidColumns()))
	}
	t.compareTotals(c.marks)
	s.Notes = append(s.Notes, t.layout()...)
}

// voidColumns are the roles, as --map names them, of the columns that mark rows void.
func (t *Table) voidColumns() string {
	var roles []string
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Field != "" && c.slot.role >= rowStatus && c.slot.role <= activeFlag {
			roles = append(roles, c.Field)
		}
	}
	return strings.Join(roles, "=' --map '")
}

// layout is what the sheet hides or shows otherwise than its cells hold it.
func (t *Table) layout() (notes []string) {
	var hidden []string
	for _, i := range t.sheet.HiddenColumns {
		if i < len(t.Columns) && t.Columns[i].Field != "" {
			hidden = append(hidden, t.Columns[i].Field)
		}
	}
	if len(hidden) > 0 {
		notes = append(notes, "hidden columns, read like the others: "+strings.Join(hidden, ", "))
	}
	areas, first := 0, 0
	for _, area := range t.sheet.Merged {
		if area.LastRow > t.plan.below {
			areas++
			if first == 0 || area.FirstRow < first {
				first = area.FirstRow
			}
		}
	}
	if areas > 0 && t.groups != nil {
		notes = append(notes, fmt.Sprintf("%d groups of merged cells below the header: what the first cell of each holds is carried down to the lines of its claim (mended: Rows Not Read)", areas))
	} else if areas > 0 {
		notes = append(notes, fmt.Sprintf("%d groups of merged cells below the header, the first in row %d: only the first cell of each holds what all of them show, and the others are read as blank: unmerge them and fill them down", areas, max(first, t.plan.below+1)))
	}
	return notes
}

package parsers

import (
	"context"
	"errors"
	"fmt"
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
	for i, t := range e.Tables {
		t.plan.epoch = claim.Epoch(e.file.Date1904)
		readers := t.readers(int32(firstSource+i), max(workers, 1), sinks)
		if err := t.walk(ctx, readers, progress); err != nil {
			return nil, err
		}
		total := &counts{}
		for _, r := range readers {
			total.add(&r.counts)
		}
		t.account(total)
		if err := t.settle(total); err != nil {
			return nil, err
		}
		repairs = append(repairs, total.repairs(int32(firstSource+i))...)
	}
	for _, t := range e.Tables {
		t.Source.SHA256 = e.file.SHA256()
		t.Source.Notes = append(e.notes(), t.Source.Notes...)
	}
	return repairs, nil
}

func (t *Table) readers(source int32, workers int, sinks func(int) Sink) []*reader {
	readers := make([]*reader, workers)
	for i := range readers {
		readers[i] = &reader{plan: &t.plan, know: t.know, sink: sinks(i)}
		readers[i].line.Pos.Input = source
	}
	return readers
}

// walk gives the blocks to the readers as they come free.
func (t *Table) walk(ctx context.Context, readers []*reader, progress func(int64, int)) (err error) {
	blocks := make(chan *grid.Block, len(readers))
	var group sync.WaitGroup
	for _, r := range readers {
		group.Go(func() {
			for block := range blocks {
				r.block(block, progress)
			}
		})
	}
	for block, fault := range t.pages.all() {
		if err = errors.Join(fault, ctx.Err()); err != nil {
			break
		}
		blocks <- block
	}
	close(blocks)
	group.Wait()
	return errors.Join(err, ctx.Err())
}

func (r *reader) block(b *grid.Block, progress func(int64, int)) {
	before := r.rows
	for row := range b.Rows() {
		r.read(row)
	}
	if progress != nil {
		progress(b.Bytes(), r.rows-before)
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
	return notes
}

func (c *counts) add(o *counts) {
	for _, n := range [...]struct {
		to   *int
		more int
	}{
		{&c.rows, o.rows}, {&c.audited, o.audited}, {&c.unreadable, o.unreadable}, {&c.skipped, o.skipped},
		{&c.hidden, o.hidden}, {&c.rounded, o.rounded}, {&c.noValue, o.noValue},
	} {
		*n.to += n.more
	}
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
				list = append(list, claim.Repair{Source: source, Field: claim.Field(f), Kind: repairKinds[i], Count: n})
			}
		}
	}
	return list
}

// account writes the counts into the table's source.
func (t *Table) account(c *counts) {
	s := &t.Source
	s.Rows, s.Audited, s.Unreadable, s.Skipped = c.rows, c.audited, c.unreadable, c.skipped
	for _, note := range [...]struct {
		n    int
		text string
	}{
		{c.hidden, "hidden rows, read like the others"},
		{c.rounded, "patient ids rounded by a spreadsheet (1.67683E+15): these lines are audited one by one"},
		{c.noValue, "cells with a formula but no value, read as blank: open the workbook in a spreadsheet and save it"},
	} {
		if note.n > 0 {
			s.Notes = append(s.Notes, fmt.Sprintf("%d %s", note.n, note.text))
		}
	}
}

// dateOrder is what the dates of a column tell of their order: the first row that reads in one
// order only, of each order, and the rows that read in both.
type dateOrder struct {
	monthFirst, dayFirst int32
	either               int
}

func (o *dateOrder) see(layout claim.Layout, row int32) {
	switch layout {
	case claim.Either:
		o.either++
	case claim.MonthFirst:
		o.monthFirst = earlier(o.monthFirst, row)
	case claim.DayFirst:
		o.dayFirst = earlier(o.dayFirst, row)
	}
}

func (o *dateOrder) add(p *dateOrder) {
	o.either += p.either
	o.monthFirst = earlier(o.monthFirst, p.monthFirst)
	o.dayFirst = earlier(o.dayFirst, p.dayFirst)
}

func earlier(a, b int32) int32 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// settle decides for each date column whether day or month comes first. A column that does not
// tell follows the others of its table, and is taken month first when none tells.
func (t *Table) settle(c *counts) error {
	var monthFirst, dayFirst, open claim.Fields
	var errs []error
	for f := range claim.NumFields {
		o := c.orders[f]
		switch {
		case o.monthFirst > 0 && o.dayFirst > 0:
			errs = append(errs, t.mixed(f, o))
		case o.monthFirst > 0:
			monthFirst |= claim.FieldSet(f)
		case o.dayFirst > 0:
			dayFirst |= claim.FieldSet(f)
		case o.either > 0:
			open |= claim.FieldSet(f)
		}
	}
	t.Source.DayFirst = dayFirst
	if open != 0 {
		t.follow(open, monthFirst, dayFirst)
	}
	return errors.Join(errs...)
}

func (t *Table) follow(open, monthFirst, dayFirst claim.Fields) {
	var names []string
	for f := range claim.NumFields {
		if open.Has(f) {
			names = append(names, f.String())
		}
	}
	text := "the dates of " + strings.Join(names, ", ") + " do not tell whether day or month comes first: "
	switch {
	case dayFirst != 0 && monthFirst == 0:
		t.Source.DayFirst |= open
		text += "taken day first, as in the other columns"
	case monthFirst != 0 && dayFirst == 0:
		text += "taken month first, as in the other columns"
	default:
		text += "taken month first"
	}
	t.Source.Notes = append(t.Source.Notes, text)
}

func (t *Table) mixed(f claim.Field, o dateOrder) error {
	where := t.Source.File
	if t.Source.Sheet != "" {
		where += " sheet " + t.Source.Sheet
	}
	err := fmt.Errorf("%s: the dates of %s are written in two orders: row %d reads only month first, row %d only day first: write them in one order",
		where, f, o.monthFirst, o.dayFirst)
	if f == claim.FieldFrom {
		return err
	}
	return fmt.Errorf("%w, or leave the column unread with --map '%s='", err, f)
}

package parsers

import (
	"context"
	"iter"

	"claimaudit/parsers/grid"
)

const (
	headerRows  = 30  // a header is among the first so many rows
	sampledRows = 120 // rows behind it that tell what columns hold
)

// pages are the blocks of a sheet, the first of them looked into before the rest is read.
type pages struct {
	seen  []*grid.Block
	first []*grid.Block // those seen before, kept until the table is read
	ended bool          // they are all
	next  func() (*grid.Block, error, bool)
	stop  func()
}

func openPages(ctx context.Context, sheet *grid.Sheet) *pages {
	p := &pages{}
	p.next, p.stop = iter.Pull2(sheet.Blocks(ctx))
	return p
}

// preview is the first rows of the sheet that hold anything, with cells of their own.
func (p *pages) preview() ([]grid.Row, error) {
	var rows []grid.Row
	for len(rows) < headerRows+sampledRows {
		block, err, more := p.next()
		if err != nil {
			return nil, err
		}
		if !more {
			p.ended = true
			break
		}
		p.seen = append(p.seen, block)
		for row := range block.Rows() {
			if len(rows) == headerRows+sampledRows {
				break
			}
			if row.Err == nil && !blank(row) {
				rows = append(rows, own(row))
			}
		}
	}
	p.first = p.seen
	return rows, nil
}

// all hands out every block in order, those seen before first.
func (p *pages) all() iter.Seq2[*grid.Block, error] {
	return func(yield func(*grid.Block, error) bool) {
		defer p.stop()
		for _, block := range p.seen {
			if !yield(block, nil) {
				return
			}
		}
		p.seen = nil
		for {
			block, err, more := p.next()
			if !more || !yield(block, err) || err != nil {
				return
			}
		}
	}
}

// blank tells whether nothing stands in the row; a formula without its value is something.
func blank(row *grid.Row) bool {
	for i, cell := range row.Each() {
		if trim(cell) != "" || row.Held != nil && row.Kinds[i] == grid.NoValue {
			return false
		}
	}
	return true
}

// Package x12 reads professional claims, X12 837P, as rows: each service line of a claim is a row
// under the canonical header, so that all that reads rows of an export reads them.
//
// Other transactions are told by name and refused, or named where they stand beside professional
// claims. Names, addresses and social security numbers of patients are never handed on.
package x12

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"claimaudit/parsers/grid"
)

// Open turns a transmission into one sheet of service lines: row 0 is the header, row 1 the file's
// first service line. Where a row stands is its Place.
func Open(f *grid.File) {
	segments := f.Sheets[0]
	f.Sheets = []*grid.Sheet{grid.NewSheet(func(ctx context.Context) iter.Seq2[*grid.Block, error] {
		return func(yield func(*grid.Block, error) bool) {
			r := &reader{file: f, out: newRows()}
			for block, err := range segments.Blocks(ctx) {
				if err != nil {
					yield(nil, err)
					return
				}
				for row := range block.Rows() {
					r.segment(row)
				}
				r.out.bytes += block.Bytes()
				if r.out.filled() && !yield(r.out.block(), nil) {
					return
				}
			}
			if err := r.end(); err != nil {
				yield(nil, err)
				return
			}
			yield(r.out.block(), nil)
		}
	})}
}

// segment takes one segment of the transmission.
func (r *reader) segment(row *grid.Row) {
	s := segment(row.Cells)
	r.at = row.Number
	switch name := row.Cells[0]; {
	case envelopes[name] != nil:
		envelopes[name](r, s)
	case r.set.read:
		if r.tell(name); r.set.read && loops[name] != nil {
			if name != "NTE" {
				r.noteRepeated(s)
			}
			loops[name](r, s)
		}
	}
}

// segment is a segment's cells: its name and its elements.
type segment []string

// el is an element, from 1, of which only the first repetition counts.
func (s segment) el(n int) string {
	if n >= len(s) {
		return ""
	}
	return first(s[n])
}

// place is where a segment stands.
func (r *reader) place(at int) string {
	return "transaction " + r.set.number + ", claim " + strconv.Itoa(r.set.claims) + ", segment " + strconv.Itoa(at)
}

// noteRepeated notes elements with repetitions, which the segments that are read do not have.
func (r *reader) noteRepeated(s segment) {
	for _, cell := range s {
		if strings.Contains(cell, grid.Repetition) {
			r.note("elements with repetitions: only the first of each is read", r.at)
		}
	}
}

package x12

import (
	"slices"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// The columns behind those of the canonical header: pointers at the claim's diagnoses, and the kind of
// payer (SBR09).
const (
	pointerColumn = "DxPointer"
	classColumn   = "Claim Filing Indicator"
)

// header is what of the canonical header claims can say, and what stands behind it.
var header = func() (names []string) {
	for f := range claim.NumFields {
		if f != claim.FieldReceived { // no claim knows when it is received
			names = append(names, f.Columns()...)
		}
	}
	return append(names, pointerColumn, classColumn)
}()

// columns are the places of the header's names.
var columns = func() map[string]int {
	places := map[string]int{}
	for i, name := range header {
		places[name] = i
	}
	return places
}()

// columnOf are the places of the fields' first columns; of a field that claims cannot say 0, unused.
var columnOf = func() (places [claim.NumFields]int) {
	for f := range claim.NumFields {
		places[f] = columns[f.Columns()[0]]
	}
	return places
}()

var pointerAt, classAt = columns[pointerColumn], columns[classColumn]

// rows are the service lines read and not yet handed on.
type rows struct {
	list  []grid.Row
	open  int // the first of the claim being read, which is not handed on before its end; -1 for none
	next  int // number of the next row
	slab  []string
	bytes int64 // of the file, read since rows were last handed on
}

// rowsPerBlock is how many service lines are handed on at a time.
const rowsPerBlock = 1024

func newRows() *rows {
	o := &rows{open: -1}
	o.add("", nil)
	copy(o.list[0].Cells, header)
	return o
}

func (o *rows) filled() bool { return o.whole() >= rowsPerBlock }

// whole is how many rows are of claims that were read to their end.
func (o *rows) whole() int {
	if o.open >= 0 {
		return o.open
	}
	return len(o.list)
}

// add makes a row of blank cells; err says why it cannot be read as a service.
func (o *rows) add(place string, err error) []string {
	if len(o.slab) < len(header) {
		o.slab = make([]string, 256*len(header))
	}
	cells := o.slab[:len(header):len(header)]
	o.slab = o.slab[len(header):]
	o.list = append(o.list, grid.Row{Number: o.next, Cells: cells, Place: place, Err: err})
	o.next++
	return cells
}

// block hands on the rows of whole claims so far.
func (o *rows) block() *grid.Block {
	n := o.whole()
	list, bytes := o.list[:n:n], o.bytes
	o.list, o.bytes = slices.Clone(o.list[n:]), 0
	o.open = min(o.open, 0)
	return grid.NewBlock(func(yield func(*grid.Row) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}, bytes)
}

// Package claim holds the nouns of billing: the line and the small values it is made of.
//
// Every value is of fixed size, compares with ==, and is read exactly: money is whole cents,
// units are whole thousandths, dates are days. Text that does not read is an error that says
// what was expected and never repeats the text, because cells may be patient data.
package claim

import (
	"cmp"
	"fmt"
)

// FormatError says that a cell does not read as the value its column holds.
// It names what was expected and never the text, which may be patient data.
type FormatError struct {
	What     string // the value, in a biller's words: "date of service", "units"
	Expected string // what a right cell looks like
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s cannot be read: expected %s", e.What, e.Expected)
}

// Pos is where a service stands: the input it came from, its row as a spreadsheet shows it and, in a
// row that holds several services, which of them it is.
type Pos struct {
	Input  int32 // index of the Source in the run
	Row    int32 // 1 is the first row of the sheet or file
	Column int16 // of its code, 1 is the first; 0 where the row is one service
	Nth    int16 // which code of its cell it has, from 1, where the cell holds several; else 0
}

// Compare orders positions by input, row, and place in the row.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.Input, q.Input), cmp.Compare(p.Row, q.Row), cmp.Compare(p.Column, q.Column), cmp.Compare(p.Nth, q.Nth))
}

// Before tells whether p comes first in the order of Compare.
func (p Pos) Before(q Pos) bool { return p.Compare(q) < 0 }

// Shares tells whether the row holds other services beside this one.
func (p Pos) Shares() bool { return p.Column > 0 }

// SameRow tells whether two services stand in one row.
func (p Pos) SameRow(q Pos) bool { return p.Input == q.Input && p.Row == q.Row }

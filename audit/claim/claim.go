// Package claim holds the nouns of billing: the line and the small values it is made of.
//
// Every value is of fixed size, compares with ==, and is read exactly: money is whole cents,
// units are whole thousandths, dates are days. Text that does not read is an error that says
// what was expected and never repeats the text, because cells may be patient data.
package claim

import "fmt"

// FormatError says that a cell does not read as the value its column holds.
// It names what was expected and never the text, which may be patient data.
type FormatError struct {
	What     string // the value, in a biller's words: "date of service", "units"
	Expected string // what a right cell looks like
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s cannot be read: expected %s", e.What, e.Expected)
}

// Pos is where a row stands: the input it came from and its number as a spreadsheet shows it.
type Pos struct {
	Input int32 // index of the Source in the run
	Row   int32 // 1 is the first row of the sheet or file
}

// Before orders positions by input, then row.
func (p Pos) Before(q Pos) bool {
	if p.Input != q.Input {
		return p.Input < q.Input
	}
	return p.Row < q.Row
}

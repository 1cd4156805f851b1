// Package practice reads the files in which a practice keeps knowledge of its own, CSV or workbooks: rows
// below a header whose names are written as people write them. It knows no meaning of a column beyond
// that it may hold days.
package practice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"claimaudit/audit/claim"
	"claimaudit/audit/table"
	"claimaudit/parsers/grid"
)

// Form is what a file may hold.
type Form struct {
	What    string // as messages name it: notes
	Columns []Column
}

// Column is a column of a form.
type Column struct {
	Name  string   // in records
	Heads []string // how it may be headed, the first as it is printed; case, blanks and punctuation aside
	Key   bool     // tells the header: without it a row is none
	Must  bool     // a header has it
	Days  bool     // holds days, which a workbook may have as numbers
}

// File is a file as it was read: records of each sheet that holds the form, with all columns of the form
// in its order, blank where the file has none.
type File struct {
	Path, SHA256 string
	Records      []*table.Records
}

// Rows is how many rows the file has.
func (f *File) Rows() (n int) {
	for _, r := range f.Records {
		n += len(r.Rows)
	}
	return n
}

const (
	headRows    = 20      // a header is looked for in
	mostRows    = 20_000  // a file may have
	mostText    = 4_000   // characters in a cell
	maxUnpacked = 1 << 28 // bytes of a packed file
)

// Read reads the file at path. The error joins all that is wrong with it. Done, when it is closed, ends
// the wait for a pipe.
func (form *Form) Read(path string, done <-chan struct{}) (*File, error) {
	g, err := grid.Open(path, grid.Options{MaxUnpacked: maxUnpacked, Done: done, Header: form.isHeader})
	if err != nil {
		return nil, err
	}
	f, err := form.read(g)
	return f, errors.Join(err, g.Close())
}

func (form *Form) read(g *grid.File) (*File, error) {
	f := &File{Path: g.Name}
	var errs []error
	found := false
	for _, s := range g.Sheets {
		if s.Hidden {
			continue
		}
		r := &reading{form: form, at: table.At{File: g.Name}}
		if s.Name != "" {
			r.at.File += " sheet " + s.Name
		}
		r.epoch = claim.Epoch(g.Date1904)
		if err := r.sheet(s); err != nil {
			return nil, err
		}
		errs = append(errs, r.errs...)
		if found = found || r.records != nil; r.records != nil && !r.headless {
			f.Records = append(f.Records, r.records)
		}
	}
	f.SHA256 = g.SHA256()
	if !found {
		errs = append(errs, &table.Fault{At: table.At{File: g.Name}, What: fmt.Sprintf("holds no %s: none of its first %d rows is a header that has %s: expected heads among %s",
			form.What, headRows, strings.Join(form.heads(func(c *Column) bool { return c.Key }), ", "), strings.Join(form.heads(nil), ", "))})
	}
	return f, errors.Join(errs...)
}

// heads are the heads of the columns that are so; of all for nil.
func (form *Form) heads(so func(*Column) bool) (list []string) {
	for i := range form.Columns {
		if c := &form.Columns[i]; so == nil || so(c) {
			list = append(list, c.Heads[0])
		}
	}
	return list
}

// reading is a sheet on its way to records.
type reading struct {
	form    *Form
	at      table.At
	epoch   claim.Epoch
	seen    int   // rows looked at for a header
	columns []int // by the sheet's columns those of the form, -1 for none
	records *table.Records
	errs    []error
	// headless says that something is wrong with the header, so that the rows cannot be judged.
	headless bool
}

func (r *reading) fault(row int, column, format string, args ...any) {
	r.errs = append(r.errs, &table.Fault{At: table.At{File: r.at.File, Line: row}, Column: column, What: fmt.Sprintf(format, args...)})
}

func (r *reading) sheet(s *grid.Sheet) error {
	for block, err := range s.Blocks(context.Background()) {
		if err != nil {
			return err
		}
		for row := range block.Rows() {
			if more := r.row(row); !more {
				return nil
			}
		}
	}
	return nil
}

// row takes a row; false when no more are of use.
func (r *reading) row(row *grid.Row) bool {
	switch {
	case row.Err != nil:
		r.fault(row.Number, "", "cannot be split into cells: %v", row.Err)
		return true
	case blank(row):
		return true
	case r.records == nil:
		r.seen++
		r.header(row)
		return r.records != nil || r.seen < headRows
	case r.headless:
		return true
	case len(r.records.Rows) == mostRows:
		r.fault(row.Number, "", "is one row too many: a file has at most %d", mostRows)
		return false
	}
	r.take(row)
	return true
}

func blank(row *grid.Row) bool {
	for _, cell := range row.Each() {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// columnsOf are by cells the columns of the form that they are heads of, -1 for none; false where the cells are no
// header: fewer than half are heads, as in a row of text that has one of the names, or one by which it is known is
// missing.
func (form *Form) columnsOf(cells []string) ([]int, bool) {
	columns := make([]int, len(cells))
	known, heads := 0, 0
	for i, cell := range cells {
		if columns[i] = form.headed(cell); columns[i] >= 0 {
			known++
		}
		if strings.TrimSpace(cell) != "" {
			heads++
		}
	}
	if 2*known < heads {
		return nil, false
	}
	for i := range form.Columns {
		if form.Columns[i].Key && !slices.Contains(columns, i) {
			return nil, false
		}
	}
	return columns, true
}

func (form *Form) isHeader(cells []string) bool {
	_, is := form.columnsOf(cells)
	return is
}

// header takes the row as the header, if it is one.
func (r *reading) header(row *grid.Row) {
	columns, is := r.form.columnsOf(row.Cells)
	if !is {
		return
	}
	r.columns, r.records = columns, &table.Records{File: r.at.File}
	for i := range r.form.Columns {
		c := &r.form.Columns[i]
		if r.records.Header = append(r.records.Header, c.Name); c.Must && !slices.Contains(columns, i) {
			r.fault(row.Number, "", "the header has no column %s: add it", c.Heads[0])
		}
	}
	for i, c := range columns {
		switch {
		case c < 0 && strings.TrimSpace(row.Cells[i]) != "":
			r.fault(row.Number, "", "%s has the head %q, which no column of %s has: expected one of %s", letters(i), short(row.Cells[i]), r.form.What, strings.Join(r.form.heads(nil), ", "))
		case c >= 0 && slices.Index(columns, c) < i:
			r.fault(row.Number, r.form.Columns[c].Heads[0], "stands in the header twice (%s and %s): keep one", letters(slices.Index(columns, c)), letters(i))
		}
	}
	r.headless = len(r.errs) > 0
}

// headed is the column with this head; -1 for none.
func (form *Form) headed(head string) int {
	key := headKey(head)
	return slices.IndexFunc(form.Columns, func(c Column) bool {
		return key != "" && slices.ContainsFunc(c.Heads, func(h string) bool { return headKey(h) == key })
	})
}

// headKey is the letters and digits of a head, in small letters.
func headKey(head string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, head)
}

// take takes a row below the header.
func (r *reading) take(row *grid.Row) {
	cells := make([]string, len(r.form.Columns))
	for i, cell := range row.Each() {
		text := strings.Join(strings.FieldsFunc(cell, func(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }), " ")
		column := -1
		if i < len(r.columns) {
			column = r.columns[i]
		}
		switch {
		case text == "":
		case column < 0:
			if i >= len(r.columns) || strings.TrimSpace(text) != "" && r.columns[i] < 0 {
				r.fault(row.Number, "", "%s holds something and has no head that is known: put it below one, or empty it", letters(i))
			}
		default:
			cells[column] = r.cell(row, i, column, text)
		}
	}
	if slices.ContainsFunc(cells, func(cell string) bool { return cell != "" }) {
		r.records.Rows, r.records.Lines = append(r.records.Rows, cells), append(r.records.Lines, row.Number)
	}
}

// cell is the text of a cell: a day that a workbook has as a number as a day.
func (r *reading) cell(row *grid.Row, i, column int, text string) string {
	c := &r.form.Columns[column]
	kind := grid.Text
	if row.Kinds != nil {
		kind = row.Kinds[i]
	}
	switch {
	case len(text) > mostText:
		r.fault(row.Number, c.Heads[0], "has more than %d characters: shorten it", mostText)
		return ""
	case kind == grid.ErrorCell:
		r.fault(row.Number, c.Heads[0], "holds the error of a formula: type the value")
	case kind == grid.NoValue:
		r.fault(row.Number, c.Heads[0], "holds a formula without its value: open the file in a spreadsheet program and save it, or type the value")
	case kind == grid.Number && c.Days:
		day, err := claim.ParseSerial(text, r.epoch)
		if err != nil || day.Year() < 1980 {
			r.fault(row.Number, c.Heads[0], "%s is a number and no day: expected a date such as 2026-01-31", short(text))
			return ""
		}
		return day.String()
	}
	return text
}

// letters name a column as a spreadsheet does.
func letters(i int) string {
	name := ""
	for n := i + 1; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return "column " + name
}

// short is a text as a message shows it.
func short(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + ".."
	}
	return text
}

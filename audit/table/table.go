// Package table reads the tables of knowledge: CSV files with exactly the columns their row type
// has, in its order, and a source in every row. Call Must for a table that is part of the program,
// Each for one whose rows are typed one by one, and Bind for records that come from elsewhere.
//
// A row type is a struct of exported fields with csv tags, one a column. Further tags and types say
// the rest: `table:"key"` marks the columns in which no two rows may be the same (without any, rows
// that have a source each must differ in more than that); a field of type At is given the row's
// place; and a field `_ table.Source` with a says tag gives the source of all rows of a table.
package table

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/gocarina/gocsv"
)

// Error is a fault of a table, at the place where it stands.
type Error struct {
	File   string
	Line   int    // as an editor counts
	Column string // "" for the row as a whole
	Err    error
}

func (e *Error) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("%s line %d: %v", e.File, e.Line, e.Err)
	}
	return fmt.Sprintf("%s line %d: column %s %v", e.File, e.Line, e.Column, e.Err)
}

// Unwrap is the fault itself.
func (e *Error) Unwrap() error { return e.Err }

// Fault is what is wrong with a file that a practice wrote, at the place where its writer sees it.
type Fault struct {
	At     At     // the row as a spreadsheet shows it; 0 for the file or the sheet as a whole
	Column string // as it is headed; "" for the row as a whole
	What   string // what is wrong, what was expected, and what to do
}

func (f *Fault) Error() string {
	at := f.At.File
	if f.At.Line > 0 {
		at += fmt.Sprintf(" row %d", f.At.Line)
	}
	if f.Column != "" {
		at += ", column " + f.Column
	}
	return at + ": " + f.What
}

// Records are a table as text, before it is known what its columns mean. A file that a practice
// wrote becomes Records too, once its headers have been turned into names of columns.
type Records struct {
	File   string
	Header []string
	Rows   [][]string
	Lines  []int // of each row, as an editor counts
}

// Read reads a CSV file. All its records have as many cells as its header.
func Read(fsys fs.FS, name string) (*Records, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot open table %s: %w", name, err)
	}
	defer file.Close()
	in := csv.NewReader(file)
	r := &Records{File: name}
	for {
		record, err := in.Read()
		if err != nil {
			return r, r.end(err)
		}
		if r.Header == nil {
			r.Header = record
			continue
		}
		line, _ := in.FieldPos(0)
		r.Rows, r.Lines = append(r.Rows, record), append(r.Lines, line)
	}
}

// end is the fault with which reading ended; nil at the end of a file with a header.
func (r *Records) end(err error) error {
	parse := (*csv.ParseError)(nil)
	switch {
	case errors.Is(err, io.EOF) && r.Header == nil:
		return &Error{File: r.File, Line: 1, Err: errEmpty}
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &parse):
		return &Error{File: r.File, Line: parse.Line, Err: parse.Err}
	}
	return fmt.Errorf("cannot read table %s: %w", r.File, err)
}

var (
	errEmpty    = errors.New("the table is empty")
	errSource   = errors.New("is blank: every row says where it is from")
	errNoSource = errors.New("is missing, and the rows' type names no source for all of them")
)

// Bind makes a T of each record. It refuses a header that is not exactly that of T, a cell that T
// cannot hold, and a row whose key another has.
func Bind[T any](r *Records) ([]T, error) {
	f := formOf[T]()
	if err := f.checkHeader(r); err != nil {
		return nil, err
	}
	var rows []T
	if err := gocsv.UnmarshalCSV(&replay{r}, &rows); err != nil {
		return nil, r.locate(err)
	}
	if f.at != nil {
		for i := range rows {
			f.place(&rows[i], At{r.File, r.Lines[i]})
		}
	}
	return rows, f.checkKeys(r)
}

// Rows reads a table of knowledge: bound as Bind does, and with its sources.
func Rows[T any](fsys fs.FS, name string) ([]T, error) {
	rows, _, err := read[T](fsys, name)
	return rows, err
}

// Each reads a table of knowledge and hands its rows to add, one after the other. The error names
// every row that add refuses, and not the first alone.
func Each[T any](fsys fs.FS, name string, add func(T) error) error {
	rows, r, err := read[T](fsys, name)
	if err != nil {
		return err
	}
	var faults []error
	for i, row := range rows {
		if err := add(row); err != nil {
			faults = append(faults, &Error{File: name, Line: r.Lines[i], Err: err})
		}
	}
	return errors.Join(faults...)
}

func read[T any](fsys fs.FS, name string) ([]T, *Records, error) {
	r, err := Read(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	rows, err := Bind[T](r)
	if err == nil {
		err = formOf[T]().checkSources(r)
	}
	return rows, r, err
}

// replay hands records to gocsv, the header first.
type replay struct{ *Records }

func (p *replay) ReadAll() ([][]string, error) {
	return append([][]string{p.Header}, p.Rows...), nil
}

// Read is never called: gocsv takes the records all at once.
func (p *replay) Read() ([]string, error) { return nil, io.EOF }

// locate turns the place that gocsv gives, which counts records, into the line and the column.
func (r *Records) locate(err error) error {
	if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
		return &Error{File: r.File, Line: r.Lines[parse.Line-2], Column: r.Header[parse.Column-1], Err: parse.Err}
	}
	return fmt.Errorf("cannot bind table %s: %w", r.File, err)
}

// At is where a row stands. A row type with a field of it can name its place in an error of its own.
type At struct {
	File string
	Line int
}

// Wrap is the fault err at this place.
func (a At) Wrap(err error) error { return &Error{File: a.File, Line: a.Line, Err: err} }

func (a At) String() string { return fmt.Sprintf("%s line %d", a.File, a.Line) }

// Source is the type of the blank field whose says tag tells where all rows of a table are from.
type Source struct{}

// Sum is the SHA-256 of a file, in hex.
func Sum(fsys fs.FS, name string) (string, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return "", fmt.Errorf("cannot read table %s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

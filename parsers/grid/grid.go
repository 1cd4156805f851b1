// Package grid turns the bytes of an export into positioned rows of text. It knows files, encodings,
// delimiters, sheets and damage, and nothing of billing.
//
// Open a file, walk the Blocks of each of its Sheets, and the Rows of each block; rows of different
// blocks may be walked at the same time. A file is read to its end or refused with a DamageError:
// fewer rows than it holds are never handed out without an error.
package grid

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// Row is one record. Its cells are parts of the block's text and may be kept; the slice of them is
// used again for the next row. A blank record of text is a row, a blank row of a workbook is not:
// there the numbers go on behind it.
type Row struct {
	Number  int      // as a spreadsheet shows it: blank and title rows count, a line break in quotes and a sep= line do not
	Line    int      // physical line of a text file; 0 in a workbook
	Cells   []string // as written, less quotes; a row may be shorter or longer than the header
	Kinds   []Kind   // what each cell of a workbook holds; nil for text
	Held    []int    // in a workbook the columns of the cells that are there, in order: the others are blank; nil for text
	Hidden  bool     // in a workbook
	Wrapped bool     // a cell of delimited text has a line break in it
	Place   string   // where it stands, of a form in which rows are not counted; "" elsewhere
	Err     error    // the record cannot be split; Cells then hold what came before the fault
}

// Each yields the cells that may hold something, with their columns: of a workbook's row those that are
// there, however far to the right they stand.
func (r *Row) Each() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for _, i := range r.Held {
			if !yield(i, r.Cells[i]) {
				return
			}
		}
		for i := 0; r.Held == nil && i < len(r.Cells); i++ {
			if !yield(i, r.Cells[i]) {
				return
			}
		}
	}
}

// Copy makes the row one like another, with cells of its own, in the room that it has from before.
func (r *Row) Copy(from *Row) {
	before := *r
	*r = *from
	if from.Held == nil {
		r.Cells, r.Kinds = append(before.Cells[:0], from.Cells...), append(before.Kinds[:0], from.Kinds...)
		if from.Kinds == nil {
			r.Kinds = nil
		}
		return
	}
	before.clear()
	n := len(from.Cells)
	r.Cells, r.Kinds = slices.Grow(before.Cells[:0], n)[:n], slices.Grow(before.Kinds[:0], n)[:n]
	r.Held = append(before.Held[:0], from.Held...)
	for _, i := range r.Held {
		r.Cells[i], r.Kinds[i] = from.Cells[i], from.Kinds[i]
	}
}

// clear makes the cells of a workbook's row blank.
func (r *Row) clear() {
	for _, i := range r.Held {
		r.Cells[i], r.Kinds[i] = "", Text
	}
}

// Fill puts a cell into a row of its own cells.
func (r *Row) Fill(column int, text string, kind Kind) {
	for len(r.Cells) <= column {
		r.Cells = append(r.Cells, "")
		if r.Kinds != nil {
			r.Kinds = append(r.Kinds, Text)
		}
	}
	r.Cells[column] = text
	if r.Kinds != nil {
		r.Kinds[column] = kind
	}
	if at, found := slices.BinarySearch(r.Held, column); r.Held != nil && !found {
		r.Held = slices.Insert(r.Held, at, column)
	}
}

// Kind is what a cell of a workbook holds.
type Kind uint8

// The kinds of cells.
const (
	Text Kind = iota
	Number
	Bool
	ErrorCell // #N/A, #REF! and the like
	NoValue   // a formula without its value: the workbook was written by a program and never opened
)

// Options are how a file is to be opened.
type Options struct {
	// MaxUnpacked is the most a packed file may unpack to; 0 is 64 GiB, and 4 GiB for a part of a workbook.
	MaxUnpacked int64
	// Done, when it is closed, ends the wait for a stream or a pipe that sends nothing; nil waits for ever.
	Done <-chan struct{}
	// Header, when not nil, tells whether cells are the header of what is looked for: text is then parted by the
	// delimiter under which one of its first rows is, whatever else stands in its cells.
	Header func(cells []string) bool

	block int // bytes of text read at a time; 0 is blockSize
}

// File is an open export.
type File struct {
	Name      string
	Format    string       // "csv", "fixed", "xlsx", "xml", "html" or "x12"
	Encoding  string       // of a text file, with what was odd about it; complete once its rows are read
	Delimiter rune         // of a text file
	Unended   bool         // a text file whose last record has no line end; complete once its rows are read
	Date1904  bool         // a workbook that counts dates from 1904
	Unread    []*KindError // parts of another kind that are not read; complete once its rows are read
	Notes     Notes        // what else was odd about it; complete once its rows are read
	Sheets    []*Sheet

	sha   func() string
	close func() error
}

// SHA256 is the hash of the file's bytes as they lie on the disk, in hex; of a text file once all
// rows are read.
func (f *File) SHA256() string { return f.sha() }

// Close releases the file, and the private copy of a workbook that came packed or as a stream.
func (f *File) Close() error { return f.close() }

// Sheet is one table of a file: a text file has one, without a name.
type Sheet struct {
	Name   string
	Hidden bool

	// Complete once the sheet's rows are read.
	HiddenColumns []int // 0 is the first
	Merged        []Area

	blocks func(ctx context.Context) iter.Seq2[*Block, error]
}

// Area is a block of cells of a sheet: rows as a spreadsheet shows them, columns from 0.
type Area struct{ FirstRow, FirstColumn, LastRow, LastColumn int }

// Blocks cuts the sheet into blocks at the ends of records, in order. One goroutine walks it, and
// once: text comes as a stream. Its last step may be an error, and the block with it is nil.
func (s *Sheet) Blocks(ctx context.Context) iter.Seq2[*Block, error] { return s.blocks(ctx) }

// NewSheet is a sheet without a name whose rows are made of another's: blocks walks it once.
func NewSheet(blocks func(ctx context.Context) iter.Seq2[*Block, error]) *Sheet {
	return &Sheet{blocks: blocks}
}

// Block is a run of whole records.
type Block struct {
	rows  func(yield func(*Row) bool)
	wordy func() bool // nil where no row can be a header
	bytes int64
}

// NewBlock is a block of rows that stand for so many bytes of the file; they may be walked more than once,
// and none of them is a header.
func NewBlock(rows iter.Seq[*Row], bytes int64) *Block { return &Block{rows: rows, bytes: bytes} }

// Rows are the block's records in order; it may be walked more than once.
func (b *Block) Rows() iter.Seq[*Row] { return b.rows }

// Bytes is how much of the file the block stands for; those of all blocks add up to what was read.
func (b *Block) Bytes() int64 { return b.bytes }

// Notes are what is to be said of a file, each with how often it was met and where first.
type Notes struct{ list []noted }

type noted struct {
	what  string
	times int
	first int // the segment; 0 when it is said of the whole file
}

// Add notes what was met in a segment; 0 stands for the file as a whole.
func (n *Notes) Add(what string, segment int) {
	for i := range n.list {
		if n.list[i].what == what {
			n.list[i].times++
			return
		}
	}
	n.list = append(n.list, noted{what, 1, segment})
}

// Texts are the notes as sentences.
func (n *Notes) Texts() (texts []string) {
	for _, note := range n.list {
		switch {
		case note.first > 0 && note.times > 1:
			note.what += fmt.Sprintf(" (%d, the first is segment %d)", note.times, note.first)
		case note.first > 0:
			note.what += fmt.Sprintf(" (segment %d)", note.first)
		}
		texts = append(texts, note.what)
	}
	return texts
}

// DamageError is a file that cannot be read to its end, and where.
type DamageError struct {
	File  string
	Sheet string
	Row   int // as a spreadsheet shows it; 0 when not known
	Line  int // physical line of a text file; 0 in a workbook
	What  string
	Err   error
}

func (e *DamageError) Error() string {
	where := e.File
	if e.Sheet != "" {
		where += " sheet " + e.Sheet
	}
	if e.Row > 0 {
		where += fmt.Sprintf(" row %d", e.Row)
	}
	if e.Line > 0 {
		where += fmt.Sprintf(" (line %d of the file)", e.Line)
	}
	return where + ": " + e.What
}

// Unwrap is the cause, when another error told of it.
func (e *DamageError) Unwrap() error { return e.Err }

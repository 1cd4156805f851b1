package grid

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// office is an open workbook in the XML of Excel 2003, mostly named .xls: all sheets in one file. It is
// kept in a private file, so that each sheet is read from where it begins.
type office struct {
	file *File
	in   io.ReaderAt
	size int64
	note *encoding
}

// openOffice finds the sheets of the workbook that t turned out to be.
func openOffice(s *source, t *text) (*File, error) {
	f := t.file
	f.Format = "xml"
	if err := s.spool(t.in); err != nil {
		return nil, fmt.Errorf("%s: cannot keep a copy of the workbook: %w", s.name, cause(err))
	}
	size, err := s.file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, cause(err))
	}
	o := &office{file: f, in: s.file, size: size, note: &t.note}
	if err := o.from(0, func(x *xmlReader) error {
		return x.document("Workbook", func(name string) error { return o.part(x, name) })
	}); err != nil {
		return nil, o.damage("", 0, err)
	}
	f.Encoding = t.note.String()
	return f, nil
}

// from reads the file from a place on.
func (o *office) from(start int64, read func(*xmlReader) error) error {
	x := newXML(bufio.NewReaderSize(io.NewSectionReader(o.in, start, o.size-start), sniffSize), xmlWindow)
	x.any = true
	return read(x)
}

// part looks at what stands in the workbook: its settings and its sheets.
func (o *office) part(x *xmlReader, name string) error {
	switch name {
	case "ExcelWorkbook":
		return x.children(func(name string) error {
			o.file.Date1904 = o.file.Date1904 || name == "Date1904"
			return x.skip()
		})
	case "Worksheet":
		return o.sheet(x)
	}
	return x.skip()
}

// maxSheets is the most sheets a workbook may have: more are made to fill the memory.
const maxSheets = 4096

// sheet notes where a sheet begins, and whether it is hidden, which stands behind its cells.
func (o *office) sheet(x *xmlReader) error {
	name, err := x.attrText("Name")
	switch {
	case err != nil:
		return err
	case len(o.file.Sheets) == maxSheets:
		return fmt.Errorf("the workbook has more than %d sheets", maxSheets)
	}
	start, s := x.start, &Sheet{Name: string(o.note.text([]byte(name)))}
	s.blocks = func(ctx context.Context) iter.Seq2[*Block, error] {
		return func(yield func(*Block, error) bool) { finish(ctx, o.rows(ctx, s, start, yield), yield) }
	}
	o.file.Sheets = append(o.file.Sheets, s)
	return x.children(func(name string) error {
		if name != "WorksheetOptions" {
			return x.skip()
		}
		return x.children(func(name string) error {
			if name != "Visible" {
				return x.skip()
			}
			state, err := x.words(nil)
			s.Hidden = bytes.HasPrefix(bytes.TrimSpace(state), []byte("SheetHidden")) || bytes.HasPrefix(bytes.TrimSpace(state), []byte("SheetVeryHidden"))
			return err
		})
	})
}

// rows walks a sheet's table.
func (o *office) rows(ctx context.Context, sheet *Sheet, start int64, yield func(*Block, error) bool) error {
	sheet.HiddenColumns, sheet.Merged = nil, nil
	r := &officeReader{sheet: sheet, note: o.note}
	r.send, r.block, r.took = sender(yield), &sheetBlock{}, func() int64 { return 0 }
	err := o.from(start, func(x *xmlReader) error {
		r.x = x
		told := int64(0)
		r.took = func() int64 {
			now := x.base + int64(x.at)
			defer func() { told = now }()
			return now - told
		}
		if e, err := x.next(); err != nil || e != opened {
			return errors.Join(err, errXML)
		}
		return x.children(func(name string) error {
			if name != "Table" {
				return x.skip()
			}
			return x.children(func(name string) error { return r.part(ctx, name) })
		})
	})
	if err == nil {
		err = r.flush()
	}
	o.file.Encoding = o.note.String()
	if err == nil || errors.Is(err, errStop) || ctx.Err() != nil {
		return err
	}
	return o.damage(sheet.Name, r.number, err)
}

func (o *office) damage(sheet string, row int, err error) error {
	return &DamageError{File: o.file.Name, Sheet: sheet, Row: row, What: err.Error() + ": open it in a spreadsheet program and " + saveAs, Err: err}
}

// officeReader turns a sheet's table into blocks of rows.
type officeReader struct {
	rowBuilder
	x       *xmlReader
	sheet   *Sheet
	note    *encoding
	columns int
	start   int // in the text, where the row begins
}

func (r *officeReader) part(ctx context.Context, name string) error {
	switch name {
	case "Column":
		return r.hiddenColumns()
	case "Row":
		if err := r.row(); err != nil {
			return err
		}
		return r.full(ctx)
	}
	return r.x.skip()
}

// index is the place of the element just opened: where it says, or behind the one before; both count from 1.
func (r *officeReader) index(before, most int) (int, error) {
	at := before + 1
	if said := r.x.own("Index"); said != nil {
		n, err := strconv.Atoi(string(said))
		if err != nil || n < at {
			return 0, errors.New("a row or a cell stands in a wrong place")
		}
		at = n
	}
	if at > most {
		return 0, errors.New("a row or a cell stands beyond the last of a sheet")
	}
	return at, nil
}

// more is how many more an attribute says that the element stands for.
func (r *officeReader) more(name string, most int) int {
	n, err := strconv.Atoi(string(r.x.own(name)))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, most)
}

func (r *officeReader) hiddenColumns() error {
	at, err := r.index(r.columns, lastColumn)
	if err != nil {
		return err
	}
	last := at + r.more("Span", lastColumn-at)
	if string(r.x.own("Hidden")) == "1" {
		for c := at; c <= last; c++ {
			r.sheet.HiddenColumns = append(r.sheet.HiddenColumns, c-1)
		}
	}
	r.columns = last
	return r.x.skip()
}

func (r *officeReader) row() error {
	at, err := r.index(r.number, lastRow)
	if err != nil {
		return err
	}
	r.number, r.column, r.start = at, 0, len(r.text)
	span, hidden, first := r.more("Span", lastRow-at), string(r.x.own("Hidden")) == "1", len(r.block.cells)
	err = r.x.children(func(name string) error {
		if name != "Cell" {
			return r.x.skip()
		}
		return r.cell()
	})
	r.endRow(first, hidden)
	r.number += span // which only rows without cells have
	return err
}

// endRow keeps the row whose cells begin with the block's n-th, unless it has none.
func (s *rowBuilder) endRow(n int, hidden bool) {
	if len(s.block.cells) > n {
		s.block.rows = append(s.block.rows, sheetRow{number: s.number, end: len(s.block.cells), hidden: hidden})
	}
}

// cell reads a cell; one that is merged with others stands for the first of them.
func (r *officeReader) cell() error {
	at, err := r.index(r.column, lastColumn)
	if err != nil {
		return err
	}
	formula := r.x.own("Formula") != nil
	across, down := r.more("MergeAcross", lastColumn-at), r.more("MergeDown", lastRow-r.number)
	if across+down > 0 && len(r.sheet.Merged) < lastRow {
		r.sheet.Merged = append(r.sheet.Merged, Area{r.number, at - 1, r.number + down, at - 1 + across})
	}
	value := false
	err = r.x.children(func(name string) error {
		switch {
		case name != "Data":
			return r.x.skip()
		case value:
			return errors.New("the row holds a cell with two values")
		}
		value = true
		return r.data(at - 1)
	})
	if formula && !value {
		r.keep(sheetCell{at: uint32(len(r.text)), column: uint16(at - 1), kind: NoValue})
	}
	r.column = at + across
	return err
}

func (s *rowBuilder) keep(c sheetCell) {
	s.block.cells = append(s.block.cells, c)
	s.block.width = max(s.block.width, int(c.column)+1)
}

// data keeps a value as its type says.
func (r *officeReader) data(column int) (err error) {
	kind := string(r.x.own("Type"))
	c := sheetCell{column: uint16(column), at: uint32(len(r.text))}
	if r.text, err = r.x.allWords(r.text); err != nil {
		return err
	}
	raw := r.text[c.at:]
	switch kind {
	case "Number":
		if raw = trimmed(raw); len(raw) > 0 && numeric(raw) {
			c.kind, raw = Number, digits(raw)
		}
	case "DateTime":
		raw = append(raw[:0], moment(strings.TrimSpace(string(raw)))...)
	case "Boolean":
		c.kind = Bool
		if i := slices.Index([]string{"0", "1"}, string(bytes.TrimSpace(raw))); i >= 0 {
			raw = append(raw[:0], [...]string{"FALSE", "TRUE"}[i]...)
		}
	case "Error":
		c.kind = ErrorCell
	}
	r.put(c, r.note.text(raw))
	if len(r.text)-r.start > maxRecord {
		return errors.New("the row is over 64 MiB long")
	}
	return nil
}

// moment is a date as a sheet shows it: without a time where that is midnight. What is no date stays as it is.
func moment(said string) string {
	if day := strings.TrimSuffix(strings.TrimSuffix(said, ".000"), "T00:00:00"); day != "" {
		return day
	}
	return said
}

// put keeps a cell with its text, unless there is none.
func (s *rowBuilder) put(c sheetCell, text []byte) {
	s.text = append(s.text[:c.at], text...)
	if c.size = uint32(len(s.text)) - c.at; c.size > 0 {
		s.keep(c)
	}
}

// allWords appends the text of the element just opened and of all in it: marks of letters in bold and the
// like.
func (x *xmlReader) allWords(to []byte) ([]byte, error) {
	for depth := 1; depth > 0; {
		e, err := x.next()
		switch {
		case err != nil:
			return to, err
		case e == opened:
			depth++
		case e == closed:
			depth--
		case x.plain:
			to = append(to, x.text...)
		default:
			if to, err = entities(to, x.text); err != nil {
				return to, err
			}
		}
	}
	return to, nil
}

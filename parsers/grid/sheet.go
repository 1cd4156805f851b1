package grid

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// The size of a sheet, and of the blocks it is cut into.
const (
	lastRow      = 1 << 20
	lastColumn   = 1 << 14
	rowsPerBlock = 2048
	textPerBlock = 1 << 20
)

// sheetReader turns a sheet's part into blocks of rows.
type sheetReader struct {
	rowBuilder
	x     *xmlReader
	sheet *Sheet
}

// rowBuilder collects the rows of a sheet into blocks.
type rowBuilder struct {
	texts *texts
	took  func() int64 // bytes of the file unpacked since it was last asked

	number int // of the row being read
	column int // where the next cell stands unless it says otherwise
	block  *sheetBlock
	text   []byte // what the block's text will be
	send   func(*Block) error
}

// sheetBlock is some rows of a sheet. Their blank cells are not kept.
type sheetBlock struct {
	text  string
	texts *texts
	cells []sheetCell
	rows  []sheetRow
	width int // behind the last column of all rows
}

type sheetRow struct {
	number, end int // end is behind its last cell
	hidden      bool
}

type sheetCell struct {
	at, size uint32 // in the block's text, or at is the number of a shared one
	column   uint16
	kind     Kind
	shared   bool
}

func (b *sheetBlock) each(yield func(*Row) bool) {
	r := Row{Cells: make([]string, b.width), Kinds: make([]Kind, b.width)}
	cells, kinds, first := r.Cells, r.Kinds, 0
	for _, row := range b.rows {
		r.clear() // and no more: one cell in column XFD has 16,383 blank ones before it
		r = Row{Number: row.number, Hidden: row.hidden, Held: r.Held[:0]}
		for _, c := range b.cells[first:row.end] {
			cells[c.column], kinds[c.column] = b.value(c), c.kind
			r.Held = append(r.Held, int(c.column))
		}
		first = row.end
		width := r.Held[len(r.Held)-1] + 1
		r.Cells, r.Kinds = cells[:width], kinds[:width]
		if !yield(&r) {
			return
		}
	}
}

func (b *sheetBlock) value(c sheetCell) string {
	if c.shared {
		return b.texts.at(int(c.at))
	}
	return b.text[c.at : c.at+c.size]
}

// errStop ends the reading where the caller wants no more.
var errStop = errors.New("no more rows are wanted")

// read reads the whole part.
func (s *sheetReader) read(ctx context.Context) error {
	s.block = &sheetBlock{texts: s.texts}
	found := false
	err := s.x.document("worksheet", func(name string) error {
		switch {
		case name == "cols":
			return s.x.children(s.columns)
		case name == "mergeCells":
			return s.x.children(s.merged)
		case name != "sheetData":
			return s.x.skip()
		case found:
			return errors.New("the sheet holds its cells twice")
		}
		found = true
		return s.rows(ctx)
	})
	switch {
	case err != nil:
		return err
	case !found:
		return errors.New("the sheet holds no place for cells")
	}
	return s.flush()
}

// columns notes the hidden ones among those that the element just opened describes.
func (s *sheetReader) columns(string) error {
	if s.x.isSet("hidden") {
		first, err1 := strconv.Atoi(string(s.x.attr("min")))
		last, err2 := strconv.Atoi(string(s.x.attr("max")))
		if err1 == nil && err2 == nil {
			for c := max(first, 1); c <= min(last, lastColumn) && len(s.sheet.HiddenColumns) < lastColumn; c++ {
				s.sheet.HiddenColumns = append(s.sheet.HiddenColumns, c-1)
			}
		}
	}
	return s.x.skip()
}

// merged notes the cells that the element just opened makes one.
func (s *sheetReader) merged(string) error {
	first, last, _ := bytes.Cut(s.x.attr("ref"), []byte{':'})
	c1, r1, ok1 := position(first)
	c2, r2, ok2 := position(last)
	if ok1 && ok2 && len(s.sheet.Merged) < lastRow {
		s.sheet.Merged = append(s.sheet.Merged, Area{r1, c1, r2, c2})
	}
	return s.x.skip()
}

// children hands the name of each element in the one just opened to see, which reads it to its end.
func (x *xmlReader) children(see func(name string) error) error {
	for {
		e, err := x.next()
		if err != nil || e == closed {
			return err
		}
		if e == content {
			if !blank(x.text) {
				return errXML
			}
			continue
		}
		if err := see(x.element()); err != nil {
			return err
		}
	}
}

// element is the name of the element; those of which there are many cost nothing.
func (x *xmlReader) element() string {
	switch string(x.name) {
	case "row":
		return "row"
	case "c":
		return "c"
	case "si":
		return "si"
	}
	return string(x.name)
}

// document reads a part to its end: children hands out what is in the outermost element, which
// must be called root.
func (x *xmlReader) document(root string, see func(name string) error) error {
	for {
		switch e, err := x.next(); {
		case err != nil:
			return err
		case e == atEnd:
			return nil
		case e != opened || string(x.name) != root:
			return fmt.Errorf("the part is not a %s", root)
		}
		if err := x.children(see); err != nil {
			return err
		}
	}
}

func (s *sheetReader) rows(ctx context.Context) error {
	return s.x.children(func(name string) error {
		if name != "row" {
			return fmt.Errorf("the sheet holds an element among its rows that is not known: %.40q", name)
		}
		if err := s.row(); err != nil {
			return err
		}
		return s.full(ctx)
	})
}

// full sends the rows so far when they are many.
func (s *rowBuilder) full(ctx context.Context) error {
	if len(s.block.rows) < rowsPerBlock && len(s.text) < textPerBlock {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.flush()
}

// flush sends the rows so far as a block.
func (s *rowBuilder) flush() error {
	b := s.block
	if len(b.rows) == 0 {
		return nil
	}
	b.text = unsafe.String(unsafe.SliceData(s.text), len(s.text))
	s.block = &sheetBlock{texts: s.texts, cells: make([]sheetCell, 0, len(b.cells)), rows: make([]sheetRow, 0, len(b.rows))}
	s.text = make([]byte, 0, len(s.text)+len(s.text)/8)
	return s.send(&Block{rows: b.each, wordy: b.wordy, bytes: s.took()})
}

func (s *sheetReader) row() error {
	number := s.number + 1
	if r := s.x.attr("r"); r != nil {
		n, err := strconv.Atoi(string(r))
		if err != nil || n < number {
			return errors.New("the rows below this one are not in order")
		}
		number = n
	}
	if number > lastRow {
		return errors.New("a row below this one stands beyond row 1,048,576, the last of a sheet")
	}
	s.number, s.column = number, 0
	hidden := s.x.isSet("hidden")
	first, start := len(s.block.cells), len(s.text)
	err := s.x.children(func(name string) error {
		switch name {
		case "c":
			return s.cell(start)
		case "extLst":
			return s.x.skip()
		}
		return fmt.Errorf("the row holds an element that is not known: %.40q", name)
	})
	if err == nil && len(s.block.cells) > first {
		s.block.rows = append(s.block.rows, sheetRow{number: number, end: len(s.block.cells), hidden: hidden})
	}
	return err
}

// cellType is how a cell says what its value is.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeWords // written in the cell, or made by a formula, or an ISO date
	typeBool
	typeError
	typeUnknown
)

func typeOf(t []byte) cellType {
	switch string(t) {
	case "", "n":
		return typeNumber
	case "s":
		return typeShared
	case "inlineStr", "str", "d":
		return typeWords
	case "b":
		return typeBool
	case "e":
		return typeError
	}
	return typeUnknown
}

// cell reads a cell of the row whose text begins at rowStart.
func (s *sheetReader) cell(rowStart int) error {
	typ := typeOf(s.x.attr("t"))
	if typ == typeUnknown {
		return errors.New("the row holds a cell of a type that is not known")
	}
	if err := s.place(); err != nil {
		return err
	}
	start := len(s.text)
	var value, formula bool
	for {
		e, err := s.x.next()
		if err != nil {
			return err
		}
		switch e {
		case closed:
			if len(s.text)-rowStart > maxRecord {
				return errors.New("the row is over 64 MiB long")
			}
			return s.put(typ, start, value, formula)
		case content:
			if !blank(s.x.text) {
				return errXML
			}
			continue
		}
		switch string(s.x.name) {
		case "v", "is":
			if value {
				return errors.New("the row holds a cell with two values")
			}
			value = true
			if s.x.name[0] == 'v' {
				s.text, err = s.x.words(s.text)
			} else {
				typ = typeWords
				s.text, err = s.x.rich(s.text)
			}
		case "f":
			formula = true
			err = s.x.skip()
		case "extLst":
			err = s.x.skip()
		default:
			err = fmt.Errorf("the row holds a cell with an element that is not known: %.40q", s.x.name)
		}
		if err != nil {
			return err
		}
	}
}

// place finds the column of the cell: where it says, or behind the one before.
func (s *sheetReader) place() error {
	if ref := s.x.attr("r"); ref != nil {
		column, row, ok := position(ref)
		if !ok || column < s.column || row != s.number {
			return errors.New("the row holds a cell in a wrong place")
		}
		s.column = column
	}
	if s.column >= lastColumn {
		return errors.New("the row holds a cell beyond column XFD, the last of a sheet")
	}
	s.column++
	return nil
}

// position reads a reference such as AB12; the column counts from 0.
func position(ref []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i]|0x20 >= 'a' && ref[i]|0x20 <= 'z' && i < 4; i++ {
		column = column*26 + int(ref[i]|0x20-'a') + 1
	}
	digits := ref[i:]
	if i == 0 || len(digits) == 0 || len(digits) > 7 {
		return 0, 0, false
	}
	for _, b := range digits {
		if b < '0' || b > '9' {
			return 0, 0, false
		}
		row = row*10 + int(b-'0')
	}
	return column - 1, row, true
}

// put keeps the cell whose value is the text from start on.
func (s *sheetReader) put(typ cellType, start int, value, formula bool) error {
	c := sheetCell{column: uint16(s.column - 1), at: uint32(start)}
	raw := s.text[start:]
	switch {
	case formula && (!value || typ == typeNumber && blank(raw)):
		raw = raw[:0]
		c.kind = NoValue
	case !value:
		return nil
	case typ == typeShared:
		n, err := strconv.ParseUint(string(bytes.TrimSpace(raw)), 10, 31)
		if err != nil || int(n) >= s.texts.len() {
			return errors.New("the row holds a cell whose text is not in the workbook")
		}
		c.at, c.shared = uint32(n), true
		raw = raw[:0]
	case typ == typeNumber:
		raw = trimmed(raw)
		if len(raw) == 0 {
			return nil
		}
		if numeric(raw) {
			c.kind, raw = Number, digits(raw)
		}
	case typ == typeBool:
		c.kind = Bool
		switch string(trimmed(raw)) {
		case "1", "true":
			raw = append(raw[:0], "TRUE"...)
		case "0", "false":
			raw = append(raw[:0], "FALSE"...)
		}
	case typ == typeError:
		c.kind = ErrorCell
	default:
		raw = controls(raw)
	}
	if !utf8.Valid(raw) {
		return errEncoding
	}
	s.text = append(s.text[:start], raw...)
	c.size = uint32(len(s.text) - start)
	s.keep(c)
	return nil
}

// trimmed is the text without the blanks around it, at the same place.
func trimmed(raw []byte) []byte { return append(raw[:0], bytes.TrimSpace(raw)...) }

// numeric tells whether a value is written as a number; what is not stays text.
func numeric(v []byte) bool {
	if len(v) < 16 { // as most are: digits alone
		plain := true
		for _, b := range v {
			plain = plain && b >= '0' && b <= '9'
		}
		if plain {
			return true
		}
	}
	switch v[len(v)-1] | 0x20 {
	case 'n', 'f', 'y', '_', 'p': // NaN, Inf, Infinity
		return false
	}
	_, err := strconv.ParseFloat(string(v), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// digits writes out a whole number that a program stored as 1.2345E7: in a workbook no digit of it is lost,
// unlike in text that shows such a number.
func digits(v []byte) []byte {
	if bytes.IndexByte(v, 'E') < 0 && bytes.IndexByte(v, 'e') < 0 {
		return v
	}
	const most = 1e15 // from here on writers round to fifteen digits
	n, err := strconv.ParseFloat(string(v), 64)
	if err != nil || n != math.Trunc(n) || math.Abs(n) >= most {
		return v
	}
	return strconv.AppendInt(v[:0], int64(n), 10)
}

// texts are the shared strings of a workbook, one behind the other.
type texts struct {
	text string
	ends []uint32
}

func (t *texts) len() int { return len(t.ends) }

func (t *texts) at(i int) string {
	if i == 0 {
		return t.text[:t.ends[0]]
	}
	return t.text[t.ends[i-1]:t.ends[i]]
}

// readTexts reads the part of the shared strings.
func readTexts(ctx context.Context, x *xmlReader) (*texts, error) {
	t := &texts{}
	var text []byte
	err := x.document("sst", func(name string) (err error) {
		if name != "si" {
			return x.skip()
		}
		start := len(text)
		if text, err = x.rich(text); err != nil {
			return err
		}
		if !utf8.Valid(text[start:]) {
			return errEncoding
		}
		text = text[:start+len(controls(text[start:]))]
		t.ends = append(t.ends, uint32(len(text)))
		if len(t.ends)%rowsPerBlock == 0 {
			return ctx.Err()
		}
		return nil
	})
	t.text = unsafe.String(unsafe.SliceData(text), len(text))
	return t, err
}

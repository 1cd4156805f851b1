package grid

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unsafe"
)

const (
	blockSize = 1 << 20
	maxRecord = 64 << 20 // a record longer than this is a fault of the file
)

// text reads delimited text block by block. Its line ends are turned into LF or CRLF on the way,
// so that all below knows only those.
type text struct {
	file  *File
	in    *bufio.Reader
	meter *meter
	note  encoding
	comma byte
	fixed *layout // of text in columns of a fixed width; nil where cells are parted by comma
	row   int     // number of the next record
	line  int     // physical line it begins on
	told  int64   // bytes of the file that blocks stand for so far
	block int     // bytes read at a time
	begun bool
}

func openText(s *source, in *bufio.Reader, head []byte) (*File, error) {
	t := &text{file: &File{Name: s.name, Format: "csv"}, in: in, meter: s.meter, row: 1, line: 1, block: s.options.block}
	if t.block == 0 {
		t.block = blockSize
	}
	if order, name := wideOrder(head); order != nil {
		t.note.wide = name
		t.in = bufio.NewReaderSize(&wideReader{r: in, order: order, note: &t.note}, sniffSize)
	} else if err := mostlyNuls(s.name, head); err != nil {
		return nil, err
	}
	t.in = bufio.NewReaderSize(&withoutNuls{r: t.in, note: &t.note}, sniffSize)
	sample, err := t.start(s)
	switch {
	case err != nil:
		return nil, err
	case isX12(sample):
		return openSegments(t, sample)
	}
	if m := markupOf(sample); m != nil && m.open != nil {
		return m.open(s, t)
	} else if m != nil {
		return nil, m.refuse(s.name)
	}
	if sample, err = t.unwrap(sample); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, cause(err))
	}
	if err := t.begin(s, sample); err != nil {
		return nil, err
	}
	t.file.Delimiter = rune(t.comma)
	t.file.Encoding = t.note.String()
	t.file.Sheets = []*Sheet{{blocks: t.blocks}}
	return t.file, nil
}

// start is the beginning of the text, behind a byte order mark.
func (t *text) start(s *source) ([]byte, error) {
	sample, err := s.peek(t.in)
	if err == nil && bytes.HasPrefix(sample, utf8BOM) {
		sample = sample[t.pass(len(utf8BOM)):]
	}
	return sample, err
}

// begin looks at the first records, and passes over what is not part of them.
func (t *text) begin(s *source, sample []byte) error {
	if err := notTable(s.name, sample); err != nil {
		return err
	}
	t.note.mac = bytes.IndexByte(sample, '\r') >= 0 && bytes.IndexByte(sample, '\n') < 0
	sample = bytes.Clone(sample)
	lineEnds(sample, '\n')
	first, _, _ := bytes.Cut(sample, []byte{'\n'})
	if comma, ok := separator(first); ok {
		t.comma, t.line = comma, 2
		t.pass(min(len(first)+1, len(sample)))
		return nil
	}
	var headed bool
	if t.comma, headed = headedBy(string(sample), s.options.Header); headed {
		return nil
	}
	var err error
	if t.fixed, err = layoutOf(string(sample), len(sample) < sniffSize); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if t.fixed != nil {
		t.file.Format = "fixed"
		t.file.Notes.Add(fmt.Sprintf("text in columns of a fixed width, cut as the header in row %d and the lines below it agree", t.fixed.header), 0)
		return nil
	}
	t.comma = delimiterOf(string(sample))
	return nil
}

// pass drops bytes that were peeked at.
func (t *text) pass(n int) int {
	n, _ = t.in.Discard(n)
	return n
}

// blocks cuts the text at the ends of records.
func (t *text) blocks(ctx context.Context) iter.Seq2[*Block, error] {
	return func(yield func(*Block, error) bool) {
		if t.begun {
			yield(nil, errors.New("the rows of "+t.file.Name+" were read before: text comes as a stream"))
			return
		}
		t.begun = true
		var carry []byte
		for {
			block, rest, end, err := t.next(ctx, carry)
			if err != nil {
				yield(nil, err)
				return
			}
			if block != nil && !yield(block, nil) || end {
				return
			}
			carry = rest
		}
	}
}

// next makes a block of the whole records in the carry and the bytes behind it; rest is what
// remains, and block is nil where not even one record ends.
func (t *text) next(ctx context.Context, carry []byte) (block *Block, rest []byte, end bool, err error) {
	if err := context.Cause(ctx); err != nil {
		return nil, nil, false, err
	}
	data, end, err := t.fill(carry)
	if err != nil {
		return nil, nil, false, t.damage(0, 0, err.Error(), err)
	}
	if end && len(data) > 0 {
		t.file.Unended = data[len(data)-1] != '\n'
	}
	e := t.measure(unsafe.String(unsafe.SliceData(data), len(data)), end)
	rest = data[e.cut:]
	if end && e.open >= 0 {
		lines := bytes.Count(data[e.cut:e.open], []byte{'\n'})
		return nil, nil, false, t.damage(e.records, e.lines+lines, "a quote that opens here is never closed: correct the cell, or export the file again", nil)
	}
	if len(rest) > maxRecord {
		return nil, nil, false, t.damage(e.records, e.lines, "a record of over 64 MiB begins here: is a quote left open, or is this no export?", nil)
	}
	if e.cut > 0 {
		block = t.take(data[:e.cut], e)
	}
	return block, rest, end, nil
}

func (t *text) damage(records, lines int, what string, err error) error {
	return &DamageError{File: t.file.Name, Row: t.row + records, Line: t.line + lines, What: what, Err: err}
}

// fill is the carry and the next bytes behind it; end says that the text ends there.
func (t *text) fill(carry []byte) (data []byte, end bool, err error) {
	more := max(t.block, min(len(carry), maxRecord-len(carry)))
	data = make([]byte, len(carry)+more)
	kept := copy(data, carry)
	n, end, err := readFull(t.in, data[kept:])
	if err != nil {
		return nil, false, err
	}
	data = data[:kept+n]
	after := byte('\n')
	if !end {
		next, err := t.in.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			end = true
		case err != nil:
			return nil, false, err
		default:
			after = next[0]
		}
	}
	if end {
		after = 0
	}
	lineEnds(data[min(kept, len(data)):], after)
	return data, end, nil
}

// readFull fills p as far as the text reaches.
func readFull(r io.Reader, p []byte) (n int, end bool, err error) {
	for n < len(p) && err == nil {
		var more int
		more, err = r.Read(p[n:])
		n += more
	}
	if errors.Is(err, io.EOF) {
		return n, true, nil
	}
	return n, false, err
}

// lineEnds turns each CR that no LF follows into an LF; after is the byte behind data.
func lineEnds(data []byte, after byte) {
	for i := 0; ; i++ {
		k := bytes.IndexByte(data[i:], '\r')
		if k < 0 {
			return
		}
		i += k
		if i+1 == len(data) && after != '\n' || i+1 < len(data) && data[i+1] != '\n' {
			data[i] = '\n'
		}
	}
}

// take makes a block of whole records and moves on behind it.
func (t *text) take(data []byte, e extent) *Block {
	utf := t.note.text(data)
	t.file.Encoding = t.note.String()
	block := t.records(unsafe.String(unsafe.SliceData(utf), len(utf)), e)
	t.row += e.records
	t.line += e.lines
	block.bytes = t.meter.n - t.told
	t.told = t.meter.n
	return block
}

func (t *text) records(s string, e extent) *Block {
	if t.fixed != nil {
		b := &fixedBlock{layout: t.fixed, text: s, line: t.line}
		return &Block{rows: b.each, wordy: b.wordy}
	}
	b := &textBlock{text: s, comma: t.comma, row: t.row, line: t.line, unbroken: e.records == e.lines}
	return &Block{rows: b.each, wordy: b.wordy}
}

// measure finds the last whole record.
func (t *text) measure(s string, end bool) extent {
	if t.fixed != nil {
		return wholeLines(s, end)
	}
	return measure(s, t.comma, end)
}

// extent is how far whole records reach in text that begins with one.
type extent struct {
	cut            int // where the last whole record ends
	records, lines int // in front of there
	open           int // where a quote is open to the end of the text; -1 for nowhere
}

// measure finds the last whole record of a piece of text; end says that the text ends with it.
func measure(s string, comma byte, end bool) extent {
	e := extent{open: -1}
	var (
		from     int // behind the last cell with a line break in it: from here on a line end ends a record
		embedded int // line breaks inside cells, in front of from
		before   int // those of them in front of e.cut
		line     = lineEnd(s, 0)
		stop     = len(s)
	)
	whole := func(to int) { // the last record that ends in s[from:to], where no line end is inside a cell
		if k := strings.LastIndexByte(s[from:to], '\n'); k >= 0 {
			e.cut, before = from+k+1, embedded
		}
	}
	for at := 0; ; {
		q := nextQuote(s, at, comma)
		if q < 0 {
			break
		}
		if line < q {
			line = lineEnd(s, q)
		}
		shut, next, _ := closing(s, q, comma)
		if shut < 0 {
			e.open, stop = q, q
			break
		}
		switch {
		case next == len(s) && !end, next < 0 && line == len(s) && !end:
			stop = q // what follows tells how the cell ends
		case next < 0:
			next = line // text behind the quote: the record ends with the line
		case line < next:
			whole(q)
			embedded += strings.Count(s[q:next], "\n")
			from = next
		}
		if stop == q {
			break
		}
		at = next
	}
	whole(stop)
	last := 0
	if end && e.open < 0 && e.cut < len(s) {
		e.cut, before, last = len(s), embedded, 1
	}
	e.lines = strings.Count(s[:e.cut], "\n") + last
	e.records = e.lines - before
	return e
}

// lineEnd is where the line of i ends; the end of s where none does.
func lineEnd(s string, i int) int {
	if k := strings.IndexByte(s[i:], '\n'); k >= 0 {
		return i + k
	}
	return len(s)
}

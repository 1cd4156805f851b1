package grid

import (
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

// text reads delimited text block by block.
type text struct {
	file  *File
	in    io.Reader
	comma byte
	cr    bool // records end in CR alone
	row   int  // number of the next record
	line  int  // physical line it begins on
	skip  int  // bytes of a sep= line to pass over
	block int
}

func newText(f *File, head []byte, body io.Reader) (*text, error) {
	t := &text{file: f, row: 1, line: 1, block: blockSize}
	t.in, f.Encoding = decoded(head, body)
	start := make([]byte, sniffSize*16)
	n, err := io.ReadFull(t.in, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	start = start[:n]
	rest := t.in
	start = bytes.TrimPrefix(start, utf8BOM)
	t.cr = !bytes.ContainsRune(start, '\n') && bytes.ContainsRune(start, '\r')
	t.in = io.MultiReader(bytes.NewReader(start), rest)
	sample, _ := toUTF8(start)
	t.comma, t.skip = delimiterOf(sample, t.cr)
	if t.skip > 0 {
		t.line = 2
	}
	f.Delimiter = rune(t.comma)
	return t, nil
}

// blocks cuts the text at the ends of records.
func (t *text) blocks(ctx context.Context) iter.Seq2[*Block, error] {
	return func(yield func(*Block, error) bool) {
		var carry []byte
		for {
			if err := context.Cause(ctx); err != nil {
				yield(nil, err)
				return
			}
			data, end, err := t.fill(carry)
			if err != nil {
				yield(nil, err)
				return
			}
			cut, open := t.cut(data, end)
			if open >= 0 && end {
				yield(nil, t.unclosed(data, open))
				return
			}
			carry = data[cut:]
			if len(carry) > maxRecord {
				yield(nil, &DamageError{File: t.file.Name, Row: t.row, Line: t.line, What: "a record of over 64 MiB: is a quote left open?"})
				return
			}
			if cut > 0 && !yield(t.take(data[:cut]), nil) || end {
				return
			}
		}
	}
}

// fill is the carry and the next bytes behind it; end says that the text ends there.
func (t *text) fill(carry []byte) (data []byte, end bool, err error) {
	data = make([]byte, len(carry)+t.block)
	copy(data, carry)
	n, err := io.ReadFull(t.in, data[len(carry):])
	data = data[:len(carry)+n]
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		end = true
	case err != nil:
		return nil, false, fmt.Errorf("%s: %w", t.file.Name, err)
	}
	if t.cr {
		for i := len(carry); i < len(data); i++ {
			if data[i] == '\r' {
				data[i] = '\n'
			}
		}
	}
	if t.skip > 0 {
		data = data[min(t.skip, len(data)):]
		t.skip = 0
	}
	if end {
		data = bytes.TrimRight(data, "\x1a")
	}
	return data, end, nil
}

// cut is where the last whole record of data ends. Where a quote is left open, open is where; the
// record it is in is not whole.
func (t *text) cut(data []byte, end bool) (cut, open int) {
	lastQuoted := 0 // end of the last quoted cell with a line break in it
	lastBreak := 0  // and its beginning
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '"')
		if i < 0 {
			break
		}
		i += at
		if !t.startsCell(data, i) {
			at = i + 1
			continue
		}
		j := closing(data, i+1)
		if j < 0 {
			return bytes.LastIndexByte(data[:i], '\n') + 1, i
		}
		if bytes.IndexByte(data[i:j], '\n') >= 0 {
			lastBreak, lastQuoted = i, j
		}
		at = j + 1
	}
	if end {
		return len(data), -1
	}
	cut = bytes.LastIndexByte(data, '\n') + 1
	if cut <= lastQuoted {
		cut = bytes.LastIndexByte(data[:lastBreak], '\n') + 1
	}
	return cut, -1
}

// startsCell tells whether the quote at i is the first character of a cell; elsewhere a quote is a
// character like any other, as spreadsheets have it.
func (t *text) startsCell(data []byte, i int) bool {
	return i == 0 || data[i-1] == t.comma || data[i-1] == '\n'
}

// closing is the closing quote of the cell whose text begins at i; -1 when there is none.
func closing(data []byte, i int) int {
	for {
		j := bytes.IndexByte(data[i:], '"')
		if j < 0 {
			return -1
		}
		j += i
		if j+1 < len(data) && data[j+1] == '"' {
			i = j + 2
			continue
		}
		return j
	}
}

func (t *text) unclosed(data []byte, open int) error {
	before := data[:open]
	rows, lines := t.count(before)
	return &DamageError{
		File: t.file.Name, Row: t.row + rows, Line: t.line + lines,
		What: "a quote that opens here is never closed: correct the cell, or export the file again",
	}
}

// count is how many records and physical lines end in data.
func (t *text) count(data []byte) (records, lines int) {
	lines = bytes.Count(data, []byte{'\n'})
	records = lines
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '"')
		if i < 0 {
			return records, lines
		}
		i += at
		at = i + 1
		if !t.startsCell(data, i) {
			continue
		}
		j := closing(data, i+1)
		if j < 0 {
			return records, lines
		}
		records -= bytes.Count(data[i:j], []byte{'\n'})
		at = j + 1
	}
}

// take makes a block of whole records and moves on behind it.
func (t *text) take(data []byte) *Block {
	size := int64(len(data))
	if bytes.IndexByte(data, 0) >= 0 {
		data = bytes.ReplaceAll(data, []byte{0}, nil)
	}
	utf, latin := toUTF8(data)
	if latin {
		t.file.Encoding = "Windows-1252"
	}
	records, lines := t.count(data)
	b := &textBlock{text: unsafe.String(unsafe.SliceData(utf), len(utf)), comma: t.comma, row: t.row, line: t.line}
	t.row += records
	t.line += lines
	return &Block{rows: b.each, bytes: size}
}

// textBlock is whole records of text, split when they are walked.
type textBlock struct {
	text      string // nothing writes to its bytes any more
	comma     byte
	row, line int
}

func (b *textBlock) each(yield func(*Row) bool) {
	r := Row{Number: b.row, Line: b.line}
	for rest := b.text; rest != ""; {
		var lines int
		rest, lines = b.record(&r, rest)
		if !yield(&r) {
			return
		}
		r = Row{Number: r.Number + 1, Line: r.Line + lines, Cells: r.Cells[:0]}
	}
}

// record splits the first record off text; lines is how many physical lines it takes.
func (b *textBlock) record(r *Row, text string) (rest string, lines int) {
	for {
		if text != "" && text[0] == '"' {
			var broken int
			text, broken = b.quoted(r, text)
			lines += broken
		} else {
			text = b.plain(r, text)
		}
		switch {
		case text == "":
			return "", lines + 1
		case text[0] == '\n':
			return text[1:], lines + 1
		}
		text = text[1:] // the delimiter
		if text == "" {
			r.Cells = append(r.Cells, "")
			return "", lines + 1
		}
	}
}

// plain takes an unquoted cell and leaves what ends it.
func (b *textBlock) plain(r *Row, text string) string {
	i := 0
	for i < len(text) && text[i] != b.comma && text[i] != '\n' {
		i++
	}
	cell := text[:i]
	if i == len(text) || text[i] == '\n' {
		cell = strings.TrimSuffix(cell, "\r")
	}
	r.Cells = append(r.Cells, cell)
	return text[i:]
}

// quoted takes a quoted cell; only one with doubled quotes is copied.
func (b *textBlock) quoted(r *Row, text string) (rest string, broken int) {
	doubled := false
	i := 1
	for ; i < len(text); i++ {
		if text[i] == '\n' {
			broken++
		}
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		break
	}
	cell := text[1:min(i, len(text))]
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	rest = text[min(i+1, len(text)):]
	if rest != "" && rest[0] == '\r' && (len(rest) == 1 || rest[1] == '\n') {
		rest = rest[1:]
	}
	r.Cells = append(r.Cells, cell)
	if rest == "" || rest[0] == b.comma || rest[0] == '\n' {
		return rest, broken
	}
	r.Err = errors.New("text follows a closing quote: quote the whole cell, or double the quotes inside it")
	end := strings.IndexByte(rest, '\n')
	if end < 0 {
		return "", broken
	}
	return rest[end:], broken
}

// delimiterOf finds the delimiter that splits the first records most alike into most cells, and
// the length of a sep= line in front.
func delimiterOf(sample []byte, cr bool) (comma byte, skip int) {
	if cr {
		sample = bytes.ReplaceAll(sample, []byte{'\r'}, []byte{'\n'})
	}
	first, _, _ := bytes.Cut(sample, []byte{'\n'})
	if sep := bytes.TrimRight(first, "\r"); len(sep) == 5 && bytes.EqualFold(sep[:4], []byte("sep=")) {
		return sep[4], min(len(first)+1, len(sample))
	}
	best, bestScore := byte(','), 0
	for _, c := range []byte{',', ';', '\t', '|'} {
		if score := consistency(string(sample), c); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best, 0
}

// consistency is how many cells the records that agree on a number of cells have together.
func consistency(sample string, comma byte) (score int) {
	b := &textBlock{text: sample, comma: comma}
	widths := map[int]int{}
	seen := 0
	for r := range b.each {
		if n := len(r.Cells); n > 1 && r.Err == nil {
			widths[n]++
			score = max(score, widths[n]*(n-1))
		}
		if seen++; seen == 50 {
			break
		}
	}
	return score
}

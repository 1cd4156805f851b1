package grid

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// page is a page in HTML, mostly named .xls by the report server that wrote it. Its tables, one behind
// the other, are one sheet; rows are counted through them. A table inside a cell stands behind the row
// that it is in.
type page struct {
	rowBuilder
	file *File
	note *encoding
	in   io.Reader
	z    *html.Tokenizer

	sheet   *Sheet
	tables  []htmlTable // those that are open, the innermost last
	rows    int         // rows met in all
	ended   bool        // body or html was closed
	unread  int         // elements open whose text is none of a cell's
	blanked bool        // a blank was written last, or nothing in this cell
}

// htmlTable is an open table.
type htmlTable struct {
	inRow, inCell bool
	hidden        bool // its row
	parted        bool // a part of its row was kept
	cells         []sheetCell
	text          []byte
	column        int     // behind the row's last cell
	row           int     // which it is of the table
	down          []reach // where cells above reach down into the row, from left to right
	next          int     // of them, the first that is not behind the row's last cell
	fresh         []reach // of the row's cells
	soonest       int     // the first row in which one of down ends
	cell          htmlCell
}

// reach is the columns of a cell that reaches down, and the last row that it reaches.
type reach struct{ first, behind, last int }

// htmlCell is the cell being read.
type htmlCell struct {
	start        int // in the table's text
	across, down int
	number       string // the value behind what is shown
}

const (
	maxTables = 64
	maxAcross = 1000 // as browsers have it
)

func openPage(_ *source, t *text) (*File, error) {
	f := t.file
	f.Format = "html"
	f.Encoding = t.note.String()
	begun := false
	s := &Sheet{}
	s.blocks = func(ctx context.Context) iter.Seq2[*Block, error] {
		return func(yield func(*Block, error) bool) {
			if begun {
				yield(nil, errors.New("the rows of "+f.Name+" were read before: text comes as a stream"))
				return
			}
			begun = true
			p := &page{file: f, note: &t.note, sheet: s, in: t.in}
			p.send, p.block = sender(yield), &sheetBlock{}
			told := int64(0)
			p.took = func() int64 { defer func() { told = t.meter.n }(); return t.meter.n - told }
			finish(ctx, p.read(ctx), yield)
		}
	}
	f.Sheets = []*Sheet{s}
	return f, nil
}

// read reads the page to its end.
func (p *page) read(ctx context.Context) error {
	p.z = html.NewTokenizer(p.in)
	p.z.SetMaxBuf(maxToken)
	var err error
	for err == nil {
		switch p.z.Next() {
		case html.ErrorToken:
			if err = p.z.Err(); errors.Is(err, io.EOF) {
				return p.end()
			}
			if errors.Is(err, html.ErrBufferExceeded) {
				err = errors.New("the page has a tag or a text of over 16 MiB")
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			err = p.opens(ctx)
		case html.EndTagToken:
			name, _ := p.z.TagName()
			p.closes(string(name))
		case html.TextToken:
			err = p.words(p.z.Text())
		case html.CommentToken:
			p.file.Date1904 = p.file.Date1904 || bytes.Contains(p.z.Text(), []byte("Date1904"))
		}
	}
	if errors.Is(err, errStop) || ctx.Err() != nil {
		return err
	}
	return p.damage(err)
}

func (p *page) damage(err error) error {
	return &DamageError{File: p.file.Name, Row: p.rows, What: err.Error() + ": open it in a spreadsheet program and " + saveAs, Err: err}
}

// end tells whether all of the page was there.
func (p *page) end() error {
	switch {
	case len(p.tables) > 0 && !p.ended:
		return &DamageError{File: p.file.Name, Row: p.rows, What: "the page is cut short: a table is not closed: export it again"}
	case p.rows == 0:
		return &KindError{File: p.file.Name, What: "a web page (HTML) without a table in it", Advice: "was a log-in or an error saved in place of the export? export it again"}
	}
	for len(p.tables) > 0 {
		p.endTable()
	}
	p.file.Encoding = p.note.String()
	return p.flush()
}

// innermost is the table that is being read; nil outside of all.
func (p *page) innermost() *htmlTable {
	if len(p.tables) == 0 {
		return nil
	}
	return &p.tables[len(p.tables)-1]
}

func (p *page) opens(ctx context.Context) error {
	raw, attributes := p.z.TagName()
	name := string(raw)
	t := p.innermost()
	switch name {
	case "table":
		if len(p.tables) == maxTables {
			return errors.New("the page has tables inside each other more than 64 deep")
		}
		if t != nil {
			p.part(t)
			t.parted = t.inRow
		}
		p.tables = append(p.tables, htmlTable{})
	case "tr":
		if t != nil {
			p.finishRow(t)
			t.inRow, t.hidden = true, p.attributes(attributes).hidden
		}
		return p.full(ctx)
	case "td", "th":
		if t != nil {
			return p.beginCell(t, p.attributes(attributes))
		}
	case "br", "p", "div", "li":
		if t != nil && t.inCell && len(t.text) > t.cell.start {
			t.text = append(bytes.TrimRight(t.text, " "), '\n')
			p.blanked = true
		}
	case "script", "style", "title":
		p.unread++
	}
	return nil
}

func (p *page) closes(name string) {
	t := p.innermost()
	switch name {
	case "table":
		if t != nil {
			p.endTable()
		}
	case "tr":
		if t != nil {
			p.finishRow(t)
		}
	case "td", "th":
		if t != nil {
			p.endCell(t)
		}
	case "script", "style", "title":
		p.unread = max(p.unread-1, 0)
	case "body", "html":
		p.ended = true
	}
}

// attributes are what a row or a cell says of itself.
type attributes struct {
	across, down int
	number       string
	hidden       bool
}

func (p *page) attributes(any bool) (a attributes) {
	a.across, a.down = 1, 1
	for any {
		var key, value []byte
		key, value, any = p.z.TagAttr()
		switch string(key) {
		case "colspan":
			a.across = span(value, maxAcross)
		case "rowspan":
			a.down = span(value, lastRow)
		case "x:num", "sdval":
			if v := bytes.TrimSpace(value); len(v) > 0 && numeric(v) {
				a.number = string(v)
			}
		case "hidden":
			a.hidden = true
		case "style":
			a.hidden = a.hidden || strings.Contains(strings.ReplaceAll(strings.ToLower(string(value)), " ", ""), "display:none")
		}
	}
	return a
}

func span(value []byte, most int) int {
	n, err := strconv.Atoi(string(bytes.TrimSpace(value)))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, most)
}

// beginCell begins a cell behind those of its row and those that reach down into it.
func (p *page) beginCell(t *htmlTable, a attributes) error {
	p.endCell(t)
	t.inRow, t.inCell = true, true
	t.pass()
	if t.column+a.across > lastColumn {
		return errors.New("the row holds a cell beyond column XFD, the last of a sheet")
	}
	t.cell = htmlCell{start: len(t.text), across: a.across, down: a.down, number: a.number}
	p.blanked = true
	return nil
}

// words are text: blanks in it are one, as a browser shows it.
func (p *page) words(text []byte) error {
	t := p.innermost()
	switch {
	case t == nil || !t.inCell || p.unread > 0:
		return nil
	case len(t.text)+len(text) > maxRecord:
		return errors.New("the row is over 64 MiB long")
	}
	for _, b := range text {
		blank := isSpace(b) || b == '\f'
		if blank {
			b = ' '
		}
		if !blank || !p.blanked {
			t.text = append(t.text, b)
		}
		p.blanked = blank
	}
	return nil
}

// endCell keeps the cell being read.
func (p *page) endCell(t *htmlTable) {
	if !t.inCell {
		return
	}
	t.inCell = false
	c := sheetCell{column: uint16(t.column), at: uint32(t.cell.start)}
	if t.cell.number != "" {
		c.kind = Number
		t.text = append(t.text[:c.at], digits([]byte(t.cell.number))...)
	}
	text := p.note.text(bytes.TrimRight(t.text[c.at:], " \n"))
	t.text = append(t.text[:c.at], text...)
	if c.size = uint32(len(t.text)) - c.at; c.size > 0 {
		t.cells = append(t.cells, c)
	}
	if t.cell.across+t.cell.down > 2 {
		p.merge(t)
	}
	t.column += t.cell.across
}

// merge notes that the cell reaches over others.
func (p *page) merge(t *htmlTable) {
	if len(p.sheet.Merged) < lastRow {
		row := p.rows + 1
		p.sheet.Merged = append(p.sheet.Merged, Area{row, t.column, row + t.cell.down - 1, t.column + t.cell.across - 1})
	}
	if t.cell.down > 1 {
		t.fresh = append(t.fresh, reach{t.column, t.column + t.cell.across, t.row + t.cell.down - 1})
	}
}

// pass goes on behind the cells above that reach down to where the next cell would stand.
func (t *htmlTable) pass() {
	for ; t.next < len(t.down) && t.down[t.next].first <= t.column; t.next++ {
		t.column = max(t.column, t.down[t.next].behind)
	}
}

// endReaches takes in those that begin in the row, each in place of what it covers, and drops those that end
// in it. Where neither is, the row costs nothing, however many there are.
func (t *htmlTable) endReaches() {
	if len(t.fresh) == 0 && t.row < t.soonest {
		return
	}
	old, all := t.down, make([]reach, 0, len(t.down)+len(t.fresh))
	t.soonest = math.MaxInt
	add := func(r reach) {
		n := len(all)
		switch {
		case r.last <= t.row:
			return
		case n > 0 && all[n-1].behind == r.first && all[n-1].last == r.last:
			all[n-1].behind = r.behind // as one
		default:
			all = append(all, r)
		}
		t.soonest = min(t.soonest, r.last)
	}
	for _, r := range t.fresh {
		for len(old) > 0 && old[0].first < r.behind {
			if old[0].first < r.first {
				add(old[0])
			} else if old[0].behind > r.behind {
				old[0].first = r.behind
				break
			}
			old = old[1:]
		}
		add(r)
	}
	for _, r := range old {
		add(r)
	}
	t.down, t.fresh = all, t.fresh[:0]
}

// finishRow keeps the row being read.
func (p *page) finishRow(t *htmlTable) {
	if !t.inRow {
		return
	}
	p.part(t)
	t.endReaches()
	t.row++
	t.inRow, t.parted, t.column, t.next = false, false, 0, 0
}

// part keeps what there is of a row, of which a table in one of its cells makes two.
func (p *page) part(t *htmlTable) {
	p.endCell(t)
	if !t.inRow || t.parted && len(t.cells) == 0 {
		return
	}
	p.rows++
	p.number = p.rows
	first, shift := len(p.block.cells), uint32(len(p.text))
	p.text = append(p.text, t.text...)
	for _, c := range t.cells {
		c.at += shift
		p.keep(c)
	}
	p.endRow(first, t.hidden)
	t.cells, t.text = t.cells[:0], t.text[:0]
}

func (p *page) endTable() {
	p.finishRow(p.innermost())
	p.tables = p.tables[:len(p.tables)-1]
}

// Package xlsx writes and reads back workbooks with big tables: excelize makes the styles, pages
// and small parts, and the rows of tables are made here, several at a time, and put into their
// sheets as the file is written. It knows no billing.
package xlsx

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// MaxRows is how many rows a sheet holds.
const MaxRows = 1_048_576

// MaxText is how many characters a cell holds, in UTF-16 as Excel counts them.
const MaxText = 32_767

// Row makes one row of a table, cell by cell from the left, each in the style of its column.
type Row struct {
	buf     []byte
	columns []columnText
	col     int
	style   int // of the next cell, when it is not its column's
	high    int // where the row's height stands in buf
	lines   int
	shared  *sharedTexts
	met     func(string) // is told each text; nil where nobody asks
}

// columnText is what all cells of a column begin with. They do not say where they stand: no cell of a row is left out, and a
// sheet without their names is half as big a file.
type columnText struct {
	cell  string // <c s="7"
	chars int    // how many go into a line of the column, when its text wraps
}

// Column is how the cells of a column look.
type Column struct {
	Style int
	// Chars is about how many characters go into a line of a column whose text wraps; 0 when it
	// does not.
	Chars int
}

func newRow(columns []Column) *Row {
	r := &Row{shared: &sharedTexts{}}
	for _, c := range columns {
		r.columns = append(r.columns, columnText{cellMark + strconv.Itoa(c.Style) + `"`, c.Chars})
	}
	return r
}

const cellMark = `<c s="`

// The height of a row is that of its lines of 11 points, but of no more than can be read beside other rows: the text
// of a cell is whole, and Excel shows all of it above the sheet. It is the row's
// first height, not one that was set: a row that is sorted or filtered keeps to its text. It is
// written in three digits, so that it can be set when the texts are known.
const (
	lineHeight = 15
	mostLines  = 12
	// A row of one line has more room around it than the others, whose lines have theirs.
	onePadding = 5
	rowPadding = 2
)

func (r *Row) begin(number int) {
	r.col, r.style, r.lines = 0, -1, 1
	b := append(r.buf, `<row r="`...)
	b = strconv.AppendInt(b, int64(number), 10)
	b = append(b, `" ht="`...)
	r.high = len(b)
	r.buf = append(b, `020">`...)
}

func (r *Row) end() {
	height := lineHeight + onePadding
	if r.lines > 1 {
		height = min(r.lines, mostLines)*lineHeight + rowPadding
	}
	for i := 2; i >= 0; i-- {
		r.buf[r.high+i] = byte('0' + height%10)
		height /= 10
	}
	r.buf = append(r.buf, `</row>`...)
}

// Styled gives the next cell a style of its own.
func (r *Row) Styled(style int) *Row {
	r.style = style
	return r
}

// cell opens the next cell and returns what is written so far.
func (r *Row) cell() []byte {
	c := &r.columns[r.col]
	r.col++
	if r.style < 0 {
		return append(r.buf, c.cell...)
	}
	b := append(strconv.AppendInt(append(r.buf, cellMark...), int64(r.style), 10), '"')
	r.style = -1
	return b
}

// Blank leaves the next cell empty.
func (r *Row) Blank() { r.buf = append(r.cell(), `/>`...) }

// Text writes text; whatever it looks like, it stays text.
func (r *Row) Text(s string) {
	if s == "" {
		r.Blank()
		return
	}
	r.wrap(s)
	if len(s) >= leastShared {
		if rest, is := r.shared.cell[s]; is {
			r.buf = append(r.cell(), rest...)
			return
		}
		if r.met != nil {
			r.met(s)
		}
	}
	b := append(r.cell(), ` t="str"><v`...)
	if edged(s) {
		b = append(b, ` xml:space="preserve"`...)
	}
	b = append(b, '>')
	b = appendText(b, Fit(s))
	r.buf = append(b, `</v></c>`...)
}

// wrap makes the row as high as the next cell's text needs.
func (r *Row) wrap(s string) {
	// Most texts need no more lines than another has taken: no need to count those.
	if chars := r.columns[r.col].chars; chars > 0 && (len(s) > chars*r.lines || strings.IndexByte(s, '\n') >= 0) {
		r.lines = max(r.lines, Lines(s, chars))
	}
}

// edged tells whether the text begins or ends with a blank, which XML would drop.
func edged(s string) bool { return s[0] <= ' ' || s[len(s)-1] <= ' ' }

// Lines is about how many lines a text takes that wraps after so many characters.
func Lines(s string, chars int) (n int) {
	if len(s) <= chars && strings.IndexByte(s, '\n') < 0 {
		return 1
	}
	for more := true; more; n++ {
		var part string
		part, s, more = strings.Cut(s, "\n")
		n += (max(1, utf8.RuneCountInString(part)) - 1) / chars
	}
	return n
}

// Int writes a whole number.
func (r *Row) Int(n int) {
	b := append(r.cell(), `><v>`...)
	b = strconv.AppendInt(b, int64(n), 10)
	r.buf = append(b, `</v></c>`...)
}

// Decimal writes a number given as text, such as 1234.50; blank leaves the cell empty.
func (r *Row) Decimal(s string) {
	if s == "" {
		r.Blank()
		return
	}
	b := append(r.cell(), `><v>`...)
	b = append(b, s...)
	r.buf = append(b, `</v></c>`...)
}

// Ratio writes part of whole; the cell is empty when there is no whole.
func (r *Row) Ratio(part, whole int64) {
	if whole == 0 {
		r.Blank()
		return
	}
	r.Decimal(strconv.FormatFloat(float64(part)/float64(whole), 'f', 6, 64))
}

// unixEpoch is 1 January 1970 as a workbook counts days.
const unixEpoch = 25_569

// Serial is a day counted from 1 January 1970 as a workbook counts it.
func Serial(days int) int { return days + unixEpoch }

// firstSerial is 1 March 1900: what lies before, workbooks do not count alike.
const firstSerial = 61

// Date writes a day counted from 1 January 1970; 0 leaves the cell empty. A day before workbooks
// begin to count is text.
func (r *Row) Date(days int, text fmt.Stringer) {
	switch {
	case days == 0:
		r.Blank()
	case Serial(days) < firstSerial:
		r.Text(text.String())
	default:
		r.Int(Serial(days))
	}
}

// Target is a row of a table, known by what its cell in a column says, wherever it is sorted to. All of it
// becomes part of a formula: it must be the program's own words, never input.
type Target struct {
	Sheet  string
	Column string // its letter
	Value  string
}

// formula leads to the target under the text; where its row is no more, to the head of the table.
// (LibreOffice takes an IFERROR around a HYPERLINK for its address.)
func (t Target) formula(text string) string {
	return `HYPERLINK("#'` + t.Sheet + `'!A"&IFERROR(MATCH("` + t.Value + `",'` + t.Sheet + `'!$` + t.Column + `:$` + t.Column +
		`,0),1),"` + text + `")`
}

// Link writes the program's own text that leads to a row of a table.
func (r *Row) Link(to Target, text string) {
	r.wrap(text)
	b := append(r.cell(), ` t="str"><f>`...)
	b = appendText(b, to.formula(text))
	b = append(b, `</f><v>`...)
	b = appendText(b, text)
	r.buf = append(b, `</v></c>`...)
}

// SetLink writes the program's own text that leads to a row of a table into a cell of a page.
func SetLink(f *excelize.File, sheet, cell string, to Target, text string) error {
	return f.SetCellFormula(sheet, cell, to.formula(text))
}

// cutNote ends a text that did not fit into its cell.
const cutNote = " [cut here: a cell holds 32,767 characters]"

// Fit is the text as it fits into a cell; what is cut says so.
func Fit(s string) string {
	if len(s) <= MaxText {
		return s
	}
	count, cut := 0, 0
	for i, c := range s {
		if count <= MaxText-len(cutNote) {
			cut = i
		}
		count += max(1, utf16.RuneLen(c))
	}
	if count <= MaxText {
		return s
	}
	return s[:cut] + cutNote
}

// appendText adds text as XML. What XML cannot hold (control characters, damaged UTF-8) becomes
// the replacement character, and what Excel would read as an escape (_x000D_) is escaped.
func appendText(b []byte, s string) []byte {
	plain := 0 // where the text not yet added begins
	for i := 0; i < len(s); {
		if common[s[i]] {
			i++
			continue
		}
		c, size := utf8.DecodeRuneInString(s[i:])
		if sub := substitute(c, size, s[i:]); sub != "" {
			b = append(b, s[plain:i]...)
			b = append(b, sub...)
			plain = i + size
		}
		i += size
	}
	return append(b, s[plain:]...)
}

// common are the characters that need no second look.
var common = func() (set [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		set[c] = c != '&' && c != '<' && c != '>' && c != '_' && c != 0x7F
	}
	return set
}()

const replacement = "\uFFFD"

// substitute is what stands for the character at the front of rest; "" for itself.
func substitute(c rune, size int, rest string) string {
	switch {
	case c == '&':
		return "&amp;"
	case c == '<':
		return "&lt;"
	case c == '>':
		return "&gt;"
	case c == '\r':
		return "&#xD;"
	case c == '_' && escaped(rest):
		return "_x005F_"
	case c < ' ' && c != '\t' && c != '\n', c == 0xFFFE, c == 0xFFFF, c == utf8.RuneError && size == 1:
		return replacement
	}
	return ""
}

// escaped tells whether the text begins with what a workbook takes for a character's number.
func escaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// Letter is the name of a column, 0 being A.
func Letter(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return "A"
	}
	return name
}

package grid

import (
	"bytes"
	"errors"
	"strings"
)

// The grammar of delimited text, as spreadsheets read it: a quote opens a cell only as its first
// character, elsewhere it is a character like any other; inside quotes a doubled quote stands for
// one; blanks behind a closing quote are left out. Where other text follows a closing quote, nobody
// can say what was meant: that record is not split, and the next begins with the next line, so that
// one forgotten quote does not swallow the rows up to the next quoted cell.

// nextQuote is the first quote from at on that opens a cell; -1 for none.
func nextQuote(s string, at int, comma byte) int {
	if at+1 < len(s) && s[at+1] == '"' && s[at] == comma { // as where all cells are quoted
		return at + 1
	}
	for {
		i := strings.IndexByte(s[at:], '"')
		if i < 0 {
			return -1
		}
		at += i
		if at == 0 || s[at-1] == comma || s[at-1] == '\n' {
			return at
		}
		at++
	}
}

// closing is the quote that closes the cell opened at q, and where the cell ends: shut is -1 when
// it is never closed, next is -1 when text follows the closing quote.
func closing(s string, q int, comma byte) (shut, next int, doubled bool) {
	for shut = q + 1; ; shut += 2 {
		i := indexByte(s[shut:], '"')
		if i < 0 {
			return -1, -1, doubled
		}
		shut += i
		if shut+1 == len(s) || s[shut+1] != '"' {
			break
		}
		doubled = true
	}
	next = shut + 1
	for next < len(s) && s[next] == ' ' && comma != ' ' {
		next++
	}
	if next < len(s) && s[next] == '\r' {
		next++
	}
	if next == len(s) || s[next] == '\n' || s[next] == comma && s[next-1] != '\r' {
		return shut, next, doubled
	}
	return shut, -1, doubled
}

// textBlock is whole records of text, split when they are walked.
type textBlock struct {
	text      string // nothing writes to its bytes any more
	comma     byte
	row, line int
	unbroken  bool // no cell has a line break in it
}

func (b *textBlock) each(yield func(*Row) bool) {
	var r Row
	m := b.marksFrom(0)
	number, line := b.row, b.line
	for at := 0; at < len(b.text); {
		r = Row{Number: number, Line: line, Cells: r.Cells[:0]}
		next, lines := b.record(&r, at, &m)
		r.Wrapped = lines > 1
		if !yield(&r) {
			return
		}
		at = next
		number++
		line += lines
	}
}

// record splits the record at i, with the marks of the record before; lines is how many physical lines it takes.
func (b *textBlock) record(r *Row, i int, before *marks) (next, lines int) {
	s, cells, m := b.text, r.Cells, *before
	for {
		if i < len(s) && s[i] == '"' {
			cell, stop, all, err := b.quoted(i, lines)
			if err != nil {
				r.Cells, r.Err = cells, err
				return stop, all
			}
			cells, lines = append(cells, cell), all
			if stop == len(s) || s[stop] == '\n' {
				r.Cells, *before = cells, m
				return stop + 1, lines + 1
			}
			i = stop + 1
			continue
		}
		if i >= m.base+64 {
			m = b.marksFrom(i - i%64)
		}
		for m = m.from(i); m.bits == 0; {
			m = b.marksFrom(m.base + 64)
		}
		for left := m; left.bits != 0; left = left.passed() {
			stop := left.first()
			if stop >= len(s) || s[stop] == '\n' {
				end := stop
				if stop > i && s[stop-1] == '\r' {
					end--
				}
				r.Cells, *before = append(cells, s[i:end]), m
				return stop + 1, lines + 1
			}
			cells = append(cells, s[i:stop])
			if i = stop + 1; i < len(s) && s[i] == '"' {
				break
			}
		}
	}
}

var errBehindQuote = errors.New("the record cannot be split: text follows a closing quote, or a quote is not closed on its line: quote the whole cell, and double the quotes inside it")

// quoted is the quoted cell at i, which is copied only where it has doubled quotes in it, and where it ends.
func (b *textBlock) quoted(i, lines int) (cell string, next, all int, err error) {
	s := b.text
	shut, next, doubled := closing(s, i, b.comma)
	if next < 0 {
		end := strings.IndexByte(s[i:], '\n')
		if end < 0 {
			return "", len(s), lines + 1, errBehindQuote
		}
		return "", i + end + 1, lines + 1, errBehindQuote
	}
	cell = s[i+1 : shut]
	if !b.unbroken && strings.IndexByte(cell, '\n') >= 0 {
		lines += strings.Count(cell, "\n")
	}
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	return cell, next, lines, nil
}

// separator reads a first line such as sep=; which is for the spreadsheet and no record.
func separator(line []byte) (byte, bool) {
	line = bytes.Trim(bytes.TrimRight(line, "\r"), `"`)
	if len(line) != 5 || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return 0, false
	}
	c := line[4]
	letter := c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
	return c, !letter && c < 0x80
}

// delimiters are those that a text may be parted by without saying so.
const delimiters = ",;\t|"

// delimiterOf finds the delimiter that splits the first records most alike into most cells.
func delimiterOf(sample string) byte {
	best, bestScore := delimiters[0], 0
	for _, c := range []byte(delimiters) {
		if score := consistency(sample, c); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best
}

// headedBy finds the delimiter under which one of the first records is a header, the widest; none without a way to tell.
func headedBy(sample string, header func(cells []string) bool) (best byte, found bool) {
	if header == nil {
		return 0, false
	}
	widest := 0
	for _, c := range []byte(delimiters) {
		seen := 0
		b := &textBlock{text: sample, comma: c}
		for r := range b.each {
			if r.Err == nil && len(r.Cells) > widest && header(r.Cells) {
				best, found, widest = c, true, len(r.Cells)
			}
			if seen++; seen == headerRecords {
				break
			}
		}
	}
	return best, found
}

// headerRecords is among how many records of a text its header is looked for.
const headerRecords = 50

// consistency is how many cells the records that agree on a number of cells have together.
func consistency(sample string, comma byte) (score int) {
	const records = 50
	b := &textBlock{text: sample, comma: comma}
	widths := map[int]int{}
	seen := 0
	for r := range b.each {
		if n := len(r.Cells); n > 1 && r.Err == nil {
			widths[n]++
			score = max(score, widths[n]*(n-1))
		}
		if seen++; seen == records {
			break
		}
	}
	return score
}

package grid

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Text in columns of a fixed width, as report writers and query tools print it: blanks alone tell which cell
// a character is of. The header and the lines below it must agree on where each column ends. A line that
// does not is handed on whole, with ErrMisfit; text in which that cannot be told is refused, and text that a
// delimiter may part is never read so.

// ErrMisfit is the fault of a line that does not keep to the columns of its header.
var ErrMisfit = errors.New("the line does not keep to the columns of the header, and what of it belongs to which cannot be told: export the table as .csv or .xlsx")

// gap is a stretch of a line, in characters.
type gap struct{ from, behind int }

// layout is where the columns of a text end.
type layout struct {
	gaps   []gap // the blanks between the columns
	names  []gap // what the header says of each column
	ruled  bool  // a line of dashes says where the columns end
	header int   // the line of the header
}

// printed is a line of the text that is not blank.
type printed struct {
	number int
	text   string
	ink    []bool // whether each character is no blank
	words  bool   // it has no number of four digits
}

const (
	headLines    = 60 // a header is among the first so many lines
	fewestNames  = 3  // of columns
	mostNames    = 200
	surelyNames  = 4  // parted by several blanks, which no other text has
	fewestBelow  = 2  // lines must keep to the columns
	mostAstray   = 2  // lines that keep to them for each that does not
	delimitLines = 50 // tell whether a delimiter parts the text
)

// layoutOf finds the columns of a text, if it stands in such; the error says why they cannot be told.
// A sample that is not the whole text ends in a line that is not looked at.
func layoutOf(sample string, whole bool) (*layout, error) {
	lines := printedLines(sample, whole)
	if parted(lines) {
		return nil, nil
	}
	var best, doubtful *trial
	for i := range lines[:min(len(lines), headLines)] {
		switch t := try(lines, i); {
		case t == nil:
		case t.sure() && t.better(best):
			best = t
		case t.surely() && t.better(doubtful):
			doubtful = t
		}
	}
	switch {
	case doubtful != nil && doubtful.better(best):
		return nil, doubtful.doubt()
	case best == nil:
		return nil, nil
	}
	return &best.layout, nil
}

// printedLines are the lines of a sample that are not blank.
func printedLines(sample string, whole bool) (lines []printed) {
	if !whole {
		sample = sample[:strings.LastIndexByte(sample, '\n')+1]
	}
	number := 0
	for line := range strings.Lines(sample) {
		number++
		if line = bare(line); strings.Trim(line, " ") != "" {
			lines = append(lines, printed{number, line, inkOf(nil, line), Wordy(line)})
		}
	}
	return lines
}

// bare is a line without its end, and without the form feeds of a new page.
func bare(line string) string { return strings.Trim(strings.TrimRight(line, "\r\n"), "\f") }

func inkOf(ink []bool, line string) []bool {
	for _, r := range line {
		ink = append(ink, r != ' ')
	}
	return ink
}

// isRule tells a line of dashes alone.
func isRule(line string) bool { return strings.Trim(line, " -=_") == "" }

// parted tells whether a delimiter may part the text: a tab in any line, several of another in a line of
// words, or as many in half of the lines.
func parted(lines []printed) bool {
	lines = lines[:min(len(lines), delimitLines)]
	for _, c := range delimiters {
		counts := map[int]int{}
		for i := range lines {
			n := strings.Count(lines[i].text, string(c))
			if n > 0 && c == '\t' || n > 1 && lines[i].words {
				return true
			}
			counts[n]++
		}
		for n, times := range counts {
			if n > 1 && 2*times >= len(lines) {
				return true
			}
		}
	}
	return false
}

// trial is a line taken for a header, and what it makes of the lines below.
type trial struct {
	layout
	head *printed
	body []*printed // lines with numbers below, but for the headings of pages
	fit  int        // lines of the body that keep to the columns

	unclear bool // a blank may be of a name, or stand between two
	wrapped bool // each row goes over several lines, as its header does
}

// try takes the i-th line for a header; nil where it cannot be one.
func try(lines []printed, i int) *trial {
	t := &trial{head: &lines[i]}
	t.header = t.head.number
	if names := len(runs(t.head.ink)); !t.head.words || isRule(t.head.text) || names < fewestNames || names > mostNames {
		return nil
	}
	titles := map[string]bool{t.head.text: true}
	for _, l := range lines[:i] {
		titles[Shape(l.text)] = true
	}
	for k := range lines[i+1:] {
		if l := &lines[i+1+k]; !l.words && !titles[Shape(l.text)] {
			t.body = append(t.body, l)
		}
	}
	if i+1 < len(lines) && isRule(lines[i+1].text) && len(runs(lines[i+1].ink)) >= fewestNames {
		t.ruled, t.gaps = true, between(runs(lines[i+1].ink))
		t.wrapped = i+3 < len(lines) && lines[i+2].words && lines[i+2].text != t.head.text && isRule(lines[i+3].text)
	} else {
		t.agree()
	}
	if !t.name() {
		return nil
	}
	for _, l := range t.body {
		if _, ok := t.parts(nil, l.ink); ok {
			t.fit++
		}
	}
	return t
}

// agree finds the gaps between the names of the header that all lines leave blank.
func (t *trial) agree() {
	var wide, narrow []gap
	for _, g := range between(runs(t.head.ink)) {
		if g.behind-g.from > 1 {
			wide = append(wide, g)
		} else {
			narrow = append(narrow, g)
		}
	}
	t.gaps = append(t.gaps, wide...)
	inked := union(t.keep(slices.Clone(t.body), wide))
	for _, g := range narrow { // a blank in a name, or between two
		if !anyInk(inked, g) {
			t.gaps = append(t.gaps, g)
		}
	}
	slices.SortFunc(t.gaps, func(a, b gap) int { return a.from - b.from })
	inName := func(g gap) bool { return slices.Contains(narrow, g) && !t.filled(inked, g) }
	for i := slices.IndexFunc(t.gaps, inName); i >= 0; i = slices.IndexFunc(t.gaps, inName) {
		t.gaps = slices.Delete(t.gaps, i, i+1)
	}
	t.unclear = slices.ContainsFunc(t.gaps, func(g gap) bool { return slices.Contains(narrow, g) })
}

// keep narrows the gaps by each of the lines that has them, which it returns. What one line leaves open
// others may tell, so those left out are asked again.
func (t *trial) keep(lines []*printed, between []gap) (kept []*printed) {
	for {
		before := len(kept)
		lines = slices.DeleteFunc(lines, func(l *printed) bool {
			has := t.narrows(between, l.ink)
			if has {
				kept = append(kept, l)
			}
			return has
		})
		if len(kept) == before {
			return kept
		}
		between = slices.Clone(t.gaps)
	}
}

// narrows makes the gaps no wider than the line has them; false leaves them alone, as the line has text
// across one.
func (t *trial) narrows(between []gap, ink []bool) bool {
	narrower := make([]gap, len(between))
	for i, g := range between {
		end, next, ok := cross(ink, g)
		narrower[i] = gap{max(end, t.gaps[i].from), min(next, t.gaps[i].behind)}
		if !ok || narrower[i].from >= narrower[i].behind {
			return false
		}
	}
	copy(t.gaps, narrower)
	return true
}

// cross tells where in a gap the text of the column before it ends and that of the next begins: at its only
// blanks, or the only place with several of them, as there may be words with one between them.
func cross(ink []bool, g gap) (end, next int, ok bool) {
	at := func(i int) bool { return i >= 0 && i < len(ink) && ink[i] }
	places, wide := 0, 0
	for i := g.from; i < g.behind; i++ {
		if at(i) {
			continue
		}
		from, behind := i, i+1
		for behind < g.behind && !at(behind) {
			behind++
		}
		several := behind-from > 1 || !at(from-1) || !at(behind)
		if places++; several {
			wide++
		}
		if places == 1 || several {
			end, next = from, behind
		}
		i = behind
	}
	return end, next, places == 1 || wide == 1
}

// union is the ink of all lines.
func union(lines []*printed) (ink []bool) {
	for _, l := range lines {
		for len(ink) < len(l.ink) {
			ink = append(ink, false)
		}
		for i, on := range l.ink {
			ink[i] = ink[i] || on
		}
	}
	return ink
}

// filled tells whether there is ink on both sides of a gap, up to the next ones.
func (t *trial) filled(ink []bool, g gap) bool {
	i := slices.Index(t.gaps, g)
	left, right := gap{0, g.from}, gap{g.behind, len(ink)}
	if i > 0 {
		left.from = t.gaps[i-1].behind
	}
	if i+1 < len(t.gaps) {
		right.behind = t.gaps[i+1].from
	}
	return anyInk(ink, left) && anyInk(ink, right)
}

// name finds what the header says of each column; false where it keeps to none.
func (t *trial) name() bool {
	parts, ok := t.parts(nil, t.head.ink)
	for _, p := range parts {
		found := runs(t.head.ink[min(p.from, len(t.head.ink)):p.behind])
		if len(found) == 0 {
			return false
		}
		t.names = append(t.names, gap{p.from + found[0].from, p.from + found[len(found)-1].behind})
	}
	return ok && len(t.names) >= fewestNames
}

// sure tells whether enough lines keep to the columns.
func (t *trial) sure() bool {
	least := fewestBelow
	if t.ruled {
		least = 1
	}
	return !t.unclear && !t.wrapped && t.fit >= least && mostAstray*(len(t.body)-t.fit) <= t.fit
}

// surely tells whether the text stands in columns, whether or not they can be told.
func (t *trial) surely() bool {
	wide := 0
	for _, g := range between(runs(t.head.ink)) {
		if g.behind-g.from > 1 {
			wide++
		}
	}
	return len(t.body) >= fewestBelow && (wide+1 >= surelyNames || t.ruled)
}

// better tells which of two headers names more columns, or as many of more lines.
func (t *trial) better(than *trial) bool {
	return than == nil || len(t.names) > len(than.names) || len(t.names) == len(than.names) && t.fit > than.fit
}

// doubt says what keeps the text from being read.
func (t *trial) doubt() error {
	if t.wrapped {
		return fmt.Errorf("this is text in columns of a fixed width whose rows go over several lines, as the header in line %d does: print it with longer lines, or export it as .csv or .xlsx", t.header)
	}
	for _, l := range t.body {
		if _, ok := t.parts(nil, l.ink); !ok {
			return fmt.Errorf("this is text in columns of a fixed width, and %d of the first %d lines below the header (line %d) do not keep to them, line %d first: export the table as .csv or .xlsx",
				len(t.body)-t.fit, len(t.body), t.header, l.number)
		}
	}
	if t.unclear {
		return fmt.Errorf("this is text in columns of a fixed width, and the names of its header (line %d) cannot be told from each other by one blank: export the table as .csv or .xlsx", t.header)
	}
	return fmt.Errorf("this is text in columns of a fixed width, with too few lines below the header (line %d) to tell them: export the table as .csv or .xlsx", t.header)
}

// runs are the stretches of a line without a blank.
func runs(ink []bool) (found []gap) {
	for i, on := range ink {
		switch {
		case !on:
		case i == 0 || !ink[i-1]:
			found = append(found, gap{i, i + 1})
		default:
			found[len(found)-1].behind++
		}
	}
	return found
}

// between are the gaps between runs.
func between(runs []gap) (gaps []gap) {
	for i := 1; i < len(runs); i++ {
		gaps = append(gaps, gap{runs[i-1].behind, runs[i].from})
	}
	return gaps
}

// parts is where the cells of a line stand; false where it does not keep to the columns.
func (l *layout) parts(parts []gap, ink []bool) ([]gap, bool) {
	from := 0
	for i, g := range l.gaps {
		end, next, ok := cross(ink, g)
		if l.ruled {
			end, next, ok = g.from, g.behind, !anyInk(ink, g)
		}
		if !ok || !l.whole(i, ink, gap{from, end}) {
			return parts, false
		}
		end = min(end, len(ink))
		parts = append(parts, gap{min(from, end), end})
		from = next
	}
	last := gap{min(from, len(ink)), len(ink)}
	return append(parts, last), l.whole(len(l.gaps), ink, last)
}

func anyInk(ink []bool, g gap) bool {
	for i := g.from; i < min(g.behind, len(ink)); i++ {
		if ink[i] {
			return true
		}
	}
	return false
}

// whole tells whether the text of a column is one: where no ruler says so, several blanks in it stand
// below its name, or what follows them may be of a column without a name.
func (l *layout) whole(column int, ink []bool, part gap) bool {
	if l.ruled || column >= len(l.names) {
		return true
	}
	name, blanks, begun := l.names[column], 0, false
	for i := part.from; i < min(part.behind, len(ink)); i++ {
		switch {
		case !ink[i]:
			blanks++
			continue
		case begun && blanks > 1 && (i-blanks < name.from || i > name.behind && column < len(l.gaps)):
			return false
		}
		begun, blanks = true, 0
	}
	return true
}

// Shape is a text with its numbers and blanks made alike: that of a page's heading is the same on each page.
func Shape(text string) string {
	var b strings.Builder
	before := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c >= '0' && c <= '9' {
			c = '0'
		}
		if (c == ' ' || c == '0') && c == before {
			continue
		}
		b.WriteByte(c)
		before = c
	}
	return strings.TrimRight(b.String(), " ")
}

// fixedBlock is whole lines of such a text.
type fixedBlock struct {
	*layout
	text string // nothing writes to its bytes any more
	line int    // of the first
}

func (b *fixedBlock) each(yield func(*Row) bool) {
	var (
		r     Row
		ink   []bool
		parts []gap
	)
	number := b.line
	for line := range strings.Lines(b.text) {
		line = bare(line)
		r = Row{Number: number, Line: number, Cells: r.Cells[:0]}
		ink = inkOf(ink[:0], line)
		kept := false
		switch parts, kept = b.parts(parts[:0], ink); {
		case isRule(line):
		case kept && strings.IndexByte(line, '\t') < 0:
			r.Cells = cellsOf(r.Cells, line, parts, len(ink) == len(line))
		default:
			r.Cells = append(r.Cells, strings.Trim(line, " "))
			if number > b.header {
				r.Err = ErrMisfit
			}
		}
		if !yield(&r) {
			return
		}
		number++
	}
}

// cellsOf cuts a line; in ASCII a character is a byte.
func cellsOf(cells []string, line string, parts []gap, ascii bool) []string {
	behind, at := 0, 0 // characters in front of the byte at
	place := func(char int) int {
		if ascii {
			return char
		}
		for ; behind < char; behind++ {
			_, size := utf8.DecodeRuneInString(line[at:])
			at += size
		}
		return at
	}
	for _, p := range parts {
		from := place(p.from)
		cells = append(cells, strings.Trim(line[from:place(p.behind)], " "))
	}
	return cells
}

func (b *fixedBlock) wordy() bool {
	for line := range strings.Lines(b.text) {
		if Wordy(line) && len(strings.Fields(line)) >= fewestNames {
			return true
		}
	}
	return false
}

// wholeLines is how far whole lines reach; end says that the text ends with s.
func wholeLines(s string, end bool) extent {
	e := extent{cut: strings.LastIndexByte(s, '\n') + 1, open: -1}
	e.lines = strings.Count(s[:e.cut], "\n")
	if end && e.cut < len(s) {
		e.cut, e.lines = len(s), e.lines+1
	}
	e.records = e.lines
	return e
}

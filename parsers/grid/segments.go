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

// A transmission of X12 is read as one sheet whose rows are its segments: the first cell is the
// segment's name, the others are its elements. Every interchange says by its ISA segment what parts
// its segments and elements; in the cells these signs always are Component and Repetition.

// The signs that stand in the cells of a segment.
const (
	Component  = "\x1f" // between the components of an element
	Repetition = "\x1e" // between the repetitions of an element
)

const (
	elementSign = 0x1d
	elementText = "\x1d"
	maxSegment  = 64 << 10
	longestISA  = 512 // bytes in which the first segment of an interchange must end, whatever its blanks
)

// segments reads the segments of a transmission block by block.
type segments struct {
	file   *File
	in     *bufio.Reader
	meter  *meter
	note   *encoding
	signs  signs
	cells  *[256]byte // what stands in a cell for each byte
	number int        // segments before the next
	line   int        // physical line the next one begins on
	told   int64
	block  int
	begun  bool
	envelope
}

// signs part segments, elements, components and repetitions; 0 stands for none.
type signs struct{ element, component, repetition, end byte }

// table is what stands in a cell for each byte: the signs are the same for all files, whatever they use.
func (s signs) table() *[256]byte {
	var t [256]byte
	for i := range t {
		t[i] = byte(i)
	}
	t[elementSign], t[Component[0]], t[Repetition[0]] = ' ', ' ', ' '
	if s.repetition != 0 {
		t[s.repetition] = Repetition[0]
	}
	if s.component != 0 {
		t[s.component] = Component[0]
	}
	t[s.element] = elementSign
	return &t
}

// openSegments is the transmission that t turned out to be; head is its beginning.
func openSegments(t *text, head []byte) (*File, error) {
	s := &segments{file: t.file, in: t.in, meter: t.meter, note: &t.note, block: t.block, line: 1}
	s.file.Format = "x12"
	if !bytes.HasPrefix(bytes.TrimLeft(head, blanks), []byte("ISA")) {
		var ok bool
		if s.signs, ok = signsWithout(bytes.TrimLeft(head, blanks)); !ok {
			return nil, fmt.Errorf("%s: this looks like X12 without its ISA envelope, and what parts its segments cannot be told: ask for the file as it was sent", s.file.Name)
		}
		s.cells = s.signs.table()
		s.file.Notes.Add("no ISA envelope: what parts its segments was told from them", 0)
	}
	s.file.Encoding = s.note.String()
	s.file.Sheets = []*Sheet{{blocks: s.blocks}}
	return s.file, nil
}

const blanks = " \t\r\n"

// isX12 tells whether text begins as a transmission does: with an ISA segment, or with the GS or ST
// segment where that was cut away. A table may have a column ISA, GS or ST.
func isX12(head []byte) bool {
	head = bytes.TrimLeft(head, blanks)
	if len(head) < 8 || isAlnum(head[2]) && isAlnum(head[3]) {
		return false
	}
	switch string(head[:2]) {
	case "IS":
		_, _, _, _, ok := interchange(head)
		return head[2] == 'A' && !isAlnum(head[3]) && (ok || head[6] == head[3] && isDigits(head[4:6]))
	case "GS":
		return isUpper(head[3]) && isUpper(head[4]) && head[5] == head[2] && bytes.Count(head[:min(len(head), longestISA)], head[2:3]) >= 8
	case "ST":
		return isDigits(head[3:6]) && head[6] == head[2]
	}
	return false
}

func isUpper(b byte) bool { return b >= 'A' && b <= 'Z' }

func isAlnum(b byte) bool { return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' }

func isDigits(text []byte) bool {
	for _, b := range text {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(text) > 0
}

// fixedPlaces are where an ISA segment of the right width has its separators.
var fixedPlaces = [...]int{3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103}

// interchange reads the ISA segment that b begins with: what its signs are, its elements, and how
// long it is with its terminator. One whose elements lost their width, or that was wrapped, is
// read by counting and is odd.
func interchange(b []byte) (s signs, elements []byte, size int, odd, ok bool) {
	b = b[:min(len(b), longestISA)]
	if len(b) < 16 {
		return s, nil, 0, false, false
	}
	s.element = b[3]
	seen, at := 0, 0
	for seen < len(fixedPlaces) && at < len(b) {
		if b[at] == s.element {
			odd = odd || at != fixedPlaces[seen]
			seen++
		}
		at++
	}
	for at < len(b) && isLineEnd(b[at]) {
		at++
	}
	if seen < len(fixedPlaces) || at+1 >= len(b) {
		return s, nil, 0, false, false
	}
	s.component = b[at]
	elements = withoutLineEnds(bytes.Clone(b[:at+1]))
	at++
	for _, asBreak := range []bool{true, false} {
		end := at
		for end < len(b) && isLineEnd(b[end]) && (!asBreak || b[end] == '\r' && end+1 < len(b) && b[end+1] == '\n') {
			end++
		}
		if end == len(b) || !followed(b[end+1:], s.element) {
			continue
		}
		s.end, s.repetition = b[end], repetition(elements, s.element)
		return s, elements, end + 1, odd, !isAlnum(s.end) && s.end != s.element
	}
	return s, nil, 0, false, false
}

// repetition is the sign of ISA11, which older versions use for something else.
func repetition(elements []byte, element byte) byte {
	list := bytes.Split(elements, []byte{element})
	if len(list[11]) != 1 || isAlnum(list[11][0]) || list[11][0] == ' ' || bytes.Compare(list[12], []byte("00402")) < 0 {
		return 0
	}
	return list[11][0]
}

// followed tells whether what stands behind an ISA segment can stand there.
func followed(b []byte, element byte) bool {
	b = bytes.TrimLeft(b, blanks)
	if len(b) == 0 {
		return true
	}
	for _, name := range []string{"GS", "TA1", "IEA", "ST", "ISA"} {
		if bytes.HasPrefix(b, []byte(name)) && len(b) > len(name) && b[len(name)] == element {
			return true
		}
	}
	return false
}

// signsWithout tells the signs of a transmission that begins with its GS or ST segment.
func signsWithout(head []byte) (s signs, ok bool) {
	s.element = head[2]
	next := []string{"BHT", "BPR", "BGN", "AK1"}
	if head[0] == 'G' {
		next = []string{"ST"}
	}
	at := -1
	for _, name := range next {
		k := bytes.Index(head, append([]byte(name), s.element))
		for k > 0 && isAlnum(head[k-1]) {
			more := bytes.Index(head[k+1:], append([]byte(name), s.element))
			if more < 0 {
				k = -1
				break
			}
			k += 1 + more
		}
		if k > 0 && (at < 0 || k < at) {
			at = k
		}
	}
	if at < 0 {
		return s, false
	}
	before := bytes.TrimRight(head[:at], blanks)
	s.end = before[len(before)-1]
	if isAlnum(s.end) {
		s.end = '\n'
	}
	s.component, s.repetition = componentIn(head, s), '^'
	return s, s.end != s.element && s.component != s.end
}

// componentIn is the sign behind the first qualifier of a service or a diagnosis.
func componentIn(head []byte, s signs) byte {
	for _, before := range []string{"SV1*HC", "HI*ABK", "HI*BK", "SVC*HC"} {
		name := bytes.ReplaceAll([]byte(before), []byte{'*'}, []byte{s.element})
		_, behind, found := bytes.Cut(head, name)
		if found && len(behind) > 0 && !isAlnum(behind[0]) && behind[0] != s.element && behind[0] != s.end {
			return behind[0]
		}
	}
	return ':'
}

func isLineEnd(b byte) bool { return b == '\r' || b == '\n' }

// withoutLineEnds drops line ends, which mean nothing inside a segment, in place.
func withoutLineEnds(b []byte) []byte {
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	kept := b[:0]
	for _, c := range b {
		if !isLineEnd(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// blocks cuts the transmission at the ends of segments.
func (t *segments) blocks(ctx context.Context) iter.Seq2[*Block, error] {
	return func(yield func(*Block, error) bool) {
		if t.begun {
			yield(nil, errors.New("the segments of "+t.file.Name+" were read before: text comes as a stream"))
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
			if len(block.list) > 0 && !yield(&Block{rows: block.each, bytes: t.took()}, nil) || end {
				return
			}
			carry = rest
		}
	}
}

func (t *segments) took() int64 {
	size := t.meter.n - t.told
	t.told = t.meter.n
	return size
}

// segment is one of a block; its elements are parted by elementSign.
type segment struct {
	text         string
	number, line int
}

type segmentBlock struct{ list []segment }

func (b *segmentBlock) each(yield func(*Row) bool) {
	var r Row
	for _, s := range b.list {
		r = Row{Number: s.number, Line: s.line, Cells: r.Cells[:0]}
		for rest, more := s.text, true; more; {
			var cell string
			cell, rest, more = strings.Cut(rest, elementText)
			r.Cells = append(r.Cells, cell)
		}
		if !yield(&r) {
			return
		}
	}
}

// next makes a block of the whole segments in the carry and the bytes behind it.
func (t *segments) next(ctx context.Context, carry []byte) (block *segmentBlock, rest []byte, end bool, err error) {
	if err := context.Cause(ctx); err != nil {
		return nil, nil, false, err
	}
	data := make([]byte, len(carry)+max(t.block, longestISA))
	n := copy(data, carry)
	more, end, err := readFull(t.in, data[n:])
	if err != nil {
		return nil, nil, false, t.damage(err.Error(), err)
	}
	data = data[:n+more]
	block = &segmentBlock{}
	for {
		data = t.skip(data)
		size, ended, err := t.one(block, data, end)
		if err != nil {
			return nil, nil, false, err
		}
		if size == 0 {
			break
		}
		data = data[size:]
		if ended {
			break
		}
	}
	if end {
		err = t.whole()
	}
	return block, data, end, err
}

// skip passes over what stands between segments.
func (t *segments) skip(data []byte) []byte {
	kept := bytes.TrimLeft(data, blanks)
	t.line += bytes.Count(data[:len(data)-len(kept)], []byte{'\n'})
	return kept
}

// one takes the segment that data begins with, and says how long it is with its terminator: 0 when it
// is not all there. ended says that the text ends in it.
func (t *segments) one(block *segmentBlock, data []byte, end bool) (size int, ended bool, err error) {
	if len(data) == 0 {
		return 0, false, nil
	}
	if t.beginsInterchange(data) {
		return t.begin(block, data, end)
	}
	size = bytes.IndexByte(data, t.signs.end)
	ended = size < 0 && end
	if ended {
		size = len(data)
	}
	switch {
	case size > maxSegment, size < 0 && len(data) > maxSegment:
		return 0, false, t.damage("a segment of over 64 KiB begins here: its terminator is missing, or this is no claim file", nil)
	case size < 0:
		return 0, false, nil
	}
	raw := data[:size]
	lines := bytes.Count(raw, []byte{'\n'})
	if !ended {
		size++
		lines += bytes.Count(data[size-1:size], []byte{'\n'})
	}
	raw = bytes.TrimRight(raw, blanks)
	if !isLineEnd(t.signs.end) {
		raw = withoutLineEnds(raw)
	}
	if err := t.add(block, raw, t.cells, ended); err != nil {
		return 0, false, err
	}
	t.line += lines
	return size, ended, nil
}

// beginsInterchange tells whether an ISA segment stands here: by its name as a whole, never by letters.
func (t *segments) beginsInterchange(data []byte) bool {
	return len(data) > 3 && string(data[:3]) == "ISA" && !isAlnum(data[3])
}

// begin takes an ISA segment, from which on its signs hold.
func (t *segments) begin(block *segmentBlock, data []byte, end bool) (size int, ended bool, err error) {
	if len(data) < longestISA && !end {
		return 0, false, nil
	}
	signs, elements, size, odd, ok := interchange(data)
	if !ok {
		return 0, false, t.damage("the ISA segment cannot be read: expected 16 elements, the last a component separator, then a terminator and a GS segment: ask for the file as it was sent", nil)
	}
	if odd {
		t.file.Notes.Add("ISA segments whose elements lost their width were read by counting", t.number+1)
	}
	t.signs, t.cells = signs, signs.table()
	plain := signs
	plain.component, plain.repetition = 0, 0
	err = t.add(block, elements, plain.table(), false)
	t.line += bytes.Count(data[:size], []byte{'\n'})
	return size, false, err
}

// add keeps a segment with its bytes as cells have them; raw may be written to. unended says that the text ends with it and without a
// terminator.
func (t *segments) add(block *segmentBlock, raw []byte, same *[256]byte, unended bool) error {
	if len(raw) == 0 {
		return nil
	}
	t.number++
	for i, b := range raw {
		raw[i] = same[b]
	}
	raw = t.note.text(raw)
	t.file.Encoding = t.note.String()
	one := segment{text: unsafe.String(unsafe.SliceData(raw), len(raw)), number: t.number, line: t.line}
	block.list = append(block.list, one)
	return t.see(one.text, unended)
}

func (t *segments) damage(what string, err error) error {
	return &DamageError{File: t.file.Name, Line: t.line, What: fmt.Sprintf("segment %d: %s", t.number+1, what), Err: err}
}

// envelope is what of a transmission is open, and what was counted in it.
type envelope struct {
	interchange, group, set counted
}

// counted is an envelope: its control number, and how many of the next kind it holds.
type counted struct {
	open   bool
	number string
	holds  int
}

// see follows the envelopes.
func (t *segments) see(text string, unended bool) error {
	t.set.holds++
	name, rest, _ := strings.Cut(text, elementText)
	switch name {
	case "ISA", "GS", "ST", "SE", "GE", "IEA":
		e := strings.Split(rest, elementText)
		return t.around(name, append(e, make([]string, 13)...), unended) // an element that is not there is blank
	}
	if unended {
		return t.cut("in the middle of a segment")
	}
	return t.inside(name)
}

// around follows a segment of the envelopes with its elements.
func (t *segments) around(name string, e []string, unended bool) error {
	switch name {
	case "ISA":
		return t.opened(&t.interchange, e[12], t.interchange.open || t.group.open || t.set.open)
	case "GS":
		if t.group.open && !t.set.open {
			t.file.Notes.Add("GS segments before the one before has its GE", t.number)
		}
		t.interchange.holds++
		return t.opened(&t.group, e[5], t.set.open)
	case "ST":
		t.group.holds++
		err := t.opened(&t.set, e[1], t.set.open)
		t.set.holds = 1
		return err
	case "SE":
		return t.ended(&t.set, name, e, unended)
	case "GE":
		return t.ended(&t.group, name, e, unended)
	}
	return t.ended(&t.interchange, name, e, unended)
}

// opened notes that an envelope begins, before which others must have ended.
func (t *segments) opened(c *counted, number string, tooSoon bool) error {
	if tooSoon {
		return t.cut("what came before has no end")
	}
	*c = counted{open: true, number: strings.TrimSpace(number)}
	return nil
}

// ended notes that an envelope ends, and whether it holds as many as it says.
func (t *segments) ended(c *counted, name string, e []string, unended bool) error {
	if !c.open {
		t.file.Notes.Add(name+" segments that end nothing", t.number)
		return nil
	}
	if c != &t.set && t.set.open {
		return t.cut("a transaction has no SE segment")
	}
	if c == &t.interchange && t.group.open {
		t.group.open = false
		t.file.Notes.Add("IEA segments before a GS has its GE", t.number)
	}
	same := strings.TrimSpace(e[1]) == c.number
	switch {
	case unended && !same:
		return t.cut("in its last segment")
	case !same:
		t.file.Notes.Add(name+" segments with another control number than the beginning", t.number)
	}
	if strings.TrimLeft(strings.TrimSpace(e[0]), "0") != fmt.Sprint(c.holds) {
		t.file.Notes.Add(name+" segments that count otherwise than the file: look whether a part of it is missing", t.number)
	}
	c.open = false
	return nil
}

// inside notes a segment that has no name, which a terminator inside a text makes. Outside of all
// envelopes it is no segment.
func (t *segments) inside(name string) error {
	named := len(name) >= 2 && len(name) <= 3 && isUpper(name[0])
	for i := range len(name) {
		named = named && (isUpper(name[i]) || isDigits([]byte{name[i]}))
	}
	switch {
	case named:
		return nil
	case !t.set.open:
		t.number--
		return t.damage("text that is no segment stands outside of any transaction: ask for the file as it was sent", nil)
	}
	t.file.Notes.Add("segments without a name: a sign that ends segments stands inside a text", t.number)
	return nil
}

func (t *segments) cut(how string) error {
	t.number--
	return t.damage("the file is cut short, "+how+": claims are missing: download it again, or ask for it as it was sent", io.ErrUnexpectedEOF)
}

// whole tells whether all that was opened is closed where the text ends.
func (t *segments) whole() error {
	for _, c := range []struct {
		counted
		end string
	}{{t.set, "SE"}, {t.group, "GE"}, {t.interchange, "IEA"}} {
		if c.open {
			return t.cut("its " + c.end + " segment is missing")
		}
	}
	return nil
}

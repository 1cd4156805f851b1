package catalog

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// PairTable is the pair edits of one file in a compact form: the answer to the one question asked
// of every two lines of a day lies one or two reads away, and the form can be kept in a file.
// It never changes.
type PairTable struct {
	Quarter Quarter
	File    string // the file its rows came from

	codes     []byte // 8 bytes a code, in order
	rows      []byte // 4 bytes a code, and 4 more: where the records begin that have it as column 1
	codeSlots []byte // open hash of codes, 8 bytes each: the five letters and digits, and behind them the place plus 1
	records   []byte // 16 bytes an episode, those of one pair side by side and oldest first
	seconds   []byte // 2 bytes an episode: its column 2, in order within a column 1; what is searched
	texts     []string
	form      []byte // all of it, as written by Bytes
}

// The parts of a record, and of the head of the form.
const (
	recordSize = 16
	numParts   = 6
	headSize   = 4 * numParts
)

// partSizes are the bytes of one entry of each part of the form, in their order.
var partSizes = [numParts]int{8, 4, 8, 2, recordSize, 1}

// pairRecord is an episode: codes and rationale by their place in the table, days as the day number
// of a spreadsheet, which two bytes hold until 2079.
type pairRecord struct {
	column1, column2 uint16
	from, to         uint16 // 0 for an unknown beginning, openEnded
	row              uint32
	indicator, text  uint8
}

const openEnded = 1<<16 - 1

func (r *pairRecord) key() uint32 { return uint32(r.column1)<<16 | uint32(r.column2) }

// PairBuilder collects the rows of a pair table.
type PairBuilder struct {
	records []pairRecord
	places  map[claim.Code]uint16
	codes   []claim.Code
	texts   []string
	last    struct {
		code  claim.Code
		place uint16
	}
}

// NewPairBuilder makes room for about so many rows.
func NewPairBuilder(rows int) *PairBuilder {
	return &PairBuilder{records: make([]pairRecord, 0, rows), places: make(map[claim.Code]uint16)}
}

// Len is how many rows it holds.
func (b *PairBuilder) Len() int { return len(b.records) }

var (
	errDay   = errors.New("is not a day between 1900 and 2079")
	errMany  = errors.New("more different codes or reasons than a pair table has")
	errSelf  = errors.New("a code is paired with itself")
	errAfter = errors.New("the edit ends before it begins")
	errLong  = errors.New("a code is longer than five letters and digits")
)

// Add takes over one row: an episode of a pair and the row of the file it stands in.
func (b *PairBuilder) Add(e Edit) error {
	switch {
	case e.Column1 == e.Column2:
		return errSelf
	case (e.Column1|e.Column2)&placeBits != 0:
		return errLong
	}
	if e.From > e.To && e.Indicator != NeverInForce {
		return errAfter
	}
	from, ok := packDay(e.From)
	to, ok2 := packDay(e.To)
	if !ok || !ok2 {
		return errDay
	}
	r := pairRecord{from: from, to: to, row: uint32(e.Row), indicator: uint8(e.Indicator)}
	var err1, err2, err3 error
	r.column1, err1 = b.place(e.Column1)
	r.column2, err2 = b.place(e.Column2)
	r.text, err3 = b.reason(e.Rationale)
	b.records = append(b.records, r)
	return errors.Join(err1, err2, err3)
}

func packDay(d claim.Date) (uint16, bool) {
	if d == claim.EndOfTime {
		return openEnded, true
	}
	return uint16(d), 0 <= d && d < openEnded
}

func unpackDay(d uint16) claim.Date {
	if d == openEnded {
		return claim.EndOfTime
	}
	return claim.Date(d)
}

func (b *PairBuilder) place(code claim.Code) (uint16, error) {
	if b.last.code == code {
		return b.last.place, nil
	}
	place, ok := b.places[code]
	if !ok {
		if len(b.codes) == 1<<16-1 {
			return 0, errMany
		}
		place = uint16(len(b.codes))
		b.places[code] = place
		b.codes = append(b.codes, code)
	}
	b.last.code, b.last.place = code, place
	return place, nil
}

func (b *PairBuilder) reason(text string) (uint8, error) {
	place := slices.Index(b.texts, text)
	if place < 0 {
		if place = len(b.texts); place > 255 {
			return 0, errMany
		}
		b.texts = append(b.texts, strings.Clone(text))
	}
	return uint8(place), nil
}

// Table sorts the rows and makes the table of them. The builder must not be used afterwards.
func (b *PairBuilder) Table() *PairTable {
	b.sort()
	texts := strings.Join(b.texts, "\x00")
	counts := [numParts]int{len(b.codes), len(b.codes) + 1, hashSize(len(b.codes)), len(b.records), len(b.records), len(texts)}
	size := headSize
	for i, n := range counts {
		size += n * partSizes[i]
	}
	form := make([]byte, headSize, size)
	for i, n := range counts {
		binary.LittleEndian.PutUint32(form[4*i:], uint32(n))
	}
	for _, code := range b.codes {
		form = binary.LittleEndian.AppendUint64(form, uint64(code))
	}
	form = form[:len(form)+4*counts[1]+8*counts[2]]
	for i := range b.records {
		form = binary.LittleEndian.AppendUint16(form, b.records[i].column2)
	}
	for i := range b.records {
		form = b.records[i].append(form)
	}
	form = append(form, texts...)
	t := open(form)
	t.index()
	return t
}

// hashSize is a power of two with room for n entries and half as many free.
func hashSize(n int) int { return 1 << bits.Len(uint(n+n/2)) }

func (r *pairRecord) append(form []byte) []byte {
	form = binary.LittleEndian.AppendUint32(form, r.key())
	form = binary.LittleEndian.AppendUint16(form, r.from)
	form = binary.LittleEndian.AppendUint16(form, r.to)
	form = binary.LittleEndian.AppendUint32(form, r.row)
	return append(form, r.indicator, r.text, 0, 0)
}

// sort puts codes in order, and the episodes by their codes and then by age. CMS's files are in
// that order already, which costs next to nothing.
func (b *PairBuilder) sort() {
	sorted := slices.Sorted(slices.Values(b.codes))
	to := make([]uint16, len(sorted))
	for place, code := range sorted {
		to[b.places[code]] = uint16(place)
	}
	for i := range b.records {
		r := &b.records[i]
		r.column1, r.column2 = to[r.column1], to[r.column2]
	}
	b.codes = sorted
	slices.SortStableFunc(b.records, func(x, y pairRecord) int {
		return cmp.Or(cmp.Compare(x.key(), y.key()), cmp.Compare(x.to, y.to), cmp.Compare(x.from, y.from))
	})
}

// index fills both hashes.
func (t *PairTable) index() {
	for place := range len(t.codes) / 8 {
		code := t.code(place)
		slot, _ := t.codeSlot(code)
		binary.LittleEndian.PutUint64(t.codeSlots[8*slot:], uint64(code)|uint64(place+1))
	}
	row := 0
	for i := range t.Len() + 1 {
		for ; row <= len(t.codes)/8 && (i == t.Len() || row <= int(t.key(i)>>16)); row++ {
			binary.LittleEndian.PutUint32(t.rows[4*row:], uint32(i))
		}
	}
}

var errForm = errors.New("the compiled pair table is damaged")

// OpenPairs is the table whose form was written by Bytes. The form must not change afterwards.
func OpenPairs(form []byte) (*PairTable, error) {
	if len(form) < headSize {
		return nil, errForm
	}
	n, total := sizes(form)
	if len(form) != total || bits.OnesCount(uint(n[2])) != 1 {
		return nil, errForm
	}
	return open(form), nil
}

// sizes are the bytes of the form's parts, and of all of it.
func sizes(form []byte) (n [numParts]int, total int) {
	total = headSize
	for i, size := range partSizes {
		n[i] = size * int(binary.LittleEndian.Uint32(form[4*i:]))
		total += n[i]
	}
	return n, total
}

func open(form []byte) *PairTable {
	n, _ := sizes(form)
	t, at := &PairTable{form: form}, headSize
	part := func(size int) []byte { at += size; return form[at-size : at : at] }
	t.codes, t.rows, t.codeSlots, t.seconds, t.records = part(n[0]), part(n[1]), part(n[2]), part(n[3]), part(n[4])
	t.texts = strings.Split(string(part(n[5])), "\x00")
	return t
}

// Bytes is the table's form, for a file.
func (t *PairTable) Bytes() []byte { return t.form }

// Len is how many episodes the table holds.
func (t *PairTable) Len() int { return len(t.records) / recordSize }

func (t *PairTable) code(place int) claim.Code {
	return claim.Code(binary.LittleEndian.Uint64(t.codes[8*place:]))
}

func (t *PairTable) key(i int) uint32 { return binary.LittleEndian.Uint32(t.records[recordSize*i:]) }

const odd = 0x9e3779b97f4a7c15

// placeBits are the bits of a code behind its fifth character.
const placeBits = 1<<24 - 1

// codeSlot is the slot of the code and its place plus 1; or the empty slot where it would be, and 0.
func (t *PairTable) codeSlot(code claim.Code) (slot int, place uint32) {
	mask := len(t.codeSlots)/8 - 1
	slot = int(uint64(code)*odd>>32) & mask
	for {
		at := binary.LittleEndian.Uint64(t.codeSlots[8*slot:])
		if at == 0 || at&^placeBits == uint64(code) {
			return slot, uint32(at & placeBits)
		}
		slot = (slot + 1) & mask
	}
}

func (t *PairTable) place(code claim.Code) (uint32, bool) {
	_, at := t.codeSlot(code)
	return at - 1, at != 0
}

// Has tells whether the table has the code in either column.
func (t *PairTable) Has(code claim.Code) bool {
	_, ok := t.place(code)
	return ok
}

// span is where the episodes of the pair in that direction begin and end. Known is false when the
// table does not have both codes.
func (t *PairTable) span(column1, column2 claim.Code) (first, end int, known bool) {
	one, ok := t.place(column1)
	if !ok {
		return 0, 0, false
	}
	two, ok := t.place(column2)
	if !ok {
		return 0, 0, false
	}
	first, end = t.row(one), t.row(one+1)
	for low := first; low < end; {
		if middle := int(uint(low+end) / 2); t.second(middle) < two {
			low, first = middle+1, middle+1
		} else {
			end = middle
		}
	}
	for end = first; end < t.row(one+1) && t.second(end) == two; {
		end++
	}
	return first, end, true
}

// row is where the records begin that have the code of that place as column 1.
func (t *PairTable) paired(column1, column2 claim.Code) bool {
	first, end, _ := t.span(column1, column2)
	return first < end
}

func (t *PairTable) row(place uint32) int { return int(binary.LittleEndian.Uint32(t.rows[4*place:])) }

// second is the place of the i-th episode's column 2 code.
func (t *PairTable) second(i int) uint32 { return uint32(binary.LittleEndian.Uint16(t.seconds[2*i:])) }

// record is the i-th episode, without what it takes work to read.
func (t *PairTable) record(i int) (from, to claim.Date, indicator Indicator) {
	r := t.records[recordSize*i : recordSize*(i+1)]
	from, to = unpackDay(binary.LittleEndian.Uint16(r[4:])), unpackDay(binary.LittleEndian.Uint16(r[6:]))
	return from, to, Indicator(r[12])
}

// At is the i-th episode.
func (t *PairTable) At(i int) Edit {
	r := t.records[recordSize*i : recordSize*(i+1)]
	key := t.key(i)
	e := Edit{
		Column1: t.code(int(key >> 16)), Column2: t.code(int(key & 0xffff)), Rationale: t.texts[r[13]],
		Row: int(binary.LittleEndian.Uint32(r[8:])), Table: t,
	}
	e.From, e.To, e.Indicator = t.record(i)
	return e
}

// on is the episode in force on that day out of a span; -1 for none. Where episodes of both
// indicators cover the day it is the stricter, and both is true.
func (t *PairTable) on(first, end int, d claim.Date) (found int, both bool) {
	found = -1
	var have Indicator
	for i := first; i < end; i++ {
		from, to, indicator := t.record(i)
		if d < from || to < d || indicator == NeverInForce {
			continue
		}
		both = both || found >= 0 && indicator != have
		if found < 0 || indicator == Never {
			found, have = i, indicator
		}
	}
	return found, both
}

// Edits are the episodes of the pair in that direction, oldest first.
func (t *PairTable) Edits(column1, column2 claim.Code) []Edit {
	first, end, _ := t.span(column1, column2)
	edits := make([]Edit, 0, end-first)
	for i := first; i < end; i++ {
		edits = append(edits, t.At(i))
	}
	return edits
}

// says tells whether both tables hold the same episodes; nil is a table of none.
func (t *PairTable) says(u *PairTable) bool {
	if t == nil || u == nil || t.Len() != u.Len() {
		return t == u
	}
	for i := range t.Len() {
		a, b := t.At(i), u.At(i)
		a.Row, a.Table, b.Row, b.Table = 0, nil, 0, nil
		if a != b {
			return false
		}
	}
	return true
}

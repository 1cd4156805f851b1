package hold

import (
	"encoding/binary"
	"hash/fnv"
	"math/bits"

	"claimaudit/audit/claim"
)

// Between parsing and judging a line is a packed record: its length, then its fields as short
// numbers, texts that recur as numbers in its collector's words. Most lines take some 50 bytes.
// A record begins with what partitions and sorts it, so that sorting needs no whole line.

// packer writes one record into buf.
type packer struct {
	words *words // nil: every text is written out, so that the record says all by itself
	buf   []byte
}

func (p *packer) number(v uint64) { p.buf = binary.AppendUvarint(p.buf, v) }
func (p *packer) signed(v int64)  { p.buf = binary.AppendVarint(p.buf, v) }

// fixed writes a number that is seldom small.
func (p *packer) fixed(v uint32) { p.buf = binary.LittleEndian.AppendUint32(p.buf, v) }

func (p *packer) text(s string) {
	p.number(uint64(len(s)))
	p.buf = append(p.buf, s...)
}

func (p *packer) word(s string) {
	id := uint64(0)
	if p.words != nil {
		id = p.words.id(s)
	}
	p.number(id)
	if id == 0 {
		p.text(s)
	}
}

// code writes a packed code of up to eight characters as a word.
func (p *packer) code(v uint64) {
	var b [8]byte
	p.word(string(codeText(&b, v)))
}

// codeText is the text of a packed code, in b.
func codeText(b *[8]byte, v uint64) []byte {
	binary.BigEndian.PutUint64(b[:], v)
	return b[:8-bits.TrailingZeros64(v)/8]
}

// hasFaults is the bit of a record with cells that could not be read. The bits from the lowest on are
// for values, which are written only where they are not as on most lines.
const hasFaults = 1 << 31

const (
	flagAnonymous = 1 << iota
	flagAmbiguous
	flagShares // its row with other services
	flagLost   // a row that could not be read: whose it was, and nothing else
	flagSurvey // its patient is to be surveyed for it
	flagAlike  // what is alike on many lines stands in its collector's words
)

// claimHash is the hash of the claim that a line without a patient is of; 0 where it names none.
func claimHash(l *claim.Line) uint64 {
	if l.Claim == "" {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(l.Claim)) // never fails
	return h.Sum64() | aloneBit<<1
}

// pack makes the line's record.
func (p *packer) pack(l *claim.Line) { p.packAs(l, 0) }

// packAs makes the record of a line with further flags.
func (p *packer) packAs(l *claim.Line, flags uint64) {
	p.buf = p.buf[:0]
	layout, alike := lineLayout, uint64(0)
	if p.words != nil {
		if alike = p.words.alikeID(l); alike != 0 {
			layout, flags = ownLayout, flags|flagAlike
		}
	}
	p.number(flagsOf(l) | flags)
	p.fixed(uint32(l.From))
	p.text(l.Patient)
	if l.Anonymous {
		h := claimHash(l)
		p.fixed(uint32(h))
		p.fixed(uint32(h >> 32))
	}
	if alike != 0 {
		p.number(alike)
	}
	if l.Ambiguous != 0 {
		p.number(uint64(l.Ambiguous))
	}
	p.number(uint64(l.Pos.Input))
	p.fixed(uint32(l.Pos.Row))
	if l.Pos.Shares() {
		p.number(uint64(l.Pos.Column))
		p.number(uint64(l.Pos.Nth))
	}
	p.fixed(uint32(l.Given))
	at := len(p.buf)
	p.fixed(0)
	has := p.fields(l, layout)
	binary.LittleEndian.PutUint32(p.buf[at:], has)
}

func flagsOf(l *claim.Line) (flags uint64) {
	if l.Anonymous {
		flags |= flagAnonymous
	}
	if l.Ambiguous != 0 {
		flags |= flagAmbiguous
	}
	if l.Pos.Shares() {
		flags |= flagShares
	}
	return flags
}

// fields writes the fields of the layout, and tells which of them the record has.
func (p *packer) fields(l *claim.Line, y *layout) (has uint32) {
	for i := range y.texts {
		if s := *y.texts[i].of(l); s != "" {
			p.text(s)
			has |= y.texts[i].bit
		}
	}
	for i := range y.words {
		if s := *y.words[i].of(l); s != "" {
			p.word(s)
			has |= y.words[i].bit
		}
	}
	for i := range y.dates {
		if d := *y.dates[i].of(l); d != 0 {
			p.signed(int64(d) - int64(l.From))
			has |= y.dates[i].bit
		}
	}
	for i := range y.amounts {
		if n := *y.amounts[i].of(l); n != y.amounts[i].usual {
			p.signed(n)
			has |= y.amounts[i].bit
		}
	}
	for i := range y.codes {
		has |= p.codeCell(&y.codes[i], l)
	}
	return has | p.rest(l, y)
}

// codeCell writes a code, and the cell it was read from where that holds anything else.
func (p *packer) codeCell(s *codeSpot, l *claim.Line) (has uint32) {
	var b [8]byte
	code, cell := *s.of(l), *s.cell.of(l)
	text := codeText(&b, uint64(code))
	if code != 0 {
		p.word(string(text))
		has = s.bit
	}
	if cell != string(text) {
		p.text(cell)
		has |= s.cell.bit
	}
	return has
}

// rest is fields for lists and small numbers, and for what could not be read.
func (p *packer) rest(l *claim.Line, y *layout) (has uint32) {
	for i := range y.modifiers {
		if ms := y.modifiers[i].of(l); *ms != (claim.Modifiers{}) {
			p.mods(*ms)
			has |= y.modifiers[i].bit
		}
	}
	for i := range y.diagnoses {
		if dx := y.diagnoses[i].of(l); *dx != ([12]claim.Diagnosis{}) {
			p.diagnoses(dx)
			has |= y.diagnoses[i].bit
		}
	}
	for i := range y.small {
		if v := *y.small[i].of(l); v != 0 {
			p.number(uint64(v))
			has |= y.small[i].bit
		}
	}
	for i := range y.numbers {
		if v := *y.numbers[i].of(l); v != 0 {
			p.number(v)
			has |= y.numbers[i].bit
		}
	}
	if l.Bad != 0 || len(l.Faults) > 0 {
		has |= hasFaults
		p.faults(l)
	}
	return has
}

func (p *packer) mods(ms claim.Modifiers) {
	for _, m := range ms {
		p.number(uint64(m))
	}
}

func (p *packer) diagnoses(dx *[12]claim.Diagnosis) {
	n := len(dx)
	for n > 0 && dx[n-1] == 0 {
		n--
	}
	p.number(uint64(n))
	for _, d := range dx[:n] {
		p.code(uint64(d))
	}
}

func (p *packer) faults(l *claim.Line) {
	p.number(uint64(l.Bad))
	p.number(uint64(len(l.Faults)))
	for _, f := range l.Faults {
		p.number(uint64(f.Field))
		p.text(f.Text)
		p.word(f.Expected)
	}
}

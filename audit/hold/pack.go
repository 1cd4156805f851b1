package hold

import (
	"encoding/binary"
	"math/bits"

	"claimaudit/audit/claim"
)

// Between parsing and judging a line is a packed record: its length, then its fields as short
// numbers, texts that recur as numbers in its collector's words. Most lines take some 50 bytes.
// A record begins with what partitions and sorts it, so that sorting needs no whole line.

// packer writes one record into buf.
type packer struct {
	words *words
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
	id := p.words.id(s)
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

// The fields that are written only when they are not as on most lines, one bit each, in the order
// they are written.
const (
	hasClaim = 1 << iota
	hasBirth
	hasTo
	hasCode
	hasBilled
	hasMods
	hasUnits
	hasCharge
	hasDx
	hasRendering
	hasBilling
	hasTIN
	hasPOS
	hasPayer
	hasType
	hasFrequency
	hasAuth
	hasReceived
	hasState
	hasNarrative
	hasFaults
	hasLineID
	hasPayment
)

const (
	flagAnonymous = 1 << iota
	flagAmbiguous
)

// pack makes the line's record.
func (p *packer) pack(l *claim.Line) {
	p.buf = p.buf[:0]
	p.number(flagsOf(l))
	p.fixed(uint32(l.From))
	p.text(l.Patient)
	if l.Ambiguous != 0 {
		p.number(uint64(l.Ambiguous))
	}
	p.number(uint64(l.Pos.Input))
	p.fixed(uint32(l.Pos.Row))
	p.fixed(uint32(l.Given))
	has := presence(l)
	p.fixed(uint32(has))
	p.service(l, has)
	p.parties(l, has)
	p.rest(l, has)
}

func flagsOf(l *claim.Line) (flags uint64) {
	if l.Anonymous {
		flags |= flagAnonymous
	}
	if l.Ambiguous != 0 {
		flags |= flagAmbiguous
	}
	return flags
}

func presence(l *claim.Line) (has uint64) {
	var b [8]byte
	for bit, present := range [...]bool{
		l.Claim != "", l.Birth != 0, l.To != 0, l.Code != 0, l.Billed != string(codeText(&b, uint64(l.Code))),
		l.Mods != claim.Modifiers{}, l.Units != claim.One, l.Charge != 0, l.Dx != [12]claim.Diagnosis{},
		l.Rendering != "", l.Billing != "", l.TIN != "", l.POS != "",
		l.Payer != 0 || l.PayerName != "", l.Type != 0, l.Frequency != 0, l.Auth != "",
		l.Received != 0, l.State != "", l.Narrative != "", l.Bad != 0 || len(l.Faults) > 0,
		l.LineID != "", l.Payment != 0,
	} {
		if present {
			has |= 1 << bit
		}
	}
	return has
}

// service writes what was billed.
func (p *packer) service(l *claim.Line, has uint64) {
	if has&hasClaim != 0 {
		p.text(l.Claim)
	}
	if has&hasBirth != 0 {
		p.signed(int64(l.Birth))
	}
	if has&hasTo != 0 {
		p.signed(int64(l.To - l.From))
	}
	if has&hasCode != 0 {
		p.code(uint64(l.Code))
	}
	if has&hasBilled != 0 {
		p.text(l.Billed)
	}
	if has&hasMods != 0 {
		p.mods(l.Mods)
	}
	if has&hasUnits != 0 {
		p.signed(int64(l.Units))
	}
	if has&hasCharge != 0 {
		p.signed(int64(l.Charge))
	}
	if has&hasDx != 0 {
		p.diagnoses(&l.Dx)
	}
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

// parties writes who gave the service, who bills and who pays.
func (p *packer) parties(l *claim.Line, has uint64) {
	for _, w := range [...]struct {
		bit  uint64
		text string
	}{{hasRendering, l.Rendering}, {hasBilling, l.Billing}, {hasTIN, l.TIN}, {hasPOS, l.POS}} {
		if has&w.bit != 0 {
			p.word(w.text)
		}
	}
	if has&hasPayer != 0 {
		p.number(uint64(l.Payer))
		p.word(l.PayerName)
	}
}

// rest writes what few lines have.
func (p *packer) rest(l *claim.Line, has uint64) {
	if has&hasType != 0 {
		p.number(uint64(l.Type))
	}
	if has&hasFrequency != 0 {
		p.number(uint64(l.Frequency))
	}
	if has&hasAuth != 0 {
		p.text(l.Auth)
	}
	if has&hasReceived != 0 {
		p.signed(int64(l.Received))
	}
	if has&hasState != 0 {
		p.word(l.State)
	}
	if has&hasNarrative != 0 {
		p.text(l.Narrative)
	}
	if has&hasFaults != 0 {
		p.faults(l)
	}
	if has&hasLineID != 0 {
		p.text(l.LineID)
	}
	if has&hasPayment != 0 {
		p.number(l.Payment)
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

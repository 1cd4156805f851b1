package hold

import (
	"hash/maphash"

	"claimaudit/audit/claim"
)

// unpacker reads records back out of a part. Texts of the lines it fills are substrings of data.
type unpacker struct {
	words *words
	data  string
	at    int
}

func (u *unpacker) number() (v uint64) {
	for shift := 0; ; shift += 7 {
		b := u.data[u.at]
		u.at++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
}

func (u *unpacker) fixed() uint32 {
	v := le32(u.data[u.at:])
	u.at += 4
	return v
}

func (u *unpacker) signed() int64 {
	v := u.number()
	return int64(v>>1) ^ -int64(v&1)
}

func (u *unpacker) text() string {
	n := int(u.number())
	s := u.data[u.at : u.at+n]
	u.at += n
	return s
}

func (u *unpacker) word() string {
	if id := u.number(); id != 0 {
		return u.words.text[id-1]
	}
	return u.text()
}

// passWord passes what word reads.
func (u *unpacker) passWord() {
	if u.number() == 0 {
		u.text()
	}
}

func (u *unpacker) code() uint64 { return packed(u.word()) }

// patient is the hash of the record's patient; where there is none that of its claim, and without a claim
// one with aloneBit.
func (u *unpacker) patient(seed maphash.Seed) uint64 {
	flags := u.number()
	u.fixed()
	h := maphash.String(seed, u.text()) &^ aloneBit
	if flags&flagAnonymous == 0 {
		return h
	}
	if of := u.claimHash(); of != 0 {
		return of &^ aloneBit
	}
	return h | aloneBit
}

// claimHash is what stands in the record of a line without a patient, of its claim.
func (u *unpacker) claimHash() uint64 {
	low := uint64(u.fixed())
	return low | uint64(u.fixed())<<32
}

// line fills l with the record at the reader; sources tell which dates are to be swapped.
func (u *unpacker) line(l *claim.Line, sources []claim.Source) {
	flags := u.number()
	from, patient := claim.Date(u.fixed()), u.text()
	if flags&flagAnonymous != 0 {
		u.claimHash()
	}
	layout := lineLayout
	*l = blankLine
	if flags&flagAlike != 0 {
		layout = ownLayout
		l.SetAlike(&u.words.alike[u.number()-1])
	}
	l.From, l.Patient, l.Anonymous = from, patient, flags&flagAnonymous != 0
	if flags&flagAmbiguous != 0 {
		l.Ambiguous = claim.Fields(u.number())
	}
	l.Pos.Input = int32(u.number())
	l.Pos.Row = int32(u.fixed())
	if flags&flagShares != 0 {
		l.Pos.Column, l.Pos.Nth = int16(u.number()), int16(u.number())
	}
	l.Given = claim.Fields(u.fixed())
	u.fields(l, layout, u.fixed())
	if l.Ambiguous == 0 {
		return
	}
	if swap := l.Ambiguous & sources[l.Pos.Input].DayFirst; swap != 0 {
		l.SwapDays(swap)
	}
}

// blankLine is a line before its record is read.
var blankLine = claim.Blank()

// fields reads what packer.fields wrote, in the same order.
func (u *unpacker) fields(l *claim.Line, y *layout, has uint32) {
	for i := range y.texts {
		if has&y.texts[i].bit != 0 {
			*y.texts[i].of(l) = u.text()
		}
	}
	for i := range y.words {
		if has&y.words[i].bit != 0 {
			*y.words[i].of(l) = u.word()
		}
	}
	for i := range y.dates {
		if has&y.dates[i].bit != 0 {
			*y.dates[i].of(l) = l.From + claim.Date(u.signed())
		}
	}
	for i := range y.amounts {
		if has&y.amounts[i].bit != 0 {
			*y.amounts[i].of(l) = u.signed()
		}
	}
	for i := range y.codes {
		u.codeCell(&y.codes[i], l, has)
	}
	u.rest(l, y, has)
}

func (u *unpacker) codeCell(s *codeSpot, l *claim.Line, has uint32) {
	cell := ""
	if has&s.bit != 0 {
		cell = u.word()
		*s.of(l) = claim.Code(packed(cell))
	}
	if has&s.cell.bit != 0 {
		cell = u.text()
	}
	*s.cell.of(l) = cell
}

func (u *unpacker) rest(l *claim.Line, y *layout, has uint32) {
	for i := range y.modifiers {
		if has&y.modifiers[i].bit != 0 {
			*y.modifiers[i].of(l) = u.mods()
		}
	}
	for i := range y.diagnoses {
		if has&y.diagnoses[i].bit != 0 {
			dx := y.diagnoses[i].of(l)
			for k := range u.number() {
				dx[k] = claim.Diagnosis(u.code())
			}
		}
	}
	for i := range y.small {
		if has&y.small[i].bit != 0 {
			*y.small[i].of(l) = uint8(u.number())
		}
	}
	for i := range y.numbers {
		if has&y.numbers[i].bit != 0 {
			*y.numbers[i].of(l) = u.number()
		}
	}
	if has&hasFaults != 0 {
		u.faults(l)
	}
}

// packed is a code's number from its text.
func packed(s string) (v uint64) {
	for i := range len(s) {
		v |= uint64(s[i]) << (56 - 8*i)
	}
	return v
}

func (u *unpacker) faults(l *claim.Line) {
	l.Bad = claim.Fields(u.number())
	l.Faults = make([]claim.Fault, u.number())
	for i := range l.Faults {
		l.Faults[i] = claim.Fault{Field: claim.Field(u.number()), Text: u.text(), Expected: u.word()}
	}
}

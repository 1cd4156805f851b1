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

func (u *unpacker) code() uint64 { return packed(u.word()) }

// patient is the hash of the record's patient, with aloneBit where there is none.
func (u *unpacker) patient(seed maphash.Seed) uint64 {
	flags := u.number()
	u.fixed()
	h := maphash.String(seed, u.text()) &^ aloneBit
	if flags&flagAnonymous != 0 {
		h |= aloneBit
	}
	return h
}

// line fills l with the record at the reader; sources tell which dates are to be swapped.
func (u *unpacker) line(l *claim.Line, sources []claim.Source) {
	*l = claim.Line{Units: claim.One}
	flags := u.number()
	l.Anonymous = flags&flagAnonymous != 0
	l.From = claim.Date(u.fixed())
	l.Patient = u.text()
	if flags&flagAmbiguous != 0 {
		l.Ambiguous = claim.Fields(u.number())
	}
	l.Pos.Input = int32(u.number())
	l.Pos.Row = int32(u.fixed())
	l.Given = claim.Fields(u.fixed())
	has := uint64(u.fixed())
	u.service(l, has)
	u.parties(l, has)
	u.rest(l, has)
	if l.Ambiguous == 0 {
		return
	}
	if swap := l.Ambiguous & sources[l.Pos.Input].DayFirst; swap != 0 {
		swapDates(l, swap)
	}
}

// swapDates reads the line's ambiguous dates day first, now that their column is known to be so.
func swapDates(l *claim.Line, swap claim.Fields) {
	for _, d := range [...]struct {
		field claim.Field
		date  *claim.Date
	}{
		{claim.FieldFrom, &l.From}, {claim.FieldTo, &l.To},
		{claim.FieldBirth, &l.Birth}, {claim.FieldReceived, &l.Received},
	} {
		if swap.Has(d.field) {
			*d.date = d.date.SwapDayMonth()
		}
	}
}

func (u *unpacker) service(l *claim.Line, has uint64) {
	if has&hasClaim != 0 {
		l.Claim = u.text()
	}
	if has&hasBirth != 0 {
		l.Birth = claim.Date(u.signed())
	}
	if has&hasTo != 0 {
		l.To = l.From + claim.Date(u.signed())
	}
	if has&hasCode != 0 {
		l.Billed = u.word()
		l.Code = claim.Code(packed(l.Billed))
	}
	if has&hasBilled != 0 {
		l.Billed = u.text()
	}
	if has&hasMods != 0 {
		for i := range l.Mods {
			l.Mods[i] = claim.Modifier(u.number())
		}
	}
	if has&hasUnits != 0 {
		l.Units = claim.Units(u.signed())
	}
	if has&hasCharge != 0 {
		l.Charge = claim.Cents(u.signed())
	}
	if has&hasDx != 0 {
		for i := range u.number() {
			l.Dx[i] = claim.Diagnosis(u.code())
		}
	}
}

// packed is a code's number from its text.
func packed(s string) (v uint64) {
	for i := range len(s) {
		v |= uint64(s[i]) << (56 - 8*i)
	}
	return v
}

func (u *unpacker) parties(l *claim.Line, has uint64) {
	if has&hasRendering != 0 {
		l.Rendering = u.word()
	}
	if has&hasBilling != 0 {
		l.Billing = u.word()
	}
	if has&hasTIN != 0 {
		l.TIN = u.word()
	}
	if has&hasPOS != 0 {
		l.POS = u.word()
	}
	if has&hasPayer != 0 {
		l.Payer = claim.Payer(u.number())
		l.PayerName = u.word()
	}
}

func (u *unpacker) rest(l *claim.Line, has uint64) {
	if has&hasType != 0 {
		l.Type = claim.Type(u.number())
	}
	if has&hasFrequency != 0 {
		l.Frequency = byte(u.number())
	}
	if has&hasAuth != 0 {
		l.Auth = u.text()
	}
	if has&hasReceived != 0 {
		l.Received = claim.Date(u.signed())
	}
	if has&hasState != 0 {
		l.State = u.word()
	}
	if has&hasNarrative != 0 {
		l.Narrative = u.text()
	}
	if has&hasFaults != 0 {
		u.faults(l)
	}
	if has&hasLineID != 0 {
		l.LineID = u.text()
	}
	if has&hasPayment != 0 {
		l.Payment = u.number()
	}
}

func (u *unpacker) faults(l *claim.Line) {
	l.Bad = claim.Fields(u.number())
	l.Faults = make([]claim.Fault, u.number())
	for i := range l.Faults {
		l.Faults[i] = claim.Fault{Field: claim.Field(u.number()), Text: u.text(), Expected: u.word()}
	}
}

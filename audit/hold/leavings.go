package hold

import (
	"encoding/binary"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Leavings keep rows that are not audited, packed: their places in memory, and the rest of them in the
// body's memory and files.
type Leavings struct {
	store  store
	rows   []leaving
	causes map[cause]uint32
	known  []cause
	record [leavingSize]byte
}

// leaving is where a row stands, and which record is the rest of it.
type leaving struct {
	pos    claim.Pos
	number uint32
}

// cause is why rows are left out; most have one of a few.
type cause struct {
	kind   claim.UnreadKind
	reason string
}

// A record is the number of the cause, what the charge is known to be, the charge, and the row repeated.
const (
	leavingSize = 4 + 1 + 8 + 4 + 4 + 2 + 2
	inBox       = 1 + leavingSize // with its length in front
	perBox      = (boxSize-binary.MaxVarintLen32-leavingSize)/inBox + 1
)

const (
	leftPart = 1 << iota
	leftUnknown
)

// NewLeavings makes an empty list, in the body's memory and files.
func NewLeavings(body *Body) *Leavings {
	return &Leavings{store: store{body: body}, causes: map[cause]uint32{}}
}

// Keep packs a row; it keeps nothing of u.
func (l *Leavings) Keep(u *claim.Unread) error {
	why := cause{u.Kind, u.Reason}
	n, known := l.causes[why]
	if !known {
		n = uint32(len(l.known))
		l.causes[why], l.known = n, append(l.known, why)
	}
	b := l.record[:0]
	b = binary.LittleEndian.AppendUint32(b, n)
	flags := byte(0)
	if u.Part {
		flags |= leftPart
	}
	if u.ChargeUnknown {
		flags |= leftUnknown
	}
	b = append(b, flags)
	b = binary.LittleEndian.AppendUint64(b, uint64(u.Charge))
	b = binary.LittleEndian.AppendUint32(b, uint32(u.Repeats.Input))
	b = binary.LittleEndian.AppendUint32(b, uint32(u.Repeats.Row))
	b = binary.LittleEndian.AppendUint16(b, uint16(u.Repeats.Column))
	b = binary.LittleEndian.AppendUint16(b, uint16(u.Repeats.Nth))
	l.rows = append(l.rows, leaving{u.Pos, uint32(len(l.rows))})
	_, err := l.store.put(b)
	return err
}

// at is the row of a place, whose record has the number.
func (l *Leavings) at(pos claim.Pos, number uint32) (claim.Unread, error) {
	u := claim.Unread{Pos: pos}
	b, err := l.store.record(placeOf(int(number/perBox), int(number%perBox*inBox)))
	if err != nil {
		return u, err
	}
	why := l.known[binary.LittleEndian.Uint32(b)]
	u.Kind, u.Reason = why.kind, why.reason
	u.Part, u.ChargeUnknown = b[4]&leftPart != 0, b[4]&leftUnknown != 0
	u.Charge = claim.Cents(binary.LittleEndian.Uint64(b[5:]))
	u.Repeats = claim.Pos{
		Input: int32(binary.LittleEndian.Uint32(b[13:])), Row: int32(binary.LittleEndian.Uint32(b[17:])),
		Column: int16(binary.LittleEndian.Uint16(b[21:])), Nth: int16(binary.LittleEndian.Uint16(b[23:])),
	}
	return u, nil
}

// leftOut are the rows of several lists in order; the numbers of a list begin where those of the one before
// it end.
type leftOut struct {
	of      []*Leavings
	begins  []uint32
	rows    []leaving
	trouble trouble
}

// GatherLeft brings the rows of the lists into the order of the input. The lists are used up.
func GatherLeft(from []*Leavings) audit.LeftOut {
	n := 0
	for _, l := range from {
		n += len(l.rows)
	}
	all := &leftOut{of: from, rows: make([]leaving, 0, n)}
	for _, l := range from {
		begin := uint32(len(all.rows))
		all.begins = append(all.begins, begin)
		for _, r := range l.rows {
			all.rows = append(all.rows, leaving{r.pos, begin + r.number})
		}
		l.rows = nil
	}
	slices.SortFunc(all.rows, func(a, b leaving) int { return a.pos.Compare(b.pos) })
	return all
}

// Len is the number of rows.
func (l *leftOut) Len() int { return len(l.rows) }

// At is the i-th row.
func (l *leftOut) At(i int) claim.Unread {
	r := l.rows[i]
	at, found := slices.BinarySearch(l.begins, r.number)
	if !found {
		at--
	}
	for at+1 < len(l.begins) && l.begins[at+1] == r.number {
		at++ // lists before it are empty
	}
	u, err := l.of[at].at(r.pos, r.number-l.begins[at])
	if err != nil {
		l.trouble.note(err)
	}
	return u
}

// Err is the first failure to read a row back.
func (l *leftOut) Err() error { return l.trouble.err() }

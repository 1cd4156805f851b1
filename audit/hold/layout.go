package hold

import (
	"fmt"
	"unsafe"

	"claimaudit/audit/claim"
)

// layout is where the values lie in a line that a record does not begin with, by how they are packed. It
// is made once from the list of a line's fields: packing millions of lines is no time to ask each field
// for the type of its value.
type layout struct {
	texts     []spot[string] // another on most lines
	words     []spot[string] // the same on many
	dates     []spot[claim.Date]
	amounts   []amount
	codes     []codeSpot
	modifiers []spot[claim.Modifiers]
	diagnoses []spot[[12]claim.Diagnosis]
	small     []spot[uint8]
	numbers   []spot[uint64]

	bits int // how many of a record's bits are taken
}

// spot is where a value lies, and the bit of a record that has it.
type spot[T any] struct {
	bit uint32
	at  uintptr // behind the beginning of the line
}

func (s *spot[T]) of(l *claim.Line) *T { return (*T)(unsafe.Add(unsafe.Pointer(l), s.at)) }

// amount is a spot of units or cents, and how many most lines have.
type amount struct {
	spot[int64]
	usual int64
}

// codeSpot is a spot of a code, and of the cell it was read from.
type codeSpot struct {
	spot[claim.Code]
	cell spot[string]
}

// lineLayout is the layout of a whole line, ownLayout that of a line whose record begins with what is alike on many.
var (
	lineLayout = newLayout(0)
	ownLayout  = newLayout(claim.AlikeFields)
)

func newLayout(without claim.Fields) *layout {
	y := &layout{}
	for f := range claim.NumCarried {
		if f != claim.FieldPatient && f != claim.FieldFrom && !without.Has(f) {
			y.add(f)
		}
	}
	return y
}

// add takes up a field; it panics where values of its type cannot be packed.
func (y *layout) add(f claim.Field) {
	l := claim.Blank()
	switch v := f.At(&l).(type) {
	case *string:
		if f.Kind().Recurs() {
			y.words = append(y.words, lay(y, &l, v))
		} else {
			y.texts = append(y.texts, lay(y, &l, v))
		}
	case *claim.Date:
		y.dates = append(y.dates, lay(y, &l, v))
	case *claim.Units:
		y.amounts = append(y.amounts, amount{lay(y, &l, (*int64)(v)), int64(*v)})
	case *claim.Cents:
		y.amounts = append(y.amounts, amount{lay(y, &l, (*int64)(v)), int64(*v)})
	case *claim.Code:
		y.codes = append(y.codes, codeSpot{lay(y, &l, v), lay(y, &l, f.Written(&l))})
	case *claim.Modifiers:
		y.modifiers = append(y.modifiers, lay(y, &l, v))
	case *[12]claim.Diagnosis:
		y.diagnoses = append(y.diagnoses, lay(y, &l, v))
	case *claim.Payer:
		y.small = append(y.small, lay(y, &l, (*uint8)(v)))
		y.words = append(y.words, lay(y, &l, f.Written(&l)))
	case *claim.Type:
		y.small = append(y.small, lay(y, &l, (*uint8)(v)))
	case *uint8:
		y.small = append(y.small, lay(y, &l, v))
	case *uint64:
		y.numbers = append(y.numbers, lay(y, &l, v))
	default:
		panic(fmt.Sprintf("hold: %s is of a type that cannot be packed", f))
	}
}

// lay is where the value lies in the line, with the next bit.
func lay[T any](y *layout, l *claim.Line, value *T) spot[T] {
	s := spot[T]{bit: 1 << y.bits, at: uintptr(unsafe.Pointer(value)) - uintptr(unsafe.Pointer(l))}
	y.bits++
	return s
}

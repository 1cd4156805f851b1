package account

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Whether a value is wrong may depend on more than itself: on the day, on the code beside it. Lines are
// therefore counted by the values of those fields for which that may be. A value of any other field that
// is wrong on one line is wrong on all.

// value is a value of a field, packed.
type value struct {
	field claim.Field
	bits  uint64
}

// text is the value as findings have it.
func (v *value) text() string {
	switch v.field {
	case claim.FieldDiagnoses:
		return claim.Diagnosis(v.bits).Text()
	case claim.FieldModifiers:
		return claim.Modifier(v.bits).String()
	case claim.FieldUnits:
		return claim.Units(v.bits).String()
	}
	return strings.TrimRight(string([]byte{
		byte(v.bits >> 56), byte(v.bits >> 48), byte(v.bits >> 40), byte(v.bits >> 32),
		byte(v.bits >> 24), byte(v.bits >> 16), byte(v.bits >> 8), byte(v.bits),
	}), "\x00")
}

// bitsOf packs a text of at most eight characters.
func bitsOf(text string) (bits uint64) {
	for i := range len(text) {
		bits |= uint64(text[i]) << (56 - 8*i)
	}
	return bits
}

// values count lines by value. A value met lately touches no map.
type values struct {
	fields claim.Fields // that are counted
	lines  map[value]*int
	recent [512]counted
	texts  map[audit.Value]int // the same by text; nil until asked
}

type counted struct {
	value value
	lines *int
}

func newValues(rules []*audit.Rule) values {
	v := values{lines: map[value]*int{}}
	for _, r := range rules {
		v.fields |= r.Floods
	}
	v.fields &= claim.FieldSet(claim.FieldDiagnoses) | claim.FieldSet(claim.FieldModifiers) | claim.FieldSet(claim.FieldUnits) | claim.FieldSet(claim.FieldPOS)
	return v
}

// line counts a line under each of its values.
func (v *values) line(l *audit.Line) {
	if v.fields.Has(claim.FieldPOS) && l.POS != "" && len(l.POS) <= 8 {
		v.add(value{claim.FieldPOS, bitsOf(l.POS)}, 1)
	}
	if v.fields.Has(claim.FieldUnits) && l.Given.Has(claim.FieldUnits) {
		v.add(value{claim.FieldUnits, uint64(l.Units)}, 1)
	}
	if v.fields.Has(claim.FieldDiagnoses) {
		for i, d := range l.Dx {
			if d == 0 {
				break
			}
			if !has(l.Dx[:i], d) {
				v.add(value{claim.FieldDiagnoses, uint64(d)}, 1)
			}
		}
	}
	if v.fields.Has(claim.FieldModifiers) {
		for i, m := range l.Mods {
			if m != 0 && !has(l.Mods[:i], m) {
				v.add(value{claim.FieldModifiers, uint64(m)}, 1)
			}
		}
	}
}

func has[T comparable](list []T, one T) bool {
	for _, have := range list {
		if have == one {
			return true
		}
	}
	return false
}

func (v *values) add(one value, lines int) {
	last := &v.recent[(one.bits^uint64(one.field))*0x9e3779b97f4a7c15>>55]
	if last.lines == nil || last.value != one {
		n := v.lines[one]
		if n == nil {
			n = new(int)
			v.lines[one] = n
		}
		*last = counted{one, n}
	}
	*last.lines += lines
}

// take adds what another goroutine counted.
func (v *values) take(u *values) {
	for one, n := range u.lines {
		v.add(one, *n)
	}
}

// Only tells whether so many lines are all that have the value.
func (t *Tally) Only(v audit.Value, lines int) bool {
	if v.Field == claim.FieldCode {
		return !t.elsewhere(v.Text)
	}
	if t.values.texts == nil {
		t.values.texts = map[audit.Value]int{}
		for one, n := range t.values.lines {
			t.values.texts[audit.Value{Field: one.field, Text: one.text()}] += *n
		}
	}
	all, are := t.values.texts[v]
	return !are || all == lines
}

// elsewhere tells whether a line with the code has nothing wrong with it.
func (t *Tally) elsewhere(text string) bool {
	code, err := claim.ParseCode(text)
	if err != nil {
		return false
	}
	for s := range t.sights {
		if s.code == code && !s.root {
			return true
		}
	}
	return false
}

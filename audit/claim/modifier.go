package claim

import (
	"slices"
	"strings"
)

// Modifier is a two-character modifier (25, 59, RT, XS), packed so that it compares and sorts as
// its text does. The zero Modifier is "none".
type Modifier uint16

// ParseModifier reads a cell as one modifier; a blank cell is the zero Modifier.
func ParseModifier(s string) (Modifier, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0, nil
	}
	packed, ok := pack(s)
	if !ok || len(s) != 2 {
		return 0, errModifier
	}
	return Modifier(packed >> 48), nil
}

var errModifier = &FormatError{"modifier", "two letters or digits, such as 59 or RT"}

// Mod is ParseModifier for modifiers written in the program; it panics on a slip.
func Mod(s string) Modifier {
	m, err := ParseModifier(s)
	if err != nil || m == 0 {
		panic("claim: not a modifier: " + s)
	}
	return m
}

func (m Modifier) String() string { return unpack(uint64(m) << 48) }

// Modifiers are the modifiers of one line in the order billed, none before the first zero.
type Modifiers [4]Modifier

// Mods is a set of modifiers written in the program, such as Mods("RT", "59").
func Mods(texts ...string) Modifiers {
	var ms Modifiers
	for i, s := range texts {
		ms[i] = Mod(s)
	}
	return ms
}

// Has tells whether the line carries any of the wanted modifiers.
func (ms Modifiers) Has(wanted ...Modifier) bool {
	for _, m := range ms {
		if m != 0 && slices.Contains(wanted, m) {
			return true
		}
	}
	return false
}

// Count is how many modifiers the line carries.
func (ms Modifiers) Count() (n int) {
	for _, m := range ms {
		if m != 0 {
			n++
		}
	}
	return n
}

// With is ms and m behind the others; it reports false when ms has no room or m already.
func (ms Modifiers) With(m Modifier) (Modifiers, bool) {
	for i, have := range ms {
		switch have {
		case m:
			return ms, false
		case 0:
			ms[i] = m
			return ms, true
		}
	}
	return ms, false
}

// Without is ms less m, the others moved up.
func (ms Modifiers) Without(m Modifier) Modifiers {
	var kept Modifiers
	n := 0
	for _, have := range ms {
		if have != m && have != 0 {
			kept[n] = have
			n++
		}
	}
	return kept
}

// Sorted is ms in ascending order, so that sets compare with ==.
func (ms Modifiers) Sorted() Modifiers {
	for i := 1; i < len(ms); i++ {
		for j := i; j > 0 && ms[j] != 0 && (ms[j] < ms[j-1] || ms[j-1] == 0); j-- {
			ms[j], ms[j-1] = ms[j-1], ms[j]
		}
	}
	return ms
}

// String lists the modifiers as they are billed behind a code: "RT-59".
func (ms Modifiers) String() string { return strings.Join(ms.Texts(), "-") }

// Texts are the modifiers as text; never nil.
func (ms Modifiers) Texts() []string {
	texts := make([]string, 0, len(ms))
	for _, m := range ms {
		if m != 0 {
			texts = append(texts, m.String())
		}
	}
	return texts
}

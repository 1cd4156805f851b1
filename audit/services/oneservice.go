package services

import (
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

// looseRow is a row of copies.csv: in what two copies of a service may differ because two payers want
// it so.
type looseRow struct {
	What   string `csv:"what" table:"key"`
	Values string `csv:"values" table:"key"`
	Beside string `csv:"beside"`
	Source string `csv:"source"`
}

// loosened is copies.csv by what it loosens.
type loosened struct {
	modifiers []claim.Modifier // that one payer asks for and another does not
	places    []string
	codes     [][2][]span
	behind    []string // words in the names of payers that pay what another leaves
}

type span struct{ first, last string }

var loose = mustLoosen()

func mustLoosen() *loosened {
	l := &loosened{}
	for _, r := range table.Must[looseRow](tables, "copies.csv") {
		switch r.What {
		case "modifier", "side":
			l.modifiers = append(l.modifiers, modifiersOf(r.Values)...)
		case "place":
			l.places = strings.Fields(r.Values)
		case "supplement":
			l.behind = strings.Fields(r.Values)
		case "code":
			l.codes = append(l.codes, [2][]span{spansOf(r.Values), spansOf(r.Beside)})
		default:
			panic("services: copies.csv loosens " + r.What)
		}
	}
	return l
}

func spansOf(text string) (list []span) {
	for part := range strings.FieldsSeq(text) {
		first, last, ranges := strings.Cut(part, "-")
		if !ranges {
			last = first
		}
		list = append(list, span{first, last})
	}
	return list
}

// supplements tells whether a payer's name says that it pays what another leaves.
func (l *loosened) supplements(name string) bool {
	return slices.ContainsFunc(l.behind, func(word string) bool { return strings.Contains(name, word) })
}

// oneService tells whether two lines for two payers are one service. Where the payers' turns do not
// tell, the charge and a diagnosis must agree as well.
func oneService(a, b *audit.Line, turns bool) bool {
	switch {
	case a.From != b.From, a.To != 0 && b.To != 0 && a.To != b.To, isReversal(a) != isReversal(b):
		return false
	case a.Rendering != "" && b.Rendering != "" && a.Rendering != b.Rendering:
		return false
	case !samePlace(a.POS, b.POS), a.Billed != b.Billed && !loose.sameCode(a.Billed, b.Billed), !sameModifiers(a, b):
		return false
	case a.Units != b.Units && (!twoSides(a, b) || max(a.Units, b.Units) != 2*min(a.Units, b.Units)):
		return false
	}
	return turns || sameMoney(a, b) && sameDiagnosis(a, b)
}

func samePlace(a, b string) bool {
	return a == b || a == "" || b == "" || slices.Contains(loose.places, a) && slices.Contains(loose.places, b)
}

func (l *loosened) sameCode(a, b string) bool {
	for _, pair := range l.codes {
		if within(pair[0], a) && within(pair[1], b) || within(pair[0], b) && within(pair[1], a) {
			return true
		}
	}
	return false
}

func within(spans []span, code string) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.first <= code && code <= s.last })
}

// sameModifiers tells whether the modifiers are the same but for those that payers differ in, and for
// 50 beside one or both sides.
func sameModifiers(a, b *audit.Line) bool {
	if a.Mods == b.Mods {
		return true
	}
	x, y := sideOf(a), sideOf(b)
	if x != y && !twoSides(a, b) {
		return false
	}
	return slices.Equal(strict(a.Mods), strict(b.Mods))
}

// twoSides tells whether one of the lines is for both sides and the other is written another way for
// both or for one of them.
func twoSides(a, b *audit.Line) bool {
	for _, l := range [...][2]*audit.Line{{a, b}, {b, a}} {
		if isBoth(l[0]) && l[1].Mods.Has(right, left, both) && l[0].Mods != l[1].Mods {
			return true
		}
	}
	return false
}

func isBoth(l *audit.Line) bool {
	return l.Mods.Has(both) || l.Mods.Has(right) && l.Mods.Has(left)
}

// strict are the modifiers that copies have in common, in their order.
func strict(mods claim.Modifiers) (list []claim.Modifier) {
	for _, m := range mods {
		if m != 0 && !slices.Contains(loose.modifiers, m) {
			list = append(list, m)
		}
	}
	slices.Sort(list)
	return list
}

// sameMoney tells whether the charges are within a twentieth, or unknown on one; one line for both
// sides may charge double.
func sameMoney(a, b *audit.Line) bool {
	if a.Charge == 0 || b.Charge == 0 {
		return true
	}
	low, high := min(a.Charge, b.Charge), max(a.Charge, b.Charge)
	near := func(low, high claim.Cents) bool { return (high-low)*20 <= high }
	return near(low, high) || twoSides(a, b) && near(min(2*low, high), max(2*low, high))
}

// category is the length of a diagnosis's first part.
const category = 3

func sameDiagnosis(a, b *audit.Line) bool {
	if a.Dx[0] == 0 || b.Dx[0] == 0 {
		return true
	}
	for _, d := range a.Dx {
		for _, e := range b.Dx {
			if d != 0 && e != 0 && d.String()[:category] == e.String()[:category] {
				return true
			}
		}
	}
	return false
}

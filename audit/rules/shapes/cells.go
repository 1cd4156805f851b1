package shapes

import (
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// unitRange is how many units a row asks for; the zero range is any number.
type unitRange struct {
	given     bool
	low, high claim.Units
	except    []claim.Units
}

const endless = claim.Units(1) << 62

// mustUnitRange reads 2, 2-4, 3-, over 1, or not 16 32 for any other number.
func mustUnitRange(text string) unitRange {
	if text == "" {
		return unitRange{}
	}
	if most, ok := strings.CutPrefix(text, "over "); ok {
		return unitRange{given: true, low: terms.MustUnits(most) + 1, high: endless}
	}
	if usual, ok := strings.CutPrefix(text, "not "); ok {
		r := unitRange{given: true, low: -endless, high: endless}
		for word := range strings.FieldsSeq(usual) {
			r.except = append(r.except, terms.MustUnits(word))
		}
		return r
	}
	low, high, ranged := strings.Cut(text, "-")
	r := unitRange{given: true, low: terms.MustUnits(low), high: terms.MustUnits(low)}
	if ranged {
		r.high = endless
		if high != "" {
			r.high = terms.MustUnits(high)
		}
	}
	return r
}

func (r *unitRange) holds(u claim.Units) bool {
	return !r.given || r.low <= u && u <= r.high && !slices.Contains(r.except, u)
}

// ModifierWants are modifiers of which a line carries what one of the wants asks for.
type ModifierWants []modifierWant

// modifierWant asks for all of some modifiers, or for so many of them.
type modifierWant struct {
	of    []claim.Modifier
	all   bool
	least int
}

// MustModifierWants reads modifiers, sets, RT+LT and distinct*2.
func MustModifierWants(text string) (wants ModifierWants) {
	single := modifierWant{least: 1}
	for _, word := range strings.Fields(text) {
		set, twice := strings.CutSuffix(word, "*2")
		switch all := strings.Split(word, "+"); {
		case twice:
			wants = append(wants, modifierWant{of: terms.MustModifiers(set), least: 2})
		case len(all) > 1:
			want := modifierWant{all: true}
			for _, m := range all {
				want.of = append(want.of, claim.Mod(m))
			}
			wants = append(wants, want)
		default:
			single.of = append(single.of, terms.MustModifiers(word)...)
		}
	}
	if single.of != nil {
		wants = append(wants, single)
	}
	return wants
}

// Met tells whether the modifiers are what one of the wants asks for; without wants any are.
func (wants ModifierWants) Met(ms *claim.Modifiers) bool {
	for i := range wants {
		if wants[i].met(ms) {
			return true
		}
	}
	return len(wants) == 0
}

func (w *modifierWant) met(ms *claim.Modifiers) bool {
	if w.all {
		return !slices.ContainsFunc(w.of, func(m claim.Modifier) bool { return !ms.Has(m) })
	}
	n := 0
	for _, m := range ms {
		if m != 0 && slices.Contains(w.of, m) {
			n++
		}
	}
	return n >= w.least
}

var claimTypes = map[string]claim.Type{"professional": claim.Professional, "facility": claim.Facility, "asc": claim.ASC}

// placeWant is the places of service a row asks for; none is any.
type placeWant struct {
	of  []string
	not bool // it asks for all others
}

// mustPlaceWant reads places as mustPlaces does; behind not it is all others.
func mustPlaceWant(text string) placeWant {
	words, not := strings.CutPrefix(text, "not ")
	return placeWant{terms.MustPlaces(words), not}
}

func (w *placeWant) has(place string) bool { return terms.Among(w.of, place) != w.not }

// diagnosisClause is what a row's diagnoses are to the line's.
type diagnosisClause struct {
	kind string // only, any, none or first
	set  terms.DiagnosisSet
	open bool                       // and those that leave their side open
	word func(claim.Diagnosis) bool // and those of a word of diagnosisWords; nil for none
	// categories are the bits of those the set's diagnoses are of.
	categories uint64
}

// mustDiagnosisClauses reads "only sacroiliac; none M53.3".
func mustDiagnosisClauses(text string) (clauses []diagnosisClause) {
	for part := range strings.SplitSeq(text, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		if len(words) == 1 || !slices.Contains([]string{"only", "any", "none", "first"}, words[0]) {
			panic("rules: diagnoses are only, any or none of some, or the first is, and not: " + part) // the table is part of the program
		}
		clause := diagnosisClause{kind: words[0]}
		for _, word := range words[1:] {
			if word == "open-side" {
				clause.open = true
				continue
			}
			if is := diagnosisWords[word]; is != nil {
				clause.word = is
				continue
			}
			clause.set = append(clause.set, mustDiagnosisWord(word)...)
		}
		clause.categories = categoriesOf(clause.set)
		clauses = append(clauses, clause)
	}
	return clauses
}

// holds stops at the first diagnosis that decides.
func (k *diagnosisClause) holds(l *audit.Line) bool {
	given := l.Diagnoses()
	if k.kind == "first" {
		return len(given) > 0 && k.names(given[0])
	}
	for _, d := range given {
		if in := k.names(d); in != (k.kind == "only") {
			return in && k.kind == "any"
		}
	}
	return k.kind == "none" || k.kind == "only" && len(given) > 0
}

// names tells whether the diagnosis is one of the clause's; most are not by their first characters.
func (k *diagnosisClause) names(d claim.Diagnosis) bool {
	return k.categories&categoryBit(d) != 0 && k.set.Has(d) || k.open && terms.DxSides().Open(d) || k.word != nil && k.word(d)
}

// diagnosisWords are diagnoses told by their form and not by a list.
var diagnosisWords = map[string]func(claim.Diagnosis) bool{
	// external-cause says how it happened, not what: V00 to Y99.
	"external-cause": func(d claim.Diagnosis) bool { return strings.ContainsRune("VWXY", rune(d.Text()[0])) },
	// sequela is what an injury left behind, by the seventh character.
	"sequela": func(d claim.Diagnosis) bool {
		text := d.Text()
		return len(text) == 7 && text[6] == 'S' && strings.ContainsRune("ST", rune(text[0]))
	},
	// adverse-effect is a drug rightly given or underdosed, by the fifth or sixth character of T36 to T50.
	"adverse-effect": func(d claim.Diagnosis) bool {
		text := d.Text()
		return len(text) >= 6 && text[:3] >= "T36" && text[:3] <= "T50" && strings.ContainsRune("56", rune(text[5]))
	},
}

// categoryBit is one of 64 bits, told by the diagnosis's first three characters.
func categoryBit(d claim.Diagnosis) uint64 { return 1 << (uint64(d) >> 40 * 0x9e3779b97f4a7c15 >> 58) }

// categoriesOf are the bits of the categories that a set's diagnoses are of: all of them where one is
// shorter than a category.
func categoriesOf(set terms.DiagnosisSet) (bits uint64) {
	for _, d := range set {
		if len(d.Text()) < 3 {
			return ^uint64(0)
		}
		bits |= categoryBit(d)
	}
	return bits
}

// mustDiagnosisWord reads a diagnosis, or the name of a set.
func mustDiagnosisWord(word string) terms.DiagnosisSet {
	if d, err := claim.ParseDiagnosis(word); err == nil && word[:1] == strings.ToUpper(word[:1]) {
		return terms.DiagnosisSet{d}
	}
	return terms.MustDiagnoses(word)
}

// mustLastDate is a last day in a table; blank is the end of time.
func mustLastDate(text string) claim.Date {
	if text == "" {
		return claim.EndOfTime
	}
	return claim.MustDate(text)
}

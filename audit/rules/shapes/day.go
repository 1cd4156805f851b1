package shapes

import (
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// dayTerm is one thing that a row asks of the line's day: what stands beside the line, or does not.
// It is written as
//
//	alone
//	beside 63685 generator by provider with 59
//	beside each needle-emg by group
//	beside 20552 for sacroiliac by first
//	also 62291 by anyone
//	without procedures except needle-emg by anyone
//	naming each same-code by same
//	total 95886 95885 over 4
//
// beside takes the first line that is one of what is named; beside each takes all of them, for the
// finding to name, and naming those there may be; also takes one that the finding does not name. What
// is named are codes, groups, sets, and the words of besideWords, except such as are not meant. by says
// whose lines count: same (the line's provider), group (or another of the group; what is said when
// nothing is), anyone; provider takes the same, or another of the group and then for review, and first
// whichever of the two stands first; rendering whose rendering NPI is the line's, whatever its modifiers say;
// colleague those of another provider of the group. with and no say what modifiers they carry, for that all their
// diagnoses are of these. What is without is looked for whoever is to pay, and by the providers' numbers
// alone: the rest among the lines of one payer, and by all that tells people apart.
// total adds up the units of the codes, billed by the same provider on two lines or more, in the order
// in which they are named and up to the line.
type dayTerm struct {
	kind   dayKind
	each   bool
	of     lineKinds
	except lineKinds
	over   claim.Units
	by     string
	mods   ModifierWants
	noMods ModifierWants
	dx     terms.DiagnosisSet
}

type dayKind uint8

const (
	dayAlone dayKind = iota
	dayBeside
	dayAlso
	dayWithout
	dayTotal
	dayNaming
)

var dayKinds = map[string]dayKind{"alone": dayAlone, "beside": dayBeside, "also": dayAlso, "without": dayWithout, "total": dayTotal, "naming": dayNaming}

// dayLinks are the words behind which others than names stand.
var dayLinks = []string{"by", "with", "no", "for", "except", "over"}

// lineKinds are lines by their codes, or by words of besideWords.
type lineKinds struct {
	codes  terms.CodeSet
	words  []besideWord
	others bool // some may have another code than the line looked at
}

// mustDayTerms reads terms parted by semicolons.
func mustDayTerms(text string) (terms []dayTerm) {
	for part := range strings.SplitSeq(text, ";") {
		if words := strings.Fields(part); len(words) > 0 {
			terms = append(terms, mustDayTerm(words))
		}
	}
	return terms
}

func mustDayTerm(words []string) dayTerm {
	t := dayTerm{kind: terms.MustWord(dayKinds, words[0]), by: "group"}
	in := "of"
	if len(words) > 1 && words[1] == "each" {
		t.each, words = true, words[1:]
	}
	for _, word := range words[1:] {
		switch {
		case slices.Contains(dayLinks, word):
			in = word
		case in == "by":
			t.by = terms.MustWord(providerWords, word)
		case in == "with":
			t.mods = append(t.mods, MustModifierWants(word)...)
		case in == "no":
			t.noMods = append(t.noMods, MustModifierWants(word)...)
		case in == "for":
			t.dx = append(t.dx, mustDiagnosisWord(word)...)
		case in == "over":
			t.over = terms.MustUnits(word)
		case in == "except":
			t.except.add(word)
		default:
			t.of.add(word)
		}
	}
	return t
}

func (k *lineKinds) add(word string) {
	if is, ok := besideWords[word]; ok {
		k.others = k.others || !slices.Contains(ownCodeWords, word)
		k.words = append(k.words, is)
		return
	}
	k.codes, k.others = k.codes.Or(terms.MustCodes(word)), true
}

func (k *lineKinds) has(s *SeenLine, m *audit.Line) bool {
	return k.codes.Has(m) || slices.ContainsFunc(k.words, func(is besideWord) bool { return is(s, m) })
}

var providerWords = map[string]string{"same": "same", "group": "group", "provider": "provider", "first": "first", "rendering": "rendering", "colleague": "colleague", "anyone": "anyone"}

// besideWord tells whether a line of the day is of a kind, as seen from the line looked at.
type besideWord func(s *SeenLine, m *audit.Line) bool

// ownCodeWords are those that mean lines of the code of the line looked at.
var ownCodeWords = []string{"same-code", "same-again", "other-side"}

// besideWords are the kinds of lines that are no list of codes.
var besideWords = map[string]besideWord{
	"any":        func(*SeenLine, *audit.Line) bool { return true },
	"same-code":  func(s *SeenLine, m *audit.Line) bool { return m.Code == s.L.Code },
	"procedures": func(_ *SeenLine, m *audit.Line) bool { return terms.IsProcedure(m) },
	"goods":      func(_ *SeenLine, m *audit.Line) bool { return terms.IsGoods(m) }, // drugs and supplies
	"laboratory": func(_ *SeenLine, m *audit.Line) bool { return terms.IsLaboratory(m) },
	"surgery":    func(_ *SeenLine, m *audit.Line) bool { return terms.IsSurgery(m.Code) },
	// unknown is a line with a wrong code that is in no list.
	"unknown": func(_ *SeenLine, m *audit.Line) bool { return m.Root && m.Known == nil },
	// status-a is what the fee schedule pays by itself.
	"status-a": func(s *SeenLine, m *audit.Line) bool { return terms.FeeStatus(s.C.Catalog, m) == 'A' },
	"uncoded":  func(_ *SeenLine, m *audit.Line) bool { return m.Code == 0 },
	// replaced is a line whose code a root cause speaks of, so that it may turn out to be anything.
	"replaced": func(_ *SeenLine, m *audit.Line) bool { return m.Root },
	// unsettled is one of these of which it is not known what replaces it.
	"unsettled": func(_ *SeenLine, m *audit.Line) bool { return terms.Unsettled(m) },
	"primaries": func(s *SeenLine, m *audit.Line) bool {
		addOn, ok := s.C.Catalog.AddOn(s.L.Scope(), s.L.Code, s.L.From)
		return ok && terms.PrimaryFor(s.C.Catalog, addOn, m, s.L)
	},
	"more-studies": func(s *SeenLine, m *audit.Line) bool { return terms.MoreStudies(m, s.L) },
	// guided is what guidance may be billed with.
	"guided": func(s *SeenLine, m *audit.Line) bool { return terms.TakesGuidance(s.C.Catalog, m, s.L) },
	// guided-else is such a line other than the one found, and guided-apart one that the guidance says
	// by 59 or an X modifier it was for.
	"guided-else":  guidedElse,
	"guided-apart": func(s *SeenLine, m *audit.Line) bool { return terms.Distinct(s.L) && guidedElse(s, m) },
	"unlisted":     func(_ *SeenLine, m *audit.Line) bool { return m.Known == nil && m.Code != 0 },
	// earlier is the first line of the code that the same provider's line repeats.
	"earlier": func(s *SeenLine, m *audit.Line) bool { return m == terms.EarlierOf(s.L, s.day) },
	// same-again is a line of the same code and diagnosis, of no opposite side, before the line in the case's order.
	"same-again": sameAgain,
	// same-visit is another visit with the same first diagnosis, before the line in the case's order.
	"same-visit": func(s *SeenLine, m *audit.Line) bool {
		return terms.IsVisit(m) && m.Dx[0] != 0 && m.Dx[0] == s.L.Dx[0] && before(s, m)
	},
	"other-side": func(s *SeenLine, m *audit.Line) bool { return m.Code == s.L.Code && m.Mods.Side() != s.L.Mods.Side() },
	"paired":     func(s *SeenLine, m *audit.Line) bool { return terms.Paired(s.C.Catalog, m, s.L) },
	// beyond-pairs are what the pair edits in use do not cover; that of drugs and supplies says nothing.
	"beyond-pairs": func(s *SeenLine, m *audit.Line) bool {
		return !terms.IsGoods(m) && s.C.Catalog.Covered(m.Scope(), m.Code, m.Known, m.From)&catalog.InPairs == 0
	},
	"covered-by-no-pairs": func(s *SeenLine, m *audit.Line) bool {
		return s.C.Catalog.Covered(m.Scope(), m.Code, m.Known, m.From)&catalog.InPairs == 0
	},
}

func sameAgain(s *SeenLine, m *audit.Line) bool {
	return m.Code == s.L.Code && m.Dx[0] != 0 && m.Dx[0] == s.L.Dx[0] && !m.Mods.Side().Opposite(s.L.Mods.Side()) && before(s, m)
}

// before tells whether a line of the day stands before the line looked at.
func before(s *SeenLine, m *audit.Line) bool {
	for i := range s.day.Lines {
		switch &s.day.Lines[i] {
		case m:
			return true
		case s.L:
			return false
		}
	}
	return false
}

func guidedElse(s *SeenLine, m *audit.Line) bool {
	return m != s.Other && terms.TakesGuidance(s.C.Catalog, m, s.L)
}

// holds tells whether the day is as the term says.
func (t *dayTerm) holds(s *SeenLine) bool {
	switch t.kind {
	case dayAlone:
		return len(s.day.Whole().Lines) == 1
	case dayTotal:
		return t.passed(s)
	}
	found := t.find(s)
	return t.kind == dayNaming || found != (t.kind == dayWithout)
}

// find looks for what the term names, the line's own provider first where that matters, and notes it
// for the finding.
func (t *dayTerm) find(s *SeenLine) bool {
	first, lines, day, between := (*audit.Line)(nil), s.related, s.day, terms.Providers
	if t.kind == dayWithout {
		day, between = s.day.Whole(), audit.ByNumbers
	}
	for m := range day.Each {
		if m == s.L || !t.names(s, m) || !t.byWhom(between, s.L, m) {
			continue
		}
		if t.kind == dayAlso || t.kind == dayWithout {
			return true
		}
		if first == nil || t.by == "provider" && !t.each && nearer(s.L, m, first) {
			first = m
		}
		if t.weighs() {
			s.between = min(s.between, terms.Providers(s.L, m))
		}
		if lines = append(lines, m); !t.each && t.by != "provider" {
			break
		}
	}
	if first == nil {
		return false
	}
	if !t.each {
		lines = append(slices.Clip(s.related), first)
	}
	if s.related = terms.FirstOf(first, lines); s.Other == nil {
		s.Other = first
	}
	return true
}

// passed adds up the units of the codes until the line's own, and tells whether they are over the
// term's with another line among them.
func (t *dayTerm) passed(s *SeenLine) bool {
	s.total = 0
	for _, code := range t.of.codes.Codes {
		for m := range s.day.Of(code).Each {
			if m == s.L {
				s.total += m.Units
				break
			}
			if terms.Providers(s.L, m) == audit.SameProvider {
				s.total += m.Units
				s.related = append(s.related, m)
			}
		}
	}
	s.excess = s.total - t.over
	return s.excess > 0 && len(s.related) > 0
}

func nearer(l, m, than *audit.Line) bool { return terms.Providers(l, m) < terms.Providers(l, than) }

func (t *dayTerm) names(s *SeenLine, m *audit.Line) bool {
	if !t.mods.Met(&m.Mods) || len(t.noMods) > 0 && t.noMods.Met(&m.Mods) || t.dx != nil && !t.dx.All(m) {
		return false
	}
	return t.of.has(s, m) && !t.except.has(s, m)
}

func (t *dayTerm) byWhom(between func(a, b *audit.Line) audit.Relation, l, m *audit.Line) bool {
	switch t.by {
	case "same":
		return between(l, m) == audit.SameProvider
	case "rendering":
		return l.Rendering != "" && l.Rendering == m.Rendering
	case "colleague":
		return between(l, m) == audit.SameGroup
	case "anyone":
		return true
	}
	return between(l, m) != audit.DifferentProvider
}

// signsOfDays are the signs one of which a line has that a row can meet by its day; 0 where there is a row that
// asks for none.
func signsOfDays(rows []lineCase) (signs audit.Signs) {
	for i := range rows {
		sign := audit.Signs(0)
		for k := range rows[i].day {
			sign = max(sign, rows[i].day[k].sign())
		}
		if sign == 0 {
			return 0
		}
		signs |= sign
	}
	return signs
}

// besideOfDays are the codes one of which stands beside a line that a row can meet by its day; none where there is a
// row that asks for none.
func besideOfDays(rows []lineCase) audit.Codes {
	var codes terms.CodeSet
	for i := range rows {
		k := slices.IndexFunc(rows[i].day, func(t dayTerm) bool { return (t.kind == dayBeside || t.kind == dayAlso) && t.of.words == nil })
		if k < 0 {
			return audit.Codes{}
		}
		codes = codes.Or(rows[i].day[k].of.codes)
	}
	return codes.Reported()
}

// sign is the sign of a line that the term is met by: a line beside it of its own code, or any.
func (t *dayTerm) sign() audit.Signs {
	switch {
	case t.kind != dayBeside && t.kind != dayAlso:
		return 0
	case !t.of.others:
		return audit.Repeated
	}
	return audit.Accompanied
}

// asksProvider tells whether the finding of a row weighs less where the other line is a colleague's.
func asksProvider(terms []dayTerm) bool {
	return slices.ContainsFunc(terms, func(t dayTerm) bool { return t.weighs() })
}

func (t *dayTerm) weighs() bool { return t.by == "provider" || t.by == "first" }

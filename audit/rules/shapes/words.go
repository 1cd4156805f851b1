package shapes

import (
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// Phrase is a text of a table with words in braces that stand for what is on the line.
type Phrase []phrasePart

// phrasePart is a piece of text, or a word in braces.
type phrasePart struct {
	text string
	word func(*SeenLine) string
}

// mustPhrase cuts "{billed} on {date} names no side"; a word that is not in sayWords is a slip.
func mustPhrase(text string) Phrase { return MustPhraseWith(text, nil) }

// MustPhraseWith takes words besides, whose values stand in the line's given in their order.
func MustPhraseWith(text string, given []string) (p Phrase) {
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			p = append(p, phrasePart{text: before})
		}
		if !found {
			break
		}
		word, after, _ := strings.Cut(rest, "}")
		if i := slices.Index(given, word); i >= 0 {
			p = append(p, phrasePart{word: func(s *SeenLine) string { return s.Given[i] }})
		} else {
			p = append(p, phrasePart{word: sayWord(word)})
		}
		text = after
	}
	return p
}

// sayWord is what a word in braces stands for, about a line or about a cell.
func sayWord(word string) func(*SeenLine) string {
	if about := cellWords[word]; about != nil {
		return about
	}
	return terms.MustWord(sayWords, word)
}

// Of is the text about a line.
func (p Phrase) Of(s *SeenLine) string {
	var b strings.Builder
	for _, part := range p {
		if part.word != nil {
			b.WriteString(part.word(s))
			continue
		}
		b.WriteString(part.text)
	}
	return b.String()
}

// sayWords are the words in braces.
var sayWords = map[string]func(*SeenLine) string{
	"billed":     func(s *SeenLine) string { return terms.BilledAs(s.L) }, // 64483-RT
	"code":       func(s *SeenLine) string { return s.L.Code.String() },
	"cell":       func(s *SeenLine) string { return s.L.Billed }, // the code as it was written
	"date":       func(s *SeenLine) string { return s.L.From.String() },
	"label":      func(s *SeenLine) string { return terms.LabelOf(s.L) },
	"quantity":   func(s *SeenLine) string { return terms.Quantity(s.L.Units) }, // 2 units
	"units":      func(s *SeenLine) string { return s.L.Units.String() },
	"charge":     func(s *SeenLine) string { return s.L.Charge.String() },
	"place":      func(s *SeenLine) string { return s.L.POS },
	"state":      func(s *SeenLine) string { return s.L.State },
	"type":       func(s *SeenLine) string { return s.L.Type.String() }, // of claim
	"diagnoses":  func(s *SeenLine) string { return diagnosisList(s.L) },
	"one of dx":  func(s *SeenLine) string { return terms.Alternatives(s.L.Diagnoses()) },
	"side":       func(s *SeenLine) string { return s.L.Mods.Side().String() },
	"narrative":  func(s *SeenLine) string { return s.text }, // the text that was found in it
	"other":      func(s *SeenLine) string { return terms.BilledAs(s.Other) },
	"first dx":   func(s *SeenLine) string { return s.L.Dx[0].String() },
	"dx side":    func(s *SeenLine) string { return terms.DxSides().SideOf(s.L.Dx[0]).String() }, // of the first diagnosis
	"other code": func(s *SeenLine) string { return s.Other.Code.String() },
	"bundling":   func(s *SeenLine) string { return s.Other.Code.String() },
	// study codes are those of nerve conduction studies, and code of studies that of as many as the units.
	"study codes":     func(s *SeenLine) string { return terms.StudyCodes(s.C.Catalog, 1, terms.AnyStudies) },
	"code of studies": func(s *SeenLine) string { return s.C.Catalog.Studies(int(s.L.Units / claim.One)).String() },
	// least together are the fewest studies that the line and the other stand for, and codes together
	// the codes of as many as they may be.
	"least together": func(s *SeenLine) string {
		least, _ := terms.StudiesTogether(s.C.Catalog, s.L, s.Other)
		return strconv.Itoa(least)
	},
	"codes together": func(s *SeenLine) string {
		least, most := terms.StudiesTogether(s.C.Catalog, s.L, s.Other)
		return terms.StudyCodes(s.C.Catalog, least, most)
	},
	"total":        func(s *SeenLine) string { return s.total.String() }, // of the units of several codes
	"next level":   func(s *SeenLine) string { return terms.NextLevel(s.C.Catalog, s.L).String() },
	"largest vial": func(s *SeenLine) string { return terms.Vials()[s.L.Code].Largest.String() },
	"vial step":    func(s *SeenLine) string { return terms.Vials()[s.L.Code].Step.String() },
	"day units":    func(s *SeenLine) string { return terms.DayUnits(s.L, s.day).String() }, // of the code, by the provider
	// fee schedule is the year of the one that judged the line, and bilateral indicator what it says.
	"fee schedule": func(s *SeenLine) string {
		fee, _ := s.C.Catalog.Fee(s.L.Code, s.L.From)
		return strconv.Itoa(fee.Year)
	},
	"bilateral indicator": func(s *SeenLine) string { return terms.BilateralIndicator(s.C.Catalog, s.L) },
	// with 26 is what the code of a doctor's part carries in a facility.
	"with 26": func(s *SeenLine) string {
		if terms.FacilityPOS(s.L) {
			return ", with 26"
		}
		return ""
	},
	// quantity less 1 are the units after the first.
	"quantity less 1": func(s *SeenLine) string { return terms.Quantity(s.L.Units - claim.One) },
	// imaged is the code that includes the imaging the other line's does not, and imaged from its first day.
	"imaged":      func(s *SeenLine) string { return terms.ImagedTwins[s.Other.Code].Code.String() },
	"imaged from": func(s *SeenLine) string { return terms.ImagedTwins[s.Other.Code].From.String() },
	// guided is a code of the day that the guidance may be billed with.
	"guided": func(s *SeenLine) string { return terms.Guided(s.C.Catalog, s.L, s.day).Code.String() },
	// listed instead names the codes that exist for what the narrative or the diagnoses speak of.
	"listed instead": func(s *SeenLine) string { return terms.ListedInstead(s.L) },
	// procedure is the one whose global period the line is in, and period where in it the line is.
	"procedure":        func(s *SeenLine) string { return s.period.Procedure.Code.String() },
	"procedure billed": func(s *SeenLine) string { return terms.BilledAs(s.period.Procedure) },
	"period":           func(s *SeenLine) string { return s.period.At(s.L) },
	"period day":       func(s *SeenLine) string { return s.period.Begins(s.L) },
	// colleague says what the finding rests on where another provider did the procedure.
	"colleague": func(s *SeenLine) string { return s.period.Colleague(s.L) },
	// over limit names the unit limit that the line passes.
	"over limit": func(s *SeenLine) string { return terms.PassedLimit(s.C.Catalog, s.L) },
}

// lineWord is a word of a row's when.
type lineWord struct {
	not     bool
	service bool // asks no more than the cells of audit.AtService
	reason  bool // asks no more than those of audit.AtReason
	holds   func(*SeenLine) bool
}

// serviceWords and reasonWords are such words.
var (
	serviceWords = []string{"listed", "no-side", "one-side"}
	reasonWords  = []string{"dx-of-other-side"}
)

// mustLineWords reads words, each of which may stand behind not-.
func mustLineWords(text string) (words []lineWord) {
	for _, word := range strings.Fields(text) {
		name, not := strings.CutPrefix(word, "not-")
		if plan, ok := strings.CutPrefix(name, "plan:"); ok { // of plans.csv
			is := terms.MustPlan(plan)
			words = append(words, lineWord{not: not, holds: func(s *SeenLine) bool { return is(s.L) }})
			continue
		}
		words = append(words, lineWord{not, slices.Contains(serviceWords, name), slices.Contains(reasonWords, name), terms.MustWord(lineWords, name)})
	}
	return words
}

// lineWords are what a row may ask of a line beyond its cells.
var lineWords = map[string]func(*SeenLine) bool{
	"listed": func(s *SeenLine) bool { return s.L.Known != nil },
	// first-with-diagnosis is the first line of its claim that day with its first diagnosis.
	"first-with-diagnosis": func(s *SeenLine) bool { return firstWithDiagnosis(s.C, s.L) },
	"charged":              func(s *SeenLine) bool { return s.L.Charge > 0 },
	"visit":                func(s *SeenLine) bool { return terms.IsVisit(s.L) },
	"procedure":            func(s *SeenLine) bool { return terms.IsProcedure(s.L) },
	"goods":                func(s *SeenLine) bool { return terms.IsGoods(s.L) },       // a drug or a supply
	"whole":                func(s *SeenLine) bool { return s.L.Units%claim.One == 0 }, // units
	"counted":              func(s *SeenLine) bool { return terms.Counts(s.L) },        // units are given and positive
	// first-of-code is the first line of its code by its provider.
	"first-of-code":  func(s *SeenLine) bool { return terms.EarlierOf(s.L, s.day) == nil },
	"sided":          func(s *SeenLine) bool { return terms.Sided(s.C.Catalog, s.L) },
	"no-side":        func(s *SeenLine) bool { return s.L.Mods.Side() == claim.NoSide },
	"one-side":       func(s *SeenLine) bool { return s.L.Mods.Side() == claim.Left || s.L.Mods.Side() == claim.Right },
	"refuses-50":     func(s *SeenLine) bool { return terms.Refuses50(s.C.Catalog, s.L) },      // by the fee schedule
	"next-level":     func(s *SeenLine) bool { return terms.NextLevel(s.C.Catalog, s.L) != 0 }, // there is an add-on for it
	"limit-is-one":   func(s *SeenLine) bool { return terms.LimitIsOne(s.C.Catalog, s.L) },
	"within-limit":   func(s *SeenLine) bool { return withinLimit(s.C.Catalog, s.L) }, // of units; there is one
	"over-limit":     func(s *SeenLine) bool { return overLimitAlone(s.C.Catalog, s.L) },
	"add-on":         func(s *SeenLine) bool { _, ok := s.C.Catalog.AddOn(s.L.Scope(), s.L.Code, s.L.From); return ok },
	"authorized":     func(s *SeenLine) bool { return s.L.Auth != "" },
	"narrative":      func(s *SeenLine) bool { return strings.TrimSpace(s.L.Narrative) != "" },
	"has-narratives": func(s *SeenLine) bool { return s.C.HasColumn(s.L, claim.FieldNarrative) }, // the export has the column
	"split":          func(s *SeenLine) bool { return terms.SplitBy(s.C.Catalog, s.L) == '1' },   // into 26 and TC by the fee schedule
	"unsplit":        func(s *SeenLine) bool { return terms.SplitBy(s.C.Catalog, s.L) == '0' },
	// dx-of-other-side: the first diagnosis is of the other side, and none is of the line's, or may be.
	"dx-of-other-side":    func(s *SeenLine) bool { return terms.DxSides().Against(s.L) },
	"takes-back":          func(s *SeenLine) bool { return terms.TakesBack(s.L) },                         // a replacement or void claim
	"later-payer":         func(s *SeenLine) bool { return s.L.Sequence != 0 && s.L.Sequence != 'P' },     // another was to pay before it
	"distinct":            func(s *SeenLine) bool { return terms.Distinct(s.L) },                          // by 59 or an X modifier in force that day
	"procedure-diagnoses": func(s *SeenLine) bool { return terms.SameDiagnoses(s.L, s.period.Procedure) }, // all are the procedure's
	"colleague-period":    func(s *SeenLine) bool { return terms.Providers(s.L, s.period.Procedure) == audit.SameGroup },
	"trial-period":        func(s *SeenLine) bool { return terms.TrialLeadCodes.Has(s.period.Procedure) },
	"opposite-period":     func(s *SeenLine) bool { return s.L.Mods.Side().Opposite(s.period.Procedure.Mods.Side()) },
	"hospital-outpatient": func(s *SeenLine) bool { return terms.OutpatientHospital(s.L) },
	"status-p":            func(s *SeenLine) bool { return terms.FeeStatus(s.C.Catalog, s.L) == 'P' },
	"no-global":           func(s *SeenLine) bool { return terms.NoGlobal(s.C.Catalog, s.L) }, // the concept does not apply: XXX
	"informs-first":       func(s *SeenLine) bool { return terms.InformsFirst(s.L) },          // before who gave the anesthetic
	"status-b":            func(s *SeenLine) bool { return terms.FeeStatus(s.C.Catalog, s.L) == 'B' },
	"status-t":            func(s *SeenLine) bool { return terms.FeeStatus(s.C.Catalog, s.L) == 'T' },
	"sold-both-ways":      func(s *SeenLine) bool { return terms.Vials()[s.L.Code].Containers == "both" }, // single-dose and multi-dose
	"sold-multi-dose":     func(s *SeenLine) bool { return terms.Vials()[s.L.Code].Containers == "multi" },
	"over-largest-vial":   func(s *SeenLine) bool { return terms.FillsVial(s.L) },
	"first-dose":          func(s *SeenLine) bool { return terms.IsFirstGiven(s.L, s.day) },
	"broken-vials":        func(s *SeenLine) bool { return terms.BrokenVials(s.L, s.day) },
}

// withinLimit tells whether there is a unit limit and the line by itself keeps it.
func withinLimit(cat *catalog.Catalog, l *audit.Line) bool {
	limit, ok := terms.UnitLimit(cat, l, l.From)
	return ok && l.Units <= limit.Units
}

// overLimitAlone tells whether there is a unit limit and the line by itself passes it.
func overLimitAlone(cat *catalog.Catalog, l *audit.Line) bool {
	limit, ok := terms.UnitLimit(cat, l, l.From)
	return ok && l.Units > limit.Units
}

package rules

import (
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// phrase is a text of a table with words in braces that stand for what is on the line.
type phrase []phrasePart

// phrasePart is a piece of text, or a word in braces.
type phrasePart struct {
	text string
	word func(*seenLine) string
}

// mustPhrase cuts "{billed} on {date} names no side"; a word that is not in sayWords is a slip.
func mustPhrase(text string) phrase { return mustPhraseWith(text, nil) }

// mustPhraseWith takes words besides, whose values stand in the line's given in their order.
func mustPhraseWith(text string, given []string) (p phrase) {
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
			p = append(p, phrasePart{word: func(s *seenLine) string { return s.given[i] }})
		} else {
			p = append(p, phrasePart{word: sayWord(word)})
		}
		text = after
	}
	return p
}

// sayWord is what a word in braces stands for, about a line or about a cell.
func sayWord(word string) func(*seenLine) string {
	if about := cellWords[word]; about != nil {
		return about
	}
	return mustWord(sayWords, word)
}

func (p phrase) of(s *seenLine) string {
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
var sayWords = map[string]func(*seenLine) string{
	"billed":     func(s *seenLine) string { return billedAs(s.l) }, // 64483-RT
	"code":       func(s *seenLine) string { return s.l.Code.String() },
	"cell":       func(s *seenLine) string { return s.l.Billed }, // the code as it was written
	"date":       func(s *seenLine) string { return s.l.From.String() },
	"label":      func(s *seenLine) string { return s.l.Known.Label },
	"quantity":   func(s *seenLine) string { return quantity(s.l.Units) }, // 2 units
	"units":      func(s *seenLine) string { return s.l.Units.String() },
	"charge":     func(s *seenLine) string { return s.l.Charge.String() },
	"place":      func(s *seenLine) string { return s.l.POS },
	"state":      func(s *seenLine) string { return s.l.State },
	"type":       func(s *seenLine) string { return s.l.Type.String() }, // of claim
	"diagnoses":  func(s *seenLine) string { return diagnosisList(s.l) },
	"one of dx":  func(s *seenLine) string { return alternatives(s.l.Diagnoses()) },
	"side":       func(s *seenLine) string { return s.l.Mods.Side().String() },
	"narrative":  func(s *seenLine) string { return s.text }, // the text that was found in it
	"other":      func(s *seenLine) string { return billedAs(s.other) },
	"first dx":   func(s *seenLine) string { return s.l.Dx[0].String() },
	"dx side":    func(s *seenLine) string { return dxSides().sideOf(s.l.Dx[0]).String() }, // of the first diagnosis
	"other code": func(s *seenLine) string { return s.other.Code.String() },
	"bundling":   func(s *seenLine) string { return s.other.Code.String() },
	// study codes are those of nerve conduction studies, and code of studies that of as many as the units.
	"study codes":     func(s *seenLine) string { return studyCodes(s.c.Catalog, 1, anyStudies) },
	"code of studies": func(s *seenLine) string { return s.c.Catalog.Studies(int(s.l.Units / claim.One)).String() },
	// least together are the fewest studies that the line and the other stand for, and codes together
	// the codes of as many as they may be.
	"least together": func(s *seenLine) string {
		least, _ := studiesTogether(s.c.Catalog, s.l, s.other)
		return strconv.Itoa(least)
	},
	"codes together": func(s *seenLine) string {
		least, most := studiesTogether(s.c.Catalog, s.l, s.other)
		return studyCodes(s.c.Catalog, least, most)
	},
	"total":        func(s *seenLine) string { return s.total.String() }, // of the units of several codes
	"next level":   func(s *seenLine) string { return nextLevel(s.c.Catalog, s.l).String() },
	"largest vial": func(s *seenLine) string { return vials()[s.l.Code].largest.String() },
	"vial step":    func(s *seenLine) string { return vials()[s.l.Code].step.String() },
	"day units":    func(s *seenLine) string { return dayUnits(s.l, s.day).String() }, // of the code, by the provider
	// fee schedule is the year of the one that judged the line, and bilateral indicator what it says.
	"fee schedule": func(s *seenLine) string {
		fee, _ := s.c.Catalog.Fee(s.l.Code, s.l.From)
		return strconv.Itoa(int(fee.Year))
	},
	"bilateral indicator": func(s *seenLine) string { return bilateralIndicator(s.c.Catalog, s.l) },
	// with 26 is what the code of a doctor's part carries in a facility.
	"with 26": func(s *seenLine) string {
		if facilityPOS(s.l) {
			return ", with 26"
		}
		return ""
	},
	// quantity less 1 are the units after the first.
	"quantity less 1": func(s *seenLine) string { return quantity(s.l.Units - claim.One) },
	// imaged is the code that includes the imaging the other line's does not, and imaged from its first day.
	"imaged":      func(s *seenLine) string { return imagedTwins[s.other.Code].code.String() },
	"imaged from": func(s *seenLine) string { return imagedTwins[s.other.Code].from.String() },
	// guided is a code of the day that the guidance may be billed with.
	"guided": func(s *seenLine) string { return guided(s.c.Catalog, s.l, s.day).Code.String() },
	// listed instead names the codes that exist for what the narrative or the diagnoses speak of.
	"listed instead": func(s *seenLine) string { return listedInstead(s.l) },
	// procedure is the one whose global period the line is in, and period where in it the line is.
	"procedure":        func(s *seenLine) string { return s.period.procedure.Code.String() },
	"procedure billed": func(s *seenLine) string { return billedAs(s.period.procedure) },
	"period":           func(s *seenLine) string { return s.period.at(s.l) },
	"period day":       func(s *seenLine) string { return s.period.begins(s.l) },
	"period fee year":  func(s *seenLine) string { return s.period.near },
	// colleague says what the finding rests on where another provider did the procedure.
	"colleague": func(s *seenLine) string { return s.period.colleague(s.l) },
	// over limit names the unit limit that the line passes.
	"over limit": func(s *seenLine) string { return passedLimit(s.c.Catalog, s.l) },
	// fee year names the fee schedule that judged the line, where it is not of the line's year.
	"fee year": func(s *seenLine) string { return nearFee(s.c.Catalog, s.l) },
	// add-on table names the add-on table, where it is not the one of the line's day.
	"add-on table": func(s *seenLine) string { return byAddOns(s.c.Catalog, s.l) },
}

// lineWord is a word of a row's when.
type lineWord struct {
	not   bool
	holds func(*seenLine) bool
}

// mustLineWords reads words, each of which may stand behind not-.
func mustLineWords(text string) (words []lineWord) {
	for _, word := range strings.Fields(text) {
		name, not := strings.CutPrefix(word, "not-")
		words = append(words, lineWord{not, mustWord(lineWords, name)})
	}
	return words
}

// lineWords are what a row may ask of a line beyond its cells.
var lineWords = map[string]func(*seenLine) bool{
	"listed":    func(s *seenLine) bool { return s.l.Known != nil },
	"visit":     func(s *seenLine) bool { return isVisit(s.l) },
	"procedure": func(s *seenLine) bool { return isProcedure(s.l) },
	"goods":     func(s *seenLine) bool { return isGoods(s.l) },             // a drug or a supply
	"whole":     func(s *seenLine) bool { return s.l.Units%claim.One == 0 }, // units
	"counted":   func(s *seenLine) bool { return counts(s.l) },              // units are given and positive
	// first-of-code is the first line of its code by its provider.
	"first-of-code":  func(s *seenLine) bool { return earlierOf(s.l, s.day) == nil },
	"sided":          func(s *seenLine) bool { return sided(s.c.Catalog, s.l) },
	"no-side":        func(s *seenLine) bool { return s.l.Mods.Side() == claim.NoSide },
	"one-side":       func(s *seenLine) bool { return s.l.Mods.Side() == claim.Left || s.l.Mods.Side() == claim.Right },
	"refuses-50":     func(s *seenLine) bool { return refuses50(s.c.Catalog, s.l) },      // by the fee schedule
	"next-level":     func(s *seenLine) bool { return nextLevel(s.c.Catalog, s.l) != 0 }, // there is an add-on for it
	"limit-is-one":   func(s *seenLine) bool { return limitIsOne(s.c.Catalog, s.l) },
	"within-limit":   func(s *seenLine) bool { return withinLimit(s.c.Catalog, s.l) }, // of units; there is one
	"over-limit":     func(s *seenLine) bool { return overLimitAlone(s.c.Catalog, s.l) },
	"add-on":         func(s *seenLine) bool { _, ok := s.c.Catalog.AddOn(s.l.Scope(), s.l.Code, s.l.From); return ok },
	"authorized":     func(s *seenLine) bool { return s.l.Auth != "" },
	"narrative":      func(s *seenLine) bool { return strings.TrimSpace(s.l.Narrative) != "" },
	"has-narratives": func(s *seenLine) bool { return s.c.HasColumn(s.l, claim.FieldNarrative) }, // the export has the column
	"split":          func(s *seenLine) bool { return splitBy(s.c.Catalog, s.l) == '1' },         // into 26 and TC by the fee schedule
	"unsplit":        func(s *seenLine) bool { return splitBy(s.c.Catalog, s.l) == '0' },
	// dx-of-other-side: the first diagnosis is of the other side, and none is of the line's, or may be.
	"dx-of-other-side":    func(s *seenLine) bool { return dxSides().against(s.l) },
	"takes-back":          func(s *seenLine) bool { return takesBack(s.l) },                         // a replacement or void claim
	"distinct":            func(s *seenLine) bool { return distinct(s.l) },                          // by 59 or an X modifier in force that day
	"procedure-diagnoses": func(s *seenLine) bool { return sameDiagnoses(s.l, s.period.procedure) }, // all are the procedure's
	"colleague-period":    func(s *seenLine) bool { return audit.Providers(s.l, s.period.procedure) == audit.SameGroup },
	"trial-period":        func(s *seenLine) bool { return trialLeadCodes.has(s.period.procedure) },
	"opposite-period":     func(s *seenLine) bool { return s.l.Mods.Side().Opposite(s.period.procedure.Mods.Side()) },
	"hospital-outpatient": func(s *seenLine) bool { return outpatientHospital(s.l) },
	"status-b":            func(s *seenLine) bool { return feeStatus(s.c.Catalog, s.l) == 'B' },
	"status-t":            func(s *seenLine) bool { return feeStatus(s.c.Catalog, s.l) == 'T' },
	"sold-both-ways":      func(s *seenLine) bool { return vials()[s.l.Code].containers == "both" }, // single-dose and multi-dose
	"sold-multi-dose":     func(s *seenLine) bool { return vials()[s.l.Code].containers == "multi" },
	"over-largest-vial":   func(s *seenLine) bool { return fillsVial(s.l) },
	"first-dose":          func(s *seenLine) bool { return isFirstGiven(s.l, s.day) },
	"broken-vials":        func(s *seenLine) bool { return brokenVials(s.l, s.day) },
}

// withinLimit tells whether there is a unit limit and the line by itself keeps it.
func withinLimit(cat *catalog.Catalog, l *audit.Line) bool {
	limit, ok := cat.Limit(l.Scope(), l.Code, l.From)
	return ok && l.Units <= limit.Units
}

// overLimitAlone tells whether there is a unit limit and the line by itself passes it.
func overLimitAlone(cat *catalog.Catalog, l *audit.Line) bool {
	limit, ok := cat.Limit(l.Scope(), l.Code, l.From)
	return ok && l.Units > limit.Units
}

package rules

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// gate is what the modifiers of two lines do to a pair edit that a modifier can open
// (indicator 1).
type gate uint8

const (
	shut     gate = iota
	oneSided      // shut, but one line names a side: a payer's system may let it pass
	open
)

// The days from which modifiers mean what they mean now.
var (
	xModifiersFrom = mustDay("x-modifiers")             // XE, XP, XS and XU exist
	eitherLineFrom = mustDay("distinct-on-either-line") // 59 and X count on column 1 as well
)

var (
	mod25, mod50, mod57 = mustModifier("apart-visit"), mustModifier("both-sides"), mustModifier("decision-for-surgery")
	modRT, modLT        = mustModifier("right"), mustModifier("left")
	xModifiers          = mustModifiers("x-modifiers")
	distinctModifiers   = mustModifiers("distinct")
	visitModifiers      = mustModifiers("visit")
	openModifiers       = mustModifiers("open")
)

// distinctOnly are the modifiers that said that a service was apart before there were the X modifiers.
var distinctOnly = slices.DeleteFunc(slices.Clone(distinctModifiers), func(m claim.Modifier) bool { return slices.Contains(xModifiers, m) })

// bypass tells what the modifiers of a column 1 and a column 2 line do to an edit of indicator 1
// between them. All others, such as 50 and 51, never open one.
func bypass(column1, column2 *audit.Line) gate {
	if column1.Mods.Count() == 0 && column2.Mods.Count() == 0 {
		return shut
	}
	switch {
	case apart(column2) || column2.From >= eitherLineFrom && apart(column1):
		return open
	case opens(column1) || opens(column2):
		return open
	case otherSites(column1.Mods, column2.Mods):
		return open
	case nameless(column1.Mods) && column2.Mods.Site() != 0, nameless(column2.Mods) && column1.Mods.Site() != 0:
		return oneSided
	}
	return shut
}

// Opening tells a reader, line by line, which modifiers open a pair edit of indicator 1: what bypass does,
// in words.
func Opening() []string {
	return []string{
		"a modifier of indicator 1 opens the pair when the record supports it:",
		fmt.Sprintf("  %s on the column 2 line, and from %s on either line; from %s %s likewise", alternatives(distinctOnly), eitherLineFrom, xModifiersFrom, alternatives(xModifiers)),
		fmt.Sprintf("  %s on a visit, on either line; %s on either line", alternatives(visitModifiers), alternatives(openModifiers)),
		fmt.Sprintf("  %s and %s on the two lines, or fingers, toes, eyelids or arteries that differ on each; one side named alone opens nothing", modRT, modLT),
		fmt.Sprintf("  %s open nothing", strings.ReplaceAll(alternatives(mustModifiers("open-nothing")), " or ", " and ")),
	}
}

// apart tells whether the line carries 59 or an X modifier, which opens a pair on any code; that it
// has no place on a visit is a finding of its own.
func apart(l *audit.Line) bool {
	return l.Mods.Has(distinctOnly...) || l.From >= xModifiersFrom && l.Mods.Has(xModifiers...)
}

// distinct tells whether the line says by 59 or an X modifier that it is a service apart. On a
// visit none of them says anything.
func distinct(l *audit.Line) bool { return !isVisit(l) && apart(l) }

// opens tells whether the line carries another modifier that opens a pair from either column: 24,
// 25 and 57 are tied to visits.
func opens(l *audit.Line) bool {
	return l.Mods.Has(openModifiers...) || l.Mods.Has(visitModifiers...) && isVisit(l)
}

// otherSites tells whether both lines name where they were done and it is not the same place:
// opposite sides, or different fingers, toes, eyelids or arteries.
func otherSites(a, b claim.Modifiers) bool {
	if a.Side().Opposite(b.Side()) && a.Site() != 0 && b.Site() != 0 {
		return true
	}
	return exactSites(a) && exactSites(b) && !slices.ContainsFunc(a[:], func(m claim.Modifier) bool {
		return claim.Modifiers{m}.Site() != 0 && b.Has(m)
	})
}

// nameless tells whether the modifiers name no site and no side.
func nameless(ms claim.Modifiers) bool { return ms.Site() == 0 && !ms.Has(mod50) }

// exactSites tells whether the modifiers name a finger, toe, eyelid or artery, and no side as a
// whole.
func exactSites(ms claim.Modifiers) bool {
	return ms.Site() != 0 && !ms.Has(modRT, modLT, mod50)
}

func isVisit(l *audit.Line) bool { return l.In(catalog.Visit) || l.In(catalog.Modifier25) }

// isProcedure tells whether the line is neither a visit nor a drug or supply.
func isProcedure(l *audit.Line) bool { return !isVisit(l) && !isGoods(l) }

// isGoods tells whether the line is a drug or a supply.
func isGoods(l *audit.Line) bool {
	if l.In(catalog.Drugs) || l.In(catalog.Supplies) {
		return true
	}
	switch l.Code.String()[:min(1, len(l.Code.String()))] {
	case "A", "B", "E", "J", "K", "L", "Q":
		return l.Code.LevelII()
	}
	return false
}

// isLaboratory tells whether the code is of the laboratory section of CPT (80000 to 89999), a
// proprietary laboratory analysis (0001U), or a drug test.
func isLaboratory(l *audit.Line) bool {
	code := l.Code.String()
	if len(code) != 5 || !l.Code.Shaped() {
		return false
	}
	return code[4] == 'U' || code[0] == '8' || code[0] == 'P' || l.In(catalog.PresumptiveDrugTest) || l.In(catalog.DefinitiveDrugTest)
}

// isSurgery tells whether the code is of the surgery section of CPT (10004 to 69990): something a
// needle may have been guided for.
func isSurgery(code claim.Code) bool {
	s := code.String()
	return len(s) == 5 && code.Shaped() && s[0] >= '1' && s[0] <= '6' && isDigit(s[4])
}

package terms

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
	// Open is shut no more: a modifier says that the two are apart.
	Open
)

var (
	xModifiersFrom = MustDay("x-modifiers")             // XE, XP, XS and XU exist
	eitherLineFrom = MustDay("distinct-on-either-line") // 59 and X count on column 1 as well
	// Mod25 is a visit apart from the procedures of its day.
	Mod25 = mustModifier("apart-visit")
	// Mod50 is both sides.
	Mod50 = mustModifier("both-sides")
	// Mod57 is the visit at which surgery was decided on.
	Mod57 = mustModifier("decision-for-surgery")
	// ModRT is the right side.
	ModRT = mustModifier("right")
	// ModLT is the left side.
	ModLT = mustModifier("left")

	xModifiers        = MustModifiers("x-modifiers")
	distinctModifiers = MustModifiers("distinct")
	visitModifiers    = MustModifiers("visit")
	openModifiers     = MustModifiers("open")
)

// distinctOnly are the modifiers that said that a service was apart before there were the X modifiers.
var distinctOnly = slices.DeleteFunc(slices.Clone(distinctModifiers), func(m claim.Modifier) bool { return slices.Contains(xModifiers, m) })

// Bypass tells what the modifiers of a column 1 and a column 2 line do to an edit of indicator 1
// between them. All others, such as 50 and 51, never open one.
func Bypass(column1, column2 *audit.Line) gate {
	if column1.Mods.Count() == 0 && column2.Mods.Count() == 0 {
		return shut
	}
	switch {
	case apart(column2) || column2.From >= eitherLineFrom && apart(column1):
		return Open
	case opens(column1) || opens(column2):
		return Open
	case otherSites(column1.Mods, column2.Mods):
		return Open
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
		fmt.Sprintf("  %s on the column 2 line, and from %s on either line; from %s %s likewise", Alternatives(distinctOnly), eitherLineFrom, xModifiersFrom, Alternatives(xModifiers)),
		fmt.Sprintf("  %s on a visit, on either line; %s on either line", Alternatives(visitModifiers), Alternatives(openModifiers)),
		fmt.Sprintf("  %s and %s on the two lines, or fingers, toes, eyelids or arteries that differ on each; one side named alone opens nothing", ModRT, ModLT),
		fmt.Sprintf("  %s open nothing", strings.ReplaceAll(Alternatives(MustModifiers("open-nothing")), " or ", " and ")),
	}
}

// apart tells whether the line carries 59 or an X modifier, which opens a pair on any code; that it
// has no place on a visit is a finding of its own.
func apart(l *audit.Line) bool {
	return l.Mods.Has(distinctOnly...) || l.From >= xModifiersFrom && l.Mods.Has(xModifiers...)
}

// Distinct tells whether the line says by 59 or an X modifier that it is a service apart. On a
// visit none of them says anything.
func Distinct(l *audit.Line) bool { return !IsVisit(l) && apart(l) }

// opens tells whether the line carries another modifier that opens a pair from either column: 24,
// 25 and 57 are tied to visits.
func opens(l *audit.Line) bool {
	return l.Mods.Has(openModifiers...) || l.Mods.Has(visitModifiers...) && IsVisit(l)
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
func nameless(ms claim.Modifiers) bool { return ms.Site() == 0 && !ms.Has(Mod50) }

// exactSites tells whether the modifiers name a finger, toe, eyelid or artery, and no side as a
// whole.
func exactSites(ms claim.Modifiers) bool {
	return ms.Site() != 0 && !ms.Has(ModRT, ModLT, Mod50)
}

// IsVisit tells whether the line is a visit, of any kind that 25 may stand on.
func IsVisit(l *audit.Line) bool { return l.In(catalog.Visit) || l.In(catalog.Modifier25) }

// IsProcedure tells whether the line is neither a visit nor a drug or supply.
func IsProcedure(l *audit.Line) bool { return !IsVisit(l) && !IsGoods(l) }

// IsGoods tells whether the line is a drug or a supply.
func IsGoods(l *audit.Line) bool {
	if l.In(catalog.Drugs) || l.In(catalog.Supplies) {
		return true
	}
	switch l.Code.At(0) {
	case 'A', 'B', 'E', 'J', 'K', 'L', 'Q':
		return l.Code.LevelII()
	}
	return false
}

// IsLaboratory tells whether the code is of the laboratory section of CPT (80000 to 89999), a
// proprietary laboratory analysis (0001U), or a drug test.
func IsLaboratory(l *audit.Line) bool {
	code := l.Code
	if !code.Shaped() {
		return false
	}
	return code.At(4) == 'U' || code.At(0) == '8' || code.At(0) == 'P' || l.In(catalog.PresumptiveDrugTest) || l.In(catalog.DefinitiveDrugTest)
}

// IsSurgery tells whether the code is of the surgery section of CPT (10004 to 69990): something a
// needle may have been guided for.
func IsSurgery(code claim.Code) bool {
	return code.Shaped() && code.At(0) >= '1' && code.At(0) <= '6' && code.Numbered()
}

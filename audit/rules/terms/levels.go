package terms

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// levelRow says which codes bill the levels after the one that a code stands for.
type levelRow struct {
	Code   string `csv:"code" table:"key"`
	Second string `csv:"second"` // of the level after it
	Third  string `csv:"third"`  // of those after that: with a code of its own, or units more of the second; blank for none
	Source string `csv:"source"`
}

// furtherLevels are, for the codes of one level, the codes of the next.
var furtherLevels = mustLevels()

func mustLevels() map[claim.Code][]claim.Code {
	further := map[claim.Code][]claim.Code{}
	for row := range MustData[levelRow]("levels.csv") {
		list := []claim.Code{claim.MustCode(row.Second)}
		if row.Third != "" {
			list = append(list, claim.MustCode(row.Third))
		}
		further[claim.MustCode(row.Code)] = list
	}
	return further
}

// LevelsAs says how as many levels are billed as the units given, the first of them by the line's code: 64493 and 64494, 1
// unit each. False where their codes are not valid on the day, or one of them is billed beside the line already.
func LevelsAs(c *audit.Case, l *audit.Line, day *Company, units claim.Units) (as string, ok bool) {
	further := furtherLevels[l.Code]
	levels := units / claim.One
	if len(further) == 0 || levels < 2 || units%claim.One != 0 || climbed(c, l, day, further) {
		return "", false
	}
	switch rest := levels - 1; {
	case rest > 1 && further[len(further)-1] == further[0] && len(further) > 1:
		return fmt.Sprintf("%s, 1 unit, and %s, %s", l.Code, further[0], Quantity(rest*claim.One)), true
	case rest > 1 && len(further) > 1:
		return fmt.Sprintf("%s, %s and %s, 1 unit each", l.Code, further[0], further[1]), true
	}
	return fmt.Sprintf("%s and %s, 1 unit each", l.Code, further[0]), true
}

// climbed tells whether a code of a further level is not valid on the day, or billed on it by the line's provider.
func climbed(c *audit.Case, l *audit.Line, day *Company, further []claim.Code) bool {
	for _, code := range further {
		if !c.Catalog.Lookup(code).ValidOn(l.From) {
			return true
		}
		for m := range day.Of(code).Each {
			if Providers(m, l) == audit.SameProvider {
				return true
			}
		}
	}
	return false
}

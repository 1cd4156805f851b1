package terms

import "claimaudit/audit/claim"

// modifierSetRow names modifiers that rules speak of together.
type modifierSetRow struct {
	Set       string `csv:"set" table:"key"`
	Modifiers Words  `csv:"modifiers"`
	Source    string `csv:"source"`
}

// MustModifiers are the modifiers of a set, or the one named.
func MustModifiers(word string) (list []claim.Modifier) {
	for row := range MustData[modifierSetRow]("modifier-sets.csv") {
		if row.Set == word {
			for _, m := range row.Modifiers {
				list = append(list, claim.Mod(m))
			}
			return list
		}
	}
	return []claim.Modifier{claim.Mod(word)}
}

// DenialExpected say that the patient was told that the service is not paid, or that a denial is
// expected.
var DenialExpected = MustModifiers("denial-expected")

// mustModifier is the one modifier of a set.
func mustModifier(set string) claim.Modifier {
	list := MustModifiers(set)
	if len(list) != 1 {
		panic("rules: the modifier set " + set + " is not one modifier") // the table is part of the program
	}
	return list[0]
}

// ModTC is the technical component of a test.
var ModTC = mustModifier("technical")

// ModKX says that the demands of a coverage policy are met.
var ModKX = mustModifier("kx")

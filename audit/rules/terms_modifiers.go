package rules

import "claimaudit/audit/claim"

// modifierSetRow names modifiers that rules speak of together.
type modifierSetRow struct {
	Set       string `csv:"set" table:"key"`
	Modifiers Words  `csv:"modifiers"`
	Source    string `csv:"source"`
}

// mustModifiers are the modifiers of a set, or the one named.
func mustModifiers(word string) (list []claim.Modifier) {
	for _, row := range mustData[modifierSetRow]("modifier-sets.csv") {
		if row.Set == word {
			for _, m := range row.Modifiers {
				list = append(list, claim.Mod(m))
			}
			return list
		}
	}
	return []claim.Modifier{claim.Mod(word)}
}

// denialExpected say that the patient was told that the service is not paid, or that a denial is
// expected.
var denialExpected = mustModifiers("denial-expected")

// mustModifier is the one modifier of a set.
func mustModifier(set string) claim.Modifier {
	list := mustModifiers(set)
	if len(list) != 1 {
		panic("rules: the modifier set " + set + " is not one modifier") // the table is part of the program
	}
	return list[0]
}

var modTC, modKX = mustModifier("technical"), mustModifier("kx")

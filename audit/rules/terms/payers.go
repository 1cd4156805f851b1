package terms

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// payerSets are the names of several classes of payers.
var payerSets = map[string]audit.Payers{
	// lcd: Medicare's local coverage determinations bind them, or may.
	"lcd":            audit.PayerSet(claim.Medicare, claim.MedicareAdvantage, claim.BlankPayer),
	"medicare-plans": audit.PayerSet(claim.Medicare, claim.MedicareAdvantage),
	// as-commercial: judged as commercial plans are, as far as nothing else is known.
	"as-commercial": audit.PayerSet(claim.Commercial, claim.Federal, claim.NamedUnknown),
}

// MustPayers reads classes of payers, written with a hyphen for a blank, and names of several; behind
// not it is all others, and without words it is all.
func MustPayers(text string) (set audit.Payers) {
	words, not := strings.CutPrefix(text, "not ")
	for word := range strings.FieldsSeq(words) {
		if several, ok := payerSets[word]; ok {
			set |= several
			continue
		}
		p, ok := claim.PayerNamed(word)
		if !ok {
			panic("rules: there are no payers " + word) // the table is part of the program
		}
		set |= audit.PayerSet(p)
	}
	switch {
	case not:
		return audit.AllPayers &^ set
	case text == "":
		return audit.AllPayers
	}
	return set
}

// UnderCoverage are the payers that Medicare's local coverage determinations bind, or may: Medicare,
// Medicare Advantage, and where none is named.
var UnderCoverage = payerSets["lcd"]

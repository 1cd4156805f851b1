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

// PayerWant is payers by class and by words of their names. The nil want is all.
type PayerWant struct {
	classes audit.Payers
	names   []string // whole words, one of which stands in a payer's name
	not     bool     // all others
}

// WantPayers are payers of the classes or with one of the names; behind not, all others. Nil where
// neither is given.
func WantPayers(classes audit.Payers, names []string, not bool) *PayerWant {
	if classes == 0 && len(names) == 0 {
		return nil
	}
	w := &PayerWant{classes: classes, not: not}
	for _, name := range names {
		w.names = append(w.names, wholeWords(name))
	}
	return w
}

// Has tells whether the line's payer is wanted.
func (w *PayerWant) Has(l *audit.Line) bool {
	if w == nil {
		return true
	}
	return (w.classes.Has(l.Payer) || len(w.names) > 0 && isPlan(l.PayerName, w.names)) != w.not
}

// Named tells whether names are asked for, so that a line must say who its payer is.
func (w *PayerWant) Named() bool { return w != nil && len(w.names) > 0 }

// Classes are those that a payer wanted may be of.
func (w *PayerWant) Classes() audit.Payers {
	switch {
	case w == nil, len(w.names) > 0:
		return audit.AllPayers
	case w.not:
		return audit.AllPayers &^ w.classes
	}
	return w.classes
}

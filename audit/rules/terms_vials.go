package rules

import (
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// vialRow says how a drug is sold.
type vialRow struct {
	Code       string `csv:"code"`
	Containers string `csv:"containers"` // single, multi or both
	Vials      string `csv:"vials"`      // sizes of its single-dose vials in units of the code
	Step       string `csv:"step"`       // what is opened is a multiple of it
	Source     string `csv:"source"`
}

type vial struct {
	containers string
	largest    claim.Units // 0 where the sizes are not known
	step       claim.Units // 0 where there is none
}

// vials are the drugs of which it is known how they are sold.
var vials = sync.OnceValue(func() map[claim.Code]vial {
	vials := map[claim.Code]vial{}
	for _, row := range mustData[vialRow]("vials.csv") {
		if !slices.Contains([]string{"single", "multi", "both"}, row.Containers) {
			panic("rules: vials.csv knows no containers " + row.Containers) // the table is part of the program
		}
		v := vial{containers: row.Containers, step: mustUnits(row.Step)}
		for size := range strings.FieldsSeq(row.Vials) {
			v.largest = max(v.largest, mustUnits(size))
		}
		vials[claim.MustCode(row.Code)] = v
	}
	return vials
})

// fillsVial tells whether the line bills what the largest vial of the drug holds, or more.
func fillsVial(l *audit.Line) bool {
	largest := vials()[l.Code].largest
	return largest > 0 && l.Units >= largest
}

var wasteModifiers = mustModifiers("waste")

// isFirstGiven tells whether the line bills a dose and no other of the code and provider stands
// before it that day.
func isFirstGiven(l *audit.Line, day *company) bool {
	for m := range day.of(l.Code).each {
		if !m.Mods.Has(wasteModifiers...) && audit.Providers(l, m) == audit.SameProvider {
			return m == l
		}
	}
	return false
}

// dayUnits are the units of the line's code that its provider bills that day, dose and waste.
func dayUnits(l *audit.Line, day *company) (total claim.Units) {
	for m := range day.of(l.Code).each {
		if m == l || audit.Providers(l, m) == audit.SameProvider {
			total += m.Units
		}
	}
	return total
}

// brokenVials tells whether what is billed of the drug that day is no number of whole vials.
func brokenVials(l *audit.Line, day *company) bool {
	step := vials()[l.Code].step
	if step == 0 {
		return false
	}
	total := dayUnits(l, day)
	return total > 0 && total%step != 0
}

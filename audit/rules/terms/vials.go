package terms

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
	Containers string
	Largest    claim.Units // 0 where the sizes are not known
	Step       claim.Units // 0 where there is none
}

// Vials are the drugs of which it is known how they are sold.
var Vials = sync.OnceValue(func() map[claim.Code]vial {
	vials := map[claim.Code]vial{}
	for row := range MustData[vialRow]("vials.csv") {
		if !slices.Contains([]string{"single", "multi", "both"}, row.Containers) {
			panic("rules: vials.csv knows no containers " + row.Containers) // the table is part of the program
		}
		v := vial{Containers: row.Containers, Step: MustUnits(row.Step)}
		for size := range strings.FieldsSeq(row.Vials) {
			v.Largest = max(v.Largest, MustUnits(size))
		}
		vials[claim.MustCode(row.Code)] = v
	}
	return vials
})

// FillsVial tells whether the line bills what the largest vial of the drug holds, or more.
func FillsVial(l *audit.Line) bool {
	largest := Vials()[l.Code].Largest
	return largest > 0 && l.Units >= largest
}

var wasteModifiers = MustModifiers("waste")

// IsFirstGiven tells whether the line bills a dose and no other of the code and provider stands
// before it that day.
func IsFirstGiven(l *audit.Line, day *Company) bool {
	for m := range day.Of(l.Code).Each {
		if !m.Mods.Has(wasteModifiers...) && Providers(l, m) == audit.SameProvider {
			return m == l
		}
	}
	return false
}

// DayUnits are the units of the line's code that its provider bills that day, dose and waste.
func DayUnits(l *audit.Line, day *Company) (total claim.Units) {
	for m := range day.Of(l.Code).Each {
		if m == l || Providers(l, m) == audit.SameProvider {
			total += m.Units
		}
	}
	return total
}

// BrokenVials tells whether what is billed of the drug that day is no number of whole vials.
func BrokenVials(l *audit.Line, day *Company) bool {
	step := Vials()[l.Code].Step
	if step == 0 {
		return false
	}
	total := DayUnits(l, day)
	return total > 0 && total%step != 0
}

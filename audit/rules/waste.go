package rules

import (
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
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
	largest    claim.Units
	step       claim.Units
}

func mustVials() map[claim.Code]vial {
	vials := map[claim.Code]vial{}
	for _, row := range mustData[vialRow]("vials.csv") {
		if !slices.Contains([]string{"single", "multi", "both"}, row.Containers) {
			panic("rules: vials.csv knows no containers " + row.Containers)
		}
		v := vial{containers: row.Containers, step: mustUnits(row.Step)}
		for _, size := range mustUnitList(row.Vials) {
			v.largest = max(v.largest, size)
		}
		vials[claim.MustCode(row.Code)] = v
	}
	return vials
}

// The days Medicare asked for JW on wasted drug, for JW or JZ on all, and refused what has neither.
var (
	wasteBilledFrom  = mustDay("waste-billed")
	wasteStatedFrom  = mustDay("waste-stated")
	wasteRefusedFrom = mustDay("waste-refused")
)

func wasteNotStated() check {
	vials := mustVials()
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !wasteAsked(l, wasteStatedFrom) || l.Mods.Has(modJW, modJZ) || other(l, day, isWaste) != nil {
			return
		}
		if s := wasteSeverity(l, vials); s != 0 {
			report(notStated(l, s))
		}
	})
}

// wasteAsked tells whether the line is a drug Medicare asked about since that day.
func wasteAsked(l *audit.Line, since claim.Date) bool {
	return l.Payer == claim.Medicare && l.From >= since && !l.Root && l.In(catalog.Drugs)
}

func wasteSeverity(l *audit.Line, vials map[claim.Code]vial) audit.Severity {
	switch {
	case !l.In(catalog.SingleDose) && vials[l.Code].containers != "both":
		return 0
	case !l.In(catalog.SingleDose):
		return audit.Review
	case l.From < wasteRefusedFrom || l.Type != claim.Professional:
		return audit.Warning
	}
	return audit.Error
}

func notStated(l *audit.Line, s audit.Severity) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: s, Money: audit.Deny,
		Message: fmt.Sprintf("%s (%s) on %s comes from a single-dose container and has neither JW nor JZ", billedAs(l), l.Known.Label, l.From),
		Fix: audit.Fix{
			Action: audit.SetModifiers,
			Text:   "if the record shows that nothing was wasted, add JZ; otherwise bill the waste on a second line with JW",
		},
	}
	if s == audit.Review {
		f.Message = fmt.Sprintf("%s (%s) on %s is sold in single-dose and multi-dose vials, and the line does not say by JW or JZ that it was single-dose", billedAs(l), l.Known.Label, l.From)
		f.Fix.Text = "look up the vial in the record: from a multi-dose vial nothing is to be added; from a single-dose vial add JZ, or bill the waste on a second line with JW"
	}
	return f
}

// other is another line of the code that day by the same provider, of the kind.
func other(l *audit.Line, day *company, kind func(*audit.Line) bool) *audit.Line {
	for m := range day.of(l.Code).each {
		if m != l && kind(m) && audit.Providers(l, m) == audit.SameProvider {
			return m
		}
	}
	return nil
}

func isWaste(l *audit.Line) bool { return l.Mods.Has(modJW) }

func isGiven(l *audit.Line) bool { return !l.Mods.Has(modJW) }

func wasteAndNone() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if wasteAsked(l, wasteBilledFrom) && l.Mods.Has(modJZ) {
			checkContradiction(l, day, report)
		}
	})
}

func checkContradiction(l *audit.Line, day *company, report func(audit.Finding)) {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s carries JW and JZ: one bills waste, the other says there was none", billedAs(l), l.From),
		Fix:     audit.Fix{Action: audit.SetModifiers, Text: "keep JZ if the record shows no waste; otherwise bill the amount given on one line without JZ and the waste on another with JW"},
	}
	if !l.Mods.Has(modJW) {
		waste := other(l, day, isWaste)
		if waste == nil {
			return
		}
		f.Related = []*audit.Line{waste}
		f.Message = fmt.Sprintf("%s on %s says by JZ that nothing was wasted, and %s bills waste", billedAs(l), l.From, billedAs(waste))
		f.Fix.Text = "if the record shows waste, remove JZ from the line of the amount given; otherwise remove the JW line"
	}
	report(f)
}

func wasteWithoutDose() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if wasteAsked(l, wasteBilledFrom) && isWaste(l) && !l.Mods.Has(modJZ) && other(l, day, isGiven) == nil {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s on %s bills wasted drug, and no line bills the dose given", billedAs(l), l.From),
				Fix:     audit.Fix{Action: audit.AddLine, Text: "bill the dose given on a line without JW; if none was given, the vial is not billed at all"},
			})
		}
	})
}

func wasteOverVial() check {
	vials := mustVials()
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		v := vials[l.Code]
		if wasteAsked(l, wasteBilledFrom) && isWaste(l) && v.largest > 0 && l.Units >= v.largest {
			report(audit.Finding{
				Line: l, Money: audit.Overpay,
				Message: fmt.Sprintf("%s on %s bills %s units of waste; the largest vial holds %s", billedAs(l), l.From, l.Units, v.largest),
				Fix:     audit.Fix{Action: audit.SetUnits, Text: "bill as waste what the record shows was left of the last vial opened"},
			})
		}
	})
}

func wasteOfMultiDose() check {
	vials := mustVials()
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if wasteAsked(l, wasteBilledFrom) && l.Mods.Has(modJW, modJZ) && vials[l.Code].containers == "multi" {
			report(multiDose(l))
		}
	})
}

func multiDose(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s (%s) on %s is sold in multi-dose vials, which have no waste to bill or to deny", billedAs(l), l.Known.Label, l.From),
		Fix: audit.Fix{
			Action: audit.SetModifiers, Text: "remove JZ", Edits: []audit.Edit{audit.SetMods(l, l.Mods.Without(modJZ))},
		},
	}
	if isWaste(l) {
		f.Money = audit.Overpay
		f.Fix = audit.Fix{Action: audit.RemoveLine, Text: "remove the line: waste of a multi-dose vial is not paid", Edits: []audit.Edit{audit.Remove(l)}}
	}
	return f
}

func vialTotal() check {
	vials := mustVials()
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if step := vials[l.Code].step; step > 0 && !l.Root && l.From >= wasteBilledFrom && isFirstGiven(l, day) {
			checkVialTotal(l, day, step, report)
		}
	})
}

// isFirstGiven tells whether the line bills a dose and no other of the code and provider stands
// before it that day.
func isFirstGiven(l *audit.Line, day *company) bool {
	for m := range day.of(l.Code).each {
		if isGiven(m) && audit.Providers(l, m) == audit.SameProvider {
			return m == l
		}
	}
	return false
}

func checkVialTotal(l *audit.Line, day *company, step claim.Units, report func(audit.Finding)) {
	total, related := l.Units, []*audit.Line(nil)
	for m := range day.of(l.Code).each {
		if m != l && audit.Providers(l, m) == audit.SameProvider {
			total += m.Units
			related = append(related, m)
		}
	}
	if total <= 0 || total%step == 0 {
		return
	}
	f := audit.Finding{
		Line: l, Money: audit.Underpay, Related: related,
		Message: fmt.Sprintf("%s units of %s are billed on %s, dose and waste together; vials hold %s or a multiple", total, l.Code, l.From, step),
		Fix:     audit.Fix{Action: audit.AddLine, Text: "look up the vials in the record and bill what was wasted on a line with JW; correct the units if the dose is wrong"},
	}
	if !isMedicare(l) {
		f.Severity = audit.Review
	}
	report(f)
}

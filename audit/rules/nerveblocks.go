package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func nerveBlockUnits() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.In(catalog.NerveBlock) && !l.Root && manyOfOne(l) {
			report(blockUnits(l))
		}
	})
}

// manyOfOne tells whether the units are more than the two that may mean both sides; 50 has a rule
// of its own.
func manyOfOne(l *audit.Line) bool {
	sided := l.Mods.Side() != claim.NoSide
	return !l.Mods.Has(mod50) && (l.Units > claim.Whole(2) || sided && l.Units > claim.One && l.Mods.Side() != claim.Both)
}

var firstIntercostal = claim.MustCode("64420")

func blockUnits(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay, Part: overOne(l),
		Message: fmt.Sprintf("%s is billed with %s on %s; all injections round one nerve are 1 unit a side", billedAs(l), quantity(l.Units), l.From),
		Fix:     audit.Fix{Action: audit.SetUnits, Text: "bill 1 unit, and 50 if both sides were injected"},
	}
	if l.Code == firstIntercostal {
		f.Message = fmt.Sprintf("%s is billed with %s on %s; it is the first intercostal nerve only", billedAs(l), quantity(l.Units), l.From)
		f.Fix.Text = "bill 64420 with 1 unit and 64421 for each further nerve the record names"
		return f
	}
	f.Fix.Edits = []audit.Edit{audit.SetQuantity(l, claim.One)}
	return f
}

// overOne is the part of the charge for the units beyond the first.
func overOne(l *audit.Line) *claim.Cents {
	part := l.Charge.Share(l.Units-claim.One, l.Units)
	return &part
}

func genicularByCount() check {
	knee := mustDiagnoses("knee")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Code == otherNerve && !l.Root && l.Units >= claim.Whole(3) && l.From >= genicularSince && knee.all(l) {
			report(audit.Finding{
				Line: l, Money: audit.Overpay,
				Message: fmt.Sprintf("%s is billed with %s on %s for the knee; the genicular nerves of a knee are 64454 together", billedAs(l), quantity(l.Units), l.From),
				Fix:     audit.Fix{Action: audit.ReplaceCode, Text: "replace 64450 with 64454, 1 unit for each knee, if the genicular nerves were blocked; name each nerve if they were others"},
			})
		}
	})
}

var (
	otherNerve     = claim.MustCode("64450")
	genicularSince = mustDay("genicular-codes")
)

package rules

// The rules of this file are about how a line says its side: a matter apart from what the line is
// bundled into, so that they silence only the unit limit, where it says the same.

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func bilateralUnits() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Units == 2*claim.One && l.In(catalog.Bilateral50) && l.Type == claim.Professional && l.Mods.Side() == claim.NoSide && limitIsOne(c.Catalog, l) {
			report(twoUnits(c.Catalog, l))
		}
	})
}

func limitIsOne(cat *catalog.Catalog, l *audit.Line) bool {
	limit, ok := cat.Limit(l.Scope(), l.Code, l.From)
	return ok && limit.Units == claim.One
}

func twoUnits(cat *catalog.Catalog, l *audit.Line) audit.Finding {
	part := l.Charge.Half()
	f := audit.Finding{
		Line: l, Money: audit.Deny, Part: &part,
		Message: fmt.Sprintf("%s is billed with 2 units on %s and no side; the limit is 1, and both sides are billed by 50", billedAs(l), l.From),
		Fix:     audit.Fix{Action: audit.SetModifiers, Text: fmt.Sprintf("both sides: %s-50, 1 unit", l.Code)},
	}
	if further := nextLevel(cat, l); further != 0 {
		f.Fix.Action = audit.Document
		f.Fix.Text += fmt.Sprintf("; two levels of one side: %s, 1 unit, with RT or LT, and %s, 1 unit; the record decides", l.Code, further)
		return f
	}
	f.Fix.Text += "; one side alone, however many needles: 1 unit with RT or LT"
	if mods, ok := l.Mods.With(mod50); ok {
		f.Fix.Edits = []audit.Edit{audit.SetMods(l, mods), audit.SetQuantity(l, claim.One)}
	}
	return f
}

// nextLevel is the add-on for a further level of the code: the first that has it as a primary and
// is reported for each side.
func nextLevel(cat *catalog.Catalog, l *audit.Line) claim.Code {
	for _, a := range cat.AddOnsOf(l.Scope(), l.Code, l.From) {
		if cat.Lookup(a.Code).In(catalog.ReportTwice, l.From) && a.Code > l.Code && a.Primaries[len(a.Primaries)-1] == l.Code {
			return a.Code
		}
	}
	return 0
}

func bilateralUnitsOverOne() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Units > claim.One && l.Mods.Has(mod50) && sided(c.Catalog, l) {
			report(unitsWith50(c.Catalog, l))
		}
	})
}

func unitsWith50(cat *catalog.Catalog, l *audit.Line) audit.Finding {
	part := l.Charge.Share(l.Units-claim.One, l.Units)
	f := audit.Finding{
		Line: l, Money: audit.Overpay, Part: &part,
		Message: fmt.Sprintf("%s is billed with %s on %s; 50 bills both sides in 1 unit", billedAs(l), quantity(l.Units), l.From),
		Fix:     audit.Fix{Action: audit.SetUnits, Text: "bill 1 unit with 50"},
	}
	if limitIsOne(cat, l) {
		f.Fix.Edits = []audit.Edit{audit.SetQuantity(l, claim.One)}
		return f
	}
	f.Severity, f.Fix.Action = audit.Review, audit.Document
	f.Message += ", and the units can only be structures on each side"
	f.Fix.Text = "count the structures treated on each side in the record: units are their number on one side; for one structure a side bill 1 unit with 50"
	return f
}

func bilateralDuplicate() check {
	return beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if m := billedOnce(l, day); m != nil && sided(c.Catalog, l) {
			report(twiceWith50(l, m))
		}
	})
}

// billedOnce is an earlier line of the same code, units and provider, of which one and only one of
// the two carries 50.
func billedOnce(l *audit.Line, day *company) *audit.Line {
	if l.Mods.Has(repeated...) || takesBack(l) {
		return nil
	}
	for m := range day.of(l.Code).each {
		switch {
		case m == l:
			return nil
		case m.Mods.Has(mod50) != l.Mods.Has(mod50) && !m.Mods.Has(repeated...) && alikeBut50(m, l):
			return m
		}
	}
	return nil
}

func alikeBut50(a, b *audit.Line) bool {
	return a.Units == b.Units && !takesBack(a) && withoutSides(a.Mods) == withoutSides(b.Mods) &&
		audit.Providers(a, b) == audit.SameProvider
}

// withoutSides are the modifiers that do not say a side, in order.
func withoutSides(ms claim.Modifiers) claim.Modifiers {
	return ms.Without(mod50).Without(modRT).Without(modLT).Sorted()
}

func twiceWith50(l, m *audit.Line) audit.Finding {
	plain, both := l, m
	if l.Mods.Has(mod50) && !m.Context {
		plain, both = m, l
	}
	f := audit.Finding{
		Line: plain, Money: audit.Deny, Related: []*audit.Line{both},
		Message: fmt.Sprintf("%s is billed on %s with 50 and once more without; the line with 50 bills both sides", l.Code, l.From),
		Fix: audit.Fix{
			Action: audit.RemoveLine,
			Text:   "keep the line with 50, 1 unit and the charge for both sides, and remove the other",
		},
	}
	if both.Mods.Has(mod50) {
		f.Fix.Edits = []audit.Edit{audit.Remove(plain)}
	}
	return f
}

func bilateralWithSide() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Mods.Has(mod50) && l.Mods.Has(modRT, modLT) {
			report(sideWith50(l))
		}
	})
}

func sideWith50(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s on %s says both sides and one side on one line", billedAs(l), l.From),
		Fix: audit.Fix{
			Action: audit.SetModifiers,
			Text:   "if both sides are in the record keep 50 and remove RT and LT; if one side is, remove 50",
		},
	}
	if l.Mods.Has(modRT) && l.Mods.Has(modLT) {
		f.Message = fmt.Sprintf("%s on %s says both sides twice", billedAs(l), l.From)
		f.Fix.Text = "keep 50 and remove RT and LT"
		f.Fix.Edits = []audit.Edit{audit.SetMods(l, l.Mods.Without(modRT).Without(modLT))}
	}
	return f
}

func bilateralNotAllowed() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !l.Mods.Has(mod50) {
			return
		}
		if fee, ok := c.Catalog.Fee(l.Code, l.From); ok && fee.Bilateral != '1' && fee.Bilateral != '3' {
			report(no50(c.Catalog, l, fee))
		}
	})
}

var (
	tendonOrigin   = claim.MustCode("20551")
	stimulatorLead = claim.MustCode("63650")
)

func no50(cat *catalog.Catalog, l *audit.Line, fee catalog.Fee) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s on %s carries 50; its bilateral indicator in the fee schedule of %d is %c: %s", billedAs(l), l.From, fee.Year, fee.Bilateral, bilateralMeaning(fee.Bilateral)),
		Fix:     audit.Fix{Action: audit.SetModifiers},
	}
	switch {
	case isGoods(l):
		f.Severity = audit.Review
		f.Fix = audit.Fix{Text: fmt.Sprintf("bill %s by its units for both sides together, and remove 50 unless the payer asks for it", l.Code)}
	case l.Code == tendonOrigin:
		f.Fix.Text = "if both sides are in the record bill two lines, with RT and with LT; else remove 50"
	case l.Code == stimulatorLead:
		f.Fix.Action, f.Fix.Text = audit.SetUnits, "remove 50; the units are the number of leads the record shows"
	default:
		f.Fix.Text = "remove 50"
		f.Fix.Edits = []audit.Edit{audit.SetMods(l, l.Mods.Without(mod50))}
		if l.Units > claim.One && limitIsOne(cat, l) {
			f.Fix.Text = "remove 50 and bill 1 unit"
			f.Fix.Edits = append(f.Fix.Edits, audit.SetQuantity(l, claim.One))
		}
	}
	return f
}

func bilateralMeaning(indicator byte) string {
	switch indicator {
	case '0':
		return "50 is not paid for"
	case '2':
		return "the code covers both sides already"
	}
	return "sides do not apply"
}

func bilateralAddOn() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Mods.Has(mod50) && l.In(catalog.ReportTwice) && !isMedicare(l) && l.From >= reportTwiceFrom {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s on %s carries 50; CPT reports this add-on twice for both sides, without 50, and Medicare takes 50", billedAs(l), l.From),
				Fix:     audit.Fix{Text: fmt.Sprintf("ask the payer which form it takes: %s with 50 and 1 unit, or reported twice without 50", l.Code)},
			})
		}
	})
}

// reportTwiceFrom is the day CPT's instruction for bilateral add-ons took effect.
var reportTwiceFrom = mustDay("add-ons-reported-twice")

func sideMissing() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.In(catalog.NeedsSide) && l.Type == claim.Professional && l.Units == claim.One && l.Mods.Side() == claim.NoSide && sided(c.Catalog, l) {
			report(noSide(l))
		}
	})
}

func noSide(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s names no side", billedAs(l), l.From),
		Fix:     audit.Fix{Action: audit.SetModifiers, Text: "add RT or LT, or 50 for both sides, as the record says"},
	}
	if l.Payer == claim.Commercial {
		f.Severity = audit.Review
	}
	return f
}

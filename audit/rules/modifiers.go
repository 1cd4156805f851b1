package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func distinctTwice() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.From >= xModifiersFrom && countOf(l, distinctModifiers) > 1 {
			report(twoReasons(l))
		}
	})
}

func countOf(l *audit.Line, modifiers []claim.Modifier) (n int) {
	for _, m := range l.Mods {
		for _, wanted := range modifiers {
			if m == wanted {
				n++
			}
		}
	}
	return n
}

func twoReasons(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s on %s gives more than one reason for a service apart", billedAs(l), l.From),
		Fix: audit.Fix{
			Action: audit.SetModifiers,
			Text:   "keep the one X modifier the record supports (XE another encounter, XP another practitioner, XS another site, XU no overlap) and remove the others",
		},
	}
	if countOf(l, xModifiers) == 1 {
		f.Fix.Text = "remove 59, which the X modifier says more exactly"
		f.Fix.Edits = []audit.Edit{audit.SetMods(l, l.Mods.Without(mod59))}
	}
	return f
}

func distinctOnVisit() check {
	return eachOfDay(func(c *audit.Case, l *audit.Line, day []audit.Line, report func(audit.Finding)) {
		if isVisit(l) && l.Mods.Has(distinctModifiers...) {
			report(misplaced(c.Catalog, l, day))
		}
	})
}

// misplaced is a visit with a modifier for procedures. It opens pair edits all the same, so that
// taking it off may leave the visit bundled.
func misplaced(cat *catalog.Catalog, l *audit.Line, day []audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is a visit, on which 59 and the X modifiers do not stand", billedAs(l), l.From),
		Fix:     audit.Fix{Action: audit.SetModifiers, Text: "remove it; append 25 only if the note shows a significant visit apart from the day's procedures"},
	}
	as := *l
	as.Mods = without(l.Mods, distinctModifiers)
	if p := bundledAs(cat, l, as, day); p != nil {
		f.Fix.Text = fmt.Sprintf("replace it by 25 if the note shows a significant visit apart from %s; otherwise remove %s, which is part of %s", p.Code, l.Code, p.Code)
		return f
	}
	f.Fix.Edits = []audit.Edit{audit.SetMods(l, as.Mods)}
	return f
}

func without(ms claim.Modifiers, gone []claim.Modifier) claim.Modifiers {
	for _, m := range gone {
		ms = ms.Without(m)
	}
	return ms
}

func visitModifierOnProcedure() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Known != nil && !isVisit(l) && l.Mods.Has(visitModifiers...) {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s on %s is no visit; 24, 25 and 57 stand on visits only", billedAs(l), l.From),
				Fix: audit.Fix{
					Action: audit.SetModifiers, Text: "remove it from this line; if the day has a visit that needs it, append it there",
					Edits: []audit.Edit{audit.SetMods(l, without(l.Mods, visitModifiers))},
				},
			})
		}
	})
}

func bothSidesOnOneLine() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Mods.Has(modRT) && l.Mods.Has(modLT) {
			report(rightAndLeft(c.Catalog, l))
		}
	})
}

func rightAndLeft(cat *catalog.Catalog, l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s on %s carries RT and LT on one line", billedAs(l), l.From),
		Fix:     audit.Fix{Action: audit.SetModifiers, Text: "bill two lines, one with RT and one with LT, each with its units and charge"},
	}
	if !sided(cat, l) || l.In(catalog.ReportTwice) || l.Type != claim.Professional || l.Mods.Has(mod50) {
		return f
	}
	f.Fix.Text = "bill one line with 50 and 1 unit instead of RT and LT, if both sides are in the record"
	if l.Units == claim.One {
		mods, _ := without(l.Mods, []claim.Modifier{modRT, modLT}).With(mod50)
		f.Fix.Edits = []audit.Edit{audit.SetMods(l, mods)}
	}
	return f
}

func addOnWith51() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !l.Mods.Has(mod51) {
			return
		}
		if _, ok := c.Catalog.AddOn(l.Scope(), l.Code, l.From); ok {
			report(audit.Finding{
				Line: l, Money: audit.Underpay,
				Message: fmt.Sprintf("%s on %s is an add-on, which is exempt from 51", billedAs(l), l.From) + byAddOns(c.Catalog, l),
				Fix:     audit.Fix{Action: audit.SetModifiers, Text: "remove 51", Edits: []audit.Edit{audit.SetMods(l, l.Mods.Without(mod51))}},
			})
		}
	})
}

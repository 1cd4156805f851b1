package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func without(ms claim.Modifiers, gone []claim.Modifier) claim.Modifiers {
	for _, m := range gone {
		ms = ms.Without(m)
	}
	return ms
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

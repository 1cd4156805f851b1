package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// BilateralDuplicate is the check of bilateral-duplicate.
func BilateralDuplicate() terms.Check {
	return terms.Beside(func(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if m := billedOnce(l, day); m != nil && terms.Sided(c.Catalog, l) {
			report(twiceWith50(l, m))
		}
	})
}

// billedOnce is an earlier line of the same code, units and provider, of which one and only one of
// the two carries 50.
func billedOnce(l *audit.Line, day *terms.Company) *audit.Line {
	if l.Mods.Has(terms.Repeated...) {
		return nil
	}
	for m := range day.Of(l.Code).Each {
		switch {
		case m == l:
			return nil
		case m.Mods.Has(terms.Mod50) != l.Mods.Has(terms.Mod50) && !m.Mods.Has(terms.Repeated...) && alikeBut50(m, l):
			return m
		}
	}
	return nil
}

func alikeBut50(a, b *audit.Line) bool {
	return a.Units == b.Units && withoutSides(a.Mods) == withoutSides(b.Mods) &&
		terms.Providers(a, b) == audit.SameProvider
}

// withoutSides are the modifiers that do not say a side, in order.
func withoutSides(ms claim.Modifiers) claim.Modifiers {
	return ms.Without(terms.Mod50).Without(terms.ModRT).Without(terms.ModLT).Sorted()
}

func twiceWith50(l, m *audit.Line) audit.Finding {
	plain, both := l, m
	if l.Mods.Has(terms.Mod50) && !m.Context {
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
	if both.Mods.Has(terms.Mod50) {
		f.Fix.Edits = []audit.Edit{audit.Remove(plain)}
	}
	return f
}

package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

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

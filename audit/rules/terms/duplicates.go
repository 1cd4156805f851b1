package terms

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Repeated are the modifiers that say that a line is not the one before.
var Repeated = MustModifiers("repeated")

// Original is the first line of the day that l bills again, or nil.
func Original(c *audit.Case, l *audit.Line, day *Company) *audit.Line {
	if l.Code == 0 || l.Mods.Has(Repeated...) {
		return nil
	}
	for m := range day.Of(l.Code).Each {
		switch {
		case m == l:
			return nil
		case !m.Root && Alike(m, l) && !reportedTwice(c, l, day):
			return m
		}
	}
	return nil
}

// TakesBack tells whether the line stands on a replacement or void claim.
func TakesBack(l *audit.Line) bool { return l.Frequency == '7' || l.Frequency == '8' }

// Alike tells whether two lines bill the same service: code, units, modifiers and who bills.
func Alike(a, b *audit.Line) bool {
	return a.Code == b.Code && a.Units == b.Units && a.Mods.Sorted() == b.Mods.Sorted() &&
		Providers(a, b) == audit.SameProvider && agree(a.TIN, b.TIN) && agree(a.Billing, b.Billing)
}

// agree tells whether two values are equal as far as both are known.
func agree(a, b string) bool { return a == b || a == "" || b == "" }

// reportedTwice tells whether the line is one of two by which CPT reports a bilateral add-on:
// beside a bilateral primary, to a payer other than Medicare.
func reportedTwice(c *audit.Case, l *audit.Line, day *Company) bool {
	if !l.In(catalog.ReportTwice) || IsMedicare(l) || PrimarySides(c, l, day) != claim.Both {
		return false
	}
	n := 0
	for m := range day.Of(l.Code).Each {
		if Alike(m, l) {
			n++
		}
		if n > 2 {
			return false
		}
	}
	return n == 2 && l.Units == claim.One
}

// PrimarySides are the sides the primaries of an add-on line are billed for.
func PrimarySides(c *audit.Case, l *audit.Line, day *Company) (sides claim.Side) {
	addOn, ok := c.Catalog.AddOn(l.Scope(), l.Code, l.From)
	if !ok {
		return claim.NoSide
	}
	for m := range day.Each {
		if m != l && m.Code != l.Code && PrimaryFor(c.Catalog, addOn, m, l) {
			sides |= m.Mods.Side()
		}
	}
	return sides
}

// Place names the claim of a line as seen from another, and its file where that is another.
func Place(c *audit.Case, l, from *audit.Line) string {
	name := "another line of the claim"
	switch {
	case l.Claim == "":
		name = "another line"
	case l.Claim != from.Claim:
		name = "claim " + l.Claim
	}
	if l.Pos.Input != from.Pos.Input {
		name += " in " + c.Sources[l.Pos.Input].File
	}
	return name
}

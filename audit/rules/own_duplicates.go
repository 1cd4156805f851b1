package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func duplicateLine() check {
	return beside(checkDuplicate)
}

// repeated are the modifiers that say that a line is not the one before.
var repeated = mustModifiers("repeated")

var (
	doneOften    = mustText("duplicate-line", "done-often")
	doneOnceMore = mustText("duplicate-line", "done-once-more")
)

// original is the first line of the day that l bills again, or nil.
func original(c *audit.Case, l *audit.Line, day *company) *audit.Line {
	if l.Code == 0 || l.Mods.Has(repeated...) || takesBack(l) {
		return nil
	}
	for m := range day.of(l.Code).each {
		switch {
		case m == l:
			return nil
		case !m.Root && alike(m, l) && !reportedTwice(c, l, day):
			return m
		}
	}
	return nil
}

// takesBack tells whether the line stands on a replacement or void claim.
func takesBack(l *audit.Line) bool { return l.Frequency == '7' || l.Frequency == '8' }

func alike(a, b *audit.Line) bool {
	return a.Code == b.Code && a.Units == b.Units && a.Mods.Sorted() == b.Mods.Sorted() && !takesBack(a) &&
		audit.Providers(a, b) == audit.SameProvider && agree(a.TIN, b.TIN) && agree(a.Billing, b.Billing)
}

// agree tells whether two values are equal as far as both are known.
func agree(a, b string) bool { return a == b || a == "" || b == "" }

// reportedTwice tells whether the line is one of two by which CPT reports a bilateral add-on:
// beside a bilateral primary, to a payer other than Medicare.
func reportedTwice(c *audit.Case, l *audit.Line, day *company) bool {
	if !l.In(catalog.ReportTwice) || isMedicare(l) || primarySides(c, l, day) != claim.Both {
		return false
	}
	n := 0
	for m := range day.of(l.Code).each {
		if alike(m, l) {
			n++
		}
		if n > 2 {
			return false
		}
	}
	return n == 2 && l.Units == claim.One
}

// primarySides are the sides the primaries of an add-on line are billed for.
func primarySides(c *audit.Case, l *audit.Line, day *company) (sides claim.Side) {
	addOn, ok := c.Catalog.AddOn(l.Scope(), l.Code, l.From)
	if !ok {
		return claim.NoSide
	}
	for m := range day.each {
		if m != l && m.Code != l.Code && primaryFor(c.Catalog, addOn, m, l) {
			sides |= m.Mods.Side()
		}
	}
	return sides
}

func checkDuplicate(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
	first := original(c, l, day)
	if first == nil {
		return
	}
	f := audit.Finding{
		Line: l, Money: audit.Deny, Related: []*audit.Line{first},
		Message: fmt.Sprintf("%s, %s, on %s is billed twice: the same as on %s", billedAs(l), quantity(l.Units), l.From, place(c, first, l)),
	}
	limit, limited := c.Catalog.Limit(l.Scope(), l.Code, l.From)
	switch {
	case l.Claim != first.Claim:
		f.Fix = again(l, day, c, "it is on "+place(c, first, l)+" already")
	case limited && passes(l, day, limit.Units):
		f.Message += fmt.Sprintf("; together they pass the limit of %s", quantity(limit.Units))
		f.Fix = again(l, day, c, "the other line bills it")
	default:
		f.Severity = audit.Warning
		f.Fix.Text = doneOften.on(c, l)
	}
	report(f)
}

// passes tells whether the equal lines of one claim together have more units than the limit.
func passes(l *audit.Line, day *company, limit claim.Units) bool {
	var total claim.Units
	for m := range day.of(l.Code).each {
		if m.Claim == l.Claim && alike(m, l) {
			if total += m.Units; total > limit {
				return true
			}
		}
	}
	return false
}

func again(l *audit.Line, day *company, c *audit.Case, why string) audit.Fix {
	fix := removal(c, l, day, why)
	fix.Text += doneOnceMore.on(c, l)
	return fix
}

// place names the claim of a line as seen from another, and its file where that is another.
func place(c *audit.Case, l, from *audit.Line) string {
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

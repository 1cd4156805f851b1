package terms

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// PrimaryFor tells whether m is a primary of the add-on line l, or may turn out to be one because its
// code is yet to be replaced; a stranger's is none.
func PrimaryFor(cat *catalog.Catalog, addOn catalog.AddOn, m, l *audit.Line) bool {
	if audit.ByNumbers(l, m) == audit.DifferentProvider {
		return false
	}
	return slices.Contains(addOn.Primaries, m.Code) || Unsettled(m) && MayBecome(cat, m, addOn.Primaries)
}

// MayBecome tells whether a line whose code must be replaced may get one of these: what replaces
// it names one, or nothing is known to replace it.
func MayBecome(cat *catalog.Catalog, m *audit.Line, codes []claim.Code) bool {
	rows := cat.Replacements(m.Code)
	return len(rows) == 0 || slices.ContainsFunc(rows, func(r catalog.Replacement) bool { return slices.Contains(codes, r.New) })
}

// Unsettled tells whether the line's code must be replaced and it is not known by which.
func Unsettled(m *audit.Line) bool {
	return m.Root && (m.Known == nil || !m.Known.ValidOn(m.From))
}

// orphans are the add-ons of the day that lose their only primary when the line goes, and those
// that lose theirs with them.
func orphans(cat *catalog.Catalog, l *audit.Line, day *Company) []*audit.Line {
	for m := range day.Of(l.Code).Each {
		if m != l && audit.ByNumbers(l, m) != audit.DifferentProvider {
			return nil // another line of the code stays
		}
	}
	var gone []*audit.Line
	for again := true; again; {
		again = false
		for i := range day.Lines {
			a := &day.Lines[i]
			if a.Context || a == l || slices.Contains(gone, a) || !bereft(cat, a, l, gone, day) {
				continue
			}
			gone, again = append(gone, a), true
		}
	}
	return gone
}

// bereft tells whether an add-on that has a primary has none but the lines that go.
func bereft(cat *catalog.Catalog, a, l *audit.Line, gone []*audit.Line, day *Company) bool {
	addOn, ok := cat.AddOn(a.Scope(), a.Code, a.From)
	if !ok {
		return false
	}
	had := false
	for i := range day.Lines {
		m := &day.Lines[i]
		if m == a || !PrimaryFor(cat, addOn, m, a) {
			continue
		}
		if m != l && !slices.Contains(gone, m) {
			return false
		}
		had = true
	}
	return had
}

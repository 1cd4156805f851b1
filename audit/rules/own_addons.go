package rules

import (
	"fmt"
	"slices"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func addOnWithoutPrimary() check {
	return beside(checkAddOn)
}

func checkAddOn(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
	if l.Root {
		return
	}
	addOn, ok := c.Catalog.AddOn(l.Scope(), l.Code, l.From)
	if !ok || addOn.ByPayer() || hasPrimary(c.Catalog, addOn, l, day) {
		return
	}
	f := withoutPrimary(c, addOn, l, day)
	f.Message += byAddOns(c.Catalog, l)
	report(f)
}

// byAddOns says which table has the add-on, where it is a loaded one or not of the line's day and
// program.
func byAddOns(cat *catalog.Catalog, l *audit.Line) (text string) {
	use, ok := cat.InUse(catalog.AddOnCodes, l.Scope(), l.Code, l.From)
	if !ok {
		return ""
	}
	switch {
	case l.From < use.From:
		text = fmt.Sprintf("; by the add-on table of %s, the nearest in use, which keeps what was in force on earlier days", use.Quarter)
	case l.From > use.To:
		text = fmt.Sprintf("; by the add-on table of %s, %s", use.Quarter, newestOf(cat, catalog.AddOnCodes, l, use.Quarter))
	case !use.Own:
		text = fmt.Sprintf("; by the add-on table of %s", use.Quarter)
	}
	return text + byStandIn(cat, catalog.AddOnCodes, l)
}

// hasPrimary tells whether the day has a primary of the add-on, or a line that may turn out to be
// one because its code is yet to be replaced.
func hasPrimary(cat *catalog.Catalog, addOn catalog.AddOn, l *audit.Line, day *company) bool {
	for m := range day.each {
		if m != l && primaryFor(cat, addOn, m, l) {
			return true
		}
	}
	return false
}

func primaryFor(cat *catalog.Catalog, addOn catalog.AddOn, m, l *audit.Line) bool {
	if audit.Providers(l, m) == audit.DifferentProvider {
		return false
	}
	return slices.Contains(addOn.Primaries, m.Code) || unsettled(m) && mayBecome(cat, m, addOn.Primaries)
}

// mayBecome tells whether a line whose code must be replaced may get one of these: what replaces
// it names one, or nothing is known to replace it.
func mayBecome(cat *catalog.Catalog, m *audit.Line, codes []claim.Code) bool {
	rows := cat.Replacements(m.Code)
	return len(rows) == 0 || slices.ContainsFunc(rows, func(r catalog.Replacement) bool { return slices.Contains(codes, r.New) })
}

// unsettled tells whether the line's code must be replaced and it is not known by which.
func unsettled(m *audit.Line) bool {
	return m.Root && (m.Known == nil || !m.Known.ValidOn(m.From))
}

func withoutPrimary(c *audit.Case, addOn catalog.AddOn, l *audit.Line, day *company) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s is an add-on, and none of its primaries is billed for this patient on %s by the same provider or group: %s", billedAs(l), l.From, primaries(addOn)),
		Fix: audit.Fix{
			Action: audit.AddLine,
			Text:   fmt.Sprintf("if the record shows the primary service, bill it as well (%s); otherwise remove %s", primaries(addOn), l.Code),
		},
	}
	switch {
	case l.In(catalog.Guidance):
		f.Severity, f.Fix.Action = audit.Warning, audit.Document
		f.Fix.Text = fmt.Sprintf("bill %s with the procedure it guided, if that takes %s apart; otherwise remove %s", l.Code, l.Code, l.Code)
		if name := unlisted(day); name != nil {
			f.Severity = audit.Review
			f.Message += fmt.Sprintf("; %s on the same day is not in the catalogue and may be one", name.Code)
		}
	case l.In(catalog.NeedleAddOn):
		f.Fix.Action = audit.ReplaceCode
		f.Fix.Text = needleAlone(c, l, day)
	}
	return f
}

// primaries are the add-on's primaries in words, the first few of a long list.
func primaries(addOn catalog.AddOn) string {
	const many = 12
	if n := len(addOn.Primaries); n > many {
		return fmt.Sprintf("%s and %d others", codeList(addOn.Primaries[:many]), n-many)
	}
	return alternatives(addOn.Primaries)
}

func codeList(codes []claim.Code) string {
	text := ""
	for i, code := range codes {
		if i > 0 {
			text += ", "
		}
		text += code.String()
	}
	return text
}

// unlisted is a line of the day whose code the catalogue does not list, if there is one.
func unlisted(day *company) *audit.Line {
	for m := range day.each {
		if m.Known == nil && m.Code != 0 {
			return m
		}
	}
	return nil
}

var (
	needlePartLimb, needleWholeLimb = mustSet("needle-of-part-limb"), mustSet("needle-of-whole-limb")
	// needleLimbs are the codes for needle EMG of one to four limbs without nerve conduction studies.
	needleLimbs = mustSet("needle-limbs-alone").codes

	needlePart    = mustText("add-on-without-primary", "needle-part-limb")
	needleWhole   = mustText("add-on-without-primary", "needle-whole-limbs")
	needleCounted = mustText("add-on-without-primary", "needle-counted-limbs", "alone", "limbs")
	needleOther   = mustText("add-on-without-primary", "needle-other-muscles")
)

// needleAlone says what to bill for needle EMG when no nerve conduction study was done: by the limbs
// studied whole, where they can be counted.
func needleAlone(c *audit.Case, l *audit.Line, day *company) string {
	switch {
	case needlePartLimb.has(l):
		return needlePart.on(c, l)
	case !needleWholeLimb.has(l):
		return needleOther.on(c, l)
	}
	limbs := int(unitsOf(l, day) / claim.One)
	if limbs < 1 || limbs > len(needleLimbs) {
		return needleWhole.on(c, l)
	}
	return needleCounted.on(c, l, needleLimbs[limbs-1].String(), strconv.Itoa(limbs))
}

// unitsOf are the units of the line's code on the day by its provider.
func unitsOf(l *audit.Line, day *company) (units claim.Units) {
	for m := range day.of(l.Code).each {
		if audit.Providers(l, m) == audit.SameProvider {
			units += m.Units
		}
	}
	return units
}

// orphans are the add-ons of the day that lose their only primary when the line goes, and those
// that lose theirs with them.
func orphans(cat *catalog.Catalog, l *audit.Line, day *company) []*audit.Line {
	for m := range day.of(l.Code).each {
		if m != l && audit.Providers(l, m) != audit.DifferentProvider {
			return nil // another line of the code stays
		}
	}
	var gone []*audit.Line
	for again := true; again; {
		again = false
		for i := range day.lines {
			a := &day.lines[i]
			if a.Context || a == l || slices.Contains(gone, a) || !bereft(cat, a, l, gone, day) {
				continue
			}
			gone, again = append(gone, a), true
		}
	}
	return gone
}

// bereft tells whether an add-on that has a primary has none but the lines that go.
func bereft(cat *catalog.Catalog, a, l *audit.Line, gone []*audit.Line, day *company) bool {
	addOn, ok := cat.AddOn(a.Scope(), a.Code, a.From)
	if !ok {
		return false
	}
	had := false
	for i := range day.lines {
		m := &day.lines[i]
		if m == a || !primaryFor(cat, addOn, m, a) {
			continue
		}
		if m != l && !slices.Contains(gone, m) {
			return false
		}
		had = true
	}
	return had
}

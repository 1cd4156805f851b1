// Package own holds the checks of rules that no shape fits: each compares lines in a way of its own. Their
// words and needs are rows of rules.csv like those of all others, their codes, days, limits and texts
// rows of tables.
package own

import (
	"fmt"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// AddOnWithoutPrimary is the check of add-on-without-primary.
func AddOnWithoutPrimary() terms.Check {
	return terms.Beside(checkAddOn)
}

func checkAddOn(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
	if l.Root {
		return
	}
	addOn, ok := c.Catalog.AddOn(l.Scope(), l.Code, l.From)
	if !ok || addOn.ByPayer() || hasPrimary(c.Catalog, addOn, l, day) {
		return
	}
	f := withoutPrimary(c, addOn, l, day)
	report(f)
}

// hasPrimary tells whether the day has a primary of the add-on, or a line that may turn out to be
// one because its code is yet to be replaced.
func hasPrimary(cat *catalog.Catalog, addOn catalog.AddOn, l *audit.Line, day *terms.Company) bool {
	for m := range day.Whole().Each {
		if m != l && terms.PrimaryFor(cat, addOn, m, l) {
			return true
		}
	}
	return false
}

func withoutPrimary(c *audit.Case, addOn catalog.AddOn, l *audit.Line, day *terms.Company) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s is an add-on, and none of its primaries is billed for this patient on %s by the same provider or group: %s", terms.BilledAs(l), l.From, primaries(addOn)),
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
	return terms.Alternatives(addOn.Primaries)
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
func unlisted(day *terms.Company) *audit.Line {
	for m := range day.Whole().Each {
		if m.Known == nil && m.Code != 0 {
			return m
		}
	}
	return nil
}

var (
	needlePartLimb, needleWholeLimb = terms.MustSet("needle-of-part-limb"), terms.MustSet("needle-of-whole-limb")
	// needleLimbs are the codes for needle EMG of one to four limbs without nerve conduction studies.
	needleLimbs   = terms.MustSet("needle-limbs-alone").Codes
	needlePart    = mustText("add-on-without-primary", "needle-part-limb")
	needleWhole   = mustText("add-on-without-primary", "needle-whole-limbs")
	needleCounted = mustText("add-on-without-primary", "needle-counted-limbs", "alone", "limbs")
	needleOther   = mustText("add-on-without-primary", "needle-other-muscles")
)

// needleAlone says what to bill for needle EMG when no nerve conduction study was done: by the limbs
// studied whole, where they can be counted.
func needleAlone(c *audit.Case, l *audit.Line, day *terms.Company) string {
	switch {
	case needlePartLimb.Has(l):
		return needlePart.on(c, l)
	case !needleWholeLimb.Has(l):
		return needleOther.on(c, l)
	}
	limbs := int(unitsOf(l, day) / claim.One)
	if limbs < 1 || limbs > len(needleLimbs) {
		return needleWhole.on(c, l)
	}
	return needleCounted.on(c, l, needleLimbs[limbs-1].String(), strconv.Itoa(limbs))
}

// unitsOf are the units of the line's code on the day by its provider.
func unitsOf(l *audit.Line, day *terms.Company) (units claim.Units) {
	for m := range day.Of(l.Code).Each {
		if terms.Providers(l, m) == audit.SameProvider {
			units += m.Units
		}
	}
	return units
}

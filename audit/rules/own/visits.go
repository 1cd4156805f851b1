package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
)

// VisitNeeds25 is the check of visit-needs-25.
func VisitNeeds25() terms.Check {
	return terms.Beside(func(c *audit.Case, v *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if v.In(catalog.OfficeVisit) && v.Type == claim.Professional && len(day.Lines) > 1 {
			checkVisit(c, v, day, report)
		}
	})
}

var (
	nurseWhy = mustText("visit-needs-25", "nurse")
	nurseFix = mustText("visit-needs-25", "nurse-fix")
)

func checkVisit(c *audit.Case, v *audit.Line, day *terms.Company, report func(audit.Finding)) {
	var worst terms.Clash
	for p := range day.Each {
		k, ok := terms.ClashOf(c.Catalog, v, p)
		if ok && (k.Severity > worst.Severity || k.Severity == worst.Severity && k.Never() && !worst.Never()) {
			worst = k
		}
	}
	if worst.Procedure != nil {
		report(unmarked(c, v, day, worst))
	}
}

func unmarked(c *audit.Case, v *audit.Line, day *terms.Company, k terms.Clash) audit.Finding {
	p := k.Procedure
	f := audit.Finding{
		Line: v, Severity: k.Severity, Money: audit.Deny, Related: []*audit.Line{p},
		Message: fmt.Sprintf("%s is billed on %s beside %s, %s", terms.BilledAs(v), v.From, terms.BilledAs(p), whyUnmarked(c, k, v)),
	}
	switch {
	case k.Never() && k.Severity == audit.Error:
		f.Fix = terms.Removal(c, v, day, fmt.Sprintf("no modifier pays it beside %s", p.Code))
	case k.Never():
		f.Fix.Text = fmt.Sprintf("if both providers are of one specialty, remove %s: no modifier pays it beside %s", v.Code, p.Code)
	case v.Mods.Has(terms.Mod25):
		f.Fix.Text = nurseFix.of(&shapes.SeenLine{C: c, L: v, Other: p})
	case k.Severity == audit.Review:
		f.Fix.Text = fmt.Sprintf("another provider of the group gave %s: if both are of one specialty, append 25 to %s if the note shows a significant visit apart, else remove it", p.Code, v.Code)
	default:
		f.Fix.Text = fmt.Sprintf("append 25 to %s only if the note shows a significant visit apart from %s (its own complaint, findings and decision); else remove %s", v.Code, p.Code, v.Code)
	}
	f.Related = append(f.Related, clashing(c.Catalog, v, day, p)...)
	return f
}

// clashing are the other lines of the day the visit clashes with.
func clashing(cat *catalog.Catalog, v *audit.Line, day *terms.Company, but *audit.Line) (lines []*audit.Line) {
	for p := range day.Each {
		if _, ok := terms.ClashOf(cat, v, p); ok && p != but {
			lines = append(lines, p)
		}
	}
	return lines
}

// whyUnmarked says why the visit needs 25 beside the procedure, or is not helped by it.
func whyUnmarked(c *audit.Case, k terms.Clash, v *audit.Line) string {
	text := "a pair edit that 25 opens"
	switch {
	case k.Never():
		return "a pair edit of indicator 0, which 25 does not open"
	case v.Mods.Has(terms.Mod25):
		return nurseWhy.on(c, v)
	case k.Global != "" && k.Edit.Indicator != 0:
		text = fmt.Sprintf("which has a global period of %s days and a pair edit that 25 opens", shortDays(k.Global))
	case k.Global != "":
		text = fmt.Sprintf("which has a global period of %s days and includes the visit unless 25 says otherwise", shortDays(k.Global))
	}
	if v.Mods.Has(terms.Mod57) {
		text += "; 57 is for the decision for a procedure with 90 days"
	}
	return text
}

func shortDays(global string) string {
	if global == "000" {
		return "0"
	}
	return "10"
}

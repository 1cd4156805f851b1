package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func visitNeeds25() check {
	return beside(func(c *audit.Case, v *audit.Line, day *company, report func(audit.Finding)) {
		if v.In(catalog.OfficeVisit) && v.Type == claim.Professional && len(day.lines) > 1 {
			checkVisit(c, v, day, report)
		}
	})
}

var (
	nurseVisit = mustSet("nurse-visit")
	nurseWhy   = mustText("visit-needs-25", "nurse")
	nurseFix   = mustText("visit-needs-25", "nurse-fix")
)

// clash is a visit beside a procedure it needs 25 with.
type clash struct {
	procedure *audit.Line
	global    string // of the procedure, when it is why
	edit      catalog.Edit
	severity  audit.Severity
}

func checkVisit(c *audit.Case, v *audit.Line, day *company, report func(audit.Finding)) {
	var worst clash
	for p := range day.each {
		k, ok := clashOf(c.Catalog, v, p)
		if ok && (k.severity > worst.severity || k.severity == worst.severity && k.never() && !worst.never()) {
			worst = k
		}
	}
	if worst.procedure != nil {
		report(unmarked(c, v, day, worst))
	}
}

func (k clash) never() bool { return k.edit.Indicator == catalog.Never }

// clashOf tells whether the visit is part of the procedure as billed.
func clashOf(cat *catalog.Catalog, v, p *audit.Line) (clash, bool) {
	if p == v || isVisit(p) {
		return clash{}, false
	}
	k := clash{procedure: p}
	edit, paired := cat.Edit(v.Scope(), p.Code, v.Code, v.From)
	if paired {
		k.edit = edit
	}
	if !k.never() && v.Mods.Has(mod25) && !nurseVisit.has(v) {
		return clash{}, false
	}
	switch days := globalDays(cat, p); days {
	case "000", "010":
		k.global = days
	case "090":
		return clash{}, false // the visit that decided on it is marked by 57
	}
	if !paired && k.global == "" {
		return clash{}, false
	}
	k.severity = lower(k.weight(v), audit.Providers(v, p))
	return k, k.severity != 0
}

// weight is how bad the clash is for one provider, where 25 does not settle it.
func (k clash) weight(v *audit.Line) audit.Severity {
	switch {
	case k.never():
		return audit.Error
	case v.Mods.Has(mod25):
		return audit.Warning
	case v.In(catalog.NewPatient) && k.edit.Indicator == 0:
		return audit.Warning
	}
	return audit.Error
}

// globalDays is the line's global period: from the fee schedule of its year, else from the
// catalogue; "" when neither says.
func globalDays(cat *catalog.Catalog, l *audit.Line) string {
	if fee, ok := cat.Fee(l.Code, l.From); ok {
		return fee.Global
	}
	if l.Known != nil && len(l.Known.Global) >= 3 {
		return l.Known.Global[:3]
	}
	return ""
}

// nearFee says by which year's fee schedule the line was judged, where it is not its own.
func nearFee(cat *catalog.Catalog, l *audit.Line) string {
	fee, ok := cat.Fee(l.Code, l.From)
	if !ok || fee.Year == l.From.Year() {
		return ""
	}
	return fmt.Sprintf("; by the fee schedule of %d, the nearest in use", fee.Year)
}

func unmarked(c *audit.Case, v *audit.Line, day *company, k clash) audit.Finding {
	p := k.procedure
	f := audit.Finding{
		Line: v, Severity: k.severity, Money: audit.Deny, Related: []*audit.Line{p},
		Message: fmt.Sprintf("%s is billed on %s beside %s, %s", billedAs(v), v.From, billedAs(p), whyUnmarked(c, k, v)) + nearFee(c.Catalog, p),
	}
	switch {
	case k.never() && k.severity == audit.Error:
		f.Fix = removal(c, v, day, fmt.Sprintf("no modifier pays it beside %s", p.Code))
	case k.never():
		f.Fix.Text = fmt.Sprintf("if both providers are of one specialty, remove %s: no modifier pays it beside %s", v.Code, p.Code)
	case v.Mods.Has(mod25):
		f.Fix.Text = nurseFix.of(&seenLine{c: c, l: v, other: p})
	case k.severity == audit.Review:
		f.Fix.Text = fmt.Sprintf("another provider of the group gave %s: if both are of one specialty, append 25 to %s if the note shows a significant visit apart, else remove it", p.Code, v.Code)
	default:
		f.Fix.Text = fmt.Sprintf("append 25 to %s only if the note shows a significant visit apart from %s (its own complaint, findings and decision); else remove %s", v.Code, p.Code, v.Code)
	}
	f.Related = append(f.Related, clashing(c.Catalog, v, day, p)...)
	return f
}

// clashing are the other lines of the day the visit clashes with.
func clashing(cat *catalog.Catalog, v *audit.Line, day *company, but *audit.Line) (lines []*audit.Line) {
	for p := range day.each {
		if _, ok := clashOf(cat, v, p); ok && p != but {
			lines = append(lines, p)
		}
	}
	return lines
}

// whyUnmarked says why the visit needs 25 beside the procedure, or is not helped by it.
func whyUnmarked(c *audit.Case, k clash, v *audit.Line) string {
	text := "a pair edit that 25 opens"
	switch {
	case k.never():
		return "a pair edit of indicator 0, which 25 does not open"
	case v.Mods.Has(mod25):
		return nurseWhy.on(c, v)
	case k.global != "" && k.edit.Indicator != 0:
		text = fmt.Sprintf("which has a global period of %s days and a pair edit that 25 opens", shortDays(k.global))
	case k.global != "":
		text = fmt.Sprintf("which has a global period of %s days and includes the visit unless 25 says otherwise", shortDays(k.global))
	}
	if v.Mods.Has(mod57) {
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

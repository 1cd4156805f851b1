package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

var (
	imagingByWording = terms.MustSet("imaging-by-wording")
	ultrasound       = terms.MustSet("ultrasound-guidance")
	neverUltrasound  = terms.MustSet("never-by-ultrasound")
)

// ImagingIncluded is the check of imaging-included.
func ImagingIncluded() terms.Check {
	return terms.Beside(func(c *audit.Case, g *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if g.In(catalog.Guidance) {
			checkImaging(c, g, day, report)
		}
	})
}

func checkImaging(c *audit.Case, g *audit.Line, day *terms.Company, report func(audit.Finding)) {
	var worst *audit.Line
	var severity audit.Severity
	var others []*audit.Line
	for p := range day.Each {
		if !p.In(catalog.ImagingIncluded) {
			continue
		}
		s := terms.Lower(includedSeverity(c.Catalog, p, g), terms.Providers(p, g))
		if s > severity {
			worst, severity = p, s
		}
		if s != 0 {
			others = append(others, p)
		}
	}
	if worst == nil {
		return
	}
	f := included(g, worst)
	f.Severity = severity
	f.Related = terms.FirstOf(worst, others)
	other := terms.Guided(c.Catalog, g, day)
	switch {
	case other != nil && terms.Distinct(g):
		return
	case other != nil && !modifiersRead(c, g):
		f.Severity, f.Money = min(severity, audit.Review), audit.Deny
		f.Message += fmt.Sprintf("; it may have guided %s, and no modifiers were read that would say so", other.Code)
		f.Fix = markApart(g, other)
	case other != nil:
		f.Severity, f.Money = min(severity, audit.Warning), audit.Deny
		f.Message += fmt.Sprintf("; it may have guided %s, and does not say so", other.Code)
		f.Fix = markApart(g, other)
	case severity == audit.Review:
		f.Fix.Text = fmt.Sprintf("if both providers are of one specialty they count as one: remove %s, because %s", g.Code, f.Fix.Text)
	default:
		f.Fix = terms.Removal(c, g, day, f.Fix.Text)
	}
	report(f)
}

// modifiersRead tells whether the line's modifiers are known, be it that it has none.
func modifiersRead(c *audit.Case, l *audit.Line) bool {
	return c.HasColumn(l, claim.FieldModifiers) && !l.Bad.Has(claim.FieldModifiers)
}

// includedSeverity: an error where a pair edit is in force or the code's own wording includes any
// imaging, else a warning.
func includedSeverity(cat *catalog.Catalog, p, g *audit.Line) audit.Severity {
	if terms.Paired(cat, p, g) || imagingByWording.Has(p) {
		return audit.Error
	}
	return audit.Warning
}

func included(g, p *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: g, Money: audit.Overpay,
		Message: fmt.Sprintf("%s is billed beside %s on %s, which includes its imaging guidance", terms.BilledAs(g), terms.BilledAs(p), g.From),
		Fix:     audit.Fix{Text: fmt.Sprintf("imaging is included in %s", p.Code)},
	}
	if terms.Distinct(g) {
		f.Message += "; no other procedure of the day takes guidance, so that the modifier unbundles it"
	}
	if ultrasound.Has(g) && neverUltrasound.Has(p) {
		f.Message += "; ultrasound does not meet this code, which needs fluoroscopy or CT"
	}
	return f
}

func markApart(g, q *audit.Line) audit.Fix {
	return audit.Fix{Text: fmt.Sprintf("if the record shows that %s guided %s, append XS (59 where the payer does not take it) to %s and point it to the diagnosis of %s; otherwise remove %s",
		g.Code, q.Code, g.Code, q.Code, g.Code)}
}

package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func imagingIncluded() check {
	wording := mustSet("imaging-by-wording")
	return beside(func(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
		if g.In(catalog.Guidance) {
			checkImaging(c, &wording, g, day, report)
		}
	})
}

func checkImaging(c *audit.Case, wording *codeSet, g *audit.Line, day *company, report func(audit.Finding)) {
	var worst *audit.Line
	var severity audit.Severity
	var others []*audit.Line
	for p := range day.each {
		if !p.In(catalog.ImagingIncluded) {
			continue
		}
		s := lower(includedSeverity(c.Catalog, wording, p, g), audit.Providers(p, g))
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
	f.Related = firstOf(worst, others)
	other := guided(c.Catalog, g, day)
	switch {
	case other != nil && distinct(g):
		return
	case other != nil:
		f.Severity, f.Money = min(severity, audit.Warning), audit.Deny
		f.Message += fmt.Sprintf("; it may have guided %s, and does not say so", other.Code)
		f.Fix = markApart(g, other)
	case severity == audit.Review:
		f.Fix.Text = fmt.Sprintf("if both providers are of one specialty they count as one: remove %s, because %s", g.Code, f.Fix.Text)
	default:
		f.Fix = removal(c, g, day, f.Fix.Text)
	}
	report(f)
}

// firstOf is the lines with the one given first.
func firstOf(first *audit.Line, lines []*audit.Line) []*audit.Line {
	ordered := []*audit.Line{first}
	return append(ordered, others(lines, first)...)
}

// includedSeverity: an error where a pair edit is in force or the code's own wording includes any
// imaging, else a warning; Medicare alone decides for no workers' compensation payer.
func includedSeverity(cat *catalog.Catalog, wording *codeSet, p, g *audit.Line) audit.Severity {
	if g.Payer == claim.WorkersComp {
		return audit.Warning
	}
	if paired(cat, p, g) || wording.has(p) {
		return audit.Error
	}
	return audit.Warning
}

// paired tells whether an edit between the two codes is in force, in either direction.
func paired(cat *catalog.Catalog, p, g *audit.Line) bool {
	_, forth := cat.Edit(g.Scope(), p.Code, g.Code, g.From)
	_, back := cat.Edit(g.Scope(), g.Code, p.Code, g.From)
	return forth || back
}

// guided is a line of the day, by the same provider or group, that the guidance may be billed
// with; nil when there is none.
func guided(cat *catalog.Catalog, g *audit.Line, day *company) *audit.Line {
	for q := range day.each {
		if q != g && takesGuidance(cat, q, g) && audit.Providers(q, g) != audit.DifferentProvider {
			return q
		}
	}
	return nil
}

// takesGuidance tells whether guidance is billed apart from the procedure: by CMS's lists of
// primaries for 77002 and 77003; for the others with any surgical procedure that does not include
// it, has no pair edit with it and is not a joint injection, which has a code of its own for
// ultrasound.
func takesGuidance(cat *catalog.Catalog, q, g *audit.Line) bool {
	if q.Root && (q.Known == nil || !q.Known.ValidOn(q.From)) || q.In(catalog.ImagingIncluded) {
		return false
	}
	switch g.Code {
	case fluoroNeedle:
		return q.In(catalog.Takes77002) || addsTo(cat, g, q)
	case fluoroSpine:
		return q.In(catalog.Takes77003) || addsTo(cat, g, q)
	}
	return isSurgery(q.Code) && !paired(cat, q, g)
}

// addsTo tells whether CMS lists q as a primary of the add-on g. Codes the catalogue lists are
// told by their group and its dates.
func addsTo(cat *catalog.Catalog, g, q *audit.Line) bool {
	addOn, ok := cat.AddOn(g.Scope(), g.Code, g.From)
	return ok && q.Known == nil && primaryFor(cat, addOn, q, g)
}

func included(g, p *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: g, Money: audit.Overpay,
		Message: fmt.Sprintf("%s is billed beside %s on %s, which includes its imaging guidance", billedAs(g), billedAs(p), g.From),
		Fix:     audit.Fix{Text: fmt.Sprintf("imaging is included in %s", p.Code)},
	}
	if distinct(g) {
		f.Message += "; no other procedure of the day takes guidance, so that the modifier unbundles it"
	}
	if g.Code == ultrasound && (p.Code == sacroiliacBlock || p.Code == sacroiliacAblation) {
		f.Message += "; ultrasound does not meet this code, which needs fluoroscopy or CT"
	}
	return f
}

func markApart(g, q *audit.Line) audit.Fix {
	return audit.Fix{Text: fmt.Sprintf("if the record shows that %s guided %s, append XS (59 where the payer does not take it) to %s and point it to the diagnosis of %s; otherwise remove %s",
		g.Code, q.Code, g.Code, q.Code, g.Code)}
}

var (
	fluoroNeedle, fluoroSpine           = claim.MustCode("77002"), claim.MustCode("77003")
	ctNeedle, ultrasound                = claim.MustCode("77012"), claim.MustCode("76942")
	sacroiliacJoint                     = claim.MustCode("27096")
	sacroiliacBlock, sacroiliacAblation = claim.MustCode("64451"), claim.MustCode("64625")
)

func epiduralImagingCode() check {
	twins := imagedTwins()
	return beside(func(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
		if isNeedleGuidance(g) {
			checkEpidural(c, twins, g, day, report)
		}
	})
}

// isNeedleGuidance leaves out 76000 and MR, which stand for no epidural.
func isNeedleGuidance(g *audit.Line) bool { return isXrayNeedle(g.Code) || g.Code == ultrasound }

// isXrayNeedle tells whether the code is needle guidance by fluoroscopy or CT.
func isXrayNeedle(code claim.Code) bool {
	return code == fluoroNeedle || code == fluoroSpine || code == ctNeedle
}

func checkEpidural(c *audit.Case, twins map[claim.Code]claim.Code, g *audit.Line, day *company, report func(audit.Finding)) {
	for p := range day.each {
		severity := lower(audit.Error, audit.Providers(p, g))
		if severity == 0 || !p.In(catalog.EpiduralUnimaged) && !p.In(catalog.CatheterUnimaged) {
			continue
		}
		f := unimaged(c, twins[p.Code], p, g, day)
		f.Severity = min(severity, f.Severity)
		if q := guided(c.Catalog, g, day); q != nil && q != p && distinct(g) {
			continue
		} else if q != nil && q != p && g.Code != ultrasound {
			f.Severity = min(f.Severity, audit.Warning)
			f.Fix.Text += fmt.Sprintf("; or, if it guided %s, append XS to %s", q.Code, g.Code)
		}
		report(f)
		return
	}
}

func unimaged(c *audit.Case, twin claim.Code, p, g *audit.Line, day *company) audit.Finding {
	f := audit.Finding{
		Line: g, Severity: audit.Error, Money: audit.Overpay, Related: []*audit.Line{p},
		Message: fmt.Sprintf("%s is billed beside %s on %s, the epidural without imaging", billedAs(g), billedAs(p), g.From),
	}
	if g.Code == ultrasound {
		f.Severity = audit.Review
		f.Message += fmt.Sprintf("; %s needs fluoroscopy or CT, and ultrasound does not qualify", twin)
		f.Fix = removal(c, g, day, fmt.Sprintf("keep %s, which takes no ultrasound guidance", p.Code))
		return f
	}
	f.Fix = audit.Fix{
		Action: audit.ReplaceCode,
		Text: fmt.Sprintf("If fluoro/CT needle placement with a saved image is in the note: replace %s with %s, which includes it, and remove %s; else remove %s",
			p.Code, twin, g.Code, g.Code),
	}
	return f
}

func jointUltrasound() check {
	twins := imagedTwins()
	return beside(func(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
		if g.Code == ultrasound && g.From >= jointCodesFrom {
			checkJoint(c, twins, g, day, report)
		}
	})
}

// jointCodesFrom is the day the joint codes with ultrasound began.
var jointCodesFrom = mustDay("joint-codes-with-ultrasound")

func checkJoint(c *audit.Case, twins map[claim.Code]claim.Code, g *audit.Line, day *company, report func(audit.Finding)) {
	for p := range day.each {
		severity := lower(audit.Error, audit.Providers(p, g))
		if severity == 0 || !p.In(catalog.JointUnguided) {
			continue
		}
		if guided(c.Catalog, g, day) != nil {
			return
		}
		report(audit.Finding{
			Line: g, Severity: severity, Money: audit.Overpay, Related: []*audit.Line{p},
			Message: fmt.Sprintf("%s is billed beside %s on %s; the joint injection under ultrasound has been %s since %s", billedAs(g), billedAs(p), g.From, twins[p.Code], jointCodesFrom),
			Fix: audit.Fix{
				Action: audit.ReplaceCode,
				Text:   fmt.Sprintf("if a saved image and a report are kept: replace %s with %s and remove %s; else remove %s", p.Code, twins[p.Code], g.Code, g.Code),
			},
		})
		return
	}
}

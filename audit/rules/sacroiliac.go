package rules

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

var (
	triggerPoint = claim.MustCode("20552")
	coccyx       = claim.MustDiagnosis("M53.3")
)

func ultrasoundForSacroiliac() check {
	return beside(func(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
		if g.Code == ultrasound {
			checkSacroiliacUltrasound(c, g, day, report)
		}
	})
}

func checkSacroiliacUltrasound(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
	for p := range day.of(sacroiliacJoint).each {
		severity := lower(audit.Error, audit.Providers(p, g))
		if severity == 0 || !p.In(catalog.ImagingIncluded) {
			continue
		}
		if guided(c.Catalog, g, day) != nil {
			return
		}
		report(audit.Finding{
			Line: g, Severity: severity, Money: audit.Overpay, Related: []*audit.Line{p},
			Message: fmt.Sprintf("%s is billed beside %s on %s: ultrasound does not qualify for 27096, which needs fluoroscopy or CT", billedAs(g), billedAs(p), g.From),
			Fix: audit.Fix{
				Action: audit.ReplaceCode,
				Text: "if no fluoroscopy or CT image is in the record: replace 27096 with 20552, 1 unit, without 50, and keep 76942 only if an image is saved; " +
					"if one is, keep 27096 and remove 76942, which it includes",
			},
		})
		return
	}
}

func sacroiliacWithoutImaging() check {
	return beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if why := withoutImaging(l); why != "" {
			report(billTriggerPoint(c.Catalog, l, day.lines, why))
		}
	})
}

// withoutImaging says how the line tells that no imaging was used; "" when it does not.
func withoutImaging(l *audit.Line) string {
	if l.Code != sacroiliacJoint || l.Root || !l.In(catalog.ImagingIncluded) {
		return ""
	}
	if l.Mods.Has(mod52) {
		return "with 52 (reduced)"
	}
	narrative := strings.ToLower(l.Narrative)
	for _, words := range [...]string{"no imaging", "without imaging", "no fluoro", "without fluoro"} {
		if strings.Contains(narrative, words) {
			return "with the narrative \"" + words + "\""
		}
	}
	return ""
}

func billTriggerPoint(cat *catalog.Catalog, l *audit.Line, day []audit.Line, why string) audit.Finding {
	as := *l
	as.Code, as.Mods = triggerPoint, l.Mods.Without(mod52).Without(mod50)
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("27096 is billed %s on %s; without fluoroscopy or CT it is not 27096", why, l.From),
		Fix: audit.Fix{
			Action: audit.ReplaceCode, Text: "replace 27096 with 20552, 1 unit for both sides, without 50 and 52",
			Edits: []audit.Edit{audit.SetCode(l, triggerPoint)},
		},
	}
	if p := bundledAs(cat, l, as, day); p != nil {
		f.Fix.Text += fmt.Sprintf("; it bundles with %s of the day, and is paid beside it only for another site that the record shows", p.Code)
		f.Fix.Edits = nil
		return f
	}
	if as.Mods != l.Mods {
		f.Fix.Edits = append(f.Fix.Edits, audit.SetMods(l, as.Mods))
	}
	if l.Units != claim.One {
		f.Fix.Edits = append(f.Fix.Edits, audit.SetQuantity(l, claim.One))
	}
	return f
}

func largeJointForSacroiliac() check {
	pain := mustDiagnoses("sacroiliac")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if isLargeJoint(l.Code) && !l.Root && l.From >= icd10 && pain.all(l) {
			report(notLargeJoint(l))
		}
	})
}

var largeJoint, largeJointImaged = claim.MustCode("20610"), claim.MustCode("20611")

func isLargeJoint(code claim.Code) bool { return code == largeJoint || code == largeJointImaged }

func notLargeJoint(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s has diagnoses of the sacroiliac joint only (%s), which is not a large joint", billedAs(l), l.From, alternatives(l.Diagnoses())),
		Fix: audit.Fix{
			Action: audit.ReplaceCode,
			Text:   fmt.Sprintf("replace %s with 27096 if fluoroscopy or CT is in the record, else with 20552, 1 unit; or add the diagnosis of the joint that was injected", l.Code),
		},
	}
	for _, d := range l.Diagnoses() {
		if d == coccyx {
			f.Fix.Text += "; M53.3 is also said of the sacrococcygeal joint, which is not the sacroiliac joint: then 27096 is wrong as well"
		}
	}
	return f
}

func guidedTriggerPoint() check {
	pain := mustDiagnoses("sacroiliac")
	return beside(func(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
		if (g.Code == fluoroNeedle || g.Code == fluoroSpine) && g.From >= icd10 {
			checkGuidedTriggerPoint(pain, g, day, report)
		}
	})
}

func checkGuidedTriggerPoint(pain diagnosisSet, g *audit.Line, day *company, report func(audit.Finding)) {
	for p := range day.of(triggerPoint).each {
		severity := lower(audit.Warning, audit.Providers(p, g))
		if severity == 0 || !pain.all(p) {
			continue
		}
		report(audit.Finding{
			Line: g, Severity: severity, Money: audit.Deny, Related: []*audit.Line{p},
			Message: fmt.Sprintf("%s is billed beside %s on %s, whose only diagnosis is of the sacroiliac joint: the guided injection of that joint is 27096", billedAs(g), billedAs(p), g.From),
			Fix: audit.Fix{
				Action: audit.ReplaceCode,
				Text:   fmt.Sprintf("if the record shows a sacroiliac joint injection under fluoroscopy: replace 20552 with 27096, which includes guidance, and remove %s", g.Code),
			},
		})
		return
	}
}

func triggerPointBothSides() check {
	pain := mustDiagnoses("sacroiliac")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Code == triggerPoint && !l.Root && l.From >= icd10 && l.Mods.Has(mod50) && pain.all(l) {
			report(oneTriggerPoint(l))
		}
	})
}

func oneTriggerPoint(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s, %s, on %s with diagnoses of the sacroiliac joint: 20552 covers both sides in 1 unit", billedAs(l), quantity(l.Units), l.From),
		Fix: audit.Fix{
			Action: audit.SetModifiers, Text: "20552 covers both sides: 1 unit, remove 50",
			Edits: []audit.Edit{audit.SetMods(l, l.Mods.Without(mod50))},
		},
	}
	if l.Units != claim.One {
		f.Fix.Edits = append(f.Fix.Edits, audit.SetQuantity(l, claim.One))
	}
	return f
}

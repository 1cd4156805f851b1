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

func ultrasoundForSacroiliac() *audit.Rule {
	return &audit.Rule{
		ID:       "ultrasound-for-sacroiliac",
		Title:    "27096 with ultrasound instead of fluoroscopy",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Over:     []string{"epidural-imaging-code", "imaging-included", "joint-ultrasound", "bundled-pair", "component-26-missing"},
		Guide:    []string{"S1", "S2"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode), Patient: true,
			Groups: catalog.GroupSet(catalog.SacroiliacJoint), On: these(ultrasound),
		},
		Help: "Since 2012-01-01 27096 is the sacroiliac joint injection with its fluoroscopy or CT. Under ultrasound, or without imaging, the guide bills it as 20552, one unit for both sides. " +
			"Where fluoroscopy or CT was used as well, 76942 is included. Right after all when the ultrasound guided another procedure of the day.",
		Source: "guide sections of joints (27096 with fluoroscopy) and of muscles (20552 without it); rule S-03",
		Check: beside(func(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
			if g.Code == ultrasound {
				checkSacroiliacUltrasound(c, g, day, report)
			}
		}),
	}
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

func sacroiliacWithoutImaging() *audit.Rule {
	return &audit.Rule{
		ID:       "sacroiliac-without-imaging",
		Title:    "27096 done without imaging",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S1", "S2"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode),
			Groups: catalog.GroupSet(catalog.SacroiliacJoint), On: these(sacroiliacJoint),
		},
		Help: "Imaging is part of what 27096 is: an injection without it is not a reduced 27096 (52) but 20552, one unit whatever the sides. " +
			"Right after all when 52 was meant for something else, such as contrast that could not be given: then the record must say that fluoroscopy or CT was used.",
		Source: "guide section of muscles (20552 without fluoroscopy); rule S-03",
		Check: beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
			if why := withoutImaging(l); why != "" {
				report(billTriggerPoint(c.Catalog, l, day.lines, why))
			}
		}),
	}
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

func largeJointForSacroiliac() *audit.Rule {
	pain := mustDiagnoses("sacroiliac")
	return &audit.Rule{
		ID:       "large-joint-for-sacroiliac",
		Title:    "Large joint code for the sacroiliac joint",
		Severity: audit.Warning,
		Rank:     audit.Specific,
		Guide:    []string{"S1", "S2"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode, claim.FieldDiagnoses),
			Groups: catalog.GroupSet(catalog.Joint), On: these(largeJoint, largeJointImaged),
		},
		Help: "20610 and 20611 are for a large joint such as knee, hip or shoulder. The sacroiliac joint has its own code, 27096, with fluoroscopy or CT, and is 20552 without. " +
			"Right after all when another joint was injected and its diagnosis is missing from the line.",
		Source: "guide section of joints; published coding advice that 20610 is not for the sacroiliac joint; rule S-03",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if isLargeJoint(l.Code) && !l.Root && l.From >= icd10 && pain.all(l) {
				report(notLargeJoint(l))
			}
		}),
	}
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

func guidedTriggerPoint() *audit.Rule {
	pain := mustDiagnoses("sacroiliac")
	return &audit.Rule{
		ID:       "guided-sacroiliac-as-trigger-point",
		Title:    "Guided sacroiliac injection billed as 20552",
		Severity: audit.Warning,
		Rank:     audit.Specific,
		Over:     []string{"add-on-without-primary"},
		Guide:    []string{"S1", "S2"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode), Patient: true,
			Groups: catalog.GroupSet(catalog.Guidance),
		},
		Help: "20552 with only a sacroiliac diagnosis and needle guidance by fluoroscopy looks like a guided sacroiliac joint injection, which is 27096 and includes the guidance. " +
			"Without a guidance line 20552 is what the guide says for the joint without fluoroscopy, and is no finding.",
		Source: "guide sections of joints (27096 with fluoroscopy) and of muscles (20552 without it); rule S-03",
		Check: beside(func(c *audit.Case, g *audit.Line, day *company, report func(audit.Finding)) {
			if (g.Code == fluoroNeedle || g.Code == fluoroSpine) && g.From >= icd10 {
				checkGuidedTriggerPoint(pain, g, day, report)
			}
		}),
	}
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

func triggerPointBothSides() *audit.Rule {
	pain := mustDiagnoses("sacroiliac")
	return &audit.Rule{
		ID:       "sacroiliac-trigger-point-both-sides",
		Title:    "20552 with 50 for both sacroiliac joints",
		Severity: audit.Error,
		Rank:     audit.Policy,
		Over:     []string{"bilateral-not-allowed", "bilateral-with-side", "bilateral-units-over-one", "units-over-limit"},
		Guide:    []string{"S2"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode, claim.FieldDiagnoses),
			Groups: catalog.GroupSet(catalog.TriggerPoint), On: these(triggerPoint),
		},
		Help:   "20552 is billed once for all its injections, so that it covers both sacroiliac joints without fluoroscopy: 1 unit, no 50.",
		Source: "guide section of muscles (20552 without fluoroscopy); fee schedule, bilateral indicator 0; rule S-03",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if l.Code == triggerPoint && !l.Root && l.From >= icd10 && l.Mods.Has(mod50) && pain.all(l) {
				report(oneTriggerPoint(l))
			}
		}),
	}
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

package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func emgSupply() check {
	studies := mustSet("needle-emg")
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.In(catalog.EMGSupply) && !l.Root {
			checkEMGSupply(studies, l, day, report)
		}
	})
}

func checkEMGSupply(studies codeSet, l *audit.Line, day *company, report func(audit.Finding)) {
	var study *audit.Line
	var severity audit.Severity
	other := false
	for m := range day.each {
		switch {
		case studies.has(m):
			if s := lower(audit.Error, audit.Providers(l, m)); s > severity {
				study, severity = m, s
			}
		case isProcedure(m) && !m.In(catalog.NerveConduction):
			other = true
		}
	}
	if study == nil {
		return
	}
	f := audit.Finding{
		Line: l, Related: []*audit.Line{study}, Severity: severity, Money: audit.Deny,
		Message: fmt.Sprintf("%s is billed beside %s on %s, which includes its needles and electrodes", billedAs(l), billedAs(study), l.From),
		Fix:     audit.Fix{Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: needles and electrodes are part of the EMG code", l.Code)},
	}
	switch {
	case l.Code == anySupply && other || severity == audit.Review:
		f.Severity = audit.Review
		f.Fix = audit.Fix{Text: fmt.Sprintf("remove %s if it was for the EMG; if it was for another service of the day, say which", l.Code)}
	case l.Type == claim.Facility:
		f.Severity = audit.Warning
		f.Fix.Edits = []audit.Edit{audit.Remove(l)}
	default:
		f.Fix.Edits = []audit.Edit{audit.Remove(l)}
	}
	report(f)
}

var anySupply = claim.MustCode("99070")

func nerveStudiesUnits() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.In(catalog.NerveConduction) && l.Units > claim.One && !l.Root {
			report(severalStudies(c.Catalog, l))
		}
	})
}

// mostStudies is the most studies that units of 95907 are taken for; more are a slip of the pen.
const mostStudies = 20

var fewestStudies = claim.MustCode("95907")

func severalStudies(cat *catalog.Catalog, l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s is billed with %s on %s; the code stands for a number of studies and is billed once", billedAs(l), quantity(l.Units), l.From),
		Fix:     audit.Fix{Action: audit.ReplaceCode, Text: "count the studies in the report and bill the one code of that number, 1 unit: " + studyCodes(cat, 1, mostStudies)},
	}
	n := int(l.Units / claim.One)
	if whole := claim.Whole(n) == l.Units; whole && l.Code == fewestStudies && n >= 3 && n <= mostStudies {
		f.Fix.Text = fmt.Sprintf("if the %d units are the number of studies, replace 95907 with %s, 1 unit; count them in the report", n, cat.Studies(n))
	}
	return f
}

// studyCodes are the codes that stand for least to most studies.
func studyCodes(cat *catalog.Catalog, least, most int) string {
	var codes []claim.Code
	for n := least; n <= most; n++ {
		if code := cat.Studies(n); code != 0 && (len(codes) == 0 || codes[len(codes)-1] != code) {
			codes = append(codes, code)
		}
	}
	return alternatives(codes)
}

func nerveStudiesTwice() check {
	return beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.In(catalog.NerveConduction) && !l.Root {
			checkStudiesTwice(c.Catalog, l, day, report)
		}
	})
}

// checkStudiesTwice reports the code of fewer studies.
func checkStudiesTwice(cat *catalog.Catalog, l *audit.Line, day *company, report func(audit.Finding)) {
	var larger *audit.Line
	var severity audit.Severity
	for m := range day.each {
		if m.In(catalog.NerveConduction) && m.Code > l.Code {
			if s := lower(audit.Error, audit.Providers(l, m)); s > severity {
				larger, severity = m, s
			}
		}
	}
	if larger == nil {
		return
	}
	from1, to1, _ := cat.StudyRange(l.Code)
	from2, to2, _ := cat.StudyRange(larger.Code)
	report(audit.Finding{
		Line: l, Related: []*audit.Line{larger}, Severity: severity, Money: audit.Deny,
		Message: fmt.Sprintf("%s and %s are billed on %s; all studies of a day are billed with one code", billedAs(l), billedAs(larger), l.From),
		Fix: audit.Fix{Action: audit.ReplaceCode, Text: fmt.Sprintf("count the studies in the report and bill them with one code, 1 unit: together they are at least %d, which makes %s; remove the other line",
			from1+from2, studyCodes(cat, from1+from2, min(to1+to2, mostStudies)))},
	})
}

func needleAloneWithStudies() check {
	withoutStudies := mustSet("emg-without-nerve-studies")
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if withoutStudies.has(l) && !l.Root {
			checkNeedleAlone(l, day, report)
		}
	})
}

func checkNeedleAlone(l *audit.Line, day *company, report func(audit.Finding)) {
	var beside []*audit.Line
	var severity audit.Severity
	for m := range day.each {
		if m.In(catalog.NerveConduction) || m.In(catalog.NeedleAddOn) {
			if s := lower(audit.Error, audit.Providers(l, m)); s > 0 {
				beside, severity = append(beside, m), max(severity, s)
			}
		}
	}
	if len(beside) == 0 {
		return
	}
	report(audit.Finding{
		Line: l, Related: beside, Severity: severity, Money: audit.Deny,
		Message: fmt.Sprintf("%s is for EMG without nerve conduction studies, and %s is billed on %s; no modifier opens the pair", billedAs(l), billedAs(beside[0]), l.From),
		Fix:     audit.Fix{Action: audit.ReplaceCode, Text: fmt.Sprintf("with nerve conduction studies replace %s with %s; if none were done, remove their codes and the add-ons", l.Code, needleBeside(l.Code))},
	})
}

// needleBeside is what a code of EMG alone becomes beside nerve conduction studies.
func needleBeside(code claim.Code) string {
	switch code.String() {
	case "95860", "95861", "95863", "95864":
		return "95886 for each limb with five or more muscles studied, 95885 for each with fewer"
	case "95870":
		return "95885 for a limb, or 95887 for other muscles"
	}
	return "95887"
}

func needleLimbsOver() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.Code == partLimb && !l.Root {
			checkLimbs(l, day, report)
		}
	})
}

var partLimb, wholeLimb = claim.MustCode("95885"), claim.MustCode("95886")

// checkLimbs counts the limbs up to the line: the finding is on the first that goes over.
func checkLimbs(l *audit.Line, day *company, report func(audit.Finding)) {
	var limbs claim.Units
	var related []*audit.Line
	for _, code := range [...]claim.Code{wholeLimb, partLimb} {
		for m := range day.of(code).each {
			if audit.Providers(l, m) == audit.SameProvider {
				limbs += m.Units
				if m != l {
					related = append(related, m)
				}
			}
			if m == l {
				break
			}
		}
	}
	if limbs > claim.Whole(4) && len(related) > 0 {
		report(audit.Finding{
			Line: l, Related: related, Money: audit.Overpay,
			Message: fmt.Sprintf("95885 and 95886 make %s limbs on %s", limbs, l.From),
			Fix:     audit.Fix{Action: audit.SetUnits, Text: "bill 95886 for each limb with five or more muscles studied and 95885 for each with fewer, four in all"},
		})
	}
}

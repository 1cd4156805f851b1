package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// placeRow is a place of service.
type placeRow struct {
	Code   string `csv:"code"`
	Label  string `csv:"label"`
	From   string `csv:"from"`
	Source string `csv:"source"`
}

func placeUnknown() check {
	places := map[string]claim.Date{}
	for _, row := range mustData[placeRow]("places.csv") {
		places[row.Code] = mustDate(row.From)
	}
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Type == claim.Facility || l.POS == "" {
			return
		}
		from, ok := places[l.POS]
		if ok && l.From >= from {
			return
		}
		f := audit.Finding{
			Line: l, Money: audit.Reject,
			Message: fmt.Sprintf("place of service %s is not in CMS's list", l.POS),
			Fix:     audit.Fix{Action: audit.CorrectCell, Text: "enter the two-digit code of the place the service was given in (11 office, 19 or 22 outpatient hospital, 24 ASC)"},
		}
		if ok {
			f.Message = fmt.Sprintf("place of service %s exists from %s, after the date of service %s", l.POS, from, l.From)
		}
		report(f)
	})
}

// mustDate is a first day in a table; blank is always.
func mustDate(text string) claim.Date {
	if text == "" {
		return 0
	}
	return claim.MustDate(text)
}

const office = "11"

// facilityPOS tells whether the service was given where a facility is paid for its part: in a
// hospital, its emergency room or an ASC.
func facilityPOS(l *audit.Line) bool {
	switch l.POS {
	case "19", "21", "22", "23", "24":
		return true
	}
	return false
}

func paddleInOffice() check {
	paddles := mustSet("paddle-leads")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if paddles.has(l) && l.POS == office && !l.Root {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s on %s is open surgery on the spine and is billed with place of service 11, the office", billedAs(l), l.From),
				Fix:     audit.Fix{Action: audit.CorrectCell, Text: "correct the place of service; or, if the lead was percutaneous, bill 63650 for placing, 63661 for removing or 63663 for revising it"},
			})
		}
	})
}

var mod26, modTC = claim.Mod("26"), claim.Mod("TC")

func componentMissing() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Type == claim.Professional && facilityPOS(l) && !l.Root && !l.Mods.Has(mod26) && splitBy(c.Catalog, l) == '1' {
			report(without26(c.Catalog, l))
		}
	})
}

// splitBy is the fee schedule's PC/TC indicator; 0, which is none, where it does not list the code.
func splitBy(cat *catalog.Catalog, l *audit.Line) byte {
	fee, ok := cat.Fee(l.Code, l.From)
	if !ok {
		return 0
	}
	return fee.PCTC
}

func without26(cat *catalog.Catalog, l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s on %s is billed whole with place of service %s, where the doctor's part is billed with 26", billedAs(l), l.From, l.POS),
		Fix:     audit.Fix{Action: audit.SetModifiers, Text: "add 26 and bill the charge of the professional part"},
	}
	switch mods, ok := l.Mods.With(mod26); {
	case l.Mods.Has(modTC):
		f.Message = fmt.Sprintf("%s on %s bills the technical part with place of service %s, where it is the facility's", billedAs(l), l.From, l.POS)
		f.Fix = audit.Fix{Action: audit.Document, Text: "bill 26 if the doctor read or guided it; otherwise remove the line"}
	case ok:
		f.Fix.Edits = []audit.Edit{audit.SetMods(l, mods)}
	}
	f.Message += nearFee(cat, l)
	return f
}

func componentNotSplit() check {
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Mods.Has(mod26, modTC) && !l.Root && splitBy(c.Catalog, l) == '0' {
			report(audit.Finding{
				Line: l, Money: audit.Reject,
				Message: fmt.Sprintf("%s on %s: %s is not split into a professional and a technical part", billedAs(l), l.From, l.Code) + nearFee(c.Catalog, l),
				Fix: audit.Fix{
					Action: audit.SetModifiers, Text: "remove 26 and TC",
					Edits: []audit.Edit{audit.SetMods(l, l.Mods.Without(mod26).Without(modTC))},
				},
			})
		}
	})
}

var sacroiliacFacility = claim.MustCode("G0260")

func sacroiliacByClaimType() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		switch professional := l.Type == claim.Professional; {
		case l.Root:
		case l.Code == sacroiliacFacility && professional:
			report(otherSacroiliac(l, sacroiliacJoint))
		case l.Code == sacroiliacJoint && !professional:
			report(otherSacroiliac(l, sacroiliacFacility))
		}
	})
}

func otherSacroiliac(l *audit.Line, right claim.Code) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s on %s is billed on a claim of type %s", billedAs(l), l.From, l.Type),
		Fix: audit.Fix{
			Action: audit.ReplaceCode, Text: fmt.Sprintf("replace %s with %s", l.Code, right),
			Edits: []audit.Edit{audit.SetCode(l, right)},
		},
	}
}

func notPaidInFacility() check {
	staff := mustSet("incident-to")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Type == claim.Professional && facilityPOS(l) && !l.Root && staff.has(l) {
			report(staffOfFacility(l))
		}
	})
}

func staffOfFacility(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: audit.Warning, Money: audit.Overpay,
		Message: fmt.Sprintf("%s on %s is billed by a doctor with place of service %s, where the facility's staff gives it", billedAs(l), l.From, l.POS),
		Fix:     audit.Fix{Action: audit.RemoveLine, Text: "remove the line, or correct the place of service if it was the office", Edits: []audit.Edit{audit.Remove(l)}},
	}
	if isMedicare(l) {
		f.Severity = audit.Error
	}
	return f
}

func sedationByOtherInOffice() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.In(catalog.SedationOther) && l.POS == office && !l.Root {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s on %s is sedation by a second doctor, billed with place of service 11, the office", billedAs(l), l.From),
				Fix:     audit.Fix{Action: audit.Document, Text: "look up who gave the sedation: the operator with a trained observer is 99151 to 99153; correct the place of service if it was a facility"},
			})
		}
	})
}

func fiftyOnASC() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Type == claim.ASC && l.Mods.Has(mod50) {
			report(audit.Finding{
				Line: l, Money: audit.Half,
				Message: fmt.Sprintf("%s on %s is an ASC's line with 50", billedAs(l), l.From),
				Fix:     audit.Fix{Action: audit.SetModifiers, Text: "bill two lines, RT and LT, 1 unit and the charge of one side each"},
			})
		}
	})
}

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

func placeUnknown() *audit.Rule {
	places := map[string]claim.Date{}
	for _, row := range mustRows[placeRow]("places.csv") {
		places[row.Code] = mustDate(row.From)
	}
	return &audit.Rule{
		ID:       "unknown-place-of-service",
		Title:    "Place of service does not exist",
		Severity: audit.Error,
		Rank:     audit.Apart,
		Guide:    []string{"S15"},
		Needs:    audit.Needs{Fields: claim.FieldSet(claim.FieldPOS)},
		Help: "The place of service is a two-digit code of CMS's list, such as 11 for the office, 22 for an outpatient hospital, 24 for an ASC; some exist only from a date. " +
			"Hospital claims, which carry a type of bill instead, are not judged.",
		Source: "CMS place of service code set; rule A-33",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
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
		}),
	}
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

// placeNeeds is what a rule about the place of listed codes needs.
func placeNeeds(on audit.Codes) audit.Needs {
	return audit.Needs{Fields: claim.FieldSet(claim.FieldCode, claim.FieldPOS), On: on}
}

func paddleInOffice() *audit.Rule {
	paddles := mustSet("paddle-leads")
	needs := placeNeeds(paddles.reported())
	needs.Groups = catalog.GroupSet(catalog.Stimulator)
	return &audit.Rule{
		ID:       "paddle-lead-in-office",
		Title:    "Open stimulator surgery in the office",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S7"},
		Needs:    needs,
		Help: "63655, 63662 and 63664 are for paddle leads, placed by opening the spine: an operation of a hospital or an ASC. In the office the lead was percutaneous (63650, 63661, 63663) or the place is wrong. " +
			"No case is known where it is right to bill so.",
		Source: "guide section of stimulators; fee schedule (no value outside a facility); rules A-33, S-14",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if paddles.has(l) && l.POS == office && !l.Root {
				report(audit.Finding{
					Line: l, Money: audit.Deny,
					Message: fmt.Sprintf("%s on %s is open surgery on the spine and is billed with place of service 11, the office", billedAs(l), l.From),
					Fix:     audit.Fix{Action: audit.CorrectCell, Text: "correct the place of service; or, if the lead was percutaneous, bill 63650 for placing, 63661 for removing or 63663 for revising it"},
				})
			}
		}),
	}
}

var mod26, modTC = claim.Mod("26"), claim.Mod("TC")

func componentMissing() *audit.Rule {
	return &audit.Rule{
		ID:       "component-26-missing",
		Title:    "Imaging or test in a facility without 26",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S1", "S8", "S9", "S10"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode, claim.FieldPOS), Tables: audit.FeeSchedule,
		},
		Help: "In a hospital or an ASC (place of service 19, 21, 22, 23, 24) the machine belongs to the facility: the doctor bills imaging guidance, discogram readings, EMG and nerve studies with 26, the professional part. " +
			"For codes the fee schedule splits (PC/TC indicator 1), on professional claims. Right after all when the practice owns the equipment and leases the room, by agreement with the payer.",
		Source: "fee schedule, PC/TC indicator 1; guide codes 77002, 72285, 72295, 95907 to 95913; rule A-33",
		Check: eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if l.Type == claim.Professional && facilityPOS(l) && !l.Root && !l.Mods.Has(mod26) && splitBy(c.Catalog, l) == '1' {
				report(without26(c.Catalog, l))
			}
		}),
	}
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

func componentNotSplit() *audit.Rule {
	return &audit.Rule{
		ID:       "component-not-split",
		Title:    "26 or TC on a code that has no parts",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S15"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode), Tables: audit.FeeSchedule,
		},
		Help: "A doctor's procedure or visit has no technical part: 26 and TC stand only on codes the fee schedule splits. The payer returns the line. " +
			"Right after all only where a payer's own schedule splits the code.",
		Source: "fee schedule, PC/TC indicator 0; rule A-33",
		Check: eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
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
		}),
	}
}

var sacroiliacFacility = claim.MustCode("G0260")

func sacroiliacByClaimType() *audit.Rule {
	return &audit.Rule{
		ID:       "sacroiliac-code-of-claim-type",
		Title:    "27096 and G0260 are on the wrong claim",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S1"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode, claim.FieldType), Groups: catalog.GroupSet(catalog.SacroiliacJoint),
			On: these(sacroiliacJoint, sacroiliacFacility),
		},
		Help: "The sacroiliac joint injection is 27096 on the doctor's claim and G0260 on the hospital's or the ASC's. " +
			"Right after all only for a payer other than Medicare that asks for 27096 from facilities.",
		Source: "contractors' articles on sacroiliac joint injections; rule A-33",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			switch professional := l.Type == claim.Professional; {
			case l.Root:
			case l.Code == sacroiliacFacility && professional:
				report(otherSacroiliac(l, sacroiliacJoint))
			case l.Code == sacroiliacJoint && !professional:
				report(otherSacroiliac(l, sacroiliacFacility))
			}
		}),
	}
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

func notPaidInFacility() *audit.Rule {
	staff := mustSet("incident-to")
	return &audit.Rule{
		ID:       "staff-service-in-facility",
		Title:    "Staff service billed in a facility",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S9", "S12", "S13"},
		Needs:    placeNeeds(staff.reported()),
		Help: "Shots and infusions (96372, 96374 and others) and further sedation time (99153) are work of staff. In a hospital or an ASC the staff is the facility's, and a doctor is not paid for it. " +
			"An error for Medicare and Medicare Advantage, a warning elsewhere: right after all where the payer's schedule values it there.",
		Source: "fee schedule, PC/TC indicators 3 and 5; guide replacement of 99144 (99153) and table (96372); rules A-23, A-24",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if l.Type == claim.Professional && facilityPOS(l) && !l.Root && staff.has(l) {
				report(staffOfFacility(l))
			}
		}),
	}
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

func sedationByOtherInOffice() *audit.Rule {
	others := catalog.GroupSet(catalog.SedationOther)
	needs := placeNeeds(audit.Codes{Groups: others})
	needs.Groups = others
	return &audit.Rule{
		ID:       "second-sedation-doctor-in-office",
		Title:    "Sedation by a second doctor in the office",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S12"},
		Needs:    needs,
		Help: "99155 to 99157 are sedation by a second doctor in a facility. In the office the operator's own sedation is 99151 to 99153. " +
			"Right after all when the place of service is wrong, or the payer takes it.",
		Source: "guide replacement of 99144 (99151 to 99153); CPT wording; rule A-21",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if l.In(catalog.SedationOther) && l.POS == office && !l.Root {
				report(audit.Finding{
					Line: l, Money: audit.Deny,
					Message: fmt.Sprintf("%s on %s is sedation by a second doctor, billed with place of service 11, the office", billedAs(l), l.From),
					Fix:     audit.Fix{Action: audit.Document, Text: "look up who gave the sedation: the operator with a trained observer is 99151 to 99153; correct the place of service if it was a facility"},
				})
			}
		}),
	}
}

func fiftyOnASC() *audit.Rule {
	return &audit.Rule{
		ID:       "bilateral-50-on-asc",
		Title:    "50 on an ASC claim",
		Severity: audit.Warning,
		Rank:     audit.Policy,
		Guide:    []string{"S4", "S10"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode, claim.FieldType),
		},
		Help: "An ASC bills both sides on two lines, RT and LT, or with 2 units; 50 pays it one side. " +
			"Right after all where a payer other than Medicare asks its ASCs for 50.",
		Source: "guide notes on 50, which hold for doctors; contractors' articles on ASC claims; rule A-35",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if l.Type == claim.ASC && l.Mods.Has(mod50) {
				report(audit.Finding{
					Line: l, Money: audit.Half,
					Message: fmt.Sprintf("%s on %s is an ASC's line with 50", billedAs(l), l.From),
					Fix:     audit.Fix{Action: audit.SetModifiers, Text: "bill two lines, RT and LT, 1 unit and the charge of one side each"},
				})
			}
		}),
	}
}

package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func shotWithInjection() *audit.Rule {
	return sameDay(audit.Rule{
		ID: "shot-with-injection", Title: "Drug shot beside an injection procedure", Severity: audit.Error,
		Rank: audit.PairTable, // it says for the shot what the pair table says of it, and what to look for
		Over: []string{"bundled-pair"}, Guide: []string{"S1", "S2", "S3", "S4", "S11", "S13"},
		Needs: pairNeeds(),
		Help: "96372 is a shot under the skin or into a muscle. The drug a joint, nerve or spine injection puts in, and the local anesthetic before it, are part of that injection. " +
			"Right for a shot apart from it, such as ketorolac into the arm, marked by XU or 59.",
		Source: "guide table (96372: specify the drug); NCCI PTP indicator 1; rules S-30, A-24",
	})
}

func shotWithoutDrug() *audit.Rule {
	shots := mustSet("drug-shot")
	products := mustSet("immune-globulin")
	return &audit.Rule{
		ID:       "shot-without-drug",
		Title:    "A shot and no drug",
		Severity: audit.Review,
		Rank:     audit.Policy,
		Guide:    []string{"S13"},
		Needs:    audit.Needs{Fields: claim.FieldSet(claim.FieldCode, claim.FieldPOS), Patient: true, On: shots.reported()},
		Help: "96372 is giving a drug, and the drug is billed beside it by its own code: payers deny a shot they cannot name the drug of. On professional claims outside a hospital or an ASC, where the drug is the facility's. " +
			"Right after all when the patient or another party supplied the drug; then its name belongs in the narrative.",
		Source: "guide table (96372: specify the drug); rules S-30, A-24",
		Check: beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
			if !shots.has(l) || l.Root || l.Type != claim.Professional || facilityPOS(l) {
				return
			}
			for m := range day.each {
				if m.Code == 0 || m.Root && m.Known == nil || isGoods(m) || products.has(m) {
					return
				}
			}
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s is billed on %s without a drug that day", billedAs(l), l.From),
				Fix:     audit.Fix{Action: audit.AddLine, Text: "look up the drug and its amount in the record and bill it (such as J1885, 15 mg a unit); if somebody else supplied it, name it in the narrative"},
			})
		}),
	}
}

func neverPaidApart() *audit.Rule {
	codes := mustSet("paid-within")
	return &audit.Rule{
		ID:       "never-paid-apart",
		Title:    "Medicare pays this only within other services",
		Severity: audit.Error,
		Rank:     audit.Specific,
		Guide:    []string{"S15"},
		Needs: audit.Needs{
			Fields: claim.FieldSet(claim.FieldCode, claim.FieldPayer), Patient: true, Tables: audit.FeeSchedule,
			On: codes.reported(), Payers: audit.PayerSet(claim.Medicare, claim.MedicareAdvantage),
		},
		Help: "Placing a vein catheter (36000) has status B in the fee schedule: its pay is within other services, whether or not a pair edit names them, and no modifier changes it. " +
			"Pulse oximetry (94760) has status T: paid only where the provider is paid for nothing else that day. For Medicare and Medicare Advantage, professional claims; for other payers the pair table speaks.",
		Source: "fee schedule, status B and T; rule A-25",
		Check: beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
			if !codes.has(l) || l.Root || l.Type != claim.Professional || !isMedicare(l) {
				return
			}
			switch fee, _ := c.Catalog.Fee(l.Code, l.From); fee.Status {
			case 'B':
				report(paidWithin(l, nil, "status B in Medicare's fee schedule: its pay is always within other services"))
			case 'T':
				if p := paidBeside(c.Catalog, l, day); p != nil {
					report(paidWithin(l, p, "status T in Medicare's fee schedule: paid only where the provider is paid for nothing else that day"))
				}
			}
		}),
	}
}

// paidBeside is a line of the day by the same provider that the fee schedule pays, or nil.
func paidBeside(cat *catalog.Catalog, l *audit.Line, day *company) *audit.Line {
	for m := range day.each {
		if fee, ok := cat.Fee(m.Code, m.From); ok && fee.Status == 'A' && audit.Providers(l, m) == audit.SameProvider {
			return m
		}
	}
	return nil
}

func paidWithin(l, beside *audit.Line, why string) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s has %s", billedAs(l), l.From, why),
		Fix: audit.Fix{
			Action: audit.RemoveLine, Text: fmt.Sprintf("remove %s: no modifier makes Medicare pay it", l.Code),
			Edits: []audit.Edit{audit.Remove(l)},
		},
	}
	if beside != nil {
		f.Message += fmt.Sprintf("; %s is billed beside it", billedAs(beside))
		f.Related = []*audit.Line{beside}
	}
	return f
}

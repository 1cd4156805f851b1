package rules

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
)

// stimulatorNeeds are the needs of a pair rule about spinal cord stimulators.
func stimulatorNeeds() audit.Needs {
	needs := pairNeeds()
	needs.Groups = catalog.GroupSet(catalog.Stimulator)
	return needs
}

func stimulatorLeadsTogether() *audit.Rule {
	return &audit.Rule{
		ID: "stimulator-leads-together", Title: "Stimulator leads placed and removed on one day", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S7"}, Needs: stimulatorNeeds(), Check: sameDay("stimulator-leads-together"),
		Help: "Leads are placed (63650, 63655), taken out (63661, 63662) or revised, which includes replacing them in place (63663, 63664). Most of these are never paid beside each other by the same provider on one day; " +
			"the others are right for leads of another kind or site, marked by XS or 59.",
		Source: "guide section of stimulators (63661, 63662); NCCI PTP, whose indicator decides; rule S-14",
	}
}

func generatorRemovalWithReplacement() *audit.Rule {
	return &audit.Rule{
		ID: "generator-removal-with-replacement", Title: "Generator removed beside its replacement", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S7"}, Needs: stimulatorNeeds(), Check: sameDay("generator-removal-with-replacement"),
		Help:   "63685 is placing or replacing a generator, and replacing includes taking out the old one: 63688 beside it denies. Right when another device was taken out, marked by XS or 59.",
		Source: "guide section of stimulators (63685, 63688); NCCI PTP indicator 1; rule S-14",
	}
}

func stimulatorCheckWithImplant() *audit.Rule {
	return &audit.Rule{
		ID: "stimulator-check-with-implant", Title: "Stimulator checked on the day of its surgery", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S7"}, Needs: stimulatorNeeds(), Check: sameDay("stimulator-check-with-implant"),
		Help: "Checking a stimulator (95970) and testing it during the operation are part of placing, revising or removing it. Programming it afterwards (95971, 95972) is right when the record shows it apart, marked by XU or 59. " +
			"A check without programming that a modifier sets apart is a warning.",
		Source: "NCCI PTP indicator 1; rule S-14",
	}
}

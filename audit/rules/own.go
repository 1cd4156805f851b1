package rules

// own are the checks that no shape fits, by the rule's id.
var own = map[string]func() check{
	"deleted-code":            deletedCode,
	"not-yet-valid-code":      notYetValidCode,
	"imaging-included":        imagingIncluded,
	"generator-without-leads": generatorWithoutLeads,
	"trial-leads-pulled":      trialLeadsPulled,
	"trial-leads-over-limit":  trialLeadsOverLimit,
	"discogram-reading-units": discogramReadingUnits,
	"add-on-without-primary":  addOnWithoutPrimary,
	"visit-needs-25":          visitNeeds25,
	"duplicate-line":          duplicateLine,
	"new-patient-seen-before": newPatientSeen,
	"bilateral-duplicate":     bilateralDuplicate,
	"sedation-age":            sedationAge,
	"sedation-by-operator":    sedationByOperator,
	"bundled-pair":            bundledPair,
	"units-over-limit":        unitsOverLimit,
}

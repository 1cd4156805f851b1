package rules

import (
	"claimaudit/audit/rules/own"
	"claimaudit/audit/rules/terms"
)

// ownChecks are the checks that no shape fits, by the rule's id.
var ownChecks = map[string]func() terms.Check{
	"deleted-code":            own.DeletedCode,
	"not-yet-valid-code":      own.NotYetValidCode,
	"imaging-included":        own.ImagingIncluded,
	"generator-without-leads": own.GeneratorWithoutLeads,
	"trial-leads-pulled":      own.TrialLeadsPulled,
	"trial-leads-over-limit":  own.TrialLeadsOverLimit,
	"discogram-reading-units": own.DiscogramReadingUnits,
	"add-on-without-primary":  own.AddOnWithoutPrimary,
	"visit-needs-25":          own.VisitNeeds25,
	"duplicate-line":          own.DuplicateLine,
	"paid-twice":              own.PaidTwice,
	"new-patient-seen-before": own.NewPatientSeen,
	"bilateral-duplicate":     own.BilateralDuplicate,
	"sedation-age":            own.SedationAge,
	"sedation-by-operator":    own.SedationByOperator,
	"bundled-pair":            own.BundledPair,
	"session-each-day":        own.SessionEachDay,
	"units-over-limit":        own.UnitsOverLimit,
}

package rules

import (
	"claimaudit/audit"
	"claimaudit/audit/rules/own"
	"claimaudit/audit/rules/terms"
)

// ownCheck is a check that no shape fits, and the signs one of which a line has that it reports.
type ownCheck struct {
	check func() terms.Check
	signs audit.Signs
}

// ownChecks are these checks, by the rule's id.
var ownChecks = map[string]ownCheck{
	"deleted-code":            {own.DeletedCode, audit.Ended},
	"not-yet-valid-code":      {own.NotYetValidCode, audit.NotBegun},
	"imaging-included":        {own.ImagingIncluded, 0},
	"generator-without-leads": {own.GeneratorWithoutLeads, 0},
	"trial-leads-pulled":      {own.TrialLeadsPulled, 0},
	"trial-leads-over-limit":  {own.TrialLeadsOverLimit, 0},
	"discogram-reading-units": {own.DiscogramReadingUnits, 0},
	"add-on-without-primary":  {own.AddOnWithoutPrimary, audit.AddOn},
	"visit-needs-25":          {own.VisitNeeds25, audit.Accompanied},
	"duplicate-line":          {own.DuplicateLine, audit.Repeated},
	"paid-twice":              {own.PaidTwice, 0},
	"new-patient-seen-before": {own.NewPatientSeen, 0},
	"bilateral-duplicate":     {own.BilateralDuplicate, audit.Repeated},
	"sedation-age":            {own.SedationAge, 0},
	"sedation-by-operator":    {own.SedationByOperator, 0},
	"bundled-pair":            {own.BundledPair, audit.Paired},
	"session-each-day":        {own.SessionEachDay, 0},
	"units-over-limit":        {own.UnitsOverLimit, audit.Repeated | audit.OverLimit},
}

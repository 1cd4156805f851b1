// Package rules holds every rule, one file a topic, and its proof as data in proof/*.csv.
//
// To add a rule: write a function that returns it (see missingPatient in cells.go for one of a few
// lines), add it to the list of its topic below, and give it rows in a file of proof/: one case that fires, one
// near miss, and one on the boundary day where the rule depends on dates. The tests fail until all
// three are there.
package rules

import "claimaudit/audit"

// All is every rule, in the order in which findings on one line are shown. Root causes stand
// first, then the rules about named codes, the tables, and the rules about single cells.
func All() []*audit.Rule {
	var all []*audit.Rule
	for _, topic := range Topics() {
		all = append(all, topic.Rules...)
	}
	return all
}

// Topic is rules that speak of one thing.
type Topic struct {
	Heading string
	Family  string // the family of its rules, which coverage is summed up by; topics may share one
	Rules   []*audit.Rule
}

// Topics are the topics of All, in its order. A rule's family is that of its topic.
func Topics() []Topic {
	topics := []Topic{
		{"What stands in the code column", "Code validity", theCodeRules()},
		{"Imaging guidance", "Imaging guidance", imagingGuidanceRules()},
		{"Two codes on one day", "Two codes on one day", twoCodesRules()},
		{"Stimulators and discography", "Stimulators and discography", stimulatorsAndDiscsRules()},
		{"Nerve studies, EMG and nerve blocks", "Nerve studies and blocks", nervesRules()},
		{"Add-ons and levels", "Add-ons and levels", addOnsRules()},
		{"Visits", "Visits and global periods", visitsRules()},
		{"Repeated lines", "Repeated lines", repeatsRules()},
		{"Services of other days", "Visits and global periods", otherDaysRules()},
		{"Sessions in a window of time", "Sessions in a window of time", sessionsInTimeRules()},
		{"Sides and modifiers", "Modifiers and sides", sidesAndModifiersRules()},
		{"Sedation", "Sedation", sedationRules()},
		{"Shots and infusions", "Drugs, shots and drug tests", shotsRules()},
		{"Laboratory", "Drugs, shots and drug tests", laboratoryRules()},
		{"Drugs", "Drugs, shots and drug tests", drugsRules()},
		{"Places and payers", "Places and payers", placesAndPayersRules()},
		{"Diagnoses beside the procedure", "Diagnoses", besideDiagnosesRules()},
		{"Unlisted procedures", "Code validity", unlistedRules()},
		{"Modifiers without effect", "Modifiers and sides", withoutEffectRules()},
		{"The pair table", "Pair edits", pairTableRules()},
		{"The unit table", "Unit limits", unitTableRules()},
		{"Cells of their own", "Single cells", ownCellsRules()},
	}
	for _, t := range topics {
		for _, r := range t.Rules {
			r.Family = t.Family
		}
	}
	return topics
}

func theCodeRules() []*audit.Rule {
	return []*audit.Rule{
		unknownCode(),
		codeRange(),
		referralCode(),
		placeholderCode(),
		diagnosisAsCode(),
		deletedCode(),
		notYetValidCode(),
		consultForReferral(),
	}
}

func imagingGuidanceRules() []*audit.Rule {
	return []*audit.Rule{
		ultrasoundForSacroiliac(),
		epiduralImagingCode(),
		imagingIncluded(),
		jointUltrasound(),
		sacroiliacWithoutImaging(),
		largeJointForSacroiliac(),
		guidedTriggerPoint(),
		triggerPointBothSides(),
	}
}

func twoCodesRules() []*audit.Rule {
	return []*audit.Rule{
		sacroiliacBlockWithFacet(),
		tendonWithTriggerPoint(),
		triggerPointWithBlock(),
		jointWithInjection(),
		oneVertebralPrimary(),
		bloodPatchWithEpidural(),
		facetInjectionWithAblation(),
		twoEpiduralApproaches(),
		epiduralTwoRegions(),
		blockTypesMixed(),
	}
}

func stimulatorsAndDiscsRules() []*audit.Rule {
	return []*audit.Rule{
		stimulatorLeadsTogether(),
		generatorRemovalWithReplacement(),
		stimulatorCheckWithImplant(),
		generatorWithoutLeads(),
		oneLeadBilled(),
		trialLeadsPulled(),
		trialLeadsOverLimit(),
		discogramReadingElsewhere(),
		discogramReadingMissing(),
		discogramReadingUnits(),
		discogramWithEpidural(),
	}
}

func nervesRules() []*audit.Rule {
	return []*audit.Rule{
		needleAloneWithStudies(),
		nerveStudiesTwice(),
		nerveStudiesUnits(),
		needleLimbsOver(),
		emgSupply(),
		nerveStudiesRepeated(),
		nerveBlockUnits(),
		genicularByCount(),
	}
}

func addOnsRules() []*audit.Rule {
	return []*audit.Rule{
		intercostalOldStyle(),
		addOnWithoutPrimary(),
		facetLevelSkipped(),
		facetThirdLevel(),
	}
}

func visitsRules() []*audit.Rule {
	return []*audit.Rule{
		visitNeeds25(),
		modifier25Alone(),
		complexityWith25(),
	}
}

func repeatsRules() []*audit.Rule {
	return []*audit.Rule{
		duplicateLine(),
	}
}

func otherDaysRules() []*audit.Rule {
	return []*audit.Rule{
		visitInGlobalPeriod(),
		decisionForSurgery(),
		procedureInGlobalPeriod(),
		newPatientSeen(),
	}
}

func sessionsInTimeRules() []*audit.Rule {
	return []*audit.Rule{
		facetInjectionOverLimit(),
		diagnosticFacetRepeated(),
		diagnosticFacetUnmarked(),
		facetAblationOverLimit(),
		ablationRepeatedEarly(),
		ablationWithoutBlocks(),
		ablationLevelsOver(),
		epiduralOverLimit(),
		epiduralTooSoon(),
		transforaminalLevelsOver(),
		sacroiliacOverLimit(),
		triggerPointOverLimit(),
		migraineInjectionTooSoon(),
		hyaluronateCourseRepeated(),
	}
}

func sidesAndModifiersRules() []*audit.Rule {
	return []*audit.Rule{
		bilateralUnits(),
		bilateralUnitsOverOne(),
		bilateralDuplicate(),
		bilateralNotAllowed(),
		bilateralWithSide(),
		bothSidesOnOneLine(),
		bilateralAddOn(),
		sideMissing(),
		distinctTwice(),
		distinctOnVisit(),
		visitModifierOnProcedure(),
		addOnWith51(),
	}
}

func sedationRules() []*audit.Rule {
	return []*audit.Rule{
		sedationAge(),
		sedationFirstUnits(),
		sedationByOperator(),
		sedationAlone(),
		sedationCoverage(),
	}
}

func shotsRules() []*audit.Rule {
	return []*audit.Rule{
		shotWithInjection(),
		shotWithoutDrug(),
		neverPaidApart(),
	}
}

func laboratoryRules() []*audit.Rule {
	return []*audit.Rule{
		drugTestRepeated(),
	}
}

func drugsRules() []*audit.Rule {
	return []*audit.Rule{
		wasteNotStated(),
		wasteAndNone(),
		wasteWithoutDose(),
		wasteOverVial(),
		wasteOfMultiDose(),
		vialTotal(),
		drugUnits(),
		localAnesthetic(),
		hyaluronateAlone(),
		drugWithoutProcedure(),
		jointWithoutDrug(),
	}
}

func placesAndPayersRules() []*audit.Rule {
	return []*audit.Rule{
		paddleInOffice(),
		sacroiliacByClaimType(),
		componentMissing(),
		componentNotSplit(),
		notPaidInFacility(),
		sedationByOtherInOffice(),
		fiftyOnASC(),
		drugTestByClass(),
		authorizationMissing(),
		wiserAuthorization(),
		notCovered(),
	}
}

func besideDiagnosesRules() []*audit.Rule {
	return []*audit.Rule{
		diagnosisSupport(),
		occipitalForBack(),
		kneeElsewhere(),
		sacroiliacNerveBlock(),
		sacroiliacAblationCode(),
		bloodPatchDiagnosis(),
		unimagedEpidural(),
		nerveConductionVolume(),
		hyaluronateDiagnosis(),
		sideAgainstDiagnosis(),
		jointSizeAgainstDiagnosis(),
		diagnosisUnspecified(),
		oneSideOfTwo(),
	}
}

func unlistedRules() []*audit.Rule {
	return []*audit.Rule{
		unlistedProcedure(),
		unlistedRepeated(),
	}
}

func withoutEffectRules() []*audit.Rule {
	return []*audit.Rule{
		distinctWithoutPair(),
		coverageModifierMisused(),
	}
}

func pairTableRules() []*audit.Rule {
	return []*audit.Rule{
		bundledPair(),
	}
}

func unitTableRules() []*audit.Rule {
	return []*audit.Rule{
		unitsOverLimit(),
	}
}

func ownCellsRules() []*audit.Rule {
	return []*audit.Rule{
		invalidDiagnosis(),
		codeAsDiagnosis(),
		invalidModifier(),
		unitsNotPositive(),
		negativeCharge(),
		placeUnknown(),
		missingPatient(),
		dateOrder(),
		timelyFiling(),
		invalidNPI(),
		unreadableCell(),
	}
}

// eachLine is the shape of a check that looks at one line at a time. History lines are passed
// over: they are never reported.
func eachLine(check func(c *audit.Case, l *audit.Line, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	return func(c *audit.Case, report func(audit.Finding)) {
		for i := range c.Lines {
			if l := &c.Lines[i]; !l.Context {
				check(c, l, report)
			}
		}
	}
}

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
	Rules   []*audit.Rule
}

// Topics are the topics of All, in its order.
func Topics() []Topic {
	return []Topic{
		{"What stands in the code column", theCodeRules()},
		{"Imaging guidance", imagingGuidanceRules()},
		{"Two codes on one day", twoCodesRules()},
		{"Stimulators and discography", stimulatorsAndDiscsRules()},
		{"Nerve studies, EMG and nerve blocks", nervesRules()},
		{"Add-ons, visits and repeats", addOnsAndVisitsRules()},
		{"Services of other days", otherDaysRules()},
		{"Sessions in a window of time", sessionsInTimeRules()},
		{"Sides and modifiers", sidesAndModifiersRules()},
		{"Sedation", sedationRules()},
		{"Shots and infusions", shotsRules()},
		{"Laboratory", laboratoryRules()},
		{"Drugs", drugsRules()},
		{"Places and payers", placesAndPayersRules()},
		{"Diagnoses beside the procedure", besideDiagnosesRules()},
		{"Unlisted codes and modifiers without effect", withoutEffectRules()},
		{"The tables", tablesRules()},
		{"Cells of their own", ownCellsRules()},
	}
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

func addOnsAndVisitsRules() []*audit.Rule {
	return []*audit.Rule{
		intercostalOldStyle(),
		addOnWithoutPrimary(),
		facetLevelSkipped(),
		facetThirdLevel(),
		visitNeeds25(),
		modifier25Alone(),
		complexityWith25(),
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

func withoutEffectRules() []*audit.Rule {
	return []*audit.Rule{
		unlistedProcedure(),
		unlistedRepeated(),
		distinctWithoutPair(),
		coverageModifierMisused(),
	}
}

func tablesRules() []*audit.Rule {
	return []*audit.Rule{
		bundledPair(),
		unitsOverLimit(),
	}
}

func ownCellsRules() []*audit.Rule {
	return []*audit.Rule{
		invalidDiagnosis(),
		codeAsDiagnosis(),
		invalidModifier(),
		unitsNotPositive(),
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

// Package rules holds every rule, one file a topic, and its proof as data in proof/*.csv.
//
// To add a rule: write a function that returns it (see missingPatient in cells.go for one of a few
// lines), add it to the list in All, and give it rows in a file of proof/: one case that fires, one
// near miss, and one on the boundary day where the rule depends on dates. The tests fail until all
// three are there.
package rules

import "claimaudit/audit"

// All is every rule, in the order in which findings on one line are shown. Root causes stand
// first, then the rules about named codes, the tables, and the rules about single cells.
func All() []*audit.Rule {
	return []*audit.Rule{
		// What stands in the code column.
		unknownCode(),
		codeRange(),
		referralCode(),
		placeholderCode(),
		diagnosisAsCode(),
		deletedCode(),
		notYetValidCode(),

		consultForReferral(),

		// Imaging guidance.
		ultrasoundForSacroiliac(),
		epiduralImagingCode(),
		imagingIncluded(),
		jointUltrasound(),
		sacroiliacWithoutImaging(),
		largeJointForSacroiliac(),
		guidedTriggerPoint(),
		triggerPointBothSides(),

		// Two codes on one day (data/same-day.csv).
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

		// Stimulators and discography.
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

		// Nerve studies and EMG, and blocks of named nerves.
		needleAloneWithStudies(),
		nerveStudiesTwice(),
		nerveStudiesUnits(),
		needleLimbsOver(),
		emgSupply(),
		nerveStudiesRepeated(),
		nerveBlockUnits(),
		genicularByCount(),

		// Add-ons, visits and repeats.
		intercostalOldStyle(),
		addOnWithoutPrimary(),
		facetLevelSkipped(),
		facetThirdLevel(),
		visitNeeds25(),
		modifier25Alone(),
		complexityWith25(),
		duplicateLine(),

		// Services of other days.
		visitInGlobalPeriod(),
		decisionForSurgery(),
		procedureInGlobalPeriod(),
		newPatientSeen(),

		// Sessions in a window of time (data/sessions.csv, data/session-history.csv).
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

		// Sides and modifiers.
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

		// Sedation.
		sedationAge(),
		sedationFirstUnits(),
		sedationByOperator(),
		sedationAlone(),
		sedationCoverage(),

		// Shots and infusions.
		shotWithInjection(),
		shotWithoutDrug(),
		neverPaidApart(),

		// Laboratory.
		drugTestRepeated(),

		// Drugs.
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

		// Places and payers.
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

		// Diagnoses beside the procedure.
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

		// Unlisted codes and modifiers without effect.
		unlistedProcedure(),
		unlistedRepeated(),
		distinctWithoutPair(),
		coverageModifierMisused(),

		// The tables.
		bundledPair(),
		unitsOverLimit(),

		// Cells of their own.
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

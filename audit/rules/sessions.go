package rules

// The rules that count sessions over time. Their limits are rows of data/sessions.csv and
// data/session-history.csv, their shapes are in windows.go.

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// sessionNeeds are the needs of a rule of this shape.
func sessionNeeds(groups ...catalog.Group) audit.Needs {
	return audit.Needs{
		Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode), Patient: true,
		Groups: catalog.GroupSet(groups...),
	}
}

// sessionsOfOne is what the rules that count sessions say of what they count.
const sessionsOfOne = "A session is a date of service, with all its lines, sides and claims; one side on one day and the other on another are two. " +
	"Counted are the lines given for Medicare, Medicare Advantage and payers that are not known, history included. "

func facetInjectionOverLimit() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "facet-injection-over-limit", Title: "Facet injections over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Over: []string{"diagnostic-facet-repeated"}, Guide: []string{"S11"}, Needs: sessionNeeds(catalog.FacetInjection),
		Help: "Contractors pay four diagnostic sessions (marked by KX) and four therapeutic ones of the neck and chest, and as many of the low back, in 365 days; before 2021-04-25 five in all. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ, or where the contractor's own limit is higher.",
		Source: "contractors' questions and answers on facet joint interventions; OIG report A-09-20-03003; rule A-01",
	})
}

func epiduralOverLimit() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "epidural-over-limit", Title: "Epidural injections over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S4", "S12"}, Needs: sessionNeeds(catalog.EpiduralImaged, catalog.EpiduralUnimaged, catalog.EpiduralOld),
		Help: "Contractors pay four sessions of epidural injections of the neck and chest, and four of the low back, in 365 days, interlaminar and transforaminal counted together. Before 2021-12-05 their limits differed, so that five sessions are for review. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "contractors' articles on epidural steroid injections (A56651, A58993); rule A-10",
	})
}

func triggerPointOverLimit() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "trigger-point-over-limit", Title: "Trigger points over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S2"}, Needs: sessionNeeds(catalog.TriggerPoint),
		Help: "Contractors pay three sessions of trigger point injections in 365 days, whatever the muscles. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ, or where the contractor's own limit is higher.",
		Source: "contractors' articles on trigger point injections (A59480, A59553); rule A-16",
	})
}

func diagnosticFacetRepeated() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "diagnostic-facet-repeated", Title: "Third diagnostic facet session in a year", Severity: audit.Review, Rank: audit.Policy,
		Guide: []string{"S11"}, Needs: sessionNeeds(catalog.FacetInjection),
		Help: "Two diagnostic sessions, marked by KX, tell whether a facet joint is the source of pain. More than two of one region in 365 days are allowed for other joints, and looked at as possible misuse of KX. " + sessionsOfOne +
			"Right after all where other joints were tested.",
		Source: "contractors' questions and answers on facet joint interventions; rule A-38",
	})
}

func facetAblationOverLimit() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "facet-ablation-over-limit", Title: "Facet ablations over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S5"}, Needs: sessionNeeds(catalog.FacetAblation),
		Help: "Contractors pay two sessions of facet ablation of the neck and chest, and two of the low back, in 365 days. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "contractors' questions and answers on facet joint interventions; OIG report A-09-21-03002; rule A-02",
	})
}

func ablationRepeatedEarly() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "ablation-repeated-early", Title: "Facet ablation repeated within six months", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S5"}, Needs: sessionNeeds(catalog.FacetAblation),
		Help: "A facet joint is ablated again when the last ablation has given relief for six months. A claim names region and side and no level, so that two sessions of one side within 180 days may be of one joint; for review where a day's lines name no side. " + sessionsOfOne +
			"Right after all where other joints were ablated, or with GA, GX, GY or GZ.",
		Source: "local coverage determinations on facet joint interventions; rule A-08",
	})
}

func epiduralTooSoon() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "epidural-too-soon", Title: "Epidural injections less than 14 days apart", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S4", "S12"}, Needs: sessionNeeds(catalog.EpiduralImaged, catalog.EpiduralUnimaged, catalog.EpiduralOld),
		Help: "From 2021-12-05 contractors want 14 days between two epidural injections of one region, to see what the first has done. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "local coverage determinations on epidural steroid injections (medium confidence); rule A-13",
	})
}

func sacroiliacOverLimit() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "sacroiliac-over-limit", Title: "Sacroiliac injections over the limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S1", "S3"}, Needs: sessionNeeds(catalog.SacroiliacJoint),
		Help: "From 2023-03-19 contractors pay two diagnostic sessions (marked by KX) and in 365 days four therapeutic ones, of 27096, 64451 and G0260 together. A third diagnostic session after more than a year may be of a new episode and is for review. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "contractors' articles on sacroiliac joint injections (A59233, A59243, A59257); rule A-15",
	})
}

func migraineInjectionTooSoon() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "migraine-injection-too-soon", Title: "Migraine botulinum within 12 weeks", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S9"}, Needs: sessionNeeds(catalog.Injection),
		Help:   "Botulinum toxin for chronic migraine (64615) is given every 12 weeks, and payers deny a treatment before 84 days have passed. Right after all where the payer agreed to it beforehand.",
		Source: "approved labelling of onabotulinumtoxinA; rule A-48",
	})
}

func hyaluronateCourseRepeated() *audit.Rule {
	return overLimit(audit.Rule{
		ID: "hyaluronate-course-repeated", Title: "Hyaluronate course repeated within six months", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S1", "S9"}, Needs: sessionNeeds(catalog.Hyaluronate),
		Help: "A course of hyaluronate, injections at most 42 days apart, is repeated in the same knee after 180 days at the earliest. The side is told by the drug's line, or by 20610 and 20611 of the day; for review where a day names none. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all for the other knee.",
		Source: "local coverage determinations on viscosupplementation; rule A-50",
	})
}

func ablationWithoutBlocks() *audit.Rule {
	return tooFewBefore(audit.Rule{
		ID: "ablation-without-blocks", Title: "First facet ablation without two test blocks", Severity: audit.Review, Rank: audit.Policy,
		Guide: []string{"S5", "S11"}, Needs: sessionNeeds(catalog.FacetAblation),
		Help: "Before the first facet ablation of a region contractors want two days of diagnostic blocks with relief of 80 %. Fewer than two days of facet injections of the region in two years are reported where the patient's lines go back a year or more and have no earlier ablation of the region. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all when the blocks were done elsewhere and their notes are on file.",
		Source: "local coverage determinations on facet joint interventions; rule A-07",
	})
}

func diagnosticFacetUnmarked() *audit.Rule {
	return tooFewBefore(audit.Rule{
		ID: "diagnostic-facet-unmarked", Title: "First facet sessions without KX", Severity: audit.Review, Rank: audit.Policy,
		Guide: []string{"S11"}, Needs: sessionNeeds(catalog.FacetInjection),
		Help: "The first two sessions of facet injections of a region are diagnostic, and Medicare wants KX on them. Reported from 2021-04-25 on for traditional Medicare, where the patient's lines go back a year or more and have no ablation of the region. " +
			"Right after all when the diagnostic sessions were done elsewhere.",
		Source: "contractors' questions and answers on facet joint interventions (KX on all diagnostic injections); rule A-38",
	})
}

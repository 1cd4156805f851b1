package rules

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Patterns are what is counted of each provider over all encounters. To add one: write a function
// that counts one provider's lines of one day, and give it rows in testdata/patterns.csv.
func Patterns() []*audit.Pattern {
	return []*audit.Pattern{
		{
			ID: "visits-with-25", Title: "Visit with modifier 25 on the day of an injection", Of: "days with an injection",
			Above: 50, Least: 20,
			Help:   "Modifier 25 says that the visit was more than the injection's own work. A visit at most injections looks like habit; it is right where each note shows a separate problem.",
			Source: "OIG report OEI-07-03-00470, Use of Modifier 25; the figure of one half: practice convention, no public document",
			Groups: injectionDays,
			Count:  count25,
		},
		{
			ID: "high-visit-levels", Title: "Established visits at level 4 or 5", Of: "established office visits, 99212 to 99215",
			Above: 75, Least: 30,
			Help:   "Levels are chosen visit by visit, by the decisions made or the time spent. A practice of difficult cases may be right above it; its notes must show it.",
			Source: "OIG, Coding Trends of Medicare Evaluation and Management Services (2012); the figure: practice convention, no public document",
			Groups: catalog.GroupSet(catalog.OfficeVisit),
			Count:  perLine(isEstablished, func(l *audit.Line) bool { return l.Code == code99214 || l.Code == code99215 }),
		},
		{
			ID: "distinct-modifiers", Title: "Procedures with modifier 59, XE, XS, XP or XU", Of: "lines of procedures",
			Least:  20,
			Help:   "These modifiers set a bundling edit aside and must each be shown by the record. No usual rate is published: compare providers with each other.",
			Source: "NCCI Policy Manual chapter 1 section E (modifiers); OIG, Use of Modifier 59 to Bypass Medicare's National Correct Coding Initiative Edits (2005)",
			Groups: ^catalog.Groups(0),
			Count:  perLine(isProcedure, func(l *audit.Line) bool { return l.Mods.Has(distinctModifiers...) }),
		},
		{
			ID: "both-sides", Title: "Procedures billed for both sides with modifier 50", Of: "lines of codes that take modifier 50",
			Least:  20,
			Help:   "Where nearly everybody has both sides treated, a reviewer asks whether both hurt. Compare providers with each other.",
			Source: "OIG report OEI-05-07-00200, Medicare Payments for Facet Joint Injection Services",
			Groups: catalog.GroupSet(catalog.Bilateral50),
			Count: perLine(func(l *audit.Line) bool { return l.In(catalog.Bilateral50) },
				func(l *audit.Line) bool { return l.Mods.Has(mod50) }),
		},
		{
			ID: "all-facet-levels", Title: "Facet sessions at two levels on both sides", Of: "days with facet joint injections",
			Above: 90, Least: 20,
			Help:   "The most that is covered, at nearly every session, is what settlements with payers were about. Levels and sides follow each patient's pain.",
			Source: "OIG report OEI-05-07-00200, Medicare Payments for Facet Joint Injection Services; the figure: practice convention, no public document",
			Groups: catalog.GroupSet(catalog.FacetInjection),
			Count:  countFullFacets,
		},
		{
			ID: "top-drug-test", Title: "Definitive drug tests of the largest class count", Of: "definitive drug tests",
			Above: 50, Least: 20,
			Help:   "G0483 is for 22 or more drug classes. Most patients need few classes confirmed; a standing order for all is what payers refuse.",
			Source: "LCD L36037 (NGS), Urine Drug Testing; the figure: practice convention, no public document",
			Groups: catalog.GroupSet(catalog.DefinitiveDrugTest),
			Count: perLine(func(l *audit.Line) bool { return l.In(catalog.DefinitiveDrugTest) },
				func(l *audit.Line) bool { return l.Code == codeG0483 }),
		},
	}
}

var (
	injectionDays = catalog.GroupSet(
		catalog.Injection, catalog.FacetInjection, catalog.EpiduralImaged, catalog.EpiduralUnimaged,
		catalog.Transforaminal, catalog.TriggerPoint, catalog.Joint, catalog.SacroiliacJoint, catalog.NerveBlock,
	)
	code99214 = claim.MustCode("99214")
	code99215 = claim.MustCode("99215")
	codeG0483 = claim.MustCode("G0483")
)

// perLine counts the lines that are counted against, and those of them that show the pattern.
func perLine(against, shows func(*audit.Line) bool) func([]*audit.Line) (n, of int) {
	return func(mine []*audit.Line) (n, of int) {
		for _, l := range mine {
			if l.Known != nil && against(l) {
				of++
				if shows(l) {
					n++
				}
			}
		}
		return n, of
	}
}

func isEstablished(l *audit.Line) bool {
	return l.In(catalog.OfficeVisit) && !l.In(catalog.NewPatient) && l.Code != nurseVisit
}

// count25 counts a day with an injection, and whether a visit with modifier 25 stands beside it.
func count25(mine []*audit.Line) (n, of int) {
	for _, l := range mine {
		if l.Known.Ever()&injectionDays != 0 {
			of = 1
		}
		if l.Mods.Has(mod25) && isVisit(l) {
			n = 1
		}
	}
	return n * of, of
}

// countFullFacets counts a session, and whether one region had its first and second level injected
// on both sides.
func countFullFacets(mine []*audit.Line) (n, of int) {
	var sides [2][2]claim.Side // by region and level
	for _, l := range mine {
		if !l.In(catalog.FacetInjection) {
			continue
		}
		of = 1
		if region, level := facetLevel(l.Known.Code); level < 2 {
			sides[region][level] |= l.Mods.Side()
		}
	}
	for _, region := range sides {
		if region[0] == claim.Both && region[1] == claim.Both {
			n = 1
		}
	}
	return n, of
}

// facetLevel is the region and the level of 64490 to 64495, both from 0.
func facetLevel(c claim.Code) (region, level int) {
	last := int(c.String()[4] - '0')
	return last / 3, last % 3
}

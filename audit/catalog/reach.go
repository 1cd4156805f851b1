package catalog

import (
	"slices"

	"claimaudit/audit/claim"
)

// ofMeaning are the reasons that CMS gives for limits that follow from anatomy, from the code's wording or from the NCCI
// manual.
var ofMeaning = []string{"Anatomic Consideration", "Code Descriptor / CPT Instruction", "CMS Policy"}

// OfMeaning tells whether the limit rests on what the code means, which is so for every payer and as long as the code is
// there, and not on what Medicare has seen.
func (l Limit) OfMeaning() bool {
	return l.By == ByDayPolicy || slices.Contains(ofMeaning, l.Rationale)
}

// limitsReach is how many quarters before its own a limit that rests on what Medicare has seen is told: these are changed
// from year to year. Two years are a practice convention.
const limitsReach = 8

// firstAdjudicated is the quarter since which limits have an adjudication indicator, and some of them are of a day (NGS
// Medicare, Medically Unlikely Edits Billing and Processing: April 2013). Before it no limit of today's is told.
var firstAdjudicated = NewQuarter(2013, 2)

// reaches tells whether the limit of a quarter's table may be told of a day: of its own, a later one, and a day not long
// before.
func (l Limit) reaches(of Quarter, d claim.Date) bool {
	day := QuarterOf(d)
	if day >= of {
		return true
	}
	if l.OfMeaning() {
		return day >= firstAdjudicated
	}
	return of-day <= limitsReach
}

// LimitTooLate tells whether tables in use have the code, and all of them are of times too long after the day to judge it.
func (c *Catalog) LimitTooLate(s Scope, code claim.Code, d claim.Date) bool {
	_, one := c.limitOn(s, code, d)
	return one == nil && c.limits.of[s].any(func(limits map[claim.Code]Limit) bool { _, has := limits[code]; return has })
}

package rules

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// What is known of nerve conduction studies, whose codes stand for numbers of them: the more studies
// the higher the code.

// moreStudies tells whether m is billed for more nerve conduction studies than l.
func moreStudies(m, l *audit.Line) bool { return m.In(catalog.NerveConduction) && m.Code > l.Code }

// studyCodes are the codes that stand for least to most studies.
func studyCodes(cat *catalog.Catalog, least, most int) string {
	var codes []claim.Code
	for n := least; n <= most; {
		code := cat.Studies(n)
		codes = append(codes, code)
		_, last, _ := cat.StudyRange(code)
		n = last + 1
	}
	return alternatives(codes)
}

// anyStudies is more studies than any code names.
const anyStudies = int(claim.EndOfTime)

// studiesTogether are the fewest and the most studies that the two lines stand for.
func studiesTogether(cat *catalog.Catalog, l, m *audit.Line) (least, most int) {
	from1, to1, _ := cat.StudyRange(l.Code)
	from2, to2, _ := cat.StudyRange(m.Code)
	return from1 + from2, min(to1+to2, anyStudies)
}

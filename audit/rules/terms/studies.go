package terms

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// MoreStudies tells whether m is billed for more nerve conduction studies than l.
func MoreStudies(m, l *audit.Line) bool { return m.In(catalog.NerveConduction) && m.Code > l.Code }

// StudyCodes are the codes that stand for least to most studies.
func StudyCodes(cat *catalog.Catalog, least, most int) string {
	var codes []claim.Code
	for n := least; n <= most; {
		code := cat.Studies(n)
		codes = append(codes, code)
		_, last, _ := cat.StudyRange(code)
		n = last + 1
	}
	return Alternatives(codes)
}

// AnyStudies is more studies than any code names.
const AnyStudies = int(claim.EndOfTime)

// StudiesTogether are the fewest and the most studies that the two lines stand for.
func StudiesTogether(cat *catalog.Catalog, l, m *audit.Line) (least, most int) {
	from1, to1, _ := cat.StudyRange(l.Code)
	from2, to2, _ := cat.StudyRange(m.Code)
	return from1 + from2, min(to1+to2, AnyStudies)
}

package terms

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Counts tells whether the line has units that can be counted.
func Counts(l *audit.Line) bool { return l.Given.Has(claim.FieldUnits) && l.Units > 0 }

// Others are the lines without the one given.
func Others(lines []*audit.Line, l *audit.Line) (rest []*audit.Line) {
	for _, m := range lines {
		if m != l {
			rest = append(rest, m)
		}
	}
	return rest
}

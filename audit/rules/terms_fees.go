package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// feeStatus is the status of the line's code in the fee schedule; 0, which is none, where it does not
// list the code.
func feeStatus(cat *catalog.Catalog, l *audit.Line) byte {
	fee, ok := cat.Fee(l.Code, l.From)
	if !ok {
		return 0
	}
	return fee.Status
}

// passedLimit names the unit limit that the line by itself passes; blank where it passes none.
func passedLimit(cat *catalog.Catalog, l *audit.Line) string {
	limit, ok := cat.Limit(l.Scope(), l.Code, l.From)
	if !ok || l.Units <= limit.Units {
		return ""
	}
	return fmt.Sprintf("; the limit is %s units", limit.Units)
}

var outpatientPlaces = mustPlaces("outpatient")

// outpatientHospital tells whether a hospital's outpatient department bills the line, or a doctor a
// service given there.
func outpatientHospital(l *audit.Line) bool {
	return l.Type == claim.Facility || l.Type == claim.Professional && among(outpatientPlaces, l.POS)
}

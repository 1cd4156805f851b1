package rules

import (
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
)

// placeRow is a place of service.
type placeRow struct {
	Code     string `csv:"code"`
	Label    string `csv:"label"`
	From     string `csv:"from"`
	Facility string `csv:"facility"` // yes or outpatient: a facility is paid for its part of a service there
	Source   string `csv:"source"`
}

const office = "11"

// facilityPOS tells whether the service was given where a facility is paid for its part: in a
// hospital, its emergency room or an ASC.
func facilityPOS(l *audit.Line) bool { return facilityPlaces()[l.POS] }

var facilityPlaces = sync.OnceValue(func() map[string]bool {
	places := map[string]bool{}
	for _, code := range mustPlaces("facility") {
		places[code] = true
	}
	return places
})

// splitBy is the fee schedule's PC/TC indicator; 0, which is none, where it does not list the code.
func splitBy(cat *catalog.Catalog, l *audit.Line) byte {
	fee, ok := cat.Fee(l.Code, l.From)
	if !ok {
		return 0
	}
	return fee.PCTC
}

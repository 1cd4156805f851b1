package terms

import (
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
)

// PlaceRow is a place of service.
type PlaceRow struct {
	Code     string `csv:"code"`
	Label    string `csv:"label"`
	From     string `csv:"from"`
	Facility string `csv:"facility"` // yes or outpatient: a facility is paid for its part of a service there
	Source   string `csv:"source"`
}

// Office is the place of service of a doctor's office.
var Office = mustPlaceNamed("office")

func mustPlaceNamed(label string) string {
	for row := range MustData[PlaceRow]("places.csv") {
		if row.Label == label {
			return row.Code
		}
	}
	panic("rules: places.csv has no place called " + label)
}

// FacilityPOS tells whether the service was given where a facility is paid for its part: in a
// hospital, its emergency room or an ASC.
func FacilityPOS(l *audit.Line) bool { return facilityPlaces()[l.POS] }

var facilityPlaces = sync.OnceValue(func() map[string]bool {
	places := map[string]bool{}
	for _, code := range MustPlaces("facility") {
		places[code] = true
	}
	return places
})

// SplitBy is the fee schedule's PC/TC indicator; 0, which is none, where it does not list the code.
func SplitBy(cat *catalog.Catalog, l *audit.Line) byte {
	fee, ok := cat.Fee(l.Code, l.From)
	if !ok {
		return 0
	}
	return fee.PCTC
}

// PlaceKnown tells whether there is a place of service of that code.
func PlaceKnown(code string) bool {
	for row := range MustData[PlaceRow]("places.csv") {
		if row.Code == code {
			return true
		}
	}
	return false
}

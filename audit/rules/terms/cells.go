package terms

import (
	"strings"

	"claimaudit/audit/claim"
)

// MustPlaces reads places of service; facility is those in which a facility is paid for its part, and
// outpatient those of them that are a hospital's outpatient department.
func MustPlaces(text string) (places []string) {
	for _, word := range strings.Fields(text) {
		if word != "facility" && word != "outpatient" {
			places = append(places, word)
			continue
		}
		for row := range MustData[PlaceRow]("places.csv") {
			if row.Facility == word || row.Facility != "" && word == "facility" {
				places = append(places, row.Code)
			}
		}
	}
	return places
}

// MustDate is a first day in a table, or the name of one in days.csv; blank is always.
func MustDate(text string) claim.Date {
	if text == "" {
		return 0
	}
	if named, ok := namedDays()[text]; ok {
		return named
	}
	return claim.MustDate(text)
}

// MustUnits is a number of units in a table; nothing for a blank cell.
func MustUnits(text string) claim.Units {
	if text == "" {
		return 0
	}
	u, err := claim.ParseUnits(text)
	if err != nil {
		panic("rules: not a number of units: " + text)
	}
	return u
}

// Among tells whether the value is one of those given; where none are, any is.
func Among(values []string, value string) bool {
	if len(values) == 0 {
		return true
	}
	for _, v := range values {
		if v == value {
			return true
		}
	}
	return false
}

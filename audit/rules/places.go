package rules

import (
	"fmt"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// placeRow is a place of service.
type placeRow struct {
	Code     string `csv:"code"`
	Label    string `csv:"label"`
	From     string `csv:"from"`
	Facility string `csv:"facility"` // yes: a facility is paid for its part of a service there
	Source   string `csv:"source"`
}

func placeUnknown() check {
	places := map[string]claim.Date{}
	for _, row := range mustData[placeRow]("places.csv") {
		places[row.Code] = mustDate(row.From)
	}
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Type == claim.Facility || l.POS == "" {
			return
		}
		from, ok := places[l.POS]
		if ok && l.From >= from {
			return
		}
		f := audit.Finding{
			Line: l, Money: audit.Reject,
			Message: fmt.Sprintf("place of service %s is not in CMS's list", l.POS),
			Fix:     audit.Fix{Action: audit.CorrectCell, Text: "enter the two-digit code of the place the service was given in (11 office, 19 or 22 outpatient hospital, 24 ASC)"},
		}
		if ok {
			f.Message = fmt.Sprintf("place of service %s exists from %s, after the date of service %s", l.POS, from, l.From)
		}
		report(f)
	})
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

var modTC = claim.Mod("TC")

// splitBy is the fee schedule's PC/TC indicator; 0, which is none, where it does not list the code.
func splitBy(cat *catalog.Catalog, l *audit.Line) byte {
	fee, ok := cat.Fee(l.Code, l.From)
	if !ok {
		return 0
	}
	return fee.PCTC
}

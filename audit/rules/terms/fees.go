package terms

import (
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// FeeStatus is the status of the line's code in the fee schedule; 0, which is none, where it does not
// list the code.
func FeeStatus(cat *catalog.Catalog, l *audit.Line) byte {
	fee, ok := cat.Fee(l.Code, l.From)
	if !ok {
		return 0
	}
	return fee.Status
}

// NoGlobal tells whether the fee schedule says that no global period can apply to the code.
func NoGlobal(cat *catalog.Catalog, l *audit.Line) bool {
	fee, ok := cat.Fee(l.Code, l.From)
	return ok && fee.Global == "XXX"
}

// informing and anesthesiaWho are modifiers of an anesthetic that only inform, and those that set its price.
var informing, anesthesiaWho = MustModifiers("informing"), MustModifiers("anesthesia-who")

// InformsFirst tells whether the line's first modifier only informs and one that sets its price stands behind it.
func InformsFirst(l *audit.Line) bool {
	return slices.Contains(informing, l.Mods[0]) && l.Mods.Has(anesthesiaWho...)
}

// UnitLimit is the most units of the line's code, on its first day or the day given; false where there
// is none. A limit of 0 is none: it says that practitioners are not paid the code, and counts nothing.
func UnitLimit(cat *catalog.Catalog, l *audit.Line, on claim.Date) (catalog.Limit, bool) {
	limit, ok := cat.Limit(l.Scope(), l.Code, on)
	return limit, ok && limit.Units > 0
}

// PassedLimit names the unit limit that the line by itself passes; blank where it passes none.
func PassedLimit(cat *catalog.Catalog, l *audit.Line) string {
	limit, ok := UnitLimit(cat, l, l.From)
	if !ok || l.Units <= limit.Units {
		return ""
	}
	return fmt.Sprintf("; the limit is %s units", limit.Units)
}

var outpatientPlaces = MustPlaces("outpatient")

// OutpatientHospital tells whether a hospital's outpatient department bills the line, or a doctor a
// service given there.
func OutpatientHospital(l *audit.Line) bool {
	return l.Type == claim.Facility || l.Type == claim.Professional && Among(outpatientPlaces, l.POS)
}

// globalDays is the line's global period: from the fee schedule of its year, else from the
// catalogue; "" when neither says.
func globalDays(cat *catalog.Catalog, l *audit.Line) string {
	if fee, ok := cat.Fee(l.Code, l.From); ok {
		return fee.Global
	}
	if l.Known != nil && len(l.Known.Global) >= 3 {
		return l.Known.Global[:3]
	}
	return ""
}

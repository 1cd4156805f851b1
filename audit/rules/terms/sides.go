package terms

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// indicatorRow says what a bilateral indicator of the fee schedule means.
type indicatorRow struct {
	Indicator string `csv:"indicator" table:"key"`
	Sided     string `csv:"sided"` // yes: the code is billed by side
	Meaning   string `csv:"meaning"`
	Source    string `csv:"source"`
}

// bilateralMeanings are what the indicators mean, and sidedBy those of codes billed by side.
var bilateralMeanings, sidedBy = mustIndicators()

func mustIndicators() (meanings map[byte]string, sided []byte) {
	meanings = map[byte]string{}
	for row := range MustData[indicatorRow]("bilateral-indicators.csv") {
		meanings[row.Indicator[0]] = row.Meaning
		if MustYes(row.Sided) {
			sided = append(sided, row.Indicator[0])
		}
	}
	return meanings, sided
}

// Sided tells whether the code is billed by side: 50 is allowed on it, or each side is paid whole.
func Sided(cat *catalog.Catalog, l *audit.Line) bool {
	fee, ok := cat.Fee(l.Code, l.From)
	return ok && slices.Contains(sidedBy, fee.Bilateral)
}

// Refuses50 tells whether the fee schedule has the code and takes no 50 on it.
func Refuses50(cat *catalog.Catalog, l *audit.Line) bool {
	fee, ok := cat.Fee(l.Code, l.From)
	return ok && !slices.Contains(sidedBy, fee.Bilateral)
}

// BilateralIndicator is the code's indicator in the fee schedule and what it means.
func BilateralIndicator(cat *catalog.Catalog, l *audit.Line) string {
	fee, _ := cat.Fee(l.Code, l.From)
	return string(fee.Bilateral) + ": " + bilateralMeanings[fee.Bilateral]
}

// LimitIsOne tells whether the unit limit of the code is 1.
func LimitIsOne(cat *catalog.Catalog, l *audit.Line) bool {
	limit, ok := UnitLimit(cat, l, l.From)
	return ok && limit.Units == claim.One
}

// NextLevel is the add-on for a further level of the code: the first that has it as a primary and
// is reported for each side; 0 where there is none.
func NextLevel(cat *catalog.Catalog, l *audit.Line) claim.Code {
	for _, a := range cat.AddOnsOf(l.Scope(), l.Code, l.From) {
		if cat.Lookup(a.Code).In(catalog.ReportTwice, l.From) && a.Code > l.Code && a.Primaries[len(a.Primaries)-1] == l.Code {
			return a.Code
		}
	}
	return 0
}

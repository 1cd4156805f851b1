package main

import (
	"fmt"
	"time"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// numbers prints what CMS's tables say of a code on the day: the rows in force.
func (x *explainer) numbers(e *catalog.Entry) {
	x.fees(e)
	x.addOn(e)
	if d, ok := x.cat.Drug(e.Code); ok {
		x.fact("one unit", "%s; usual doses: %s; single-dose containers only: %s", d.PerUnit, d.Doses, d.SingleDose)
	}
	x.limit(e)
	x.edits(e)
}

// day is the date asked about, else today; of a code not in force today the last or the first day it is.
func (x *explainer) day(e *catalog.Entry) claim.Date {
	if x.date != 0 {
		return x.date
	}
	return max(min(claim.DateOf(time.Now()), e.To), e.From)
}

// limit prints the unit limit of the day, or that its table has none.
func (x *explainer) limit(e *catalog.Entry) {
	const of = catalog.MedicarePractitioner
	day := x.day(e)
	l, ok := x.cat.Limit(of, e.Code, day)
	use, known := x.cat.InUse(catalog.UnitLimits, of, e.Code, day)
	switch {
	case ok && l.Units == 0:
		x.fact("unit limit", "0: Medicare pays no practitioner for it (table of %s)", l.Quarter)
	case ok:
		x.fact("unit limit", "%s a %s (table of %s)", l.Units, limitText(l.By), l.Quarter)
	case known:
		x.fact("unit limit", "none in the table of %s", use.Quarter)
	default:
		x.fact("unit limit", "not known: no table in use has it")
	}
}

// edits prints how many pair edits of the code are in force on the day.
func (x *explainer) edits(e *catalog.Entry) {
	const of = catalog.MedicarePractitioner
	day := x.day(e)
	use, known := x.cat.InUse(catalog.PairEdits, of, e.Code, day)
	if !known {
		x.fact("pair edits", "not known: no table in use has it")
		return
	}
	first, second := x.cat.CountEdits(of, e.Code, day)
	x.fact("pair edits", "%d in force on %s: %d as column 1, %d as column 2 (table of %s)", first+second, day, first, second, use.Quarter)
}

// fees prints the fee schedule's facts of the day's year, or of the nearest.
func (x *explainer) fees(e *catalog.Entry) {
	f, ok := x.cat.Fee(e.Code, x.day(e))
	if !ok {
		x.fact("global period", "%s", e.Global)
		return
	}
	x.fact("fee schedule", "%s (%d)", statusText(f.Status), f.Year)
	x.fact("global period", "%s (fee schedule %d)", f.Global, f.Year)
	x.fact("modifier 50", "%s", bilateralText(f.Bilateral))
	x.fact("assistant", "%s", assistantText(f.Assistant))
	if f.NoOffice {
		x.fact("office", "no price: rarely or never given there")
	}
}

func statusText(status byte) string {
	words := map[byte]string{
		'A': "paid by it", 'B': "within other services", 'C': "priced by the contractor", 'E': "excluded by regulation", 'I': "not valid for Medicare",
		'J': "anesthesia", 'M': "a measure", 'N': "not covered", 'P': "within what it goes with", 'R': "special rules", 'T': "paid where nothing else is",
		'X': "paid under another schedule",
	}[status]
	if words == "" {
		words = "no longer in use"
	}
	return fmt.Sprintf("status %c: %s", status, words)
}

func assistantText(indicator byte) string {
	switch indicator {
	case '0':
		return "paid where the record shows why (indicator 0)"
	case '1':
		return "never paid (indicator 1)"
	case '2':
		return "may be paid (indicator 2)"
	}
	return ""
}

func limitText(by catalog.Adjudication) string {
	switch by {
	case catalog.ByLine:
		return "line"
	case catalog.ByDayPolicy:
		return "day, whatever the record says (MAI 2)"
	}
	return "day, open to appeal with the record (MAI 3)"
}

func bilateralText(indicator byte) string {
	switch indicator {
	case '0':
		return "not used (indicator 0)"
	case '1':
		return "both sides, paid at 150 % (indicator 1)"
	case '2':
		return "never: the code is for both sides already (indicator 2)"
	case '3':
		return "each side paid in full (indicator 3)"
	case '9':
		return "does not apply (indicator 9)"
	}
	return ""
}

package shapes

import (
	"fmt"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// readUnread reads the cells that could not be read, but for the code and the modifiers.
func readUnread(w *cellWalk) {
	for _, fault := range w.L.Faults {
		if fault.Field != claim.FieldCode && fault.Field != claim.FieldModifiers {
			w.found("unreadable", seenCell{fault: fault})
		}
	}
}

// readModifiers reads what is no modifier, and those that do not exist or not on the line.
func readModifiers(w *cellWalk) {
	for _, fault := range w.L.Faults {
		if fault.Field == claim.FieldModifiers {
			w.found("no-modifier", seenCell{fault: fault})
		}
	}
	for _, m := range w.L.Mods {
		if m != 0 {
			readModifier(w, m)
		}
	}
}

func readModifier(w *cellWalk, m claim.Modifier) {
	l := w.L
	listed, ok := w.C.Catalog.Modifier(m)
	if ok && listed.StandsOn(l.Code, l.From) {
		return
	}
	cell := seenCell{mod: m, label: listed.Label}
	switch {
	case listed.Code == 0 && terms.IsLetter(m.String()[0]):
		w.found("unlisted-letters", cell)
	case listed.Code == 0:
		w.found("unlisted-digits", cell)
	case l.From < listed.From:
		cell.day = listed.From
		w.found("not-begun", cell)
	case l.From > listed.To:
		cell.day = listed.To
		w.found("ended", cell)
	default:
		w.found("not-on-code", cell)
	}
}

// mayBeNoModifier tells whether a modifier is none, is not on all days, or not on the line's code.
func mayBeNoModifier(cat *catalog.Catalog, l *audit.Line) bool {
	if len(l.Faults) > 0 {
		return true
	}
	for _, m := range l.Mods {
		if listed, ok := cat.Modifier(m); m != 0 && (!ok || listed.From != 0 || listed.To != claim.EndOfTime || !listed.StandsOn(l.Code, l.From)) {
			return true
		}
	}
	return false
}

func readUnits(w *cellWalk) {
	l := w.L
	switch {
	case !l.Given.Has(claim.FieldUnits):
	case l.Units < 0:
		w.found("negative", seenCell{})
	case l.Units == 0:
		w.found("zero", seenCell{})
	case l.Units%claim.One != 0 && wholeUnits(l):
		w.found("parts", seenCell{})
	}
}

func readPatient(w *cellWalk) {
	switch l := w.L; {
	case !l.Anonymous:
	case l.Bad.Has(claim.FieldPatient):
		w.found("rounded", seenCell{})
	case l.Patient != "":
		w.found("placeholder", seenCell{})
	default:
		w.found("blank", seenCell{})
	}
}

func readNPIs(w *cellWalk) {
	wrong, field := npiFault("rendering", w.L.Rendering), claim.FieldRendering
	if len(wrong) == 0 {
		field = claim.FieldBilling
	}
	wrong = append(wrong, npiFault("billing", w.L.Billing)...)
	if len(wrong) > 0 {
		w.found("wrong", seenCell{text: strings.Join(wrong, "; "), field: field})
	}
}

// npiFault says what is wrong with a provider's number; nothing when it is blank or right.
func npiFault(who, npi string) []string {
	switch {
	case npi == "" || claim.ValidNPI(npi):
		return nil
	case len(npi) != 10 || !terms.IsDigits(npi):
		return []string{fmt.Sprintf("the %s NPI %s is not ten digits", who, npi)}
	case npi[0] != '1' && npi[0] != '2':
		return []string{fmt.Sprintf("the %s NPI %s does not begin with 1 or 2", who, npi)}
	}
	return []string{fmt.Sprintf("the %s NPI %s fails its check digit", who, npi)}
}

// placesFrom are CMS's places of service and the days they began.
var placesFrom = sync.OnceValue(func() map[string]claim.Date {
	places := map[string]claim.Date{}
	for row := range terms.MustData[terms.PlaceRow]("places.csv") {
		places[row.Code] = terms.MustDate(row.From)
	}
	return places
})

// mayBeNoPlace tells whether the place is none, or was none at some time.
func mayBeNoPlace(_ *catalog.Catalog, l *audit.Line) bool {
	from, ok := placesFrom()[l.POS]
	return l.POS != "" && (!ok || from > 0)
}

func readPlace(w *cellWalk) {
	l := w.L
	if l.POS == "" {
		return
	}
	switch from, ok := placesFrom()[l.POS]; {
	case !ok:
		w.found("unlisted", seenCell{})
	case l.From < from:
		w.found("not-begun", seenCell{day: from})
	}
}

func readDates(w *cellWalk) {
	l, today := w.L, w.C.AsOf
	if l.From > today {
		w.found("first-after-audit", seenCell{})
	}
	if l.To != 0 && l.To < l.From {
		w.found("last-before-first", seenCell{})
	}
	if l.From <= today && l.To > today {
		w.found("last-after-audit", seenCell{})
	}
	if l.Birth != 0 && l.Birth > l.From {
		w.found("before-birth", seenCell{})
	}
	if l.Received != 0 && l.Received < l.From {
		w.found("received-before-first", seenCell{})
	}
}

// readReceived reads the day a claim was received on as too late by law, or by the limit the practice
// set for the payer.
func readReceived(w *cellWalk) {
	l := w.L
	if l.Received == 0 {
		return
	}
	from := l.From
	if l.Type == claim.Facility && l.To > from { // a facility's claim counts from the last day of a span
		from = l.To
	}
	days, own := w.C.Settings.TimelyFiling[l.Payer]
	if last := from + claim.Date(days); own && l.Received > last {
		w.found("late-by-own-limit", seenCell{day: last})
	}
	if last := yearsLater(from, filingYears); !own && l.Received > last {
		w.found("late", seenCell{day: last})
	}
}

// filingYears is how many calendar years Medicare takes a claim for.
var filingYears = terms.MustLimit("filing-years")

// yearsLater is the same day of a later calendar year; for 29 February it is 28 February.
func yearsLater(d claim.Date, years int) claim.Date {
	year, month, day := d.Civil()
	later, ok := claim.NewDate(year+years, month, day)
	if !ok {
		later, _ = claim.NewDate(year+years, month, day-1)
	}
	return later
}

// wholeUnits tells whether the line is for a procedure that has no parts: a numbered code that is
// neither a drug nor anesthesia by time.
func wholeUnits(l *audit.Line) bool {
	return l.Code.Shaped() && !l.Code.LevelII() && !l.In(catalog.Drugs) && !terms.Anesthesia.Has(l.Code)
}

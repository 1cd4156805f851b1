package own

import (
	"slices"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
)

// NewPatientSeen is the check of new-patient-seen-before.
func NewPatientSeen() terms.Check {
	return checkNewPatients(mustEstablished())
}

// checkNewPatients goes through a patient's days with who has seen the patient before each.
func checkNewPatients(levels map[claim.Code]establishedVisit) func(*audit.Case, func(audit.Finding)) {
	var idle sync.Pool // the list is made once for each goroutine, not for each patient
	return func(c *audit.Case, report func(audit.Finding)) {
		list, ok := idle.Get().(*seenBy)
		if !ok {
			list = &seenBy{}
		}
		seen, last := (*list)[:0], 0
		for n := range c.Asked {
			last = n // who has seen the patient later matters to no visit
		}
		for n := range last + 1 {
			day := c.Day(n)
			for i := range day {
				if v := &day[i]; v.In(catalog.NewPatient) && v.Type == claim.Professional && !terms.Voided(v) {
					checkNewPatient(c, v, day, seen, levels, report)
				}
			}
			if c.EndsWholeDay(n) {
				seen = seen.with(c.Catalog, c.WholeDay(n))
			}
		}
		clear(seen)
		*list = seen
		idle.Put(list)
	}
}

// seenBy is the latest service by which each provider saw the patient, one line a provider.
type seenBy []*audit.Line

// with adds the services of a day.
func (s seenBy) with(cat *catalog.Catalog, day []audit.Line) seenBy {
	for i := range day {
		l := &day[i]
		if !faceToFace(cat, l) {
			continue
		}
		k := slices.IndexFunc(s, func(m *audit.Line) bool { return sameBilling(m, l) })
		switch {
		case k < 0:
			s = append(s, l)
		case s[k].From < l.From:
			s[k] = l
		}
	}
	return s
}

// sameBilling tells whether two lines say the same of who gave the service.
func sameBilling(a, b *audit.Line) bool {
	return a.Rendering == b.Rendering && a.TIN == b.TIN && a.Billing == b.Billing && terms.WhoSays(a) == terms.WhoSays(b)
}

// before is the latest service by which the visit's patient is an established one, of the same
// provider before another of the group.
func (s seenBy) before(v *audit.Line) (last *audit.Line, severity audit.Severity) {
	for _, l := range s {
		by := terms.Lower(audit.Warning, terms.Providers(v, l))
		if by == 0 || by < severity || passed(l.From, v.From) || by == severity && l.From <= last.From {
			continue
		}
		last, severity = l, by
	}
	return last, severity
}

// establishedYears is how long a patient is established.
var establishedYears = terms.MustLimit("established-years")

// passed tells whether these years had passed since the earlier day on the day before the other.
func passed(earlier, on claim.Date) bool { return earlier.YearsUntil(on-1) >= establishedYears }

// faceToFace tells whether a doctor gave the service in person.
func faceToFace(cat *catalog.Catalog, l *audit.Line) bool {
	if l.Type != claim.Professional || terms.Voided(l) || l.Mods.Has(technical...) {
		return false
	}
	if l.In(catalog.Visit) || l.In(catalog.NeedleAddOn) || l.In(catalog.NeedleAlone) {
		return true
	}
	_, ok := terms.DaysCovered(cat, l)
	return ok
}

var technical = terms.MustModifiers("technical")

func checkNewPatient(c *audit.Case, v *audit.Line, day []audit.Line, seen seenBy, levels map[claim.Code]establishedVisit, report func(audit.Finding)) {
	earlier, severity := seen.before(v)
	if earlier == nil {
		return
	}
	who := "the same provider"
	if severity == audit.Review {
		who = "another provider of the group"
	}
	s := shapes.SeenLine{C: c, L: v, Other: earlier}
	report(audit.Finding{
		Line: v, Severity: severity, Related: []*audit.Line{earlier}, Money: audit.Overpay,
		Message: newPatientTexts.seen.of(&s, who, earlier.From.String()),
		Fix:     establishedFix(c, v, day, levels, severity),
	})
}

// establishedRow names the established patient's visit of a new patient's level.
type establishedRow struct {
	New         string `csv:"new"`
	Established string `csv:"established"`
	Level       string `csv:"level"` // of decision making
	Source      string `csv:"source"`
}

type establishedVisit struct {
	code  claim.Code
	level string
}

func mustEstablished() map[claim.Code]establishedVisit {
	levels := map[claim.Code]establishedVisit{}
	for row := range terms.MustData[establishedRow]("established-visits.csv") {
		levels[claim.MustCode(row.New)] = establishedVisit{claim.MustCode(row.Established), row.Level}
	}
	return levels
}

// levelsFrom is the day from which a visit's level is chosen by decision making or time.
var levelsFrom = terms.MustDay("visit-levels")

// newPatientTexts are the texts of the rule.
var newPatientTexts = struct{ seen, colleague, unleveled, leveled, bundled ownText }{
	seen:      mustText("new-patient-seen-before", "seen", "who", "last day"),
	colleague: mustText("new-patient-seen-before", "colleague"),
	unleveled: mustText("new-patient-seen-before", "unleveled"),
	leveled:   mustText("new-patient-seen-before", "leveled", "established", "level"),
	bundled:   mustText("new-patient-seen-before", "bundled"),
}

func establishedFix(c *audit.Case, v *audit.Line, day []audit.Line, levels map[claim.Code]establishedVisit, severity audit.Severity) audit.Fix {
	to, ok := levels[v.Code]
	switch {
	case severity == audit.Review:
		return audit.Fix{Text: newPatientTexts.colleague.on(c, v)}
	case !ok || v.From < levelsFrom:
		return audit.Fix{Text: newPatientTexts.unleveled.on(c, v)}
	}
	fix := audit.Fix{
		Action: audit.ReplaceCode,
		Text:   newPatientTexts.leveled.on(c, v, to.code.String(), to.level),
	}
	as := *v
	as.Code = to.code
	if p := terms.BundledAs(c.Catalog, v, as, day); p != nil {
		fix.Text += newPatientTexts.bundled.of(&shapes.SeenLine{C: c, L: v, Other: p})
		return fix
	}
	fix.Edits = []audit.Edit{audit.SetCode(v, to.code)}
	return fix
}

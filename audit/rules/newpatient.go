package rules

import (
	"fmt"
	"slices"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func newPatientSeen() check {
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
		seen := (*list)[:0]
		for n := range c.NumDays() {
			day := c.Day(n)
			for i := range day {
				if v := &day[i]; !v.Context && v.In(catalog.NewPatient) && v.Type == claim.Professional && !voided(v) {
					checkNewPatient(c, v, day, seen, levels, report)
				}
			}
			seen = seen.with(c.Catalog, day)
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
		k := slices.IndexFunc(s, func(m *audit.Line) bool { return m.Rendering == l.Rendering && m.TIN == l.TIN })
		switch {
		case k < 0:
			s = append(s, l)
		case s[k].From < l.From:
			s[k] = l
		}
	}
	return s
}

// before is the latest service by which the visit's patient is an established one, of the same
// provider before another of the group.
func (s seenBy) before(v *audit.Line) (last *audit.Line, severity audit.Severity) {
	for _, l := range s {
		by := lower(audit.Warning, audit.Providers(v, l))
		if by == 0 || by < severity || passed(l.From, v.From) || by == severity && l.From <= last.From {
			continue
		}
		last, severity = l, by
	}
	return last, severity
}

// threeYears is how long a patient is established, and what it is in days at most.
const threeYears, threeYearsDays = 3, 3*365 + 1

// passed tells whether three years had passed since the earlier day on the day before the other.
func passed(earlier, on claim.Date) bool { return earlier.YearsUntil(on-1) >= threeYears }

// faceToFace tells whether a doctor gave the service in person.
func faceToFace(cat *catalog.Catalog, l *audit.Line) bool {
	if l.Type != claim.Professional || voided(l) || l.Mods.Has(claim.Mod("TC")) {
		return false
	}
	if l.In(catalog.Visit) || l.In(catalog.NeedleAddOn) || l.In(catalog.NeedleAlone) {
		return true
	}
	switch globalDays(cat, l) {
	case "000", "010", "090":
		return true
	}
	return false
}

func checkNewPatient(c *audit.Case, v *audit.Line, day []audit.Line, seen seenBy, levels map[claim.Code]establishedVisit, report func(audit.Finding)) {
	earlier, severity := seen.before(v)
	if earlier == nil {
		return
	}
	who := "the same provider"
	if severity == audit.Review {
		who = "another provider of the group"
	}
	report(audit.Finding{
		Line: v, Severity: severity, Related: []*audit.Line{earlier}, Money: audit.Overpay,
		Message: fmt.Sprintf("%s on %s is for a new patient, whom %s saw on %s (%s): three years have not passed", billedAs(v), v.From, who, earlier.From, billedAs(earlier)),
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
	for _, row := range mustData[establishedRow]("established-visits.csv") {
		levels[claim.MustCode(row.New)] = establishedVisit{claim.MustCode(row.Established), row.Level}
	}
	return levels
}

// levelsFrom is the day from which a visit's level is chosen by decision making or time.
var levelsFrom = mustDay("visit-levels")

func establishedFix(c *audit.Case, v *audit.Line, day []audit.Line, levels map[claim.Code]establishedVisit, severity audit.Severity) audit.Fix {
	to, ok := levels[v.Code]
	switch {
	case severity == audit.Review:
		return audit.Fix{Text: fmt.Sprintf("if both providers are of one specialty, replace %s with the established patient's visit of its level (99212 to 99215); otherwise leave it", v.Code)}
	case !ok || v.From < levelsFrom:
		return audit.Fix{Text: fmt.Sprintf("replace %s with the established patient's visit that the note supports (99211 to 99215)", v.Code)}
	}
	fix := audit.Fix{
		Action: audit.ReplaceCode,
		Text:   fmt.Sprintf("replace %s with %s (%s decision making); where the level was chosen by time, take the one of the minutes in the note", v.Code, to.code, to.level),
	}
	as := *v
	as.Code = to.code
	if p := bundledAs(c.Catalog, v, as, day); p != nil {
		fix.Text += fmt.Sprintf("; it bundles with %s of the day, and is paid beside it only with 25, for a significant visit apart", p.Code)
		return fix
	}
	fix.Edits = []audit.Edit{audit.SetCode(v, to.code)}
	return fix
}

package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

func newPatientSeen() *audit.Rule {
	levels := mustEstablished()
	return &audit.Rule{
		ID: "new-patient-seen-before", Title: "New patient seen within three years", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S13"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode), Patient: true,
			Groups: catalog.GroupSet(catalog.NewPatient),
		},
		Help: "A patient is new when the provider, or another of the group and specialty, has given no face-to-face service in the three years before: visits, procedures and needle EMG count; " +
			"tests, readings, imaging, shots and drugs do not. The third anniversary of a service is still within them. Specialties are not known, so that another provider of the group makes it a review. " +
			seenOnly + " Exports of less than three years find less.",
		Source: "guide table of office visits, which gives no codes; CPT definition of new and established patients; rule A-19",
		Check: func(c *audit.Case, report func(audit.Finding)) {
			for n := range c.NumDays() {
				day := c.Day(n)
				for i := range day {
					if v := &day[i]; !v.Context && v.In(catalog.NewPatient) && v.Type == claim.Professional && !voided(v) {
						checkNewPatient(c, v, n, levels, report)
					}
				}
			}
		},
	}
}

// threeYears is how long a patient is established.
const threeYears = 3

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

func checkNewPatient(c *audit.Case, v *audit.Line, n int, levels map[claim.Code]establishedVisit, report func(audit.Finding)) {
	earlier, severity := lastSeen(c, v, n)
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
		Fix:     establishedFix(c, v, c.Day(n), levels, severity),
	})
}

// lastSeen is the latest earlier line that makes the patient of a visit on the n-th day an
// established one, of the same provider before another of the group.
func lastSeen(c *audit.Case, v *audit.Line, n int) (last *audit.Line, severity audit.Severity) {
	for n--; n >= 0 && severity != audit.Warning; n-- {
		day := c.Day(n)
		if passed(day[0].From, v.From) {
			break
		}
		for i := range day {
			l := &day[i]
			if s := lower(audit.Warning, audit.Providers(v, l)); s > severity && l.From < v.From && faceToFace(c.Catalog, l) {
				last, severity = l, s
			}
		}
	}
	return last, severity
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
	for _, row := range mustRows[establishedRow]("established-visits.csv") {
		levels[claim.MustCode(row.New)] = establishedVisit{claim.MustCode(row.Established), row.Level}
	}
	return levels
}

// levelsFrom is the day from which a visit's level is chosen by decision making or time.
var levelsFrom = claim.MustDate("2021-01-01")

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
	if p := bundles(c, v, to.code, day); p != nil {
		fix.Text += fmt.Sprintf("; beside %s it also needs 25, if the note shows a significant visit apart", p.Code)
		return fix
	}
	fix.Edits = []audit.Edit{audit.SetCode(v, to.code)}
	return fix
}

// bundles is a line of the day that the visit would need 25 with under its new code.
func bundles(c *audit.Case, v *audit.Line, code claim.Code, day []audit.Line) *audit.Line {
	as := *v
	as.Code, as.Known = code, c.Catalog.Lookup(code)
	for i := range day {
		if _, ok := clashOf(c.Catalog, &as, &day[i]); ok && &day[i] != v {
			return &day[i]
		}
	}
	return nil
}

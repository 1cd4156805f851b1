package account_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
)

const allFields = claim.Fields(1<<claim.NumFields - 1)

func options(t *testing.T) engine.Options {
	t.Helper()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return engine.Options{Catalog: cat, AsOf: claim.MustDate("2025-06-30")}
}

// bill makes a line of the patient with every column given.
func bill(row int32, patient, code string) claim.Line {
	return claim.Line{
		Pos: claim.Pos{Row: row}, Patient: patient, Claim: "C", From: claim.MustDate("2025-03-10"),
		Code: claim.MustCode(code), Billed: code, Units: claim.One, Charge: 10000, Given: allFields,
	}
}

// needing is a rule of a family that finds nothing.
func needing(id, family string, n audit.Needs) *audit.Rule {
	return &audit.Rule{ID: id, Family: family, Severity: audit.Review, Needs: n, Check: func(*audit.Case, func(audit.Finding)) {}}
}

func fields(fs ...claim.Field) claim.Fields { return claim.FieldSet(fs...) }

// coverageRules are two families: one of two rules that can both be hindered, one of a rule that
// needs nothing.
func coverageRules() []*audit.Rule {
	return []*audit.Rule{
		needing("place", "Places", audit.Needs{Fields: fields(claim.FieldPOS)}),
		needing("anything", "Any", audit.Needs{}),
		needing("edits", "Places", audit.Needs{Columns: fields(claim.FieldModifiers), Patient: true, Tables: audit.PairEdits}),
	}
}

// described is rows of coverage, a line each; checks are those of interest.
func described(rows []audit.Coverage, checks ...string) string {
	var b strings.Builder
	for _, c := range rows {
		if slices.Contains(checks, c.Check) {
			fmt.Fprintf(&b, "%s|%s|%d|%d|%s|%s|%s|%s\n", c.Check, c.Family, c.Lines, c.NotChecked, c.Reason, c.From, c.To, strings.Join(c.Codes, ", "))
		}
	}
	return b.String()
}

func reportOn(t *testing.T, lines []claim.Line, o engine.Options) *audit.Report {
	t.Helper()
	body := hold.NewBody(0)
	c := body.Collector()
	for i := range lines {
		c.Line(&lines[i])
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	report, err := engine.Run(t.Context(), body, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestCoverageRows holds the rows of coverage for lines on which something is missing.
func TestCoverageRows(t *testing.T) {
	on := func(row int32, day, code string, change ...func(*claim.Line)) claim.Line {
		l := bill(row, fmt.Sprint("P", row), code)
		l.From = claim.MustDate(day)
		for _, c := range change {
			c(&l)
		}
		return l
	}
	blank := func(f claim.Field) func(*claim.Line) {
		return func(l *claim.Line) { l.Given &^= fields(f) }
	}
	unread := func(f claim.Field) func(*claim.Line) {
		return func(l *claim.Line) { l.Bad |= fields(f) }
	}
	anonymous := func(l *claim.Line) { l.Anonymous = true }
	for _, test := range []struct {
		name    string
		missing claim.Fields // columns of the source
		lines   []claim.Line
		want    string
	}{
		{
			"all is there", 0, []claim.Line{on(2, "2025-03-10", "64493"), on(3, "2025-01-10", "64493")},
			"Places||2|0||2025-01-10|2025-03-10|\nAny||2|0||2025-01-10|2025-03-10|\nplace|Places|2|0||2025-01-10|2025-03-10|\nedits|Places|2|0||2025-01-10|2025-03-10|\n",
		},
		{
			"a column is missing", fields(claim.FieldPOS), []claim.Line{on(2, "2025-03-10", "64493"), on(3, "2025-01-10", "64493")},
			"Places||0|2||||\nPlaces||0|2|no column for POS|2025-01-10|2025-03-10|\nAny||2|0||2025-01-10|2025-03-10|\n" +
				"place|Places|0|0||||\nplace|Places|0|2|no column for POS|2025-01-10|2025-03-10|\nedits|Places|2|0||2025-01-10|2025-03-10|\n",
		},
		{
			"a cell is blank, another cannot be read", 0,
			[]claim.Line{on(2, "2025-03-10", "64493", blank(claim.FieldPOS)), on(3, "2025-03-11", "64493", unread(claim.FieldPOS)), on(4, "2025-03-12", "64493")},
			"Places||1|2||2025-03-12|2025-03-12|\nPlaces||0|1|POS cannot be read|2025-03-11|2025-03-11|\nPlaces||0|1|POS is blank|2025-03-10|2025-03-10|\nAny||3|0||2025-03-10|2025-03-12|\n" +
				"place|Places|1|0||2025-03-12|2025-03-12|\nplace|Places|0|1|POS cannot be read|2025-03-11|2025-03-11|\nplace|Places|0|1|POS is blank|2025-03-10|2025-03-10|\n" +
				"edits|Places|3|0||2025-03-10|2025-03-12|\n",
		},
		{
			"one line hinders two rules of a family", 0, []claim.Line{on(2, "2025-03-10", "64493", blank(claim.FieldPOS), anonymous), on(3, "2025-03-11", "64493")},
			"Places||1|1||2025-03-11|2025-03-11|\nPlaces||0|1|the patient id is blank or a placeholder|2025-03-10|2025-03-10|\nPlaces||0|1|POS is blank|2025-03-10|2025-03-10|\nAny||2|0||2025-03-10|2025-03-11|\n" +
				"place|Places|1|0||2025-03-11|2025-03-11|\nplace|Places|0|1|POS is blank|2025-03-10|2025-03-10|\n" +
				"edits|Places|1|0||2025-03-11|2025-03-11|\nedits|Places|0|1|the patient id is blank or a placeholder|2025-03-10|2025-03-10|\n",
		},
		{
			"codes no table covers", 0, []claim.Line{on(2, "2025-03-10", "64943"), on(3, "2025-03-11", "17000"), on(4, "2025-03-12", "17000"), on(5, "2025-03-13", "64493")},
			"Places||1|3||2025-03-13|2025-03-13|\nPlaces||0|3|the pair table in use does not cover the code|2025-03-10|2025-03-12|17000 (2), 64943 (1)\nAny||4|0||2025-03-10|2025-03-13|\n" +
				"catalogue||1|0||2025-03-13|2025-03-13|\ncatalogue||0|3|the code is not in the catalogue|2025-03-10|2025-03-12|17000 (2), 64943 (1) looks like 64493\n" +
				"place|Places|4|0||2025-03-10|2025-03-13|\nedits|Places|1|0||2025-03-13|2025-03-13|\nedits|Places|0|3|the pair table in use does not cover the code|2025-03-10|2025-03-12|17000 (2), 64943 (1)\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := options(t)
			o.Rules = coverageRules()
			o.Sources = []claim.Source{{Columns: allFields &^ test.missing}}
			checks := []string{"Places", "Any", "place", "edits"}
			if strings.Contains(test.want, "catalogue|") {
				checks = append(checks, "catalogue")
			}
			if diff := cmp.Diff(test.want, described(reportOn(t, test.lines, o).Coverage, checks...)); diff != "" {
				t.Errorf("coverage (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCoverageOfHistory holds which lines lack the history a rule needs, by the inputs and by the
// patient's own lines, up to the day on which they have it.
func TestCoverageOfHistory(t *testing.T) {
	on := func(row int32, patient, day, code string, payer claim.Payer) claim.Line {
		l := bill(row, patient, code)
		l.From, l.Payer = claim.MustDate(day), payer
		return l
	}
	facets := audit.Codes{Codes: []claim.Code{claim.MustCode("64493")}}
	rules := []*audit.Rule{
		needing("year", "Windows", audit.Needs{On: facets, History: 364, Payers: audit.PayerSet(claim.Medicare)}),
		needing("fortnight", "Windows", audit.Needs{Groups: catalog.GroupSet(catalog.FacetInjection), History: 13}),
		needing("life", "Life", audit.Needs{On: facets, History: audit.Lifetime}),
		needing("own", "Own", audit.Needs{Patient: true, On: audit.Codes{Any: true}, Groups: catalog.GroupSet(catalog.Visit), OwnHistory: 365}),
	}
	lines := []claim.Line{
		on(2, "P", "2024-01-01", "99213", claim.Medicare), // concerns none but own
		on(3, "P", "2024-01-13", "64493", claim.Commercial),
		on(4, "P", "2024-01-14", "64493", claim.Commercial),
		on(5, "P", "2024-12-29", "64493", claim.Medicare),
		on(6, "P", "2024-12-30", "64493", claim.Medicare),
		on(7, "P", "2024-12-31", "64493", claim.Medicare),
		on(8, "P", "2024-12-29", "64494", claim.Medicare),
		on(9, "Q", "2024-12-31", "64493", claim.Medicare),
		on(10, "Q", "2024-06-01", "64493", claim.BlankPayer),
	}
	const want = `Windows||5|4||2024-01-01|2024-12-31|
Windows||0|1|Payer is blank|2024-06-01|2024-06-01|
Windows||0|1|the input begins 2024-01-01, less than 13 days before|2024-01-13|2024-01-13|64493 (1)
Windows||0|1|the input begins 2024-01-01, less than 364 days before|2024-12-29|2024-12-29|64493 (1)
Windows||0|1|the patient's lines begin less than 13 days before|2024-06-01|2024-06-01|64493 (1)
Windows||0|1|the patient's lines begin less than 364 days before|2024-12-31|2024-12-31|64493 (1)
Life||2|7||2024-01-01|2024-12-29|
Life||0|7|the input begins 2024-01-01, and the check counts over the patient's life|2024-01-13|2024-12-31|64493 (7)
Own||1|8||2024-12-31|2024-12-31|
Own||0|8|the patient's lines begin less than 365 days before|2024-01-01|2024-12-31|64493 (6), 64494 (1), 99213 (1)
`
	o := options(t)
	o.Rules = rules
	o.Sources = []claim.Source{{Columns: allFields}}
	for _, workers := range []int{1, 3} {
		o.Workers = workers
		if diff := cmp.Diff(want, described(reportOn(t, lines, o).Coverage, "Windows", "Life", "Own")); diff != "" {
			t.Errorf("coverage (-want +got):\n%s", diff)
		}
	}
}

// TestCoverageOfQuarters holds that a table which covers a code in one quarter alone leaves its lines
// of other quarters not checked.
func TestCoverageOfQuarters(t *testing.T) {
	b := catalog.NewPairBuilder(1)
	if err := b.Add(catalog.Edit{
		Column1: claim.MustCode("64493"), Column2: claim.MustCode("77003"), Indicator: catalog.Never,
		From: claim.MustDate("2020-01-01"), To: claim.EndOfTime, Row: 1,
	}); err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Catalog = o.Catalog.With(&catalog.Official{Kind: catalog.PairEdits, Quarter: catalog.NewQuarter(2025, 1), Complete: true, Pairs: b.Table()})
	o.Rules = []*audit.Rule{needing("edits", "Pairs", audit.Needs{Tables: audit.PairEdits})}
	o.Sources = []claim.Source{{Columns: allFields}}
	var lines []claim.Line
	for i, day := range []string{"2024-12-31", "2025-01-01", "2025-03-31", "2025-04-01"} {
		l := bill(int32(i+2), "P", "17000")
		l.From = claim.MustDate(day)
		lines = append(lines, l)
	}
	const want = "Pairs||2|2||2025-01-01|2025-03-31|\nPairs||0|2|the pair table in use does not cover the code|2024-12-31|2025-04-01|17000 (2)\n"
	if diff := cmp.Diff(want, described(reportOn(t, lines, o).Coverage, "Pairs")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

// TestCoverageOfAddOns: a code whose primaries the payer decides, and one that is a finding of its own are
// not checked, each for its reason; that the whole table of the program does not have a code is an answer.
func TestCoverageOfAddOns(t *testing.T) {
	o := options(t)
	o.Catalog = o.Catalog.With(&catalog.Official{Kind: catalog.AddOnCodes, Quarter: catalog.NewQuarter(2026, 1), AddOns: map[claim.Code][]catalog.AddOn{
		claim.MustCode("17003"): {{Type: '3', Primaries: []claim.Code{claim.MustCode("17000")}, To: claim.EndOfTime}},
		claim.MustCode("17312"): {{Type: '1', Primaries: []claim.Code{claim.MustCode("17311")}, To: claim.EndOfTime}},
	}})
	wrong := needing("wrong", "", audit.Needs{})
	wrong.Rank = audit.RootCause
	wrong.Check = func(c *audit.Case, report func(audit.Finding)) {
		for i := range c.Lines {
			if c.Lines[i].Code == claim.MustCode("6449X") {
				report(audit.Finding{Line: &c.Lines[i]})
			}
		}
	}
	o.Rules = []*audit.Rule{wrong, needing("primary", "", audit.Needs{Tables: audit.Primaries}), needing("add-on", "", audit.Needs{Tables: audit.AddOns})}
	o.Sources = []claim.Source{{Columns: allFields}}
	var lines []claim.Line
	for i, code := range []string{"17003", "17312", "17999", "64494", "6449X"} {
		l := bill(int32(i+2), fmt.Sprint("P", i), code)
		l.From = claim.MustDate("2026-02-01")
		lines = append(lines, l)
	}
	const want = `primary||3|0||2026-02-01|2026-02-01|
primary||0|1|the code cannot be looked up as it stands, which is a finding of its own|2026-02-01|2026-02-01|
primary||0|1|the payer decides the primaries of the add-on (type 2 or 3)|2026-02-01|2026-02-01|17003 (1)
add-on||4|0||2026-02-01|2026-02-01|
add-on||0|1|the code cannot be looked up as it stands, which is a finding of its own|2026-02-01|2026-02-01|
`
	if diff := cmp.Diff(want, described(reportOn(t, lines, o).Coverage, "primary", "add-on")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

// TestCoverageOfTables: what judged lines though it is not of their day, or not of their program, is
// said with the days, for codes the table knows and no others; what is older with none newer is stale.
func TestCoverageOfTables(t *testing.T) {
	o := options(t)
	limits := func(q catalog.Quarter) *catalog.Official {
		return &catalog.Official{Kind: catalog.UnitLimits, Scope: catalog.MedicareHospital, Quarter: q, Limits: map[claim.Code]catalog.Limit{claim.MustCode("17000"): {Units: claim.One, Quarter: q}}}
	}
	o.Catalog = o.Catalog.With(limits(catalog.NewQuarter(2025, 1)), limits(catalog.NewQuarter(2026, 1)))
	o.Sources = []claim.Source{{Columns: allFields}}
	var lines []claim.Line
	for i, day := range []string{"2024-12-31", "2025-03-31", "2025-06-30", "2025-12-31", "2026-03-31", "2026-04-01", "2026-05-01"} {
		for _, code := range []string{"17000", "17999"} {
			l := bill(int32(2*i+2), "P", code)
			l.From, l.Type = claim.MustDate(day), claim.Facility
			if day == "2026-04-01" {
				l.Payer = claim.Medicaid
			}
			lines = append(lines, l)
		}
	}
	const want = `unit limits, Medicare hospital|tables in use|1|0|judged by the table of 2025Q1, not of its day: the nearest in use|2024-12-31|2024-12-31|
unit limits, Medicare hospital|tables in use|1|0|judged by the table of 2026Q1, not of its day: the nearest in use|2025-12-31|2025-12-31|
unit limits, Medicare hospital|tables in use|1|0|judged by the table of 2025Q1, not of its day: the nearest in use|2025-06-30|2025-06-30|
unit limits, Medicare hospital|tables in use|1|0|judged by the table that ends on 2026-03-31, the newest in use|2026-05-01|2026-05-01|
unit limits, Medicare hospital|tables in use|1|0|judged by the table that ends on 2026-03-31, the newest in use; it is Medicare hospital's, because none of Medicaid hospital is in use|2026-04-01|2026-04-01|
`
	o.Rules = []*audit.Rule{needing("limits", "", audit.Needs{Tables: audit.UnitLimits})}
	report := reportOn(t, lines, o)
	const limited = `limits||7|0||2024-12-31|2026-05-01|
limits||0|7|the unit limits in use do not list the code, which is not to say that it has none|2024-12-31|2026-05-01|17999 (7)
`
	if diff := cmp.Diff(limited, described(report.Coverage, "limits")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, described(report.Coverage, "unit limits, Medicare hospital")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	stale := []audit.Stale{{
		Table: "unit limits, Medicare hospital", Newest: claim.MustDate("2026-03-31"), Lines: 2, From: claim.MustDate("2026-04-01"), To: claim.MustDate("2026-05-01"),
	}}
	if diff := cmp.Diff(stale, report.Stale); diff != "" {
		t.Errorf("stale tables (-want +got):\n%s", diff)
	}
	o.Catalog = options(t).Catalog
	const practitioners = `limits||0|0||||
limits||0|14|the unit limits in use are the practitioners', which say nothing of a facility's or a surgical center's claim|2024-12-31|2026-05-01|
`
	for _, as := range []claim.Type{claim.Facility, claim.ASC} {
		for i := range lines {
			lines[i].Type = as
		}
		if diff := cmp.Diff(practitioners, described(reportOn(t, lines, o).Coverage, "limits")); diff != "" {
			t.Errorf("coverage of type %d by the practitioners' limits (-want +got):\n%s", as, diff)
		}
	}
}

// TestCoverageOfProgram: an add-on table is one for practitioners and hospitals; a pair table is not.
func TestCoverageOfProgram(t *testing.T) {
	o := options(t)
	o.Sources = []claim.Source{{Columns: allFields}}
	var lines []claim.Line
	for i, payer := range []claim.Payer{claim.Medicare, claim.Medicaid} {
		l := bill(int32(i+2), "P", "64494")
		l.From, l.Type, l.Payer = claim.MustDate("2026-07-01"), claim.Facility, payer
		lines = append(lines, l)
	}
	const want = `pair edits, Medicare practitioner|tables in use|1|0|judged by the table that ends on 2024-09-30, the newest in use; it is Medicare practitioner's, because none of Medicare hospital is in use|2026-07-01|2026-07-01|
pair edits, Medicare practitioner|tables in use|1|0|judged by the table that ends on 2024-09-30, the newest in use; it is Medicare practitioner's, because none of Medicaid hospital is in use|2026-07-01|2026-07-01|
add-on codes, Medicare practitioner|tables in use|1|0|judged by the table of 2026Q3; it is Medicare practitioner's, because none of Medicaid hospital is in use|2026-07-01|2026-07-01|
`
	got := described(reportOn(t, lines, o).Coverage, "pair edits, Medicare practitioner", "add-on codes, Medicare practitioner")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

// TestCoverageOfWholeTable: where a whole table from after the day has no edits of a code, it is what
// judged the line, and not an older one that has some.
func TestCoverageOfWholeTable(t *testing.T) {
	b := catalog.NewPairBuilder(1)
	if err := b.Add(catalog.Edit{Column1: claim.MustCode("11042"), Column2: claim.MustCode("11721"), Indicator: catalog.Never, From: claim.MustDate("2015-01-01"), To: claim.EndOfTime}); err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Sources = []claim.Source{{Columns: allFields}}
	o.Catalog = o.Catalog.With(&catalog.Official{Kind: catalog.PairEdits, Quarter: catalog.NewQuarter(2026, 1), Complete: true, Pairs: b.Table()})
	for day, want := range map[string]string{
		"2024-07-01": "",
		"2025-06-01": "judged by the table of 2026Q1, the nearest in use, which keeps what was in force on earlier days",
		"2026-01-01": "",
		"2026-04-01": "judged by the table that ends on 2026-03-31, the newest in use",
	} {
		l := bill(2, "P", "64493")
		l.From = claim.MustDate(day)
		got := ""
		for _, c := range reportOn(t, []claim.Line{l}, o).Coverage {
			if c.Check == "pair edits, Medicare practitioner" {
				got += c.Reason
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}

// TestCoverageOfExcerpt: where the newest table does not have the code, an older one that has it is not
// said to be the newest; it is stale all the same.
func TestCoverageOfExcerpt(t *testing.T) {
	o := options(t)
	o.Sources = []claim.Source{{Columns: allFields}}
	o.Catalog = o.Catalog.With(&catalog.Official{Kind: catalog.AddOnCodes, Quarter: catalog.NewQuarter(2027, 1), AddOns: map[claim.Code][]catalog.AddOn{}})
	l := bill(2, "P", "64494")
	l.From = claim.MustDate("2027-04-01")
	report := reportOn(t, []claim.Line{l}, o)
	const want = "add-on codes, Medicare practitioner|tables in use|1|0|judged by the table of 2026Q3, the newest in use that has the code|2027-04-01|2027-04-01|\n"
	if diff := cmp.Diff(want, described(report.Coverage, "add-on codes, Medicare practitioner")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	stale := audit.Stale{Table: "add-on codes, Medicare practitioner", Newest: claim.MustDate("2026-09-30"), Lines: 1, From: l.From, To: l.From}
	if !slices.Contains(report.Stale, stale) {
		t.Errorf("stale tables %v, want %v among them", report.Stale, stale)
	}
}

// TestCoverageOfRulesSwitchedOff holds that a rule which did not run is not checked on the lines it
// concerns, and its family neither.
func TestCoverageOfRulesSwitchedOff(t *testing.T) {
	o := options(t)
	o.Rules = []*audit.Rule{needing("on", "Shared", audit.Needs{})}
	o.Off = []*audit.Rule{needing("part", "Shared", audit.Needs{On: audit.Codes{Codes: []claim.Code{claim.MustCode("64493")}}}), needing("whole", "Gone", audit.Needs{})}
	o.Sources = []claim.Source{{Columns: allFields}}
	lines := []claim.Line{bill(2, "P", "64493"), bill(3, "P", "99213")}
	const day, want = "2025-03-10|2025-03-10|", `Shared||1|1||DAY
Shared||0|1|the check was switched off|DAY
Gone||0|2||||
Gone||0|2|the check was switched off|DAY
on|Shared|2|0||DAY
part|Shared|1|0||DAY
part|Shared|0|1|the check was switched off|DAY
whole|Gone|0|0||||
whole|Gone|0|2|the check was switched off|DAY
`
	got := described(reportOn(t, lines, o).Coverage, "Shared", "Gone", "on", "part", "whole")
	if diff := cmp.Diff(strings.ReplaceAll(want, "DAY", day), got); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

// TestCoverageOfWho holds that lines that do not say who gave or bills them are told, and none else.
func TestCoverageOfWho(t *testing.T) {
	o := options(t)
	o.Rules = coverageRules()
	o.Sources = []claim.Source{{Columns: allFields}}
	without := func(row int32, day string, fs ...claim.Field) claim.Line {
		l := bill(row, "P", "64493")
		l.From = claim.MustDate(day)
		for _, f := range fs {
			l.Given &^= 1 << f
		}
		return l
	}
	lines := []claim.Line{
		without(2, "2025-03-10"), without(3, "2025-03-11", claim.FieldRendering), without(4, "2025-03-12", claim.FieldTIN),
		without(5, "2025-03-13", claim.FieldTIN, claim.FieldBilling), without(6, "2025-03-14", claim.FieldRendering, claim.FieldBilling),
	}
	const want = `provider|who gave the service|2|0|RenderingNPI is blank: the lines count as any provider's of their biller, unless a modifier tells them apart|2025-03-11|2025-03-14|
biller|who gave the service|1|0|BillingTIN and BillingNPI are blank: the lines count as any biller's|2025-03-13|2025-03-13|
`
	if diff := cmp.Diff(want, described(reportOn(t, lines, o).Coverage, "provider", "biller")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	if got := described(reportOn(t, lines[:1], o).Coverage, "provider", "biller"); got != "" {
		t.Errorf("of a line that says all: %s", got)
	}
}

// TestCoverageWithStrays holds that a stranger's line of long ago is no history of the others.
func TestCoverageWithStrays(t *testing.T) {
	o := options(t)
	o.Rules = []*audit.Rule{needing("year", "Windows", audit.Needs{On: audit.Codes{Any: true}, History: 30})}
	o.Sources = []claim.Source{{Columns: allFields}}
	lines := []claim.Line{bill(2, "stranger", "99213")}
	lines[0].From = claim.MustDate("2014-05-06")
	for day := range claim.Date(60) {
		l := bill(int32(day)+3, "P", "99213")
		l.From = claim.MustDate("2025-03-01") + day
		lines = append(lines, l)
	}
	const want = `Windows||30|31||2025-03-31|2025-04-29|
Windows||0|31|the input begins 2025-03-01 but for a few earlier lines, less than 30 days before|2014-05-06|2025-03-30|99213 (31)
`
	if diff := cmp.Diff(want, described(reportOn(t, lines, o).Coverage, "Windows")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

// TestUnknownPayers: names that tell no class are counted with their lines, the most frequent first,
// and what needs the class is not checked on them.
func TestUnknownPayers(t *testing.T) {
	o := options(t)
	o.Rules = []*audit.Rule{needing("medicare", "Payers", audit.Needs{On: audit.Codes{Any: true}, Payers: audit.PayerSet(claim.Medicare)})}
	o.Sources = []claim.Source{{Columns: allFields}}
	var lines []claim.Line
	for i, name := range []string{"PYR002", "PYR006", "MEDICARE", "PYR006", "PYR001", "AETNA"} {
		l := bill(int32(i+2), fmt.Sprint("P", i), "64493")
		l.PayerName, l.Payer = name, claim.NamedUnknown
		switch name {
		case "MEDICARE":
			l.Payer = claim.Medicare
		case "AETNA":
			l.Payer = claim.Commercial
		}
		lines = append(lines, l)
	}
	report := reportOn(t, lines, o)
	want := []audit.UnknownPayer{{Name: "PYR006", Lines: 2}, {Name: "PYR001", Lines: 1}, {Name: "PYR002", Lines: 1}}
	if diff := cmp.Diff(want, report.UnknownPayers); diff != "" {
		t.Errorf("unknown payers (-want +got):\n%s", diff)
	}
	const coverage = `medicare|Payers|2|0||2025-03-10|2025-03-10|
medicare|Payers|0|4|the payer's name is not recognised (see the payers that are not, below)|2025-03-10|2025-03-10|
`
	if diff := cmp.Diff(coverage, described(report.Coverage, "medicare")); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}

// TestShortHistorySilencesNothing holds that a finding in a history too short to clear a line is
// reported all the same.
func TestShortHistorySilencesNothing(t *testing.T) {
	o := options(t)
	o.Rules = []*audit.Rule{{ID: "seen", Severity: audit.Review, Needs: audit.Needs{History: 90, OwnHistory: 90}, Check: func(c *audit.Case, report func(audit.Finding)) {
		report(audit.Finding{Line: &c.Lines[0], Message: "said"})
	}}}
	if findings, err := engine.Judge([]claim.Line{bill(2, "P", "64493")}, o); err != nil || len(findings) != 1 {
		t.Errorf("%d findings, error %v: want one finding", len(findings), err)
	}
}

// hinderedLines are lines of many patients with something missing here and there.
func hinderedLines(n int) []claim.Line {
	r := rand.New(rand.NewPCG(5, 6))
	codes := []string{"62323", "64493", "99213", "17000", "J1100", "64943"}
	lines := make([]claim.Line, n)
	for i := range lines {
		l := bill(int32(i+2), fmt.Sprintf("P%d", r.IntN(n/5+1)), codes[r.IntN(len(codes))])
		l.Claim = fmt.Sprintf("C%d", i) // none stands for another
		l.From += claim.Date(r.IntN(900))
		l.Pos.Input = int32(r.IntN(2))
		l.Payer = claim.Payer(r.IntN(int(claim.NumPayers)))
		if r.IntN(9) == 0 {
			l.Anonymous, l.Patient = true, "UNKNOWN"
		}
		l.Given &^= claim.Fields(r.Uint32() & r.Uint32() & r.Uint32())
		l.Bad = claim.Fields(r.Uint32()&r.Uint32()&r.Uint32()&r.Uint32()) & allFields
		lines[i] = l
	}
	return lines
}

// TestCoverageOfEveryFamily holds that each family's lines checked and lines hindered are all
// lines audited, as counted here line by line and not by sight.
func TestCoverageOfEveryFamily(t *testing.T) {
	o := options(t)
	o.Rules = append(coverageRules(), needing("units", "Units", audit.Needs{Fields: fields(claim.FieldUnits), Tables: audit.UnitLimits}),
		needing("fees", "Units", audit.Needs{Listed: true, Tables: audit.FeeSchedule}),
		needing("sides", "Units", audit.Needs{Columns: fields(claim.FieldNarrative), Groups: catalog.GroupSet(catalog.FacetInjection)}),
		needing("quarter", "Windows", audit.Needs{On: audit.Codes{Codes: []claim.Code{claim.MustCode("62323")}}, History: 90}),
		needing("year", "Windows", audit.Needs{Payers: audit.PayerSet(claim.Medicare), On: audit.Codes{Groups: catalog.GroupSet(catalog.Visit)}, History: 365}),
		needing("own", "Windows", audit.Needs{Patient: true, Fields: fields(claim.FieldCode), OwnHistory: 30, On: audit.Codes{Codes: []claim.Code{claim.MustCode("64943")}}}))
	o.Sources = []claim.Source{{Columns: allFields}, {Columns: allFields &^ fields(claim.FieldPOS)}}
	lines := hinderedLines(3000)
	since := map[string]claim.Date{} // by patient; blank for the inputs
	for i := range lines {
		since[lines[i].Patient] = earlier(since[lines[i].Patient], lines[i].From)
		since[""] = earlier(since[""], lines[i].From)
	}
	want := map[string]int{}
	for i := range lines {
		for family := range hindering(&lines[i], &o, since) {
			want[family]++
		}
	}
	seen := map[string]int{}
	for _, c := range reportOn(t, lines, o).Coverage {
		if c.Family != "" || c.Check == "catalogue" || c.Reason != "" {
			continue
		}
		seen[c.Check] = c.NotChecked
		if c.Lines+c.NotChecked != len(lines) || c.NotChecked != want[c.Check] {
			t.Errorf("%s: %d lines checked and %d not, of %d with %d hindered", c.Check, c.Lines, c.NotChecked, len(lines), want[c.Check])
		}
	}
	if seen["Places"] == 0 || seen["Units"] == 0 || seen["Windows"] == 0 || seen["Any"] != 0 || len(seen) != 4 {
		t.Errorf("hindered by family: %v: the test shows nothing", seen)
	}
}

func earlier(a, b claim.Date) claim.Date {
	if a == 0 || b < a {
		return b
	}
	return a
}

// hindering are the families with a rule that the line concerns and that cannot check it.
func hindering(l *claim.Line, o *engine.Options, since map[string]claim.Date) map[string]bool {
	families := map[string]bool{}
	entry := o.Catalog.Lookup(l.Code)
	covered := o.Catalog.Covered(catalog.ScopeOf(l.Payer, l.Type), l.Code, entry, l.From)
	table := map[audit.Tables]catalog.Covered{audit.PairEdits: catalog.InPairs, audit.UnitLimits: catalog.InLimits, audit.FeeSchedule: catalog.InFees}
	for _, r := range o.Rules {
		n := &r.Needs
		hindered := n.Patient && l.Anonymous || n.Listed && entry == nil || n.Tables != 0 && covered&table[n.Tables] == 0 ||
			n.Payers != 0 && !n.Payers.Has(l.Payer)
		for f := range claim.NumFields {
			column := o.Sources[l.Pos.Input].Columns.Has(f)
			if n.Fields.Has(f) && (!column || !l.Given.Has(f) || l.Bad.Has(f)) || n.Columns.Has(f) && (!column || l.Bad.Has(f)) {
				hindered = true
			}
		}
		own := l.From - since[l.Patient]
		if l.Anonymous {
			own = 0
		}
		if min(l.From-since[""], own) < claim.Date(n.History) || own < claim.Date(n.OwnHistory) {
			hindered = true
		}
		if hindered && n.Concerns(l.Code, entry.Ever(), l.Payer) {
			families[r.Family] = true
		}
	}
	return families
}

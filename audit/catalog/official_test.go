package catalog

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

func code(s string) claim.Code { return claim.MustCode(s) }
func date(s string) claim.Date { return claim.MustDate(s) }

// pairTable is a pair table of one quarter with rows such as "11042 11721 1 2020-01-01 open".
func pairTable(t *testing.T, s Scope, q Quarter, rows ...string) *Official {
	t.Helper()
	b := NewPairBuilder(len(rows))
	for i, row := range rows {
		var one, two, indicator, from, to string
		if _, err := fmt.Sscan(row, &one, &two, &indicator, &from, &to); err != nil {
			t.Fatal(err)
		}
		e := Edit{Column1: code(one), Column2: code(two), Indicator: Indicator(indicator[0]), From: date(from), To: claim.EndOfTime, Row: i + 1}
		if to != "open" {
			e.To = date(to)
		}
		if err := b.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	p := b.Table()
	p.Quarter = q
	return &Official{Kind: PairEdits, Scope: s, Quarter: q, Pairs: p}
}

// TestQuarterInForce: a pair is judged by the table of the day's quarter, else by a later one, which
// keeps what has ended, else by the newest; where it has both indicators for a day, by the stricter.
func TestQuarterInForce(t *testing.T) {
	c := embeddedCatalog(t).With(
		pairTable(t, MedicarePractitioner, NewQuarter(2025, 1), "11042 11721 1 2020-01-01 open", "11042 29515 1 2020-01-01 open"),
		pairTable(t, MedicarePractitioner, NewQuarter(2026, 1), "11042 11721 1 2020-01-01 2025-06-30", "11042 11721 0 2025-07-01 open",
			"11042 29515 9 2020-01-01 2020-01-01", "11721 29515 1 2024-01-01 open", "11721 29515 0 2025-01-01 2025-12-31"),
		pairTable(t, MedicarePractitioner, NewQuarter(2026, 1), "11721 11042 1 2026-01-01 open"),
		pairTable(t, MedicarePractitioner, NewQuarter(2026, 1), "11721 11042 0 2026-01-01 2026-01-31", "11042 11043 1 2020-01-01 open"),
		pairTable(t, MedicareHospital, NewQuarter(2026, 1), "29515 11042 0 2020-01-01 open", "29515 11721 0 2020-01-01 open"),
	)
	for _, row := range []struct {
		scope               Scope
		one, two, day, want string
	}{
		{MedicarePractitioner, "11042", "11721", "2019-12-31", ""},
		{MedicarePractitioner, "11042", "11721", "2020-01-01", "1 of 2025Q1"},
		{MedicarePractitioner, "11042", "11721", "2025-03-31", "1 of 2025Q1"},
		{MedicarePractitioner, "11042", "11721", "2025-04-01", "1 of 2026Q1"},
		{MedicarePractitioner, "11042", "11721", "2025-06-30", "1 of 2026Q1"},
		{MedicarePractitioner, "11042", "11721", "2025-07-01", "0 of 2026Q1"},
		{MedicarePractitioner, "11042", "11721", "2027-01-01", "0 of 2026Q1"},
		{MedicarePractitioner, "11721", "11042", "2025-12-31", ""},
		{MedicarePractitioner, "11721", "11042", "2026-01-31", "0 of 2026Q1, both"}, // of two files of the quarter
		{MedicarePractitioner, "11721", "11042", "2026-02-01", "1 of 2026Q1"},
		{MedicarePractitioner, "11042", "29515", "2025-03-31", "1 of 2025Q1"},
		{MedicarePractitioner, "11042", "29515", "2025-04-01", ""},
		{MedicarePractitioner, "11721", "29515", "2025-03-31", ""}, // the table of that quarter has both codes and no edit
		{MedicarePractitioner, "11721", "29515", "2025-04-01", "0 of 2026Q1, both"},
		{MedicarePractitioner, "11721", "29515", "2025-12-31", "0 of 2026Q1, both"},
		{MedicarePractitioner, "11721", "29515", "2026-01-01", "1 of 2026Q1"},
		{MedicareHospital, "11042", "11721", "2026-01-01", ""},
		{MedicareHospital, "29515", "11042", "2026-01-01", "0 of 2026Q1"},
		{MedicaidPractitioner, "11042", "11721", "2026-01-01", "0 of 2026Q1"},
		{MedicaidHospital, "29515", "11042", "2026-01-01", "0 of 2026Q1"},
		{MedicarePractitioner, "64493", "77003", "2024-08-01", "1 of 2024Q3"},
		{MedicarePractitioner, "64493", "77003", "2026-01-01", "1 of 2024Q3"},
		{MedicareHospital, "64493", "77003", "2026-01-01", ""},
	} {
		got := ""
		if e, ok := c.Edit(row.scope, code(row.one), code(row.two), date(row.day)); ok {
			got = fmt.Sprintf("%c of %s", e.Indicator, e.Table.Quarter)
			if e.Conflict {
				got += ", both"
			}
		}
		if got != row.want {
			t.Errorf("%s: %s with %s on %s is %q, want %q", row.scope, row.one, row.two, row.day, got, row.want)
		}
	}
	if got := len(c.Episodes(MedicarePractitioner, code("11042"), code("11721"))); got != 4 {
		t.Errorf("the pair has %d episodes, want the 2 and 2 of the newer table, which tell of the older's", got)
	}
	if _, ok := embeddedCatalog(t).Edit(MedicarePractitioner, code("11042"), code("11721"), date("2026-01-01")); ok {
		t.Error("laying tables over the catalogue has changed it")
	}
}

// TestNearestLimit: limits come anew every quarter and keep no history.
func TestNearestLimit(t *testing.T) {
	limits := func(q Quarter, units int) *Official {
		return &Official{Kind: UnitLimits, Quarter: q, Limits: map[claim.Code]Limit{
			code("64493"): {Units: claim.Whole(units), By: ByDayPolicy, Quarter: q}, code("11042"): {Units: claim.Whole(units), By: ByLine, Quarter: q},
		}}
	}
	bare := *embeddedCatalog(t)
	bare.limits = scoped[map[claim.Code]Limit]{kind: UnitLimits}
	c := bare.With(limits(NewQuarter(2025, 4), 5), limits(NewQuarter(2024, 3), 3), limits(NewQuarter(2026, 4), 7))
	for day, want := range map[string]string{
		"2024-08-01": "3", "2022-07-01": "3", "2025-12-31": "5", "2026-03-31": "5", "2026-04-01": "7", "2026-07-01": "7", "2030-01-01": "7",
	} {
		if l, ok := c.Limit(MedicaidPractitioner, code("11042"), date(day)); !ok || l.Units.String() != want {
			t.Errorf("the limit on %s is %s, want %s", day, l.Units, want)
		}
	}
	for _, row := range []struct {
		code, day string
		told      bool
	}{{"11042", "2022-06-30", false}, {"64493", "2022-06-30", true}, {"64493", "2013-04-01", true}, {"64493", "2013-03-31", false}} {
		if _, ok := c.Limit(MedicarePractitioner, code(row.code), date(row.day)); ok != row.told || c.LimitTooLate(MedicarePractitioner, code(row.code), date(row.day)) == row.told {
			t.Errorf("a limit of %s on %s is told: %t, want %t", row.code, row.day, ok, row.told)
		}
	}
	for _, s := range []Scope{MedicareSupplier, MedicareHospital, MedicaidHospital, MedicareCenter, MedicaidCenter} {
		if _, ok := c.Limit(s, code("11042"), date("2026-01-01")); ok || c.HasLimits(s) || c.Covered(s, code("64493"), c.Lookup(code("64493")), date("2026-01-01"))&InLimits != 0 {
			t.Errorf("a claim of a %s is judged by the practitioners' limits", s)
		}
	}
	if _, ok := c.Limit(MedicarePractitioner, code("29515"), date("2026-01-01")); ok {
		t.Error("a code without a published limit has one")
	}
}

// TestOwnLimits: each day has its own quarter's limits; the whole table's silence is an answer, another
// quarter's is not asked then, and one that lists some codes says nothing of the others.
func TestOwnLimits(t *testing.T) {
	c := embeddedCatalog(t)
	for _, test := range []struct{ code, day, want string }{
		{"J0585", "2024-07-01", "600 of 2024Q3"}, {"J0585", "2024-09-30", "600 of 2024Q3"}, {"J0585", "2022-07-01", "600 of 2024Q3"}, {"J0585", "2022-06-30", ""}, {"20552", "2013-04-01", "1 of 2024Q3"}, {"20552", "2013-03-31", ""},
		{"J0585", "2026-04-01", "800 of 2026Q2"}, {"J0585", "2026-06-30", "800 of 2026Q2"}, {"J0585", "2026-07-01", "800 of 2026Q3"}, {"J0585", "2026-09-30", "800 of 2026Q3"},
		{"J0585", "2025-07-01", "800 of 2026Q2, beside 600"}, {"J0585", "2025-06-30", "600 of 2024Q3, beside 800"}, {"J0585", "2024-10-01", "600 of 2024Q3, beside 800"},
		{"20610", "2026-10-01", "2 of 2026Q4"}, {"20610", "2027-05-01", "2 of 2026Q4"}, {"11042", "2026-10-01", "1 of 2026Q3"}, {"11042", "2024-08-01", "1 of 2026Q3"},
		{"64466", "2025-01-01", "1 of 2026Q2"}, {"62330", "2026-08-01", "1 of 2026Q3"},
		{"0275T", "2024-08-01", "1 of 2024Q3"}, {"0275T", "2025-12-31", "1 of 2024Q3"}, {"0275T", "2026-08-01", "none of 2026Q3"},
		{"G2211", "2024-08-01", "none of 2024Q3"}, {"16001", "2026-08-01", "none of 2026Q3"}, {"16001", "2024-08-01", "none of 2026Q3"},
		{"62311", "2016-05-01", ""}, {"62311", "2026-08-01", "none of 2026Q3"}, {"9590AX", "2026-08-01", ""},
	} {
		if got := saysOf(c, code(test.code), date(test.day)); got != test.want {
			t.Errorf("%s on %s: %q, want %q", test.code, test.day, got, test.want)
		}
	}
}

// saysOf is what the limits say of a code on a day, in which quarter's table, and what the one on the
// other side of the day says.
func saysOf(c *Catalog, code claim.Code, d claim.Date) string {
	use, known := c.InUse(UnitLimits, MedicarePractitioner, code, d)
	l, ok := c.Limit(MedicarePractitioner, code, d)
	if covered := c.Covered(MedicarePractitioner, code, c.Lookup(code), d)&InLimits != 0; !known || covered != known || ok && l.Quarter != use.Quarter {
		return ""
	}
	text := "none"
	if ok {
		text = l.Units.String()
	}
	text += " of " + use.Quarter.String()
	if beside, two := c.LimitBeside(MedicarePractitioner, code, d); two {
		text += ", beside " + beside.Units.String()
	}
	return text
}

// TestOwnLimitsCounted compares the limits with a count of the file by its letters alone.
func TestOwnLimitsCounted(t *testing.T) {
	text := string(embeddedFiles(t)["limits.csv"].Data)
	c := embeddedCatalog(t)
	counted, total := map[string]int{}, map[string]int{}
	for line := range strings.Lines(text) {
		cells := strings.Split(line, ",")
		counted[cells[0]] += len(regexp.MustCompile(`\b[0-9A-Z][0-9]{3}[0-9A-Z]\b`).FindAllString(strings.Join(cells[4:], ","), -1))
	}
	for _, one := range c.limits.of[MedicarePractitioner].own {
		total[one.quarter.String()] = len(one.parts[0])
	}
	delete(counted, "quarter")
	want := map[string]int{"2024Q3": 752, "2026Q2": 705, "2026Q3": 15162, "2026Q4": 38}
	if !maps.Equal(total, want) || !maps.Equal(counted, want) {
		t.Errorf("the limits are %v, and counted by letters %v, want %v", total, counted, want)
	}
}

// TestFeeOfTheYear: a line is judged by its year's fee schedule, in the last release that had begun.
func TestFeeOfTheYear(t *testing.T) {
	fees := func(year, quarter int, status byte) *Official {
		q := NewQuarter(year, quarter)
		return &Official{Kind: FeeSchedule, Quarter: q, Fees: map[claim.Code]Fee{
			code("64483"): {Year: year, Since: q.First(), Status: status}, code("11042"): {Year: year, Since: q.First(), Status: status},
		}}
	}
	c := embeddedCatalog(t).With(fees(2026, 3, 'B'), fees(2026, 2, 'C'), fees(2025, 4, 'N'))
	for day, want := range map[string]byte{
		"2026-01-01": 'C', "2026-06-30": 'C', "2026-07-01": 'B', "2027-05-01": 'B', "2025-01-01": 'N', "2024-12-31": 'A', "2019-01-01": 'A',
	} {
		if f, _ := c.Fee(code("64483"), date(day)); f.Status != want {
			t.Errorf("64483 on %s has status %c of %d, want %c", day, f.Status, f.Year, want)
		}
	}
	if f, _ := c.Fee(code("11042"), date("2020-01-01")); f.Year != 2025 {
		t.Errorf("a code of no embedded year is judged by %d, want the nearest year 2025", f.Year)
	}
	if newest, _ := c.Newest(FeeSchedule, MedicarePractitioner); newest != date("2026-12-31") {
		t.Errorf("the newest fee schedule ends on %s", newest)
	}
}

// TestMissing: only a complete list of the day tells that a code does not exist.
func TestMissing(t *testing.T) {
	fees := &Official{Kind: FeeSchedule, Quarter: NewQuarter(2026, 1), Complete: true, Fees: map[claim.Code]Fee{code("11042"): {Year: 2026}}}
	list := &Official{Kind: CodeList, Quarter: NewQuarter(2026, 1), Complete: true, Codes: map[claim.Code]Listed{
		code("J1234"): {From: date("2020-01-01"), To: date("2025-12-31"), Successor: code("J1235")}, code("J1235"): {From: date("2026-01-01"), To: claim.EndOfTime},
	}}
	excerpt := *fees
	excerpt.Complete = false
	c := embeddedCatalog(t).With(fees, list)
	for what, want := range map[string]bool{
		"64943 2026-05-01": true, "64943 2025-05-01": false, "64943 2027-05-01": false, "11042 2026-05-01": false, "64493 2026-05-01": false,
		"0123U 2026-05-01": false, "0887T 2026-05-01": true, "J9999 2026-03-31": true, "J9999 2026-04-01": false, "J1234 2026-03-31": false, "J3301 2026-01-01": false,
	} {
		if _, got := c.Missing(code(what[:5]), date(what[6:])); got != want {
			t.Errorf("%s is missing: %t, want %t", what, got, want)
		}
	}
	if _, missing := embeddedCatalog(t).With(&excerpt).Missing(code("64943"), date("2026-05-01")); missing {
		t.Error("an excerpt tells that a code does not exist")
	}
	last, ended := c.LastValid(code("J1234"))
	if !ended || last != date("2025-12-31") || c.FirstValid(code("J1235")) != date("2026-01-01") || c.Successor(code("J1234")) != code("J1235") {
		t.Errorf("J1234 is valid until %s (%t), then %s", last, ended, c.Successor(code("J1234")))
	}
}

// TestDiagnosisYear: fiscal years begin in October.
func TestDiagnosisYear(t *testing.T) {
	c := embeddedCatalog(t).With(&Official{Kind: DiagnosisList, Quarter: NewQuarter(2026, 1), Complete: true, Diagnoses: map[claim.Diagnosis]bool{
		claim.MustDiagnosis("M54.16"): true, claim.MustDiagnosis("M54.1"): false,
	}})
	for _, row := range []struct {
		diagnosis, day   string
		year             int
		listed, billable bool
	}{
		{"M54.16", "2025-10-01", 2026, true, true}, {"M54.1", "2026-09-30", 2026, true, false}, {"M54.18", "2026-01-01", 2026, false, false},
		{"M54.16", "2025-09-30", 2025, true, true}, {"M54.16", "2026-10-01", 0, false, false},
	} {
		year, listed, billable := c.DiagnosisYear(claim.MustDiagnosis(row.diagnosis), date(row.day))
		if year != row.year || listed != row.listed || billable != row.billable {
			t.Errorf("%s on %s: %d %t %t, want %d %t %t", row.diagnosis, row.day, year, listed, billable, row.year, row.listed, row.billable)
		}
	}
}

// TestDiagnosisLists: the program's own lists judge their years; a code that two lists have was there
// between them, and of others nothing is known then.
func TestDiagnosisLists(t *testing.T) {
	c := embeddedCatalog(t)
	for _, row := range []struct {
		diagnosis, day   string
		year             int
		listed, billable bool
	}{
		{"M54.16", "2025-03-10", 2025, true, true}, {"M54.1", "2025-03-10", 2025, true, false}, {"M54.19", "2025-03-10", 2025, false, false},
		{"A00.0", "2026-09-30", 2026, true, true}, {"Z99.89", "2026-09-30", 2026, true, true}, {"Z99.99", "2026-09-30", 2026, false, false},
		{"M54.5", "2021-09-30", 2021, true, true}, {"M54.5", "2024-10-01", 2025, true, false}, {"M54.50", "2024-10-01", 2025, true, true},
		{"M54.16", "2021-10-01", 2022, true, true}, {"M54.16", "2024-09-30", 2024, true, true}, {"M54.50", "2024-09-30", 0, false, false},
		{"M54.19", "2023-01-01", 0, false, false}, {"M54.16", "2020-09-30", 0, false, false}, {"M54.16", "2026-10-01", 0, false, false},
		{"QA0.0139", "2025-10-01", 2026, true, true}, {"QA0.0139", "2025-09-30", 2025, false, false}, {"M54.16AAA", "2025-03-10", 0, false, false},
	} {
		year, listed, billable := c.DiagnosisYear(claim.MustDiagnosis(row.diagnosis), date(row.day))
		if year != row.year || listed != row.listed || billable != row.billable {
			t.Errorf("%s on %s: %d %t %t, want %d %t %t", row.diagnosis, row.day, year, listed, billable, row.year, row.listed, row.billable)
		}
	}
	for code, note := range c.diagnoses {
		for _, year := range listedYears {
			first, last := NewQuarter(year-1, 4).First(), NewQuarter(year, 3).Last()
			_, _, billable := c.diagnosisLists.year(code, year)
			if whole := note.From <= first && last <= note.To; whole && billable != note.Billable || note.To < first && billable {
				t.Errorf("%s in %d: the list says %t, the note other", code, year, billable)
			}
		}
	}
}

// TestChanges: what the older table could not know is no change, and neither is what the newer one
// has dropped because it ended long ago.
func TestChanges(t *testing.T) {
	old := pairTable(t, 0, NewQuarter(2025, 1), "11042 11721 1 2020-01-01 open", "11042 29515 0 2020-01-01 2023-12-31", "11721 29515 1 2020-01-01 open", "99213 29515 1 2020-01-01 open")
	now := pairTable(t, 0, NewQuarter(2026, 1), "11042 11721 1 2020-01-01 2025-12-31", "11721 29515 1 2020-01-01 open", "29515 11721 0 2026-01-01 open", "0999T 11721 0 2026-01-01 open")
	keep := func(c claim.Code) bool { return c != code("0999T") && c != code("99213") }
	var got []string
	for _, c := range Changes([]*Official{old}, []*Official{now}, keep) {
		got = append(got, c.String())
	}
	want := []string{
		"11042 with 11721: was indicator 1 from 2020-01-01; is indicator 1 from 2020-01-01 until 2025-12-31",
		"29515 with 11721: new: indicator 0 from 2026-01-01",
	}
	if !slices.Equal(got, want) {
		t.Errorf("changes %q, want %q", got, want)
	}
}

// TestLoadedLookUpsMakeNoGarbage: the answers are read where they lie.
func TestLoadedLookUpsMakeNoGarbage(t *testing.T) {
	c := embeddedCatalog(t).With(
		pairTable(t, MedicarePractitioner, NewQuarter(2025, 1), "11042 11721 1 2020-01-01 open"),
		pairTable(t, MedicarePractitioner, NewQuarter(2026, 1), "11042 11721 0 2025-07-01 open"),
		&Official{Kind: UnitLimits, Quarter: NewQuarter(2026, 1), Limits: map[claim.Code]Limit{code("11042"): {Units: claim.One}}},
	)
	a, b, d := code("11042"), code("11721"), date("2025-08-01")
	if n := testing.AllocsPerRun(100, func() {
		c.Edit(MedicarePractitioner, a, b, d)
		c.Limit(MedicarePractitioner, a, d)
		c.AddOn(MedicarePractitioner, a, d)
		c.Covered(MedicarePractitioner, a, nil, d)
	}); n != 0 {
		t.Errorf("the look-ups of one line allocate %.0f times", n)
	}
}

// TestFormDamaged: a form that was cut is refused and never read past its end.
func TestFormDamaged(t *testing.T) {
	form := pairTable(t, 0, NewQuarter(2025, 1), "11042 11721 1 2020-01-01 open").Pairs.Bytes()
	for n := range form {
		if _, err := OpenPairs(form[:n]); err == nil {
			t.Fatalf("%d of %d bytes are taken for a table", n, len(form))
		}
	}
	if _, err := OpenPairs(form); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkLoadedEdit asks a table of the size of Medicare's, in two quarters.
func BenchmarkLoadedEdit(b *testing.B) {
	const codes = 12_000
	name := func(n int) claim.Code { return claim.MustCode(fmt.Sprintf("%05d", 10_000+n*7)) }
	builder := NewPairBuilder(2_500_000)
	for one := range codes {
		for n := range 208 {
			if err := builder.Add(Edit{Column1: name(one), Column2: name((one + 1 + n*7) % codes), From: date("2015-01-01"), To: claim.EndOfTime, Indicator: Allowed}); err != nil {
				b.Fatal(err)
			}
		}
	}
	own, err := Embedded()
	if err != nil {
		b.Fatal(err)
	}
	table := builder.Table()
	c := own.With(&Official{Kind: PairEdits, Quarter: NewQuarter(2026, 1), Complete: true, Pairs: table}, &Official{Kind: PairEdits, Quarter: NewQuarter(2025, 1), Complete: true, Pairs: table})
	day := date("2025-08-01")
	for name, among := range map[string]int{"a practice's 500 codes": 500, "any code": codes} {
		b.Run(name, func(b *testing.B) {
			asked := make([]claim.Code, 1<<12)
			for i := range asked {
				asked[i] = code(fmt.Sprintf("%05d", 10_000+i*31%among*7))
			}
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				i++
				c.Edit(MedicarePractitioner, asked[i&(1<<12-1)], asked[i*7&(1<<12-1)], day)
			}
		})
	}
}

package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

// interval is a first and a last day that a row of the tables gives, and whether its fact holds on a
// day by what the catalogue says.
type interval struct {
	what     string
	from, to claim.Date
	holds    func(claim.Date) bool
}

// intervals are those of all embedded tables but the pairs' look-up, which a law of its own holds.
func intervals(c *Catalog) (list []interval) {
	add := func(what string, from, to claim.Date, holds func(claim.Date) bool) {
		list = append(list, interval{what, from, to, holds})
	}
	for _, e := range c.All() {
		if !e.Placeholder {
			add(e.Code.String(), e.From, e.To, e.ValidOn)
		}
		for g := range NumGroups {
			if e.member.Has(g) {
				add(fmt.Sprint(e.Code, " in ", g), e.groups[g].from, e.groups[g].to, func(d claim.Date) bool { return e.In(g, d) })
			}
		}
		for _, a := range c.addOns.of[MedicarePractitioner].own[0].parts[0][e.Code] {
			add(fmt.Sprint("add-on ", e.Code), a.From, a.To, func(d claim.Date) bool { _, ok := during([]AddOn{a}, d); return ok })
		}
	}
	for code, n := range c.diagnoses {
		add(code.String(), n.From, n.To, func(d claim.Date) bool { return n.On(d) != DiagnosisEarly && n.On(d) != DiagnosisEnded })
	}
	for m, listed := range c.modifiers {
		on := claim.MustCode(listed.Only + "0")
		add(m.String(), listed.From, listed.To, func(d claim.Date) bool { return listed.StandsOn(on, d) })
	}
	pairs := c.pairs.of[MedicarePractitioner].own[0]
	add("quarter", pairs.quarter.First(), pairs.quarter.Last(), pairs.during)
	for i := range pairs.parts[0].Len() {
		if e := pairs.parts[0].At(i); e.Indicator != NeverInForce {
			add(fmt.Sprint(e.Column1, " with ", e.Column2), e.From, e.To, e.InForce)
		}
	}
	return list
}

// TestIntervalsHaveBothTheirDays: a fact holds on its first and its last day, and not on the day
// before and the day after.
func TestIntervalsHaveBothTheirDays(t *testing.T) {
	begun, ended := 0, 0
	for _, in := range intervals(embeddedCatalog(t)) {
		if in.from != 0 {
			begun++
			if in.holds(in.from-1) || !in.holds(in.from) {
				t.Errorf("%s begins on %s: %t the day before, %t on it", in.what, in.from, in.holds(in.from-1), in.holds(in.from))
			}
		}
		if in.to != claim.EndOfTime {
			ended++
			if !in.holds(in.to) || in.holds(in.to+1) {
				t.Errorf("%s ends on %s: %t on it, %t the day after", in.what, in.to, in.holds(in.to), in.holds(in.to+1))
			}
		}
	}
	if begun < 500 || ended < 1000 {
		t.Errorf("%d intervals begin and %d end on a day, which are not all of the tables", begun, ended)
	}
}

// TestAddOnDays: the look-up finds an add-on on each of its days and on none beside.
func TestAddOnDays(t *testing.T) {
	c := embeddedCatalog(t)
	for code, rows := range c.addOns.of[MedicarePractitioner].own[0].parts[0] {
		on := func(d claim.Date) bool { _, ok := c.AddOn(MedicarePractitioner, code, d); return ok }
		first, last := rows[0].From, rows[len(rows)-1].To
		if !on(first) || first != 0 && on(first-1) || last != claim.EndOfTime && (!on(last) || on(last+1)) {
			t.Errorf("%s is an add-on from %s to %s: %t and %t, the days beside %t and %t", code, first, last, on(first), on(last), on(first-1), on(last+1))
		}
	}
}

// TestLastAndFirstDays: a code's last valid day is the last on which it is valid, and its first the first.
func TestLastAndFirstDays(t *testing.T) {
	c := embeddedCatalog(t)
	for _, e := range c.All() {
		if last, ended := c.LastValid(e.Code); ended != (e.To != claim.EndOfTime) || ended && (!e.Placeholder && !e.ValidOn(last) || e.ValidOn(last+1)) {
			t.Errorf("the last day of %s is %s, %t", e.Code, last, ended)
		}
		if first := c.FirstValid(e.Code); first != 0 && (!e.ValidOn(first) || e.ValidOn(first-1)) {
			t.Errorf("the first day of %s is %s", e.Code, first)
		}
	}
}

// TestFeesOfTheirYears: a year's fee holds from its first day to its last.
func TestFeesOfTheirYears(t *testing.T) {
	c := embeddedCatalog(t)
	for code, fees := range c.fees {
		for _, f := range fees {
			q := NewQuarter(f.Year, 1)
			for _, day := range []claim.Date{q.First(), endOfYear(f.Year)} {
				if got, ok := c.Fee(code, day); !ok || got != f {
					t.Errorf("the fee of %s on %s is of %d, want %d", code, day, got.Year, f.Year)
				}
			}
		}
	}
}

// TestQuarterDays: a quarter has its first and its last day, and those beside are of its neighbours.
func TestQuarterDays(t *testing.T) {
	for q := NewQuarter(1996, 1); q <= NewQuarter(2032, 4); q++ {
		if got := [4]Quarter{QuarterOf(q.First() - 1), QuarterOf(q.First()), QuarterOf(q.Last()), QuarterOf(q.Last() + 1)}; got != [4]Quarter{q - 1, q, q, q + 1} {
			t.Errorf("the days round %s are of %v", q, got)
		}
	}
	if got := [2]claim.Date{NewQuarter(2024, 3).First(), NewQuarter(2024, 3).Last()}; got != [2]claim.Date{date("2024-07-01"), date("2024-09-30")} {
		t.Errorf("the third quarter of 2024 is from %s to %s", got[0], got[1])
	}
}

// TestVintages: the days of a table in tables.csv are those of the quarter or the years it names.
func TestVintages(t *testing.T) {
	for _, table := range embeddedCatalog(t).Tables() {
		if year, quarter, ok := strings.Cut(table.Effective, "Q"); ok {
			q := NewQuarter(number(t, year), number(t, quarter))
			if table.From != 0 && table.From != q.First() || table.To != q.Last() {
				t.Errorf("%s of %s is from %s to %s", table.Name, q, table.From, table.To)
			}
			continue
		}
		first, last, several := strings.Cut(table.Effective, "-")
		if !several {
			last = first
		}
		ends := []claim.Date{endOfYear(number(t, last)), NewQuarter(number(t, last), 3).Last(), claim.EndOfTime} // a fiscal year ends in September
		if !slices.Contains(ends, table.To) || several && table.From != NewQuarter(number(t, first), 1).First() {
			t.Errorf("%s of %s is from %s to %s", table.Name, table.Effective, table.From, table.To)
		}
	}
}

// TestPairRows: what a row of a pair table may hold, up to the last day that the compact form has.
func TestPairRows(t *testing.T) {
	day := date("2020-01-01")
	for _, test := range []struct {
		from, to  claim.Date
		indicator Indicator
		want      error
	}{
		{day, day, Allowed, nil}, {day, day - 1, Allowed, errAfter}, {day, day - 1, NeverInForce, nil},
		{0, day, Never, nil}, {-1, day, Never, errDay},
		{day, openEnded - 1, Never, nil}, {day, openEnded, Never, errDay}, {day, claim.EndOfTime, Never, nil},
	} {
		b := NewPairBuilder(1)
		e := Edit{Column1: code("64493"), Column2: code("77003"), From: test.from, To: test.to, Indicator: test.indicator, Rationale: "x"}
		err := b.Add(e)
		if !errors.Is(err, test.want) {
			t.Errorf("from %s to %s, indicator %c: %v, want %v", test.from, test.to, test.indicator, err, test.want)
		}
		if err != nil {
			continue
		}
		if got := b.Table().At(0); got.From != test.from || got.To != test.to {
			t.Errorf("from %s to %s is kept as %s to %s", test.from, test.to, got.From, got.To)
		}
	}
}

// TestLastDayOfTheOwnQuarter: the program's own tables, of 2024Q3, judge the last day of their quarter,
// and a newer whole table that has no such edit the day after.
func TestLastDayOfTheOwnQuarter(t *testing.T) {
	newer := pairTable(t, MedicarePractitioner, NewQuarter(2024, 4), "64493 11042 1 2020-01-01 open", "77003 11042 1 2020-01-01 open")
	newer.Complete = true
	c := embeddedCatalog(t).With(newer)
	for _, test := range []struct {
		day  string
		edit bool
		of   string // the table of 20610, which the newer one does not name
	}{
		{"2024-07-01", true, "2024Q3"}, {"2024-09-29", true, "2024Q3"}, {"2024-09-30", true, "2024Q3"}, {"2024-10-01", false, "2024Q4"}, {"2024-10-02", false, "2024Q4"},
	} {
		_, edit := c.Edit(MedicarePractitioner, code("64493"), code("77003"), date(test.day))
		use, _ := c.InUse(PairEdits, MedicarePractitioner, code("20610"), date(test.day))
		if edit != test.edit || use.Quarter.String() != test.of {
			t.Errorf("on %s 64493 with 77003 is an edit: %t, want %t; 20610 is judged by %s, want %s", test.day, edit, test.edit, use.Quarter, test.of)
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscan(text, &n); err != nil {
		t.Fatalf("%q is no number: %v", text, err)
	}
	return n
}

// TestLoadedBeforeOwn: a table that is given stands for the program's own of its quarter on every day.
func TestLoadedBeforeOwn(t *testing.T) {
	own, q := embeddedCatalog(t), NewQuarter(2026, 3)
	given := &Official{Kind: AddOnCodes, Quarter: q, AddOns: map[claim.Code][]AddOn{
		code("64494"): {{Code: code("64494"), Type: '1', Primaries: []claim.Code{code("20610")}, To: claim.EndOfTime}},
	}}
	for _, day := range []claim.Date{q.First() - 1, q.First(), q.Last(), q.Last() + 1} {
		if a, _ := own.With(given).AddOn(MedicarePractitioner, code("64494"), day); list(a.Primaries) != "20610" {
			t.Errorf("64494 on %s is an add-on to %s, want that of the table given", day, list(a.Primaries))
		}
	}
}

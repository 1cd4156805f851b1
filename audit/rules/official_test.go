package rules_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
)

// TestLoadedCodes: what loaded tables say of codes the catalogue does not list is judged too, and an
// add-on whose primaries the payer decides is not.
func TestLoadedCodes(t *testing.T) {
	t.Parallel()
	q := catalog.NewQuarter(2026, 1)
	code, day := claim.MustCode, claim.MustDate
	o := everyRule(t)
	o.Catalog = o.Catalog.With(
		&catalog.Official{Kind: catalog.AddOnCodes, Quarter: q, AddOns: map[claim.Code][]catalog.AddOn{
			code("11045"): {{Code: code("11045"), Type: '1', Primaries: []claim.Code{code("11042")}, From: day("2013-04-01"), To: day("2025-12-31")}},
			code("11046"): {{Code: code("11046"), Type: '2', From: day("2013-04-01"), To: claim.EndOfTime}},
			code("11047"): {{Code: code("11047"), Type: '3', Primaries: []claim.Code{code("11044")}, From: day("2013-04-01"), To: claim.EndOfTime}},
		}},
		&catalog.Official{Kind: catalog.CodeList, Quarter: q, Codes: map[claim.Code]catalog.Listed{
			code("J1234"): {From: day("2026-01-01"), To: claim.EndOfTime}, code("C9001"): {From: day("2026-01-01"), To: claim.EndOfTime},
		}},
		&catalog.Official{Kind: catalog.CodeList, Quarter: catalog.NewQuarter(2012, 1), Codes: map[claim.Code]catalog.Listed{
			code("C9001"): {From: day("2010-01-01"), To: day("2012-12-31")},
		}},
		&catalog.Official{Kind: catalog.AddOnCodes, Quarter: catalog.NewQuarter(2026, 2), Complete: true, AddOns: map[claim.Code][]catalog.AddOn{}},
	)
	for _, row := range []struct{ day, codes, want string }{
		{"2025-12-31", "11045", "add-on-without-primary"},
		{"2025-12-31", "11045 11042", ""},
		{"2026-01-01", "11045", ""}, // no add-on any more
		{"2025-12-31", "11046", ""},
		{"2025-12-31", "11047", ""},
		{"2025-12-31", "J1234", "not-yet-valid-code"},
		{"2026-01-01", "J1234", ""},
		{"2011-06-30", "C9001", ""}, // given anew since
		{"2009-12-31", "C9001", "not-yet-valid-code"},
		{"2026-03-31", "64494", "add-on-without-primary"},
		{"2026-04-01", "64494", ""}, // not in the whole table of its quarter
	} {
		var lines []claim.Line
		for i, c := range strings.Fields(row.codes) {
			l := claim.Line{Patient: "P1", Claim: "C1", From: day(row.day), Code: code(c), Billed: c, Units: claim.One, Rendering: "1234567893"}
			l.To, l.Pos.Row = l.From, int32(i+1)
			l.Given = claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldUnits)
			lines = append(lines, l)
		}
		got := ""
		for _, f := range judged(t, lines, o) {
			if id := f.Rule.ID; id == "add-on-without-primary" || id == "not-yet-valid-code" {
				got += id
			}
		}
		if got != row.want {
			t.Errorf("%s on %s: %q, want %q", row.codes, row.day, got, row.want)
		}
	}
}

// TestMessagesLeaveTheTableToCoverage: that a table is not of the line's day is said once, on Coverage, and not in
// each finding; the day on which a code ended or began is named with the list that says so.
func TestMessagesLeaveTheTableToCoverage(t *testing.T) {
	t.Parallel()
	day := claim.MustDate
	b := catalog.NewPairBuilder(1)
	if err := b.Add(catalog.Edit{Column1: claim.MustCode("11042"), Column2: claim.MustCode("11721"), Indicator: catalog.Never, From: day("2015-01-01"), To: claim.EndOfTime}); err != nil {
		t.Fatal(err)
	}
	pairs := b.Table()
	pairs.Quarter = catalog.NewQuarter(2025, 4)
	o := everyRule(t)
	code := claim.MustCode
	list := func(q catalog.Quarter, from, to claim.Date) *catalog.Official {
		return &catalog.Official{Kind: catalog.CodeList, Quarter: q, Codes: map[claim.Code]catalog.Listed{code("J1234"): {From: from, To: to}}}
	}
	o.Catalog = o.Catalog.With(
		&catalog.Official{Kind: catalog.PairEdits, Quarter: pairs.Quarter, Pairs: pairs},
		&catalog.Official{Kind: catalog.AddOnCodes, Quarter: pairs.Quarter, AddOns: map[claim.Code][]catalog.AddOn{
			code("11045"): {{Code: code("11045"), Type: '1', Primaries: []claim.Code{code("11042")}, From: day("2013-04-01"), To: claim.EndOfTime}},
		}},
		list(catalog.NewQuarter(2026, 1), day("2021-01-01"), day("2025-12-31")), // the newest first
		list(catalog.NewQuarter(2012, 1), day("2010-01-01"), day("2012-03-31")),
	)
	for _, row := range []struct{ rule, day, codes, want string }{
		{"bundled-pair", "2025-09-30", "11042 11721", ""},
		{"bundled-pair", "2025-10-01", "11042 11721", ""},
		{"bundled-pair", "2025-12-31", "11042 11721", ""},
		{"bundled-pair", "2026-01-01", "11042 11721", ""},
		{"units-over-limit", "2024-06-30", "20552 20552-51", ""},
		{"units-over-limit", "2024-07-01", "20552 20552-51", ""},
		{"add-on-without-primary", "2025-09-30", "11045", ""},
		{"add-on-without-primary", "2025-10-01", "11045", ""},
		{"add-on-without-primary", "2026-01-01", "11045", ""},
		{"add-on-without-primary", "2024-07-01", "64494", ""},
		{"add-on-without-primary", "2026-01-01", "64494", ""},
		{"add-on-with-51", "2026-01-01", "11045-51", ""},
		{"not-yet-valid-code", "2009-12-31", "J1234", "valid from 2010-01-01 (HCPCS list of 2012Q1)"},
		{"deleted-code", "2026-01-01", "J1234", "2025-12-31 (HCPCS list of 2026Q1)"},
		{"component-26-missing", "2025-12-31", "95907", ""},
		{"component-26-missing", "2026-01-01", "95907", ""},
		{"visit-needs-25", "2025-12-31", "99213 20610", ""},
		{"visit-needs-25", "2026-01-01", "99213 20610", ""},
	} {
		var lines []claim.Line
		for i, c := range strings.Fields(row.codes) {
			c, marked := strings.CutSuffix(c, "-51")
			l := claim.Line{Patient: "P1", Claim: "C1", From: day(row.day), Code: claim.MustCode(c), Billed: c, Units: claim.One, Rendering: "1234567893", POS: "22"}
			l.To, l.Pos.Row, l.Charge = l.From, int32(i+1), claim.Cents(1000+i)
			l.Given = claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldUnits, claim.FieldCharge, claim.FieldPOS)
			if marked {
				l.Mods, _ = l.Mods.With(claim.Mod("51"))
				l.Given |= claim.FieldSet(claim.FieldModifiers)
			}
			lines = append(lines, l)
		}
		found := ""
		for _, f := range judged(t, lines, o) {
			if f.Rule.ID == row.rule {
				found += f.Message
			}
		}
		if found == "" || !strings.Contains(found, row.want) || row.want == "" && (strings.Contains(found, "in use") || strings.Contains(found, "table of 20")) {
			t.Errorf("%s for %s on %s: %q, want %q in it", row.rule, row.codes, row.day, found, row.want)
		}
	}
}

// naiveTable is the rows of a pair table as a file has them.
type naiveTable struct {
	quarter catalog.Quarter
	scope   catalog.Scope
	rows    []catalog.Edit
}

// naiveCodes are codes the catalogue does not list, and a visit.
var naiveCodes = []claim.Code{
	claim.MustCode("11042"), claim.MustCode("11721"), claim.MustCode("29515"), claim.MustCode("93000"),
	claim.MustCode("99213"), claim.MustCode("J1234"), claim.MustCode("10021"), claim.MustCode("0999T"),
}

// naiveTables makes up two quarters for practitioners and one for hospitals, with episodes that meet,
// overlap, end, never were, and speak of both indicators.
func naiveTables(r *rand.Rand) (list []naiveTable) {
	for _, at := range []naiveTable{
		{quarter: catalog.NewQuarter(2025, 1)}, {quarter: catalog.NewQuarter(2026, 2)},
		{quarter: catalog.NewQuarter(2026, 2), scope: catalog.MedicareHospital},
	} {
		for i, one := range naiveCodes {
			for j, two := range naiveCodes {
				if i == j || r.IntN(3) == 0 {
					continue
				}
				for range 1 + r.IntN(3) {
					at.rows = append(at.rows, naiveEpisode(r, one, two, at.quarter, len(at.rows)+2))
				}
			}
		}
		list = append(list, at)
	}
	return list
}

func naiveEpisode(r *rand.Rand, one, two claim.Code, q catalog.Quarter, row int) catalog.Edit {
	from := claim.MustDate("2018-01-01") + claim.Date(r.IntN(3000))
	e := catalog.Edit{Column1: one, Column2: two, From: min(from, q.Last()), To: claim.EndOfTime, Indicator: catalog.Indicator("019"[r.IntN(3)]), Row: row}
	if r.IntN(2) == 0 {
		e.To = e.From + claim.Date(r.IntN(1500))
	}
	return e
}

func (n naiveTable) official(t *testing.T) *catalog.Official {
	t.Helper()
	b := catalog.NewPairBuilder(len(n.rows))
	for _, e := range n.rows {
		if err := b.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	pairs := b.Table()
	pairs.Quarter = n.quarter
	return &catalog.Official{Kind: catalog.PairEdits, Scope: n.scope, Quarter: n.quarter, Pairs: pairs}
}

// TestPairsAgreeWithNaive compares the rule on loaded tables, line by line, with a second reading of
// CMS's definitions that shares nothing with it but the nouns.
func TestPairsAgreeWithNaive(t *testing.T) {
	if rules.Raced {
		t.Skip("asks many encounters one after the other")
	}
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	tables := naiveTables(r)
	o := everyRule(t)
	o.Rules = slices.DeleteFunc(slices.Clone(o.Rules), func(r *audit.Rule) bool { return r.ID != "bundled-pair" })
	o.Catalog = o.Catalog.With(tables[0].official(t), tables[1].official(t), tables[2].official(t))
	flagged := map[audit.Severity]int{}
	const encounters = 12_000
	for n := range encounters {
		lines := naiveLines(r, tables)
		want := map[int]audit.Severity{}
		for i := range lines {
			for j := range lines {
				if s := naiveVerdict(tables, &lines[j], &lines[i]); i != j && s > want[i] {
					want[i] = s
				}
			}
			flagged[want[i]]++
		}
		got := map[int]audit.Severity{}
		for _, f := range judged(t, lines, o) {
			got[int(f.Line.Pos.Row)-1] = f.Severity
		}
		for i := range lines {
			if got[i] != want[i] {
				t.Fatalf("encounter %d: line %d of %s: %s, the naive reading says %s", n, i+1, naiveText(lines), got[i], want[i])
			}
		}
	}
	if flagged[audit.Error] < 400 || flagged[audit.Review] < 80 || flagged[0] < 400 {
		t.Errorf("the sample shows too little: %v", flagged)
	}
}

func naiveText(lines []claim.Line) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "\n  %s %s %v NPI %q TIN %q type %v", l.From, l.Code, l.Mods, l.Rendering, l.TIN, l.Type)
	}
	return b.String()
}

// naiveDay is any day, or one on which an edit begins or ends, and the days beside those.
func naiveDay(r *rand.Rand, tables []naiveTable) claim.Date {
	rows := tables[r.IntN(len(tables))].rows
	e := rows[r.IntN(len(rows))]
	switch ended := e.To != claim.EndOfTime; r.IntN(3) {
	case 0:
		return e.From - claim.Date(r.IntN(2))
	case 1:
		if ended {
			return e.To + claim.Date(r.IntN(2))
		}
	}
	return claim.MustDate("2017-06-01") + claim.Date(r.IntN(3650))
}

func naiveLines(r *rand.Rand, tables []naiveTable) []claim.Line {
	day := naiveDay(r, tables)
	kind := claim.Professional
	if r.IntN(4) == 0 {
		kind = claim.Facility
	}
	lines := make([]claim.Line, 2+r.IntN(2))
	for i := range lines {
		mods := naiveModifiers[r.IntN(len(naiveModifiers))]
		l := claim.Line{
			Patient: "P1", Claim: "C1", From: day, To: day, Code: naiveCodes[r.IntN(len(naiveCodes))], Type: kind, Units: claim.One,
			Charge: claim.Cents(10000 + i), Rendering: []string{"1234567893", "1234567893", "1993999998", ""}[r.IntN(4)], TIN: []string{"111111111", "222222222", ""}[r.IntN(3)],
		}
		if mods != "" {
			l.Mods = claim.Mods(strings.Split(mods, "-")...)
		}
		l.Billed = l.Code.String()
		l.Pos.Row = int32(i + 1)
		l.Given = claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldUnits, claim.FieldCharge)
		lines[i] = l
	}
	return lines
}

// naiveModifiers are every modifier CMS lists for pairs, some that open none, and a few together.
var naiveModifiers = append(strings.Fields("59 XS XE XP XU 25 24 57 58 78 79 91 27 RT LT RT LT "+
	"FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 E1 E2 E3 E4 LC LD LM RC RI 50 26 76 51 KX RT-59 LT-XU 25-50 51-76"), make([]string, 12)...)

// naiveVerdict is what CMS's tables say of a column 2 line beside a column 1 line.
func naiveVerdict(tables []naiveTable, one, two *claim.Line) audit.Severity {
	edit := naiveEdit(tables, one.Code, two.Code, two.From, two.Type)
	if edit == "" || edit == "1" && naiveOpened(one, two) {
		return 0
	}
	sameNPI := one.Rendering == two.Rendering && one.Rendering != ""
	sameTIN := one.TIN == two.TIN && one.TIN != ""
	otherNPI := one.Rendering != "" && two.Rendering != "" && one.Rendering != two.Rendering
	otherTIN := one.TIN != "" && two.TIN != "" && one.TIN != two.TIN
	switch {
	case otherTIN:
		return 0
	case sameNPI:
		return audit.Error
	case sameTIN && otherNPI:
		return audit.Review
	case sameTIN:
		return audit.Error
	case otherNPI:
		return 0
	}
	return audit.Error
}

// naiveEdit is the indicator of the edit in force that day: in the table of the day's quarter or the
// first after it, else in the newest.
func naiveEdit(tables []naiveTable, one, two claim.Code, day claim.Date, kind claim.Type) string {
	var chosen *naiveTable
	for i := range tables {
		n := &tables[i]
		if (kind == claim.Facility) != (n.scope == catalog.MedicareHospital) {
			continue
		}
		if chosen == nil || chosen.quarter.Last() < day {
			chosen = n
		}
	}
	found := ""
	for _, e := range chosen.rows {
		if e.Column1 == one && e.Column2 == two && e.Indicator != '9' && e.From <= day && day <= e.To && (found == "" || e.Indicator == '0') {
			found = string(rune(e.Indicator))
		}
	}
	return found
}

func naiveOpened(one, two *claim.Line) bool {
	has := func(l *claim.Line, mods string) bool {
		for m := range strings.FieldsSeq(mods) {
			if l.Mods.Has(claim.Mod(m)) {
				return true
			}
		}
		return false
	}
	visit := func(l *claim.Line) bool { return l.Code.String() == "99213" }
	day := two.From.String()
	const sides = "RT LT"
	const left, right = "LT FA F1 F2 F3 F4 TA T1 T2 T3 T4 E1 E2", "RT F5 F6 F7 F8 F9 T5 T6 T7 T8 T9 E3 E4"
	const exact = "FA F1 F2 F3 F4 TA T1 T2 T3 T4 E1 E2 F5 F6 F7 F8 F9 T5 T6 T7 T8 T9 E3 E4 LC LD LM RC RI"
	switch {
	case has(two, "59"), day >= "2015-01-01" && has(two, "XE XS XP XU"):
		return true
	case day >= "2019-07-01" && has(one, "59 XE XS XP XU"):
		return true
	case has(one, "27 58 78 79 91"), has(two, "27 58 78 79 91"):
		return true
	case visit(one) && has(one, "24 25 57"), visit(two) && has(two, "24 25 57"):
		return true
	case has(one, left) && has(two, right), has(one, right) && has(two, left):
		return true
	case has(one, exact) && has(two, exact) && !has(one, sides) && !has(two, sides):
		return one.Mods != two.Mods
	}
	return false
}

package tables

import (
	"fmt"
	"strings"
	"testing"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// sized is a file of that kind with so many rows, each a value of its own.
func sized(kind catalog.Kind, rows int) *File {
	f := &File{Rows: rows, Official: &catalog.Official{Kind: kind, Quarter: catalog.NewQuarter(2026, 3)}}
	switch kind {
	case catalog.FeeSchedule:
		f.Official.Fees = map[claim.Code]catalog.Fee{}
		for n := range rows {
			f.Official.Fees[claim.Code(n+1)] = catalog.Fee{}
		}
	case catalog.CodeList:
		f.Official.Codes = map[claim.Code]catalog.Listed{}
		for n := range rows {
			f.Official.Codes[claim.Code(n+1)] = catalog.Listed{}
		}
	}
	return f
}

// TestWholeTables: what is a whole table and what an excerpt, with one row fewer, as many, and one more.
func TestWholeTables(t *testing.T) {
	for _, test := range []struct {
		kind  catalog.Kind
		whole int // the fewest rows of a whole table
	}{
		{catalog.UnitLimits, 1_000}, {catalog.AddOnCodes, 1_000}, {catalog.FeeSchedule, 10_000}, {catalog.CodeList, 5_000}, {catalog.PairEdits, 1_000_000},
	} {
		for rows, want := range map[int]bool{test.whole - 1: false, test.whole: true, test.whole + 1: true} {
			f := sized(test.kind, rows)
			if complete([]*File{f}); f.Official.Complete != want {
				t.Errorf("%s with %d rows: whole is %t", test.kind, rows, f.Official.Complete)
			}
		}
	}
}

// TestWholePairsOfSeveralFiles: the rows of a pair table are those of all its files, of one quarter and
// one scope.
func TestWholePairsOfSeveralFiles(t *testing.T) {
	const half = 500_000
	for _, test := range []struct {
		name    string
		rows    int
		quarter catalog.Quarter
		scope   catalog.Scope
		want    bool
	}{
		{"the other half", half, catalog.NewQuarter(2026, 3), catalog.MedicarePractitioner, true},
		{"a row fewer", half - 1, catalog.NewQuarter(2026, 3), catalog.MedicarePractitioner, false},
		{"another quarter", half, catalog.NewQuarter(2026, 2), catalog.MedicarePractitioner, false},
		{"another scope", half, catalog.NewQuarter(2026, 3), catalog.MedicareHospital, false},
	} {
		one, two := sized(catalog.PairEdits, half), sized(catalog.PairEdits, test.rows)
		two.Official.Quarter, two.Official.Scope = test.quarter, test.scope
		if complete([]*File{one, two}); one.Official.Complete != test.want || two.Official.Complete != test.want {
			t.Errorf("%s: whole are %t and %t, want %t", test.name, one.Official.Complete, two.Official.Complete, test.want)
		}
	}
}

// TestWholeDiagnoses: the list of a year is whole when it is long enough and no number is left out.
func TestWholeDiagnoses(t *testing.T) {
	read := func(lines []string) *File {
		t.Helper()
		f, err := parse("icd10cm_order_2026.txt", strings.NewReader(strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	var lines []string
	for n := range wholeDiagnoses + 2 {
		lines = append(lines, fmt.Sprintf("%05d %c%05d  1 Made up", n+1, 'A'+n/10_000, n%10_000))
	}
	for n, want := range map[int]bool{49_999: false, 50_000: true, 50_001: true} {
		if f := read(lines[:n]); f.Official.Complete != want || len(f.Official.Diagnoses) != n {
			t.Errorf("%d diagnoses, read as %d: whole is %t", n, len(f.Official.Diagnoses), f.Official.Complete)
		}
	}
	for gap, what := range map[int]string{0: "the first", 20_000: "one amid"} {
		left := append(append([]string{}, lines[:gap]...), lines[gap+1:]...)
		if f := read(left); f.Official.Complete || len(f.Official.Diagnoses) != 50_001 {
			t.Errorf("without %s of %d: %d read, whole is %t", what, len(lines), len(f.Official.Diagnoses), f.Official.Complete)
		}
	}
}

// TestTooManyRejects: one row in a hundred may be unreadable, and no more.
func TestTooManyRejects(t *testing.T) {
	for _, test := range []struct {
		rows, rejects int
		sound         bool
	}{
		{0, 0, false}, {1, 0, true}, {99, 1, false}, {100, 1, true}, {101, 1, true}, {199, 2, false}, {200, 2, true}, {200, 3, false},
	} {
		f := &File{Path: "a.csv", Rows: test.rows, Rejects: make([]Reject, test.rejects), Official: &catalog.Official{Kind: catalog.UnitLimits}}
		if err := f.sound(); (err == nil) != test.sound {
			t.Errorf("%d of %d rows unreadable: %v", test.rejects, test.rows, err)
		}
	}
}

// TestHeaderBelowTitles: the header is looked for in the first 40 rows.
func TestHeaderBelowTitles(t *testing.T) {
	for titles, want := range map[int]bool{0: true, 38: true, 39: true, 40: false, 41: false} {
		text := strings.Repeat("a title\n", titles) + whole
		f, err := parse("ccipra-v322r0-f1.csv", strings.NewReader(text))
		if (err == nil) != want || want && f.Official.Pairs.Len() != 2 {
			t.Errorf("below %d titles: %v", titles, err)
		}
	}
}

// TestQuarters: the years in which a table can be, and the quarters of a year.
func TestQuarters(t *testing.T) {
	for _, test := range []struct {
		year, n int
		want    string
	}{
		{1995, 4, ""}, {1996, 1, "1996Q1"}, {2026, 0, ""}, {2026, 1, "2026Q1"}, {2026, 4, "2026Q4"}, {2026, 5, ""}, {2078, 4, "2078Q4"}, {2079, 1, ""},
	} {
		if got := quarter(test.year, test.n).String(); got != test.want {
			t.Errorf("quarter %d of %d is %q, want %q", test.n, test.year, got, test.want)
		}
	}
	for month, want := range []string{1: "2026Q1", 3: "2026Q1", 4: "2026Q2", 6: "2026Q2", 7: "2026Q3", 9: "2026Q3", 10: "2026Q4", 12: "2026Q4", 13: ""} {
		if got := ofMonth(2026, month).String(); want != "" && got != want || month == 13 && got != "" {
			t.Errorf("month %d is of %q, want %q", month, got, want)
		}
	}
}

// TestCodesAsNumbers: a workbook's number gets its zeros back, and nothing else becomes a code.
func TestCodesAsNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"100": "00100", "1": "00001", "1999": "01999", "64493": "64493", "64493.0": "64493", "": "", "644930": "", "J330": "", "J3301": "J3301",
	} {
		if code, err := codeOf(text); code.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v, want %q", text, code, err, want)
		}
	}
}

// TestLimitOfNothing: 0 units are a limit, fewer are none.
func TestLimitOfNothing(t *testing.T) {
	const head = "HCPCS/CPT Code,Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\n"
	for units, want := range map[string]bool{"-1": false, "0": true, "1": true, "1.0": true, "1.5": false, "": false} {
		f, err := parse("MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", strings.NewReader(head+"64493,"+units+",2 Date of Service Edit: Policy,x\n"))
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := f.Official.Limits[claim.MustCode("64493")]; ok != want || (len(f.Rejects) == 0) != want {
			t.Errorf("%q units: read %t, rejected %v", units, ok, f.Rejects)
		}
	}
}

// TestAddOnDays: a primary counts on its first and its last day, also where they are one.
func TestAddOnDays(t *testing.T) {
	addOn, one, two := claim.MustCode("64494"), claim.MustCode("64493"), claim.MustCode("64490")
	day := claim.MustDate("2026-03-10")
	for _, test := range []struct {
		name string
		rows []primaryRow
		want string
	}{
		{"one day", []primaryRow{{primary: one, kind: '1', from: day, to: day}}, "2026-03-10 to 2026-03-10 [64493]"},
		{"ended before it began", []primaryRow{{primary: one, kind: '1', from: day, to: day - 1}}, ""},
		{"open", []primaryRow{{primary: one, kind: '1', from: day, to: claim.EndOfTime}}, "2026-03-10 to open [64493]"},
		{"two that meet in a day", []primaryRow{{primary: one, kind: '1', from: day - 1, to: day}, {primary: two, kind: '1', from: day, to: day + 1}},
			"2026-03-09 to 2026-03-09 [64493]; 2026-03-10 to 2026-03-10 [64490 64493]; 2026-03-11 to 2026-03-11 [64490]"},
	} {
		var got []string
		for _, a := range relations(addOn, test.rows, "test") {
			got = append(got, fmt.Sprint(a.From, " to ", a.To, " ", a.Primaries))
		}
		if text := strings.Join(got, "; "); text != test.want {
			t.Errorf("%s: %q, want %q", test.name, text, test.want)
		}
	}
}

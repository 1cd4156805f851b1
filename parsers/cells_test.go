package parsers_test

import (
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

// TestValues reads one cell at a time in a line that is otherwise plain.
func TestValues(t *testing.T) {
	eachCase(t, "values.csv", func(t *testing.T, c map[string]string) {
		cells := map[string]string{"PatientID": "P1", "DOS": "2025-03-10", "CPT": "64483"}
		cells[c["field"]] = c["cell"]
		header, row := []string{"PatientID", "DOS", "CPT"}, []string{cells["PatientID"], cells["DOS"], cells["CPT"]}
		if len(cells) > len(header) {
			header, row = append(header, c["field"]), append(row, c["cell"])
		}
		r := readText(t, table(header, row))
		if len(r.lines) != 1 {
			t.Fatalf("%d lines, unread %v", len(r.lines), r.unread)
		}
		l := &r.lines[0]
		if got := strings.TrimSpace(strings.NewReplacer("patient=P1", "", " code=64483", "", "code=64483", "").Replace(show(l))); c["field"] != "PatientID" && c["field"] != "CPT" && got != c["want"] {
			t.Errorf("%q: got %q, want %q", c["cell"], got, c["want"])
		}
		if c["field"] == "PatientID" {
			if got := strings.TrimSuffix(show(l), " code=64483"); got != c["want"] {
				t.Errorf("%q: got %q, want %q", c["cell"], got, c["want"])
			}
		}
		if c["field"] == "CPT" {
			checkCode(t, l, c["want"])
		}
		checkRepairs(t, r.repairs, c["repair"])
	})
}

// checkCode compares a code cell; "bad" is one that cannot be a code and "" one that is blank.
func checkCode(t *testing.T, l *claim.Line, want string) {
	t.Helper()
	got := strings.TrimSpace(strings.TrimPrefix(show(l), "patient=P1"))
	if l.Bad.Has(claim.FieldCode) {
		got = "bad"
	}
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if (l.Code != 0) != l.Given.Has(claim.FieldCode) {
		t.Errorf("code %s, given %v", l.Code, l.Given.Has(claim.FieldCode))
	}
}

func checkRepairs(t *testing.T, repairs []claim.Repair, want string) {
	t.Helper()
	switch {
	case want == "" && len(repairs) == 0:
	case len(repairs) != 1 || repairs[0].Kind != want || repairs[0].Count != 1:
		t.Errorf("repairs %v, want %q", repairs, want)
	}
}

// TestRows tells rows apart by what they hold.
func TestRows(t *testing.T) {
	eachCase(t, "rows.csv", func(t *testing.T, c map[string]string) {
		rows := [][]string{strings.Split("ClaimID|PatientID|DOS|CPT|Units|Charge", "|")}
		for _, cells := range strings.Split(c["rows"], ";") {
			rows = append(rows, strings.Split(cells, "|"))
		}
		for range 3 { // so that most rows keep to the header
			rows = append(rows, strings.Split("C9|P9|2025-03-10|99213|1|90.00", "|"))
		}
		r := readText(t, table(rows...))
		s := r.Tables[0].Source
		if !s.Accounted() || s.Rows != 4 || s.Audited != len(r.lines) || s.Unreadable+s.Skipped != len(r.unread) {
			t.Fatalf("%d rows: %d audited, %d unreadable, %d skipped", s.Rows, s.Audited, s.Unreadable, s.Skipped)
		}
		got := "audited"
		for _, u := range r.unread {
			got = string(u.Kind) + ": " + u.Reason
			if (u.Kind == claim.Unreadable) != (s.Unreadable == 1) || u.Pos.Row != 2 {
				t.Errorf("%v at row %d, with %d unreadable", u.Kind, u.Pos.Row, s.Unreadable)
			}
		}
		if got != c["want"] {
			t.Errorf("got  %s\nwant %s", got, c["want"])
		}
	})
}

// TestRowColumns routes rows by the columns that tell what kind of row they are.
func TestRowColumns(t *testing.T) {
	for _, c := range []struct{ column, cell, want string }{
		{"code_type", "CPT4", ""},
		{"code_type", "COPAY", "payment"},
		{"code_type", "ICD10", "diagnosis"},
		{"code_type", "CVX", "pseudo-code"},
		{"Status", "Reversed", "void"},
		{"TYPE", "CHARGE", ""},
		{"TYPE", "PAYMENT", "payment"},
		{"TYPE", "TRANSFERIN", "payment"},
		{"TYPE", "PAYMENT" + strings.Repeat(" -", 8) + "-", "payment"},
		{"TYPE", "PAYMENT" + strings.Repeat(" -", 9), ""}, // too long to be a kind
		{"Status", "Posted", ""},
		{"Status", "Void", "void"},
		{"activity", "0", "void"},
		{"activity", "1", ""},
		{"Voided", "Y", "void"},
		{"Voided", "N", ""},
	} {
		r := readText(t, table([]string{"PatientID", "DOS", "CPT", c.column}, []string{"P1", "2025-03-10", "64483", c.cell}))
		got := ""
		if len(r.unread) == 1 {
			got = string(r.unread[0].Kind)
		}
		if got != c.want || len(r.lines)+len(r.unread) != 1 {
			t.Errorf("%s %s: %q, want %q", c.column, c.cell, got, c.want)
		}
	}
}

// A column of which nothing reads is left unread, and that is said.
func TestUnreadableColumn(t *testing.T) {
	rows := [][]string{{"PatientID", "DOS", "CPT", "POS", "RenderingNPI"}}
	for range 12 {
		rows = append(rows, []string{"P1", "2025-03-10", "64483", "Main Street", "PR0388"})
	}
	r := readText(t, table(rows...))
	s := r.Tables[0].Source
	if s.Columns.Has(claim.FieldPOS) || s.Columns.Has(claim.FieldRendering) || len(s.Notes) != 2 || len(r.lines) != 12 || r.lines[0].Bad != 0 {
		t.Errorf("columns %b, notes %q, bad %b", s.Columns, s.Notes, r.lines[0].Bad)
	}
}

// TestGluedModifiers puts the modifiers behind the code before those of the columns, each once.
func TestGluedModifiers(t *testing.T) {
	r := readText(t, table([]string{"PatientID", "DOS", "CPT", "Mod1", "Mod2", "Mod3", "Mod4"},
		[]string{"P1", "2025-03-10", "64483-50", "50", "59", "", ""},
		[]string{"P1", "2025-03-10", "64483-50", "RT", "59", "KX", "GA"}))
	for i, want := range []string{"50-59", "50-RT-59-KX"} {
		if got := r.lines[i].Mods.String(); got != want {
			t.Errorf("modifiers %s, want %s", got, want)
		}
	}
	if len(r.lines[1].Faults) != 1 || r.lines[1].Faults[0].Text != "GA" {
		t.Errorf("a fifth modifier left no fault: %v", r.lines[1].Faults)
	}
}

// TestSpan reads first and last day from one cell.
func TestSpan(t *testing.T) {
	for _, cell := range []string{"3/20/2025 - 3/22/2025", "03/20/2025-03/22/2025", "2025-03-20 to 2025-03-22", "3/20/2025 thru 3/22/2025"} {
		r := readText(t, table([]string{"PatientID", "Svc Dates", "CPT"}, []string{"P1", cell, "64483"}))
		if len(r.lines) != 1 || r.lines[0].From.String() != "2025-03-20" || r.lines[0].To.String() != "2025-03-22" {
			t.Errorf("%s: %+v %v", cell, r.lines, r.unread)
		}
	}
}

// TestDateOrder decides from all of a column which of day and month comes first.
func TestDateOrder(t *testing.T) {
	const undecided = "the dates of DOS do not tell whether day or month comes first: "
	for _, c := range []struct {
		name, dates, births string
		dayFirst            claim.Fields
		note, refusal       string
		told                parsers.DateOrder
		asOf                string
	}{
		{name: "month first", dates: "3/4/2025 3/25/2025"},
		{name: "day first", dates: "3/4/2025 25/3/2025", dayFirst: claim.FieldSet(claim.FieldFrom)},
		{name: "undecided", dates: "2025-03-04 3/4/2025", refusal: "-: " + undecided + "row 3 reads both ways, and so does every other: " +
			"say it with --date-order mdy (month first, 3/14/2025) or --date-order dmy (day first)"},
		{name: "told month first", dates: "3/4/2025", told: parsers.MonthFirst, note: undecided + "taken month first, as it was told"},
		{name: "told day first", dates: "3/4/2025", told: parsers.DayFirst, dayFirst: claim.FieldSet(claim.FieldFrom), note: undecided + "taken day first, as it was told"},
		{name: "told otherwise", dates: "3/4/2025 25/3/2025", told: parsers.MonthFirst, refusal: "-: --date-order mdy does not fit the dates of DOS: row 3 reads only the other way"},
		{name: "the same either way", dates: "3/3/2025 4/4/2025"},
		{name: "day first would be the future", dates: "3/4/2025 1/2/2025", asOf: "2025-03-31", note: undecided + "taken month first, because day first some would lie after 2025-03-31"},
		{name: "month first would be the future", dates: "4/3/2025 2/1/2025", asOf: "2025-03-31", dayFirst: claim.FieldSet(claim.FieldFrom),
			note: undecided + "taken day first, because month first some would lie after 2025-03-31"},
		{name: "both would be the future", dates: "5/4/2025 6/7/2025", asOf: "2025-03-31", refusal: "-: " + undecided + "row 2 reads both ways, and so does every other: " +
			"say it with --date-order mdy (month first, 3/14/2025) or --date-order dmy (day first)"},
		{name: "day first the day of the audit", dates: "3/4/2025", asOf: "2025-04-03", refusal: "-: " + undecided + "row 2 reads both ways, and so does every other: " +
			"say it with --date-order mdy (month first, 3/14/2025) or --date-order dmy (day first)"},
		{name: "day first the day after", dates: "3/4/2025", asOf: "2025-04-02", note: undecided + "taken month first, because day first some would lie after 2025-04-02"},
		{name: "month first the day of the audit", dates: "4/3/2025", asOf: "2025-04-03", refusal: "-: " + undecided + "row 2 reads both ways, and so does every other: " +
			"say it with --date-order mdy (month first, 3/14/2025) or --date-order dmy (day first)"},
		{name: "month first the day after", dates: "4/3/2025", asOf: "2025-04-02", dayFirst: claim.FieldSet(claim.FieldFrom),
			note: undecided + "taken day first, because month first some would lie after 2025-04-02"},
		{name: "a last day would be the future day first", dates: "3/4/2025-3/6/2025", asOf: "2025-05-31", note: undecided + "taken month first, because day first some would lie after 2025-05-31"},
		{name: "a last day would be the future month first", dates: "4/3/2025-6/3/2025", asOf: "2025-05-31", dayFirst: claim.FieldSet(claim.FieldFrom, claim.FieldTo),
			note: undecided + "taken day first, because month first some would lie after 2025-05-31"},
		{name: "iso", dates: "2025-03-04"},
		{name: "follows another column", dates: "25/3/2025", births: "3/4/1960", dayFirst: claim.FieldSet(claim.FieldFrom, claim.FieldBirth),
			note: "the dates of DOB do not tell whether day or month comes first: taken day first, as in the other columns"},
		{name: "columns that differ", dates: "25/3/2025 3/4/2025", births: "3/4/1960 3/25/1960", dayFirst: claim.FieldSet(claim.FieldFrom)},
		{name: "last days in the column of the first", dates: "3/10/2025-3/12/2025 25/3/2025", births: "3/25/1960", dayFirst: claim.FieldSet(claim.FieldFrom, claim.FieldTo)},
		{name: "two orders", dates: "3/25/2025 3/4/2025 25/3/2025",
			refusal: "-: the dates of DOS are written in two orders: row 2 reads only month first, row 4 only day first: write them in one order"},
		{name: "two orders of births", dates: "2025-03-10 2025-03-10", births: "25/3/1960 3/25/1960",
			refusal: "-: the dates of DOB are written in two orders: row 3 reads only month first, row 2 only day first: write them in one order, or leave the column unread with --map 'DOB='"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := [][]string{{"PatientID", "DOS", "CPT", "DOB"}}
			births := append(strings.Fields(c.births), "", "", "")
			for i, date := range strings.Fields(c.dates) {
				rows = append(rows, []string{"P1", date, "64483", births[i]})
			}
			if len(strings.Fields(c.births)) > len(rows)-1 {
				rows = append(rows, []string{"P1", strings.Fields(c.dates)[0], "64483", births[1]})
			}
			o := parsers.Options{Stdin: strings.NewReader(table(rows...)), Order: c.told}
			if c.asOf != "" {
				o.AsOf = claim.MustDate(c.asOf)
			}
			r, err := read("-", o, 2)
			if c.refusal != "" {
				if err == nil || err.Error() != c.refusal {
					t.Fatalf("got %v\nwant %s", err, c.refusal)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s := r.Tables[0].Source
			if s.DayFirst != c.dayFirst || strings.Join(s.Notes, "; ") != c.note {
				t.Errorf("day first %b, want %b; notes %q, want %q", s.DayFirst, c.dayFirst, s.Notes, c.note)
			}
			for _, l := range r.lines {
				_, month, day := l.From.Civil()
				if either := month <= 12 && day <= 12 && c.name != "iso"; l.Ambiguous.Has(claim.FieldFrom) != either {
					t.Errorf("row %d ambiguous %v, want %v", l.Pos.Row, l.Ambiguous.Has(claim.FieldFrom), either)
				}
			}
		})
	}
}

// A row that is not audited still says what it would have charged, for the control totals.
func TestUnreadCharges(t *testing.T) {
	header := []string{"PatientID", "DOS", "CPT", "Charge"}
	eachCase(t, "charges.csv", func(t *testing.T, c map[string]string) {
		r := readText(t, table(header, []string{c["patient"], c["dos"], c["cpt"], c["charge"]}, []string{"P2", "2025-01-06", "99213", "ten"}))
		if len(r.unread) != 1 || string(r.unread[0].Kind) != c["kind"] {
			t.Fatalf("not audited: %v", r.unread)
		}
		got := r.unread[0].Charge.String()
		if r.unread[0].ChargeUnknown {
			got = "unknown"
		}
		if got != c["want"] {
			t.Errorf("charge %s, want %s", got, c["want"])
		}
		if n := r.Tables[0].Source.NoCharge; n != 1 {
			t.Errorf("%d audited rows with a charge that cannot be read, want 1", n)
		}
	})
}

func TestSplitRecordHasUnknownCharge(t *testing.T) {
	r := readText(t, "PatientID,DOS,CPT,Charge\n"+strings.Repeat("P1,2025-01-06,64483,250.00\n", 60)+"P1,2025-01-06,64483,1,250.00\n")
	if len(r.unread) != 1 || !r.unread[0].ChargeUnknown {
		t.Errorf("not audited: %v", r.unread)
	}
}

// TestSpans reads two days from one cell, however they are parted.
func TestSpans(t *testing.T) {
	for _, cell := range []string{
		"3/25/2025 - 3/26/2025", "3/25/2025-3/26/2025", "03/25/2025-03/26/2025", "3/25/2025 to 3/26/2025", "3/25/2025 thru 3/26/2025", "3/25/2025 3/26/2025",
		"3/25/2025, 3/26/2025", "3/25/2025;3/26/2025", "3/25/25-3/26/25", "2025-03-25 - 2025-03-26", "2025-03-25/2025-03-26", "2025-03-25 2025-03-26",
		"20250325-20250326", "25-Mar-2025 - 26-Mar-2025",
	} {
		r := readText(t, table([]string{"PatientID", "Svc Dates", "CPT"}, []string{"P1", cell, "64483"}))
		if len(r.lines) != 1 || r.lines[0].From != claim.MustDate("2025-03-25") || r.lines[0].To != claim.MustDate("2025-03-26") {
			t.Errorf("%s: %+v %v", cell, r.lines, r.unread)
		}
	}
	for _, cell := range []string{"3/25-3/26/2025", "3/25/2025 - later"} {
		r := readText(t, table([]string{"PatientID", "Svc Dates", "CPT", "Charge"}, []string{"P1", cell, "64483", "1.00"}))
		if len(r.lines)+len(r.unread) != 1 || len(r.lines) == 1 && !r.lines[0].Bad.Has(claim.FieldTo) {
			t.Errorf("%s: %+v %v", cell, r.lines, r.unread)
		}
	}
}

// TestDecimalCommas: numbers of a column are read by its own writing, and what contradicts it is unreadable.
func TestDecimalCommas(t *testing.T) {
	for _, c := range []struct{ cells, want string }{
		{"150,00|1.234,50|90", "150.00|1234.50|90.00"},
		{"150.00|1,234.50|90", "150.00|1234.50|90.00"},
		{"150,00|150.00", "bad|150.00"},
		{"1,234|90", "1234.00|90.00"},
		{"150,00|1,234", "bad|1234.00"},
		{"150,00|1,500", "bad|1500.00"},
		{"150,00|99,50|1,500|(1,500)|1.500,00", "150.00|99.50|bad|bad|1500.00"},
	} {
		rows := [][]string{{"PatientID", "DOS", "CPT", "Charge"}}
		for cell := range strings.SplitSeq(c.cells, "|") {
			rows = append(rows, []string{"P1", "2025-03-10", "64483", cell})
		}
		var got []string
		for _, l := range readText(t, table(rows...)).lines {
			if l.Bad.Has(claim.FieldCharge) {
				got = append(got, "bad")
			} else {
				got = append(got, l.Charge.String())
			}
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: got %s, want %s", c.cells, strings.Join(got, "|"), c.want)
		}
	}
}

// TestModifiersBehindCodes: an export without a column for modifiers has them where codes carry them.
func TestModifiersBehindCodes(t *testing.T) {
	for code, want := range map[string]bool{"64483-50": true, "64483": false} {
		r := readText(t, table([]string{"PatientID", "DOS", "CPT"}, []string{"P1", "2025-03-10", code}, []string{"P2", "2025-03-10", "99213"}))
		t1 := r.Tables[0]
		if got := t1.Source.Columns.Has(claim.FieldModifiers); got != want || slices.Contains(t1.Missing, claim.FieldModifiers) == want {
			t.Errorf("%s: modifiers read %v, missing %v", code, got, t1.Missing)
		}
	}
}

package parsers_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

// eachCase runs one subtest for each row of a table in testdata, with its cells by column name.
func eachCase(t *testing.T, table string, check func(t *testing.T, row map[string]string)) {
	t.Helper()
	file, err := os.Open("testdata/" + table)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(records) < 2 {
		t.Fatalf("%s has no cases", table)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, text := range record {
			row[records[0][i]] = text
		}
		t.Run(record[0], func(t *testing.T) { check(t, row) })
	}
}

// result is all that was read of an export.
type result struct {
	*parsers.Export
	lines   []claim.Line
	unread  []claim.Unread
	repairs []claim.Repair
}

// collector keeps what several workers read.
type collector struct {
	mu *sync.Mutex
	*result
}

func (c collector) Line(l *claim.Line) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lines = append(c.lines, *l.Clone())
}

func (c collector) Unread(u claim.Unread) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unread = append(c.unread, u)
}

// read reads an export to its end, lines in the order of their rows.
func read(path string, o parsers.Options, workers int) (*result, error) {
	e, err := parsers.Open(path, o)
	if err != nil {
		return nil, err
	}
	defer e.Close()
	r := &result{Export: e}
	sink := collector{&sync.Mutex{}, r}
	r.repairs, err = e.Read(context.Background(), 0, workers, func(int) parsers.Sink { return sink }, nil)
	slices.SortFunc(r.lines, func(a, b claim.Line) int { return order(a.Pos, b.Pos) })
	slices.SortFunc(r.unread, func(a, b claim.Unread) int { return order(a.Pos, b.Pos) })
	return r, err
}

func order(p, q claim.Pos) int {
	switch {
	case p.Before(q):
		return -1
	case q.Before(p):
		return 1
	}
	return 0
}

// table writes rows of cells as CSV.
func table(rows ...[]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	for _, row := range rows {
		if len(row) == 1 && row[0] == "" {
			w.Flush()
			b.WriteString("\n")
			continue
		}
		if err := w.Write(row); err != nil {
			panic(err) // a strings.Builder takes everything
		}
	}
	w.Flush()
	return b.String()
}

func readText(t *testing.T, text string, mappings ...string) *result {
	t.Helper()
	r, err := read("-", options(t, text, mappings...), 1)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func options(t *testing.T, text string, mappings ...string) parsers.Options {
	t.Helper()
	o := parsers.Options{Stdin: strings.NewReader(text)}
	for _, s := range mappings {
		m, err := parsers.ParseMapping(s)
		if err != nil {
			t.Fatal(err)
		}
		o.Map = append(o.Map, m)
	}
	return o
}

func TestHeaders(t *testing.T) {
	eachCase(t, "headers.csv", func(t *testing.T, c map[string]string) {
		rows := [][]string{strings.Split(c["header"], "|")}
		if c["row"] != "" {
			for row := range strings.SplitSeq(c["row"], ";") {
				rows = append(rows, strings.Split(row, "|"))
			}
		}
		e, err := parsers.Open("-", parsers.Options{Stdin: strings.NewReader(table(rows...))})
		if c["refusal"] != "" {
			if err == nil || err.Error() != "-: "+c["refusal"] {
				t.Fatalf("got %v\nwant -: %s", err, c["refusal"])
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		var got []string
		for _, column := range e.Tables[0].Columns {
			if column.Field == "" {
				column.Field = "-"
			}
			if column.Why == "" {
				t.Errorf("nothing says why %q is %s", column.Header, column.Field)
			}
			got = append(got, column.Field)
		}
		if got := strings.Join(got, " "); got != c["want"] {
			t.Errorf("got  %s\nwant %s", got, c["want"])
		}
	})
}

// A header may stand below titles, be split over two rows, or be told by --map.
func TestHeaderPlaces(t *testing.T) {
	data := []string{"P1", "3/25/2025", "64483", "RT", "1"}
	for _, c := range []struct {
		name     string
		rows     [][]string
		mappings []string
		headers  []int
		row      int32
	}{
		{"below titles", [][]string{{"Charge Detail"}, {"Printed", "06/16/2025"}, {""}, {"Chart #", "DOS", "CPT", "Mod", "Qty"}, data}, nil, []int{4}, 5},
		{"in two rows", [][]string{{"Patient", "Service", "", "", ""}, {"ID", "Date", "Code", "Modifier", "Units"}, data}, nil, []int{1, 2}, 3},
		{"spanned", [][]string{{"Charges", "", "", "Modifiers", ""}, {"Account #", "DOS", "CPT", "1", "2"}, {"P1", "3/25/2025", "64483", "RT", "59"}}, nil, []int{1, 2}, 3},
		{"mapped by name", [][]string{{"Who", "When", "What", "Mod", "Units"}, data}, []string{"PatientID=who", "DOS=WHEN", "CPT=What"}, []int{1}, 2},
		{"mapped by place", [][]string{data}, []string{"PatientID=#1", "DOS=#2", "CPT=#3", "Mod1=#4"}, nil, 1},
		{"mapped over the header", [][]string{{"PatientID", "DOS", "CPT", "HCPCS", "Units"}, {"P1", "3/25/2025", "x", "64483", "1"}}, []string{"CPT=HCPCS"}, []int{1}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := readText(t, table(c.rows...), c.mappings...)
			if got := r.Tables[0].Headers; !slices.Equal(got, c.headers) {
				t.Errorf("header in rows %v, want %v", got, c.headers)
			}
			if len(r.lines) != 1 || r.lines[0].Patient != "P1" || r.lines[0].Code != claim.MustCode("64483") ||
				r.lines[0].From != claim.MustDate("2025-03-25") || r.lines[0].Pos.Row != c.row {
				t.Errorf("lines %+v", r.lines)
			}
		})
	}
}

func TestMappingErrors(t *testing.T) {
	for _, c := range []struct{ mapping, want string }{
		{"CPT", "expected Field=Header"},
		{"=CPT", "expected Field=Header"},
		{"Colour=CPT", "there is no field Colour: expected one of ClaimID, PatientID"},
		{"CPT=#0", "expected a column between #1 and"},
		{"CPT=#99999", "expected a column between #1 and"},
	} {
		if _, err := parsers.ParseMapping(c.mapping); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.mapping, err, c.want)
		}
	}
	for _, c := range []struct{ mapping, want string }{
		{"CPT=Nowhere", `no column has that header: the header has "PatientID", "DOS", "CPT", "Units"`},
		{"CPT=#9", "there is no column 9: the header has 4"},
		{"DOS=", "names no date of service"},
	} {
		_, err := read("-", options(t, table([]string{"PatientID", "DOS", "CPT", "Units"}), c.mapping), 1)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.mapping, err, c.want)
		}
	}
	r := readText(t, table([]string{"PatientID", "DOS", "CPT", "Units"}, []string{"1", "2025-03-10", "64483", "x"}), "Units=")
	if len(r.lines) != 1 || r.lines[0].Faults != nil || r.Tables[0].Source.Columns.Has(claim.FieldUnits) {
		t.Errorf("a column that --map leaves unread was read: %+v", r.lines)
	}
}

// show writes what was read of a line, field by field, for the tables in testdata.
func show(l *claim.Line) string {
	var parts []string
	add := func(name string, value fmt.Stringer, blank bool) {
		if !blank {
			parts = append(parts, name+"="+value.String())
		}
	}
	text := func(name, value string) {
		if value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	text("claim", l.Claim)
	text("patient", l.Patient)
	if l.Anonymous {
		parts = append(parts, "anonymous")
	}
	add("dob", l.Birth, l.Birth == 0)
	add("to", l.To, l.To == 0)
	add("code", l.Code, l.Code == 0)
	text("mods", l.Mods.String())
	add("units", l.Units, l.Units == claim.One && !l.Given.Has(claim.FieldUnits))
	add("charge", l.Charge, !l.Given.Has(claim.FieldCharge))
	for _, d := range l.Diagnoses() {
		parts = append(parts, "dx="+d.String())
	}
	text("npi", l.Rendering)
	text("billing", l.Billing)
	text("tin", l.TIN)
	text("pos", l.POS)
	text("payer", l.PayerName)
	add("kind", l.Payer, l.Payer == claim.BlankPayer)
	add("type", l.Type, !l.Given.Has(claim.FieldType))
	if l.Frequency != 0 {
		parts = append(parts, "frequency="+string(l.Frequency))
	}
	text("auth", l.Auth)
	add("received", l.Received, l.Received == 0)
	text("state", l.State)
	text("narrative", l.Narrative)
	for _, fault := range l.Faults {
		parts = append(parts, fmt.Sprintf("bad %s", fault.Field))
	}
	return strings.Join(parts, " ")
}

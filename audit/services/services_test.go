package services_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gocarina/gocsv"
	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
)

// caseRow is a row of cases.csv: a line of an export, and what becomes of it.
type caseRow struct {
	Case string `csv:"case"`
	File string `csv:"file"` // its exports are in the order of their names; a ^ before it: earlier history
	Row  int32  `csv:"row"`

	Patient  string `csv:"patient"`
	Birth    string `csv:"birth"`
	Claim    string `csv:"claim"`
	ID       string `csv:"id"`
	Day      string `csv:"day"` // of March 2025
	Code     string `csv:"code"`
	Mods     string `csv:"mods"`
	Units    string `csv:"units"`
	Charge   string `csv:"charge"`
	Dx       string `csv:"dx"`
	NPI      string `csv:"npi"`
	TIN      string `csv:"tin"`
	POS      string `csv:"pos"`
	Payer    string `csv:"payer"` // after / its class, commercial where there is none
	Order    string `csv:"order"`
	Freq     string `csv:"freq"`
	Received string `csv:"received"` // a day of March 2025
	Allowed  string `csv:"allowed"`
	Paid     string `csv:"paid"`

	Of   string `csv:"of"`   // in corrected lines of ours: the file and row that it is of
	Want string `csv:"want"` // blank: it stands; review: nothing above review is said of it; else the kind, and the row it repeats
	Copy string `csv:"copy"` // the payer for whom a copy of it is told
	Note string `csv:"note"` // what is said of the case; on any of its rows

	Types string `csv:"types"` // on any of its rows: whose claims they are, as somebody says, of all or of a number
}

// line is the row as the parsers hand it over.
func (r *caseRow) line(t *testing.T, input int32) *claim.Line {
	t.Helper()
	l := claim.Blank()
	l.Pos = claim.Pos{Input: input, Row: r.Row}
	l.Patient, l.Claim, l.LineID, l.Billed, l.Rendering, l.TIN, l.POS = or(r.Patient, "P1"), r.Claim, r.ID, r.Code, r.NPI, r.TIN, r.POS
	l.Anonymous = r.Patient == "-"
	l.Code = claim.MustCode(r.Code)
	l.From = claim.MustDate("2025-03-" + r.Day)
	must := func(err error) {
		if err != nil {
			t.Fatalf("%s row %d: %v", r.Case, r.Row, err)
		}
	}
	var err error
	l.Units, err = claim.ParseUnits(or(r.Units, "1"))
	must(err)
	for text, cents := range map[string]*claim.Cents{or(r.Charge, "100"): &l.Charge, or(r.Allowed, "0"): &l.Allowed, or(r.Paid, "0"): &l.Paid} {
		*cents, err = claim.ParseCents(text)
		must(err)
	}
	l.Given = claim.FieldSet(claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldUnits, claim.FieldCharge)
	r.rest(&l)
	return &l
}

func (r *caseRow) rest(l *claim.Line) {
	if r.Mods != "" {
		l.Mods = claim.Mods(strings.Split(r.Mods, "-")...)
	}
	if r.Dx != "" {
		l.Dx[0] = claim.MustDiagnosis(r.Dx)
	}
	if r.Received != "" {
		l.Received = claim.MustDate("2025-03-" + r.Received)
	}
	if r.Birth != "" {
		l.Birth = claim.MustDate(r.Birth)
	}
	name, class, _ := strings.Cut(r.Payer, "/")
	l.PayerName = name
	if name != "" {
		l.Payer, _ = claim.PayerNamed(or(class, "commercial"))
	}
	if r.Order != "" {
		l.Sequence = r.Order[0]
	}
	if r.Freq != "" {
		l.Frequency = r.Freq[0]
	}
	if r.Allowed != "" {
		l.Given |= claim.FieldSet(claim.FieldAllowed)
	}
	if r.Paid != "" {
		l.Given |= claim.FieldSet(claim.FieldPaid)
	}
}

func or(text, usual string) string {
	if text == "" {
		return usual
	}
	return text
}

// TestCases holds what becomes of the rows of each case, in whatever order they come.
func TestCases(t *testing.T) {
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, rows := range readCases(t) {
		t.Run(rows[0].Case, func(t *testing.T) {
			for range 3 {
				rand.Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
				checkCase(t, cat, rows)
			}
		})
	}
}

func readCases(t *testing.T) (cases [][]*caseRow) {
	t.Helper()
	file, err := os.Open("testdata/cases.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var rows []*caseRow
	if err := gocsv.UnmarshalCSV(csv.NewReader(file), &rows); err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if n := len(cases); n > 0 && cases[n-1][0].Case == r.Case {
			cases[n-1] = append(cases[n-1], r)
		} else {
			cases = append(cases, []*caseRow{r})
		}
	}
	return cases
}

func checkCase(t *testing.T, cat *catalog.Catalog, rows []*caseRow) {
	t.Helper()
	report := auditCase(t, cat, rows)
	got := map[claim.Pos]string{}
	copies := map[claim.Pos]string{}
	for i := range report.NotRead.Len() {
		u := report.NotRead.At(i)
		got[u.Pos] = string(u.Kind)
		if u.Repeats.Row != 0 {
			got[u.Pos] += fmt.Sprintf(" %d", u.Repeats.Row)
		}
	}
	for _, f := range report.Findings.All() {
		if f.Severity == audit.Review {
			got[f.Line.Pos] = "review"
		}
		_, copies[f.Line.Pos], _ = strings.Cut(f.Fix.Text, "the copy for ")
	}
	var notes []string
	for _, s := range report.Sources {
		notes = append(notes, s.Notes...)
	}
	files := filesOf(rows)
	for _, r := range rows {
		at := claim.Pos{Input: int32(slices.Index(files, r.File)), Row: r.Row}
		if got[at] != r.Want {
			t.Errorf("row %d: %q, want %q", r.Row, got[at], r.Want)
		}
		if payer, _, _ := strings.Cut(copies[at], " needs"); payer != r.Copy {
			t.Errorf("row %d: a copy for %q, want %q", r.Row, payer, r.Copy)
		}
		if r.Note != "" && !slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, r.Note) }) {
			t.Errorf("notes %q do not say %q", notes, r.Note)
		}
	}
	checkRemarks(t, rows, notes)
}

// checkRemarks holds that nothing is remarked that the case does not say.
func checkRemarks(t *testing.T, rows []*caseRow, notes []string) {
	t.Helper()
	for _, remark := range []string{"without them", "is not here", "not here", "fit two claims", "of two persons", "second claim of the day", "two patients", "paid in full", "without a patient", "nothing tells whether"} {
		said := slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, remark) })
		if said && !slices.ContainsFunc(rows, func(r *caseRow) bool { return r.Note != "" }) {
			t.Errorf("notes %q, want none", notes)
		}
	}
}

func filesOf(rows []*caseRow) (files []string) {
	for _, r := range rows {
		if !slices.Contains(files, r.File) {
			files = append(files, r.File)
		}
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(strings.Trim(a, "^"), strings.Trim(b, "^")) })
	return files
}

// statedTypes are whose claims they are as a case says.
func statedTypes(t *testing.T, rows []*caseRow) map[string]claim.Type {
	t.Helper()
	types, text := map[string]claim.Type{}, ""
	for _, r := range rows {
		text += r.Types + " "
	}
	for one := range strings.FieldsSeq(text) {
		number, word, of := strings.Cut(one, "=")
		if !of {
			number, word = audit.Rest, one
		}
		kind, known := claim.TypeNamed(word)
		if !known {
			t.Fatalf("there is no claim type %q", word)
		}
		types[number] = kind
	}
	return types
}

// auditCase audits the rows with a rule that reports an error on every line.
func auditCase(t *testing.T, cat *catalog.Catalog, rows []*caseRow) *audit.Report {
	t.Helper()
	files := filesOf(rows)
	sources := make([]claim.Source, len(files))
	for i, f := range files {
		sources[i] = claim.Source{File: strings.Trim(f, "^") + ".csv", Columns: 1<<claim.NumFields - 1, Context: strings.HasPrefix(f, "^")}
		sources[i].Columns &^= claim.FieldSet(claim.FieldType)
	}
	body := hold.NewBody(0)
	defer body.Close()
	collector := body.Collector()
	for _, r := range rows {
		input := int32(slices.Index(files, r.File))
		sources[input].Rows++
		if of, row, corrects := strings.Cut(r.Of, " "); corrects {
			mended := &sources[slices.Index(files, of)].Mended
			if *mended == nil {
				*mended = &claim.Mended{Input: input}
			}
			n, err := strconv.Atoi(row)
			if err != nil {
				t.Fatal(err)
			}
			(*mended).Add(int32(n), r.Row, or(r.Patient, "P1"), r.Claim)
		}
		if r.Want == string(claim.Removed) {
			sources[input].Skipped++
			collector.Unread(claim.Unread{Pos: claim.Pos{Input: input, Row: r.Row}, Kind: claim.Removed})
			continue
		}
		sources[input].Audited++
		collector.Line(r.line(t, input))
	}
	if err := collector.Close(); err != nil {
		t.Fatal(err)
	}
	shown := &audit.Rule{ID: "shown", Severity: audit.Error, Rank: audit.Apart, Check: func(c *audit.Case, report func(audit.Finding)) {
		for i := range c.Lines {
			report(audit.Finding{Line: &c.Lines[i]})
		}
	}}
	report, err := engine.Run(t.Context(), body, engine.Options{
		Rules: []*audit.Rule{shown}, Catalog: cat, Sources: sources, Workers: 2, Settings: &audit.Settings{ClaimTypes: statedTypes(t, rows)},
	})
	if err != nil {
		t.Fatal(err)
	}
	left := map[int32]int{}
	for i := range report.NotRead.Len() {
		u := report.NotRead.At(i)
		left[u.Pos.Input]++
	}
	for i, s := range report.Sources {
		if !s.Accounted() || s.Skipped != left[int32(i)] {
			t.Errorf("%s: %d rows, %d audited, %d skipped, %d left out", s.File, s.Rows, s.Audited, s.Skipped, left[int32(i)])
		}
	}
	return report
}

// TestOrderOfFiles keeps a case with two exports from comparing nothing.
func TestOrderOfFiles(t *testing.T) {
	got := filesOf([]*caseRow{{File: "b"}, {File: "^c"}, {File: "a"}, {File: "b"}})
	if diff := cmp.Diff([]string{"a", "b", "^c"}, got); diff != "" {
		t.Error(diff)
	}
}

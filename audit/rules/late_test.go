package rules_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gocarina/gocsv"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// lateRow is a line of a case of testdata/late.csv: sent before, or of tonight.
type lateRow struct {
	Rule  string `csv:"rule"` // the one that runs
	Case  string `csv:"case"`
	Sent  string `csv:"sent"`
	Claim string `csv:"claim"`
	DOS   string `csv:"dos"`
	Code  string `csv:"code"`
	Mods  string `csv:"mods"`
	Want  string `csv:"want"` // the severity of the one finding on the line
	Text  string `csv:"text"`
	Note  string `csv:"note"`
}

func (row *lateRow) line(n int) claim.Line {
	l := claim.Line{
		Pos: claim.Pos{Row: int32(n + 1)}, Claim: row.Claim, Patient: "P", From: claim.MustDate(row.DOS), Code: claim.MustCode(row.Code), Billed: row.Code,
		Units: claim.One, Charge: 10000, Rendering: "1234567893", POS: "11", Payer: claim.Medicare, PayerName: "Medicare", Given: everyField,
	}
	if row.Mods != "" {
		l.Mods = claim.Mods(row.Mods)
	}
	if row.Sent != "" {
		l.Pos.Input = 1
	}
	return l
}

const everyField = claim.Fields(1<<claim.NumFields - 1)

// TestLateLines holds where a finding is reported that a line of tonight makes with one that was sent,
// and that what was wrong among those that were sent is not told again.
func TestLateLines(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/late.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rows []lateRow
	if err := gocsv.UnmarshalCSV(csv.NewReader(f), &rows); err != nil {
		t.Fatal(err)
	}
	all := everyRule(t)
	for first := 0; first < len(rows); {
		end := first
		for end < len(rows) && rows[end].Rule == rows[first].Rule && rows[end].Case == rows[first].Case {
			end++
		}
		o := all
		o.Rules = slices.DeleteFunc(slices.Clone(all.Rules), func(r *audit.Rule) bool { return r.ID != rows[first].Rule })
		o.Sources = []claim.Source{{Columns: everyField}, {Columns: everyField, Context: true}}
		proveLate(t, rows[first:end], func(lines []claim.Line) []audit.Finding { return judged(t, lines, o) })
		first = end
	}
}

func proveLate(t *testing.T, rows []lateRow, judge func([]claim.Line) []audit.Finding) {
	t.Helper()
	var lines []claim.Line
	for i := range rows {
		lines = append(lines, rows[i].line(i))
	}
	found := judge(lines)
	for i := range rows {
		said := slices.DeleteFunc(slices.Clone(found), func(f audit.Finding) bool { return f.Line.Pos.Row != int32(i+1) })
		name, want := rows[i].Rule+"/"+rows[i].Case, rows[i].Want
		if (len(said) > 0) != (want != "") || len(said) > 1 {
			t.Errorf("%s row %d (%s): want %q%s", name, i+1, rows[i].Code, want, describe(said))
			continue
		}
		for _, f := range said {
			late := slices.ContainsFunc(f.Related, func(l *audit.Line) bool { return !l.Context })
			switch {
			case f.Severity.String() != want, !strings.Contains(f.Fix.Text, rows[i].Text):
				t.Errorf("%s row %d: want %s and %q%s", name, i+1, want, rows[i].Text, describe(said))
			case f.Line.Context != (rows[i].Sent != ""), f.Line.Context && !late, !f.Line.Context && strings.Contains(f.Fix.Text, "frequency 7"):
				t.Errorf("%s row %d: of history %t, beside a late line %t%s", name, i+1, f.Line.Context, late, describe(said))
			}
		}
	}
}

package rules_test

import (
	"slices"
	"testing"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/rules"
)

// stagedLine is a line of one patient's procedures; earlier says that it stands in history.
func stagedLine(row int32, date, code, place string, earlier bool) claim.Line {
	l := claim.Line{
		Pos: claim.Pos{Row: row}, Patient: "P1", Claim: date, From: claim.MustDate(date), Billed: code, Units: claim.Whole(2),
		Rendering: "1234567893", POS: place, Payer: claim.Medicare, Given: 1<<claim.NumFields - 1,
	}
	l.Code, _ = claim.ParseCode(code) // the zero code where it cannot be one
	if earlier {
		l.Pos.Input = 1
	}
	return l
}

// TestStagedProcedures holds that earlier exports are seen and not reported, and that a line
// whose code must be replaced is taken for the leads, or the reading, it may be.
func TestStimulatorHistory(t *testing.T) {
	t.Parallel()
	known, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	o := engine.Options{
		Rules: rules.All(), Catalog: known, AsOf: asOf,
		Sources: []claim.Source{{Columns: 1<<claim.NumFields - 1}, {Columns: 1<<claim.NumFields - 1, Context: true}},
	}
	for _, test := range []struct {
		name  string
		lines []claim.Line
		rule  string
		rows  []int32 // on which the rule reports
	}{
		{"leads in history", []claim.Line{
			stagedLine(1, "2025-02-10", "63650", "24", true), stagedLine(2, "2025-03-10", "63685", "24", false),
		}, "generator-without-leads", nil},
		{"a generator in history is not reported", []claim.Line{
			stagedLine(1, "2024-02-12", "63685", "24", true), stagedLine(2, "2025-03-10", "63661", "24", false),
		}, "generator-without-leads", nil},
		{"trial in history", []claim.Line{
			stagedLine(1, "2025-03-03", "63650", "11", true), stagedLine(2, "2025-03-10", "63661", "11", false),
		}, "trial-leads-pulled", []int32{2}},
		{"pulled in history", []claim.Line{
			stagedLine(1, "2025-03-03", "63650", "11", true), stagedLine(2, "2025-03-10", "63661", "11", true),
			stagedLine(3, "2025-05-12", "63688", "24", false),
		}, "trial-leads-pulled", nil},
		{"trials in history", []claim.Line{
			stagedLine(1, "2022-03-03", "63650", "11", true), stagedLine(2, "2023-03-06", "63650", "11", true),
			stagedLine(3, "2024-03-04", "63650", "11", true), stagedLine(4, "2025-03-10", "63650", "11", false),
		}, "trial-leads-over-limit", []int32{4}},
		{"pulled on the day of new leads, which says it", []claim.Line{
			stagedLine(1, "2025-03-03", "63650", "11", false), stagedLine(2, "2025-03-10", "63661", "24", false),
			stagedLine(3, "2025-03-10", "63650", "24", false), stagedLine(4, "2025-03-10", "63685", "24", false),
		}, "trial-leads-pulled", nil},
		{"a code that may be the leads", []claim.Line{
			stagedLine(1, "2025-03-10", "6365", "24", false), stagedLine(2, "2025-03-10", "63685", "24", false),
		}, "generator-without-leads", nil},
		{"a code that cannot be them", []claim.Line{
			stagedLine(1, "2025-03-10", "95910", "24", false), stagedLine(2, "2025-03-10", "63685", "24", false),
		}, "generator-without-leads", []int32{2}},
		{"a code that may be the reading", []claim.Line{
			stagedLine(1, "2025-03-10", "7229", "11", false), stagedLine(2, "2025-03-10", "62290", "11", false),
		}, "discogram-reading-missing", nil},
		{"a code that cannot be it", []claim.Line{
			stagedLine(1, "2025-03-10", "95910", "11", false), stagedLine(2, "2025-03-10", "62290", "11", false),
		}, "discogram-reading-missing", []int32{2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var rows []int32
			for _, f := range judged(t, test.lines, o) {
				if f.Rule.ID == test.rule {
					rows = append(rows, f.Line.Pos.Row)
				}
			}
			if !slices.Equal(rows, test.rows) {
				t.Errorf("%s reports rows %v, want %v", test.rule, rows, test.rows)
			}
		})
	}
}

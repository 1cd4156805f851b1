package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

// testRules are small rules about invented matters, one of each rank the engine treats apart.
func testRules() []*audit.Rule {
	on := func(id string, rank audit.Rank, hit func(c *audit.Case, day []audit.Line, i int) (audit.Finding, bool)) *audit.Rule {
		return &audit.Rule{ID: id, Severity: audit.Error, Rank: rank, Check: func(c *audit.Case, report func(audit.Finding)) {
			for day := range c.Days() {
				for i := range day {
					if f, ok := hit(c, day, i); ok {
						f.Line = &day[i]
						report(f)
					}
				}
			}
		}}
	}
	code := claim.MustCode
	root := on("root", audit.RootCause, func(_ *audit.Case, day []audit.Line, i int) (audit.Finding, bool) {
		return audit.Finding{Message: "deleted", Money: audit.Reject, Fix: audit.Fix{Action: audit.ReplaceCode, Edits: []audit.Edit{audit.SetCode(&day[i], code("62323"))}}},
			day[i].Code == code("62311")
	})
	second := on("second", audit.Specific, func(_ *audit.Case, day []audit.Line, i int) (audit.Finding, bool) {
		for k := range day {
			if day[k].Code == code("62323") && day[i].Code == code("77003") {
				return audit.Finding{Message: "included", Money: audit.Overpay, Related: []*audit.Line{&day[k]}}, true
			}
		}
		return audit.Finding{}, false
	})
	table := on("table", audit.PairTable, func(_ *audit.Case, day []audit.Line, i int) (audit.Finding, bool) {
		return audit.Finding{Message: "pair", Money: audit.Deny}, day[i].Code == code("77003")
	})
	units := on("units", audit.UnitTable, func(_ *audit.Case, day []audit.Line, i int) (audit.Finding, bool) {
		return audit.Finding{Message: "many", Money: audit.Deny}, day[i].Units > claim.One
	})
	npi := on("npi", audit.Apart, func(_ *audit.Case, day []audit.Line, i int) (audit.Finding, bool) {
		return audit.Finding{Message: "npi"}, day[i].Rendering == "bad"
	})
	return []*audit.Rule{root, second, table, units, npi}
}

func testOptions(t *testing.T) Options {
	t.Helper()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return Options{Rules: testRules(), Catalog: cat, AsOf: claim.MustDate("2025-06-30")}
}

// bill makes a line from "patient code units", dated by its row unless a day is given.
func bill(row int32, patient, code string, units int) claim.Line {
	return claim.Line{
		Pos: claim.Pos{Row: row}, Patient: patient, Claim: "C", From: claim.MustDate("2025-03-10"),
		Code: claim.MustCode(code), Billed: code, Units: claim.Whole(units), Charge: 10000,
		Given: 1<<claim.NumFields - 1,
	}
}

func list(fs *audit.Findings) (all []audit.Finding) {
	for _, f := range fs.All() {
		all = append(all, *f)
	}
	return all
}

func describe(findings []audit.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%d %s", f.Line.Pos.Row, f.Rule.ID)
		for _, l := range f.Related {
			fmt.Fprintf(&b, " +%d", l.Pos.Row)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestOneFindingForOneRootCause(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []claim.Line
		want  string
	}{
		{"a table yields to a rule about the codes", []claim.Line{bill(2, "P", "62323", 1), bill(3, "P", "77003", 2)}, "3 second +2\n"},
		{"the unit table yields to the pair table", []claim.Line{bill(2, "P", "77003", 2)}, "2 table\n"},
		{"the unit table speaks when nothing else does", []claim.Line{bill(2, "P", "62323", 2)}, "2 units\n"},
		{"a companion only of a root cause belongs to it", []claim.Line{bill(2, "P", "62311", 2), bill(3, "P", "77003", 1)}, "2 root +3\n3 table\n"},
		{"other patients are other cases", []claim.Line{bill(2, "P", "62323", 1), bill(3, "Q", "77003", 1)}, "3 table\n"},
	} {
		findings, err := Judge(test.lines, testOptions(t))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, describe(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestLinesWithoutAPatientAreJudgedAlone(t *testing.T) {
	a, b := bill(2, "UNKNOWN", "62323", 1), bill(3, "UNKNOWN", "77003", 1)
	a.Anonymous, b.Anonymous = true, true
	findings, err := Judge([]claim.Line{a, b}, testOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(findings), "3 table\n"; got != want {
		t.Errorf("findings %q, want %q: lines without a patient were taken for one patient's", got, want)
	}
}

func TestRulesThatCannotCheckALineAreSilent(t *testing.T) {
	o := testOptions(t)
	o.Rules[3].Needs.Columns = claim.FieldSet(claim.FieldUnits)
	o.Rules[4].Needs.Fields = claim.FieldSet(claim.FieldBirth)
	bad := bill(2, "P", "62323", 9)
	bad.Bad = claim.FieldSet(claim.FieldUnits)
	blank := bill(3, "Q", "62323", 1)
	blank.Rendering, blank.Given = "bad", blank.Given&^claim.FieldSet(claim.FieldBirth)
	findings, err := Judge([]claim.Line{bad, blank}, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 0 {
		t.Errorf("rules spoke of lines they could not check:\n%s", describe(findings))
	}
}

// manyLines are lines of many patients with findings among them, in a fixed order.
func manyLines(n int) []claim.Line {
	r := rand.New(rand.NewPCG(1, 2))
	codes := []string{"62323", "77003", "62311", "20610", "64483"}
	lines := make([]claim.Line, n)
	for i := range lines {
		lines[i] = bill(int32(i+2), fmt.Sprintf("P%d", r.IntN(n/4+1)), codes[r.IntN(len(codes))], 1+r.IntN(2))
		lines[i].Claim = fmt.Sprint(i)
	}
	return lines
}

func runWith(t *testing.T, all []claim.Line, memory int64, workers int) *audit.Report {
	t.Helper()
	o := testOptions(t)
	o.Workers = workers
	o.Sources = []claim.Source{{Columns: 1<<claim.NumFields - 1}}
	body := hold.NewBody(memory)
	t.Cleanup(func() { // findings are read back from its files
		if err := body.Close(); err != nil {
			t.Error(err)
		}
	})
	collectors := make([]*hold.Collector, workers)
	for i := range collectors {
		collectors[i] = body.Collector()
	}
	for i := range all {
		collectors[i%workers].Line(&all[i])
	}
	for _, c := range collectors {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	report, err := Run(context.Background(), body, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestWorkersMemoryAndOrderChangeNothing(t *testing.T) {
	all := manyLines(5000)
	want := runWith(t, all, 0, 1)
	if want.Findings.Len() < 500 {
		t.Fatalf("only %d findings: the test shows nothing", want.Findings.Len())
	}
	for _, test := range []struct {
		name    string
		memory  int64
		workers int
	}{{"8 workers", 0, 8}, {"spilled to files", 4 << 10, 1}, {"spilled by 8 workers", 4 << 10, 8}} {
		got := runWith(t, all, test.memory, test.workers)
		if diff := cmp.Diff(describe(list(&want.Findings)), describe(list(&got.Findings))); diff != "" {
			t.Errorf("%s: findings differ (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(want.Summary, got.Summary); diff != "" {
			t.Errorf("%s: the summary differs (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(want.Coverage, got.Coverage); diff != "" {
			t.Errorf("%s: coverage differs (-want +got):\n%s", test.name, diff)
		}
	}
	shuffled := append([]claim.Line(nil), all...)
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
	if diff := cmp.Diff(describe(list(&want.Findings)), describe(list(&runWith(t, shuffled, 0, 2).Findings))); diff != "" {
		t.Errorf("shuffled lines: findings differ (-want +got):\n%s", diff)
	}
}

func TestCoverageCountsEveryLineForEveryRule(t *testing.T) {
	report := runWith(t, manyLines(300), 0, 3)
	seen := map[string]int{}
	for _, c := range report.Coverage {
		seen[c.Check] += c.Lines + c.NotChecked
	}
	for _, r := range report.Rules {
		if seen[r.ID] != 300 {
			t.Errorf("%s: coverage accounts for %d of 300 lines", r.ID, seen[r.ID])
		}
	}
}

func TestAPanicNamesRuleFileAndRow(t *testing.T) {
	o := testOptions(t)
	o.Rules = []*audit.Rule{{ID: "broken", Check: func(c *audit.Case, _ func(audit.Finding)) {
		if c.Lines[0].Code == claim.MustCode("77003") {
			_ = c.Lines[len(c.Lines)]
		}
	}}}
	o.Sources = []claim.Source{{File: "a.csv", Columns: 1<<claim.NumFields - 1}}
	_, err := Judge([]claim.Line{bill(2, "P", "62323", 1), bill(7, "Q", "77003", 1)}, o)
	failed, ok := errors.AsType[*PanicError](err)
	if !ok {
		t.Fatalf("got %v, want a PanicError", err)
	}
	if failed.Rule != "broken" || failed.File != "a.csv" || failed.Row != 7 {
		t.Errorf("the panic was placed at %s %s row %d", failed.Rule, failed.File, failed.Row)
	}
}

// TestHistoryBeginsWithTheFirstDateOfAllInputs holds what rules are told of how far back the
// lines go: over all patients and inputs, and with dates turned where days stand before months.
func TestHistoryBeginsWithTheFirstDateOfAllInputs(t *testing.T) {
	on := func(input int32, date string, ambiguous claim.Fields) claim.Line {
		l := bill(2, date, "62323", 1)
		l.Pos.Input, l.From, l.Ambiguous = input, claim.MustDate(date), ambiguous
		return l
	}
	either := claim.FieldSet(claim.FieldFrom)
	for _, test := range []struct {
		name     string
		dayFirst claim.Fields // of the second input
		lines    []claim.Line
		want     string
	}{
		{"one line", 0, []claim.Line{on(0, "2025-03-10", 0)}, "2025-03-10"},
		{"a later line", 0, []claim.Line{on(0, "2025-03-10", 0), on(0, "2024-03-10", 0), on(0, "2025-01-10", 0)}, "2024-03-10"},
		{"another input", 0, []claim.Line{on(0, "2025-03-10", 0), on(1, "2024-03-10", 0)}, "2024-03-10"},
		{"months first", 0, []claim.Line{on(0, "2025-03-10", 0), on(1, "2025-01-02", either)}, "2025-01-02"},
		{"days first", either, []claim.Line{on(0, "2025-03-10", 0), on(1, "2025-01-02", either)}, "2025-02-01"},
		{"days first and one that tells", either, []claim.Line{on(1, "2025-01-02", either), on(1, "2025-01-15", 0)}, "2025-01-15"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := testOptions(t)
			o.Sources = []claim.Source{{}, {DayFirst: test.dayFirst}}
			o.Rules = []*audit.Rule{{ID: "since", Severity: audit.Review, Check: func(c *audit.Case, report func(audit.Finding)) {
				report(audit.Finding{Line: &c.Lines[0], Message: c.Since.String()})
			}}}
			findings, err := Judge(test.lines, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range findings {
				if f.Message != test.want {
					t.Errorf("history begins %q, want %q", f.Message, test.want)
				}
			}
			if len(findings) == 0 {
				t.Error("the rule saw no line")
			}
		})
	}
}

func TestACancelledRunStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	all := manyLines(100)
	o := testOptions(t)
	o.Sources = []claim.Source{{}}
	body := hold.NewBody(0)
	c := body.Collector()
	for i := range all {
		c.Line(&all[i])
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(ctx, body, o); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run returned %v", err)
	}
}

func TestEarlierHistoryIsSeenAndNotReported(t *testing.T) {
	o := testOptions(t)
	o.Sources = []claim.Source{{Columns: 1<<claim.NumFields - 1, Context: true}, {Columns: 1<<claim.NumFields - 1}}
	old, now := bill(2, "P", "62323", 2), bill(3, "P", "77003", 1)
	now.Pos.Input = 1
	findings, err := Judge([]claim.Line{now, old}, o)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(findings), "3 second +2\n"; got != want {
		t.Errorf("findings %q, want %q", got, want)
	}
}

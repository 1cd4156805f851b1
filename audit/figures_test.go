package audit

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFiguresJoin holds that figures counted apart are joined whole, each of them, whoever counted the more.
func TestFiguresJoin(t *testing.T) {
	one := Summary{
		Lines: 1, FlaggedLines: 2, Encounters: 3, CleanEncounters: 4, Charge: 5, ChargeAtRisk: 6, ChargeInReview: 7,
		Overpaid: 8, MissedRevenue: 9, First: 20, Last: 30,
	}
	whole(t, one, "Findings", "BySeverity", "ByRule", "Uncounted") // counted by Recount
	other := one
	other.Lines, other.First, other.Last = 100, 10, 25
	want := Summary{
		Lines: 102, FlaggedLines: 6, Encounters: 9, CleanEncounters: 12, Charge: 15, ChargeAtRisk: 18, ChargeInReview: 21,
		Overpaid: 24, MissedRevenue: 27, First: 10, Last: 30,
	}
	var got Summary
	for _, u := range []*Summary{&one, {}, &other, &one} {
		got.Add(u)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	counts, sum := Counts{1, 2, 3, 4, 5, 6}, Counts{1, 2, 3, 4, 5, 6}
	whole(t, counts)
	sum.Add(&counts)
	if diff := cmp.Diff(Counts{2, 4, 6, 8, 10, 12}, sum); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// TestFindingsAreRecounted holds that findings are counted anew, and that those of missed money have no charge to tell.
func TestFindingsAreRecounted(t *testing.T) {
	one, two := &Rule{ID: "one"}, &Rule{ID: "two"}
	var briefs Briefs
	briefs.Add(one, Brief{Severity: Error, Known: true})
	briefs.Add(one, Brief{Severity: Error, Known: true})
	briefs.Add(two, Brief{Severity: Error})
	briefs.Add(one, Brief{Severity: Review, Money: Underpay})
	briefs.Add(one, Brief{Severity: Warning}) // is not among the findings
	findings := NewFindings([]int32{3, 0, 2, 1}, &briefs, nil)
	got := Summary{Lines: 7, Findings: 5, Uncounted: 5, ByRule: map[string]int{"three": 1}}
	got.Recount(&findings)
	want := Summary{
		Lines: 7, Findings: 4, Uncounted: 1,
		BySeverity: map[Severity]int{Error: 3, Review: 1}, ByRule: map[string]int{"one": 3, "two": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// whole makes sure that figures have a value in each field but some.
func whole(t *testing.T, figures any, but ...string) {
	t.Helper()
	v := reflect.ValueOf(figures)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if v.Field(i).IsZero() != slices.Contains(but, name) {
			t.Errorf("%s of %T is %v", name, figures, v.Field(i))
		}
	}
}

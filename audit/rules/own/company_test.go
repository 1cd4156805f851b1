package own

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// besideChecks are the checks that take a line and its company.
var besideChecks = map[string]func(*audit.Case, *audit.Line, *terms.Company, func(audit.Finding)){
	"pairs": checkPairs, "units": checkUnits, "duplicates": checkDuplicate, "add-ons": checkAddOn, "visits": checkVisit,
}

// TestCrowdedDay holds that the index of a crowded day changes no finding.
func TestCrowdedDay(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		lines := crowdedDay(t, cat)
		indexed := terms.CompanyOf(lines)
		if !indexed.Indexed() {
			t.Fatal("the day has no index")
		}
		c := &audit.Case{Lines: lines, Catalog: cat, Sources: []claim.Source{{}}}
		for name, check := range besideChecks {
			got := said(c, &indexed, check)
			want := said(c, &terms.Company{Lines: lines}, check)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: findings with the index (-without +with)\n%s", name, diff)
			}
		}
	})
}

func said(c *audit.Case, day *terms.Company, check func(*audit.Case, *audit.Line, *terms.Company, func(audit.Finding))) (all []string) {
	for i := range c.Lines {
		check(c, &c.Lines[i], day, func(f audit.Finding) {
			all = append(all, fmt.Sprint(f.Line.Pos.Row, " ", terms.BilledAs(f.Line), " ", f.Severity, " ", f.Fix.Action, " ", len(f.Fix.Edits)))
		})
	}
	return all
}

func crowdedDay(t *rapid.T, cat *catalog.Catalog) []audit.Line {
	n := rapid.IntRange(terms.Crowd+1, 3*terms.Crowd).Draw(t, "lines")
	codes := []string{"20552", "64405", "64451", "64493", "64494", "64495", "20610", "20550", "99213", "99211", "96372", "J3301", "77003", "64483", "64484"}
	modifiers := []string{"", "", "", "RT", "LT", "59", "50", "25", "76"}
	lines := make([]audit.Line, n)
	for i := range lines {
		l := claim.Line{
			Pos: claim.Pos{Row: int32(i + 2)}, Claim: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "claim"),
			From: claim.MustDate("2025-03-10"), Code: claim.MustCode(rapid.SampledFrom(codes).Draw(t, "code")),
			Units: claim.Whole(rapid.IntRange(1, 3).Draw(t, "units")), Charge: 10000, Given: 1<<claim.NumFields - 1,
			Rendering: rapid.SampledFrom([]string{"", "1234567893", "1876543210"}).Draw(t, "npi"),
			TIN:       rapid.SampledFrom([]string{"", "11", "22"}).Draw(t, "tin"),
		}
		if m := rapid.SampledFrom(modifiers).Draw(t, "modifier"); m != "" {
			l.Mods = claim.Mods(m)
		}
		lines[i] = audit.Line{Line: l, Known: cat.Lookup(l.Code)}
	}
	slices.SortStableFunc(lines, func(a, b audit.Line) int { return strings.Compare(a.Claim, b.Claim) })
	return lines
}

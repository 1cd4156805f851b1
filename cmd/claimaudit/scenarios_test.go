package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/rules"
)

// TestScenarios holds that encounters a coder has judged draw exactly the findings the coder
// named, with every rule on, those off by default too: from CSV and from a workbook. In
// testdata/scenarios a line's want column names its rules; claims.csv is audited with earlier.csv,
// and history.csv is context.
func TestScenarios(t *testing.T) {
	folder := filepath.Join("testdata", "scenarios")
	claims := records(t, filepath.Join(folder, "claims.csv"))
	var want []string
	scenario, wanted := slices.Index(claims[0], "scenario"), slices.Index(claims[0], "want")
	for i, r := range claims[1:] {
		for _, rule := range strings.Fields(r[wanted]) {
			want = append(want, fmt.Sprintf("%s row %d: %s", r[scenario], i+2, rule))
		}
	}
	for name, path := range map[string]string{"CSV": filepath.Join(folder, "claims.csv"), "XLSX": asWorkbook(t, claims)} {
		args := []string{path, filepath.Join(folder, "earlier.csv"), "--context", filepath.Join(folder, "history.csv")}
		for _, r := range rules.All() {
			args = append(args, "--rule", r.ID)
		}
		var got []string
		for _, f := range audited(t, args...) {
			if f.File != path {
				t.Errorf("%s: a finding in %s: %s", name, f.File, f.Message)
				continue
			}
			got = append(got, fmt.Sprintf("%s row %d: %s", claims[f.Row-1][scenario], f.Row, f.Rule))
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-judged +found):\n%s", name, diff)
		}
	}
}

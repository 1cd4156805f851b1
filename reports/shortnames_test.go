package reports

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/claim"
)

// TestShortNames holds that files are called by the least that tells them apart, two sheets of one alike.
func TestShortNames(t *testing.T) {
	for _, c := range [][2][]string{
		{{"/home/biller/exports/june.csv"}, {"june.csv"}},
		{{"in/a.csv", "in/a.csv", "in/b.csv"}, {"a.csv", "a.csv", "b.csv"}},
		{{"/x/2024/june.csv", "/x/2025/june.csv", "/x/2025/may.csv"}, {"2024/june.csv", "2025/june.csv", "may.csv"}},
		{{"june.csv", "old/june.csv"}, {"june.csv", "old/june.csv"}},
		{{`C:\a\june.csv`, `C:\b\june.csv`}, {`a\june.csv`, `b\june.csv`}},
		{{"-", "file 2", ""}, {"-", "file 2", ""}},
		{{"a/", "b/"}, {"a/", "b/"}},
	} {
		var sources []claim.Source
		for _, file := range c[0] {
			sources = append(sources, claim.Source{File: file})
		}
		if diff := cmp.Diff(c[1], shortNames(sources)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c[0], diff)
		}
	}
}

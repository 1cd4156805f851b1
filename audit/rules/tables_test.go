package rules_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"claimaudit/audit/rules"
)

// privateSource is what no payer can look up: an id of a list of ours, a section of the guide
// without its title, a person's memory.
var privateSource = regexp.MustCompile(`(?:^|[^\w-])(?:rules? )?[SA]-\d{2}[a-z]?(?:$|[^\w-])|\bguide (?:section|note|table|S\d|L\d)|coder (?:knowledge|practice)|\bpublished (?:coding|billing)`)

const longestSource = 200 // characters

// TestSourcesAreDocuments holds that the source of every rule, of every pattern and of every row of
// a table of knowledge is a document that a payer can open.
func TestSourcesAreDocuments(t *testing.T) {
	t.Parallel()
	check := func(where, source string) {
		switch {
		case source == "":
			t.Errorf("%s has no source", where)
		case privateSource.MatchString(source):
			t.Errorf("%s has a source that a payer cannot open: %s", where, source)
		case len(source) > longestSource:
			t.Errorf("%s has a source of %d characters, and %d are enough: %s", where, len(source), longestSource, source)
		}
	}
	for _, r := range rules.All() {
		check("rule "+r.ID, r.Source)
	}
	for _, p := range rules.Patterns() {
		check("pattern "+p.ID, p.Source)
	}
	files, err := filepath.Glob("../*/data/*.csv")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d tables (%v)", len(files), err)
	}
	for _, file := range files {
		records := readTable(t, file)
		at := slices.Index(records[0], "source")
		for i, record := range records[1:] {
			if at >= 0 {
				check(file+" "+record[0]+" (row "+strconv.Itoa(i+2)+")", record[at])
			}
		}
	}
}

// TestPrivateSources holds what privateSource is for.
func TestPrivateSources(t *testing.T) {
	t.Parallel()
	for source, private := range map[string]bool{
		"NCCI PTP; rule S-11": true, "rules S-24, A-21": true, "guide section of epidurals": true, "coder knowledge": true,
		"OIG report A-09-20-03003": false, "LCD L33906": false, `coding guide "Pain Management CPT Codes", epidurals`: false,
	} {
		if privateSource.MatchString(source) != private {
			t.Errorf("%q is private: %t", source, !private)
		}
	}
}

func readTable(t *testing.T, file string) [][]string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return records
}

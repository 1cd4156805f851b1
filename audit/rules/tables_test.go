package rules_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTablesNameTheirSource holds that every row of the rules' tables says where it is from, and
// stands once.
func TestTablesNameTheirSource(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("data/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables (%v)", err)
	}
	for _, file := range files {
		seen := map[string]bool{}
		for i, record := range readTable(t, file) {
			last := len(record) - 1
			if i == 0 {
				if record[last] != "source" {
					t.Errorf("%s: the last column is %q, not source", file, record[last])
				}
				continue
			}
			if strings.TrimSpace(record[last]) == "" {
				t.Errorf("%s row %d has no source", file, i+1)
			}
			if row := strings.Join(record[:last], "\x00"); seen[row] {
				t.Errorf("%s row %d stands there already", file, i+1)
			} else {
				seen[row] = true
			}
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

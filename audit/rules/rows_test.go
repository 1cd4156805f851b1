package rules_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRowsHaveRules holds that each row of a table of rules names a rule there is, and that a shape's
// table has rows of rules of that shape only: other rows would never be read.
func TestRowsHaveRules(t *testing.T) {
	t.Parallel()
	shapeOf := map[string]string{}
	list := readTable(t, "rules.csv")
	id, shape := slices.Index(list[0], "id"), slices.Index(list[0], "shape")
	shapes := map[string]bool{}
	for _, row := range list[1:] {
		shapeOf[row[id]] = row[shape]
		shapes[row[shape]] = true
	}
	files, err := filepath.Glob("data/*.csv")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range files {
		records := readTable(t, file)
		at := slices.Index(records[0], "rule")
		if at < 0 {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(file), ".csv")
		for i, record := range records[1:] {
			checked++
			switch of, known := shapeOf[record[at]]; {
			case !known:
				t.Errorf("%s row %d is of %s, which is no row of rules.csv", file, i+2, record[at])
			case shapes[name] && of != name:
				t.Errorf("%s row %d is of %s, whose shape is %s", file, i+2, record[at], of)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d rows were looked at", checked)
	}
}

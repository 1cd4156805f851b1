package reports

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/reports/xlsx"
)

// keysOf are the keys of the first finding in a JSON report, in their order.
func keysOf(t *testing.T, data []byte) (keys []string) {
	t.Helper()
	var document struct{ Findings []json.RawMessage }
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(document.Findings[0]))
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return keys
		}
		switch c, isDelim := token.(json.Delim); {
		case isDelim && (c == '{' || c == '['):
			depth++
		case isDelim:
			depth--
		case depth == 1:
			if key, ok := token.(string); ok {
				keys = append(keys, key)
			}
			var value json.RawMessage
			if err := d.Decode(&value); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// headsOf are the heads of CSV, of Flagged Lines, and the keys of JSON.
func headsOf(t *testing.T) (inCSV, inSheet, inJSON []string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(write(t, small(), ".csv", Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := reopened(t, write(t, small(), ".xlsx", Options{})).GetRows(flaggedSheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows[0], sheet[0], keysOf(t, write(t, small(), ".json", Options{}))
}

// What other people's programs know stays: the names and their order in JSON and CSV, and the heads a
// reviewer's workbook comes back with.
func TestKnownColumns(t *testing.T) {
	known := []string{
		"rule", "severity", "title", "file", "sheet", "row", "patient", "claim", "date", "code", "modifiers", "units", "charge",
		"provider", "message", "fix", "money", "at_risk", "related", "source", "fingerprint",
	}
	inCSV, inSheet, inJSON := headsOf(t)
	if diff := cmp.Diff(known, inJSON[:len(known)]); diff != "" {
		t.Errorf("JSON (-known +got):\n%s", diff)
	}
	if diff := cmp.Diff(append(known, "fix_action", "fix_edits"), inCSV[:len(known)+2]); diff != "" {
		t.Errorf("CSV (-known +got):\n%s", diff)
	}
	for _, head := range []string{"Severity", "Row", "Code", "Fix", "Disposition", "Owner", "Note", "Reviewed on"} {
		if !slices.Contains(inSheet, head) {
			t.Errorf("no column %s on %s", head, flaggedSheet)
		}
	}
}

// Every column is somewhere, under a name of its own, and has its value; what a reviewer fills in is the
// workbook's alone.
func TestColumnsAreWhole(t *testing.T) {
	seen := map[any]string{}
	for _, c := range findingColumns {
		label := c.name + c.head
		for _, mine := range []any{"name " + c.name, "head " + c.head, c.place} {
			if mine == "name " || mine == "head " || mine == 0 {
				continue
			}
			if seen[mine] != "" {
				t.Errorf("%s and %s are both %v", seen[mine], label, mine)
			}
			seen[mine] = label
		}
		if label == "" || (c.head == "") != (c.place == 0) || c.text == nil && (c.json == nil || c.place > 0) || c.reviewers() && c.name != "" {
			t.Errorf("column %+v is not whole", c)
		}
	}
}

// A column is one row of the list, and then stands in every output.
func TestAnotherColumn(t *testing.T) {
	before := findingColumns
	t.Cleanup(func() { findingColumns = before })
	findingColumns = append(slices.Clone(before), findingColumn{
		name: "payer_class", column: column{"Payer class", 14, name, false}, place: 245,
		text: func(f *shown) string { return "class of " + f.Line.Patient },
	})
	inCSV, inSheet, inJSON := headsOf(t)
	rows, err := csv.NewReader(bytes.NewReader(write(t, small(), ".csv", Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	last := len(inCSV) - 1
	if inCSV[last] != "payer_class" || rows[1][last] != "class of P002" || rows[2][last] != "class of P001" {
		t.Errorf("CSV: %v, %v", inCSV, rows[1])
	}
	if inJSON[len(inJSON)-1] != "payer_class" || !bytes.Contains(write(t, small(), ".json", Options{}), []byte(`,"payer_class":"class of P002"}`)) {
		t.Errorf("JSON: %v", inJSON)
	}
	at := slices.Index(inSheet, "Payer class")
	if at < 0 || inSheet[at-1] != "Payer" || inSheet[at+1] != "Diagnoses" {
		t.Fatalf("%s: %v", flaggedSheet, inSheet)
	}
	w := inspect(t, write(t, small(), ".xlsx", Options{}))
	w.check()
	if got := w.rows(flaggedSheet)[1][at]; got != "class of P002" {
		t.Errorf("%s%d says %q", xlsx.Letter(at), 2, got)
	}
}

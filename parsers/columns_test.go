package parsers_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

// TestColumns reads a column whose cells tell how they are to be read only together. Cells stand between
// bars, and one that is followed by *N in N rows; what is wanted is what each reads as.
func TestColumns(t *testing.T) {
	eachCase(t, "columns.csv", func(t *testing.T, c map[string]string) {
		rows, first := columnRows(c["field"], c["cells"])
		path := filepath.Join(t.TempDir(), "export.csv")
		if err := os.WriteFile(path, []byte(table(rows...)), 0o600); err != nil {
			t.Fatal(err)
		}
		o := parsers.Options{Order: parsers.DateOrder(c["order"])}
		if c["as_of"] != "" {
			o.AsOf = claim.MustDate(c["as_of"])
		}
		r, err := read(path, o, 3)
		if err != nil {
			if got := strings.ReplaceAll(err.Error(), path, "-"); c["want"] != "refused" || !strings.Contains(got, c["says"]) {
				t.Fatalf("%s\nwant %s: %s", got, c["want"], c["says"])
			}
			return
		}
		var got []string
		for _, row := range first {
			got = append(got, readRow(r, row, c["field"]))
		}
		if strings.Join(got, "|") != c["want"] {
			t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), c["want"])
		}
		if said := said(r); !strings.Contains(said, c["says"]) || c["says"] == "" && said != "" {
			t.Errorf("says %q, want %q", said, c["says"])
		}
	})
}

// columnRows is a table with the cells in the field's column; first are the rows in which each stands first.
func columnRows(field, cells string) (rows [][]string, first []int) {
	rows = [][]string{{"PatientID", "DOS", "CPT", "Dx1", "Dx2", "Dx3", field}}
	if field == "DOS" {
		rows[0][1], rows[0][6] = "Note", "DOS"
	}
	for cell := range strings.SplitSeq(cells, "|") {
		first = append(first, len(rows)+1)
		times := 1
		if text, n, ok := strings.Cut(cell, "*"); ok {
			cell = text
			times, _ = strconv.Atoi(n)
		}
		for range times {
			row := []string{"P1", "2025-03-10", "64483", "M54.16", "M17.11", "M47.816", cell}
			if field == "DOS" {
				row[1] = ""
			}
			if code, rest, ok := strings.Cut(cell, " code "); ok {
				row[6], row[2] = code, rest
			}
			if field == "PatientID" {
				row[0], row[6] = cell, ""
			}
			rows = append(rows, row)
		}
	}
	if field == "PatientID" {
		rows[0][6] = "Note"
	}
	return rows, first
}

// readRow is what a row's field reads as.
func readRow(r *result, row int, field string) string {
	for _, u := range r.unread {
		if int(u.Pos.Row) == row {
			return string(u.Kind)
		}
	}
	for i := range r.lines {
		l := &r.lines[i]
		if int(l.Pos.Row) != row {
			continue
		}
		l.SwapDays(l.Ambiguous & r.Tables[0].Source.DayFirst)
		for f := range claim.NumFields {
			switch {
			case f.Name() != field && (field != "Dx Pointer" || f != claim.FieldDiagnoses):
			case l.Bad.Has(f):
				return "bad"
			default:
				return strings.Join(f.Values(l), " ")
			}
		}
	}
	return "lost"
}

// said is what was repaired and noted.
func said(r *result) string {
	var all []string
	for _, repair := range r.repairs {
		all = append(all, strconv.Itoa(repair.Count)+" "+repair.Kind)
	}
	for _, u := range r.unread {
		all = append(all, u.Reason)
	}
	for _, l := range r.lines {
		for _, f := range l.Faults {
			all = append(all, f.Expected)
		}
	}
	return strings.Join(append(all, r.Tables[0].Source.Notes...), "; ")
}

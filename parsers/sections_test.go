package parsers_test

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

// No row is lost or read by another table's header, wherever headers stand among the rows: of each table
// the rows of its header, and how many rows below are read, audited, unreadable and skipped.
func TestSections(t *testing.T) {
	eachCase(t, "sections.csv", func(t *testing.T, c map[string]string) {
		content, err := strconv.Unquote(`"` + c["content"] + `"`)
		if err != nil {
			t.Fatal(err)
		}
		o := parsers.Options{Stdin: strings.NewReader(content)}
		if c["name"] == "a header in another order that names one field" {
			o.Map = mappings(t, "DOS=Visit", "CPT=#3")
		}
		r, err := read("-", o, 2)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, table := range r.Tables {
			s := table.Source
			got = append(got, fmt.Sprintf("%s: %d %d %d %d", strings.Trim(fmt.Sprint(table.Headers), "[]"), s.Rows, s.Audited, s.Unreadable, s.Skipped))
		}
		if got := strings.Join(got, "|"); got != c["tables"] {
			t.Errorf("tables %s, want %s", got, c["tables"])
		}
		for _, u := range r.unread {
			if u.Kind == claim.Unreadable && (c["unreadable"] == "" || !strings.Contains(u.Reason, c["unreadable"])) {
				t.Errorf("row %d: %s, want %q", u.Pos.Row, u.Reason, c["unreadable"])
			}
		}
		for _, l := range r.lines {
			if l.Code.String() != "62323" || l.Bad != 0 || l.Given.Has(claim.FieldUnits) && l.Units.String() != "1" {
				t.Errorf("row %d is read as %+v", l.Pos.Row, l)
			}
		}
	})
}

func mappings(t *testing.T, texts ...string) (list []parsers.Mapping) {
	t.Helper()
	for _, text := range texts {
		m, err := parsers.ParseMapping(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m)
	}
	return list
}

// Exports one below the other in one file are read as each by itself, over all blocks and by any number
// of readers.
func TestSectionsAreReadAsFiles(t *testing.T) {
	headers := []string{"PatientID,DOS,CPT,Charge,Units", "MRN,Service Date,Proc Code,Mod1,Qty,Amount", "DOS,Charge,PatientID,Units,CPT", "PatientID,DOS,CPT,Charge,Units"}
	rows := []string{"P%d,2025-03-10,64483,%d.50,2\n", "P%d,3/25/2025,64493,RT,3,%d.25\n", "2025-04-01,%[2]d.00,P%[1]d,4,20610\n", "P%d,2025-05-10,62323,%d.00,1\n"}
	var all strings.Builder
	var want []claim.Line
	above := 0
	for i, header := range headers {
		var one strings.Builder
		one.WriteString(header + "\n")
		for n := range 20000 {
			fmt.Fprintf(&one, rows[i], n, n)
		}
		r, err := read("-", parsers.Options{Stdin: strings.NewReader(one.String())}, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range r.lines {
			l.Pos.Row += int32(above)
			l.Pos.Input = int32(i)
			want = append(want, l)
		}
		all.WriteString(one.String())
		above += 20001
	}
	for workers := range 4 {
		r, err := read("-", parsers.Options{Stdin: strings.NewReader(all.String())}, workers+1)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.lines) != len(want) || len(r.unread) > 0 || len(r.Tables) != len(headers) {
			t.Fatalf("%d workers: %d tables, %d lines, %d rows not read", workers+1, len(r.Tables), len(r.lines), len(r.unread))
		}
		for i := range want {
			if !reflect.DeepEqual(want[i], r.lines[i]) {
				t.Fatalf("%d workers: lines differ: %s", workers+1, cmp.Diff(want[i], r.lines[i]))
			}
		}
	}
}

// A grouped report below another header is read the same by any number of readers: claims go on from one
// block to the next.
func TestGroupedSectionByAnyNumberOfReaders(t *testing.T) {
	var text strings.Builder
	text.WriteString("PatientID,DOS,CPT,Charge,Units\nP1,2025-03-10,64483,50.00,1\n")
	text.WriteString("Claim No,MRN,DOB,Service Date,Proc Code,Qty,Amount\n")
	const claims, lines = 10000, 7
	for n := range claims {
		for k := range lines {
			if k == 0 {
				fmt.Fprintf(&text, "C%d,M%d,1960-01-02,2025-03-11,64493,%d,%d.00\n", n, n, k+1, n)
			} else {
				fmt.Fprintf(&text, ",,,,64494,%d,%d.00\n", k+1, n)
			}
		}
	}
	text.WriteString("Total,,,,,,9.00\n,,,,64494,1,5.00\n")
	var want string
	for _, workers := range []int{1, 3} {
		r, err := read("-", parsers.Options{Stdin: strings.NewReader(text.String())}, workers)
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]int{}
		for _, l := range r.lines {
			if l.Patient != "" && strings.TrimPrefix(l.Patient, "M") == strings.TrimPrefix(l.Claim, "C") && l.Birth != 0 {
				by[l.Patient]++
			}
		}
		got := fmt.Sprintf("%d lines, %d patients, %d of M7, %d not read, notes %q", len(r.lines), len(by), by["M7"], len(r.unread), r.Tables[1].Source.Notes)
		if want == "" {
			want = got
		}
		if got != want || len(by) != claims || by["M9999"] != lines {
			t.Errorf("%d workers: %s, want %s of %d patients with %d lines each", workers, got, want, claims, lines)
		}
	}
}

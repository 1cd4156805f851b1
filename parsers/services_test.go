package parsers_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
)

var update = flag.Bool("update", false, "write anew what is read of the cases")

// TestServices holds what is read of each form of row with several services: a file of testdata/services
// has an export, behind "-- map" what is mapped, and behind "-- read" each service with its place, and how
// many rows there are of each kind.
func TestServices(t *testing.T) {
	paths, err := filepath.Glob("testdata/services/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, "no cases")
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text, want, ok := strings.Cut(string(data), "-- read\n")
			if !ok {
				t.Fatal("nothing is expected")
			}
			text, maps, _ := strings.Cut(text, "-- map\n")
			if *update {
				if maps != "" {
					maps = "-- map\n" + maps
				}
				data := text + maps + "-- read\n" + servicesOf(t, text, strings.TrimPrefix(maps, "-- map\n"), 1)
				if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, workers := range []int{1, 3} {
				if got := servicesOf(t, text, maps, workers); got != want {
					t.Errorf("%d workers: got\n%s\nwant\n%s", workers, got, want)
				}
			}
		})
	}
}

func servicesOf(t *testing.T, text, maps string, workers int) string {
	t.Helper()
	o := parsers.Options{Stdin: strings.NewReader(text)}
	for line := range strings.Lines(maps) {
		m, err := parsers.ParseMapping(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		o.Map = append(o.Map, m)
	}
	r, err := read("-", o, workers)
	if err != nil {
		return err.Error() + "\n"
	}
	s := r.Tables[0].Source
	var b strings.Builder
	for i := range r.lines {
		l := &r.lines[i]
		fmt.Fprintf(&b, "%s: %s %s %s", s.RowText(l.Pos), l.Patient, l.From, l.Billed)
		for _, f := range []claim.Field{claim.FieldClaim, claim.FieldPayer, claim.FieldBirth, claim.FieldModifiers, claim.FieldUnits, claim.FieldCharge, claim.FieldDiagnoses, claim.FieldPOS, claim.FieldAuth, claim.FieldLineID} {
			values := f.Values(l)
			if f != claim.FieldBirth && len(values) > 0 != l.Given.Has(f) && !l.Bad.Has(f) {
				t.Errorf("%s: %s is %q, and given is %t", s.RowText(l.Pos), f, values, l.Given.Has(f))
			}
			if len(values) > 0 {
				fmt.Fprintf(&b, " %s=%s", f.Name(), strings.Join(values, "-"))
			}
		}
		for _, f := range l.Faults {
			fmt.Fprintf(&b, " bad %s %q", f.Field.Name(), f.Text)
		}
		b.WriteString("\n")
	}
	for _, u := range r.unread {
		fmt.Fprintf(&b, "%s: %s, %s", s.RowText(u.Pos), u.Kind, u.Charge)
		if u.Part {
			b.WriteString(", of a row that is counted")
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%d rows: %d audited (%d services), %d unreadable, %d skipped; %d services unplaced\n", s.Rows, s.Audited, s.Services, s.Unreadable, s.Skipped, s.Unplaced)
	for _, c := range r.repairs {
		fmt.Fprintf(&b, "repaired: %s: %s: %d\n", c.Field, c.Kind, c.Count)
	}
	for _, n := range s.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

// TestGroupedOverBlocks holds that what is printed once is carried down over the borders of blocks, however
// many read, and to no claim but its own.
func TestGroupedOverBlocks(t *testing.T) {
	var b strings.Builder
	b.WriteString("Claim No,Patient ID,DOS,CPT,Charge\n")
	const claims = 40_000
	for i := range claims {
		fmt.Fprintf(&b, "C%d,P%d,2025-03-10,64493,900\n,,2025-03-10,64494,450\n", i, i/2)
	}
	b.WriteString("X1,,2025-03-10,99213,90\n,,2025-03-10,99214,90\n")
	r, err := read("-", parsers.Options{Stdin: strings.NewReader(b.String())}, 4)
	if err != nil || len(r.lines) != 2*claims+2 {
		t.Fatalf("%d lines, %v", len(r.lines), err)
	}
	if a, b := r.lines[2*claims], r.lines[2*claims+1]; a.Patient != "" || b.Patient != "" || b.Claim != "" {
		t.Errorf("a claim without a patient has %q and %q of claim %q", a.Patient, b.Patient, b.Claim)
	}
	for i := range r.lines[:2*claims] {
		if l := &r.lines[i]; l.Claim != fmt.Sprint("C", i/2) || l.Patient != fmt.Sprint("P", i/4) {
			t.Fatalf("row %d is of claim %s and patient %s", l.Pos.Row, l.Claim, l.Patient)
		}
	}
	if len(r.repairs) != 2 || r.repairs[0].Count != claims || r.repairs[1].Count != claims {
		t.Errorf("repairs %v", r.repairs)
	}
}

// TestMergedCells holds that a workbook's merged cells are carried down as dates and numbers too.
func TestMergedCells(t *testing.T) {
	f := excelize.NewFile()
	for i, row := range [][]any{
		{"Claim No", "Patient ID", "DOS", "CPT", "Charge"},
		{"C1", 1001, 45726, "64493", 900}, {nil, nil, nil, "64494", 450},
		{"C2", 1002, 45727, "64483", 800}, {nil, nil, nil, "64484", 400},
	} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	for _, column := range []string{"A", "B", "C"} {
		for _, rows := range [][2]int{{2, 3}, {4, 5}} {
			if err := f.MergeCell("Sheet1", fmt.Sprint(column, rows[0]), fmt.Sprint(column, rows[1])); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "merged.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	r, err := read(path, parsers.Options{}, 2)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range r.lines {
		l := &r.lines[i]
		got = append(got, fmt.Sprint(l.Claim, " ", l.Patient, " ", l.From, " ", l.Billed))
	}
	want := []string{"C1 1001 2025-03-10 64493", "C1 1001 2025-03-10 64494", "C2 1002 2025-03-11 64483", "C2 1002 2025-03-11 64484"}
	if !slices.Equal(got, want) || !strings.Contains(strings.Join(r.Tables[0].Source.Notes, " "), "6 groups of merged cells") {
		t.Errorf("%q, notes %q", got, r.Tables[0].Source.Notes)
	}
}

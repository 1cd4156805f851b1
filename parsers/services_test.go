package parsers_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

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
		for _, f := range []claim.Field{claim.FieldModifiers, claim.FieldUnits, claim.FieldCharge, claim.FieldDiagnoses, claim.FieldPOS, claim.FieldLineID} {
			if values := f.Values(l); len(values) > 0 {
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

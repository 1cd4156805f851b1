package audit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit/claim"
)

// manyFindings are findings of every shape, on lines of their own.
func manyFindings(n int) []Finding {
	rule := &Rule{ID: "some-rule", Severity: Error}
	part, mods := claim.Cents(-5), claim.Mods("59")
	all := make([]Finding, n)
	for i := range all {
		own, other := &Line{Line: bill(int32(i+2), fmt.Sprint("P", i), "77003", 1)}, &Line{Line: bill(int32(i+n), "P", "62323", 2)}
		own.Narrative, other.Context = strings.Repeat("long ", i%50), i%3 == 0
		own.Root = i%2 == 0
		own.Faults = []claim.Fault{{Field: claim.FieldUnits, Text: "two", Expected: "a number"}}
		f := Finding{Rule: rule, Severity: Warning, Line: own, Related: []*Line{other}, Money: Deny, Message: fmt.Sprint("message ", i%7)}
		f.Fix = Fix{Action: SetUnits, Text: fmt.Sprint("text ", i), Edits: []Edit{
			Remove(other), SetCode(own, claim.MustCode("62323")), SetMods(own, mods), SetQuantity(own, claim.Whole(3)),
		}}
		if i%5 == 0 {
			f.Part, f.Related, f.Fix.Edits = &part, []*Line{}, nil
		}
		all[i] = f
	}
	return all
}

func TestFindingsComeBackWhole(t *testing.T) {
	want := manyFindings(60)
	fs := NewFindings(want)
	for i, got := range fs.All() {
		if diff := cmp.Diff(&want[i], got); diff != "" {
			t.Fatalf("finding %d (-packed +unpacked):\n%s", i, diff)
		}
		if e := got.Fix.Edits; len(e) > 0 && (e[0].Line != got.Related[0] || e[1].Line != got.Line) {
			t.Fatalf("finding %d: its edits are of other lines than its own", i)
		}
	}
}

// What does not fit in memory is read back from files, and failing to is an error, not a blank.
func TestFindingsFromFiles(t *testing.T) {
	body := NewBody(1)
	s := newShelf(body)
	want := manyFindings(8000)
	for i := range want {
		if err := s.add(&want[i], 0); err != nil {
			t.Fatal(err)
		}
	}
	if s.store.size == 0 {
		t.Fatal("nothing went to a file: the test shows nothing")
	}
	fs := Findings{briefs: s.briefs, shelves: []*shelf{s}, trouble: &trouble{}}
	for i, got := range fs.All() {
		if diff := cmp.Diff(&want[i], got); diff != "" {
			t.Fatalf("finding %d (-packed +unpacked):\n%s", i, diff)
		}
	}
	if err := fs.Err(); err != nil {
		t.Fatal(err)
	}
	if err := body.Close(); err != nil {
		t.Fatal(err)
	}
	if f := fs.At(0); f.Line.Pos != want[0].Line.Pos || fs.Err() == nil {
		t.Error("no error from a file that is gone")
	}
}

func TestCorrectedLines(t *testing.T) {
	lines := []Line{
		{Line: bill(9, "P", "62323", 1), Context: true},
		{Line: bill(2, "P", "62323", 1)}, {Line: bill(3, "P", "77003", 1)}, {Line: bill(4, "P", "62321", 2)},
	}
	old, a, b, c := &lines[0], &lines[1], &lines[2], &lines[3]
	fix := func(id string, l *Line, related []*Line, edits ...Edit) Finding {
		return Finding{Rule: &Rule{ID: id}, Line: l, Related: related, Fix: Fix{Edits: edits}}
	}
	for _, test := range []struct {
		name  string
		found []Finding
		want  string
	}{
		{"nothing found", nil, "2 62323 1\n3 77003 1\n4 62321 2\n"},
		{"only the record can tell", []Finding{fix("r", a, nil)}, "2 62323 1\n3 77003 1\n4 62321 2\n"},
		{"a line goes and the one beside it says so", []Finding{fix("r", b, []*Line{a}, Remove(b))},
			"2 62323 1 r: row 3, 77003, removed\n4 62321 2\n"},
		{"a fix of two lines", []Finding{fix("r", c, nil, SetCode(c, claim.MustCode("62323")), SetQuantity(c, claim.One), SetMods(a, claim.Mods("59")))},
			"2 62323-59 1 r: modifiers none to 59\n3 77003 1\n4 62323 1 r: code 62321 to 62323; r: units 2 to 1\n"},
		{"a second fix of a line waits", []Finding{fix("r", c, nil, SetQuantity(c, claim.One)), fix("s", c, nil, SetMods(b, claim.Mods("59")), SetMods(c, claim.Mods("59")))},
			"2 62323 1\n3 77003 1\n4 62321 1 r: units 2 to 1; s: not applied, audit again\n"},
		{"history is not edited", []Finding{fix("r", a, []*Line{old}, Remove(old))},
			"2 62323 1 r: not applied, audit again\n3 77003 1\n4 62321 2\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newLedger(NewBody(0))
			if err := g.patient(lines, test.found); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, e := range g.entries {
				l, change, err := g.line(e.place)
				if err != nil {
					t.Fatal(err)
				}
				text := fmt.Sprintf("%d %s %s %s", l.Pos.Row, strings.Trim(l.Billed+"-"+l.Mods.String(), "-"), l.Units, change)
				got.WriteString(strings.TrimSpace(text) + "\n")
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

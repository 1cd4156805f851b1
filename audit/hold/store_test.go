package hold

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

func bill(row int32, patient, code string, units int) claim.Line {
	return claim.Line{
		Pos: claim.Pos{Row: row}, Patient: patient, From: claim.MustDate("2025-03-10"), Code: claim.MustCode(code), Billed: code,
		Units: claim.Whole(units), Charge: 10000, Given: claim.FieldSet(claim.FieldCharge),
	}
}

// manyFindings are findings of every shape, on lines of their own.
func manyFindings(n int) []audit.Finding {
	rule := &audit.Rule{ID: "some-rule", Severity: audit.Error}
	part, mods := claim.Cents(-5), claim.Mods("59")
	all := make([]audit.Finding, n)
	for i := range all {
		own, other := &audit.Line{Line: bill(int32(i+2), fmt.Sprint("P", i), "77003", 1)}, &audit.Line{Line: bill(int32(i+n), "P", "62323", 2)}
		own.Narrative, other.Context = strings.Repeat("long ", i%50*3), i%3 == 0
		own.Root = i%2 == 0
		own.Faults = []claim.Fault{{Field: claim.FieldUnits, Text: "two", Expected: "a number"}}
		f := audit.Finding{Rule: rule, Severity: audit.Warning, Line: own, Related: []*audit.Line{other}, Money: audit.Deny, Message: fmt.Sprint("message ", i%7)}
		f.Fix = audit.Fix{Action: audit.SetUnits, Text: fmt.Sprint("text ", i), Edits: []audit.Edit{
			audit.Remove(other), audit.SetCode(own, claim.MustCode("62323")), audit.SetMods(own, mods), audit.SetQuantity(own, claim.Whole(3)),
		}}
		if i%5 == 0 {
			f.Part, f.Related, f.Fix.Edits = &part, []*audit.Line{}, nil
		}
		all[i] = f
	}
	return all
}

func TestFindingsComeBackWhole(t *testing.T) {
	want := manyFindings(60)
	fs := Pack(want)
	lines := fs.Reader()
	for i, got := range fs.All() {
		if diff := cmp.Diff(want[i].Line, lines.Line(fs.Brief(i))); diff != "" {
			t.Fatalf("line of finding %d alone (-packed +unpacked):\n%s", i, diff)
		}
		if diff := cmp.Diff(&want[i], got); diff != "" {
			t.Fatalf("finding %d (-packed +unpacked):\n%s", i, diff)
		}
		if e := got.Fix.Edits; len(e) > 0 && (e[0].Line != got.Related[0] || e[1].Line != got.Line) {
			t.Fatalf("finding %d: its edits are of other lines than its own", i)
		}
	}
}

// A line that a finding is on is kept with the finding alone, and comes back as one without: in memory, from files, and
// not at all from a record that is no encounter's.
func TestEncountersFromFindings(t *testing.T) {
	for _, memory := range []int64{0, 1} {
		s := NewShelf(NewBody(memory))
		want := manyFindings(1500)
		for i := range want {
			lines := []audit.Line{*want[i].Line, {Line: claim.Blank()}}
			lines[1].Pos, lines[1].From, lines[1].Units = claim.Pos{Row: -1}, lines[0].From, 300
			fixed := map[claim.Pos]audit.Edit{lines[0].Pos: {Code: 7}}
			if err := s.Keep(want[i:i+1], lines, fixed); err != nil {
				t.Fatal(err)
			}
		}
		if memory > 0 && s.store.size == 0 {
			t.Fatal("nothing went to a file: the test shows nothing")
		}
		r := &findingReader{shelves: &shelves{of: []*Shelf{s}, before: []int32{0}}}
		for i := range want {
			day := r.Encounter(int32(i))
			if len(day) != 2 || day[0].Units != 300 || day[0].Fixed.Code != 0 || day[1].Fixed.Code != 7 {
				t.Fatalf("encounter %d: %+v", i, day)
			}
			if diff := cmp.Diff(told(want[i].Line), *day[1].Line); diff != "" {
				t.Fatalf("encounter %d (-kept +read):\n%s", i, diff)
			}
		}
		if err := r.shelves.Err(); err != nil {
			t.Error(err)
		}
		if err := NewShelf(NewBody(0)).TakeDay([]byte{0, 1, lineFound, 9, 9, 9, 0}); err == nil {
			t.Error("a record of a finding elsewhere is taken")
		}
		if err := s.store.body.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What does not fit in memory is read back from files, and failing to is an error, not a blank.
func TestFindingsFromFiles(t *testing.T) {
	body := NewBody(1)
	s := NewShelf(body)
	want := manyFindings(8000)
	for i := range want {
		if _, err := s.add(&want[i], 0); err != nil {
			t.Fatal(err)
		}
	}
	if s.store.size == 0 {
		t.Fatal("nothing went to a file: the test shows nothing")
	}
	all := &shelves{}
	all.take(s)
	fs := audit.NewFindings(all.all.Numbers(), &all.all, all)
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

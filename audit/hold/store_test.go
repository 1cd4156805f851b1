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
		own.Narrative, other.Context = strings.Repeat("long ", i%50), i%3 == 0
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
	s := NewShelf(body)
	want := manyFindings(8000)
	for i := range want {
		if err := s.add(&want[i], 0); err != nil {
			t.Fatal(err)
		}
	}
	if s.store.size == 0 {
		t.Fatal("nothing went to a file: the test shows nothing")
	}
	fs := audit.NewFindings(s.briefs, &shelves{of: []*Shelf{s}})
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

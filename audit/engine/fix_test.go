package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

func TestCorrectedLines(t *testing.T) {
	lines := []audit.Line{
		{Line: bill(9, "P", "62323", 1), Context: true},
		{Line: bill(2, "P", "62323", 1)}, {Line: bill(3, "P", "77003", 1)}, {Line: bill(4, "P", "62321", 2)},
	}
	old, a, b, c := &lines[0], &lines[1], &lines[2], &lines[3]
	fix := func(id string, l *audit.Line, related []*audit.Line, edits ...audit.Edit) audit.Finding {
		return audit.Finding{Rule: &audit.Rule{ID: id}, Line: l, Related: related, Fix: audit.Fix{Edits: edits}}
	}
	for _, test := range []struct {
		name  string
		found []audit.Finding
		want  string
	}{
		{"nothing found", nil, "2 62323 1\n3 77003 1\n4 62321 2\n"},
		{"only the record can tell", []audit.Finding{fix("r", a, nil)}, "2 62323 1\n3 77003 1\n4 62321 2\n"},
		{"a line goes and the one beside it says so", []audit.Finding{fix("r", b, []*audit.Line{a}, audit.Remove(b))},
			"2 62323 1 r: row 3, 77003, removed\n4 62321 2\n"},
		{"history is told nothing", []audit.Finding{fix("r", b, []*audit.Line{old, a}, audit.Remove(b))},
			"2 62323 1 r: row 3, 77003, removed\n4 62321 2\n"},
		{"a fix of two lines", []audit.Finding{fix("r", c, nil, audit.SetCode(c, claim.MustCode("62323")), audit.SetQuantity(c, claim.One), audit.SetMods(a, claim.Mods("59")))},
			"2 62323-59 1 r: modifiers none to 59\n3 77003 1\n4 62323 1 r: code 62321 to 62323; r: units 2 to 1\n"},
		{"a second fix of a line waits", []audit.Finding{fix("r", c, nil, audit.SetQuantity(c, claim.One)), fix("s", c, nil, audit.SetMods(b, claim.Mods("59")), audit.SetMods(c, claim.Mods("59")))},
			"2 62323 1\n3 77003 1\n4 62321 1 r: units 2 to 1; s: not applied, audit again\n"},
		{"a second fix waits for a code", []audit.Finding{fix("r", c, nil, audit.SetCode(c, claim.MustCode("62323"))), fix("s", b, nil, audit.Remove(b), audit.SetQuantity(c, claim.One))},
			"2 62323 1\n3 77003 1 s: not applied, audit again\n4 62323 2 r: code 62321 to 62323\n"},
		{"a second fix waits for modifiers", []audit.Finding{fix("r", c, nil, audit.SetMods(c, claim.Mods("59"))), fix("s", c, nil, audit.SetQuantity(c, claim.One))},
			"2 62323 1\n3 77003 1\n4 62321-59 2 r: modifiers none to 59; s: not applied, audit again\n"},
		{"a second fix of a line that goes waits", []audit.Finding{fix("r", c, nil, audit.Remove(c)), fix("s", a, nil, audit.SetMods(a, claim.Mods("59")), audit.SetQuantity(c, claim.One))},
			"2 62323 1 s: not applied, audit again\n3 77003 1\n"},
		{"a line that was only told of another is free", []audit.Finding{fix("r", b, []*audit.Line{a}, audit.Remove(b)), fix("s", a, nil, audit.SetMods(a, claim.Mods("59")))},
			"2 62323-59 1 r: row 3, 77003, removed; s: modifiers none to 59\n4 62321 2\n"},
		{"history is not edited", []audit.Finding{fix("r", a, []*audit.Line{old}, audit.Remove(old))},
			"2 62323 1 r: not applied, audit again\n3 77003 1\n4 62321 2\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := fixes{hold.NewLedger(hold.NewBody(0)), map[*audit.Line]*correction{}}
			if err := g.patient(lines, test.found); err != nil {
				t.Fatal(err)
			}
			corrected := hold.GatherLines([]*hold.Ledger{g.ledger})
			var got strings.Builder
			for i := range corrected.Len() {
				l, change := corrected.At(i)
				text := fmt.Sprintf("%d %s %s %s", l.Pos.Row, strings.Trim(l.Billed+"-"+l.Mods.String(), "-"), l.Units, change)
				got.WriteString(strings.TrimSpace(text) + "\n")
			}
			if diff := cmp.Diff(test.want, got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

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
			"2 62323 1 r: row 3, 77003, removed\n(3 77003 1 r: removed)\n4 62321 2\n"},
		{"history is told nothing", []audit.Finding{fix("r", b, []*audit.Line{old, a}, audit.Remove(b))},
			"2 62323 1 r: row 3, 77003, removed\n(3 77003 1 r: removed)\n4 62321 2\n"},
		{"a fix of two lines", []audit.Finding{fix("r", c, nil, audit.SetCode(c, claim.MustCode("62323")), audit.SetQuantity(c, claim.One), audit.SetMods(a, claim.Mods("59")))},
			"2 62323-59 1 r: Mod none to 59\n3 77003 1\n4 62323 1 r: CPT 62321 to 62323; r: Units 2 to 1\n"},
		{"a second fix of a line waits", []audit.Finding{fix("r", c, nil, audit.SetQuantity(c, claim.One)), fix("s", c, nil, audit.SetMods(b, claim.Mods("59")), audit.SetMods(c, claim.Mods("59")))},
			"2 62323 1\n3 77003-59 1 s: Mod none to 59\n4 62321-59 2 s: Mod none to 59; r: not applied, audit again\n"},
		{"a second fix waits for a removal", []audit.Finding{fix("r", c, nil, audit.SetCode(c, claim.MustCode("62323"))), fix("s", b, nil, audit.Remove(b), audit.SetQuantity(c, claim.One))},
			"2 62323 1\n(3 77003 1 s: removed)\n4 62321 1 s: row 3, 77003, removed; s: Units 2 to 1; r: not applied, audit again\n"},
		{"a second fix waits for modifiers", []audit.Finding{fix("r", c, nil, audit.SetMods(c, claim.Mods("59"))), fix("s", c, nil, audit.SetQuantity(c, claim.One))},
			"2 62323 1\n3 77003 1\n4 62321-59 2 r: Mod none to 59; s: not applied, audit again\n"},
		{"a removal silences other fixes of the line", []audit.Finding{fix("r", c, nil, audit.Remove(c)), fix("s", a, nil, audit.SetMods(a, claim.Mods("59")), audit.SetQuantity(c, claim.One))},
			"2 62323 1\n3 77003 1\n(4 62321 2 r: removed)\n"},
		{"a line that was only told of another is free", []audit.Finding{fix("r", b, []*audit.Line{a}, audit.Remove(b)), fix("s", a, nil, audit.SetMods(a, claim.Mods("59")))},
			"2 62323-59 1 r: row 3, 77003, removed; s: Mod none to 59\n(3 77003 1 r: removed)\n4 62321 2\n"},
		{"history is not edited", []audit.Finding{fix("r", a, []*audit.Line{old}, audit.Remove(old))},
			"2 62323 1 r: not applied, audit again\n3 77003 1\n4 62321 2\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, correctedText(t, lines, test.found)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCorrectedCopies: what is corrected on a line is corrected on its copies for other payers too, where
// they are billed alike in what changes; every copy stands in a row of its own, or is removed with its line.
func TestCorrectedCopies(t *testing.T) {
	rule := &audit.Rule{ID: "r"}
	with := func(row int32, text string, units int) audit.Line {
		code, mods, _ := strings.Cut(text, "-")
		l := audit.Line{Line: bill(row, "P", code, units)}
		if mods != "" {
			l.Mods = claim.Mods(strings.Split(mods, "-")...)
		}
		return l
	}
	for name, c := range map[string]struct {
		line, copied string
		units        int
		edit         func(l *audit.Line) audit.Edit
		want         string
	}{
		"removed": {"77003", "77003", 1, audit.Remove, "(2 77003 1 r: removed)\n(3 77003 1 r: removed)\n4 62323 1 r: row 2, 77003, removed; r: row 3, 77003, removed\n"},
		"another code": {"62321", "62321", 1, func(l *audit.Line) audit.Edit { return audit.SetCode(l, claim.MustCode("62323")) },
			"2 62323 1 r: CPT 62321 to 62323\n3 62323 1 r: CPT 62321 to 62323\n4 62323 1\n"},
		"a code that the other payer has otherwise": {"99213", "99243", 1, func(l *audit.Line) audit.Edit { return audit.SetCode(l, claim.MustCode("99214")) },
			"2 99214 1 r: CPT 99213 to 99214\n3 99243 1 r: not applied, the copy is billed otherwise\n4 62323 1\n"},
		"units": {"J3301", "J3301", 4, func(l *audit.Line) audit.Edit { return audit.SetQuantity(l, claim.Whole(4)) },
			"2 J3301 4 r: Units 1 to 4\n3 J3301 4 r: not applied, the copy is billed otherwise\n4 62323 1\n"},
		"a modifier more": {"99213", "99213-GY", 1, func(l *audit.Line) audit.Edit { return audit.SetMods(l, claim.Mods("25")) },
			"2 99213-25 1 r: Mod none to 25\n3 99213-GY-25 1 r: Mod GY to GY-25\n4 62323 1\n"},
		"a modifier that it has": {"64483-59", "64483-XS", 1, func(l *audit.Line) audit.Edit { return audit.SetMods(l, claim.Mods("XS")) },
			"2 64483-XS 1 r: Mod 59 to XS\n3 64483-XS 1\n4 62323 1\n"},
		"a side written in another way": {"64483-50", "64483-RT", 1, func(l *audit.Line) audit.Edit { return audit.SetMods(l, claim.Mods("LT")) },
			"2 64483-LT 1 r: Mod 50 to LT\n3 64483-RT 1 r: not applied, the copy is billed otherwise\n4 62323 1\n"},
		"no room": {"64483-RT", "64483-RT-GA-GY-KX", 1, func(l *audit.Line) audit.Edit { return audit.SetMods(l, claim.Mods("RT", "59")) },
			"2 64483-RT-59 1 r: Mod RT to RT-59\n3 64483-RT-GA-GY-KX 1 r: not applied, the copy is billed otherwise\n4 62323 1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			copied := with(3, c.copied, c.units)
			lines := []audit.Line{with(2, c.line, 1), with(4, "62323", 1)}
			lines[0].Copies = []*audit.Line{&copied}
			found := []audit.Finding{{Rule: rule, Line: &lines[0], Related: []*audit.Line{&lines[1]}, Fix: audit.Fix{Edits: []audit.Edit{c.edit(&lines[0])}}}}
			if diff := cmp.Diff(c.want, correctedText(t, lines, found)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a copy of two lines", func(t *testing.T) {
		copied := with(4, "64483-50", 1)
		lines := []audit.Line{with(2, "64483-RT", 1), with(3, "64483-LT", 1)}
		lines[0].Copies, lines[1].Copies = []*audit.Line{&copied}, []*audit.Line{&copied}
		found := []audit.Finding{{Rule: rule, Line: &lines[1], Fix: audit.Fix{Edits: []audit.Edit{audit.Remove(&lines[1])}}}}
		if got, want := correctedText(t, lines, found), "2 64483-RT 1\n(3 64483-LT 1 r: removed)\n4 64483-50 1 r: not applied, the copy is billed otherwise\n"; got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
	t.Run("of a claim that is history", func(t *testing.T) {
		copied := with(3, "64483-RT", 1)
		lines := []audit.Line{with(2, "64483-RT", 1)}
		lines[0].Context, lines[0].Copies = true, []*audit.Line{&copied}
		if got := correctedText(t, lines, nil); got != "3 64483-RT 1\n" {
			t.Errorf("got\n%s", got)
		}
	})
}

// correctedText are the lines as corrected, with what is said of each.
func correctedText(t *testing.T, lines []audit.Line, found []audit.Finding) string {
	t.Helper()
	g := newFixes(hold.NewBody(0))
	var tried trial
	tried.gather(lines, found)
	if err := g.patient(lines, &tried); err != nil {
		t.Fatal(err)
	}
	corrected := hold.GatherLines([]*hold.Ledger{g.ledger})
	var got strings.Builder
	for i := range corrected.Len() {
		l, change, removed := corrected.At(i)
		text := fmt.Sprintf("%d %s %s %s", l.Pos.Row, strings.Trim(l.Billed+"-"+l.Mods.String(), "-"), l.Units, change)
		if text = strings.TrimSpace(text); removed {
			text = "(" + text + ")"
		}
		got.WriteString(text + "\n")
	}
	return got.String()
}

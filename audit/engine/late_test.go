package engine

import (
	"strings"
	"testing"

	"claimaudit/audit"
)

// A finding whose fix edits the late line alone stands on that; one that edits the earlier line, or none,
// on the earlier, which says how it is mended.
func TestPlaceOfLateFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edits   string // of the earlier line, the late one, or both
		related bool   // the late line
		on      string
		sent    bool
	}{
		"late alone":               {"late", true, "late", false},
		"late alone, not related":  {"late", false, "late", false},
		"earlier":                  {"earlier", true, "earlier", true},
		"both":                     {"earlier late", true, "earlier", true},
		"both, late not related":   {"earlier late", false, "earlier", true},
		"none, the record decides": {"", true, "earlier", true},
	} {
		lines := map[string]*audit.Line{"earlier": {Line: bill(2, "P", "20552", 1), Context: true}, "late": {Line: bill(3, "P", "64405", 1)}}
		f := audit.Finding{Line: lines["earlier"], Fix: audit.Fix{Text: "do it"}}
		if c.related {
			f.Related = []*audit.Line{lines["late"]}
		}
		for word := range strings.FieldsSeq(c.edits) {
			f.Fix.Edits = append(f.Fix.Edits, audit.Remove(lines[word]))
		}
		place(&f)
		other := map[string]string{"late": "earlier", "earlier": "late"}[c.on]
		if f.Line != lines[c.on] || len(f.Related) != 1 || f.Related[0] != lines[other] {
			t.Errorf("%s: it is on row %d with %d related", name, f.Line.Pos.Row, len(f.Related))
		}
		if strings.HasSuffix(f.Fix.Text, "is sent: replacement (frequency 7)") != c.sent {
			t.Errorf("%s: %s", name, f.Fix.Text)
		}
	}
}

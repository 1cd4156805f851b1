package engine

import (
	"strings"
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// TestOneQuestionForASeries holds that the first review of a series stands for those of the same cause, and for
// nothing else.
func TestOneQuestionForASeries(t *testing.T) {
	t.Parallel()
	asks, other := &audit.Rule{ID: "asks", Series: true}, &audit.Rule{ID: "other"}
	line := func(day, dx string) *audit.Line {
		l := &audit.Line{Line: claim.Line{From: claim.MustDate(day), Code: claim.MustCode("20610")}}
		l.Dx[0] = claim.MustDiagnosis(dx)
		return l
	}
	late, first, last := line("2025-03-17", "M17.11"), line("2025-03-10", "M17.11"), line("2025-03-24", "M17.11")
	review := func(r *audit.Rule, l *audit.Line) audit.Finding {
		return audit.Finding{Rule: r, Severity: audit.Review, Line: l, Message: "asked"}
	}
	edits := review(asks, last)
	edits.Fix.Edits = []audit.Edit{audit.Remove(last)}
	worse := review(asks, last)
	worse.Severity = audit.Warning
	got := inSeries([]audit.Finding{
		review(asks, late), review(other, late), review(asks, first), review(other, first), review(asks, last),
		review(asks, line("2025-03-17", "M75.41")), edits, worse,
	})
	if len(got) != 6 {
		t.Fatalf("%d findings left, want the first of the series, one of another diagnosis, one that edits, a warning, and two of a rule without series", len(got))
	}
	for _, f := range got {
		if stands := f.Line == first && f.Rule == asks; stands != strings.HasSuffix(f.Message, "; so on 2 other lines of the patient") || stands != (len(f.Related) == 2) {
			t.Errorf("%s on %s: %q, %d related", f.Rule.ID, f.Line.From, f.Message, len(f.Related))
		}
	}
}

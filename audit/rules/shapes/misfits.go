package shapes

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/rules/terms"
)

// Misfits completes a rule with its rows of modifier-validity.csv, whose columns are those of the tables
// of single lines: all modifiers of a line that cannot be true of it make one finding, with the highest
// severity of their rows, and its edit takes off all of them, or none where a row leaves one to the record.
func Misfits(r *audit.Rule) {
	rows, guard := mustLineCases(mustLineRows("modifier-validity.csv", r.ID))
	glance(r, rows)
	r.Check = walkLines(&guard, false, func(s *SeenLine, report func(audit.Finding)) {
		if met := misfitsOf(rows, s); len(met) > 0 {
			report(misfit(met, s))
		}
	})
}

// misfitsOf are the rows that the line meets, each for modifiers that none before it speaks of.
func misfitsOf(rows []lineCase, s *SeenLine) (met []*lineCase) {
	spoken := uint64(0)
	for i := range rows {
		if named := rows[i].modifierBits() & modifierBits(&s.L.Mods); named&^spoken != 0 && rows[i].meets(s) {
			spoken |= named
			met = append(met, &rows[i])
		}
	}
	return met
}

// misfit is the finding of the rows; one that takes the line off leaves nothing for the others to change.
func misfit(met []*lineCase, s *SeenLine) audit.Finding {
	f := met[0].finding.of(s)
	says, fixes, made, whole := []string(nil), []string(nil), *s.L, true
	for _, k := range met {
		g := k.finding.of(s)
		if g.Fix.Action == audit.RemoveLine {
			g.Message = misfitText(s, g.Message)
			return g
		}
		f.Severity = max(f.Severity, g.Severity)
		says, fixes = append(says, g.Message), append(fixes, g.Fix.Text)
		whole = whole && k.finding.do != nil
		for _, do := range k.finding.do {
			whole = do(s, &audit.Fix{}, &made) && whole
		}
	}
	f.Message, f.Fix.Text, f.Fix.Edits = misfitText(s, strings.Join(says, "; ")), strings.Join(fixes, "; "), nil
	if whole {
		f.Fix.Edits = []audit.Edit{audit.SetMods(s.L, made.Mods)}
	}
	return f
}

func misfitText(s *SeenLine, says string) string {
	return terms.BilledAs(s.L) + " on " + s.L.From.String() + ": " + says
}

package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// DuplicateLine is the check of duplicate-line.
func DuplicateLine() terms.Check {
	return terms.Beside(checkDuplicate)
}

var (
	doneOften    = mustText("duplicate-line", "done-often")
	doneOnceMore = mustText("duplicate-line", "done-once-more")
	levelsAgain  = mustText("duplicate-line", "further-levels", "levels", "as")
)

func checkDuplicate(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
	first := terms.Original(c, l, day)
	if first == nil {
		return
	}
	f := audit.Finding{
		Line: l, Money: audit.Deny, Related: []*audit.Line{first},
		Message: fmt.Sprintf("%s, %s, on %s is billed twice: the same as on %s", terms.BilledAs(l), terms.Quantity(l.Units), l.From, terms.Place(c, first, l)),
	}
	limit, limited := terms.UnitLimit(c.Catalog, l, l.From)
	if audit.MayRepeat(l, first) {
		f.Message += "; one may be the surgery centre's claim, or a duplicate"
	}
	switch {
	case l.Claim != first.Claim:
		f.Fix = again(l, day, c, "it is on "+terms.Place(c, first, l)+" already")
	case limited && together(l, day) > limit.Units:
		f.Message += fmt.Sprintf("; together they pass the limit of %s", terms.Quantity(limit.Units))
		f.Fix = againOrLevel(l, day, c, limit.Units)
	default:
		f.Severity = audit.Warning
		f.Fix.Text = doneOften.on(c, l)
	}
	report(f)
}

// together is the units of the equal lines of one claim.
func together(l *audit.Line, day *terms.Company) (total claim.Units) {
	for m := range day.Of(l.Code).Each {
		if m.Claim == l.Claim && terms.Alike(m, l) {
			total += m.Units
		}
	}
	return total
}

// againOrLevel advises on a line that stands again in its claim: to remove it, or, where the lines are likely to be levels,
// to bill each by its own code, which only the record knows.
func againOrLevel(l *audit.Line, day *terms.Company, c *audit.Case, limit claim.Units) audit.Fix {
	levels := together(l, day)
	if as, ok := terms.LevelsAs(c, l, day, levels); ok && limit == claim.One {
		return audit.Fix{Text: levelsAgain.on(c, l, levels.String(), as)}
	}
	return again(l, day, c, "the other line bills it")
}

func again(l *audit.Line, day *terms.Company, c *audit.Case, why string) audit.Fix {
	fix := terms.Removal(c, l, day, why)
	fix.Text += doneOnceMore.on(c, l)
	return fix
}

package own

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// SessionEachDay is the check of session-each-day.
func SessionEachDay() terms.Check {
	say, fix := mustText("session-each-day", "say", "units", "days", "last day"), mustText("session-each-day", "fix")
	return terms.EachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		s := l.Span
		if s == nil || s.Kind != catalog.SpanOfSession || s.Line.Units != claim.Whole(s.Days) || l.Root {
			return
		}
		days := terms.Quantity(s.Line.Units)
		report(audit.Finding{
			Line: l, Money: audit.Deny, Message: say.on(c, l, days, s.Line.Units.String(), s.Line.To.String()),
			Fix: audit.Fix{Action: audit.CorrectCell, Text: fix.on(c, l)},
		})
	})
}

package rules

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// onceRow is codes of which a day has one, one unit.
type onceRow struct {
	Name   string `csv:"name"`
	Codes  string `csv:"codes"` // the least first
	Fix    string `csv:"fix"`   // {1} is the code that stays
	Source string `csv:"source"`
}

type onceADay struct {
	name, fix string
	codes     []claim.Code
}

func mustOnce() (rows []onceADay) {
	for _, row := range mustData[onceRow]("once-a-day.csv") {
		once := onceADay{name: row.Name, fix: row.Fix}
		for _, code := range strings.Fields(row.Codes) {
			once.codes = append(once.codes, claim.MustCode(code))
		}
		rows = append(rows, once)
	}
	return rows
}

func drugTestRepeated() check {
	rows := mustOnce()
	return beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !l.In(catalog.PresumptiveDrugTest) && !l.In(catalog.DefinitiveDrugTest) || l.Root {
			return
		}
		for i := range rows {
			if n := slices.Index(rows[i].codes, l.Code); n >= 0 {
				rows[i].judge(c, l, n, day, report)
			}
		}
	})
}

// judge reports the line where another of the kind stays, the highest and of equals the first, or
// where it has more than one unit.
func (o *onceADay) judge(c *audit.Case, l *audit.Line, n int, day *company, report func(audit.Finding)) {
	kept, severity := o.kept(l, n, day)
	switch {
	case kept == nil && counts(l) && l.Units > claim.One:
		report(o.tooMany(l))
	case kept != nil:
		report(o.another(c, l, kept, severity))
	}
}

// kept is the line that stays for the day instead of l, and how bad it is that l stands beside it;
// nil where l is the one. A line of the same provider comes before one of the group.
func (o *onceADay) kept(l *audit.Line, n int, day *company) (kept *audit.Line, severity audit.Severity) {
	for i := len(o.codes) - 1; i >= n; i-- {
		for m := range day.of(o.codes[i]).each {
			if m == l {
				break
			}
			if s := lower(audit.Error, audit.Providers(l, m)); s > severity && !m.Root && !replaces(l, m) {
				kept, severity = m, s
			}
			if severity == audit.Error {
				return kept, severity
			}
		}
	}
	return kept, severity
}

// replaces tells whether the lines are of two claims of which one replaces or voids the other.
func replaces(a, b *audit.Line) bool { return a.Claim != b.Claim && (takesBack(a) || takesBack(b)) }

func (o *onceADay) tooMany(l *audit.Line) audit.Finding {
	part := l.Charge.Share(l.Units-claim.One, l.Units)
	return audit.Finding{
		Line: l, Money: audit.Deny, Part: &part,
		Message: fmt.Sprintf("%s, a %s, is billed with %s on %s: a day has one", billedAs(l), o.name, quantity(l.Units), l.From),
		Fix: audit.Fix{
			Action: audit.SetUnits, Text: "bill 1 unit for all drugs tested that day",
			Edits: []audit.Edit{audit.SetQuantity(l, claim.One)},
		},
	}
}

func (o *onceADay) another(c *audit.Case, l, kept *audit.Line, severity audit.Severity) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: severity, Money: audit.Deny, Related: []*audit.Line{kept},
		Message: fmt.Sprintf("%s on %s is the second %s of the day, beside %s on %s: a day has one", billedAs(l), l.From, o.name, billedAs(kept), place(c, kept, l)),
	}
	text := strings.ReplaceAll(o.fix, "{1}", kept.Code.String())
	if severity == audit.Review {
		f.Fix.Text = "if both lines are one laboratory's: " + text
		return f
	}
	f.Fix = audit.Fix{Action: audit.RemoveLine, Text: text, Edits: []audit.Edit{audit.Remove(l)}}
	return f
}

package rules

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// onceRow is codes of which a day has one, one unit.
type onceRow struct {
	Rule  string `csv:"rule"`
	Name  string `csv:"name"`
	Codes Words  `csv:"codes"` // the least first
	Fix   string `csv:"fix"`   // {1} is the code that stays
	// FixUnits is the fix where the one line has more units than one.
	FixUnits string `csv:"fix_units"`
	// Colleague says when the fix holds for lines of two providers of a group.
	Colleague string `csv:"if_colleague"`
	Source    string `csv:"source"`
}

// onceADay is a row in use.
type onceADay struct {
	onceRow
	codes []claim.Code
}

// onceEachDay completes a rule with its rows of once-a-day.csv.
func onceEachDay(r *audit.Rule) {
	rows, listed := mustOnce(r.ID)
	r.Check = beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !listed.has(l) || l.Root {
			return
		}
		for i := range rows {
			if n := slices.Index(rows[i].codes, l.Code); n >= 0 {
				rows[i].judge(c, l, n, day, report)
			}
		}
	})
}

func mustOnce(rule string) (rows []onceADay, listed codeSet) {
	for _, row := range mustData[onceRow]("once-a-day.csv") {
		if row.Rule != rule {
			continue
		}
		once := onceADay{onceRow: row}
		for _, code := range row.Codes {
			once.codes = append(once.codes, claim.MustCode(code))
			listed = listed.or(mustCodes(code))
		}
		rows = append(rows, once)
	}
	return rows, listed
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
	part := parts["over 1"](l)
	return audit.Finding{
		Line: l, Money: audit.Deny, Part: &part,
		Message: fmt.Sprintf("%s, a %s, is billed with %s on %s: a day has one", billedAs(l), o.Name, quantity(l.Units), l.From),
		Fix:     audit.Fix{Action: audit.SetUnits, Text: o.FixUnits, Edits: []audit.Edit{audit.SetQuantity(l, claim.One)}},
	}
}

func (o *onceADay) another(c *audit.Case, l, kept *audit.Line, severity audit.Severity) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: severity, Money: audit.Deny, Related: []*audit.Line{kept},
		Message: fmt.Sprintf("%s on %s is the second %s of the day, beside %s on %s: a day has one", billedAs(l), l.From, o.Name, billedAs(kept), place(c, kept, l)),
	}
	text := strings.ReplaceAll(o.Fix, "{1}", kept.Code.String())
	if severity == audit.Review {
		f.Fix.Text = o.Colleague + ": " + text
		return f
	}
	f.Fix = audit.Fix{Action: audit.RemoveLine, Text: text, Edits: []audit.Edit{audit.Remove(l)}}
	return f
}

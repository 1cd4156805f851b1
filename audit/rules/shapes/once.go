package shapes

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// onceRow is codes of which a day has one, one unit.
type onceRow struct {
	Rule  string      `csv:"rule"`
	Name  string      `csv:"name"`
	Codes terms.Words `csv:"codes"` // the least first
	Fix   string      `csv:"fix"`   // {1} is the code that stays
	// Edit is yes where the line that stays is right as it is; blank where only the record knows its code.
	Edit string `csv:"edit"`
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
	edits bool
}

// OnceEachDay completes a rule with its rows of once-a-day.csv.
func OnceEachDay(r *audit.Rule) {
	rows, listed := mustOnce(r.ID)
	r.Check = terms.Beside(func(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if !listed.Has(l) || l.Root {
			return
		}
		for i := range rows {
			if n := slices.Index(rows[i].codes, l.Code); n >= 0 {
				rows[i].judge(c, l, n, day, report)
			}
		}
	})
}

func mustOnce(rule string) (rows []onceADay, listed terms.CodeSet) {
	for row := range terms.MustData[onceRow]("once-a-day.csv") {
		if row.Rule != rule {
			continue
		}
		once := onceADay{onceRow: row, edits: terms.MustYes(row.Edit)}
		for _, code := range row.Codes {
			once.codes = append(once.codes, claim.MustCode(code))
			listed = listed.Or(terms.MustCodes(code))
		}
		rows = append(rows, once)
	}
	return rows, listed
}

// judge reports the line where another of the kind stays, the highest and of equals the first, or
// where it has more than one unit.
func (o *onceADay) judge(c *audit.Case, l *audit.Line, n int, day *terms.Company, report func(audit.Finding)) {
	kept, severity := o.kept(l, n, day)
	switch {
	case kept == nil && terms.Counts(l) && l.Units > claim.One:
		report(o.tooMany(l))
	case kept != nil:
		report(o.another(c, l, kept, severity))
	}
}

// kept is the line that stays for the day instead of l, and how bad it is that l stands beside it;
// nil where l is the one. A line of the same provider comes before one of the group.
func (o *onceADay) kept(l *audit.Line, n int, day *terms.Company) (kept *audit.Line, severity audit.Severity) {
	for i := len(o.codes) - 1; i >= n; i-- {
		for m := range day.Of(o.codes[i]).Each {
			if m == l {
				break
			}
			if s := terms.Lower(audit.Error, terms.Providers(l, m)); s > severity && !m.Root && !replaces(l, m) {
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
func replaces(a, b *audit.Line) bool {
	return a.Claim != b.Claim && (terms.TakesBack(a) || terms.TakesBack(b))
}

func (o *onceADay) tooMany(l *audit.Line) audit.Finding {
	part := l.Charge.Share(l.Units-claim.One, l.Units)
	return audit.Finding{
		Line: l, Money: audit.Deny, Part: &part,
		Message: fmt.Sprintf("%s, a %s, is billed with %s on %s: a day has one", terms.BilledAs(l), o.Name, terms.Quantity(l.Units), l.From),
		Fix:     audit.Fix{Action: audit.SetUnits, Text: o.FixUnits, Edits: []audit.Edit{audit.SetQuantity(l, claim.One)}},
	}
}

func (o *onceADay) another(c *audit.Case, l, kept *audit.Line, severity audit.Severity) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: severity, Money: audit.Deny, Related: []*audit.Line{kept},
		Message: fmt.Sprintf("%s on %s is the second %s of the day, beside %s on %s: a day has one", terms.BilledAs(l), l.From, o.Name, terms.BilledAs(kept), terms.Place(c, kept, l)),
	}
	text := strings.ReplaceAll(o.Fix, "{1}", kept.Code.String())
	if severity == audit.Review {
		f.Fix.Text = o.Colleague + ": " + text
		return f
	}
	f.Fix = audit.Fix{Action: audit.RemoveLine, Text: text}
	if o.edits {
		f.Fix.Edits = []audit.Edit{audit.Remove(l)}
	}
	return f
}

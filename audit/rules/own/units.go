package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// UnitsOverLimit is the check of units-over-limit.
func UnitsOverLimit() terms.Check {
	return terms.Beside(checkUnits)
}

// toPayer fits findings to their payers by what the limit rests on: what the code means, which is so
// for every payer, or what Medicare has seen.
var meaningToPayer, experienceToPayer = terms.MustToPayer("units-of-meaning"), terms.MustToPayer("units-of-experience")

// toPayer fits a finding about the limit to the payer of its line; false where nothing is said.
func (q *quota) toPayer(f *audit.Finding) bool {
	fit := experienceToPayer
	if q.OfMeaning() {
		fit = meaningToPayer
	}
	if f.Severity == 0 {
		f.Severity = audit.Error
	}
	fit(f)
	return f.Severity != 0
}

func checkUnits(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
	limit, ok := limitOf(c.Catalog, l)
	if !ok || !terms.Counts(l) {
		return
	}
	alone, most := limit.By == catalog.ByLine, l.Units
	if !alone {
		alone, most = ofDay(l, day)
	}
	if most <= limit.Units {
		return
	}
	q := quota{Limit: limit, sided: terms.Sided(c.Catalog, l), sidesSeen: c.HasColumn(l, claim.FieldModifiers), last: true}
	switch {
	case alone:
		q.add(l)
	case !q.fill(c, l, day):
		return
	}
	checkDay(c, l, day, &q, report)
}

// limitOf is the unit limit of the line, the lower one where its days lie in two quarters.
func limitOf(cat *catalog.Catalog, l *audit.Line) (catalog.Limit, bool) {
	limit, ok := terms.UnitLimit(cat, l, l.From)
	if last := l.Through(); last > l.From {
		if other, too := terms.UnitLimit(cat, l, last); too && (!ok || other.Units < limit.Units) {
			return other, true
		}
	}
	return limit, ok
}

// ofDay tells whether the line is the day's only one of its code, and how many units all of them have.
func ofDay(l *audit.Line, day *terms.Company) (alone bool, units claim.Units) {
	alone = true
	for m := range day.Of(l.Code).Each {
		alone = alone && m == l
		if terms.Counts(m) {
			units += m.Units
		}
	}
	return alone, units
}

// quota is a unit limit and what is billed against it on one day by one provider.
type quota struct {
	catalog.Limit
	sided             bool
	sidesSeen         bool          // the export has modifiers; without them the units may be of either side
	left, right, both claim.Units   // billed for a side, and for both or none
	lines             []*audit.Line // where there are several
	fifty             bool          // one of the lines carries 50
	last              bool          // no line of any side is counted behind the one looked at
}

func (q *quota) add(l *audit.Line) {
	switch l.Mods.Side() {
	case claim.Left:
		q.left += l.Units
	case claim.Right:
		q.right += l.Units
	default:
		q.both += l.Units
	}
	q.fifty = q.fifty || l.Mods.Has(terms.Mod50)
}

func (q *quota) total() claim.Units { return q.left + q.right + q.both }

// over is by how many units the limit is passed on the line's sides.
func (q *quota) over(l *audit.Line) claim.Units {
	if !q.sided {
		return q.total() - q.Units
	}
	if !q.sidesSeen {
		return q.total() - 2*q.Units
	}
	left, right := q.left, q.right
	switch l.Mods.Side() {
	case claim.Left:
		right = 0
	case claim.Right:
		left = 0
	}
	return max(left, right) + q.both - q.Units
}

// fill counts the lines of the code and day by the line's provider, less duplicates. False when a
// later line is counted with it: the finding belongs to the last.
func (q *quota) fill(c *audit.Case, l *audit.Line, day *terms.Company) bool {
	if terms.Original(c, l, day) != nil || q.followed(c, l, day) {
		return false
	}
	for m := range day.Of(l.Code).Each {
		if m == l || counted(c, m, l, day) {
			q.add(m)
			q.lines = append(q.lines, m)
		}
	}
	return true
}

// followed tells whether a line behind l in the case's order is counted against the same limit,
// and notes whether any is, of whatever side.
func (q *quota) followed(c *audit.Case, l *audit.Line, day *terms.Company) bool {
	behind := false
	for m := range day.Of(l.Code).Each {
		if behind && counted(c, m, l, day) {
			q.last = false
			if !q.sided || m.Mods.Side().Meets(l.Mods.Side()) {
				return true
			}
		}
		behind = behind || m == l
	}
	return false
}

func counted(c *audit.Case, m, l *audit.Line, day *terms.Company) bool {
	return terms.Counts(m) && terms.Providers(m, l) == audit.SameProvider && terms.Original(c, m, day) == nil
}

// checkDay compares a full quota with the limit.
func checkDay(c *audit.Case, l *audit.Line, day *terms.Company, q *quota, report func(audit.Finding)) {
	twice := q.sidesSeen && l.In(catalog.ReportTwice) && q.Units == claim.One && l.Type == claim.Professional && !q.fifty
	switch {
	case twice && q.total() == 2*claim.One:
		if f, ok := bothSides(c, l, day, q); ok && q.last {
			report(f)
		}
	case q.over(l) > 0:
		if f := tooMany(c, l, day, q); q.toPayer(&f) {
			report(f)
		}
	case q.last && terms.IsMedicare(l) && l.Type == claim.Professional && q.Units == claim.One && q.left > 0 && q.right > 0 && q.sided:
		report(oneLineFor50(l, q))
	}
}

func tooMany(c *audit.Case, l *audit.Line, day *terms.Company, q *quota) audit.Finding {
	over := q.over(l)
	part := l.Charge.Share(over, l.Units)
	f := audit.Finding{
		Line: l, Money: audit.Deny, Part: &part, Related: terms.Others(q.lines, l), Sure: q.By == catalog.ByDayPolicy,
		Message: fmt.Sprintf("%s is billed with %s%s on %s; the limit is %s %s", terms.BilledAs(l), terms.Quantity(q.total()), onLines(q), l.From, q.allowed(), q.kind()),
	}
	f.Fix = q.fix(c, l, day)
	if beside, ok := c.Catalog.LimitBeside(l.Scope(), l.Code, l.From); ok && q.total() <= beside.Units {
		f.Severity = audit.Review
		f.Message += fmt.Sprintf("; that of %s allows %s, and in which quarter the limit was changed is not known", beside.Quarter, beside.Units)
		f.Fix.Edits = nil
	}
	return f
}

func onLines(q *quota) string {
	if n := len(q.lines); n > 1 {
		return fmt.Sprintf(" over %d lines", n)
	}
	return ""
}

// allowed is the limit in words.
func (q *quota) allowed() string {
	if q.sided && (q.left+q.right > 0 || !q.sidesSeen) {
		return q.Units.String() + " a side"
	}
	return q.Units.String()
}

func (q *quota) kind() string {
	switch q.By {
	case catalog.ByLine:
		return "for one line (MUE, MAI 1)"
	case catalog.ByDayPolicy:
		return "for one day and provider (MUE, MAI 2: nothing overrides it)"
	}
	return "for one day and provider (MUE, MAI 3: it can be appealed with the record)"
}

// levelsBilled is the advice where the units are likely to be levels, of which the further have codes of their own.
var levelsBilled = mustText("units-over-limit", "further-levels", "levels", "as")

// fix takes the units down to the limit where nothing overrides it and one line is all there is;
// elsewhere the record decides.
func (q *quota) fix(c *audit.Case, l *audit.Line, day *terms.Company) audit.Fix {
	fix := audit.Fix{Action: audit.SetUnits, Text: fmt.Sprintf("bill the units the record documents, at most %s", q.allowed())}
	as, levels := terms.LevelsAs(c, l, day, q.over(l)+q.Units)
	switch {
	case levels && q.sidesSeen && q.Units == claim.One:
		return audit.Fix{Action: audit.SetUnits, Text: levelsBilled.on(c, l, (q.over(l)+q.Units).String()+" levels", as)}
	case q.By == catalog.ByDayPolicy && len(q.lines) <= 1 && (q.sidesSeen || !q.sided):
		fix.Edits = []audit.Edit{audit.SetQuantity(l, q.Units)}
		fix.Text = "bill " + terms.Quantity(q.Units)
	case q.By == catalog.ByLine:
		fix.Text += "; if the record shows more, bill them on further lines with 76, XS (59) or RT and LT"
	case q.By == catalog.ByDayClinical:
		fix.Text += "; if the record shows more, bill them and be ready to appeal with it"
	}
	if drug, ok := c.Catalog.Drug(l.Code); ok && drug.PerUnit != "1 unit" {
		fix.Text += fmt.Sprintf("; one unit is %s", drug.PerUnit)
	}
	return fix
}

// bothSides judges two units, or RT and LT lines, of an add-on with a limit of 1: so CPT reports
// both sides beside a bilateral primary, while Medicare wants 50. False when they are right.
func bothSides(c *audit.Case, l *audit.Line, day *terms.Company, q *quota) (audit.Finding, bool) {
	if terms.PrimarySides(c, l, day) != claim.Both {
		f := tooMany(c, l, day, q)
		if q.over(l) <= 0 {
			f.Part = nil
		}
		f.Message += ", and the primary is billed for one side only"
		f.Fix.Edits = nil
		return f, true
	}
	if !terms.IsMedicare(l) {
		return audit.Finding{}, false
	}
	f := oneLineFor50(l, q)
	f.Severity = audit.Error
	if len(q.lines) <= 1 {
		f.Message = fmt.Sprintf("%s is billed with 2 units on %s for both sides; Medicare takes 50 with 1 unit", terms.BilledAs(l), l.From)
		if mods, ok := l.Mods.With(terms.Mod50); ok {
			f.Fix.Edits = []audit.Edit{audit.SetMods(l, mods), audit.SetQuantity(l, claim.One)}
		}
	}
	return f, true
}

func oneLineFor50(l *audit.Line, q *quota) audit.Finding {
	return audit.Finding{
		Line: l, Severity: audit.Review, Money: audit.Deny, Related: terms.Others(q.lines, l),
		Message: fmt.Sprintf("%s is billed for both sides on two lines on %s; Medicare takes one line with 50 and 1 unit, and takes the second line as over the limit of 1", l.Code, l.From),
		Fix: audit.Fix{
			Action: audit.SetModifiers,
			Text:   fmt.Sprintf("bill one line of %s with 50, 1 unit and the charge of both lines, and remove the other", l.Code),
		},
	}
}

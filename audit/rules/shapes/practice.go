package shapes

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// LineRow is a row of the tables of single lines, and LimitRow one of sessions.csv.
type (
	LineRow  = lineRow
	LimitRow = limitRow
)

// OwnRow is a row that a practice wrote: a row of a table, with what the tables of the program have not.
// Of Line and Limit one is given; a slip in it panics, so that its cells must be read before.
type OwnRow struct {
	Line   *LineRow
	Limit  *LimitRow
	Payers *terms.PayerWant // whose lines
	Say    string           // what is said behind the finding of a Limit
	Source string           // of its findings
}

// Own completes a rule with rows of a practice. Of rows about single lines the first that a line meets is
// reported.
func Own(r *audit.Rule, rows []OwnRow) {
	var checks []terms.Check
	var on audit.Codes
	var payers audit.Payers
	history := 0
	add := func(part *audit.Rule) {
		checks = append(checks, part.Check)
		on = audit.Codes{Groups: on.Groups | part.Needs.On.Groups, Codes: slices.Concat(on.Codes, part.Needs.On.Codes), Any: on.Any || part.Needs.On.Any}
		history = max(history, part.Needs.History)
	}
	if cases, guard := ownCases(rows); len(cases) > 0 {
		part := &audit.Rule{Rank: r.Rank}
		if byLineCases(part, cases, guard); guard.any {
			part.Needs.On.Any = true
		}
		add(part)
	}
	for i := range rows {
		payers |= rows[i].Payers.Classes()
		if rows[i].Limit != nil {
			part := &audit.Rule{}
			rows[i].limit(part)
			add(part)
		}
	}
	r.Needs.On, r.Needs.History = on, history
	if payers != audit.AllPayers {
		r.Needs.Payers = payers
	}
	r.About = aboutOf(rows)
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		for _, check := range checks {
			check(c, report)
		}
	}
}

// aboutOf tells whether a line has the codes, the payer and the day of a row.
func aboutOf(rows []OwnRow) func(l *audit.Line) bool {
	type about struct {
		codes    terms.CodeSet
		any      bool
		payers   *terms.PayerWant
		from, to claim.Date
	}
	var list []about
	for i := range rows {
		a := about{payers: rows[i].Payers}
		if row := rows[i].Line; row != nil {
			a.codes, a.any, a.from, a.to = terms.MustCodes(row.Codes), row.Codes == "", terms.MustDate(row.From), mustLastDate(row.To)
		} else {
			row := rows[i].Limit
			a.codes, a.from, a.to = terms.MustCodes(row.Codes), terms.MustDate(row.From), mustLastDate(row.To)
		}
		list = append(list, a)
	}
	return func(l *audit.Line) bool {
		return slices.ContainsFunc(list, func(a about) bool {
			return l.From >= a.from && l.From <= a.to && (a.any || a.codes.Has(l)) && a.payers.Has(l)
		})
	}
}

func ownCases(rows []OwnRow) (cases []lineCase, guard lineGuard) {
	guard.modified = true
	for i := range rows {
		if rows[i].Line != nil {
			k := rows[i].mustCase()
			cases = append(cases, k)
			guard.add(&k)
		}
	}
	return cases, guard
}

func (row *OwnRow) mustCase() lineCase {
	k := row.Line.mustCase()
	k.payers, k.named, k.finding.source = row.Payers.Classes(), row.Payers, row.Source
	return k
}

// limit completes a rule that counts the sessions of the row.
func (row *OwnRow) limit(r *audit.Rule) {
	lines := sessionLines{codes: terms.MustCodes(row.Limit.Codes), region: catalog.NumGroups, payers: row.Payers.Classes(), named: row.Payers}
	overLimits(r, []series{{sessionLines: lines, limits: []limit{row.Limit.typed()}}})
	check := r.Check
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		check(c, func(f audit.Finding) {
			f.Message, f.Source = f.Message+row.Say, row.Source
			report(f)
		})
	}
}

// Where tells whether a line is as a practice's row about single lines says.
func Where(row OwnRow) func(c *audit.Case, l *audit.Line) bool {
	k := row.mustCase()
	return func(c *audit.Case, l *audit.Line) bool {
		s := SeenLine{C: c, L: l}
		if k.day != nil {
			day := terms.CompanyOf(dateOf(c.Lines, l.From))
			s.day = &day
		}
		return k.meets(&s)
	}
}

// dateOf are the lines of a date of service among lines in order of date.
func dateOf(lines []audit.Line, on claim.Date) []audit.Line {
	byDate := func(l audit.Line, d claim.Date) int { return cmp.Compare(l.From, d) }
	first, _ := slices.BinarySearchFunc(lines, on, byDate)
	end, _ := slices.BinarySearchFunc(lines, on+1, byDate)
	return lines[first:end]
}

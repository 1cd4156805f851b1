package shapes

import (
	"cmp"
	"iter"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// LineRow is a row of the tables of single lines.
type LineRow = lineRow

// LimitRow is a row of sessions.csv.
type LimitRow = limitRow

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
		part := &audit.Rule{Needs: audit.Needs{On: guard.codes.Reported()}}
		part.Needs.On.Any = part.Needs.On.Any || guard.any
		part.Check = walkOwn(cases, guard, r.Rank == audit.Apart)
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
	var list []lineCase
	for i := range rows {
		if rows[i].Line != nil {
			list = append(list, rows[i].mustCase())
			continue
		}
		row := rows[i].Limit
		list = append(list, lineCase{codes: terms.MustCodes(row.Codes), named: rows[i].Payers, from: terms.MustDate(row.From), to: mustLastDate(row.To)})
	}
	index := indexOf(list)
	return func(l *audit.Line) bool {
		for i := range index.of(l.Code) {
			if k := &list[i]; l.From >= k.from && l.From <= k.to && (k.anyCode || k.codes.Has(l)) && k.named.Has(l) {
				return true
			}
		}
		return false
	}
}

// walkOwn looks for the first row that a line meets, among those that may be about its code: a list has
// thousands.
func walkOwn(rows []lineCase, guard lineGuard, apart bool) terms.Check {
	index := indexOf(rows)
	guard.any = true // the index knows better
	return walkLines(&guard, apart, func(s *SeenLine, report func(audit.Finding)) {
		for i := range index.of(s.L.Code) {
			if rows[i].meets(s) {
				report(rows[i].finding.of(s))
				return
			}
		}
	})
}

// rowIndex finds the rows that may be about a code.
type rowIndex struct {
	byCode map[claim.Code][]int
	others []int // rows of ranges, groups and any code
}

func indexOf(rows []lineCase) rowIndex {
	x := rowIndex{byCode: map[claim.Code][]int{}}
	for i := range rows {
		if on := rows[i].codes.Reported(); rows[i].anyCode || on.Any || on.Groups != 0 {
			x.others = append(x.others, i)
			continue
		}
		for _, code := range rows[i].codes.Codes {
			if of := x.byCode[code]; len(of) == 0 || of[len(of)-1] != i {
				x.byCode[code] = append(of, i)
			}
		}
	}
	return x
}

// of yields the rows that may be about the code, in their order.
func (x *rowIndex) of(code claim.Code) iter.Seq[int] {
	return func(yield func(int) bool) {
		named, others := x.byCode[code], x.others
		for len(named)+len(others) > 0 {
			next := &named
			if len(named) == 0 || len(others) > 0 && others[0] < named[0] {
				next = &others
			}
			if !yield((*next)[0]) {
				return
			}
			*next = (*next)[1:]
		}
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

package shapes

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// levelsRow is one row of data/session-levels.csv: how many levels of a procedure a payer pays for
// in a session.
type levelsRow struct {
	Rule     string `csv:"rule"`
	Codes    string `csv:"codes"`
	Regions  string `csv:"regions"`
	Limit    string `csv:"limit"`
	From     string `csv:"from"`
	Payers   string `csv:"payers"`
	Severity string `csv:"severity"`
	Money    string `csv:"money"`
	Say      string `csv:"say"` // with {region}
	Fix      string `csv:"fix"`
	Source   string `csv:"source"`
}

// levels is a row in use, for one region.
type levels struct {
	sessionLines
	limit
}

func mustLevels(rule string) (list []levels) {
	for row := range terms.MustData[levelsRow]("session-levels.csv") {
		if row.Rule != rule {
			continue
		}
		as := limitRow{Rule: rule, Limit: row.Limit, From: row.From, Severity: row.Severity, Money: row.Money, Say: row.Say, Fix: row.Fix}
		for _, s := range sessionLinesOf(row.Codes, row.Regions, row.Payers) {
			list = append(list, levels{sessionLines: s, limit: as.typed()})
		}
	}
	if list == nil {
		panic("rules: no rows of " + rule + " in session-levels.csv")
	}
	return list
}

// OverLevels completes a rule that counts the levels of each day with its rows of session-levels.csv.
func OverLevels(r *audit.Rule) {
	list := mustLevels(r.ID)
	var payers audit.Payers
	for i := range list {
		payers |= list[i].payers
	}
	limitPayers(r, payers)
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		for n := range c.NumDays() {
			for i := range list {
				list[i].check(c, c.Day(n), report)
			}
		}
	}
}

// heights are the units billed for each side: the levels treated on it.
type heights struct {
	left, right, unsided claim.Units
	both                 bool // units without a side are of both
}

func (h *heights) add(l *audit.Line) {
	side := l.Mods.Side()
	if side&claim.Left != 0 {
		h.left += l.Units
	}
	if side&claim.Right != 0 {
		h.right += l.Units
	}
	if side == claim.NoSide {
		h.unsided += l.Units
	}
}

// least are the levels there must have been: on the side that has more, with what is billed without
// a side shared by both where that can be.
func (h *heights) least() claim.Units {
	if h.both {
		return max(h.left, h.right) + h.unsided/2
	}
	return max(h.left, h.right) + h.unsided
}

// check looks at the lines of one day and claim type.
func (v *levels) check(c *audit.Case, day []audit.Line, report func(audit.Finding)) {
	if day[0].From < v.from {
		return
	}
	var all heights
	sides := claim.NoSide
	for i := range day {
		l := &day[i]
		if !v.has(l) || !terms.Counts(l) {
			continue
		}
		all.add(l)
		sides |= l.Mods.Side()
		// A first level of two units is of both sides, and so may an ASC bill any.
		if l.Type == claim.ASC || l.Mods.Side() == claim.NoSide && l.Units >= 2*claim.One && !l.In(catalog.ReportTwice) {
			sides = claim.Both
		}
	}
	if all.both = sides == claim.Both; all.least() > claim.Whole(v.most) {
		v.countUp(c, day, heights{both: all.both}, report)
	}
}

// countUp adds the day's lines, less duplicates, until one passes the limit.
func (v *levels) countUp(c *audit.Case, day []audit.Line, h heights, report func(audit.Finding)) {
	beside := terms.CompanyOf(day)
	var counted, over *audit.Line // the first, and the one that passes the limit
	var related []*audit.Line
	for i := range day {
		l := &day[i]
		if !v.has(l) || !terms.Counts(l) || terms.Original(c, l, &beside) != nil {
			continue
		}
		if counted == nil {
			counted = l
		}
		if audit.Doubtful(counted, l) {
			continue
		}
		h.add(l)
		if over == nil && h.least() > claim.Whole(v.most) && !l.Context && !l.Root && !l.Mods.Has(terms.DenialExpected...) {
			over = l
			continue
		}
		related = append(related, l)
	}
	if over == nil {
		return
	}
	report(audit.Finding{
		Line: over, Severity: v.severity, Money: v.money, Related: related,
		Message: fmt.Sprintf("%s, %s, on %s passes %d levels of %s in one session: the lines of the day make %s", terms.BilledAs(over), terms.Quantity(over.Units), over.From, v.most, v.words(v.say), h.least()),
		Fix:     audit.Fix{Text: v.fix},
	})
}

// orderRow is one row of data/level-order.csv: the code of a third level, and those before it.
type orderRow struct {
	Rule   string `csv:"rule"`
	Code   string `csv:"code"`
	Before string `csv:"before"` // the second level
	First  string `csv:"first"`
	Source string `csv:"source"`
}

// Rung is a row in use.
type Rung struct{ code, Before, First claim.Code }

// MustRungs are the levels of a rule and those that come before each.
func MustRungs(rule string) (list []Rung) {
	for row := range terms.MustData[orderRow]("level-order.csv") {
		if row.Rule == rule {
			list = append(list, Rung{claim.MustCode(row.Code), claim.MustCode(row.Before), claim.MustCode(row.First)})
		}
	}
	if list == nil {
		panic("rules: no rows of " + rule + " in level-order.csv") // the table is part of the program
	}
	return list
}

// OutOfOrder completes a rule for levels billed without those before them with its rows of
// level-order.csv.
func OutOfOrder(r *audit.Rule) {
	rungs := MustRungs(r.ID)
	var codes terms.CodeSet
	for i := range rungs {
		codes = codes.Or(terms.MustCodes(rungs[i].code.String()))
	}
	r.Needs.Signs = audit.Accompanied
	r.Needs.May[audit.AtService] = func(_ *catalog.Catalog, l *audit.Line) bool { return codes.Ever(l) }
	r.Check = terms.Beside(func(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if !codes.Has(l) || l.Root {
			return
		}
		for i := range rungs {
			if rungs[i].code == l.Code {
				rungs[i].check(c, l, day, report)
			}
		}
	})
}

func (r *Rung) check(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
	var first *audit.Line
	for m := range day.Whole().Each {
		switch {
		case audit.ByNumbers(l, m) == audit.DifferentProvider || !m.Mods.Side().Meets(l.Mods.Side()):
		case m.Code == r.Before || terms.Unsettled(m) && terms.MayBecome(c.Catalog, m, []claim.Code{r.Before}):
			return
		case m.Code == r.First && first == nil:
			first = m
		}
	}
	if first == nil {
		return
	}
	report(audit.Finding{
		Line: l, Money: audit.Deny, Related: []*audit.Line{first},
		Message: fmt.Sprintf("%s is billed on %s beside %s and without %s: the third level without the second", terms.BilledAs(l), l.From, terms.BilledAs(first), r.Before),
		Fix: audit.Fix{
			Action: audit.ReplaceCode,
			Text:   fmt.Sprintf("count the levels of the side in the record: for two replace %s with %s; for three or more bill %s as well", l.Code, r.Before, r.Before),
		},
	})
}

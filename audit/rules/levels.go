package rules

// The rules of this file count the levels of one session: data/session-levels.csv says how many are
// covered, data/level-order.csv in which order they are billed.

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
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
	scope
	limit
}

func mustLevels(rule string) (list []levels) {
	for _, row := range mustRows[levelsRow]("session-levels.csv") {
		if row.Rule != rule {
			continue
		}
		as := limitRow{Rule: rule, Limit: row.Limit, From: row.From, Severity: row.Severity, Money: row.Money, Say: row.Say, Fix: row.Fix}
		for _, s := range scopesOf(row.Codes, row.Regions, row.Payers) {
			list = append(list, levels{scope: s, limit: as.typed()})
		}
	}
	if list == nil {
		panic("rules: no rows of " + rule + " in session-levels.csv")
	}
	return list
}

// overLevels is the shape of a check that counts the levels of each day: the rows of that rule.
func overLevels(rule string) func(*audit.Case, func(audit.Finding)) {
	list := mustLevels(rule)
	return func(c *audit.Case, report func(audit.Finding)) {
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
		if !v.has(l) || !counts(l) {
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
	beside := companyOf(day)
	var over *audit.Line
	var related []*audit.Line
	for i := range day {
		l := &day[i]
		if !v.has(l) || !counts(l) || original(c, l, &beside) != nil {
			continue
		}
		h.add(l)
		if over == nil && h.least() > claim.Whole(v.most) && !l.Context && !l.Root && !l.Mods.Has(denialExpected...) {
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
		Message: fmt.Sprintf("%s, %s, on %s passes %d levels of %s in one session: the lines of the day make %s", billedAs(over), quantity(over.Units), over.From, v.most, v.words(v.say), h.least()),
		Fix:     audit.Fix{Text: v.fix},
	})
}

func ablationLevelsOver() *audit.Rule {
	return &audit.Rule{
		ID: "ablation-levels-over", Title: "More than two levels of facet ablation", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S5"}, Needs: levelNeeds(catalog.FacetAblation), Check: overLevels("ablation-levels-over"),
		Help: "From 2021-04-25 contractors pay the ablation of one or two levels of a region in a session, on one side or both: at most four joints. 50 counts on each side; units without a side on the side they must be of, or shared by both. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all with GA, GX, GY or GZ.",
		Source: "local coverage determinations on facet joint interventions; OIG report A-09-21-03002; rule A-09",
	}
}

func transforaminalLevelsOver() *audit.Rule {
	return &audit.Rule{
		ID: "transforaminal-levels-over", Title: "More than two transforaminal levels", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S4"}, Needs: levelNeeds(catalog.Transforaminal), Check: overLevels("transforaminal-levels-over"),
		Help: "From 2021-12-05 contractors pay transforaminal injections of two levels of a region in a session, on one side or both. 50 counts on each side; units without a side on the side they must be of, or shared by both. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all with GA, GX, GY or GZ.",
		Source: "contractors' determination L33906 and article A56651 on epidural steroid injections; rule A-12",
	}
}

// levelNeeds are the needs of a rule that counts levels of those codes.
func levelNeeds(group catalog.Group) audit.Needs {
	needs := sessionNeeds(group)
	needs.Fields |= claim.FieldSet(claim.FieldUnits)
	return needs
}

// orderRow is one row of data/level-order.csv: the code of a third level, and those before it.
type orderRow struct {
	Code   string `csv:"code"`
	Before string `csv:"before"` // the second level
	First  string `csv:"first"`
	Source string `csv:"source"`
}

// rung is a row in use.
type rung struct{ code, before, first claim.Code }

func mustRungs() (list []rung) {
	for _, row := range mustRows[orderRow]("level-order.csv") {
		list = append(list, rung{claim.MustCode(row.Code), claim.MustCode(row.Before), claim.MustCode(row.First)})
	}
	return list
}

func facetLevelSkipped() *audit.Rule {
	rungs := mustRungs()
	return &audit.Rule{
		ID: "facet-level-skipped", Title: "Third facet level without the second", Severity: audit.Error, Rank: audit.Specific,
		Guide: []string{"S11"}, Needs: pairNeeds(),
		Help: "The second level of a facet injection is 64491 or 64494, the third and all further ones together 64492 or 64495: the third stands beside the first and the second of its side, by the same provider or group. " +
			"Where the first is missing too, add-on-without-primary says so. Right after all when the second level stands on a claim that was not in the export.",
		Source: "CPT order of facet injection levels; guide section of facet injections, which gives first levels only; rule A-05",
		Check: beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
			for i := range rungs {
				if r := &rungs[i]; l.Code == r.code && !l.Root {
					r.check(c, l, day, report)
				}
			}
		}),
	}
}

func (r *rung) check(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
	var first *audit.Line
	for m := range day.each {
		switch {
		case audit.Providers(l, m) == audit.DifferentProvider || !m.Mods.Side().Meets(l.Mods.Side()):
		case m.Code == r.before || unsettled(m) && mayBecome(c.Catalog, m, []claim.Code{r.before}):
			return
		case m.Code == r.first && first == nil:
			first = m
		}
	}
	if first == nil {
		return
	}
	report(audit.Finding{
		Line: l, Money: audit.Deny, Related: []*audit.Line{first},
		Message: fmt.Sprintf("%s is billed on %s beside %s and without %s: the third level without the second", billedAs(l), l.From, billedAs(first), r.before),
		Fix: audit.Fix{
			Action: audit.ReplaceCode,
			Text:   fmt.Sprintf("count the levels of the side in the record: for two replace %s with %s; for three or more bill %s as well", l.Code, r.before, r.before),
		},
	})
}

func facetThirdLevel() *audit.Rule {
	third := mustSet("facet-third-level")
	return &audit.Rule{
		ID: "facet-third-level", Title: "Facet injection at a third level", Severity: audit.Error, Rank: audit.Policy,
		Guide: []string{"S11"},
		Needs: audit.Needs{
			Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode), Groups: catalog.GroupSet(catalog.FacetInjection),
		},
		Help: "Medicare's local coverage pays facet injections at two levels a session. A denial is likely; it is sure for traditional Medicare from 2024-07-07, when the first contractors wrote the rule down. " +
			"Right after all when the patient agreed to pay, and the line says so with GA.",
		Source: "contractors' articles on facet joint interventions, in force from 2024-07-07 to 2024-08-11 by contractor; rule A-03",
		Check: eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
			if third.has(l) && !l.Root && underCoverage(l) && !l.Mods.Has(denialExpected...) {
				report(thirdLevel(l))
			}
		}),
	}
}

var thirdLevelDenied = claim.MustDate("2024-07-07")

func thirdLevel(l *audit.Line) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: audit.Warning, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s is a third level or more, which local coverage does not pay", billedAs(l), l.From),
		Fix:     audit.Fix{Text: fmt.Sprintf("append GA if the patient signed a notice of non-coverage (ABN) beforehand; otherwise do not bill %s to Medicare", l.Code)},
	}
	if l.Payer == claim.Medicare && l.From >= thirdLevelDenied {
		f.Severity = audit.Error
	}
	return f
}

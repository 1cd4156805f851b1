package shapes

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// totalRow is one row of data/totals.csv: how much of some codes a patient is given within some days. Of a
// rule's rows the first that a line passes is reported.
type totalRow struct {
	Rule   string `csv:"rule"`
	Codes  string `csv:"codes"`   // that are added up; 64628*2 counts twice
	NoMods string `csv:"no_mods"` // lines with one of them are not counted
	Dx     string `csv:"dx"`      // clauses as in the tables of single lines; other lines are not counted
	Counts string `csv:"counts"`  // units, or days: dates of service
	// Days are the window, its first and last day included; month is that of the calendar, and blank all lines
	// seen.
	Days string `csv:"days"`
	Most string `csv:"most"`
	// After are codes that make the days behind them a time of their own, AfterDays long: a line in it is not
	// judged.
	After     string `csv:"after"`
	AfterDays string `csv:"after_days"`
	From      string `csv:"from"`
	Payers    string `csv:"payers"` // whose lines are judged and counted
	Severity  string `csv:"severity"`
	Money     string `csv:"money"`
	Say       string `csv:"say"` // what is limited, with {most}
	Fix       string `csv:"fix"` // with the words of sayWords in braces
	Source    string `csv:"source"`
}

// total is a row in use.
type total struct {
	codes, after terms.CodeSet
	weights      map[claim.Code]claim.Units
	noMods       ModifierWants
	dx           []diagnosisClause
	byDay, month bool
	days         claim.Date // 0: all lines seen
	most         claim.Units
	afterDays    claim.Date
	from         claim.Date
	payers       audit.Payers
	severity     audit.Severity
	money        audit.Money
	say          string
	fix          Phrase
}

func mustTotals(rule string) (list []total) {
	for row := range terms.MustData[totalRow]("totals.csv") {
		if row.Rule == rule {
			list = append(list, row.typed())
		}
	}
	if list == nil {
		panic("rules: no rows of " + rule + " in totals.csv") // the table is part of the program
	}
	return list
}

func (row *totalRow) typed() total {
	t := total{
		after: terms.MustCodes(row.After), weights: map[claim.Code]claim.Units{}, noMods: MustModifierWants(row.NoMods),
		dx: mustDiagnosisClauses(row.Dx), byDay: terms.MustWord(map[string]bool{"units": false, "days": true}, row.Counts), month: row.Days == "month",
		most: terms.MustUnits(row.Most), afterDays: claim.Date(MustCount(row.AfterDays)), from: terms.MustDate(row.From), payers: terms.MustPayers(row.Payers),
		severity: terms.MustWord(terms.Severities, row.Severity), money: terms.MustWord(monies, row.Money), say: strings.ReplaceAll(row.Say, "{most}", row.Most), fix: mustPhrase(row.Fix),
	}
	if !t.month {
		t.days = claim.Date(MustCount(row.Days))
	}
	for _, word := range strings.Fields(row.Codes) {
		name, weight, weighed := strings.Cut(word, "*")
		t.codes = t.codes.Or(terms.MustCodes(name))
		if weighed {
			t.weights[claim.MustCode(name)] = terms.MustUnits(weight)
		}
	}
	return t
}

// OverTotal completes a rule that adds up what a patient was given with its rows of totals.csv. A line is
// reported where it passes the row's most, by itself or with those before it.
func OverTotal(r *audit.Rule) {
	rows := mustTotals(r.ID)
	var on terms.CodeSet
	var payers audit.Payers
	for i := range rows {
		on, payers = on.Or(rows[i].codes), payers|rows[i].payers
		r.Needs.History = max(r.Needs.History, rows[i].history())
	}
	limitPayers(r, payers)
	r.Needs.On = on.Reported()
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		for _, l := range c.Asked {
			if !on.Has(l) || l.Context {
				continue
			}
			for i := range rows {
				if f, passed := rows[i].judge(c, l); passed {
					report(f)
					break
				}
			}
		}
	}
}

// history is how many days before a line the row looks at.
func (t *total) history() int {
	const longestMonth = 31
	switch {
	case t.month:
		return longestMonth - 1
	case t.days > 0:
		return int(max(t.days-1, t.afterDays))
	}
	return 0 // what is seen is said
}

// counts tells whether a line is added up.
func (t *total) counts(l *audit.Line) bool {
	return t.codes.Has(l) && t.payers.Has(l.Payer) && !l.Root && !terms.Voided(l) && terms.Counts(l) && (len(t.noMods) == 0 || !t.noMods.Met(&l.Mods)) &&
		!slices.ContainsFunc(t.dx, func(k diagnosisClause) bool { return !k.holds(l) })
}

// monthLen is the length of a year and month, 2025-03.
const monthLen = 7

// within tells whether an earlier day is in the window that ends with the line.
func (t *total) within(on, earlier claim.Date) bool {
	switch {
	case t.month:
		return on.String()[:monthLen] == earlier.String()[:monthLen]
	case t.days > 0:
		return on-earlier < t.days
	}
	return true
}

// of is what a line adds.
func (t *total) of(l *audit.Line) claim.Units {
	if t.byDay {
		return claim.One
	}
	if weight := t.weights[l.Code]; weight > 0 {
		return l.Units / claim.One * weight
	}
	return l.Units
}

// judge adds up the lines to the one given, and tells whether it is the one that passes the most.
func (t *total) judge(c *audit.Case, l *audit.Line) (audit.Finding, bool) {
	if !t.counts(l) || l.From < t.from {
		return audit.Finding{}, false
	}
	sum, day := claim.Units(0), claim.Date(0)
	var related []*audit.Line
	for i := range c.Lines {
		m := &c.Lines[i]
		if t.after.Has(m) && m.From <= l.From && l.From-m.From <= t.afterDays {
			return audit.Finding{}, false
		}
		if !t.counts(m) || !t.within(l.From, m.From) {
			continue
		}
		if m == l {
			break
		}
		if !t.byDay || m.From != day {
			sum, day, related = sum+t.of(m), m.From, append(related, m)
		}
	}
	if sum > t.most || sum+t.of(l) <= t.most || t.byDay && day == l.From {
		return audit.Finding{}, false
	}
	return t.finding(c, l, sum+t.of(l), related), true
}

func (t *total) finding(c *audit.Case, l *audit.Line, sum claim.Units, related []*audit.Line) audit.Finding {
	seen := ""
	if t.days == 0 && !t.month || c.Since > l.From-max(t.days, 1)+1 {
		seen = fmt.Sprintf(" in the lines seen since %s", c.Since)
	}
	s := SeenLine{C: c, L: l}
	return audit.Finding{
		Line: l, Severity: t.severity, Money: t.money, Related: related,
		Message: fmt.Sprintf("%s on %s makes %s%s: %s", terms.BilledAs(l), l.From, sum, seen, t.say), Fix: audit.Fix{Text: t.fix.Of(&s)},
	}
}

package account

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// hindered is what keeps the rule from having checked lines seen so: it concerns them, and could
// not speak of them or did not see enough of what came before.
func (a *audience) hindered(r *audit.Rule, s sight, k known) obstacle {
	n := &r.Needs
	if !concerns(n, s, k) {
		return checked
	}
	for i, w := range a.withdrawals {
		if s.withdrawn&(1<<i) != 0 && slices.Contains(r.Withdrawn, w) {
			return obstacle{kind: withdrawn, nth: i, why: w.Reason}
		}
	}
	if o := whyNot(n, s, k, a.setup.Sources); o != checked {
		if s.root && o.byCode() {
			return obstacle{kind: wrongCode}
		}
		return o
	}
	switch {
	case !a.own.fills(s.reach.own, n.OwnHistory):
		return obstacle{kind: shortOwn, days: n.OwnHistory}
	case !a.inputs.fills(s.reach.inputs, n.History):
		return obstacle{kind: shortInputs, days: n.History}
	case !a.own.fills(s.reach.own, n.History): // what is of others says nothing of this patient
		return obstacle{kind: shortOwn, days: n.History}
	}
	return checked
}

// unchecked is the lines that meet one obstacle.
type unchecked struct {
	seen
	codes map[claim.Code]int // of an obstacle that is one of some codes
}

// check is what is counted of one check: of a rule, a family or the catalogue.
type check struct {
	id, family string
	checked    seen
	not        map[obstacle]*unchecked // those it could not check
	hindered   int                     // lines of a family that met an obstacle
	met        []obstacle              // scratch of a family: those of one sight
}

func newCheck(id, family string) check {
	return check{id: id, family: family, not: map[obstacle]*unchecked{}}
}

// add counts lines seen alike. Codes are named as billed, and only what may be one.
func (c *check) add(o obstacle, s sight, n *seen) {
	if o == checked {
		c.checked.add(n)
		return
	}
	of := c.not[o]
	if of == nil {
		of = &unchecked{codes: map[claim.Code]int{}}
		c.not[o] = of
	}
	of.add(n)
	if o.byCode() && s.code.Shaped() && !s.root {
		of.codes[s.code] += n.lines
	}
}

// audience is the checks that see every sight: the rules, and the families they belong to.
type audience struct {
	setup       *Setup
	rules       []*audit.Rule // those that ran, then those switched off
	inputs, own windows
	checks      []check // of the rules
	families    []check // in order of their first rules
	of          []int   // each rule's family; -1 for none
	withdrawals []*audit.Withdrawal
}

func audienceOf(s *Setup, inputs, own windows) *audience {
	a := &audience{setup: s, rules: slices.Concat(s.Rules, s.Off), inputs: inputs, own: own, withdrawals: withdrawalsOf(s.Rules)}
	for _, r := range a.rules {
		a.checks = append(a.checks, newCheck(r.ID, r.Family))
		a.of = append(a.of, a.familyNamed(r.Family))
	}
	return a
}

func (a *audience) familyNamed(name string) int {
	if name == "" {
		return -1
	}
	i := slices.IndexFunc(a.families, func(c check) bool { return c.id == name })
	if i < 0 {
		i = len(a.families)
		a.families = append(a.families, newCheck(name, ""))
	}
	return i
}

// see counts lines seen alike for every check.
func (a *audience) see(s sight, n *seen) {
	k := knownOf(a.setup.Catalog, s.scope, s.code, a.setup.Catalog.Lookup(s.code), n.from, n.to)
	for i, r := range a.rules {
		o := a.hindered(r, s, k)
		if i >= len(a.setup.Rules) && concerns(&r.Needs, s, k) {
			o = obstacle{kind: switchedOff}
		}
		a.checks[i].add(o, s, n)
		if f := a.of[i]; f >= 0 && o != checked && !slices.Contains(a.families[f].met, o) {
			a.families[f].met = append(a.families[f].met, o)
		}
	}
	for i := range a.families {
		a.families[i].take(s, n)
	}
}

// take counts lines of a family by what its rules have met on them.
func (c *check) take(s sight, n *seen) {
	if len(c.met) == 0 {
		c.add(checked, s, n)
		return
	}
	c.hindered += n.lines
	for _, o := range c.met {
		c.add(o, s, n)
	}
	c.met = c.met[:0]
}

// rows are the check's rows, that of the lines checked first.
func (c *check) rows(s *Setup) []audit.Coverage {
	rows := []audit.Coverage{{
		Check: c.id, Family: c.family, Lines: c.checked.lines, NotChecked: c.hindered,
		Codes: []string{}, From: c.checked.from, To: c.checked.to,
	}}
	for _, o := range slices.SortedFunc(maps.Keys(c.not), obstacle.compare) {
		of := c.not[o]
		rows = append(rows, audit.Coverage{
			Check: c.id, Family: c.family, NotChecked: of.lines, Reason: o.text(s),
			Codes: codesOf(of.codes), From: of.from, To: of.to,
		})
	}
	return rows
}

// codesOf lists codes with their lines, most frequent first.
func codesOf(codes map[claim.Code]int) []string {
	out := []string{}
	for _, code := range byFrequency(codes) {
		out = append(out, code.String()+" ("+strconv.Itoa(codes[code])+")")
	}
	return out
}

// metNothing is said of a rule of a practice that found nothing because it was about nothing.
const metNothing = "no line has its codes, payers and days: see that they are written as the export has them"

// coverage works out for every family, the catalogue and every rule how many lines were checked
// and why not the others.
func (t *Tally) coverage() []audit.Coverage {
	a := audienceOf(t.setup, t.inputs, t.own)
	for s, n := range t.sights {
		a.see(s, n)
	}
	var rows []audit.Coverage
	for i := range a.families {
		rows = append(rows, a.families[i].rows(t.setup)...)
	}
	rows = append(rows, t.unlistedCodes()...)
	for i := range a.checks {
		rows = append(rows, a.checks[i].rows(t.setup)...)
		if t.unmet[a.rules[i]] {
			rows = append(rows, audit.Coverage{Check: a.checks[i].id, Family: a.checks[i].family, Codes: []string{}, Reason: metNothing})
		}
	}
	return rows
}

// unlistedCodes is the coverage of the catalogue: well-formed codes it does not list are no finding,
// because a practice bills more than pain management, but said, and each that no table has with what it may be a slip of.
func (t *Tally) unlistedCodes() []audit.Coverage {
	of := newCheck("catalogue", "")
	for s, n := range t.sights {
		if s.code.Shaped() && !s.root && t.setup.Catalog.Lookup(s.code) == nil {
			of.add(obstacle{kind: notListed}, s, n)
		} else {
			of.add(checked, s, n)
		}
	}
	rows := of.rows(t.setup)
	if unlisted := of.not[obstacle{kind: notListed}]; unlisted != nil {
		rows[1].Codes = nearMisses(t.setup.Catalog, unlisted.codes)
	}
	return rows
}

func nearMisses(cat *catalog.Catalog, codes map[claim.Code]int) (text []string) {
	for _, code := range byFrequency(codes) {
		entry := fmt.Sprintf("%s (%d)", code, codes[code])
		if near := cat.NearMisses(code.String(), 0); len(near) > 0 && !cat.Known(code) {
			entry += fmt.Sprintf(" looks like %s", near[0])
		}
		text = append(text, entry)
	}
	return text
}

func byFrequency(codes map[claim.Code]int) []claim.Code {
	sorted := make([]claim.Code, 0, len(codes))
	for code := range codes {
		sorted = append(sorted, code)
	}
	slices.SortFunc(sorted, func(a, b claim.Code) int {
		return cmp.Or(cmp.Compare(codes[b], codes[a]), cmp.Compare(a, b))
	})
	return sorted
}

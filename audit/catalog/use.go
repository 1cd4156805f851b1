package catalog

import (
	"slices"
	"strconv"

	"claimaudit/audit/claim"
)

// Use is the CMS table that speaks of a code on a day: which one, whose, and the days it is of.
type Use struct {
	Kind     Kind
	Scope    Scope
	Quarter  Quarter // the first of its year for the fee schedule
	From, To claim.Date
	Own      bool // it is the program's own, which does not say when its edits began
}

// Effective is the quarter or the year the table is of.
func (u Use) Effective() string {
	if u.Kind == FeeSchedule {
		return strconv.Itoa(u.Quarter.Year())
	}
	return u.Quarter.String()
}

// StandsIn tells whether it is not the scope's own. Add-ons are published for a whole program.
func (u Use) StandsIn(s Scope) bool {
	if u.Kind == AddOnCodes {
		return u.Scope.medicaid() != s.medicaid()
	}
	return u.Scope != s.tablesOf()
}

// InUse is the table of the kind by which a line of the scope, code and day is judged. False when none
// in use knows the code.
func (c *Catalog) InUse(k Kind, s Scope, code claim.Code, d claim.Date) (Use, bool) {
	switch k {
	case PairEdits:
		return inHistory(k, &c.pairs, s, d, func(one *edition[*PairTable]) bool { return hasCode(one, code, d) })
	case AddOnCodes:
		return inHistory(k, &c.addOns, s, d, func(one *edition[map[claim.Code][]AddOn]) bool { return hasAddOn(one, code, d) })
	case UnitLimits:
		if _, one := c.limitOn(s, code, d); one != nil {
			return Use{k, c.limits.whose[s], one.quarter, one.first, one.last, c.limits.of[s].isOwn(one)}, true
		}
	case FeeSchedule:
		if f, ok := c.Fee(code, d); ok {
			q := NewQuarter(f.Year, 1)
			return Use{Kind: k, Quarter: q, From: q.First(), To: endOfYear(f.Year)}, true
		}
	}
	return Use{}, false
}

// inHistory is the first table asked about the day that knows the code. Pairs that a whole table does
// not have are not looked for in an older one from before the day: it is the whole table that says there
// are none.
func inHistory[T any](k Kind, held *scoped[T], s Scope, d claim.Date, knows func(*edition[T]) bool) (Use, bool) {
	var whole *edition[T]
	for _, one := range held.of[s].history(d) {
		if one == nil {
			continue
		}
		if k == PairEdits && one.complete && whole == nil {
			whole = one
		}
		if knows(one) {
			if whole != nil && one.last < d {
				one = whole
			}
			return Use{k, held.whose[s], one.quarter, one.first, one.last, held.of[s].isOwn(one)}, true
		}
	}
	return Use{}, false
}

// KnowsAddOn tells whether an add-on table in use would say that the code is an add-on: a whole one
// of a day on which the code was, one that has it, and the program's own of the codes it lists.
func (c *Catalog) KnowsAddOn(s Scope, code claim.Code, d claim.Date) bool {
	if c.entries[code] != nil {
		return true
	}
	for _, one := range c.addOns.of[s].history(d) {
		if one != nil && (one.complete && c.livedIn(code, one.first, one.last, d) || hasAddOn(one, code, d)) {
			return true
		}
	}
	return false
}

// hasAddOn tells whether the quarter's table has the code as an add-on, on whatever days, or would have
// it if it were one.
func hasAddOn(one *edition[map[claim.Code][]AddOn], code claim.Code, d claim.Date) bool {
	return one.complete && one.during(d) && code.Shaped() || slices.ContainsFunc(one.parts, func(part map[claim.Code][]AddOn) bool { return part[code] != nil })
}

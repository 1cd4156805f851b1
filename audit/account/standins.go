package account

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// datedKinds are the tables that come anew every quarter or year.
var datedKinds = [...]catalog.Kind{catalog.PairEdits, catalog.UnitLimits, catalog.AddOnCodes, catalog.FeeSchedule}

// standIn is a table that judged lines though it is not of their scope, or not of their day.
type standIn struct {
	use   catalog.Use
	scope catalog.Scope // the lines'
	when  when
}

// when is where the table lies from the lines' dates of service.
type when uint8

const (
	ofDay when = iota
	newer
	older
	newest   // older, and there is none that is newer
	outdated // older than the newest, which is older too and does not have the code
)

// standIns are the lines each such table judged.
type standIns map[standIn]*seen

// tablesUsed finds the lines whose codes a table knows that is not of their day and scope.
func (t *Tally) tablesUsed() standIns {
	found, cat := standIns{}, t.setup.Catalog
	for s, n := range t.sights {
		for _, kind := range datedKinds {
			grouped := kind == catalog.PairEdits || kind == catalog.AddOnCodes
			if s.root || s.anonymous && grouped {
				continue
			}
			if use, ok := cat.InUse(kind, s.scope, s.code, n.from); ok {
				found.add(standIn{use, s.scope, whenOf(cat, use, s.scope, n.from)}, n)
			}
		}
	}
	return found
}

func whenOf(cat *catalog.Catalog, use catalog.Use, scope catalog.Scope, day claim.Date) when {
	last, _ := cat.Newest(use.Kind, scope)
	switch {
	case day < use.From:
		return newer
	case day <= use.To:
		return ofDay
	case day > last && use.To == last:
		return newest
	case day > last:
		return outdated
	}
	return older
}

func (f standIns) add(s standIn, n *seen) {
	if !s.use.StandsIn(s.scope) {
		s.scope = s.use.Scope
	}
	if s.when == ofDay && s.use.Scope == s.scope {
		return
	}
	if s.use.Kind == catalog.FeeSchedule {
		if s.when == ofDay {
			return
		}
		s.scope = s.use.Scope // there is one for all
	}
	if f[s] == nil {
		f[s] = &seen{}
	}
	f[s].add(n)
}

func (f standIns) sorted() []standIn {
	return slices.SortedFunc(maps.Keys(f), func(a, b standIn) int {
		return cmp.Or(cmp.Compare(a.use.Kind, b.use.Kind), cmp.Compare(a.use.Scope, b.use.Scope), cmp.Compare(a.scope, b.scope),
			cmp.Compare(a.when, b.when), cmp.Compare(a.use.From, b.use.From))
	})
}

// name is the table's, as reports name it.
func (s standIn) name() string { return catalog.Official{Kind: s.use.Kind, Scope: s.use.Scope}.Name() }

// stale are the tables that are older than lines they judged, with none that is not.
func (f standIns) stale() (list []audit.Stale) {
	for _, s := range f.sorted() {
		if s.when != newest && s.when != outdated {
			continue
		}
		n := f[s]
		if i := len(list) - 1; i >= 0 && list[i].Table == s.name() && list[i].Newest == s.use.To {
			addStale(&list[i], n)
			continue
		}
		list = append(list, audit.Stale{Table: s.name(), Newest: s.use.To, Lines: n.lines, From: n.from, To: n.to})
	}
	return list
}

func addStale(s *audit.Stale, n *seen) {
	s.Lines, s.From, s.To = s.Lines+n.lines, min(s.From, n.from), max(s.To, n.to)
}

// audit.TablesInUse is what Coverage puts the rows of tables under.

// rows are what Coverage says of the lines a table judged that is not of their day and scope.
func (f standIns) rows() (rows []audit.Coverage) {
	for _, s := range f.sorted() {
		n := f[s]
		rows = append(rows, audit.Coverage{
			Check: s.name(), Family: audit.TablesInUse, Lines: n.lines, From: n.from, To: n.to, Codes: []string{}, Reason: s.text(),
		})
	}
	return rows
}

// text says by which table the lines were judged, and why by that.
func (s standIn) text() string {
	text := "judged by the table of " + s.use.Effective()
	switch {
	case s.when == newest:
		text = fmt.Sprintf("judged by the table that ends on %s, the newest in use", s.use.To)
	case s.when != ofDay && s.use.Kind == catalog.FeeSchedule:
		text += ", the nearest in use"
	case s.when != ofDay && s.use.Kind == catalog.UnitLimits:
		text += ", not of its day: the nearest in use"
	case s.when == newer && s.use.Own && s.use.Kind == catalog.PairEdits:
		text += ", the nearest in use, which keeps what has ended and does not say when it began"
	case s.when == newer:
		text += ", the nearest in use, which keeps what was in force on earlier days"
	case s.when == older, s.when == outdated:
		text += ", the newest in use that has the code"
	}
	if s.use.Scope != s.scope {
		text += fmt.Sprintf("; it is %s's, because none of %s is in use", s.use.Scope, s.scope)
	}
	return text
}

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

// A sight is all that decides which rules can check a line. Lines are counted by sight, and what
// was checked is worked out from the counts and each rule's needs: it is never written by hand.
type sight struct {
	code       claim.Code
	source     int32
	scope      catalog.Scope   // whose CMS tables judge it
	quarter    catalog.Quarter // by which they change
	given, bad claim.Fields
	anonymous  bool
	root       bool // a root cause was reported: the code is not the line's own
	payer      claim.Payer
	reach      reach
}

// reach is how many of the windows the rules look back over are filled before a line: by the
// inputs, and by the patient's own lines.
type reach struct{ inputs, own uint8 }

// windows are the days the rules look back over, each once, shortest first.
type windows []int

// windowsOf are the windows of the rules: over all inputs, or over the patient's own lines.
func windowsOf(rules []*audit.Rule, days func(*audit.Needs) int) (w windows) {
	for _, r := range rules {
		if d := days(&r.Needs); d > 0 {
			w = append(w, d)
		}
	}
	slices.Sort(w)
	return slices.Compact(w)
}

// filled is how many of the windows have room in so many days.
func (w windows) filled(days claim.Date) (n uint8) {
	for n < uint8(len(w)) && w[n] <= int(days) {
		n++
	}
	return n
}

// fills tells whether so many windows filled are enough for that many days.
func (w windows) fills(filled uint8, days int) bool {
	return days == 0 || filled > 0 && w[filled-1] >= days
}

const allFields = claim.Fields(1<<claim.NumFields - 1)

// sightOf is how rules that need no more than these fields see the line.
func sightOf(l *audit.Line, needed claim.Fields) sight {
	return sight{
		code: l.Code, source: l.Pos.Input, scope: l.Scope(), given: l.Given & needed, bad: l.Bad & needed,
		anonymous: l.Anonymous, root: l.Root, payer: l.Payer,
	}
}

// slot spreads sights over a small table; its low bits are as good as any.
func (s *sight) slot() uint64 {
	rest := uint64(s.given) ^ uint64(s.reach.inputs)<<32 ^ uint64(s.payer)<<40 ^ uint64(s.quarter)<<48
	return (uint64(s.code) ^ rest) * 0x9e3779b97f4a7c15 >> 48
}

// seen is how many lines were seen alike, and their first and last date of service.
type seen struct {
	lines    int
	from, to claim.Date
}

func (s *seen) add(n *seen) {
	if s.lines == 0 || n.lines > 0 && n.from < s.from {
		s.from = n.from
	}
	if s.lines == 0 || n.to > s.to {
		s.to = n.to
	}
	s.lines += n.lines
}

// sighted is a sight and what is counted under it.
type sighted struct {
	sight sight
	seen  *seen
}

// known is what the catalogue tells of a sight's code, on all of its days.
type known struct {
	listed  bool
	covered catalog.Covered // the CMS tables that know the code
	groups  catalog.Groups  // it belongs to on any day
	dated   bool            // its first valid day is known
	addOn   bool            // an add-on table tells whether it is one
	byPayer bool            // it is one, and the payer decides its primaries
}

func knownOf(cat *catalog.Catalog, scope catalog.Scope, code claim.Code, entry *catalog.Entry, from, to claim.Date) known {
	covered := cat.Covered(scope, code, entry, from)
	if from != to {
		covered &= cat.Covered(scope, code, entry, to)
	}
	addOn, ok := cat.AddOn(scope, code, to)
	return known{
		listed: entry != nil, covered: covered, groups: entry.Ever(),
		dated: entry != nil || cat.FirstValid(code) != 0, addOn: cat.KnowsAddOn(scope, code, to), byPayer: ok && addOn.ByPayer(),
	}
}

// obstacle is why a rule could not check a line; the zero obstacle is that it could.
type obstacle struct {
	kind  obstacleKind
	field claim.Field
	days  int // of history
}

type obstacleKind uint8

const (
	none obstacleKind = iota
	switchedOff
	noColumn
	noPatient
	unreadable
	blank
	wrongCode
	notListed
	noPairs
	noLimit
	noFee
	noAddOns
	byPayer
	shortInputs
	shortOwn
)

var checked = obstacle{}

// text says what the obstacle is, where the inputs begin on that day.
func (o obstacle) text(since claim.Date) string {
	switch o.kind {
	case switchedOff:
		return "the check was switched off"
	case shortInputs:
		if o.days == audit.Lifetime {
			return fmt.Sprintf("the input begins %s, and the check counts over the patient's life", since)
		}
		return fmt.Sprintf("the input begins %s, less than %d days before", since, o.days)
	case shortOwn:
		return fmt.Sprintf("the patient's lines begin less than %d days before", o.days)
	case noColumn:
		return "no column for " + o.field.String()
	case noPatient:
		return "the patient id is blank or a placeholder"
	case unreadable:
		return o.field.String() + " cannot be read"
	case blank:
		return o.field.String() + " is blank"
	case wrongCode:
		return "the code cannot be looked up as it stands, which is a finding of its own"
	case notListed:
		return "the code is not in the catalogue"
	case noPairs:
		return "the pair table in use does not cover the code"
	case noLimit:
		return "the unit limits in use do not list the code, which is not to say that it has none"
	case noFee:
		return "the fee schedule in use does not list the code"
	case noAddOns:
		return "the add-on table in use does not cover the code"
	case byPayer:
		return "the payer decides the primaries of the add-on (type 2 or 3)"
	}
	return ""
}

// byCode tells whether the obstacle is one of some codes, and not of a cell or a column.
func (o obstacle) byCode() bool { return o.kind >= notListed }

func (o obstacle) compare(p obstacle) int {
	return cmp.Or(cmp.Compare(o.kind, p.kind), cmp.Compare(o.field, p.field), cmp.Compare(o.days, p.days))
}

// CanCheck tells whether the rule can say anything of the line, whose code may stand for another by
// now.
func CanCheck(r *audit.Rule, c *audit.Case, l *audit.Line) bool {
	k := knownOf(c.Catalog, l.Scope(), l.Code, l.Known, l.From, l.From)
	return whyNot(&r.Needs, sightOf(l, allFields), k, c.Sources) == checked
}

// whyNot is the first thing that keeps a rule of these needs from saying anything of a line seen so.
func whyNot(n *audit.Needs, s sight, k known, sources []claim.Source) obstacle {
	if missing := (n.Columns | n.Fields) &^ sources[s.source].Columns; missing != 0 {
		return obstacle{kind: noColumn, field: missing.First()}
	}
	if n.Patient && s.anonymous {
		return obstacle{kind: noPatient}
	}
	if bad := (n.Columns | n.Fields) & s.bad; bad != 0 {
		return obstacle{kind: unreadable, field: bad.First()}
	}
	if missing := n.Fields &^ s.given; missing != 0 {
		return obstacle{kind: blank, field: missing.First()}
	}
	return knowledge(n, k)
}

func knowledge(n *audit.Needs, k known) obstacle {
	switch {
	case n.Listed && !k.listed, n.Tables&audit.CodeDates != 0 && !k.dated:
		return obstacle{kind: notListed}
	case n.Tables&audit.PairEdits != 0 && k.covered&catalog.InPairs == 0:
		return obstacle{kind: noPairs}
	case n.Tables&audit.UnitLimits != 0 && k.covered&catalog.InLimits == 0:
		return obstacle{kind: noLimit}
	case n.Tables&audit.FeeSchedule != 0 && k.covered&catalog.InFees == 0:
		return obstacle{kind: noFee}
	case n.Tables&(audit.AddOns|audit.Primaries) != 0 && !k.addOn:
		return obstacle{kind: noAddOns}
	case n.Tables&audit.Primaries != 0 && k.byPayer:
		return obstacle{kind: byPayer}
	}
	return checked
}

// concerns tells whether the rule can report lines seen so. A blank code may be any.
func concerns(n *audit.Needs, s sight, k known) bool {
	return s.code == 0 || n.Concerns(s.code, k.groups, s.payer)
}

// hindered is what keeps the rule from having checked lines seen so: it concerns them, and could
// not speak of them or did not see enough of what came before.
func (a *audience) hindered(r *audit.Rule, s sight, k known) obstacle {
	n := &r.Needs
	if !concerns(n, s, k) {
		return checked
	}
	if o := whyNot(n, s, k, a.o.Sources); o != checked {
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
	}
	return checked
}

// account is the lines that meet one obstacle, or none.
type account struct {
	seen
	codes map[claim.Code]int // of an obstacle that is one of some codes
}

// accounts are the lines of one check: those it checked, and the others by obstacle.
type accounts struct {
	checked seen
	not     map[obstacle]*account
}

// add counts lines seen alike. Codes are named as billed, and only what may be one.
func (a *accounts) add(o obstacle, s sight, n *seen) {
	if o == checked {
		a.checked.add(n)
		return
	}
	of := a.not[o]
	if of == nil {
		of = &account{codes: map[claim.Code]int{}}
		a.not[o] = of
	}
	of.add(n)
	if o.byCode() && s.code.Shaped() && !s.root {
		of.codes[s.code] += n.lines
	}
}

// check is what is counted of one check.
type check struct {
	id, family string
	accounts
	hindered int        // lines of a family that met an obstacle
	met      []obstacle // scratch of a family: those of one sight
}

func newAccounts() accounts { return accounts{not: map[obstacle]*account{}} }

// audience is the checks that see every sight: the rules, and the families they belong to.
type audience struct {
	o           *Setup
	rules       []*audit.Rule // those that ran, then those switched off
	inputs, own windows
	checks      []check // of the rules
	families    []check // in order of their first rules
	of          []int   // each rule's family; -1 for none
}

func audienceOf(o *Setup, inputs, own windows) *audience {
	a := &audience{o: o, rules: slices.Concat(o.Rules, o.Off), inputs: inputs, own: own}
	for _, r := range a.rules {
		a.checks = append(a.checks, check{id: r.ID, family: r.Family, accounts: newAccounts()})
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
		a.families = append(a.families, check{id: name, accounts: newAccounts()})
	}
	return i
}

// see counts lines seen alike for every check.
func (a *audience) see(s sight, n *seen) {
	k := knownOf(a.o.Catalog, s.scope, s.code, a.o.Catalog.Lookup(s.code), n.from, n.to)
	for i, r := range a.rules {
		o := a.hindered(r, s, k)
		if i >= len(a.o.Rules) && concerns(&r.Needs, s, k) {
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
func (c *check) rows(since claim.Date) []audit.Coverage {
	rows := []audit.Coverage{{
		Check: c.id, Family: c.family, Lines: c.checked.lines, NotChecked: c.hindered,
		Codes: []string{}, From: c.checked.from, To: c.checked.to,
	}}
	for _, o := range slices.SortedFunc(maps.Keys(c.not), obstacle.compare) {
		of := c.not[o]
		rows = append(rows, audit.Coverage{
			Check: c.id, Family: c.family, NotChecked: of.lines, Reason: o.text(since),
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

// coverage works out for every family, the catalogue and every rule how many lines were checked
// and why not the others.
func (t *Tally) coverage() []audit.Coverage {
	o := t.setup
	a := audienceOf(o, t.inputs, t.own)
	for s, n := range t.sights {
		a.see(s, n)
	}
	var rows []audit.Coverage
	for i := range a.families {
		rows = append(rows, a.families[i].rows(o.Since)...)
	}
	rows = append(rows, t.unlistedCodes()...)
	for i := range a.checks {
		rows = append(rows, a.checks[i].rows(o.Since)...)
	}
	return rows
}

// unlistedCodes is the coverage of the catalogue: well-formed codes it does not list are no finding,
// because a practice bills more than pain management, but said, with what each may be a slip of.
func (t *Tally) unlistedCodes() []audit.Coverage {
	o := t.setup
	of := check{id: "catalogue", accounts: newAccounts()}
	for s, n := range t.sights {
		if s.code.Shaped() && !s.root && o.Catalog.Lookup(s.code) == nil {
			of.add(obstacle{kind: notListed}, s, n)
		} else {
			of.add(checked, s, n)
		}
	}
	rows := of.rows(o.Since)
	if unlisted := of.not[obstacle{kind: notListed}]; unlisted != nil {
		rows[1].Codes = nearMisses(o.Catalog, unlisted.codes)
	}
	return rows
}

func nearMisses(cat *catalog.Catalog, codes map[claim.Code]int) (text []string) {
	for _, code := range byFrequency(codes) {
		entry := fmt.Sprintf("%s (%d)", code, codes[code])
		if near := cat.NearMisses(code.String(), 0); len(near) > 0 {
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

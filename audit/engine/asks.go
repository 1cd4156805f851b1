package engine

import (
	"math"
	"math/bits"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// asks tells which rules are asked about the lines of a patient: those that can report one of them, by
// the cells of a glance, its source and its signs. What each of these lets through is worked out once.
type asks struct {
	rules []*audit.Rule // root causes first, each part in registry order
	roots int           // how many are root causes
	// What no rule asks of a line is not looked at: the rules that tell by a glance, and the signs that some need.
	glances [audit.NumGlances]ruleSet
	signs   audit.Signs

	catalog  *catalog.Catalog
	asOf     claim.Date
	codes    map[claim.Code]*codeAsks
	lately   [256]*codeAsks // of these, by a short hash
	byPayer  []ruleSet
	bySource []ruleSet
	seen     seen
	bySigns  [1 << audit.NumSigns]ruleSet
	alone    ruleSet // the rules that ask for no code beside a line
	company  ruleSet // and those that the lines beside one let report it
	social   ruleSet // the other rules

	can []uint64 // by line, one after another: the rules that can report it
	any ruleSet  // those that can report one
	at  []int32  // the lines of one rule
}

// ruleSet is a set of rules, by their places.
type ruleSet []uint64

// codeAsks is what a code is, and which rules can report it.
type codeAsks struct {
	code  claim.Code
	known *catalog.Entry
	signs audit.Signs
	rules ruleSet
	meet  ruleSet // those that can report lines beside it

	payers      [claim.NumPayers]ruleSet // of these, those that can report it to a payer; nil until it is met
	first, last claim.Date               // on which it was valid, as far as is known
	limit       claim.Units              // the least in any table; as many as there can be where there is none
}

// mostCodes is how many codes are kept: files have some hundreds, but a cell may hold anything.
const mostCodes = 1 << 14

func newAsks(o *Options) *asks {
	a := &asks{catalog: o.Catalog, asOf: o.AsOf, codes: map[claim.Code]*codeAsks{}}
	for _, root := range [...]bool{true, false} {
		for _, r := range o.Rules {
			if (r.Rank == audit.RootCause) == root {
				a.rules = append(a.rules, r)
			}
		}
		if root {
			a.roots = len(a.rules)
		}
	}
	for _, r := range a.rules {
		a.signs |= r.Needs.Signs
	}
	for g := range a.glances {
		a.glances[g] = a.setOf(func(n *audit.Needs) bool { return n.May[g] != nil })
	}
	a.alone = a.setOf((*audit.Needs).Alone)
	a.social = a.setOf(func(n *audit.Needs) bool { return !n.Alone() })
	a.seen.services = map[serviceCells]*likeness[serviceCells]{}
	a.any = a.setOf(func(*audit.Needs) bool { return false })
	for p := range claim.NumPayers {
		a.byPayer = append(a.byPayer, a.setOf(func(n *audit.Needs) bool { return n.Payers == 0 || n.Payers.Has(p) }))
	}
	for i := range o.Sources {
		columns := o.Sources[i].Columns
		a.bySource = append(a.bySource, a.setOf(func(n *audit.Needs) bool { return (n.Columns|n.Fields)&^columns == 0 }))
	}
	return a
}

// setOf is the rules whose needs are so.
func (a *asks) setOf(so func(*audit.Needs) bool) ruleSet {
	set := make(ruleSet, (len(a.rules)+63)/64)
	for i, r := range a.rules {
		if so(&r.Needs) {
			set[i/64] |= 1 << (i % 64)
		}
	}
	return set
}

// of is what the code is, and which rules can report it.
func (a *asks) of(code claim.Code) *codeAsks {
	slot := &a.lately[uint64(code)*0x9e3779b97f4a7c15>>56]
	if *slot == nil || (*slot).code != code {
		*slot = a.lookUp(code)
	}
	return *slot
}

func (a *asks) lookUp(code claim.Code) *codeAsks {
	k := a.codes[code]
	if k != nil {
		return k
	}
	if len(a.codes) >= mostCodes {
		clear(a.codes)
	}
	k = &codeAsks{code: code, known: a.catalog.Lookup(code)}
	if k.known == nil || k.known.Placeholder {
		k.signs |= audit.NotListed
	}
	k.first, k.last = a.catalog.FirstValid(code), claim.EndOfTime
	if last, ended := a.catalog.LastValid(code); ended {
		k.last = last
	}
	if a.catalog.EverAddOn(code) {
		k.signs |= audit.AddOn
	}
	k.limit = math.MaxInt64
	if least, any := a.catalog.LeastLimit(code); any {
		k.limit = least
	}
	k.rules = a.setOf(func(n *audit.Needs) bool {
		return n.Concerns(code, k.known.Ever(), claim.BlankPayer) && (k.known != nil || !n.Listed)
	})
	k.meet = a.setOf(func(n *audit.Needs) bool { return n.Meets(code, k.known.Ever()) })
	a.codes[code] = k
	return k
}

// signsOf are the signs of a line by itself.
func (k *codeAsks) signsOf(l *audit.Line) audit.Signs {
	signs := k.signs
	if l.Mods != (claim.Modifiers{}) {
		signs |= audit.Modified
	}
	if l.From < k.first {
		signs |= audit.NotBegun
	}
	if l.Through() > k.last {
		signs |= audit.Ended
	}
	if l.Units > k.limit {
		signs |= audit.OverLimit
	}
	if len(l.Faults) > 0 {
		signs |= audit.Faulty
	}
	if l.Anonymous {
		signs |= audit.NoPatient
	}
	return signs
}

// odd tells whether a cell of the line says what none can, or what another contradicts.
func (a *asks) odd(l *audit.Line) bool {
	switch {
	case l.Charge < 0, l.Units <= 0, l.Units%claim.One != 0:
		return true
	case l.From > a.asOf, l.To > a.asOf, l.To != 0 && l.To < l.From, l.Birth > l.From, l.Received != 0 && l.Received < l.From:
		return true
	}
	return l.Rendering != "" && !claim.ValidNPI(l.Rendering) || l.Billing != "" && !claim.ValidNPI(l.Billing)
}

// crowd is how many lines a date may have for all to be compared with each other: more are taken to have
// every sign of company.
const crowd = 32

// signsBeside are the signs that the i-th line of a date has by the others.
func (a *asks) signsBeside(day []audit.Line, i int) (signs audit.Signs) {
	switch {
	case len(day) == 1:
		return 0
	case len(day) > crowd:
		return audit.Accompanied | audit.Repeated | audit.Paired
	}
	signs = audit.Accompanied
	for j := range day {
		switch {
		case j == i:
		case day[j].Code == day[i].Code:
			signs |= audit.Repeated | audit.Paired
		case signs&audit.Paired == 0 && a.paired(day[j].Code, day[i].Code):
			signs |= audit.Paired
		}
	}
	return signs
}

// about makes these the lines that rules are asked about. They are in order of date.
func (a *asks) about(lines []audit.Line) {
	clear(a.any)
	a.can = a.can[:0]
	for first, last := 0, 0; first < len(lines); first = last {
		for last++; last < len(lines) && lines[last].From == lines[first].From; last++ {
		}
		for i := range lines[first:last] {
			a.line(lines[first:last], i)
		}
	}
}

// line is asked about, as the i-th of its date.
func (a *asks) line(day []audit.Line, i int) {
	l := &day[i]
	code := a.of(l.Code)
	signs := code.signsOf(l) | a.signsBeside(day, i)
	if a.signs&audit.Odd != 0 && a.odd(l) {
		signs |= audit.Odd
	}
	billed, source, signed := a.toPayer(l.Payer, code), a.bySource[l.Pos.Input], a.signed(signs)
	n := len(a.can)
	for w := range a.any {
		a.can = append(a.can, billed[w]&source[w]&signed[w])
	}
	can := ruleSet(a.can[n:])
	if can.meets(a.social) && len(day) <= crowd {
		can.and(a.beside(day, i))
	}
	if can.meets(a.glances[audit.AtService]) {
		can.and(a.service(l))
	}
	if can.meets(a.glances[audit.AtDiagnoses]) {
		can.and(a.diagnoses(l))
	}
	if can.meets(a.glances[audit.AtReason]) {
		can.and(a.reason(l))
	}
	for w := range a.any {
		a.any[w] |= can[w]
	}
}

// beside is the rules that can report the i-th line of a date by the codes of the others.
func (a *asks) beside(day []audit.Line, i int) ruleSet {
	a.company = append(a.company[:0], a.alone...)
	for j := range day {
		if j != i {
			for w, rules := range a.of(day[j].Code).meet {
				a.company[w] |= rules
			}
		}
	}
	return a.company
}

// toPayer is the rules that can report the code to a payer.
func (a *asks) toPayer(payer claim.Payer, code *codeAsks) ruleSet {
	rules := &code.payers[payer]
	if *rules == nil {
		*rules = slices.Clone(code.rules).and(a.byPayer[payer])
	}
	return *rules
}

// signed are the rules that can report a line with those signs, worked out where one is met.
func (a *asks) signed(signs audit.Signs) ruleSet {
	if a.bySigns[signs] == nil {
		a.bySigns[signs] = a.setOf(func(n *audit.Needs) bool {
			return (n.Signs == 0 || n.Signs&signs != 0) && (!n.Patient || signs&audit.NoPatient == 0)
		})
	}
	return a.bySigns[signs]
}

// next is the first rule from the i-th on that can report one of the lines; one behind the last for
// none.
func (a *asks) next(i int) int {
	for w := i / 64; w < len(a.any); w++ {
		set := a.any[w]
		if w == i/64 {
			set &= ^uint64(0) << (i % 64)
		}
		if set != 0 {
			return w*64 + bits.TrailingZeros64(set)
		}
	}
	return len(a.rules)
}

// lines are the lines that the rule can report, by their places.
func (a *asks) lines(rule int) []int32 {
	a.at = a.at[:0]
	words, bit := len(a.any), uint64(1)<<(rule%64)
	for i, n := rule/64, int32(0); i < len(a.can); i, n = i+words, n+1 {
		if a.can[i]&bit != 0 {
			a.at = append(a.at, n)
		}
	}
	return a.at
}

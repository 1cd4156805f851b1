package engine

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// seen are the likenesses of lines met of late, each with the rules that may report lines like it.
type seen struct {
	services  map[serviceCells]*likeness[serviceCells]
	lately    [seenSlots]*likeness[serviceCells] // of these, by a short hash
	diagnoses [seenSlots]likeness[diagnosisCells]
	reasons   [seenReasons]likeness[reasonCells]
	pairs     [seenSlots]seenPair
	day       claim.Date // of the line before, and its quarter
	quarter   catalog.Quarter
	other     ruleSet // of a line with cells that are not kept
}

// seenPair is two codes, and whether some table has an edit of them.
type seenPair struct {
	column1, column2 claim.Code
	edited           bool
}

const (
	seenBits  = 12
	seenSlots = 1 << seenBits

	reasonBits  = seenBits - 2 // they are large
	seenReasons = 1 << reasonBits
)

// mostServices is how many services are kept: files have some thousands, but a cell may hold anything.
const mostServices = 1 << 13

// likeness is one likeness. Of diagnoses and reasons a clash only costs the asking again.
type likeness[K comparable] struct {
	cells K
	rules ruleSet
}

// serviceCells are the cells of audit.AtService.
type serviceCells struct {
	code       claim.Code
	mods       claim.Modifiers
	payer      claim.Payer
	claimType  claim.Type
	pos, state [2]byte
	faulty     bool
}

// diagnosisCells are the cells of audit.AtDiagnoses.
type diagnosisCells struct {
	dx      [12]claim.Diagnosis
	quarter catalog.Quarter
}

// reasonCells are the cells of audit.AtReason.
type reasonCells struct {
	code claim.Code
	mods claim.Modifiers
	dx   [12]claim.Diagnosis
}

func (c *serviceCells) slot() uint64 {
	h := uint64(c.code) * 0x9e3779b97f4a7c15
	h ^= uint64(c.mods[0]) | uint64(c.mods[1])<<16 | uint64(c.mods[2])<<32 | uint64(c.mods[3])<<48
	h = (h ^ h>>29) * 0xbf58476d1ce4e5b9
	h ^= uint64(c.payer) | uint64(c.claimType)<<8 | uint64(c.pos[0])<<16 | uint64(c.pos[1])<<24 | uint64(c.state[0])<<32 | uint64(c.state[1])<<40
	return h * 0x9e3779b97f4a7c15 >> (64 - seenBits)
}

// service is the rules that may report lines with the line's cells of audit.AtService.
func (a *asks) service(l *audit.Line) ruleSet {
	if len(l.POS) > 2 || len(l.State) > 2 {
		a.seen.other = a.mayAt(audit.AtService, l, a.seen.other)
		return a.seen.other
	}
	cells := serviceCells{code: l.Code, mods: l.Mods, payer: l.Payer, claimType: l.Type, faulty: len(l.Faults) > 0}
	copy(cells.pos[:], l.POS)
	copy(cells.state[:], l.State)
	slot := &a.seen.lately[cells.slot()]
	if *slot == nil || (*slot).cells != cells {
		*slot = a.serviceOf(cells, l)
	}
	return (*slot).rules
}

func (a *asks) serviceOf(cells serviceCells, l *audit.Line) *likeness[serviceCells] {
	k := a.seen.services[cells]
	if k != nil {
		return k
	}
	if len(a.seen.services) >= mostServices {
		clear(a.seen.services)
	}
	k = &likeness[serviceCells]{cells, a.mayAt(audit.AtService, l, nil)}
	a.seen.services[cells] = k
	return k
}

// diagnoses is the rules that may report lines with the line's diagnoses in its quarter.
func (a *asks) diagnoses(l *audit.Line) ruleSet {
	if a.seen.day != l.From || a.seen.quarter == 0 {
		a.seen.day, a.seen.quarter = l.From, catalog.QuarterOf(l.From)
	}
	quarter := a.seen.quarter
	k := &a.seen.diagnoses[hashOf(uint64(quarter), l)>>(64-seenBits)]
	if k.rules == nil || k.cells.quarter != quarter || k.cells.dx != l.Dx {
		k.cells, k.rules = diagnosisCells{l.Dx, quarter}, a.mayAt(audit.AtDiagnoses, l, k.rules)
	}
	return k.rules
}

// hashOf is a number and a line's diagnoses spread over 64 bits.
func hashOf(n uint64, l *audit.Line) uint64 {
	h := n * 0x9e3779b97f4a7c15
	for _, d := range l.Dx {
		if d == 0 {
			break
		}
		h = (h ^ h>>31 ^ uint64(d)) * 0x9e3779b97f4a7c15
	}
	return h
}

// reason is the rules that may report lines with the line's cells of audit.AtReason.
func (a *asks) reason(l *audit.Line) ruleSet {
	k := &a.seen.reasons[hashOf(uint64(l.Code)^uint64(l.Mods[0]), l)>>(64-reasonBits)]
	if k.rules == nil || k.cells.code != l.Code || k.cells.mods != l.Mods || k.cells.dx != l.Dx {
		k.cells, k.rules = reasonCells{l.Code, l.Mods, l.Dx}, a.mayAt(audit.AtReason, l, k.rules)
	}
	return k.rules
}

// paired tells whether some table has an edit of the two codes.
func (a *asks) paired(column1, column2 claim.Code) bool {
	k := &a.seen.pairs[(uint64(column1)*0x9e3779b97f4a7c15^uint64(column2))*0xbf58476d1ce4e5b9>>(64-seenBits)]
	if k.column1 != column1 || k.column2 != column2 {
		*k = seenPair{column1, column2, a.catalog.Paired(column1, column2)}
	}
	return k.edited
}

// mayAt are the rules that may report lines which are like the line at a glance, in a set to be used again.
func (a *asks) mayAt(g audit.Glance, l *audit.Line, again ruleSet) ruleSet {
	set := append(again[:0], a.any...)
	clear(set)
	for i, r := range a.rules {
		if may := r.Needs.May[g]; may == nil || may(a.catalog, l) {
			set[i/64] |= 1 << (i % 64)
		}
	}
	return set
}

// meets tells whether a rule is in both sets.
func (s ruleSet) meets(other ruleSet) bool {
	for w := range s {
		if s[w]&other[w] != 0 {
			return true
		}
	}
	return false
}

// and leaves what is in the other set too.
func (s ruleSet) and(other ruleSet) ruleSet {
	for w := range s {
		s[w] &= other[w]
	}
	return s
}

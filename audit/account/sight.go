package account

import (
	"slices"

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
	openDx     bool // a diagnosis is judged by no list in use
	root       bool // a root cause was reported: the code is not the line's own
	payer      claim.Payer
	reach      reach
	withdrawn  uint64 // the withdrawals that are for it, by number
}

// reach is how many of the windows the rules look back over are filled before a line: by the
// inputs, and by the patient's own lines.
type reach struct{ inputs, own uint8 }

// windows are the days the rules look back over, each once, shortest first.
type windows []int

// windowsOf are the windows of the rules: over all inputs, or over the patient's own lines.
func windowsOf(rules []*audit.Rule, days ...func(*audit.Needs) int) (w windows) {
	for _, r := range rules {
		for _, of := range days {
			if d := of(&r.Needs); d > 0 {
				w = append(w, d)
			}
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
	rest := uint64(s.given) ^ uint64(s.reach.inputs)<<32 ^ uint64(s.reach.own)<<24 ^ uint64(s.payer)<<40 ^ uint64(s.quarter)<<48
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

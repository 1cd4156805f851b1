package services

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// reversals pairs every reversal with the charge it takes back: of the same claim, day, code,
// modifiers and provider, with the same amounts turned round. A credit without its charge takes back
// what is not here. One on a claim that takes back another is settled with that.
func (s *Stage) reversals() {
	day := 0 // where the day of the reversal begins
	for i := range s.lines {
		r := &s.lines[i]
		if s.lines[day].From != r.From {
			day = i
		}
		if !s.stands(i) || !isReversal(r) {
			continue
		}
		switch k := s.takenBack(r, day); {
		case k >= 0:
			s.leave(i, claim.VoidPair, k, "takes a charge back")
			s.leave(k, claim.VoidPair, i, "a charge that is taken back")
		case isCredit(r) && !isVoid(r):
			s.leave(i, claim.VoidedRow, -1, "takes back a charge that is not here")
			s.notes.remark(credits, r)
		}
	}
}

// takenBack is the charge that r takes back, of the day that begins at a line; -1 for none.
func (s *Stage) takenBack(r *audit.Line, day int) int {
	for k := day; k < len(s.lines) && s.lines[k].From == r.From; k++ {
		if l := &s.lines[k]; s.stands(k) && !isReversal(l) && takesBack(r, l) {
			return k
		}
	}
	return -1
}

// isCredit tells whether a line can only be a reversal: a charge below zero, or units below zero that
// charge nothing. Units below zero beside a charge of their own may be a slip of the pen.
func isCredit(l *audit.Line) bool { return l.Charge < 0 || l.Units < 0 && l.Charge == 0 }

// takesBack tells whether r turns l, of the same day, round.
func takesBack(r, l *audit.Line) bool {
	switch {
	case r.Type != l.Type, r.Code != l.Code, r.Billed != l.Billed, !sameSet(r.Mods, l.Mods):
		return false
	case r.Claim != "" && l.Claim != "" && r.Claim != l.Claim, r.Rendering != "" && l.Rendering != "" && r.Rendering != l.Rendering:
		return false
	case !samePayer(r, l):
		return false
	}
	units := r.Units == -l.Units || r.Units == l.Units && r.Charge < 0
	charge := r.Charge == -l.Charge || r.Charge == l.Charge && r.Units < 0 || !r.Given.Has(claim.FieldCharge)
	return units && charge
}

// findReversals notes which of the lines are reversals.
func (s *Stage) findReversals() {
	s.back = s.back[:0]
	for i := range s.lines {
		if isReversal(&s.lines[i]) {
			s.back = append(s.back, i)
		}
	}
}

// undone are those of some lines of one day that their own export takes back, each by a reversal of its own.
func (s *Stage) undone(among []int) map[int]bool {
	if len(among) < 2 {
		return nil
	}
	var list map[int]bool
	for _, r := range s.back {
		back := &s.lines[r]
		if back.From != s.lines[among[0]].From || !s.stands(r) {
			continue
		}
		for _, i := range among {
			if l := &s.lines[i]; !list[i] && !isReversal(l) && s.export(i) == s.export(r) && takesBack(back, l) {
				if list == nil {
					list = map[int]bool{}
				}
				list[i] = true
				break
			}
		}
	}
	return list
}

// sameSet tells whether two lines have the same modifiers in any order: an export with a row for each may
// print those of a charge and of its reversal in two orders.
func sameSet(a, b claim.Modifiers) bool {
	if a == b {
		return true
	}
	slices.Sort(a[:])
	slices.Sort(b[:])
	return a == b
}

package services

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// reversals pairs every reversal with the charge it takes back: of the same claim, day, code,
// modifiers and provider, with the same amounts turned round. A reversal without its charge takes back
// what is not here.
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
		for k := day; k < len(s.lines) && s.lines[k].From == r.From; k++ {
			if l := &s.lines[k]; k != i && s.stands(k) && !isReversal(l) && takesBack(r, l) {
				s.leave(i, claim.VoidPair, k, "takes a charge back")
				s.leave(k, claim.VoidPair, i, "a charge that is taken back")
				break
			}
		}
	}
}

// takesBack tells whether r turns l, of the same day, round.
func takesBack(r, l *audit.Line) bool {
	switch {
	case r.Type != l.Type, r.Code != l.Code, r.Billed != l.Billed, r.Mods != l.Mods:
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

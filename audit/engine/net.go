package engine

import (
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// net takes lines off a patient's that are no charges once they are seen side by side: a charge and
// the reversal that takes it back, and the copies of a charge that an export joined with payments
// repeats. Each is accounted for as a skipped row with its reason. The lines are in order; what is
// left keeps it.
func (j *judge) net(lines []audit.Line) []audit.Line {
	if !mayNet(lines) {
		return lines
	}
	gone := make([]bool, len(lines))
	j.copies(lines, gone)
	j.reversals(lines, gone)
	kept := lines[:0]
	for i := range lines {
		if !gone[i] {
			kept = append(kept, lines[i])
		}
	}
	j.countRows(kept)
	return kept
}

func mayNet(lines []audit.Line) bool {
	for i := range lines {
		if l := &lines[i]; isReversal(l) || l.LineID != "" || l.Payment != 0 {
			return true
		}
	}
	return false
}

// isReversal tells whether the line takes something back: it has less than no units, or less than no
// charge.
func isReversal(l *audit.Line) bool { return l.Units < 0 || l.Charge < 0 }

// leave accounts for a line that is no charge. Earlier history is not the run's to account for.
func (j *judge) leave(l *audit.Line, kind claim.UnreadKind, reason string) {
	if !l.Context {
		j.left = append(j.left, claim.Unread{
			Pos: l.Pos, Kind: kind, Reason: reason, Charge: l.Charge, ChargeUnknown: l.Bad.Has(claim.FieldCharge),
		})
	}
}

// reversals pairs every reversal with the charge it takes back: of the same claim, day, code,
// modifiers and provider, with the same amounts turned round. A reversal without its charge stays.
func (j *judge) reversals(lines []audit.Line, gone []bool) {
	day := 0 // where the day of the reversal begins
	for i := range lines {
		r := &lines[i]
		if lines[day].From != r.From {
			day = i
		}
		if gone[i] || !isReversal(r) {
			continue
		}
		for k := day; k < len(lines) && lines[k].From == r.From; k++ {
			if l := &lines[k]; k != i && !gone[k] && !isReversal(l) && takesBack(r, l) {
				gone[i], gone[k] = true, true
				j.leave(r, claim.VoidPair, "reverses "+j.rowOf(l, r))
				j.leave(l, claim.VoidPair, "reversed by "+j.rowOf(r, l))
				break
			}
		}
	}
}

// countRows tells of each service left out whether its row is counted with another: with one that is
// kept, or else with the first left out. All services of a row are of one patient.
func (j *judge) countRows(kept []audit.Line) {
	counted := map[claim.Pos]bool{}
	row := func(p claim.Pos) claim.Pos { return claim.Pos{Input: p.Input, Row: p.Row} }
	left := j.left[j.counted:]
	j.counted = len(j.left)
	for i := range left {
		if !left[i].Pos.Shares() {
			continue
		}
		if len(counted) == 0 {
			for k := range kept {
				counted[row(kept[k].Pos)] = true
			}
		}
		at := row(left[i].Pos)
		left[i].Part = counted[at]
		counted[at] = true
	}
}

// takesBack tells whether r turns l, of the same day, round.
func takesBack(r, l *audit.Line) bool {
	switch {
	case r.Type != l.Type, r.Code != l.Code, r.Billed != l.Billed, r.Mods != l.Mods:
		return false
	case r.Claim != "" && l.Claim != "" && r.Claim != l.Claim, r.Rendering != "" && l.Rendering != "" && r.Rendering != l.Rendering:
		return false
	}
	units := r.Units == -l.Units || r.Units == l.Units && r.Charge < 0
	charge := r.Charge == -l.Charge || r.Charge == l.Charge && r.Units < 0 || !r.Given.Has(claim.FieldCharge)
	return units && charge
}

// copies leaves out the copies of a charge that an export writes once for each of its payments. Copies
// are lines of one table with the same id; where lines have no id, those alike in all but what was
// paid. One of them is kept; where the same payment stands on several of them the charge was billed
// that many times, and so many are kept.
func (j *judge) copies(lines []audit.Line, gone []bool) {
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && sameCharge(&lines[start], &lines[end]) {
			end++
		}
		if end-start > 1 {
			j.copiesAmong(lines[start:end], gone[start:end])
		}
		start = end
	}
}

// copiesAmong is copies of one charge's lines.
func (j *judge) copiesAmong(lines []audit.Line, gone []bool) {
	numbered := map[string]int{}
	for i := range lines {
		id := lines[i].LineID
		if first, seen := numbered[id]; seen {
			j.copy(lines, gone, i, first, "both rows have one number of the charge")
		} else if id != "" {
			numbered[id] = i
		}
	}
	payments := map[uint64]int{}
	billed := 0
	for i := range lines {
		if lines[i].LineID == "" && lines[i].Payment != 0 {
			payments[lines[i].Payment]++
			billed = max(billed, payments[lines[i].Payment])
		}
	}
	if len(payments) < 2 {
		return
	}
	first := -1
	for i := range lines {
		switch {
		case lines[i].LineID != "" || lines[i].Payment == 0:
		case billed > 0:
			billed--
			if first < 0 {
				first = i
			}
		default:
			j.copy(lines, gone, i, first, "the export repeats a charge for each of its payments")
		}
	}
}

func (j *judge) copy(lines []audit.Line, gone []bool, i, first int, why string) {
	gone[i] = true
	j.leave(&lines[i], claim.PaymentCopy, fmt.Sprintf("a copy of %s: %s", j.rowOf(&lines[first], &lines[i]), why))
}

// sameCharge tells whether two lines of one table bill the same, as far as lines are put in order.
func sameCharge(a, b *audit.Line) bool {
	return a.Pos.Input == b.Pos.Input && compareCharges(a, b) == 0
}

// rowOf names a line's row as seen from another line.
func (j *judge) rowOf(l, from *audit.Line) string {
	s := &j.o.Sources[l.Pos.Input]
	row := "row " + s.RowText(l.Pos)
	if l.Pos.Input == from.Pos.Input {
		return row
	}
	if s.Sheet != "" {
		return fmt.Sprintf("%s of sheet %s in %s", row, s.Sheet, s.File)
	}
	return row + " of " + s.File
}

// netted are the sources with the lines taken off counted as skipped, and the rows themselves.
func netted(sources []claim.Source, judges []*judge) ([]claim.Source, []claim.Unread) {
	var left []claim.Unread
	for _, j := range judges {
		left = append(left, j.left...)
	}
	if left == nil {
		return sources, nil
	}
	sources = slices.Clone(sources)
	copies := make([]int, len(sources))
	for _, u := range left {
		s := &sources[u.Pos.Input]
		s.Services--
		if !u.Part {
			s.Audited--
			s.Skipped++
		}
		if u.ChargeUnknown {
			s.NoCharge--
		}
		if u.Kind == claim.PaymentCopy {
			copies[u.Pos.Input]++
		}
	}
	for i, n := range copies {
		if n > 0 {
			sources[i].Notes = append(slices.Clip(sources[i].Notes),
				fmt.Sprintf("%d rows repeat a charge, as a join with payments does: the charge is audited once; export charges without payments", n))
		}
	}
	return sources, left
}

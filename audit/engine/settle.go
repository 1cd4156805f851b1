package engine

import (
	"slices"

	"claimaudit/audit"
)

// settle leaves one finding for one root cause among a patient's findings: it drops what a
// stronger rule says better and hands the lines of a dropped finding to the one that stands for
// it as related.
func settle(found []audit.Finding) []audit.Finding {
	if len(found) < 2 {
		return found
	}
	on := map[*audit.Line][]int{}    // the findings on each line
	cover := map[*audit.Line][]int{} // those that cover others on it
	owns := slices.ContainsFunc(found, func(f audit.Finding) bool { return f.Rule.Own })
	for i := range found {
		on[found[i].Line] = append(on[found[i].Line], i)
		if owns || len(found[i].Rule.Covers) > 0 {
			for _, l := range found[i].Lines() {
				cover[l] = append(cover[l], i)
			}
		}
	}
	stands := make([]int, len(found)) // by which finding each is replaced; itself when it stays
	for i := range found {
		stands[i] = rootOf(found, on, i)
	}
	for i := range found {
		if stands[i] == i {
			stands[i] = stronger(found, on[found[i].Line], stands, i)
		}
		if stands[i] == i {
			stands[i] = stronger(found, cover[found[i].Line], stands, i)
		}
	}
	for i := range found {
		if by := last(stands, i); by != i {
			relate(&found[by], found[i].Line)
			if found[by].Rule.Own && sameMatter(&found[by], &found[i]) {
				found[by].Severity = max(found[by].Severity, found[i].Severity)
			}
			for _, l := range found[i].Related {
				relate(&found[by], l)
			}
		}
	}
	return kept(found, stands)
}

// rootOf is the root cause the i-th finding follows from: on its line, or on all of its related
// lines; i when there is none.
func rootOf(found []audit.Finding, on map[*audit.Line][]int, i int) int {
	for _, k := range on[found[i].Line] {
		if found[k].Rule.Rank == audit.RootCause && found[i].Rule.Rank != audit.RootCause && found[i].Rule.Rank != audit.Apart {
			return k
		}
	}
	if !follows(&found[i]) {
		return i
	}
	for _, k := range on[found[i].Related[0]] {
		if found[k].Rule.Rank == audit.RootCause {
			return k
		}
	}
	return i
}

// follows tells whether the finding is there only because of lines with a root cause.
func follows(weak *audit.Finding) bool {
	switch weak.Rule.Rank {
	case audit.Specific, audit.PairTable, audit.UnitTable:
	default:
		return false
	}
	for _, l := range weak.Related {
		if !l.Root {
			return false
		}
	}
	return len(weak.Related) > 0
}

// stronger is the first of some findings that outranks the i-th and has no root cause of its own;
// i when there is none.
func stronger(found []audit.Finding, some []int, stands []int, i int) int {
	for _, k := range some {
		if k != i && (stands[k] == k || found[stands[k]].Line == found[k].Line) && outranks(&found[k], &found[i]) {
			return k
		}
	}
	return i
}

// last follows the findings that replace each other to the one that stays. Rules that outrank
// each other in a ring would never end, so it stops after as many steps as there are findings.
func last(stands []int, i int) int {
	for range stands {
		if stands[i] == i {
			return i
		}
		i = stands[i]
	}
	return i
}

func kept(found []audit.Finding, stands []int) []audit.Finding {
	n := 0
	for i := range found {
		if last(stands, i) == i {
			found[n] = found[i]
			n++
		}
	}
	clear(found[n:])
	return found[:n]
}

// relate adds a line to the finding's related lines once.
func relate(f *audit.Finding, l *audit.Line) {
	if l != f.Line && !slices.Contains(f.Related, l) {
		f.Related = append(slices.Clip(f.Related), l)
	}
}

// outranks tells whether strong speaks of the cause of weak and says it better.
func outranks(strong, weak *audit.Finding) bool {
	switch {
	case strong.Rule == weak.Rule:
		return false
	case slices.Contains(strong.Rule.Covers, weak.Rule.ID):
		return true
	case strong.Rule.Own != weak.Rule.Own && sameMatter(strong, weak):
		return strong.Rule.Own
	case strong.Line != weak.Line:
		return false
	case slices.Contains(strong.Rule.Over, weak.Rule.ID):
		return true
	}
	return silences(strong, weak)
}

// sameMatter tells whether a rule of the practice's own and one of the program tell the same: of the same two lines, with
// two codes, that they do not go together, or of the same line that its units are too many. The own one stands, as severe
// as the other. A line that is there twice, or often in a window, is another matter.
func sameMatter(a, b *audit.Finding) bool {
	pair := pairOf(a)
	switch {
	case a.Line == b.Line && a.Fix.Action == audit.SetUnits && b.Fix.Action == audit.SetUnits:
		return true
	case pair == nil || pairOf(b) == nil:
		return false
	case a.Line == b.Line:
		return pairOf(b) == pair
	}
	return pair == b.Line && pairOf(b) == a.Line
}

// pairOf is the line, of another code, that the finding says does not go with its own; nil where it is about anything else.
func pairOf(f *audit.Finding) *audit.Line {
	if len(f.Related) != 1 || f.Related[0].Code == f.Line.Code {
		return nil
	}
	return f.Related[0]
}

// silences: a rule about named codes silences the tables on its line, and the pair table the unit
// table, unless it takes the matter less seriously than they do.
func silences(strong, weak *audit.Finding) bool {
	s, w := strong.Rule.Rank, weak.Rule.Rank
	tables := w == audit.PairTable || w == audit.UnitTable
	return tables && (s == audit.Specific || s == audit.PairTable) && s < w && strong.Severity >= weak.Severity
}

package engine

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Apply makes a fix's edits on a copy of the lines and returns it, less the lines the fix removes.
// Lines are told by their position. A line the fix does not touch is the same as before.
func Apply(lines []claim.Line, fix audit.Fix) []claim.Line {
	fixed := slices.Clone(lines)
	for _, e := range fix.Edits {
		for i := range fixed {
			if fixed[i].Pos == e.Line.Pos {
				fixed[i] = e.On(fixed[i])
			}
		}
	}
	return slices.DeleteFunc(fixed, func(l claim.Line) bool {
		return slices.ContainsFunc(fix.Edits, func(e audit.Edit) bool { return e.Remove && e.Line.Pos == l.Pos })
	})
}

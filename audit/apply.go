package audit

import (
	"slices"

	"claimaudit/audit/claim"
)

// Apply makes a fix's edits on a copy of the lines and returns it, less the lines the fix removes.
// Lines are told by their position. A line the fix does not touch is the same as before.
func Apply(lines []claim.Line, fix Fix) []claim.Line {
	fixed := slices.Clone(lines)
	for _, e := range fix.Edits {
		for i := range fixed {
			if fixed[i].Pos == e.Line.Pos {
				fixed[i] = e.on(fixed[i])
			}
		}
	}
	return slices.DeleteFunc(fixed, func(l claim.Line) bool {
		return slices.ContainsFunc(fix.Edits, func(e Edit) bool { return e.Remove && e.Line.Pos == l.Pos })
	})
}

// on is the line with the edit made. What was unreadable in an edited cell is read now.
func (e Edit) on(l claim.Line) claim.Line {
	field := claim.FieldCode
	switch {
	case e.Code != 0:
		l.Code, l.Billed = e.Code, e.Code.String()
	case e.Mods != nil:
		l.Mods, field = *e.Mods, claim.FieldModifiers
	case e.Units != 0:
		l.Units, field = e.Units, claim.FieldUnits
	default:
		return l
	}
	l.Given |= claim.FieldSet(field)
	l.Bad &^= claim.FieldSet(field)
	l.Faults = slices.DeleteFunc(slices.Clone(l.Faults), func(f claim.Fault) bool { return f.Field == field })
	return l
}

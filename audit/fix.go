package audit

import (
	"slices"

	"claimaudit/audit/claim"
)

// Action is the kind of fix.
type Action uint8

// The actions.
const (
	Document        Action = iota // look at the record; nothing to edit until it is known
	ReplaceCode                   // bill another code
	RemoveLine                    // take the line off the claim
	SetModifiers                  // add, remove or change modifiers
	SetUnits                      // bill another number of units
	MoveToDiagnosis               // the value belongs in a diagnosis column
	AddLine                       // a line is missing
	CorrectCell                   // mend a cell: an NPI, a date
)

func (a Action) String() string {
	return [...]string{
		"document", "replace-code", "remove-line", "set-modifiers", "set-units",
		"move-to-diagnosis", "add-line", "correct-cell",
	}[a]
}

// Fix is what to do about a finding. Its edits can be applied to the claim and audited again;
// without edits only the record can tell what is right, and Text says what to look for.
type Fix struct {
	Action Action
	Text   string // an instruction to the biller, naming the fact in the record it rests on
	Edits  []Edit
}

// Edit changes one line. Exactly one of the changes is made; see the constructors, and And.
type Edit struct {
	Line *Line

	Remove bool
	Code   claim.Code       // not zero: the new code
	Mods   *claim.Modifiers // not nil: all modifiers of the line from now on
	Units  claim.Units      // not zero: the new units
}

// Remove takes a line off the claim.
func Remove(l *Line) Edit { return Edit{Line: l, Remove: true} }

// SetCode bills another code on the line.
func SetCode(l *Line, c claim.Code) Edit { return Edit{Line: l, Code: c} }

// SetMods bills the line with these modifiers.
func SetMods(l *Line, ms claim.Modifiers) Edit { return Edit{Line: l, Mods: &ms} }

// SetQuantity bills the line with another number of units.
func SetQuantity(l *Line, u claim.Units) Edit { return Edit{Line: l, Units: u} }

// And is the edit, and another of the same line after it, as one that may make several changes. The edit without a line is
// the other.
func (e Edit) And(o Edit) Edit {
	e.Line, e.Remove = o.Line, e.Remove || o.Remove
	if o.Code != 0 {
		e.Code = o.Code
	}
	if o.Mods != nil {
		e.Mods = o.Mods
	}
	if o.Units != 0 {
		e.Units = o.Units
	}
	return e
}

// On is the line with the edit made. What was unreadable in an edited cell is read now.
func (e Edit) On(l claim.Line) claim.Line {
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

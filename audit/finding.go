package audit

import (
	"slices"

	"claimaudit/audit/claim"
)

// Finding is one thing that is wrong, or must be looked at, on one line.
type Finding struct {
	// Rule is stamped by the engine; a check leaves it nil.
	Rule *Rule
	// Severity is the rule's own when a check leaves it zero; it may be lower, never higher.
	Severity Severity
	// Line is the line the payer would deny or that must go or change.
	Line *Line
	// Related are the other lines of the same cause.
	Related []*Line
	// Message says what is wrong, with the codes and dates that show it.
	Message string
	// Source is where what it says can be read, if its rule's source does not tell.
	Source string
	Fix    Fix
	// Money is the kind of money in question.
	Money Money
	// Part is the part of the line's charge in question where it is not all of it, as when only
	// some units are over a limit; see Finding.AtRisk.
	Part *claim.Cents
	// Value is the one value it speaks of, where its rule says that many lines with the same one have
	// one cause; nil elsewhere.
	Value *Value
	// Count is how many lines it stands for, all that have its value; 0 where it stands for its own. Part
	// is then what is in question on all of them, and nil where no charge is known; its related lines
	// are the first of the others, and its fix edits its own line alone.
	Count int
	// Sure says that no cell of its rule's Needs.Doubts could make it right. Asked while it is judged, and not kept.
	Sure bool
	// Waiver is the number of the waiver that it falls under, from 1; negative for one that is expired, so
	// that it is back; 0 for none.
	Waiver int32
}

// Value is what stands in a field, as text.
type Value struct {
	Field claim.Field
	Text  string
}

// Lines are the lines a finding speaks of, each once: its own, the related ones, and what else
// its fix edits.
func (f *Finding) Lines() []*Line {
	lines := make([]*Line, 0, 1+len(f.Related)+len(f.Fix.Edits))
	lines = append(append(lines, f.Line), f.Related...)
	for i := range f.Fix.Edits {
		if l := f.Fix.Edits[i].Line; !slices.Contains(lines, l) {
			lines = append(lines, l)
		}
	}
	return lines
}

// Money is what becomes of the money on a flagged line.
type Money uint8

// The kinds of money.
const (
	NoMoney  Money = iota
	Deny           // not paid until mended
	Overpay        // paid, and to be refunded
	Reject         // bounces at the front end
	Half           // the second side, paid at half
	Underpay       // left unbilled: missed revenue, never added to risk
)

func (m Money) String() string {
	return [...]string{"none", "deny", "overpay", "reject", "half", "underpay"}[m]
}

// Risk tells whether the money is at risk, rather than missed or none.
func (m Money) Risk() bool { return m != NoMoney && m != Underpay }

// AtRisk is the charge in question: the part the rule named, or the line's charge (half of it for
// a second side, nothing where no money is in question). False when the line has no charge to
// tell it from, and for what was left unbilled where the rule names no part.
func (f *Finding) AtRisk() (claim.Cents, bool) {
	switch {
	case f.Money == NoMoney:
		return 0, true
	case f.Count > 0 && f.Part != nil:
		return *f.Part, true
	case f.Count > 0:
		return 0, false
	case !f.Line.Given.Has(claim.FieldCharge):
		return 0, false
	case f.Part != nil:
		return *f.Part, true
	case f.Money == Underpay: // what is missing has a price of its own, which no line tells
		return 0, false
	case f.Money == Half:
		return f.Line.Charge.Half(), true
	}
	return f.Line.Charge, true
}

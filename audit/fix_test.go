package audit_test

import (
	"testing"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Edits change the fields that the list of fields calls fixable, each of them, and no other.
func TestEditsChangeFixableFields(t *testing.T) {
	l := &audit.Line{Line: claim.Blank()}
	l.Code, l.Billed = claim.MustCode("62311"), "62311"
	var changed claim.Fields
	for _, e := range []audit.Edit{audit.SetCode(l, claim.MustCode("62323")), audit.SetMods(l, claim.Mods("RT")), audit.SetQuantity(l, claim.Whole(2))} {
		fixed := e.On(l.Line)
		for f := range claim.NumCarried {
			if f.Compare(&l.Line, &fixed) != 0 {
				changed |= claim.FieldSet(f)
			}
		}
	}
	for f := range claim.NumCarried {
		if f.Fixable() != changed.Has(f) {
			t.Errorf("a fix may change %s: %t; an edit does: %t", f, f.Fixable(), changed.Has(f))
		}
	}
}

package parsers

import (
	"errors"
	"slices"

	"claimaudit/audit/claim"
)

// remittanceSigns is how many different things that only a payer's answer tells make a table one.
const remittanceSigns = 4

// notBilled is the error of a table that tells what was paid, and not what was billed: it has what payers
// answer and none of what claims are sent with. Who maps a column has looked at it, and has it read.
func (t *Table) notBilled() error {
	if len(t.maps) > 0 {
		return nil
	}
	signs, answer := map[string]bool{}, false
	for i := range t.Columns {
		c := &t.Columns[i]
		if sent(c) {
			return nil
		}
		key := headerKey(c.Header)
		if sign := t.know.remittance[key]; sign != "" {
			signs[sign] = true
		}
		answer = answer || key == "transactiontype" && len(c.values) > 0 &&
			!slices.ContainsFunc(c.values, func(v string) bool { return v != "835" })
	}
	if !answer && (len(signs) < remittanceSigns || !signs["adjustment"]) {
		return nil
	}
	return &headerError{fatal: true, what: "this is a remittance (835): what was paid, not what was billed",
		help: "audit the 837 or an export of charges; a table of charges all the same is read when a column is named by --map"}
}

// sent tells whether a column holds what is on claims and in no remittance.
func sent(c *Column) bool {
	f, isField := c.slot.field()
	return c.Field != "" && (c.slot.role == dxPointer || isField && slices.Contains([]claim.Field{
		claim.FieldDiagnoses, claim.FieldPOS, claim.FieldBirth, claim.FieldAuth}, f))
}

func (k *knowledge) addRemittance(r kindRow) error {
	key := headerKey(r.Word)
	if key == "" || r.Kind == "" || k.remittance[key] != "" {
		return errors.New(r.Word + " is listed twice, or blank")
	}
	k.remittance[key] = r.Kind
	return nil
}

package parsers

import (
	"errors"
	"hash/maphash"
	"maps"
	"slices"

	"claimaudit/audit/claim"
)

// remittanceSigns is how many different things that only a payer's answer tells make a table one.
const remittanceSigns = 4

// notBilled is the error of a table that tells what was paid, and not what was billed: it has what payers
// answer and none of what claims are sent with. Who maps a column has looked at it, and has it read.
func (t *Table) notBilled() error {
	if len(t.maps) > 0 || t.know.remits {
		return nil
	}
	signs, answer := map[string]bool{}, false
	for i := range t.Columns {
		c := &t.Columns[i]
		if sent(c) {
			return nil
		}
		key := headerKey(c.Header)
		if sign := t.know.remittance[key]; sign != "" && sign != amountPaid {
			signs[sign] = true
		}
		answer = answer || key == "transactiontype" && len(c.values) > 0 &&
			!slices.ContainsFunc(c.values, func(v string) bool { return v != "835" })
	}
	if !answer && (len(signs) < remittanceSigns || !signs["adjustment"]) {
		return nil
	}
	return &headerError{fatal: true, what: "this is a remittance (835): what was paid, not what was billed",
		help: "audit the 837 or an export of charges, with this file as --remits; a table of charges all the same is read when a column is named by --map"}
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

// amountPaid is the kind of the headers of amounts that in a remittance are what the payer paid, and elsewhere may be
// anybody's payment.
const amountPaid = "amount paid"

// remitSeed lets a payment stand for itself in all remittances of a run: the same one twice is one.
var remitSeed = maphash.MakeSeed()

// ofRemits is the knowledge by which remittances are read.
func (k *knowledge) ofRemits() *knowledge {
	of := *k
	of.required, of.remits, of.names = remitRequired, true, maps.Clone(k.names)
	for key, sign := range k.remittance {
		if sign == amountPaid {
			of.names[key] = []meaning{{slot: fieldSlot(claim.FieldPaid), rank: loosely}}
		}
	}
	return &of
}

// requiredText names the fields that are required, in a biller's words.
func (k *knowledge) requiredText() string {
	if k.remits {
		return "claim, and its line or the date of service and the procedure code"
	}
	return "patient, the date of service and the procedure code"
}

// numbersLines tells whether a column numbers the lines.
func (t *Table) numbersLines() bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool {
		return c.Field != "" && (c.slot.role == lineNumber || c.slot == fieldSlot(claim.FieldLineID))
	})
}

// answer reads the row as what a payer answered of a line.
func (r *reader) answer() (claim.UnreadKind, string) {
	placed := r.serviceDate()
	code := r.code()
	switch {
	case !placed && r.repeatsHeader():
		return claim.RepeatedHeader, "the header again"
	case code.code == 0 && r.isTotal(claim.FieldCode):
		return claim.TotalRow, "a total"
	case !placed && r.isTitle():
		return claim.NoteRow, titleAgain
	case !placed && r.isRule():
		return claim.NoteRow, "a line of dashes"
	case !placed && len(r.holding()) == 1:
		return claim.NoteRow, noteAlone
	}
	r.identity()
	r.modifiers(code.mods)
	r.each(r.numbers)
	r.each(r.plain)
	r.charged()
	return r.answers(placed)
}

// answers tells whether the row says which line it is about.
func (r *reader) answers(placed bool) (claim.UnreadKind, string) {
	l := &r.line
	switch {
	case l.Claim == "" && l.Bad.Has(claim.FieldClaim):
		return claim.Unreadable, "a spreadsheet rounded the number of the claim, so that others have the same"
	case l.Claim == "" && !placed && l.Code == 0:
		return claim.TotalRow, "amounts without a claim, a date and a code"
	case l.Claim == "":
		return claim.Unreadable, "no number of a claim: nothing tells which claim it answers"
	case l.LineID != "":
		return "", ""
	case l.Code == 0 && l.Billed == "":
		return claim.Unreadable, "no line and no code: an answer to the claim as a whole, which does not tell what became of its lines"
	case l.Code == 0:
		return claim.Unreadable, "the procedure code cannot be read, and no number tells the line"
	case !placed:
		return claim.Unreadable, "the date of service is blank or cannot be read, and no number tells the line"
	}
	return "", ""
}

package claim

// Alike is what some columns of an export say that mostly come again together: payer, place, diagnoses, units.
// Lines that point to the same one have the same values in AlikeFields, so that whoever treats millions of lines does
// it once for those. It is of one reader, and used by one goroutine.
type Alike struct {
	// Line has those values and no others; it belongs to nobody else.
	Line Line
	// Holder is who knows the values by Number; whoever else finds it here does not.
	Holder any
	Number uint32
}

// AlikeFields are the fields in which lines with the same Alike are the same.
const AlikeFields = Fields(1<<FieldModifiers | 1<<FieldUnits | 1<<FieldDiagnoses | 1<<FieldBilling | 1<<FieldTIN | 1<<FieldPOS |
	1<<FieldPayer | 1<<FieldType | 1<<FieldFrequency | 1<<FieldState | 1<<FieldSequence | 1<<FieldFacility)

// CopyAlike gives l what from has in AlikeFields, but for what it says of them in Given.
func (l *Line) CopyAlike(from *Line) {
	l.Mods, l.Units, l.Dx = from.Mods, from.Units, from.Dx
	l.Billing, l.TIN, l.POS, l.State, l.Facility = from.Billing, from.TIN, from.POS, from.State, from.Facility
	l.Payer, l.PayerName = from.Payer, from.PayerName
	l.Type, l.Frequency, l.Sequence = from.Type, from.Frequency, from.Sequence
}

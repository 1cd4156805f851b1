package claim

// Alike is what some columns of an export say that mostly come again together: payer, place, diagnoses, units.
// Lines that point to the same one have the same values in AlikeFields, so that whoever treats millions of lines does
// it once for those. It is of one reader, and used by one goroutine.
type Alike struct {
	Cells AlikeCells // those values; their texts belong to nobody else
	// Holder is who knows the values by Number; whoever else finds it here does not.
	Holder any
	Number uint32
}

// AlikeFields are the fields in which lines with the same Alike are the same.
const AlikeFields = Fields(1<<FieldModifiers | 1<<FieldUnits | 1<<FieldDiagnoses | 1<<FieldBilling | 1<<FieldTIN | 1<<FieldPOS |
	1<<FieldPayer | 1<<FieldType | 1<<FieldFrequency | 1<<FieldState | 1<<FieldSequence | 1<<FieldFacility)

// AlikeCells are the values of AlikeFields, in less room than a line takes: they are read for each of millions.
type AlikeCells struct {
	mods                                          Modifiers
	units                                         Units
	dx                                            [12]Diagnosis
	billing, tin, pos, state, facility, payerName string
	payer                                         Payer
	claimType                                     Type
	frequency, sequence                           byte
}

// AlikeCells are the line's.
func (l *Line) AlikeCells() AlikeCells {
	return AlikeCells{
		mods: l.Mods, units: l.Units, dx: l.Dx, billing: l.Billing, tin: l.TIN, pos: l.POS, state: l.State, facility: l.Facility,
		payerName: l.PayerName, payer: l.Payer, claimType: l.Type, frequency: l.Frequency, sequence: l.Sequence,
	}
}

// SetAlike gives l those values, but for what it says of them in Given.
func (l *Line) SetAlike(c *AlikeCells) {
	l.Mods, l.Units, l.Dx = c.mods, c.units, c.dx
	l.Billing, l.TIN, l.POS, l.State, l.Facility = c.billing, c.tin, c.pos, c.state, c.facility
	l.Payer, l.PayerName = c.payer, c.payerName
	l.Type, l.Frequency, l.Sequence = c.claimType, c.frequency, c.sequence
}

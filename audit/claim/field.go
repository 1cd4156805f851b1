package claim

import "math/bits"

// Field is one thing a claim line states: a column of the canonical header.
type Field uint8

// The fields, in the order of the canonical header. Modifiers and diagnoses are one field each,
// however many columns they fill.
const (
	FieldClaim Field = iota
	FieldPatient
	FieldBirth
	FieldFrom
	FieldTo
	FieldCode
	FieldModifiers
	FieldUnits
	FieldCharge
	FieldDiagnoses
	FieldRendering
	FieldBilling
	FieldTIN
	FieldPOS
	FieldPayer
	FieldType
	FieldFrequency
	FieldAuth
	FieldReceived
	FieldState
	FieldNarrative
	NumFields
)

var fieldNames = [NumFields]string{
	"ClaimID", "PatientID", "DOB", "DOS", "DOSTo", "CPT", "Mod1-Mod4", "Units", "Charge", "Dx1-Dx12",
	"RenderingNPI", "BillingNPI", "BillingTIN", "POS", "Payer", "ClaimType", "ClaimFrequency",
	"AuthNumber", "ReceivedDate", "State", "Narrative",
}

// String is the field's name in the canonical header.
func (f Field) String() string { return fieldNames[f] }

// Fields is a set of fields.
type Fields uint32

// FieldSet is the set of the fields named.
func FieldSet(fs ...Field) (set Fields) {
	for _, f := range fs {
		set |= 1 << f
	}
	return set
}

// Has tells whether f is in the set.
func (s Fields) Has(f Field) bool { return s&(1<<f) != 0 }

// First is the first field of a set that is not empty.
func (s Fields) First() Field { return Field(bits.TrailingZeros32(uint32(s))) }

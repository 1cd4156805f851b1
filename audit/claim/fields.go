package claim

import (
	"cmp"
	"fmt"
	"math/bits"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Line is one line of a claim: one service billed for one patient on one day. What a row of an
// export says of it are its fields: each is listed once, in the list below, and what treats fields
// alike reads them there.
//
// Its texts may share memory with the input they were read from: keep a line beyond the call it
// was handed to only as a Clone.
type Line struct {
	Pos Pos

	Claim   string // claim, invoice or encounter number, as written; blank when not given
	Patient string // patient account as written; see Anonymous for blanks and placeholders

	// Anonymous says that Patient is blank or a placeholder (0, UNKNOWN, TEST): not a patient, so
	// that the line is never grouped with others.
	Anonymous bool

	Birth Date // date of birth; zero when not known
	From  Date // date of service, or the first one of a span; never zero
	To    Date // last date of service of a span; zero when not given

	Code   Code   // the code the line is judged by; zero when the cell cannot be one code
	Billed string // the code that the cell holds, or the cell as it was written when it holds none

	Mods   Modifiers
	Units  Units // 1 when the cell is blank or unreadable (see Given)
	Charge Cents // 0 when the cell is blank or unreadable (see Given)
	Dx     [12]Diagnosis

	Rendering string // NPI of who gave the service, as written
	Billing   string // NPI of who bills, as written
	TIN       string // tax number of who bills, as written, digits only

	POS       string // place of service, two digits
	Payer     Payer
	PayerName string
	Type      Type
	Frequency byte // claim frequency code: '1' original, '7' replacement, '8' void; 0 not given
	Auth      string
	Received  Date   // day the payer received the claim; zero when not known
	State     string // two letters
	Narrative string // free text sent with the line (NTE, box 19)

	LineID   string // the billing system's own number of the charge, or its place in the claim
	Sequence byte   // whose turn the claim's payer is: 'P' first, 'S' second, 'T' third, then 'A' to 'H'; 0 not given
	Facility string // NPI of where the service was given, as written
	Allowed  Cents  // what the payer allowed; 0 when blank (see Given)
	Paid     Cents  // what the payer paid; 0 when blank (see Given)
	Denials  string // why the payer paid less: group, reason and remark codes, as written
	Original string // the number of the claim that this one replaces or takes back

	// Payment stands for what the row says of a payment; zero where the export has no such column. By
	// it the copies are told that a join with payments makes.
	Payment uint64

	// Given are the fields that have a value that was read. Bad are the fields whose cell holds
	// something that could not be read; a field in neither was blank or has no column.
	Given, Bad Fields
	// Faults are the unreadable cells themselves, for the reader of the report; never for a log.
	Faults []Fault
	// Alike is what the line's reader met on other rows too; nil where that is not known.
	Alike *Alike
	// Ambiguous are the date fields that were written as 3/4/2025 and taken month first, until
	// the whole column is known.
	Ambiguous Fields
}

// PaymentNumbered is the bit of a Payment that tells of a payment's own number or day, and not of an
// amount alone.
const PaymentNumbered = 2

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
	FieldLineID
	FieldSequence
	FieldFacility
	FieldAllowed
	FieldPaid
	FieldDenials
	FieldOriginal

	// What stands in no column of the canonical header is carried with the line all the same.
	FieldPayment
)

const (
	// NumFields is how many fields the canonical header has.
	NumFields = FieldPayment
	// NumCarried is how many fields a line carries, with those behind the canonical header.
	NumCarried = Field(len(list))
)

// list is the list of a line's fields: a row for each, in the order of the constants.
var list = [...]row{
	FieldClaim:     {name: "ClaimID", kind: Text, privacy: Pseudonym, order: 1, at: func(l *Line) any { return &l.Claim }},
	FieldPatient:   {name: "PatientID", kind: Text, privacy: Pseudonym, at: func(l *Line) any { return &l.Patient }},
	FieldBirth:     {name: "DOB", kind: Day, privacy: Hidden, at: func(l *Line) any { return &l.Birth }},
	FieldFrom:      {name: "DOS", kind: Day, at: func(l *Line) any { return &l.From }},
	FieldTo:        {name: "DOSTo", kind: Day, at: func(l *Line) any { return &l.To }},
	FieldCode:      {name: "CPT", kind: Procedure, privacy: Shaped, order: 2, fixable: true, at: func(l *Line) any { return &l.Code }, written: func(l *Line) *string { return &l.Billed }},
	FieldModifiers: {name: "Mod", kind: ModifierSet, order: 3, fixable: true, at: func(l *Line) any { return &l.Mods }},
	FieldUnits:     {name: "Units", kind: Quantity, order: 4, fixable: true, at: func(l *Line) any { return &l.Units }},
	FieldCharge:    {name: "Charge", kind: Money, order: 5, at: func(l *Line) any { return &l.Charge }},
	FieldDiagnoses: {name: "Dx", kind: DiagnosisList, privacy: Shaped, order: 10, at: func(l *Line) any { return &l.Dx }},
	FieldRendering: {name: "RenderingNPI", kind: NPI, privacy: Business, order: 7, at: func(l *Line) any { return &l.Rendering }},
	FieldBilling:   {name: "BillingNPI", kind: NPI, privacy: Business, at: func(l *Line) any { return &l.Billing }},
	FieldTIN:       {name: "BillingTIN", kind: TaxNumber, privacy: Business, order: 8, at: func(l *Line) any { return &l.TIN }},
	FieldPOS:       {name: "POS", kind: Place, order: 9, at: func(l *Line) any { return &l.POS }},
	FieldPayer:     {name: "Payer", kind: PayerCell, at: func(l *Line) any { return &l.Payer }, written: func(l *Line) *string { return &l.PayerName }},
	FieldType:      {name: "ClaimType", kind: ClaimType, at: func(l *Line) any { return &l.Type }},
	FieldFrequency: {name: "ClaimFrequency", kind: Frequency, order: 6, at: func(l *Line) any { return &l.Frequency }},
	FieldAuth:      {name: "AuthNumber", kind: Text, privacy: Hidden, at: func(l *Line) any { return &l.Auth }},
	FieldReceived:  {name: "ReceivedDate", kind: Day, at: func(l *Line) any { return &l.Received }},
	FieldState:     {name: "State", kind: State, at: func(l *Line) any { return &l.State }},
	FieldNarrative: {name: "Narrative", kind: Note, privacy: Hidden, at: func(l *Line) any { return &l.Narrative }},
	FieldLineID:    {name: "LineID", kind: Text, privacy: Unsaid, at: func(l *Line) any { return &l.LineID }},
	FieldSequence:  {name: "PayerSequence", kind: Sequence, at: func(l *Line) any { return &l.Sequence }},
	FieldFacility:  {name: "FacilityNPI", kind: NPI, privacy: Business, at: func(l *Line) any { return &l.Facility }},
	FieldAllowed:   {name: "Allowed", kind: Money, answer: true, at: func(l *Line) any { return &l.Allowed }},
	FieldPaid:      {name: "Paid", kind: Money, answer: true, at: func(l *Line) any { return &l.Paid }},
	FieldDenials:   {name: "DenialCodes", kind: Text, answer: true, at: func(l *Line) any { return &l.Denials }},
	FieldOriginal:  {name: "OriginalRef", kind: Text, privacy: Pseudonym, at: func(l *Line) any { return &l.Original }},

	FieldPayment: {name: "Payment", kind: Number, at: func(l *Line) any { return &l.Payment }},
}

// row is all that is known of a field.
type row struct {
	name    string // in the canonical header and of its synonyms; columns of several have a number behind it
	kind    Kind
	privacy Privacy
	order   uint8 // its turn in telling the lines of one day and claim type apart; 0: it does not
	fixable bool  // a fix may change it
	answer  bool  // it is what the payer answered, not what was billed
	// at is where its value is in a line: a pointer to a string, Date, Code, Modifiers, Units, Cents,
	// [12]Diagnosis, Payer, Type, byte or uint64, as the kind says.
	at func(*Line) any
	// written is the text that the value was read from, where that is kept; nil elsewhere.
	written func(*Line) *string
}

// Kind is what a field's cells hold, and so how they are read, kept and written.
type Kind uint8

// The kinds.
const (
	Text          Kind = iota // any text, mostly another on each line
	Note                      // free text for a reader
	Day                       // a date
	Procedure                 // a procedure code
	ModifierSet               // up to four modifiers, a column each
	Quantity                  // units of service: one where the cell is blank
	Money                     // an amount
	DiagnosisList             // up to twelve diagnoses, a column each
	NPI                       // a provider's number
	TaxNumber                 // nine digits
	Place                     // a place of service
	PayerCell                 // a payer's name, from which the kind of payer is told
	ClaimType                 // professional, facility, asc
	Frequency                 // a claim frequency code
	Sequence                  // whose turn a payer is
	State                     // a state of the union
	Number                    // a number that no column holds
)

// Recurs tells whether the same few texts come on many lines.
func (k Kind) Recurs() bool { return k == NPI || k == TaxNumber || k == Place || k == State }

// Privacy is what becomes of a field where patients are not to be named, and providers in a redacted
// copy.
type Privacy uint8

// The ways.
const (
	Open      Privacy = iota
	Pseudonym         // an id of a patient or claim: what only the key's holder can make again stands for it
	Hidden            // left out, in the line and in what is said of it
	Unsaid            // left out; nothing that is said of a line tells it
	Shaped            // its shape, where the cell cannot hold what it should: it may be a name
	Business          // stays, but in a redacted copy it is left out
)

// String is the field's name in the canonical header.
func (f Field) String() string {
	if n := f.Places(); n > 1 {
		return fmt.Sprintf("%s1-%[1]s%d", f.Name(), n)
	}
	return f.Name()
}

// Name is the field's name; that of its columns, less their numbers, where it has several.
func (f Field) Name() string { return list[f].name }

// Places is how many columns the field fills in the canonical header.
func (f Field) Places() int {
	switch list[f].kind {
	case ModifierSet:
		return len(Modifiers{})
	case DiagnosisList:
		return len(Line{}.Dx)
	}
	return 1
}

// Columns are the headers of the field's columns.
func (f Field) Columns() []string {
	if f.Places() == 1 {
		return []string{f.Name()}
	}
	names := make([]string, f.Places())
	for i := range names {
		names[i] = f.Name() + strconv.Itoa(i+1)
	}
	return names
}

// Kind is what the field's cells hold.
func (f Field) Kind() Kind { return list[f].kind }

// Privacy is what becomes of the field where patients are not to be named.
func (f Field) Privacy() Privacy { return list[f].privacy }

// Fixable tells whether a fix may change the field.
func (f Field) Fixable() bool { return list[f].fixable }

// Answer tells whether the field is what the payer answered and no part of what was billed.
func (f Field) Answer() bool { return list[f].answer }

// At is where the field's value is in the line: a pointer of the type that its kind has.
func (f Field) At(l *Line) any { return list[f].at(l) }

// Written is where the text is that the field's value was read from; nil where only the value is kept,
// or the value is a text itself.
func (f Field) Written(l *Line) *string {
	if list[f].written == nil {
		return nil
	}
	return list[f].written(l)
}

// Values are what the line has in the field, as the canonical export writes it, without blanks.
func (f Field) Values(l *Line) (texts []string) {
	if s := f.Written(l); s != nil {
		return filled(*s)
	}
	switch v := f.At(l).(type) {
	case *string:
		return filled(*v)
	case *Modifiers:
		return v.Texts()
	case *[12]Diagnosis:
		for i := 0; i < len(v) && v[i] != 0; i++ {
			texts = append(texts, v[i].String())
		}
		return texts
	case *Units, *Cents:
		if !l.Given.Has(f) {
			return nil
		}
		return filled(fmt.Sprint(v))
	case *byte:
		return filled(strings.Trim(string(rune(*v)), "\x00"))
	case *uint64:
		return filled(strconv.FormatUint(*v, 10))
	case fmt.Stringer: // dates and types
		return filled(v.String())
	}
	return nil
}

func filled(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// Clear leaves the field out of the line. Whether it was given stays noted.
func (f Field) Clear(l *Line) {
	reflect.ValueOf(f.At(l)).Elem().SetZero()
	if s := f.Written(l); s != nil {
		*s = ""
	}
}

// Compare orders two lines by the field.
func (f Field) Compare(a, b *Line) (order int) {
	switch v, w := f.At(a), f.At(b); v := v.(type) {
	case *string:
		return strings.Compare(*v, *mustBe[string](w))
	case *Date:
		return cmp.Compare(*v, *mustBe[Date](w))
	case *Code:
		order = cmp.Compare(*v, *mustBe[Code](w))
	case *Modifiers:
		return slices.Compare(v[:], mustBe[Modifiers](w)[:])
	case *Units:
		return cmp.Compare(*v, *mustBe[Units](w))
	case *Cents:
		return cmp.Compare(*v, *mustBe[Cents](w))
	case *[12]Diagnosis:
		return slices.Compare(v[:], mustBe[[12]Diagnosis](w)[:])
	case *Payer:
		order = cmp.Compare(*v, *mustBe[Payer](w))
	case *Type:
		return cmp.Compare(*v, *mustBe[Type](w))
	case *byte:
		return cmp.Compare(*v, *mustBe[byte](w))
	case *uint64:
		return cmp.Compare(*v, *mustBe[uint64](w))
	}
	if s := f.Written(a); order == 0 && s != nil {
		return strings.Compare(*s, *f.Written(b))
	}
	return order
}

// mustBe is the value of a field, whose accessor gives one type for every line.
func mustBe[T any](value any) *T {
	v, ok := value.(*T)
	if !ok {
		panic("claim: a field has two types")
	}
	return v
}

// Order is the fields that tell the lines of one day and claim type apart, in their turn.
func Order() []Field {
	var turns []Field
	for f := range NumCarried {
		if list[f].order > 0 {
			turns = append(turns, f)
		}
	}
	slices.SortStableFunc(turns, func(f, g Field) int { return cmp.Compare(list[f].order, list[g].order) })
	return turns
}

// Blank is a line before any cell is read: what has no value, and one unit.
func Blank() (l Line) {
	for f := range NumCarried {
		if units, ok := f.At(&l).(*Units); ok {
			*units = One
		}
	}
	return l
}

// Clone is a copy of the line that shares no memory with its input. Its texts are parts of one.
func (l *Line) Clone() *Line {
	c := *l
	c.Alike = nil // the clone may go elsewhere
	texts := c.texts()
	var all strings.Builder
	for _, s := range texts {
		all.WriteString(*s)
	}
	rest := all.String()
	for _, s := range texts {
		*s, rest = rest[:len(*s)], rest[len(*s):]
	}
	c.Faults = append([]Fault(nil), l.Faults...)
	for i := range c.Faults {
		c.Faults[i].Text = strings.Clone(c.Faults[i].Text)
	}
	return &c
}

// texts are all texts of the line but those of its faults.
func (l *Line) texts() []*string {
	texts := make([]*string, 0, len(list))
	for f := range NumCarried {
		if s, ok := f.At(l).(*string); ok {
			texts = append(texts, s)
		}
		if s := f.Written(l); s != nil {
			texts = append(texts, s)
		}
	}
	return texts
}

// SwapDays reads the dates of the set day first that were read month first.
func (l *Line) SwapDays(swap Fields) {
	for f := range NumCarried {
		if d, ok := f.At(l).(*Date); ok && swap.Has(f) {
			*d = d.SwapDayMonth()
		}
	}
}

// Fields is a set of fields.
type Fields uint32

// A set has room for every field.
const _ = Fields(1) << (NumCarried - 1)

// FieldSet is the set of the fields named.
func FieldSet(fs ...Field) (set Fields) {
	for _, f := range fs {
		set |= 1 << f
	}
	return set
}

// FieldsOf is the set of the canonical header's fields of those kinds.
func FieldsOf(kinds ...Kind) (set Fields) {
	for f := range NumFields {
		if slices.Contains(kinds, f.Kind()) {
			set |= 1 << f
		}
	}
	return set
}

// Has tells whether f is in the set.
func (s Fields) Has(f Field) bool { return s&(1<<f) != 0 }

// First is the first field of a set that is not empty.
func (s Fields) First() Field { return Field(bits.TrailingZeros32(uint32(s))) }

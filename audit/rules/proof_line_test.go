package rules_test

import (
	"cmp"
	"errors"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

// lines are the rows as the parsers would hand them over.
func (pc *proofCase) lines(t *testing.T) []claim.Line {
	t.Helper()
	var lines []claim.Line
	for i, row := range pc.rows {
		row.withDefaults()
		b := lineBuilder{t: t}
		b.Pos.Row = int32(i + 1)
		b.identity(row)
		b.dates(row)
		b.service(row)
		b.rest(row)
		lines = append(lines, b.Line)
	}
	return lines
}

// withDefaults fills blank cells, and blanks those that say "-".
func (row *proofRow) withDefaults() {
	for _, cell := range []struct {
		value *string
		usual string
	}{
		{&row.Claim, row.Case}, {&row.Patient, row.Case}, {&row.DOB, "1963-04-10"},
		{&row.Code, ""}, {&row.Units, "1"}, {&row.Charge, "100.00"}, {&row.NPI, "1234567893"},
		{&row.POS, "11"}, {&row.Payer, "commercial"}, {&row.Type, "professional"},
	} {
		switch *cell.value {
		case "":
			*cell.value = cell.usual
		case "-":
			*cell.value = ""
		}
	}
}

// lineBuilder notes for every cell whether it was given, blank or unreadable.
type lineBuilder struct {
	claim.Line
	t *testing.T
}

// cell notes a field with a value; err says that it could not be read.
func (b *lineBuilder) cell(f claim.Field, text string, err error) {
	switch {
	case text == "":
	case err != nil:
		b.Bad |= claim.FieldSet(f)
		b.Faults = append(b.Faults, claim.Fault{Field: f, Text: text, Expected: expected(err)})
	default:
		b.Given |= claim.FieldSet(f)
	}
}

func expected(err error) string {
	if fe, ok := errors.AsType[*claim.FormatError](err); ok {
		return fe.Expected
	}
	return err.Error()
}

func (b *lineBuilder) text(f claim.Field, to *string, text string) {
	*to = text
	b.cell(f, text, nil)
}

func (b *lineBuilder) identity(row proofRow) {
	b.text(claim.FieldClaim, &b.Claim, row.Claim)
	b.text(claim.FieldPatient, &b.Patient, row.Patient)
	b.Anonymous = row.Patient == "" || row.Patient == "0" || row.Patient == "UNKNOWN"
	rendering, billing, _ := strings.Cut(row.NPI, "/")
	b.text(claim.FieldRendering, &b.Rendering, rendering)
	b.text(claim.FieldBilling, &b.Billing, billing)
	b.text(claim.FieldTIN, &b.TIN, row.TIN)
}

func (b *lineBuilder) dates(row proofRow) {
	from, to, _ := strings.Cut(row.DOS, "/")
	b.date(claim.FieldFrom, &b.From, from)
	if b.From == 0 {
		b.t.Fatalf("row %d: no date of service", b.Pos.Row)
	}
	b.date(claim.FieldTo, &b.To, to)
	b.date(claim.FieldBirth, &b.Birth, row.DOB)
	b.date(claim.FieldReceived, &b.Received, row.Received)
}

func (b *lineBuilder) date(f claim.Field, to *claim.Date, text string) {
	d, _, err := claim.ParseDate(text)
	if text != "" && err == nil {
		*to = d
	}
	b.cell(f, text, err)
}

func (b *lineBuilder) service(row proofRow) {
	var err error
	b.Billed = strings.TrimSpace(row.Code)
	if b.Code, err = claim.ParseCode(row.Code); err != nil && row.Code != "" {
		b.Bad |= claim.FieldSet(claim.FieldCode)
	} else {
		b.cell(claim.FieldCode, row.Code, nil)
	}
	for i, text := range strings.FieldsFunc(row.Mods, func(r rune) bool { return r == '-' }) {
		b.Mods[i], err = claim.ParseModifier(text)
		b.cell(claim.FieldModifiers, text, err)
	}
	if b.Units, err = claim.ParseUnits(row.Units); err != nil || row.Units == "" {
		b.Units = claim.One
	}
	b.cell(claim.FieldUnits, row.Units, err)
	b.Charge, err = claim.ParseCents(row.Charge)
	b.cell(claim.FieldCharge, row.Charge, err)
	for i, text := range strings.Fields(row.Dx) {
		b.Dx[i], err = claim.ParseDiagnosis(text)
		b.cell(claim.FieldDiagnoses, text, err)
	}
}

func (b *lineBuilder) amount(f claim.Field, to *claim.Cents, text string) {
	if text == "" {
		return
	}
	var err error
	*to, err = claim.ParseCents(text)
	b.cell(f, text, err)
}

func (b *lineBuilder) rest(row proofRow) {
	b.text(claim.FieldPOS, &b.POS, row.POS)
	class, name, _ := strings.Cut(row.Payer, ":") // commercial, or commercial:CIGNA OPEN ACCESS
	b.text(claim.FieldPayer, &b.PayerName, cmp.Or(name, class))
	b.Payer = named(b, map[string]claim.Payer{
		"medicare": claim.Medicare, "ma": claim.MedicareAdvantage, "medicaid": claim.Medicaid,
		"wc": claim.WorkersComp, "commercial": claim.Commercial, "unknown": claim.BlankPayer, "": claim.BlankPayer,
		"auto": claim.Auto, "self-pay": claim.SelfPay, "federal": claim.Federal, "named": claim.NamedUnknown,
	}, class)
	if b.cell(claim.FieldSequence, row.Sequence, nil); row.Sequence != "" {
		b.Sequence = row.Sequence[0]
	}
	b.amount(claim.FieldAllowed, &b.Allowed, row.Allowed)
	b.amount(claim.FieldPaid, &b.Paid, row.Paid)
	b.cell(claim.FieldType, row.Type, nil)
	b.Type = named(b, map[string]claim.Type{
		"professional": claim.Professional, "facility": claim.Facility, "asc": claim.ASC,
	}, row.Type)
	if b.cell(claim.FieldFrequency, row.Frequency, nil); row.Frequency != "" {
		b.Frequency = row.Frequency[0]
	}
	b.text(claim.FieldAuth, &b.Auth, row.Auth)
	b.text(claim.FieldState, &b.State, row.State)
	b.text(claim.FieldNarrative, &b.Narrative, row.Narrative)
}

// named is the value a word of the proof stands for.
func named[T any](b *lineBuilder, words map[string]T, word string) T {
	v, ok := words[word]
	if !ok {
		b.t.Fatalf("row %d: %q is no such word", b.Pos.Row, word)
	}
	return v
}

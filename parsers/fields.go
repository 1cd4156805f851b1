package parsers

import (
	"errors"
	"strings"

	"claimaudit/audit/claim"
)

func (r *reader) given(f claim.Field) { r.line.Given |= 1 << f }

// fault keeps a cell that cannot be read; the line is audited without it.
func (r *reader) fault(f claim.Field, text, expected string) {
	r.line.Bad |= 1 << f
	r.line.Faults = append(r.line.Faults, claim.Fault{Field: f, Text: text, Expected: expected})
}

func (r *reader) mend(f claim.Field, how repair) {
	if how != noRepair {
		r.mended[f][how]++
	}
}

// serviceDate reads the date of service, of one day or a span; false when there is none.
func (r *reader) serviceDate() bool {
	column := r.column[claim.FieldFrom]
	text := r.cell(column)
	if text == "" {
		return false
	}
	if r.date(claim.FieldFrom, column, text, &r.line.From) {
		return true
	}
	from, to, ok := span(text)
	if !ok || !r.date(claim.FieldFrom, column, trim(from), &r.line.From) {
		return false
	}
	if !r.date(claim.FieldTo, column, trim(to), &r.line.To) {
		r.fault(claim.FieldTo, text, expectedDOS)
	}
	return true
}

// date reads a cell of a date column and notes in which order of day and month it was written.
func (r *reader) date(f claim.Field, column int, text string, to *claim.Date) bool {
	c := r.dateOf(f, column, text)
	if !c.ok {
		return false
	}
	*to = c.date
	r.given(f)
	r.mend(f, c.repair)
	if c.layout != claim.Plain {
		r.orders[f].see(c.layout, r.line.Pos.Row, c.date)
		if c.layout == claim.Either {
			r.line.Ambiguous |= 1 << f
		}
	}
	return true
}

func (r *reader) dateOf(f claim.Field, column int, text string) dateCell {
	if len(text) == len("2025-03-10") && text[4] == '-' {
		if d, _, err := claim.ParseDate(text); err == nil && d != 0 {
			return dateCell{date: d, ok: true}
		}
	}
	way := dateWay{epoch: r.epoch, number: isNumber(r.row, column), birth: f == claim.FieldBirth}
	var bits uint8
	if way.number {
		bits |= 1
	}
	if way.birth {
		bits |= 2
	}
	key, keep := keyOf(text, bits)
	if !keep {
		return readDate(text, way)
	}
	kept, found := r.dates.find(key)
	if !found {
		*kept = readDate(text, way)
	}
	return *kept
}

// otherDates reads the last day of service, the date of birth and the day of receipt.
func (r *reader) otherDates() {
	for _, d := range [...]struct {
		field claim.Field
		to    *claim.Date
	}{
		{claim.FieldTo, &r.line.To}, {claim.FieldBirth, &r.line.Birth}, {claim.FieldReceived, &r.line.Received},
	} {
		column := r.column[d.field]
		text := r.cell(column)
		switch {
		case text == "" || r.date(d.field, column, text, d.to) || r.know.isAbsent(text, false):
		case isZeros(text):
			r.mend(d.field, dateZero)
		default:
			r.fault(d.field, text, expectedDOS)
		}
	}
	if r.line.Birth > r.line.From && !longYear(r.cell(r.column[claim.FieldBirth])) {
		year, month, day := r.line.Birth.Civil()
		r.line.Birth, _ = claim.NewDate(year-100, month, day)
	}
}

// longYear tells whether a date has a year of four digits: 4/25/49 has none.
func longYear(text string) bool {
	run := 0
	for i := 0; i < len(text) && run < 4; i++ {
		if run++; !isDigit(text[i]) {
			run = 0
		}
	}
	return run == 4
}

// code reads the code cell. A cell that cannot be one code leaves the line with none.
func (r *reader) code() codeCell {
	text := r.cell(r.column[claim.FieldCode])
	r.line.Billed = text
	if text == "" {
		return codeCell{}
	}
	c := r.codeOf(text)
	if c.text != "" {
		r.line.Billed = c.text
	}
	if r.line.Code = c.code; c.code != 0 {
		r.given(claim.FieldCode)
		r.mend(claim.FieldCode, c.repair)
		return c
	}
	if c.kind == "" && r.know.isAbsent(text, true) {
		r.line.Billed = ""
		return c
	}
	r.line.Bad |= 1 << claim.FieldCode
	return c
}

func (r *reader) codeOf(text string) codeCell {
	if len(text) == 5 && text[0] <= 'Z' && text[4] <= 'Z' {
		if code, err := claim.ParseCode(text); err == nil && code.Shaped() {
			return codeCell{code: code, text: text}
		}
	}
	key, keep := keyOf(text, 0)
	if !keep {
		return r.know.readCode(text)
	}
	kept, found := r.codes.find(key)
	if !found {
		*kept = r.know.readCode(text)
	}
	return *kept
}

// modifiers reads the modifier columns; those glued to the code come first, once.
func (r *reader) modifiers(glued claim.Modifiers) {
	n := 0
	for _, column := range r.mods {
		text := r.cell(column)
		if text == "" {
			continue
		}
		if m, err := claim.ParseModifier(text); err == nil && n < len(r.line.Mods) {
			r.line.Mods[n] = m
			n++
			continue
		}
		if r.know.isAbsent(text, false) {
			continue
		}
		after, how, ok := readModifiers(text, &r.line.Mods, n)
		if !ok {
			clear(r.line.Mods[n:])
			r.fault(claim.FieldModifiers, text, expectedMods)
			continue
		}
		r.mend(claim.FieldModifiers, how)
		n = after
	}
	if glued[0] != 0 {
		n = r.glue(glued)
	}
	if n > 0 {
		r.given(claim.FieldModifiers)
	}
}

// glue puts the modifiers behind the code before those of the columns.
func (r *reader) glue(glued claim.Modifiers) int {
	own := r.line.Mods
	r.line.Mods = glued
	for _, m := range own {
		if m == 0 || r.line.Mods.Has(m) {
			continue
		}
		with, ok := r.line.Mods.With(m)
		if !ok {
			r.fault(claim.FieldModifiers, m.String(), expectedMods)
		}
		r.line.Mods = with
	}
	return r.line.Mods.Count()
}

// amounts reads units and charge; blank or unreadable units count as one.
func (r *reader) amounts() {
	if text := r.cell(r.column[claim.FieldUnits]); len(text) == 1 && isDigit(text[0]) {
		r.line.Units = claim.Whole(int(text[0] - '0'))
		r.given(claim.FieldUnits)
	} else if text != "" {
		units, how, err := readAmount(text, r.commas.Has(claim.FieldUnits), claim.ParseUnits)
		if r.amount(claim.FieldUnits, text, how, err) {
			r.line.Units = units
		}
	}
	if text := r.cell(r.column[claim.FieldCharge]); text != "" {
		charge, how, err := readCharge(text, r.commas.Has(claim.FieldCharge))
		if r.amount(claim.FieldCharge, text, how, err) {
			r.line.Charge = charge
		}
	}
}

func (r *reader) amount(f claim.Field, text string, how repair, err error) bool {
	switch {
	case err == nil:
		r.mend(f, how)
		r.given(f)
		return true
	case !r.know.isAbsent(text, false):
		r.fault(f, text, expectedBy(err))
	}
	return false
}

func expectedBy(err error) string {
	if f, ok := errors.AsType[*claim.FormatError](err); ok {
		return f.Expected
	}
	return err.Error()
}

// diagnoses reads the diagnosis columns in order, without blank places.
func (r *reader) diagnoses() {
	n := 0
	for _, column := range r.diags {
		text := r.cell(column)
		if text == "" {
			continue
		}
		if d := r.diagnosis(text); d != 0 && n < len(r.line.Dx) {
			r.line.Dx[n] = d
			n++
			continue
		}
		if r.know.isAbsent(text, false) {
			continue
		}
		before := n
		ok := readDiagnoses(text, func(d claim.Diagnosis) bool {
			if n == len(r.line.Dx) {
				return false
			}
			r.line.Dx[n] = d
			n++
			return true
		})
		if !ok {
			clear(r.line.Dx[before:n])
			n = before
			r.fault(claim.FieldDiagnoses, text, expectedDx)
		}
	}
	if n > 0 {
		r.given(claim.FieldDiagnoses)
	}
}

// diagnosis is the one diagnosis of a cell, or zero.
func (r *reader) diagnosis(text string) claim.Diagnosis {
	key, keep := keyOf(text, 0)
	if !keep {
		return 0
	}
	kept, found := r.dx.find(key)
	if !found {
		*kept, _ = claim.ParseDiagnosis(text)
		if r.know.isAbsent(text, false) {
			*kept = 0
		}
	}
	return *kept
}

// identity reads the claim and the patient. A number that a spreadsheet rounded is no patient:
// others were rounded to the same.
func (r *reader) identity() {
	r.claimID()
	text := r.cell(r.column[claim.FieldPatient])
	if len(text) > 1 && (text[0] == '=' || text[0] == '\'') {
		text, _ = unwrap(text)
	}
	if len(text) > 2 && isDigit(text[0]) {
		var how reading
		if text, how = wholeNumber(text); how == rewritten {
			r.mend(claim.FieldPatient, patientAsNumber)
		}
		if how == rounded {
			r.rounded++
			r.line.Anonymous = true
			r.line.Bad |= 1 << claim.FieldPatient
		}
	}
	if r.line.Patient = text; text != "" {
		r.given(claim.FieldPatient)
	}
	if text == "" || text != r.lastPatient {
		r.lastPatient, r.lastAnyone = text, r.know.isPlaceholder(text)
	}
	r.line.Anonymous = r.line.Anonymous || r.lastAnyone
}

// claimID reads the claim's number. One that a spreadsheet rounded is no claim's: others were rounded
// to the same.
func (r *reader) claimID() {
	r.text(claim.FieldClaim, &r.line.Claim)
	if text := r.line.Claim; len(text) > 2 && isDigit(text[0]) {
		number, how := wholeNumber(text)
		switch how {
		case rewritten:
			r.line.Claim = number
			r.mend(claim.FieldClaim, claimAsNumber)
		case rounded:
			r.roundedClaims++
			r.line.Claim = ""
			r.line.Given &^= 1 << claim.FieldClaim
			r.line.Bad |= 1 << claim.FieldClaim
		}
	}
}

// text reads a field that any text will do for.
func (r *reader) text(f claim.Field, to *string) {
	text := r.cell(r.column[f])
	if text == "" || r.know.isAbsent(text, true) {
		return
	}
	if text[0] == '=' || text[0] == '\'' {
		text, _ = unwrap(text)
	}
	*to = text
	r.given(f)
}

// parties reads the providers, the place and the payer.
func (r *reader) parties() {
	r.npi(claim.FieldRendering, &r.line.Rendering)
	r.npi(claim.FieldBilling, &r.line.Billing)
	if text := r.cell(r.column[claim.FieldTIN]); len(text) == 9 && isDigits(text) {
		r.line.TIN = text
		r.given(claim.FieldTIN)
	} else if text != "" {
		r.line.TIN = r.short(claim.FieldTIN, text)
	}
	if text := r.cell(r.column[claim.FieldPOS]); len(text) == 2 && isDigit(text[0]) && isDigit(text[1]) && text != "00" {
		r.line.POS = text
		r.given(claim.FieldPOS)
	} else if text != "" {
		r.line.POS = r.short(claim.FieldPOS, text)
	}
	r.text(claim.FieldPayer, &r.line.PayerName)
	if r.line.PayerName != "" {
		r.line.Payer = r.payer(r.know, r.line.PayerName)
	}
}

func (r *reader) npi(f claim.Field, to *string) {
	text := r.cell(r.column[f])
	switch {
	case text == "":
	case len(text) == 10 && isDigits(text):
		*to = text
		r.given(f)
	default:
		*to = r.short(f, text)
	}
}

// short reads a cell of a field with few different texts; "" when it is absent or cannot be read.
func (r *reader) short(f claim.Field, text string) string {
	last := &r.last[f]
	if last.cell != text {
		last.cell, last.textCell = text, r.shortOf(f, text)
	}
	c := last.textCell
	if c == (textCell{}) {
		return ""
	}
	if c.fault != "" {
		r.fault(f, text, c.fault)
		return ""
	}
	r.mend(f, c.repair)
	r.given(f)
	return c.text
}

func (r *reader) shortOf(f claim.Field, text string) textCell {
	key, keep := keyOf(text, uint8(f))
	if !keep {
		return r.know.readShort(f, text)
	}
	kept, found := r.texts.find(key)
	if !found {
		*kept = r.know.readShort(f, text)
		kept.text = strings.Clone(kept.text)
	}
	return *kept
}

func (k *knowledge) readShort(f claim.Field, text string) textCell {
	if k.isAbsent(text, false) {
		return textCell{}
	}
	switch f {
	case claim.FieldTIN:
		return readTIN(text)
	case claim.FieldPOS:
		return k.readPOS(text)
	case claim.FieldState:
		return k.readState(text)
	case claim.FieldType:
		return k.readType(text)
	case claim.FieldFrequency:
		return k.readFrequency(text)
	}
	return readNPI(text)
}

// claimFields reads what the claim says of itself.
func (r *reader) claimFields() {
	if text := r.cell(r.column[claim.FieldType]); text != "" {
		r.line.Type = claimType(r.short(claim.FieldType, text))
	}
	if text := r.cell(r.column[claim.FieldFrequency]); text != "" {
		if digit := r.short(claim.FieldFrequency, text); digit != "" {
			r.line.Frequency = digit[0]
		}
	}
	if text := r.cell(r.column[claim.FieldState]); text != "" {
		r.line.State = r.short(claim.FieldState, text)
	}
	r.text(claim.FieldAuth, &r.line.Auth)
	r.text(claim.FieldNarrative, &r.line.Narrative)
}

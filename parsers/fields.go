package parsers

import (
	"errors"
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

func (r *reader) given(f claim.Field) { r.line.Given |= 1 << f }

// fault keeps a cell that cannot be read; the line is audited without it.
func (r *reader) fault(f claim.Field, text, expected string) {
	r.line.Bad |= 1 << f
	r.line.Faults = append(r.line.Faults, claim.Fault{Field: f, Text: text, Expected: expected})
}

// mend counts a mended cell. The shape of the first of its kind is kept, to be shown.
func (r *reader) mend(f claim.Field, how repair, cell string) {
	if how == noRepair {
		return
	}
	if r.noting {
		r.noted = append(r.noted, mendedCell{f, how})
	}
	if r.mended[f][how]++; r.mended[f][how] == 1 {
		r.examples = append(r.examples, example{field: f, how: how, row: r.line.Pos.Row, cell: mask(cell)})
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
	if d, ok := claim.ISODate(text); ok && d != 0 {
		*to = d
		r.given(f)
		return true
	}
	c := r.dateOf(f, column, text)
	if c.form != writtenDay || c.clock == justBefore || c.layout != claim.Plain && c.layout != claim.Either {
		c = r.resolve(f, column, c)
	}
	if !c.ok {
		return false
	}
	*to = c.date
	r.given(f)
	r.mend(f, c.repair, text)
	if c.layout != claim.Plain {
		r.orders[f].see(c.layout, r.line.Pos.Row, c.date)
		if c.layout == claim.Either {
			r.line.Ambiguous |= 1 << f
		}
	}
	return true
}

func (r *reader) dateOf(f claim.Field, column int, text string) dateCell {
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

// otherDates reads the last day of service, and what has nothing to do with the service: the date of
// birth, the day of receipt.
func (r *reader) otherDates() {
	r.otherDate(claim.FieldTo, r.cell(r.column[claim.FieldTo]), &r.line.To)
	r.each(r.days)
	if text := r.cell(r.column[claim.FieldBirth]); r.line.Birth > r.line.From && !longYear(text) && !r.isSerial(text, r.line.Birth) {
		year, month, day := r.line.Birth.Civil()
		r.line.Birth, _ = claim.NewDate(year-100, month, day)
	}
}

func (r *reader) otherDate(f claim.Field, text string, to *claim.Date) {
	switch {
	case text == "" || r.date(f, r.column[f], text, to) || r.know.isAbsent(text, false):
	case isZeros(text):
		r.mend(f, dateZero, text)
	case r.why != "":
		r.fault(f, text, expectedDOS+": "+r.why)
	default:
		r.fault(f, text, expectedDOS)
	}
	r.why = ""
}

// longYear tells whether a date has a year of four digits: 4/25/49 and 042549 have none.
func longYear(text string) bool {
	if isDigits(text) && (len(text) == 5 || len(text) == 6) {
		return false
	}
	run := 0
	for i := 0; i < len(text) && run < 4; i++ {
		if run++; !isDigit(text[i]) {
			run = 0
		}
	}
	return run == 4
}

// isSerial tells whether the text was read as a spreadsheet's number of that day.
func (r *reader) isSerial(text string, day claim.Date) bool {
	c, ok := readDigits(text, serialDigits, r.epoch)
	return ok && c.date == day
}

// code reads the code cell. A cell that cannot be one code leaves the line with none.
func (r *reader) code() codeCell {
	text := r.cell(r.column[claim.FieldCode])
	r.line.Billed = text
	if text == "" {
		return codeCell{}
	}
	if code, ok := plainCode(text); ok {
		r.line.Code = code
		r.given(claim.FieldCode)
		return codeCell{code: code, text: text}
	}
	c := r.codeOf(text)
	if c.text != "" {
		r.line.Billed = c.text
	}
	if r.line.Code = c.code; c.code != 0 {
		r.given(claim.FieldCode)
		r.mend(claim.FieldCode, c.repair, text)
		return c
	}
	if c.kind == "" && r.know.isAbsent(text, true) {
		r.line.Billed = ""
		return c
	}
	r.line.Bad |= 1 << claim.FieldCode
	return c
}

// plainCode is a code that stands alone and in capitals in its cell.
func plainCode(text string) (claim.Code, bool) {
	if len(text) != 5 || text[0] > 'Z' || text[4] > 'Z' {
		return 0, false
	}
	code, err := claim.ParseCode(text)
	return code, err == nil && code.Shaped()
}

func (r *reader) codeOf(text string) codeCell {
	if code, ok := plainCode(text); ok {
		return codeCell{code: code, text: text}
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
		if m, err := claim.ParseModifier(text); err == nil && n < len(r.line.Mods) && !slices.Contains(r.know.noModifiers, m) {
			r.line.Mods[n] = m
			n++
			continue
		}
		if r.know.isAbsent(text, false) {
			continue
		}
		after, how, ok := r.know.readModifiers(text, &r.line.Mods, n)
		if !ok {
			clear(r.line.Mods[n:])
			r.fault(claim.FieldModifiers, text, expectedMods)
			continue
		}
		r.mend(claim.FieldModifiers, how, text)
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

// units reads units of service; blank or unreadable ones count as one.
func (r *reader) units(f claim.Field, text string, to *claim.Units) {
	if len(text) == 1 && isDigit(text[0]) {
		*to = claim.Whole(int(text[0] - '0'))
		r.given(f)
		return
	}
	comma, either := r.decimalComma(f, text)
	units, how, err := readAmount(text, comma, claim.ParseUnits)
	if either {
		err = errEitherPoint
	}
	if err != nil && hasUnitMark(text) {
		if n, ok := r.know.wordedUnits(text); ok {
			units, how, err = n, unitsInWords, nil
		}
	}
	if r.amount(f, text, how, err) {
		*to = units
	}
}

// unitsBehind takes the units told behind the code where the line has none of its own. Two numbers that
// differ are a fault: no telling which was billed.
func (r *reader) unitsBehind(c *codeCell) {
	switch {
	case c.units == 0 || r.line.Given.Has(claim.FieldUnits) && r.line.Units == c.units:
	case r.line.Given.Has(claim.FieldUnits):
		r.line.Units = claim.One
		r.line.Given &^= claim.FieldSet(claim.FieldUnits)
		r.fault(claim.FieldUnits, r.cell(r.column[claim.FieldCode]), "units that are the same behind the code and in the column of units")
	case !r.line.Bad.Has(claim.FieldUnits):
		r.line.Units = c.units
		r.given(claim.FieldUnits)
	}
}

func (r *reader) money(f claim.Field, text string, to *claim.Cents) {
	if cents, ok := plainCents(text); ok && !r.commas.Has(f) {
		*to = cents
		r.given(f)
		return
	}
	amount, how, err := r.readMoney(f, text)
	if r.amount(f, text, how, err) {
		*to = amount
	}
}

// readMoney reads an amount. In a workbook's number no digit is lost, however it is written.
func (r *reader) readMoney(f claim.Field, text string) (claim.Cents, repair, error) {
	comma, either := r.decimalComma(f, text)
	amount, how, err := readCharge(text, comma)
	if either {
		return 0, noRepair, errEitherPoint
	}
	if err != nil && isNumber(r.row, r.column[f]) {
		if written, _ := writtenOut(text); written != text {
			amount, err = claim.ParseCents(written)
			return amount, amountScientific, err
		}
	}
	return amount, how, err
}

func (r *reader) amount(f claim.Field, text string, how repair, err error) bool {
	switch {
	case err == nil:
		r.mend(f, how, text)
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
		how, ok := r.know.readDiagnoses(text, func(d claim.Diagnosis) bool {
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
			continue
		}
		r.mend(claim.FieldDiagnoses, how, text)
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
	text := r.seen(claim.FieldPatient, r.cell(r.column[claim.FieldPatient]))
	if len(text) > 1 && (text[0] == '=' || text[0] == '\'') {
		text, _ = unwrap(text)
	}
	if len(text) > 2 && isDigit(text[0]) {
		number, how := wholeNumber(text)
		if how == rewritten {
			r.mend(claim.FieldPatient, patientAsNumber, text)
		}
		text = number
		if how == rounded || lostTail(text) && r.surveyed().rounded.Has(claim.FieldPatient) {
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

// seen is an id less the marks in it that nobody sees: with them it would be another.
func (r *reader) seen(f claim.Field, text string) string {
	clear := visible(text)
	if clear != text {
		r.mend(f, cellMarked, text)
	}
	return clear
}

// claimID reads the claim's number. One that a spreadsheet rounded is no claim's: others were rounded
// to the same.
func (r *reader) claimID() {
	r.text(claim.FieldClaim, &r.line.Claim)
	r.line.Claim = r.seen(claim.FieldClaim, r.line.Claim)
	if text := r.line.Claim; len(text) > 2 && isDigit(text[0]) {
		number, how := wholeNumber(text)
		switch {
		case how == rewritten && !lostTail(number):
			r.line.Claim = number
			r.mend(claim.FieldClaim, claimAsNumber, text)
		case how == rounded, lostTail(number) && r.surveyed().rounded.Has(claim.FieldClaim):
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

// asItIs tells whether a cell of the kind needs no second look.
func asItIs(kind claim.Kind, text string) bool {
	switch kind {
	case claim.NPI:
		return len(text) == 10 && isDigits(text)
	case claim.TaxNumber:
		return len(text) == 9 && isDigits(text)
	case claim.Place:
		return len(text) == 2 && isDigit(text[0]) && isDigit(text[1]) && text != "00"
	}
	return false
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
	r.mend(f, c.repair, text)
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
	if clear := visible(text); clear != text {
		c := k.readShort(f, clear)
		if c.fault == "" && c.text != "" {
			c.repair = cellMarked
		}
		return c
	}
	switch f.Kind() {
	case claim.TaxNumber:
		return readTIN(text)
	case claim.Place:
		return k.readPOS(text)
	case claim.State:
		return k.readState(text)
	case claim.ClaimType:
		return k.readType(text)
	case claim.Frequency:
		return k.readFrequency(text)
	case claim.Sequence:
		return k.readSequence(text)
	}
	return readNPI(text)
}

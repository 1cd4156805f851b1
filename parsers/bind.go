package parsers

import "claimaudit/audit/claim"

// ownCell is a column that is read by itself, into its field of the reader's line.
type ownCell struct {
	column int
	field  claim.Field
	kind   claim.Kind
	word   *string // where a text goes that recurs, as it is or as read makes it; nil elsewhere
	read   func(text string)
}

// each reads the cells that are not blank.
func (r *reader) each(cells []ownCell) {
	for i := range cells {
		c := &cells[i]
		text := r.cell(c.column)
		switch {
		case text == "":
		case c.word != nil && asItIs(c.kind, text):
			*c.word = text
			r.given(c.field)
		default:
			c.read(text)
		}
	}
}

// bind tells of the fields that need no more than their own cell where they are read to, by the types
// of their values: dates, numbers, and then the providers, the place, the payer and what the claim says
// of itself. The days of the service, the code and what hangs on it, claim and patient have ways of
// their own.
func (r *reader) bind() {
	for f := range claim.NumFields {
		c := ownCell{column: r.column[f], field: f, kind: f.Kind()}
		if c.column < 0 || f == claim.FieldClaim || f == claim.FieldPatient || f == claim.FieldFrom || f == claim.FieldTo {
			continue
		}
		switch to := f.At(&r.line).(type) {
		case *claim.Date:
			c.read = func(text string) { r.otherDate(f, text, to) }
			r.days = append(r.days, c)
		case *claim.Units:
			c.read = func(text string) { r.units(f, text, to) }
			r.numbers = append(r.numbers, c)
		case *claim.Cents:
			c.read = func(text string) { r.money(f, text, to) }
			r.numbers = append(r.numbers, c)
		default:
			if r.bindPlain(&c); c.read != nil {
				r.plain = append(r.plain, c)
			}
		}
	}
}

// bindPlain tells how a field of text, or of one of few words, is read; nothing of others.
func (r *reader) bindPlain(c *ownCell) {
	f := c.field
	switch to := f.At(&r.line).(type) {
	case *string:
		c.read = func(string) { r.text(f, to) }
		if c.kind.Recurs() {
			c.word, c.read = to, func(text string) { *to = r.short(f, text) }
		}
	case *claim.Payer:
		name := f.Written(&r.line)
		c.read = func(string) {
			if r.text(f, name); *name != "" {
				*to = r.payer(r.know, *name)
			}
			if *to == claim.BlankPayer { // a word for none is no payer
				r.line.Given &^= claim.FieldSet(f)
			}
		}
	case *claim.Type:
		c.read = func(text string) { *to = claimType(r.short(f, text)) }
	case *byte:
		c.read = func(text string) {
			if digit := r.short(f, text); digit != "" {
				*to = digit[0]
			}
		}
	}
}

package books

import (
	"strconv"

	"claimaudit/audit/claim"
)

// mix spreads the bits of its number (splitmix64): the same seed and patient always give the same
// values, in whatever order patients come.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// row is one line of the export with all that its cells are written from.
type row struct {
	*line
	claim, patient  int
	birth, from     claim.Date
	provider, payer string
	pos             string
	received        claim.Date
	entered         claim.Date
}

const (
	taxNumber  = "123456789"
	firstNPI   = 100000000 // below every number given out
	billingNPI = 199999999
)

// npi completes nine digits with their check digit.
func npi(nine int) string {
	for check := range 10 {
		if s := strconv.Itoa(nine*10 + check); claim.ValidNPI(s) {
			return s
		}
	}
	panic("books: every nine digits have a check digit") // one of ten always fits
}

// dates writes dates in one form, and keeps what it wrote: the same days come on every line.
type dates struct {
	form  string
	first claim.Date
	text  []string
}

func newDates(form string) *dates {
	first, last := claim.MustDate("1930-01-01"), claim.MustDate("2028-12-31")
	return &dates{form: form, first: first, text: make([]string, last-first+1)}
}

func (d *dates) append(b []byte, day claim.Date) []byte {
	i := int(day - d.first)
	if i < 0 || i >= len(d.text) {
		return append(b, day.Time().Format(d.form)...)
	}
	if d.text[i] == "" {
		d.text[i] = day.Time().Format(d.form)
	}
	return append(b, d.text[i]...)
}

// appendCell writes one cell of the row behind b.
func (r *row) appendCell(b []byte, c cell, d *dates) []byte {
	if r.set != nil {
		if text, ok := r.set[c]; ok {
			return append(b, text...)
		}
	}
	switch c.field {
	case claim.FieldClaim:
		return strconv.AppendInt(append(b, 'C'), int64(r.claim), 10)
	case claim.FieldPatient:
		return strconv.AppendInt(append(b, 'P'), int64(r.patient), 10)
	case claim.FieldRendering:
		return append(b, r.provider...)
	}
	switch c.field.Kind() {
	case claim.ModifierSet:
		return appendNth(b, r.mods, c.nth)
	case claim.DiagnosisList:
		return appendNth(b, r.dx, c.nth)
	case claim.Day:
		return d.append(b, r.date(c.field))
	case claim.Text:
		if r.pos == "11" {
			return b
		}
		return strconv.AppendInt(append(b, 'A'), int64(r.claim), 10)
	}
	return append(b, r.text(c.field.Kind())...)
}

func appendNth(b []byte, list []string, n int) []byte {
	if n >= len(list) {
		return b
	}
	return append(b, list[n]...)
}

func (r *row) date(f claim.Field) claim.Date {
	switch f {
	case claim.FieldBirth:
		return r.birth
	case claim.FieldReceived:
		return r.received
	}
	return r.from
}

// text is what a field of the kind holds on the row; nothing in free text.
func (r *row) text(kind claim.Kind) string {
	switch kind {
	case claim.Procedure:
		return r.code
	case claim.Quantity:
		return r.units
	case claim.Money:
		return r.charge
	case claim.Place:
		return r.pos
	case claim.PayerCell:
		return r.payer
	}
	return constant[kind]
}

// constant are the cells that are the same on every line.
var constant = map[claim.Kind]string{
	claim.NPI:       npi(billingNPI),
	claim.TaxNumber: taxNumber,
	claim.ClaimType: "professional",
	claim.Frequency: "1",
	claim.State:     "PA",
}

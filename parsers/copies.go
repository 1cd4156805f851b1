package parsers

import (
	"hash/maphash"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// checkLineNumbers leaves the numbers of charges unread where they are not the charges' own: in the
// sampled rows one number stands beside two codes of one version of a claim, or the column is called no more than ID and nothing of
// a payment could repeat a charge, so that two rows of one ID may as well be a visit's charge billed twice,
// or a service line is a department.
func (t *Table) checkLineNumbers(below []grid.Row) {
	p := &t.plan
	id := &p.column[claim.FieldLineID]
	if *id >= 0 && t.Columns[*id].Rank >= bareName && len(p.paid)+len(p.sums) == 0 {
		c := &t.Columns[*id]
		c.Field, c.Why = "", "may number anything, and no column tells of payments that would repeat a charge"
		*id = -1
	}
	if p.lineNo >= 0 && slices.ContainsFunc(t.Columns[p.lineNo].values, func(v string) bool {
		return !strings.ContainsAny(v, "0123456789") && !t.know.isAbsent(v, true)
	}) {
		c := &t.Columns[p.lineNo]
		c.Field, c.Why = "", "named like the number of a line, but holds words"
		p.lineNo = -1
	}
	for _, column := range []*int{id, &p.lineNo} {
		if *column < 0 {
			continue
		}
		codes := map[[2]string]string{}
		r := reader{plan: p}
		for i := range below {
			r.row = &below[i]
			key := [2]string{r.cell(*column)}
			if column == &p.lineNo {
				key[1] = r.cell(p.column[claim.FieldClaim])
			}
			for _, f := range versionFields {
				key[1] += "\x00" + r.cell(p.column[f])
			}
			code := r.cell(p.column[claim.FieldCode])
			if other, seen := codes[key]; seen && other != code && key[0] != "" {
				c := &t.Columns[*column]
				c.Field, c.Why = "", "one of its numbers stands beside two codes: it does not number charges"
				*column = -1
				break
			}
			codes[key] = code
		}
	}
}

// versionFields tell one sending of a claim from another: corrected, or to another payer, it may have
// another code under the same number of a line.
var versionFields = []claim.Field{claim.FieldPayer, claim.FieldSequence, claim.FieldFrequency, claim.FieldReceived}

// bareName is the rank from which on a name says only that it numbers something.
const bareName = 3

// checkAmounts leaves amounts paid unread where nothing else tells payments apart and the export is no join
// with payments: in the sampled rows charges that are alike in all that was billed are few, as those billed
// twice are. Two amounts beside such lines may be what a payer paid of each.
func (t *Table) checkAmounts(below []grid.Row) {
	p := &t.plan
	if len(p.sums) == 0 || len(p.paid) > 0 {
		return
	}
	billed := map[string]bool{}
	again := 0
	r := reader{plan: p}
	for i := range below {
		r.row = &below[i]
		key := ""
		for c := range t.Columns {
			if f, isField := t.Columns[c].slot.field(); isField && !f.Answer() && t.Columns[c].Field != "" {
				key += r.cell(c) + "\x00"
			}
		}
		for _, c := range p.sums {
			if _, err := claim.ParseCents(r.cell(c)); err != nil && !t.know.isAbsent(r.cell(c), true) {
				return // how it was paid is told
			}
		}
		if billed[key] {
			again++
		}
		billed[key] = true
	}
	if again*leastCopies >= len(below) {
		return
	}
	for _, c := range p.sums {
		if t.Columns[c].slot.role != paidAmount {
			continue
		}
		t.Columns[c].Field, t.Columns[c].Why = "", "amounts alone, and too few charges stand twice for a join with payments"
	}
	p.sums = nil
}

// leastCopies is how many rows have at least one copy among them in an export joined with payments.
const leastCopies = 10

// charged reads what tells the copies of a charge from each other: the system's own number of it, or
// its place in its claim, and the payment that the row tells of.
func (r *reader) charged() {
	if text := r.cell(r.lineNo); r.line.LineID == "" && strings.ContainsAny(text, "0123456789") && r.line.Claim != "" && !r.know.isAbsent(text, true) {
		r.line.LineID = text
		r.given(claim.FieldLineID)
	}
	if len(r.reasons) > 0 {
		r.denied()
	}
	if len(r.paid)+len(r.sums) > 0 {
		r.line.Payment = r.payment()
	}
}

// denied gathers the reasons why less was paid that stand in columns of their own.
func (r *reader) denied() {
	var codes []string
	for _, column := range append([]int{r.column[claim.FieldDenials]}, r.reasons...) {
		if text := r.cell(column); text != "" && !r.know.isAbsent(text, true) && (len(text) <= len("253") || !slices.Contains(codes, text)) { // a group may stand before each of its reasons
			codes = append(codes, text)
		}
	}
	if len(codes) > 0 {
		r.line.Denials = strings.Join(codes, " ")
		r.given(claim.FieldDenials)
	}
}

// payment stands for the payment that the row tells of: its number or day, or where it has neither the
// amount. Zero is no payment: what a payer says of a charge that was billed twice.
func (r *reader) payment() uint64 {
	var h maphash.Hash
	h.SetSeed(r.seed)
	write := func(text string) {
		_, _ = h.WriteString(text) // never fails
		_ = h.WriteByte(0)
	}
	told := false
	for _, column := range r.paid {
		text := r.cell(column)
		if r.know.isAbsent(text, true) || isZeros(text) { // check 0, paid on 00/00/0000
			text = ""
		}
		told = told || text != ""
		write(text)
	}
	numbered := told
	for _, column := range r.sums {
		text := r.cell(column)
		amount, err := claim.ParseCents(text)
		if err == nil && numbered {
			continue
		}
		told = told || err == nil && amount != 0
		write(text)
	}
	if !told {
		return 0
	}
	if numbered {
		return h.Sum64() | 1 | claim.PaymentNumbered
	}
	return h.Sum64()&^claim.PaymentNumbered | 1
}

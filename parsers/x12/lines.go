package x12

import (
	"errors"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

func (r *reader) lx(segment) {
	r.endLine()
	if r.claim == nil {
		r.note("service lines that belong to no claim: not read", r.at)
		return
	}
	r.line, r.other, r.who = &service{at: r.at}, false, nil
}

// sv1 is a professional service; one without its own LX segment is a line all the same.
func (r *reader) sv1(s segment) {
	if r.line == nil || r.line.billed || r.line.fault != "" {
		r.lx(s)
	}
	l := r.line
	if l == nil {
		return
	}
	l.billed = true
	l.code = component(s.el(1), 1)
	if set := component(s.el(1), 0); set != "HC" && set != "" {
		r.note("services whose code is no CPT or HCPCS code (SV101 is "+set+")", r.at)
		l.code = set + ":" + l.code
	}
	for n := 2; n <= 5; n++ {
		l.mods = append(l.mods, component(s.el(1), n))
	}
	if text := component(s.el(1), 6); text != "" {
		l.notes = append(l.notes, text)
	}
	l.charge, l.units, l.place = s.el(2), s.el(4), s.el(5)
	if s.el(3) == "MJ" {
		r.note("services billed in minutes (SV103 is MJ): read without units", r.at)
		l.units = ""
	}
	l.pointers = pointersOf(s.el(7))
}

// otherService is a service of institutional or dental claims in a professional one.
func (r *reader) otherService(s segment) {
	if r.line == nil || r.line.billed || r.line.fault != "" {
		r.lx(s)
	}
	if r.line != nil {
		r.line.fault = "the service is none of a professional claim (" + s[0] + ")"
	}
}

// pointersOf writes pointers to diagnoses as letters, which always count from 1: what is none is told as
// it stands.
func pointersOf(element string) string {
	var list []string
	for text := range strings.SplitSeq(element, grid.Component) {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		switch {
		case strings.TrimSpace(text) == "":
			continue
		case err == nil && n >= 1 && n <= 12:
			text = string(rune('A' + n - 1))
		case err == nil:
			text = "pointer " + text
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

// svd is what another payer paid of the line.
func (r *reader) svd(s segment) {
	if r.line == nil {
		return
	}
	if paid, err := claim.ParseCents(s.el(2)); err == nil {
		r.line.paid += paid
		r.line.isPaid = true
	}
}

// amt is what another payer paid of the whole claim.
func (r *reader) amt(s segment) {
	if r.claim == nil || r.line != nil || !r.other || s.el(1) != "D" {
		return
	}
	if paid, err := claim.ParseCents(s.el(2)); err == nil {
		r.claim.paid += paid
		r.claim.isPaid = true
	}
}

// cas are a payer's reasons for not paying a line, or the whole claim, three elements each.
func (r *reader) cas(s segment) {
	to := r.line
	if to == nil && r.claim != nil && r.other {
		to = r.claim
	}
	if to == nil {
		return
	}
	for n := 2; n < len(s); n += 3 {
		if reason := s.el(n); reason != "" {
			to.denials = append(to.denials, s.el(1)+"-"+reason)
		}
	}
}

func (r *reader) hcp(s segment) {
	if r.line != nil {
		r.line.allowed = s.el(2)
	}
}

// endLine makes a row of the line that is open.
func (r *reader) endLine() {
	l := r.line
	if l == nil {
		return
	}
	r.line = nil
	r.lines++
	var fault error
	switch {
	case l.fault != "":
		fault = errors.New(l.fault)
	case !l.billed:
		fault = errors.New("the service line holds no service (SV1)")
	}
	if charge, err := claim.ParseCents(l.charge); err == nil {
		r.sum += charge
	}
	r.write(l, fault)
}

// endClaim ends the claim that is open: one without lines is a row that cannot be read.
func (r *reader) endClaim() {
	r.endLine()
	c := r.claim
	if c == nil {
		return
	}
	total, err := claim.ParseCents(c.charge)
	switch {
	case r.lines == 0:
		r.write(&service{at: c.at, charge: c.charge}, errors.New("the claim has no service line"))
	case err != nil || total != r.sum:
		r.note("claims whose total is not what their lines charge (CLM02, SV102)", c.at)
	}
	r.answered(c)
	r.claim = nil
	r.out.open = -1
}

// answered gives the claim's lines what another payer said of the claim as a whole, where that says what it
// means of each: there is one line, or nothing was paid. What it said of the lines themselves goes before.
func (r *reader) answered(c *service) {
	if !c.isPaid && len(c.denials) == 0 {
		return
	}
	lines := r.out.list[r.out.open:]
	paidAt, denialsAt := columnOf[claim.FieldPaid], columnOf[claim.FieldDenials]
	for _, row := range lines {
		if row.Cells[paidAt] != "" || row.Cells[denialsAt] != "" {
			return
		}
	}
	if len(lines) > 1 && c.paid != 0 {
		r.note("claims of several lines of which another payer told what it paid for the whole claim alone (AMT*D): not read, as it does not say for which line", c.at)
		return
	}
	for _, row := range lines {
		if row.Cells[denialsAt] = strings.Join(c.denials, "; "); c.isPaid {
			row.Cells[paidAt] = c.paid.String()
		}
	}
}

// write makes the row of a service line.
func (r *reader) write(l *service, fault error) {
	cells := r.out.add(r.place(l.at), fault)
	put := func(f claim.Field, text string) { cells[columnOf[f]] = text }
	c := r.claim
	id, birth := r.patientID()
	put(claim.FieldClaim, c.id)
	put(claim.FieldPatient, id)
	put(claim.FieldBirth, birth)
	from := l
	if l.from == "" && c.days == 1 {
		from = c
	}
	put(claim.FieldFrom, from.from)
	put(claim.FieldTo, from.to)
	put(claim.FieldCode, l.code)
	copy(cells[columnOf[claim.FieldModifiers]:], l.mods)
	put(claim.FieldUnits, l.units)
	put(claim.FieldCharge, l.charge)
	r.putDiagnoses(cells)
	cells[pointerAt], cells[classAt] = l.pointers, r.insured.filingCode
	r.putProviders(put, l)
	put(claim.FieldPOS, either(l.place, c.place))
	put(claim.FieldPayer, either(r.insured.payer.name, r.insured.plan, r.insured.payer.id))
	put(claim.FieldType, claim.Professional.String())
	put(claim.FieldFrequency, c.frequency)
	put(claim.FieldAuth, either(l.auth, c.auth))
	put(claim.FieldNarrative, strings.Join(append(l.notes, c.notes...), "; "))
	put(claim.FieldLineID, l.lineID)
	put(claim.FieldSequence, r.insured.sequence)
	put(claim.FieldAllowed, l.allowed)
	if l.isPaid {
		put(claim.FieldPaid, l.paid.String())
	}
	put(claim.FieldDenials, strings.Join(l.denials, "; "))
	put(claim.FieldOriginal, c.original)
}

func (r *reader) putDiagnoses(cells []string) {
	const most = len(claim.Line{}.Dx)
	list := r.claim.diagnoses
	if len(list) > most {
		r.note("claims with more than twelve diagnoses: the others are not read", r.at)
		list = list[:most]
	}
	copy(cells[columnOf[claim.FieldDiagnoses]:], list)
}

func (r *reader) putProviders(put func(claim.Field, string), l *service) {
	rendering := l.rendering
	if rendering == nil || rendering.id == "" {
		rendering = r.claim.rendering
	}
	if (rendering == nil || rendering.id == "") && r.biller.isPerson {
		rendering = &r.biller.party
	}
	if rendering != nil {
		put(claim.FieldRendering, rendering.id)
	}
	facility := l.facility
	if facility == nil {
		facility = r.claim.facility
	}
	if facility != nil {
		put(claim.FieldFacility, facility.id)
	}
	state := r.biller.state
	if facility != nil && facility.state != "" {
		state = facility.state
	}
	put(claim.FieldState, state)
	put(claim.FieldBilling, r.biller.id)
	put(claim.FieldTIN, r.biller.tin)
}

// either is the first text that is not blank.
func either(texts ...string) string {
	for _, text := range texts {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

// first is an element's first repetition.
func first(element string) string {
	text, _, _ := strings.Cut(element, grid.Repetition)
	return strings.TrimSpace(text)
}

// component is the n-th component of an element, from 0.
func component(element string, n int) string {
	for range n {
		_, behind, found := strings.Cut(element, grid.Component)
		if !found {
			return ""
		}
		element = behind
	}
	text, _, _ := strings.Cut(element, grid.Component)
	return first(text)
}

// plainText is the text of an element from the n-th on, with the signs that part it where free text
// holds them.
func plainText(s segment, n int) string {
	if n >= len(s) {
		return ""
	}
	return strings.TrimSpace(strings.NewReplacer(grid.Component, ":", grid.Repetition, "^").Replace(strings.Join(s[n:], " ")))
}

// day is a date as ISO has it; another text stays as it is.
func day(text string) string {
	if text = strings.TrimSpace(text); len(text) != len("20250310") || strings.Trim(text, "0123456789") != "" {
		return text
	}
	return text[:4] + "-" + text[4:6] + "-" + text[6:]
}

package parsers

import (
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// view is how one service of a row with several is read.
type view struct {
	plan                 *plan
	days, numbers, plain []ownCell
}

// look at the row as the service of the view.
func (r *reader) use(v *view) {
	r.plan, r.days, r.numbers, r.plain = v.plan, v.days, v.numbers, v.plain
}

// bindSets binds the fields of each service of a row.
func (r *reader) bindSets(sets []plan) {
	for i := range sets {
		r.use(&view{plan: &sets[i]})
		r.bind()
		r.views = append(r.views, view{r.plan, r.days, r.numbers, r.plain})
	}
	r.use(&r.views[0])
}

// filled are the services that the row holds: those with a code, or with a charge and none.
func (r *reader) filled() (found []int) {
	found = r.full[:0]
	for i := range r.views {
		p := r.views[i].plan
		code := r.cell(p.column[claim.FieldCode])
		if code != "" && !r.know.isAbsent(code, false) {
			found = append(found, i)
			continue
		}
		if charge := r.cell(p.column[claim.FieldCharge]); !p.shared.Has(claim.FieldCharge) && charge != "" && !r.know.isAbsent(charge, false) && strings.ContainsAny(charge, "123456789") {
			found = append(found, i)
		}
	}
	r.full = found
	return found
}

// readServices reads a row of a table whose rows hold several services.
func (r *reader) readServices() {
	found := r.filled()
	if len(found) < 2 {
		r.use(&r.views[0])
		if len(found) == 1 {
			r.use(&r.views[found[0]])
		}
		r.conclude(r.sort())
		return
	}
	r.use(&r.views[found[0]])
	r.begin()
	if kind, reason := r.whole(); kind != "" {
		r.conclude(kind, reason)
		return
	}
	row := rowTally{}
	for k, i := range found {
		kind, reason := r.service(i, k == 0)
		switch {
		case kind == "":
			r.shareOut(row.lines == 0)
			row.lines += r.emit()
		case k == 0 && (kind == claim.RepeatedHeader || kind == claim.TotalRow || kind == claim.NoteRow):
			r.line.Pos.Column = 0
			r.conclude(kind, reason)
			return
		default:
			u := claim.Unread{Pos: r.line.Pos, Kind: kind, Reason: reason + r.place()}
			if kind == claim.Unreadable {
				u.Whose = r.whose()
			}
			if !r.shared.Has(claim.FieldCharge) {
				u.Charge, u.ChargeUnknown = r.ownCharge()
			}
			row.unread = append(row.unread, u)
		}
	}
	r.closeRow(&row)
}

// rowTally is what became of the services of a row.
type rowTally struct {
	lines  int
	unread []claim.Unread
}

// service reads one service of the row. What all services share is counted once.
func (r *reader) service(i int, first bool) (claim.UnreadKind, string) {
	r.use(&r.views[i])
	r.begin()
	r.line.Pos.Column = int16(r.column[claim.FieldCode] + 1)
	if first {
		return r.charge()
	}
	before, examples, rounded, roundedClaims := r.mended, len(r.examples), r.rounded, r.roundedClaims
	kind, reason := r.charge()
	r.rounded, r.roundedClaims = rounded, roundedClaims
	for f := range r.mended {
		if !r.ownFields.Has(claim.Field(f)) {
			r.mended[f] = before[f]
		}
	}
	if len(r.examples) > examples {
		r.dropExamples()
	}
	if r.line.LineID != "" && !r.ownFields.Has(claim.FieldLineID) {
		r.line.LineID += "." + strconv.Itoa(i+1)
	}
	return kind, reason
}

// shareOut settles what the row has once and each service should have of its own: the charge stands on
// the first, so that none is lost and none is made up; of modifiers and of units other than one it cannot
// be told whose they are.
func (r *reader) shareOut(first bool) {
	l := &r.line
	if r.shared.Has(claim.FieldCharge) && !first {
		l.Charge = 0
		r.unsay(claim.FieldCharge)
	}
	if column := r.column[claim.FieldUnits]; r.shared.Has(claim.FieldUnits) && l.Given.Has(claim.FieldUnits) && l.Units != claim.One {
		l.Units = claim.One
		r.unsay(claim.FieldUnits)
		r.fault(claim.FieldUnits, r.cell(column), "the units of each service of the row")
	}
	if r.shared.Has(claim.FieldModifiers) && l.Mods.Count() > 0 && len(r.mods) > 0 {
		text := l.Mods.String()
		l.Mods = claim.Modifiers{}
		r.unsay(claim.FieldModifiers)
		r.fault(claim.FieldModifiers, text, "the modifiers of each service of the row")
	}
}

// unsay takes back what the line says of a field.
func (r *reader) unsay(f claim.Field) {
	r.line.Given &^= claim.FieldSet(f)
	r.line.Bad &^= claim.FieldSet(f)
	r.line.Faults = slices.DeleteFunc(r.line.Faults, func(fault claim.Fault) bool { return fault.Field == f })
}

// closeRow counts the row once: as audited where one of its services is, else as unreadable or skipped.
func (r *reader) closeRow(row *rowTally) {
	counted := -1
	switch {
	case row.lines > 0:
		r.audited++
	default:
		counted = max(slices.IndexFunc(row.unread, func(u claim.Unread) bool { return u.Kind == claim.Unreadable }), 0)
		if r.count(row.unread[counted].Kind); r.shared.Has(claim.FieldCharge) {
			row.unread[counted].Charge, row.unread[counted].ChargeUnknown = r.ownCharge()
		}
	}
	for i, u := range row.unread {
		if u.Part = i != counted; u.Part && u.Kind == claim.Unreadable && row.lines > 0 {
			r.unplacedServices++
		}
		r.leave(&u)
	}
}

// emit hands on the line that was read, or a line for each of the codes in its cell, and tells how many.
func (r *reader) emit() int {
	if r.line.Code == 0 && r.line.Bad.Has(claim.FieldCode) {
		if shares := r.severalCodes(); shares != nil {
			r.emitEach(shares)
			return len(shares)
		}
	}
	if r.line.Bad.Has(claim.FieldCharge) {
		r.noCharge++
	}
	r.services++
	r.showExamples()
	r.since.charges(&r.line)
	r.sink.Line(&r.line)
	return 1
}

// share is what one of several codes in a cell has of the row's.
type share struct {
	code   claim.Code
	mods   claim.Modifiers
	units  claim.Units
	charge claim.Cents

	hasUnits, hasCharge bool
}

func (r *reader) emitEach(shares []share) {
	r.mend(claim.FieldCode, codesParted, r.cell(r.column[claim.FieldCode]))
	for _, f := range []claim.Field{claim.FieldCode, claim.FieldModifiers, claim.FieldUnits, claim.FieldCharge} {
		r.unsay(f)
	}
	r.line.Alike = nil // modifiers and units are shared out
	whole := r.line
	for i, s := range shares {
		l := &r.line
		*l = whole
		l.Pos.Column, l.Pos.Nth = int16(r.column[claim.FieldCode]+1), int16(i+1)
		l.Code, l.Billed, l.Mods, l.Units, l.Charge = s.code, s.code.String(), s.mods, s.units, s.charge
		r.given(claim.FieldCode)
		for f, has := range map[claim.Field]bool{claim.FieldModifiers: s.mods.Count() > 0, claim.FieldUnits: s.hasUnits, claim.FieldCharge: s.hasCharge} {
			if has {
				r.given(f)
			}
		}
		if l.LineID != "" {
			l.LineID += "." + strconv.Itoa(i+1)
		}
		r.services++
		r.showExamples()
		r.since.charges(l)
		r.sink.Line(l)
	}
	r.line.Pos.Nth = 0
}

// severalCodes are the services of a cell with several codes, where it can be told what each of them has:
// modifiers behind the codes, units and charges in as many parts, or none of them; one unit each where
// there is one. One charge stands on the first. Nil where it cannot be told: the line is told as it is.
func (r *reader) severalCodes() []share {
	text := r.cell(r.column[claim.FieldCode])
	codes := r.know.codesIn(text)
	if len(codes) < 2 {
		return nil
	}
	shares := make([]share, len(codes))
	for i, c := range codes {
		shares[i] = share{code: c.code, mods: c.mods, units: claim.One}
	}
	parted, ok := r.shareUnits(shares)
	if !ok {
		return nil
	}
	charged, ok := r.shareCharge(shares)
	if !ok || !r.shareModifiers(shares, parted || charged) {
		return nil
	}
	return shares
}

// shareUnits gives each code its units; parted says that there were as many as codes.
func (r *reader) shareUnits(shares []share) (parted, ok bool) {
	text := r.cell(r.column[claim.FieldUnits])
	if text == "" || r.know.isAbsent(text, false) {
		return false, true
	}
	if units, _, err := readAmount(text, r.commas.Has(claim.FieldUnits), claim.ParseUnits); err == nil {
		for i := range shares {
			shares[i].hasUnits = true
		}
		return false, units == claim.One
	}
	parts := partsOf(text)
	if len(parts) != len(shares) {
		return false, false
	}
	for i, part := range parts {
		units, _, err := readAmount(part, false, claim.ParseUnits)
		if err != nil {
			return false, false
		}
		shares[i].units, shares[i].hasUnits = units, true
	}
	return true, true
}

// shareCharge gives each code its charge, and one charge to the first.
func (r *reader) shareCharge(shares []share) (parted, ok bool) {
	text := r.cell(r.column[claim.FieldCharge])
	if text == "" || r.know.isAbsent(text, false) {
		return false, true
	}
	if r.shared.Has(claim.FieldCharge) { // settled for the row
		shares[0].charge, shares[0].hasCharge = r.line.Charge, r.line.Given.Has(claim.FieldCharge)
		return false, !r.line.Bad.Has(claim.FieldCharge)
	}
	if charge, _, err := r.readMoney(claim.FieldCharge, text); err == nil {
		shares[0].charge, shares[0].hasCharge = charge, true
		r.lumped++
		return false, true
	}
	parts := partsOf(text)
	if len(parts) != len(shares) {
		return false, false
	}
	for i, part := range parts {
		charge, _, err := r.readMoney(claim.FieldCharge, part)
		if err != nil {
			return false, false
		}
		shares[i].charge, shares[i].hasCharge = charge, true
	}
	return true, true
}

// shareModifiers gives each code its modifiers where other cells are parted like the codes; else nothing
// tells whose they are.
func (r *reader) shareModifiers(shares []share, parted bool) bool {
	for _, column := range r.mods {
		text := r.cell(column)
		if text == "" || r.know.isAbsent(text, false) {
			continue
		}
		parts := partsOf(text)
		if !parted || len(parts) != len(shares) {
			return false
		}
		for i, part := range parts {
			if part == "" || r.know.isAbsent(part, false) {
				continue
			}
			if _, _, ok := r.know.readModifiers(part, &shares[i].mods, shares[i].mods.Count()); !ok {
				return false
			}
		}
	}
	return true
}

// codesIn are the codes of a cell that holds several, each with the modifiers behind it; nil where any
// part of it is something else, or it is a range.
func (k *knowledge) codesIn(text string) (codes []codeCell) {
	text, _ = unwrap(text)
	if len(text) < 2*codeWidth+1 {
		return nil
	}
	for _, part := range partsOf(text) {
		c := k.readCode(part)
		if !c.code.Shaped() || c.kind != "" || len(part) > codeWidth && c.repair != codeGlued {
			return nil
		}
		codes = append(codes, c)
	}
	if len(codes) < 2 {
		return nil
	}
	return codes
}

// partsOf cuts a cell at the mark that stands between its parts: the first of these that it has.
func partsOf(text string) []string {
	for _, mark := range []string{";", "|", "\n", ",", " + ", "+", " & ", "&", " "} {
		if strings.Contains(text, mark) {
			parts := strings.Split(strings.TrimSuffix(trim(text), mark), mark)
			for i := range parts {
				parts[i] = trim(parts[i])
			}
			return parts
		}
	}
	return []string{text}
}

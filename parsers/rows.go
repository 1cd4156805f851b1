package parsers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// reader reads rows into lines; each worker has its own for each table.
type reader struct {
	*plan
	know *knowledge
	sink Sink
	line claim.Line
	row  *grid.Row
	why  string // why the day in the row's cell is none

	held   []int // see holding
	looked bool  // held is of the row

	days, numbers, plain []ownCell // see bind

	alikes               *alikes      // nil where rows are read cell by cell alone
	ownNumbers, ownPlain []ownCell    // of numbers and plain those that no alikes keep
	noting               bool         // what is mended is noted
	noted                []mendedCell // of the row

	views []view // how each service of a row is read, where a row holds several
	full  []int  // which of them the row has

	groups *grouping // nil but in a grouped report, which one reader reads in order
	group  group
	room   grid.Row // one that is filled

	counts
	caches
}

// counts are what a reader has met; those of all readers together are the table's.
type counts struct {
	rows, audited, services, unreadable, skipped, unplacedServices, lumped, noCharge, hidden, rounded, roundedClaims, noValue, errorCells, narrow int

	voided, takenBack int // rows marked void that charge, and that take a charge back

	lastRow, lastNarrow int // numbers of the last row, and of the last that is shorter than the header

	otherClass int    // payers whose name tells another class than their column of classes
	marks      []mark // what stands above the totals
	since      mark

	orders [claim.NumFields]dateOrder
	mended [claim.NumFields][numRepairs]int

	examples []example // the first of what was mended in each way
	shown    int       // those of them whose value was read
}

// read tells what a record is and hands on its line, or the row as unread.
func (r *reader) read(row *grid.Row) {
	if r.skips(row) {
		return
	}
	if r.groups != nil {
		row = r.carry(row)
	}
	r.row = row
	r.rows++
	r.look(row)
	if len(r.views) > 0 {
		r.readServices()
		return
	}
	r.conclude(r.sort())
}

// skips tells whether a row is blank, or is the header or a title.
func (p *plan) skips(row *grid.Row) bool {
	return row.Number <= p.below && !p.above[row.Number] || blank(row) && row.Err == nil
}

// conclude hands on what the row was read as.
func (r *reader) conclude(kind claim.UnreadKind, reason string) {
	if kind == "" {
		r.audited++
		r.emit()
		return
	}
	r.count(kind)
	u := claim.Unread{Pos: r.line.Pos, Kind: kind, Reason: reason + r.place()}
	if kind == claim.Unreadable {
		u.Whose = r.whose()
	}
	if kind != claim.RepeatedHeader && kind != claim.NoteRow {
		u.Charge, u.ChargeUnknown = r.unreadCharge()
	}
	r.leave(&u)
}

// leave hands on a row, or a service of one, that is not audited.
func (r *reader) leave(u *claim.Unread) {
	if u.Kind == claim.TotalRow {
		if u.Charge != 0 {
			r.markTotal(u)
		}
	} else {
		r.since.leaves(u)
	}
	r.sink.Unread(*u)
}

// place says where the row stands in a file that has no rows, behind a reason.
func (r *reader) place() string {
	if r.row.Place == "" {
		return ""
	}
	return " (" + r.row.Place + ")"
}

// count counts a row that is not audited.
func (r *reader) count(kind claim.UnreadKind) {
	switch kind {
	case claim.Unreadable:
		r.unreadable++
	case claim.VoidedRow:
		r.skipped++
		if r.takesBack() {
			r.takenBack++
		} else {
			r.voided++
		}
	default:
		r.skipped++
	}
}

// unreadCharge is what a row that is not audited holds in the charge column, or in those of all its
// services, for the control totals.
func (r *reader) unreadCharge() (charge claim.Cents, unknown bool) {
	if len(r.views) == 0 || r.shared.Has(claim.FieldCharge) {
		return r.ownCharge()
	}
	own := r.plan
	for i := range r.views {
		r.plan = r.views[i].plan
		more, not := r.ownCharge()
		charge, unknown = charge+more, unknown || not
	}
	r.plan = own
	return charge, unknown
}

// ownCharge is what stands in the charge column.
func (r *reader) ownCharge() (charge claim.Cents, unknown bool) {
	if r.row.Err != nil && r.row.Place == "" || r.tooWide() || r.row.Number <= r.below {
		return 0, true // no telling which cell is the charge
	}
	text := r.cell(r.column[claim.FieldCharge])
	if text == "" || r.know.isAbsent(text, false) {
		return 0, false
	}
	charge, _, err := r.readMoney(claim.FieldCharge, text)
	return charge, err != nil
}

// takesBack tells whether the row has less than no units, or less than no charge.
func (r *reader) takesBack() bool {
	comma, _ := r.decimalComma(claim.FieldUnits, r.cell(r.column[claim.FieldUnits]))
	units, _, err := readAmount(r.cell(r.column[claim.FieldUnits]), comma, claim.ParseUnits)
	charge, unknown := r.unreadCharge()
	return err == nil && units < 0 || !unknown && charge < 0
}

// tooWide tells whether a row of text has more filled cells than the header names.
func (r *reader) tooWide() bool {
	return r.width > 0 && r.row.Kinds == nil && len(r.row.Cells) > r.width && beyond(r.row, r.width)
}

// swallowed tells whether a cell of text goes over lines one of which is a row that would be lost in it.
func (r *reader) swallowed() bool {
	if !r.row.Wrapped || r.row.Kinds != nil || r.comma == 0 {
		return false
	}
	for _, i := range r.holding() {
		if cell := r.row.Cells[i]; len(cell) > len("2025-03-10") && strings.IndexByte(cell, '\n') >= 0 {
			for line := range strings.Lines(cell) {
				if isRow(line, r.comma) {
					return true
				}
			}
		}
	}
	return false
}

// unparted tells whether the row is one whose cells stand in one, parted by whatever mark.
func (r *reader) unparted() bool {
	if r.cell(0) != "" && r.cell(1) != "" { // as on most rows
		return false
	}
	column, alone := r.alone()
	if !alone {
		return false
	}
	text := r.cell(column)
	return slices.ContainsFunc([]rune(",;\t|"), func(comma rune) bool { return isRow(text, comma) })
}

// isRow tells whether a line holds a date and a code between delimiters, and no blanks around them as a
// note has behind its commas.
func isRow(line string, comma rune) bool {
	date, code := false, false
	for part := range strings.SplitSeq(strings.TrimRight(line, "\r\n"), string(comma)) {
		if part == trim(part) {
			date, code = date || isDate(part), code || isShapedCode(part)
		}
	}
	return date && code
}

// look counts what is odd about the row as such.
func (r *reader) look(row *grid.Row) {
	r.looked = false
	for _, i := range row.Held {
		switch row.Kinds[i] {
		case grid.NoValue:
			r.noValue++
		case grid.ErrorCell:
			r.errorCells++
		}
	}
	if row.Hidden {
		r.hidden++
	}
	r.lastRow = row.Number
	if row.Kinds == nil && row.Err == nil && len(row.Cells) < r.width {
		r.narrow++
		r.lastNarrow = row.Number
	}
}

// holding are the columns in which the row holds anything: who asks about a row as a whole walks those alone, because
// one cell in column XFD has 16,383 blank ones before it.
func (r *reader) holding() []int {
	if r.looked {
		return r.held
	}
	r.held, r.looked = r.held[:0], true
	for i, cell := range r.row.Each() {
		if trim(cell) != "" {
			r.held = append(r.held, i)
		}
	}
	return r.held
}

// alone is the one column in which the row holds anything; false where there is none or another.
func (r *reader) alone() (column int, ok bool) {
	for i, cell := range r.row.Each() {
		if trim(cell) == "" {
			continue
		}
		if ok {
			return 0, false
		}
		column, ok = i, true
	}
	return column, ok
}

// sort fills the line and says what kind of row it is: "" for a charge to audit.
func (r *reader) sort() (claim.UnreadKind, string) {
	r.begin()
	if kind, reason := r.whole(); kind != "" {
		return kind, reason
	}
	if r.know.remits {
		return r.answer()
	}
	return r.charge()
}

// begin makes a blank line of the row.
func (r *reader) begin() {
	pos, faults := claim.Pos{Input: r.line.Pos.Input, Row: int32(r.row.Number)}, r.line.Faults[:0]
	r.line = r.blank
	r.line.Pos, r.line.Faults, r.why = pos, faults, ""
}

// whole says what the row is as a whole, where that is no charge; else "".
func (r *reader) whole() (claim.UnreadKind, string) {
	if err := r.row.Err; err != nil {
		if errors.Is(err, grid.ErrMisfit) {
			return r.misfit()
		}
		return claim.Unreadable, err.Error()
	}
	if r.row.Number <= r.below {
		return claim.Unreadable, fmt.Sprintf("the row stands above the header, which is in row %d, so that nothing says what its cells are", r.below)
	}
	if r.refused != "" {
		return claim.Unreadable, r.refused
	}
	if r.tooWide() {
		return claim.Unreadable, fmt.Sprintf("the row has %d cells and the header %d: a cell with a delimiter in it has no quotes around it", len(r.row.Cells), r.width)
	}
	if r.unparted() {
		return claim.Unreadable, "the row stands in one cell, though it is written as several: export it again, or part it as the others are"
	}
	if r.swallowed() {
		return claim.Unreadable, "a quote at the beginning of a cell is not closed in its row, and the rows down to the next quote are read as that one cell: double the quote, or export the file again"
	}
	return r.rowKind()
}

// charge reads the row as a charge: the date and the code first, which tell whether it is one.
func (r *reader) charge() (claim.UnreadKind, string) {
	if !r.serviceDate() {
		return r.unplaced()
	}
	code := r.code()
	if r.revenueOnly() {
		return claim.RevenueOnly, noProcedure
	}
	switch {
	case code.kind == claim.PaymentRow:
		return code.kind, "a payment, not a charge"
	case code.kind != "":
		return code.kind, "no service: the code column holds what is never sent to a payer"
	case code.code == 0 && r.isTotal(claim.FieldCode, claim.FieldPatient):
		return claim.TotalRow, "a total"
	case !code.code.Shaped() && r.isTitle():
		return claim.NoteRow, titleAgain
	}
	r.identity()
	r.readAlike(&code)
	return "", ""
}

const (
	titleAgain = "what stands above the header, again at the head of a page"
	noteAlone  = "text without a date, a code and an amount"
)

// misfit says what a line is that does not keep to the columns: a total, a page's heading, words, or
// claim lines that are lost.
func (r *reader) misfit() (claim.UnreadKind, string) {
	text := r.cell(0)
	switch {
	case r.isTitle():
		return claim.NoteRow, titleAgain
	case r.know.rowWord(text) == claim.TotalRow:
		return claim.TotalRow, "a total"
	case grid.Wordy(text):
		return claim.NoteRow, noteAlone
	}
	return claim.Unreadable, r.row.Err.Error()
}

// isTitle tells whether the row says what one above the header does, but for its numbers.
func (r *reader) isTitle() bool { return len(r.titles) > 0 && r.titles[titleOf(r.row)] }

// isRule tells whether the row is a line drawn below a header or above a total: query tools draw one.
func (r *reader) isRule() bool {
	for _, i := range r.holding() {
		if strings.Trim(r.cell(i), "-=_+*:") != "" {
			return false
		}
	}
	return true
}

// titleOf is what the cells of a row say, but for its numbers.
func titleOf(row *grid.Row) string {
	var cells []string
	for _, cell := range row.Each() {
		if text := trim(cell); text != "" {
			cells = append(cells, text)
		}
	}
	return grid.Shape(strings.Join(cells, " "))
}

// titlesOf are what the rows above a header say, but for those that hold data.
func titlesOf(above []grid.Row, data map[int]bool) map[string]bool {
	var titles map[string]bool
	for i := range above {
		if data[above[i].Number] {
			continue
		}
		if titles == nil {
			titles = map[string]bool{}
		}
		titles[titleOf(&above[i])] = true
	}
	return titles
}

const noProcedure = "a facility's charge with a revenue code and no procedure code"

// revenueOnly tells whether the row is a facility's charge that has a revenue code and no procedure code. A
// charge without either lacks its code.
func (r *reader) revenueOnly() bool {
	if r.revenue < 0 || !isRevenueCode(r.cell(r.revenue)) {
		return false
	}
	if text := r.cell(r.column[claim.FieldCode]); text != "" && !r.know.isAbsent(text, true) {
		return false
	}
	if cell := r.cell(r.column[claim.FieldType]); cell != "" && !r.know.isAbsent(cell, false) {
		return claimType(r.know.readType(cell).text) == claim.Facility
	}
	return r.allUB
}

// isRevenueCode tells whether a text is four digits from 0001 to 0999, of which a spreadsheet may have
// dropped the first.
func isRevenueCode(text string) bool {
	if len(text) == len("0360") && text[0] == '0' {
		text = text[1:]
	}
	return len(text) == len("360") && isDigits(text) && text != "000"
}

// rowKind is what the columns that tell the kind of row say.
func (r *reader) rowKind() (claim.UnreadKind, string) {
	if r.know.remits {
		return "", "" // a payment is what is looked for
	}
	for _, c := range r.kinds {
		text := r.cell(c.column)
		if text == "" || len(text) > longestWord {
			continue
		}
		switch kind := claim.UnreadKind(c.word(text)); kind {
		case claim.PaymentRow:
			return kind, "a payment or adjustment, not a charge"
		case claim.DiagnosisRow:
			return kind, "a diagnosis, not a charge"
		case claim.VoidedRow:
			return kind, "marked void or deleted"
		case claim.Removed:
			return kind, "taken off by a correction"
		case claim.PseudoCode:
			return kind, "no service: its code is of a kind never sent to a payer"
		}
	}
	return "", ""
}

// longestWord is the longest word a column of row kinds is asked about.
const longestWord = 24

// word looks a cell up as wordKey writes it, without making a text of it.
func (c *rowColumn) word(text string) string {
	var buf [longestWord]byte
	n := 0
	for i := range len(text) {
		if b := upper(text[i]); isAlnum(b) {
			buf[n] = b
			n++
		}
	}
	return c.words[string(buf[:n])]
}

// unplaced says what a row without a date of service is: a repeated header, a total, a note, or a
// charge that cannot be placed.
func (r *reader) unplaced() (claim.UnreadKind, string) {
	text := r.cell(r.column[claim.FieldFrom])
	code := r.know.readCode(r.cell(r.column[claim.FieldCode]))
	switch {
	case r.repeatsHeader():
		return claim.RepeatedHeader, "the header again"
	case r.revenueOnly():
		return claim.RevenueOnly, noProcedure
	case r.isTotal(claim.FieldCode):
		return claim.TotalRow, "a total"
	case r.kindOf(r.column[claim.FieldFrom]) == grid.NoValue:
		return claim.Unreadable, "the date of service is a formula without its value: open the workbook in a spreadsheet program and save it"
	case r.isTitle():
		return claim.NoteRow, titleAgain
	case r.isRule():
		return claim.NoteRow, "a line of dashes"
	case !code.code.Shaped() && r.amountsAlone():
		return claim.TotalRow, "amounts without a patient, a date and a code"
	case code.kind == claim.PaymentRow:
		return code.kind, "a payment, not a charge"
	case code.kind != "":
		return code.kind, "no service: the code column holds what is never sent to a payer"
	case len(r.holding()) == 1 && !code.code.Shaped(), !r.chargesAnything() && r.why == "":
		return claim.NoteRow, noteAlone
	case text == "":
		return claim.Unreadable, "the date of service is blank"
	}
	if r.why != "" {
		return claim.Unreadable, "the date of service cannot be read: " + r.why
	}
	return claim.Unreadable, "the date of service cannot be read: expected " + expectedDOS
}

// repeatsHeader tells whether the row is the header again: each name in its own column, or most of the
// cells in theirs and no name in another.
func (r *reader) repeatsHeader() bool {
	for h := range r.headers {
		header := &r.headers[h]
		same, moved := 0, false
		for _, i := range r.holding() {
			key := headerKey(r.row.Cells[i])
			if key != "" && header.has(i, key) {
				same++
			} else {
				moved = moved || header.all[key]
			}
		}
		if same >= 2 && 2*same >= len(r.holding()) && !moved {
			return true
		}
	}
	return false
}

// isTotal tells whether a cell begins with a word such as "Total", and the cells of the fields
// named hold nothing else. What is told in a narrative is not asked.
func (r *reader) isTotal(blank ...claim.Field) bool {
	for _, f := range blank {
		if text := r.cell(r.column[f]); text != "" && r.know.rowWord(text) != claim.TotalRow {
			return false
		}
	}
	for _, i := range r.holding() {
		if i != r.column[claim.FieldNarrative] && r.know.rowWord(r.cell(i)) == claim.TotalRow {
			return true
		}
	}
	return false
}

// rowWord is the kind of row that a text begins, by its first word, its first two or first three.
func (k *knowledge) rowWord(text string) claim.UnreadKind {
	key := make([]byte, 0, 24)
	words := 0
	for i := range len(text) + 1 {
		if i < len(text) && isAlnum(text[i]) {
			if len(key) == cap(key) {
				return ""
			}
			key = append(key, upper(text[i]))
			continue
		}
		if kind := k.rowWords[string(key)]; kind != "" {
			return kind
		}
		if words++; words == 3 {
			return ""
		}
	}
	return ""
}

// amountsAlone tells whether the row holds numbers and nothing else, none of them a patient or a
// claim: a sum without a word.
func (r *reader) amountsAlone() bool {
	for _, f := range []claim.Field{claim.FieldPatient, claim.FieldFrom, claim.FieldCode, claim.FieldClaim} {
		if r.cell(r.column[f]) != "" {
			return false
		}
	}
	for _, i := range r.holding() {
		if _, err := claim.ParseCents(r.cell(i)); err != nil {
			return false
		}
	}
	return true
}

// chargesAnything tells whether the row has a code, units or a charge.
func (r *reader) chargesAnything() bool {
	for _, f := range []claim.Field{claim.FieldCode, claim.FieldUnits, claim.FieldCharge} {
		if r.cell(r.column[f]) != "" {
			return true
		}
	}
	return false
}

// kindOf is what a cell of a workbook's row holds.
func (r *reader) kindOf(column int) grid.Kind {
	if column < 0 || column >= len(r.row.Kinds) {
		return grid.Text
	}
	return r.row.Kinds[column]
}

// cell is a cell of the row less blanks around it; "" where the table or the row has none.
func (r *reader) cell(column int) string {
	if column < 0 || column >= len(r.row.Cells) {
		return ""
	}
	return trim(r.row.Cells[column])
}

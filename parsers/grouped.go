package parsers

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// A report may print what belongs to a claim or a patient on its first line alone, as merged cells do.
// What its further lines lack is carried down to them, within the claim: never over a total, and only in
// columns in which the sampled rows have nothing on all further lines.

// grouping is what a grouped report prints once.
type grouping struct {
	patient, claim int   // columns; claim is -1 where there is none
	ofPatient      []int // columns printed on a patient's first line, or on a claim's where levels is false
	ofClaim        []int // columns printed on the first line of each of a patient's claims
	codes          []int
	person         int  // a column that a patient's lines have filled beside the patient: the birth date, else the payer
	levels         bool // a patient stands once above several claims
	field          map[int]claim.Field
}

// group is the claim that the rows are of.
type group struct {
	open   bool
	claim  string
	values map[int]carried
}

type carried struct {
	text string
	kind grid.Kind
}

// carriedFields are what a claim has once. Those behind the day of service are of the line in many
// exports: they must be filled on all first lines to be carried.
var carriedFields = []claim.Field{
	claim.FieldPatient, claim.FieldClaim, claim.FieldBirth, claim.FieldPayer, claim.FieldSequence, claim.FieldBilling, claim.FieldTIN,
	claim.FieldFacility, claim.FieldType, claim.FieldFrequency, claim.FieldReceived, claim.FieldState, claim.FieldOriginal,
	claim.FieldFrom, claim.FieldTo, claim.FieldRendering, claim.FieldPOS, claim.FieldAuth, claim.FieldDiagnoses,
}

// mustFill tells whether the field is carried only where every first line has it.
func mustFill(f claim.Field) bool {
	return slices.Index(carriedFields, f) >= slices.Index(carriedFields, claim.FieldFrom)
}

// person are fields that a line with its own patient would have.
var person = []claim.Field{claim.FieldBirth, claim.FieldPayer}

// lineOf is a sampled row that bills a code, as a grouped report has it.
type lineOf struct {
	row    *grid.Row
	starts bool // see grouping.starts
	anew   bool // it names another claim than the row before
	named  bool // it names a claim
}

func cellOf(row *grid.Row, column int) string {
	if column < 0 || column >= len(row.Cells) {
		return ""
	}
	return trim(row.Cells[column])
}

// findGroups tells from the sampled rows whether the table is a grouped report, and carries down in them.
func (t *Table) findGroups(below []grid.Row) {
	g := &grouping{patient: -1, claim: -1, person: -1, field: map[int]claim.Field{}}
	for i := range t.Columns {
		c := &t.Columns[i]
		f, isField := c.slot.field()
		switch {
		case c.Field == "" || !isField:
			continue
		case f == claim.FieldPatient:
			g.patient = i
		case f == claim.FieldClaim:
			g.claim = i
		case f == claim.FieldCode:
			g.codes = append(g.codes, i)
		}
		if f == claim.FieldBirth || f == claim.FieldPayer && g.person < 0 {
			g.person = i
		}
		if c.Set == 0 && slices.Contains(carriedFields, f) {
			g.field[i] = f
		}
	}
	lines := g.lines(t.know, below)
	if g.patient < 0 || len(lines) < 2 || !slices.ContainsFunc(lines, func(l lineOf) bool { return !l.starts }) {
		return
	}
	if !g.decide(lines) {
		t.mayBeGrouped(lines)
		return
	}
	t.groups = g
	state := group{}
	for i := range below {
		if filled := g.fill(t.know, &state, &below[i]); len(filled) > 0 {
			g.carryDown(&below[i], &state, filled)
		}
	}
}

// lines are the sampled rows with a code.
func (g *grouping) lines(k *knowledge, below []grid.Row) (lines []lineOf) {
	last := ""
	for i := range below {
		row := &below[i]
		if !g.bills(k, row) {
			continue
		}
		number := cellOf(row, g.claim)
		anew := number != "" && number != last
		lines = append(lines, lineOf{row, g.starts(row, anew), anew, number != ""})
		if number != "" {
			last = number
		}
	}
	return lines
}

// starts tells whether a row is the first of a patient or claim: it names a patient, or has a claim of its
// own and says whose, though the patient's number is missing.
func (g *grouping) starts(row *grid.Row, anew bool) bool {
	return cellOf(row, g.patient) != "" || anew && cellOf(row, g.person) != ""
}

// bills tells whether a row has what may be a code.
func (g *grouping) bills(k *knowledge, row *grid.Row) bool {
	return slices.ContainsFunc(g.codes, func(c int) bool {
		text := cellOf(row, c)
		return strings.ContainsAny(text, "0123456789") && k.rowWord(text) == "" && headerKey(text) != "" && len(text) >= len("100")
	})
}

// ends tells whether a row is a total, behind which nothing is carried.
func (g *grouping) ends(k *knowledge, row *grid.Row) bool {
	for _, cell := range row.Each() {
		if k.rowWord(trim(cell)) == claim.TotalRow {
			return true
		}
	}
	return false
}

// decide tells whether the lines are of a grouped report, and finds the columns that it prints once.
func (g *grouping) decide(lines []lineOf) bool {
	further, others, again := g.count(lines)
	if !lines[0].starts || again > 0 || further*leastFurther < len(lines) {
		return false
	}
	if g.levels = others > 0; g.levels && (further < 3 || g.repeatsPatient(lines)) {
		return false
	}
	support := g.claim >= 0 && !g.levels
	for column, f := range g.field {
		once, filled := g.once(lines, column, startsPatient)
		onceAClaim, _ := g.once(lines, column, startsClaim)
		switch {
		case slices.Contains(person, f) && filled > 0 && !once && (!g.levels || !onceAClaim):
			return false
		case once && filled == countStarts(lines) && slices.Contains(person, f):
			support = true
		}
	}
	return support && g.choose(lines)
}

// count counts the further lines of a claim, those among them that begin a claim of their own without a
// patient, and the first lines that say again what the line before them does.
func (g *grouping) count(lines []lineOf) (further, others, again int) {
	first := lines[0].row
	for i, l := range lines {
		switch {
		case !l.starts:
			further++
			if l.anew {
				others++
			}
			continue
		case i > 0 && l.named && !l.anew && g.sameSending(first, l.row),
			i > 0 && g.claim < 0 && cellOf(l.row, g.patient) == cellOf(lines[i-1].row, g.patient):
			again++
		}
		first = l.row
	}
	return further, others, again
}

// sameSending tells whether two first lines under one claim number are of one claim: a claim that is sent
// again, corrected or to another payer, differs in what a claim has once.
func (g *grouping) sameSending(a, b *grid.Row) bool {
	for column, f := range g.field {
		if !mustFill(f) && cellOf(a, column) != cellOf(b, column) {
			return false
		}
	}
	return true
}

// repeatsPatient tells whether a first line has the patient of the line before it.
func (g *grouping) repeatsPatient(lines []lineOf) bool {
	for i := 1; i < len(lines); i++ {
		if lines[i].starts && cellOf(lines[i].row, g.patient) == cellOf(lines[i-1].row, g.patient) {
			return true
		}
	}
	return false
}

// leastFurther is how many lines have at least one further line of a claim among them.
const leastFurther = 20

func countStarts(lines []lineOf) (n int) {
	for _, l := range lines {
		if l.starts {
			n++
		}
	}
	return n
}

func startsPatient(l lineOf) bool { return l.starts }
func startsClaim(l lineOf) bool   { return l.starts || l.anew }

// once tells whether a column is blank on all but the first lines, and on how many of those it is not.
func (g *grouping) once(lines []lineOf, column int, first func(lineOf) bool) (once bool, filled int) {
	once = true
	for _, l := range lines {
		switch has := cellOf(l.row, column) != ""; {
		case has && first(l):
			filled++
		case has:
			once = false
		}
	}
	return once, filled
}

// choose finds the columns that are carried; false where the patient is not among them. Of the diagnoses,
// in whatever order they stand, one must be filled where it may be; the others are carried with it.
func (g *grouping) choose(lines []lineOf) bool {
	diagnoses := false
	for column, f := range g.field {
		diagnoses = diagnoses || f == claim.FieldDiagnoses && g.carries(lines, column, true) != nil
	}
	for _, column := range slices.Sorted(maps.Keys(g.field)) {
		f := g.field[column]
		beside := f == claim.FieldDiagnoses && diagnoses
		if to := g.carries(lines, column, mustFill(f) && !beside); to != nil {
			*to = append(*to, column)
		}
	}
	return slices.Contains(g.ofPatient, g.patient)
}

// carries is the list that a column belongs to: of those printed once a patient, or once a claim; nil for
// neither. One that must be filled is so on every line where it may be.
func (g *grouping) carries(lines []lineOf, column int, must bool) *[]int {
	once, filled := g.once(lines, column, startsPatient)
	least, to := countStarts(lines), &g.ofPatient
	if !once && g.levels {
		once, filled = g.once(lines, column, startsClaim)
		least, to = 0, &g.ofClaim
		for _, l := range lines {
			if startsClaim(l) {
				least++
			}
		}
	}
	if !once || filled == 0 || must && filled < least {
		return nil
	}
	return to
}

// mayBeGrouped says so where many lines have no patient, and it cannot be told whose they are.
func (t *Table) mayBeGrouped(lines []lineOf) {
	blank := len(lines) - countStarts(lines)
	if 4*blank >= len(lines) && blank > 1 {
		t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("%d of the first %d lines have no patient: if the report prints it once for several lines, fill it down: whose they are cannot be told", blank, len(lines)))
	}
}

// fill takes what a row prints for the lines below it, and tells which of its blank cells are carried down to.
func (g *grouping) fill(k *knowledge, at *group, row *grid.Row) (filled []int) {
	if row.Err != nil || !g.bills(k, row) {
		at.open = at.open && row.Err == nil && !g.ends(k, row)
		return nil
	}
	number := cellOf(row, g.claim)
	anew := number != "" && number != at.claim
	switch {
	case g.starts(row, anew):
		at.open, at.claim, at.values = true, number, map[int]carried{}
		at.keep(row, g.ofPatient)
		at.keep(row, g.ofClaim)
		return nil
	case !at.open:
		return nil
	case anew && !g.levels:
		at.open = false
		return nil
	case anew:
		at.claim = number
		at.keep(row, g.ofClaim)
	}
	for _, columns := range [][]int{g.ofPatient, g.ofClaim} {
		for _, column := range columns {
			if at.values[column].text != "" && cellOf(row, column) == "" {
				filled = append(filled, column)
			}
		}
	}
	return filled
}

// keep keeps the row's cells in the columns; what is blank is blank for the lines below too.
func (at *group) keep(row *grid.Row, columns []int) {
	for _, column := range columns {
		kind := grid.Text
		if column < len(row.Kinds) {
			kind = row.Kinds[column]
		}
		at.values[column] = carried{strings.Clone(cellOf(row, column)), kind}
	}
}

// carryDown puts what the claim has into the columns of a row of its own cells.
func (g *grouping) carryDown(row *grid.Row, at *group, filled []int) {
	for _, column := range filled {
		row.Fill(column, at.values[column].text, at.values[column].kind)
	}
}

// carry fills the row from the claim's first line.
func (r *reader) carry(row *grid.Row) *grid.Row {
	filled := r.groups.fill(r.know, &r.group, row)
	if len(filled) == 0 {
		return row
	}
	r.room.Copy(row)
	r.groups.carryDown(&r.room, &r.group, filled)
	r.room.Wrapped = true // what is carried may be
	for _, column := range filled {
		r.mend(r.groups.field[column], carriedDown, "")
	}
	return &r.room
}

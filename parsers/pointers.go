package parsers

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// countPointers tells from where the diagnosis pointers of the table count: by the sampled rows where those
// are all or prove it, else by the whole table.
func (t *Table) countPointers(below []grid.Row) error {
	p := &t.plan
	if len(p.points) == 0 {
		return nil
	}
	if len(p.diags) == 0 {
		for _, column := range p.points {
			c := &t.Columns[column]
			c.Field, c.Why = "", "points at diagnoses, and no column holds them"
		}
		p.points = nil
		return nil
	}
	if !p.told {
		var err error
		if p.zero, err = t.countFrom([]*plan{p}, below, t.Columns[p.points[0]].Header); err != nil {
			return err
		}
	}
	from := 1
	if p.zero {
		from = 0
	}
	t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("a line has the diagnoses that column %q points at, counted from %d (or A)", t.Columns[p.points[0]].Header, from))
	return nil
}

// countFrom tells whether the pointers of the plans, whose first column has that header, count from 0.
func (t *Table) countFrom(plans []*plan, below []grid.Row, header string) (zero bool, err error) {
	var seen pointerCount
	var readers []*reader
	for _, p := range plans {
		if len(p.points) > 0 {
			readers = append(readers, &reader{plan: p, know: t.know})
		}
	}
	see := func(row *grid.Row) {
		for _, r := range readers {
			seen.see(r, row)
		}
	}
	for i := range below {
		see(&below[i])
	}
	if (t.pages == nil || !t.pages.ended) && !seen.tells() {
		seen = pointerCount{}
		if err := t.plan.survey.walk(t, see); err != nil {
			return false, err
		}
	}
	zero, decided := seen.fromZero()
	if !decided {
		return false, &headerError{fatal: true,
			what: fmt.Sprintf("the diagnosis pointers of column %q count from 0 in some rows and from 1 in others (row %d points at 0)", header, seen.firstZero),
			help: fmt.Sprintf("say which it is with --map 'DxPointer0=%s' (from 0) or --map 'DxPointer=%s' (from 1)", header, header)}
	}
	return zero, nil
}

// pointerCount is what rows tell of where their pointers count from: rows that point at 0 first, which only
// a count from 0 explains, and those that point at as many diagnoses as they have, which only a count from
// 1 does.
type pointerCount struct{ rows, zero, last, firstZero int }

func (c *pointerCount) see(r *reader, row *grid.Row) {
	r.row, r.line = row, r.blank
	r.diagnoses()
	if len(r.line.Faults) > 0 {
		return
	}
	first, highest := r.pointedAt()
	if first < 0 {
		return
	}
	c.rows++
	if first == 0 {
		c.zero++
		if c.firstZero == 0 {
			c.firstZero = row.Number
		}
	}
	if highest > 0 && r.diagnosisAt(highest-1) != 0 && r.diagnosisAt(highest) == 0 {
		c.last++
	}
}

// pointedAt are the first place that the row points at, and the highest; -1 for the first where there is
// none or a cell is damaged.
func (r *reader) pointedAt() (first, highest int) {
	first = -1
	for i, column := range r.points {
		text := r.cell(column)
		if text == "" || r.know.isAbsent(text, false) || i > 0 && isZeros(text) {
			continue
		}
		numbers, ok := readPointers(text)
		if !ok || i == 0 && strings.Contains(text, ".") && len(numbers) != 1 {
			return -1, 0
		}
		for j, p := range numbers {
			if !p.letter {
				highest = max(highest, p.at)
			}
			if i == 0 && j == 0 && (len(numbers) == 1 || numbers[1].at != 0) {
				first = p.at
			}
		}
	}
	return first, highest
}

// enoughPointers is how many sampled rows that only one count explains tell it for the whole column.
const enoughPointers = 20

func (c *pointerCount) tells() bool {
	return c.zero == 0 && c.last >= enoughPointers || c.last == 0 && c.zero >= enoughPointers && 2*c.zero >= c.rows
}

// fromZero is whether the pointers count from 0. That moves every diagnosis, and so most rows have to say so;
// cells that say otherwise are faults of their own. Undecided is a column of which too many do.
func (c *pointerCount) fromZero() (zero, decided bool) {
	switch {
	case c.zero*10 < c.rows, c.zero == 0, c.last >= 2*c.zero:
		return false, true
	case 2*c.zero >= c.rows && c.last*10 <= c.zero:
		return true, true
	}
	return false, false
}

const expectedPointers = "pointers to diagnoses that the line has, such as A, 1 or 1:2"

// pointer is one of a cell's: a number, or a letter, which counts from 1.
type pointer struct {
	at     int
	letter bool
}

// mostRunTogether is how many pointers stand in a cell without marks: a line has four.
const mostRunTogether = 4

// readPointers reads a cell of pointers: letters A to L, or numbers, parted or run together (ABC, 1:2,
// 123). False when the cell holds anything else: a date or a time that a spreadsheet made of them.
func readPointers(cell string) (found []pointer, ok bool) {
	text, _ := unwrap(cell)
	if number, how := wholeNumber(text); how == rewritten {
		text = number
	}
	letters, digits := false, false
	for part := range strings.FieldsFuncSeq(text, isSeparator) {
		if len(part) == 2 && isDigits(part) && (part[0] == '1' && (part[1] == '0' || part[1] == '1') || len(part) < len(text)) {
			found, digits = append(found, pointer{at: int(part[0]-'0')*10 + int(part[1]-'0')}), true
			continue
		}
		if isDigits(part) && len(part) > mostRunTogether {
			return nil, false
		}
		for i := range len(part) {
			switch b := upper(part[i]); {
			case isDigit(b):
				found, digits = append(found, pointer{at: int(b - '0')}), true
			case 'A' <= b && b <= 'L':
				found, letters = append(found, pointer{int(b-'A') + 1, true}), true
			default:
				return nil, false
			}
		}
	}
	return found, !letters || !digits
}

// isTime tells whether a spreadsheet wrote two pointers, 2:3, as the time of day that they look like.
func isTime(text string) bool {
	return len(text) == len("2:03") && text[1] == ':' && text[2] == '0' && isDigit(text[0]) && isDigit(text[3])
}

// withoutPadding is the pointers less the zeros that say that there are no more: 1,2,0,0. Where they count
// from 0 one 0 behind others points at the first diagnosis.
func (r *reader) withoutPadding(text string, found []pointer) []pointer {
	n := len(found)
	for n > 0 && found[n-1] == (pointer{}) {
		n--
	}
	switch {
	case n == len(found), n == 0 && len(found) == 1, r.zero && n == len(found)-1:
		return found
	case r.zero && n == 0:
		n = 1
	}
	r.mend(claim.FieldDiagnoses, pointerZeros, text)
	return found[:n]
}

// point keeps of the diagnoses the claim has those that the line points at, in that order. A pointer at
// none leaves the line's diagnoses unread.
func (r *reader) point() {
	var claimed [len(claim.Line{}.Dx)]claim.Diagnosis
	n := 0
	for i, column := range r.points {
		text := r.cell(column)
		if text == "" || r.know.isAbsent(text, false) || i > 0 && !r.zero && isZeros(text) {
			continue
		}
		found, ok := readPointers(text)
		if ok && isTime(text) {
			r.mend(claim.FieldDiagnoses, pointerAsTime, text)
		}
		for _, p := range r.withoutPadding(text, found) {
			d := claim.Diagnosis(0)
			if at := p.at; r.zero && !p.letter {
				d = r.diagnosisAt(at)
			} else {
				d = r.diagnosisAt(at - 1)
			}
			if ok = ok && d != 0 && n < len(claimed); !ok {
				break
			}
			if !slices.Contains(claimed[:n], d) {
				claimed[n] = d
				n++
			}
		}
		if !ok {
			r.fault(claim.FieldDiagnoses, text, expectedPointers)
			r.line.Dx = [len(claimed)]claim.Diagnosis{}
			r.line.Given &^= claim.FieldSet(claim.FieldDiagnoses)
			return
		}
	}
	if n > 0 {
		r.line.Dx = claimed
	}
}

// diagnosisAt is the claim's n-th diagnosis, from 0: of columns the n-th column's, else of the list.
func (r *reader) diagnosisAt(n int) claim.Diagnosis {
	switch {
	case n < 0 || n >= len(r.line.Dx):
		return 0
	case len(r.diags) <= 1:
		return r.line.Dx[n]
	case n >= len(r.diags):
		return 0
	}
	return r.diagnosis(r.cell(r.diags[n]))
}

package parsers

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
)

// countPointers tells from the sampled rows whether the diagnosis pointers of the table count from 0:
// they do where a 0 is among them, in the first column of several: a 0 in a later one says that there is none.
func (t *Table) countPointers() {
	p := &t.plan
	if len(p.points) == 0 {
		return
	}
	if len(p.diags) == 0 {
		for _, column := range p.points {
			c := &t.Columns[column]
			c.Field, c.Why = "", "points at diagnoses, and no column holds them"
		}
		p.points = nil
		return
	}
	p.zero = p.zero || !p.told && slices.ContainsFunc(t.Columns[p.points[0]].values, hasZero)
	from := 1
	if p.zero {
		from = 0
	}
	t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("a line has the diagnoses that column %q points at, counted from %d (or A)", t.Columns[p.points[0]].Header, from))
}

func hasZero(text string) bool {
	found := false
	eachPointer(text, func(n int, letter bool) bool {
		found = found || n == 0 && !letter
		return true
	})
	return found
}

const expectedPointers = "pointers to diagnoses that the line has, such as A, 1 or 1:2"

// eachPointer reads a cell of pointers: letters A to L, or numbers, parted or run together (ABC, 1:2,
// 123). A letter counts from 1. False when the cell holds anything else, or take does not want more.
func eachPointer(cell string, take func(n int, letter bool) bool) bool {
	text, _ := unwrap(cell)
	if number, how := wholeNumber(text); how == rewritten {
		text = number
	}
	for part := range strings.FieldsFuncSeq(text, isSeparator) {
		if len(part) == 2 && isDigits(part) && (part[0] == '1' && (part[1] == '0' || part[1] == '1') || len(part) < len(text)) {
			if !take(int(part[0]-'0')*10+int(part[1]-'0'), false) {
				return false
			}
			continue
		}
		for i := range len(part) {
			b := upper(part[i])
			ok := false
			switch {
			case isDigit(b):
				ok = take(int(b-'0'), false)
			case 'A' <= b && b <= 'L':
				ok = take(int(b-'A')+1, true)
			}
			if !ok {
				return false
			}
		}
	}
	return true
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
		ok := eachPointer(text, func(at int, letter bool) bool {
			if at == 0 && !r.zero {
				r.zeroPointer = earlier(r.zeroPointer, r.line.Pos.Row)
			}
			if !r.zero || letter {
				at--
			}
			d := r.diagnosisAt(at)
			if d == 0 || n == len(claimed) {
				return false
			}
			if !slices.Contains(claimed[:n], d) {
				claimed[n] = d
				n++
			}
			return true
		})
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

// settlePointers refuses a table whose pointers turn out to count from 0 after they were read from 1.
func (t *Table) settlePointers(c *counts) error {
	if c.zeroPointer == 0 || t.plan.told {
		return nil
	}
	header := t.Columns[t.plan.points[0]].Header
	return fmt.Errorf("%s: the diagnosis pointers of column %q count from 0 in row %d and not in the rows before: say which it is with --map 'DxPointer0=%s' (from 0) or --map 'DxPointer=%s' (from 1)",
		t.where(), header, c.zeroPointer, header, header)
}

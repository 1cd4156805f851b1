package answers

import (
	"slices"

	"claimaudit/audit/claim"
)

// row is a row of a remittance. It is kept small: there may be as many as lines.
type row struct {
	claim, patient, line uint32 // numbers of texts; 0: the row does not say
	kind                 uint32 // its place among the kinds
	next                 uint32 // the number of the next row of its claim, from 1; 0: there is none
	day                  claim.Date
	payment              uint64 // see claim.Line.Payment
	charge               claim.Cents
	paid, allowed        claim.Cents
	pos                  claim.Pos
	fate                 fate
}

// kind is what many rows have in common.
type kind struct {
	code      claim.Code
	mods      claim.Modifiers
	said      *told
	given     claim.Fields
	ambiguous bool // the day is, see claim.Line.Ambiguous
}

// unreadRow is a row that can be about no line, and why.
type unreadRow struct {
	pos claim.Pos
	why string
}

// shelfRows is how many rows are kept in a piece: a list that grows as a whole needs twice its room.
const shelfRows = 4096

// rowList is rows by number, from 0.
type rowList [][]row

func (l *rowList) add(r *row) {
	last := len(*l) - 1
	if last < 0 || len((*l)[last]) == shelfRows {
		*l, last = append(*l, make([]row, 0, shelfRows)), last+1
	}
	(*l)[last] = append((*l)[last], *r)
}

func (l rowList) at(n uint32) *row { return &l[n/shelfRows][n%shelfRows] }

// count is how many rows there are.
func (l rowList) count() int {
	last := len(l) - 1
	if last < 0 {
		return 0
	}
	return last*shelfRows + len(l[last])
}

// each yields all rows with their numbers.
func (l rowList) each(yield func(uint32, *row) bool) {
	for k := range l {
		for i := range l[k] {
			if !yield(uint32(k*shelfRows+i), &l[k][i]) { // rows are counted in 32 bits
				return
			}
		}
	}
}

// sort puts the rows in order of position, which they are in unless several goroutines read them.
func (l *rowList) sort() {
	ordered, last := true, claim.Pos{}
	for _, r := range l.each {
		ordered = ordered && !r.pos.Before(last)
		last = r.pos
	}
	if ordered {
		return
	}
	all := slices.Concat(*l...)
	slices.SortFunc(all, func(x, y row) int { return x.pos.Compare(y.pos) })
	*l = nil
	for i := range all {
		l.add(&all[i])
	}
}

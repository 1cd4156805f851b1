package engine

import (
	"cmp"
	"sort"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// sortLines puts a patient's lines in order. Exports are mostly in order already, and lines are too
// large to be moved for nothing.
func sortLines(lines []audit.Line) {
	for i := 1; i < len(lines); i++ {
		if compareLines(&lines[i-1], &lines[i]) > 0 {
			sort.Sort(byContent(lines))
			return
		}
	}
}

type byContent []audit.Line

func (ls byContent) Len() int           { return len(ls) }
func (ls byContent) Less(i, k int) bool { return compareLines(&ls[i], &ls[k]) < 0 }
func (ls byContent) Swap(i, k int)      { ls[i], ls[k] = ls[k], ls[i] }

// compareLines orders a patient's lines: by date and claim type, earlier history first, then by
// all that is billed, so that shuffled rows come out alike; the row breaks what ties are left.
func compareLines(a, b *audit.Line) int {
	if c := compareCharges(a, b); c != 0 {
		return c
	}
	return a.Pos.Compare(b.Pos)
}

func compareCharges(a, b *audit.Line) int {
	if c := cmp.Compare(a.From, b.From); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Type, b.Type); c != 0 {
		return c
	}
	if c := audit.CompareBools(b.Context, a.Context); c != 0 {
		return c
	}
	for _, f := range billed {
		if c := f.Compare(&a.Line, &b.Line); c != 0 {
			return c
		}
	}
	return 0
}

// billed is the fields that tell the lines of one day and claim type apart.
var billed = claim.Order()

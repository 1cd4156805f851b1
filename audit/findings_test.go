package audit

import (
	"slices"
	"testing"
)

// TestWhichLines holds that of findings that are chosen the lines are those that they stand for, and no others.
func TestWhichLines(t *testing.T) {
	var briefs Briefs
	rule := &Rule{ID: "one"}
	for _, flood := range []int32{1, 0, 1, 0, 0, 1} { // the last stands for the first and the third
		briefs.Add(rule, Brief{Flood: flood})
	}
	all := NewFloods([]int32{5, 1, 3, 4}, []int32{0, 1, 2, 3, 4}, &briefs, nil)
	for _, c := range []struct{ chosen, lines []int32 }{
		{[]int32{5, 1, 3, 4}, []int32{0, 1, 2, 3, 4}},
		{[]int32{5}, []int32{0, 2}},
		{[]int32{1, 4}, []int32{1, 4}},
		{[]int32{5, 3}, []int32{0, 2, 3}},
		{nil, nil},
	} {
		some := all.Which(func(i int, _ *Brief) bool { return slices.Contains(c.chosen, all.order[i]) })
		lines := some.Lines()
		if !slices.Equal(some.order, c.chosen) || !slices.Equal(lines.order, c.lines) {
			t.Errorf("of %v: findings %v of the lines %v, want those of %v", c.chosen, some.order, lines.order, c.lines)
		}
	}
}

package rules

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// company is the lines of one date of service and claim type: what a line is judged beside. On a
// crowded day it holds an index, so that a rule's work does not grow with the square of the lines.
type company struct {
	lines []audit.Line
	// kinds are one line of each kind, nil when the day is not crowded: beside another line, lines
	// alike in code, modifiers, provider and root cause all say the same.
	kinds []*audit.Line
	// byCode are all lines by code, those of one code in the order of the case.
	byCode []*audit.Line
}

// crowd is the number of lines a day may have before it is worth an index; few days have ten.
const crowd = 32

func companyOf(day []audit.Line) company {
	if len(day) <= crowd {
		return company{lines: day}
	}
	d := company{lines: day, byCode: make([]*audit.Line, len(day))}
	for i := range day {
		d.byCode[i] = &day[i]
	}
	d.kinds = slices.Clone(d.byCode)
	slices.SortStableFunc(d.byCode, func(a, b *audit.Line) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortStableFunc(d.kinds, compareKinds)
	d.kinds = slices.CompactFunc(d.kinds, func(a, b *audit.Line) bool { return compareKinds(a, b) == 0 })
	return d
}

func compareKinds(a, b *audit.Line) int {
	if c := cmp.Compare(a.Code, b.Code); c != 0 {
		return c
	}
	root := func(l *audit.Line) int {
		if l.Root {
			return 1
		}
		return 0
	}
	return cmp.Or(
		slices.Compare(a.Mods[:], b.Mods[:]),
		strings.Compare(a.Rendering, b.Rendering),
		strings.Compare(a.TIN, b.TIN),
		cmp.Compare(root(a), root(b)),
	)
}

// each yields the lines another can be beside: all of them, or one of each kind.
func (d *company) each(yield func(*audit.Line) bool) {
	if d.kinds != nil {
		for _, l := range d.kinds {
			if !yield(l) {
				return
			}
		}
		return
	}
	for i := range d.lines {
		if !yield(&d.lines[i]) {
			return
		}
	}
}

// of are the lines billed with the code.
func (d *company) of(code claim.Code) billing {
	if d.byCode == nil {
		return billing{code: code, lines: d.lines}
	}
	byCode := func(l *audit.Line, code claim.Code) int { return cmp.Compare(l.Code, code) }
	first, _ := slices.BinarySearchFunc(d.byCode, code, byCode)
	last, _ := slices.BinarySearchFunc(d.byCode[first:], code+1, byCode)
	return billing{found: d.byCode[first : first+last]}
}

// billing is the lines of one code on one day: found, or to be found among lines.
type billing struct {
	code  claim.Code
	lines []audit.Line
	found []*audit.Line
}

// each yields the lines in the order of the case.
func (b billing) each(yield func(*audit.Line) bool) {
	for _, l := range b.found {
		if !yield(l) {
			return
		}
	}
	for i := range b.lines {
		if b.lines[i].Code == b.code && !yield(&b.lines[i]) {
			return
		}
	}
}

// other is another line of the code that day by the same provider, of the kind.
func other(l *audit.Line, day *company, kind func(*audit.Line) bool) *audit.Line {
	for m := range day.of(l.Code).each {
		if m != l && kind(m) && audit.Providers(l, m) == audit.SameProvider {
			return m
		}
	}
	return nil
}

// any tells whether there is a line at all.
func (b billing) any() bool {
	for range b.each {
		return true
	}
	return false
}

// beside is the shape of a check that looks at one line and the company it is in. History lines
// are company and are not looked at themselves.
func beside(check func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	var idle sync.Pool // a company is made once for each goroutine, not for each day
	return func(c *audit.Case, report func(audit.Finding)) {
		day, ok := idle.Get().(*company)
		if !ok {
			day = &company{}
		}
		for n := range c.NumDays() {
			lines := c.Day(n)
			*day = companyOf(lines)
			for i := range lines {
				if !lines[i].Context {
					check(c, &lines[i], day, report)
				}
			}
		}
		*day = company{}
		idle.Put(day)
	}
}

// lower is the severity of a finding between two providers: as it is for the same one, review for
// another of the same group, whose specialty is not known, and none for a stranger.
func lower(s audit.Severity, between audit.Relation) audit.Severity {
	switch between {
	case audit.SameProvider:
		return s
	case audit.SameGroup:
		return audit.Review
	}
	return 0
}

// billedAs is how a line is billed: 64483-RT.
func billedAs(l *audit.Line) string {
	if l.Mods.Count() == 0 {
		return l.Code.String()
	}
	return l.Code.String() + "-" + l.Mods.String()
}

// quantity is a number of units in words.
func quantity(u claim.Units) string {
	if u == claim.One {
		return "1 unit"
	}
	return u.String() + " units"
}

// isMedicare tells whether the line goes to Medicare or to a Medicare Advantage plan.
func isMedicare(l *audit.Line) bool {
	return l.Payer == claim.Medicare || l.Payer == claim.MedicareAdvantage
}

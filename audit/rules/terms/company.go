package terms

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Company is the lines of one date of service, claim type and payer: what a line is judged beside. On a
// crowded day it holds an index, so that a rule's work does not grow with the square of the lines.
type Company struct {
	Lines []audit.Line
	// whole is the company of the date and claim type, whoever pays; nil where that is the same.
	whole *Company
	// kinds are one line of each kind, nil when the day is not crowded: beside another line, lines
	// alike in code, modifiers, provider and root cause all say the same.
	kinds []*audit.Line
	// byCode are all lines by code, those of one code in the order of the case.
	byCode []*audit.Line
}

// Crowd is the number of lines a day may have before it is worth an index; few days have ten.
const Crowd = 32

// CompanyOn is the company that the lines of the n-th of the case's days are in.
func CompanyOn(c *audit.Case, n int) Company {
	d, whole := CompanyOf(c.Day(n)), c.WholeDay(n)
	if len(whole) > len(d.Lines) {
		all := CompanyOf(whole)
		d.whole = &all
	}
	return d
}

// Whole is the lines of the day whoever is to pay for them: where something is missing it is looked for
// here, because a payer's editor asks whether it was done.
func (d *Company) Whole() *Company {
	if d.whole == nil {
		return d
	}
	return d.whole
}

// CompanyOf is the company that lines alone are in.
func CompanyOf(day []audit.Line) Company {
	if len(day) <= Crowd {
		return Company{Lines: day}
	}
	d := Company{Lines: day, byCode: make([]*audit.Line, len(day))}
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
		strings.Compare(a.Billing, b.Billing),
		cmp.Compare(root(a), root(b)),
		cmp.Compare(a.Doubt, b.Doubt),
	)
}

// Indexed tells whether the day is crowded enough to hold an index.
func (d *Company) Indexed() bool { return d.kinds != nil }

// Each yields the lines another can be beside: all of them, or one of each kind.
func (d *Company) Each(yield func(*audit.Line) bool) {
	if d.kinds != nil {
		for _, l := range d.kinds {
			if !yield(l) {
				return
			}
		}
		return
	}
	for i := range d.Lines {
		if !yield(&d.Lines[i]) {
			return
		}
	}
}

// Of are the lines billed with the code.
func (d *Company) Of(code claim.Code) Billing {
	if d.byCode == nil {
		return Billing{code: code, lines: d.Lines}
	}
	byCode := func(l *audit.Line, code claim.Code) int { return cmp.Compare(l.Code, code) }
	first, _ := slices.BinarySearchFunc(d.byCode, code, byCode)
	last, _ := slices.BinarySearchFunc(d.byCode[first:], code+1, byCode)
	return Billing{found: d.byCode[first : first+last]}
}

// Billing is the lines of one code on one day: found, or to be found among lines.
type Billing struct {
	code  claim.Code
	lines []audit.Line
	found []*audit.Line
}

// Each yields the lines in the order of the case.
func (b Billing) Each(yield func(*audit.Line) bool) {
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

// Other is another line of the code that day by the same provider, of the kind.
func Other(l *audit.Line, day *Company, kind func(*audit.Line) bool) *audit.Line {
	for m := range day.Of(l.Code).Each {
		if m != l && kind(m) && Providers(l, m) == audit.SameProvider {
			return m
		}
	}
	return nil
}

// Any tells whether there is a line at all.
func (b Billing) Any() bool {
	for range b.Each {
		return true
	}
	return false
}

// Beside is the shape of a check that looks at one line and the company it is in. History lines
// are company, and looked at themselves where the company has other lines.
func Beside(check func(c *audit.Case, l *audit.Line, day *Company, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	var idle sync.Pool // a company is made once for each goroutine, not for each day
	return func(c *audit.Case, report func(audit.Finding)) {
		day, ok := idle.Get().(*Company)
		if !ok {
			day = &Company{}
		}
		of := -1
		for n, l := range c.Asked {
			if l.Context && !audit.AnyNew(c.Day(n)) {
				continue
			}
			if n != of {
				*day, of = CompanyOn(c, n), n
			}
			check(c, l, day, report)
		}
		*day = Company{}
		idle.Put(day)
	}
}

// Lower is the severity of a finding between two providers: as it is for the same one, review for
// another of the same group, whose specialty is not known, and none for a stranger.
func Lower(s audit.Severity, between audit.Relation) audit.Severity {
	switch between {
	case audit.SameProvider:
		return s
	case audit.SameGroup:
		return audit.Review
	}
	return 0
}

// BilledAs is how a line is billed: 64483-RT.
func BilledAs(l *audit.Line) string {
	code := l.Code.String()
	if code == "" {
		code = "a line without a code"
	}
	if l.Mods.Count() == 0 {
		return code
	}
	return code + "-" + l.Mods.String()
}

// Quantity is a number of units in words.
func Quantity(u claim.Units) string {
	if u == claim.One {
		return "1 unit"
	}
	return u.String() + " units"
}

// IsMedicare tells whether the line goes to Medicare or to a Medicare Advantage plan.
func IsMedicare(l *audit.Line) bool {
	return l.Payer == claim.Medicare || l.Payer == claim.MedicareAdvantage
}

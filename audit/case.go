package audit

import (
	"iter"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Line is a claim line in its case: what was billed and what the catalogue knows of the code.
type Line struct {
	claim.Line
	// Known is the catalogue's entry of Code; nil when the code is not listed or there is none.
	Known *catalog.Entry
	// Context says that the line is earlier history: seen beside the others, and reported on only where
	// one of these makes it wrong.
	Context bool
	// Root says that a root-cause rule has reported the line; Code is then what it should have
	// been billed as, where that is known (see Billed for what was).
	Root bool
	// Gap says that a row of the line's claim, or of the patient's day, could not be read.
	Gap bool
	// Span is the span of days that the line stands for a day of; nil for a line of one day, which is
	// itself.
	Span *Span
	// Copies are the lines by which the same service was sent to other payers: they are left out.
	Copies []*Line
	// Gone says that a later export has the line's claim without it: nobody knows whether it was deleted.
	Gone bool
	// Doubt marks lines of claims of which it cannot be told whether one corrects or repeats the other: see
	// Doubtful. Zero for none.
	Doubt uint32
}

// Unjudged takes from the line all but what was billed.
func (l *Line) Unjudged() {
	l.Known, l.Context, l.Root, l.Gap, l.Span, l.Copies, l.Gone, l.Doubt = nil, false, false, false, nil, nil, false, 0
}

// DoubtOf is the mark of the n-th of some claims that are in doubt together.
func DoubtOf(claims uint32, n int) uint32 { return (claims+1)<<doubtBits | uint32(n)&(1<<doubtBits-1) }

const doubtBits = 8

// Doubtful tells whether two lines are of claims of which it cannot be told whether one corrects or
// repeats the other, so that they are not compared.
func Doubtful(a, b *Line) bool {
	return a.Doubt != b.Doubt && a.Doubt>>doubtBits == b.Doubt>>doubtBits
}

// MayRepeat tells whether two lines are of different claims of which one may be a surgery centre's, so that
// what is found by comparing them is for a person to look at.
func MayRepeat(a, b *Line) bool {
	return a.Doubt != 0 && a.Doubt>>doubtBits == b.Doubt>>doubtBits && a.Claim != b.Claim
}

// In tells whether the line's code belongs to the group on its date of service.
func (l *Line) In(g catalog.Group) bool { return l.Known.In(g, l.From) }

// Scope is whose CMS tables judge the line: by its payer's program and its claim type.
func (l *Line) Scope() catalog.Scope { return catalog.ScopeOf(l.Payer, l.Type) }

// Provider is who the line counts for: the rendering NPI, else the billing one; blank where neither
// is given.
func (l *Line) Provider() string {
	if l.Rendering != "" {
		return l.Rendering
	}
	return l.Billing
}

// Case is all the lines of one patient, or one line that has no patient. Rules read it and change
// nothing.
type Case struct {
	// Lines are in order of date of service, claim type, then content (claim, code, modifiers,
	// units, charge), then position: shuffling the input does not change their order.
	Lines   []Line
	Catalog *catalog.Catalog
	// AsOf is the day the audit looks from; for dates in the future only.
	AsOf claim.Date
	// Sources are the tables the lines came from.
	Sources []claim.Source
	// Since is the first date of service in all inputs, but for a few lines of long before: history
	// before it was not seen.
	Since claim.Date
	// Groups are the groups any line belongs to.
	Groups catalog.Groups
	// Settings are the parts of the configuration rules read.
	Settings *Settings

	days  []day
	asked []int32
}

// day is lines that can bundle with each other: where they end in Lines, and where the lines of the
// date and claim type begin and end, whoever is to pay for them.
type day struct{ end, first, last int }

// Settings are what a practice may configure for the rules.
type Settings struct {
	// TimelyFiling is the number of days after the date of service within which a payer must
	// receive a claim, by kind of payer; no entry, no check.
	TimelyFiling map[claim.Payer]int
	// ClaimTypes say whose claims a biller's are where the export does not, by TIN or NPI; under Unnumbered of
	// lines without any, under Rest of all of whom nothing else is said.
	ClaimTypes map[string]claim.Type
}

// The billers without a number.
const (
	Unnumbered = "none"
	Rest       = ""
)

// Evidence is by what it was told whose claims a biller's are.
type Evidence int

// The kinds of evidence.
const (
	LinesTell    Evidence = iota // the lines do
	NothingTells                 // nothing: all lines are in a surgery centre, and are taken as the doctor's
	BothSeem                     // they seem to be the doctor's and the centre's own, and which is which cannot be told
)

// Biller is whose claims a biller's were taken for, where the export does not say.
type Biller struct {
	Number   string // TIN or NPI; blank where no number is given
	Lines    int
	Type     claim.Type
	Evidence Evidence
}

// Days are the case's lines by date of service, claim type and payer, in order: the lines that can
// bundle with each other, because a payer judges what was sent to it. Lines of different claim types
// are never together; those that name no payer are with the day's one payer, where there is but one.
func (c *Case) Days() iter.Seq[[]Line] {
	return func(yield func([]Line) bool) {
		for i := range c.NumDays() {
			if !yield(c.Day(i)) {
				return
			}
		}
	}
}

// NumDays is how many Days the case has. With Day it is the form of Days for the shapes all rules
// share, because it makes no garbage.
func (c *Case) NumDays() int { return len(c.days) }

// Day is the lines of the i-th of the case's Days.
func (c *Case) Day(i int) []Line {
	start := 0
	if i > 0 {
		start = c.days[i-1].end
	}
	return c.Lines[start:c.days[i].end:c.days[i].end]
}

// WholeDay is the lines of the date and claim type of the i-th of the case's Days, whoever is to pay
// for them: what shows that something was done at all, and what counts over time.
func (c *Case) WholeDay(i int) []Line {
	d := c.days[i]
	return c.Lines[d.first:d.last:d.last]
}

// AnyNew tells whether some lines are not all earlier history. Where they are, nothing is reported.
func AnyNew(lines []Line) bool {
	for i := range lines {
		if !lines[i].Context {
			return true
		}
	}
	return false
}

// EndsWholeDay tells whether the i-th of the case's Days is the last of its date and claim type, so
// that each WholeDay is met once.
func (c *Case) EndsWholeDay(i int) bool { return c.days[i].end == c.days[i].last }

// SetLines makes these the case's lines, which are in their order, and parts them into days. On a day
// of several payers it puts the lines of each together.
func (c *Case) SetLines(lines []Line) {
	c.Lines, c.asked = lines, nil
	c.days = c.days[:0]
	for first, last := 0, 0; first < len(lines); first = last {
		for last++; last < len(lines) && sameDay(&lines[last-1], &lines[last]); last++ {
		}
		if onePayer(lines[first:last]) {
			c.days = append(c.days, day{last, first, last})
			continue
		}
		for _, end := range partByPayer(lines[first:last]) {
			c.days = append(c.days, day{first + end, first, last})
		}
	}
}

// Ask says by their places, in order, which lines the rule that is shown the case next can report.
func (c *Case) Ask(lines []int32) { c.asked = lines }

// Asked yields the lines that a rule can report, each with the number of its day; where nobody has said
// which, all of them. The others are company.
func (c *Case) Asked(yield func(n int, l *Line) bool) {
	n := 0
	if c.asked == nil {
		for i := range c.Lines {
			for i >= c.days[n].end {
				n++
			}
			if !yield(n, &c.Lines[i]) {
				return
			}
		}
		return
	}
	for _, i := range c.asked {
		for int(i) >= c.days[n].end {
			n++
		}
		if !yield(n, &c.Lines[i]) {
			return
		}
	}
}

func sameDay(a, b *Line) bool { return a.From == b.From && a.Type == b.Type }

// CompareBools orders what does not hold before what does.
func CompareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// HasColumn tells whether the line's source has a column for the field at all.
func (c *Case) HasColumn(l *Line, f claim.Field) bool {
	return c.Sources[l.Pos.Input].Columns.Has(f)
}

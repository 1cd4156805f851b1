package hold

import (
	"cmp"
	"maps"
	"slices"

	"claimaudit/audit/claim"
)

// calendar is on which days a source has how many lines. Those whose date is ambiguous are under both of
// its readings, month first and day first: which of them holds is known only when the source has been
// read to its end.
type calendar struct {
	plain, monthFirst, dayFirst map[claim.Date]int
	// last is the day last met and how many lines it has so far, which the next mostly is too.
	last  claim.Date
	lines int
}

func newCalendar() *calendar {
	return &calendar{plain: map[claim.Date]int{}, monthFirst: map[claim.Date]int{}, dayFirst: map[claim.Date]int{}}
}

func (c *calendar) see(l *claim.Line) {
	switch {
	case l.Ambiguous.Has(claim.FieldFrom):
		c.monthFirst[l.From]++
		c.dayFirst[l.From.SwapDayMonth()]++
	case l.From == c.last:
		c.lines++
	default:
		c.settle()
		c.last, c.lines = l.From, 1
	}
}

// settle counts the day last met.
func (c *calendar) settle() {
	if c.lines > 0 {
		c.plain[c.last] += c.lines
	}
	c.lines = 0
}

// take adds the counts of another.
func (c *calendar) take(d *calendar) {
	d.settle()
	addDays(c.plain, d.plain)
	addDays(c.monthFirst, d.monthFirst)
	addDays(c.dayFirst, d.dayFirst)
}

func addDays(to, from map[claim.Date]int) {
	for day, n := range from {
		to[day] += n
	}
}

// Beginning is where the lines of a run begin.
type Beginning struct {
	// Dense is the first date of service in the first month that has at least a tenth of the lines of a
	// usual one: what is earlier is strays, and says nothing of what else came before.
	Dense claim.Date
	// Strays says that there are lines before it.
	Strays bool
	// First is the first date of service of all; zero where there is no line.
	First claim.Date
}

// Begins is where the lines of all sources begin, once the collectors are closed.
func (b *Body) Begins(sources []claim.Source) Beginning {
	days := map[claim.Date]int{}
	for source, c := range b.calendars {
		addDays(days, c.plain)
		if sources[source].DayFirst.Has(claim.FieldFrom) {
			addDays(days, c.dayFirst)
		} else {
			addDays(days, c.monthFirst)
		}
	}
	return beginningOf(days)
}

// month is the lines of a month, and the first day that has any.
type month struct {
	first claim.Date
	lines int
}

func beginningOf(days map[claim.Date]int) (b Beginning) {
	if len(days) == 0 {
		return b
	}
	var months []month
	for _, day := range slices.Sorted(maps.Keys(days)) {
		if n := len(months); n == 0 || months[n-1].first.FirstOfMonth() != day.FirstOfMonth() {
			months = append(months, month{first: day})
		}
		months[len(months)-1].lines += days[day]
	}
	usual := usualMonth(months)
	dense := slices.IndexFunc(months, func(m month) bool { return m.lines*10 >= usual })
	return Beginning{months[dense].first, dense > 0, months[0].first}
}

// usualMonth is how many lines the month has in which the middle one of all lines lies, by size: months
// of strays, however many, do not make a usual one.
func usualMonth(months []month) int {
	bySize := slices.Clone(months)
	slices.SortFunc(bySize, func(a, b month) int { return cmp.Compare(a.lines, b.lines) })
	all, so := 0, 0
	for _, m := range bySize {
		all += m.lines
	}
	for _, m := range bySize {
		if so += m.lines; 2*so >= all {
			return m.lines
		}
	}
	return 0
}

package parsers

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// DateOrder is the order of day and month in dates such as 3/4/2025.
type DateOrder string

// The orders.
const (
	FileTells  DateOrder = ""
	MonthFirst DateOrder = "mdy"
	DayFirst   DateOrder = "dmy"
)

// dateOrder is what the dates of a column tell of their order: the first row that reads in one order
// only, of each order, and the first whose day differs by the order; and the last day of those in
// each order.
type dateOrder struct {
	monthFirst, dayFirst, either     int32
	latestMonthFirst, latestDayFirst claim.Date
}

func (o *dateOrder) see(layout claim.Layout, row int32, d claim.Date) {
	switch layout {
	case claim.Either:
		if other := d.SwapDayMonth(); other != d {
			o.either = earlier(o.either, row)
			o.latestMonthFirst, o.latestDayFirst = max(o.latestMonthFirst, d), max(o.latestDayFirst, other)
		}
	case claim.MonthFirst:
		o.monthFirst = earlier(o.monthFirst, row)
	case claim.DayFirst:
		o.dayFirst = earlier(o.dayFirst, row)
	}
}

func (o *dateOrder) add(p *dateOrder) {
	o.either = earlier(o.either, p.either)
	o.monthFirst = earlier(o.monthFirst, p.monthFirst)
	o.dayFirst = earlier(o.dayFirst, p.dayFirst)
	o.latestMonthFirst = max(o.latestMonthFirst, p.latestMonthFirst)
	o.latestDayFirst = max(o.latestDayFirst, p.latestDayFirst)
}

func earlier(a, b int32) int32 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// settle decides for each date column whether day or month comes first: as it was told, as the
// column's own dates tell, as the other columns of the table do, or as it must be because no service
// lies in the future. Where nothing tells the table is refused, because either guess may be wrong.
func (t *Table) settle(c *counts, told DateOrder, asOf claim.Date) error {
	var monthFirst, dayFirst, open claim.Fields
	var errs []error
	inSpans := t.plan.column[claim.FieldTo] < 0 && c.orders[claim.FieldTo] != (dateOrder{}) // in the column of the first days
	if inSpans {
		c.orders[claim.FieldFrom].add(&c.orders[claim.FieldTo])
		c.orders[claim.FieldTo] = dateOrder{}
	}
	for f := range claim.NumFields {
		o := c.orders[f]
		switch {
		case o.monthFirst > 0 && o.dayFirst > 0:
			errs = append(errs, t.mixed(f, o))
		case o.monthFirst > 0 && told == DayFirst, o.dayFirst > 0 && told == MonthFirst:
			errs = append(errs, t.otherwise(f, o, told))
		case o.monthFirst > 0:
			monthFirst |= claim.FieldSet(f)
		case o.dayFirst > 0:
			dayFirst |= claim.FieldSet(f)
		case o.either > 0:
			open |= claim.FieldSet(f)
		}
	}
	t.Source.DayFirst = dayFirst
	if open != 0 {
		errs = append(errs, t.follow(c, open, monthFirst, dayFirst, told, asOf))
	}
	if inSpans && t.Source.DayFirst.Has(claim.FieldFrom) {
		t.Source.DayFirst |= claim.FieldSet(claim.FieldTo)
	}
	return errors.Join(errs...)
}

// follow decides for the columns whose own dates do not tell.
func (t *Table) follow(c *counts, open, monthFirst, dayFirst claim.Fields, told DateOrder, asOf claim.Date) error {
	before, after := future(c, open, asOf)
	order, why := told, "as it was told"
	switch {
	case told != FileTells:
	case dayFirst != 0 && monthFirst == 0:
		order, why = DayFirst, "as in the other columns"
	case monthFirst != 0 && dayFirst == 0:
		order, why = MonthFirst, "as in the other columns"
	case after && !before:
		order, why = MonthFirst, "because day first some would lie after "+asOf.String()
	case before && !after:
		order, why = DayFirst, "because month first some would lie after "+asOf.String()
	default:
		return t.undecided(c, open)
	}
	words := map[DateOrder]string{MonthFirst: "month first", DayFirst: "day first"}[order]
	if order == DayFirst {
		t.Source.DayFirst |= open
	}
	t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("the dates of %s do not tell whether day or month comes first: taken %s, %s", names(open), words, why))
	return nil
}

// future tells whether dates of service or receipt would lie after that day when read month first,
// and when read day first.
func future(c *counts, open claim.Fields, asOf claim.Date) (monthFirst, dayFirst bool) {
	if asOf == 0 {
		return false, false
	}
	for f := range claim.NumFields {
		if open.Has(f) {
			monthFirst = monthFirst || c.orders[f].latestMonthFirst > asOf
			dayFirst = dayFirst || c.orders[f].latestDayFirst > asOf
		}
	}
	return monthFirst, dayFirst
}

func names(fields claim.Fields) string {
	var list []string
	for f := range claim.NumFields {
		if fields.Has(f) {
			list = append(list, f.String())
		}
	}
	return strings.Join(list, ", ")
}

func (t *Table) undecided(c *counts, open claim.Fields) error {
	return fmt.Errorf("%s: the dates of %s do not tell whether day or month comes first: row %d reads both ways, and so does every other: "+
		"say it with --date-order mdy (month first, 3/14/2025) or --date-order dmy (day first)", t.where(), names(open), c.orders[open.First()].either)
}

func (t *Table) otherwise(f claim.Field, o dateOrder, told DateOrder) error {
	return fmt.Errorf("%s: --date-order %s does not fit the dates of %s: row %d reads only the other way", t.where(), told, f, max(o.monthFirst, o.dayFirst))
}

func (t *Table) where() string {
	if t.Source.Sheet != "" {
		return t.Source.File + " sheet " + t.Source.Sheet
	}
	return t.Source.File
}

func (t *Table) mixed(f claim.Field, o dateOrder) error {
	err := fmt.Errorf("%s: the dates of %s are written in two orders: row %d reads only month first, row %d only day first: write them in one order",
		t.where(), f, o.monthFirst, o.dayFirst)
	if f == claim.FieldFrom {
		return err
	}
	return fmt.Errorf("%w, or leave the column unread with --map '%s='", err, f)
}

// sampledDays is what the sampled cells of a column of days tell.
type sampledDays struct {
	lo, hi  claim.Date // five digits between them are a spreadsheet's number; none where hi is 0
	layout  claim.Layout
	unclear bool // dates in both orders, or so few that read in one only that others may be the rule
}

// sampleDays looks at the columns of days, so that few cells need the whole column.
func (t *Table) sampleDays(p *plan) {
	for f, column := range p.column {
		if f := claim.Field(f); column >= 0 && f.Kind() == claim.Day {
			p.sampled[f] = p.sample(t.Columns[column].values, f == claim.FieldBirth)
			t.noteHours(column)
		}
	}
}

// provenOrder is how many sampled dates have to read in one order only to tell the column's.
const provenOrder = 3

func (p *plan) sample(values []string, birth bool) (s sampledDays) {
	var layouts [claim.Either + 1]int
	var serials []claim.Date
	whole := dayColumn{epoch: p.epoch, birth: birth}
	whole.lo, whole.hi = plausible(birth, p.asOf)
	digits, both := 0, 0
	for _, v := range values {
		c := readDate(v, dateWay{epoch: p.epoch, number: true, birth: birth})
		switch {
		case c.form == digitsDay:
			digits++
		case c.form == serialDay && c.ok:
			if _, serial := whole.read(c.digits, serialDigits); serial {
				serials = append(serials, c.date)
			}
			if _, last := whole.read(c.digits, yearLast); last {
				both++
			}
		case c.ok:
			layouts[c.layout]++
		}
	}
	if slices.Sort(serials); digits == 0 && (both < len(serials) || p.book && both == len(serials)) && 2*len(serials) > len(values) {
		middle := serials[len(serials)/2]
		s.lo, s.hi = middle-3*oneYear, middle+3*oneYear
		if birth {
			s.lo, s.hi = whole.lo, whole.hi
		}
	}
	p.sampleOrder(&s, layouts[claim.MonthFirst], layouts[claim.DayFirst])
	return s
}

// sampleOrder tells the order of day and month by how many sampled dates read in one order only.
func (p *plan) sampleOrder(s *sampledDays, months, days int) {
	switch {
	case p.order == MonthFirst || p.order == FileTells && days == 0 && months >= provenOrder:
		s.layout = claim.MonthFirst
	case p.order == DayFirst || months == 0 && days >= provenOrder:
		s.layout = claim.DayFirst
	default:
		s.unclear = months+days > 0
	}
}

// resolve reads a day of which its column has to tell something.
func (r *reader) resolve(f claim.Field, column int, c dateCell) dateCell {
	sampled := &r.sampled[f]
	if c.form == digitsDay || c.form == serialDay && (c.date < sampled.lo || c.date > sampled.hi) {
		c = r.bareDay(f, column, c)
	}
	if c.ok && c.clock == justBefore && r.surveyed().days[f].nextDay() {
		c.date++
		c.repair = dateLate
	}
	if proof := c.layout == claim.MonthFirst || c.layout == claim.DayFirst; proof && c.ok &&
		(sampled.unclear || sampled.layout != claim.Plain && sampled.layout != c.layout) && r.surveyed().days[f].minority(c.layout) {
		r.why = "it is written in another order of day and month than the others of its column"
		c.ok = false
	}
	return c
}

// bareDay reads a day of digits alone as the whole column tells.
func (r *reader) bareDay(f claim.Field, column int, c dateCell) dateCell {
	all := &r.surveyed().days[f]
	day, ok := all.read(c.digits, all.way(c.digits))
	switch {
	case ok && day.repair == dateAsSerial && f == claim.FieldFrom && all.writtenOut() && r.slipped(c.digits.String()):
		r.why = "a procedure code may stand there, and none in its own column: the cells of the row may be shifted"
		return dateCell{}
	case ok:
		day.clock = c.clock
		if day.repair == dateAsSerial && isNumber(r.row, column) {
			day.repair = noRepair
		}
		return day
	case all.way(c.digits) == unreadDigits:
		r.why = "digits alone, which read as two days and nothing tells which: write it as 2025-03-10"
	default:
		r.why = "a number that is no day near the others of its column: a code or an account number may stand there"
	}
	return dateCell{}
}

// writtenOut tells whether most days of the column are more than digits.
func (d *dayColumn) writtenOut() bool { return total(d.written) >= total(d.bare) }

// slipped tells whether the cell of a day may hold the code of its row: it looks like one, and the cell of
// the code holds none.
func (r *reader) slipped(digits string) bool {
	_, like := shapedCode(digits)
	code := r.codeOf(r.cell(r.column[claim.FieldCode]))
	return like && !code.code.Shaped() && code.kind == ""
}

// clockOf is the time of day that a written date has behind it. The last second and the last minute of a
// day are how some write its end.
func clockOf(text string) clock {
	at := strings.IndexByte(text, ':')
	if at < 1 {
		return noTime
	}
	from := at
	for from > 0 && isDigit(text[from-1]) {
		from--
	}
	var parts [3]int
	rest, n := text[from:], 0
	for part := range strings.SplitSeq(rest, ":") {
		for i := 0; i < len(part) && isDigit(part[i]) && i < 2 && n < len(parts); i++ {
			parts[n] = parts[n]*10 + int(part[i]-'0')
		}
		n++
	}
	hour := parts[0]
	switch after := strings.ToUpper(rest); {
	case strings.Contains(after, "PM") && hour < 12:
		hour += 12
	case strings.Contains(after, "AM") && hour == 12:
		hour = 0
	}
	return clockAt(hour*3600 + parts[1]*60 + parts[2])
}

// lastMinutes before midnight no service begins.
const (
	daySeconds  = 86400
	lastMinutes = 15 * 60
)

func clockAt(seconds int) clock {
	switch {
	case seconds == 0:
		return noTime
	case seconds >= daySeconds-lastMinutes && seconds != daySeconds-1 && seconds != daySeconds-60:
		return justBefore
	}
	return timeOfDay
}

// clockOfSerial is the time of day of a spreadsheet's number; next says that it is midnight but for the
// dust of arithmetic.
func clockOfSerial(fraction string) (c clock, next bool) {
	if strings.Trim(fraction, "0") == "" {
		return noTime, false
	}
	part, err := strconv.ParseFloat("0."+fraction, 64)
	if err != nil {
		return noTime, false
	}
	const dust = 2e-8
	if part > 1-dust {
		return noTime, true
	}
	return clockAt(min(int(part*daySeconds+0.5), daySeconds-1)), false
}

// noteHours says so where every sampled time of a column is the same evening hour or two: midnight in
// another time zone, so that the day may be the next.
func (t *Table) noteHours(column int) {
	hours := map[string]bool{}
	for _, v := range t.Columns[column].values {
		c := readDate(v, dateWay{epoch: t.plan.epoch, number: true})
		at := strings.IndexByte(v, ':')
		if !c.ok || c.clock != timeOfDay || at < 2 || !strings.HasPrefix(v[at:], ":00") {
			return
		}
		hours[trim(v[at-2:])] = true
	}
	evening := len(hours) == 1 || len(hours) == 2
	for hour := range hours {
		pm := strings.Contains(strings.ToUpper(hour), "PM")
		evening = evening && (pm && hour[0] != '1' && hour[0] >= '4' || !pm && hour >= "16" && hour < "24")
	}
	if evening {
		t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("every time of day in column %q is the same evening hour or two: where it is midnight of another time zone, the day meant is the next: check one", t.Columns[column].Header))
	}
}

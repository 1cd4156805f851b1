package parsers

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// A cell that reads in more than one way is read as its whole column tells. Most tables have none, so the
// table is walked for it only when the first such cell is met.

// survey is what the whole of a table tells of its columns.
type survey struct {
	once  sync.Once
	table *Table
	walk  func(t *Table, see func(*grid.Row)) error

	days    [claim.NumFields]dayColumn
	commas  claim.Fields // numbers have a decimal comma
	either  claim.Fields // 1.500 may be 1.50 or 1500, and no cell tells
	rounded claim.Fields // long ids end in zeros: a spreadsheet rounded them
	err     error
}

// dayColumn is what a column of days tells.
type dayColumn struct {
	written map[claim.Date]int // days that are written out
	bare    map[bareDigits]int // digits alone that may be one of several days, or none

	timed, late          int // with a time of day, with one just before midnight
	monthFirst, dayFirst int // that read in one order only

	five, six digitsWay // how digits alone are read
	lo, hi    claim.Date
	epoch     claim.Epoch
	birth     bool
	book      bool // of a workbook, whose days are numbers
}

// digitsWay is a way of reading a day of digits alone.
type digitsWay uint8

const (
	unreadDigits digitsWay = iota
	serialDigits           // 45730: a spreadsheet's number
	yearLast               // 031425, 31425: two digits of the year stand last
	yearFirst              // 250314
	numDigitWays
)

// anew is a survey of other columns of the same rows.
func (s *survey) anew() *survey { return &survey{table: s.table, walk: s.walk} }

// surveyed is the survey of the reader's table, made when it is first asked for.
func (p *plan) surveyed() *survey {
	s := p.survey
	s.once.Do(func() {
		for f := range s.days {
			s.days[f] = dayColumn{written: map[claim.Date]int{}, bare: map[bareDigits]int{}, epoch: p.epoch, birth: claim.Field(f) == claim.FieldBirth, book: p.book}
		}
		numbers, ids := map[claim.Field]*numberColumn{}, map[claim.Field]*idColumn{}
		r := reader{plan: p}
		s.err = s.walk(s.table, func(row *grid.Row) {
			r.row = row
			for f, column := range p.column {
				if text := r.cell(column); text != "" {
					s.see(p, claim.Field(f), column, text, row, numbers, ids)
				}
			}
		})
		for f := range s.days {
			s.days[f].settle(p.asOf)
		}
		s.settleNumbers(p, numbers)
		for f, id := range ids {
			if id.areRounded() {
				s.rounded |= claim.FieldSet(f)
			}
		}
	})
	return s
}

func (s *survey) see(p *plan, f claim.Field, column int, text string, row *grid.Row, numbers map[claim.Field]*numberColumn, ids map[claim.Field]*idColumn) {
	switch f.Kind() {
	case claim.Day:
		way := dateWay{epoch: p.epoch, number: isNumber(row, column), birth: f == claim.FieldBirth}
		c := readDate(text, way)
		if from, to, ok := span(text); !c.ok && c.form == writtenDay && ok {
			s.days[f].see(readDate(trim(from), way))
			c = readDate(trim(to), way)
		}
		s.days[f].see(c)
	case claim.Quantity, claim.Money:
		if numbers[f] == nil {
			numbers[f] = &numberColumn{}
		}
		numbers[f].see(text)
	case claim.Text:
		if ids[f] == nil {
			ids[f] = &idColumn{}
		}
		ids[f].see(text)
	}
}

func (d *dayColumn) see(c dateCell) {
	switch c.clock {
	case justBefore:
		d.late++
		d.timed++
	case timeOfDay:
		d.timed++
	}
	switch {
	case c.form == writtenDay && c.ok:
		d.written[c.date]++
		switch c.layout {
		case claim.MonthFirst:
			d.monthFirst++
		case claim.DayFirst:
			d.dayFirst++
		}
	case c.form == writtenDay:
	case c.digits.width == 7:
		if day, ok := readDigits(c.digits.String(), yearLast, d.epoch); ok {
			d.written[day.date]++
		}
	case len(d.bare) < mostBare || d.bare[c.digits] > 0:
		d.bare[c.digits]++
	}
}

// mostBare bounds how many different numbers of a column of days are kept.
const mostBare = 4096

// settle decides how the column's digits are read, and between which days they must lie: near the days that
// are written out, where those are most, else within the years in which most of the digits lie.
func (d *dayColumn) settle(asOf claim.Date) {
	d.lo, d.hi = plausible(d.birth, asOf)
	if days := d.writtenDays(); len(days) > 0 && !d.birth && d.writtenOut() {
		d.lo, d.hi = days[0]-oneYear, days[len(days)-1]+oneYear
	}
	var votes [2][numDigitWays]int // of five digits, of six
	for digits, n := range d.bare {
		for way := serialDigits; way < numDigitWays; way++ {
			if _, ok := d.read(digits, way); ok {
				votes[digits.width-5][way] += n
			}
		}
	}
	d.six = winner(votes[1], yearLast, yearFirst)
	d.five = serialDigits
	lostZeros := votes[1][yearLast] > 0 && d.six == yearLast
	if lostZeros || len(d.written) == 0 {
		d.five = winner(votes[0], serialDigits, yearLast)
	}
	switch {
	case d.five == unreadDigits && lostZeros:
		d.five = yearLast
	case d.five == unreadDigits && d.book:
		d.five = serialDigits
	}
	if !d.birth && !d.writtenOut() {
		d.narrow()
	}
}

// writtenDays are the days written out, in order, less those of no year in which a service can be.
func (d *dayColumn) writtenDays() []claim.Date {
	days := slices.Sorted(maps.Keys(d.written))
	likely := slices.DeleteFunc(slices.Clone(days), func(day claim.Date) bool { return day < d.lo || day > d.hi })
	if len(likely) > 0 {
		return likely
	}
	return days
}

// narrow keeps the digits within some years of the middle one: a code of a procedure lies decades away.
func (d *dayColumn) narrow() {
	var days []claim.Date
	for digits, n := range d.bare {
		if c, ok := d.read(digits, d.way(digits)); ok {
			days = append(days, slices.Repeat([]claim.Date{c.date}, n)...)
		}
	}
	if len(days) > 0 {
		slices.Sort(days)
		middle := days[len(days)/2]
		d.lo, d.hi = middle-15*oneYear, middle+15*oneYear
	}
}

func (d *dayColumn) way(digits bareDigits) digitsWay {
	switch digits.width {
	case 5:
		return d.five
	case 6:
		return d.six
	}
	return yearLast
}

// plausible are the days between which digits alone are read: of patients born, and of services not long ago.
func plausible(birth bool, asOf claim.Date) (lo, hi claim.Date) {
	switch {
	case birth && asOf == 0:
		return claim.MustDate("1900-01-01"), claim.MustDate("2039-12-31")
	case birth:
		return claim.MustDate("1900-01-01"), asOf + oneYear
	case asOf == 0:
		return claim.MustDate("2000-01-01"), claim.MustDate("2039-12-31")
	}
	return asOf - 20*oneYear, asOf + oneYear
}

const oneYear = 366

func total[K comparable](counts map[K]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

// winner is the way that reads clearly more of the digits: one cell in twenty, so that none decides alone;
// else there is none.
func winner(votes [numDigitWays]int, a, b digitsWay) digitsWay {
	most := max(votes[a], votes[b])
	switch more := votes[a] - votes[b]; {
	case more > 0 && more*20 >= most || most == 0:
		return a
	case more < 0 && -more*20 >= most:
		return b
	}
	return unreadDigits
}

// read reads digits in one way, if the day lies where the column's do.
func (d *dayColumn) read(digits bareDigits, way digitsWay) (c dateCell, ok bool) {
	if c, ok = readDigits(digits.String(), way, d.epoch); !ok {
		return dateCell{}, false
	}
	if year, month, day := c.date.Civil(); d.birth && c.date > d.hi && way != serialDigits && digits.width < 7 {
		c.date, _ = claim.NewDate(year-100, month, day)
	}
	swapped := c.date
	if c.layout == claim.Either {
		swapped = swapped.SwapDayMonth()
	}
	return c, d.lo <= c.date && c.date <= d.hi || d.lo <= swapped && swapped <= d.hi
}

// readDigits reads five to seven digits in one way.
func readDigits(digits string, way digitsWay, epoch claim.Epoch) (c dateCell, ok bool) {
	text := ""
	switch {
	case way == serialDigits && len(digits) == 5:
		d, err := claim.ParseSerial(digits, epoch)
		return dateCell{date: d, ok: true, repair: dateAsSerial}, err == nil
	case way == yearFirst && len(digits) == 6:
		text = "20" + digits[:2] + "-" + digits[2:4] + "-" + digits[4:]
	case way == yearLast && len(digits) == 7:
		text = "0" + digits[:1] + "/" + digits[1:3] + "/" + digits[3:]
	case way == yearLast:
		six := strings.Repeat("0", 6-len(digits)) + digits
		text = six[:2] + "/" + six[2:4] + "/" + six[4:]
	}
	d, layout, err := claim.ParseDate(text)
	return dateCell{date: d, layout: layout, ok: true, repair: dateDigits}, err == nil && d != 0
}

// minority tells whether so few dates are written in the order that they are faults of their cells, and the
// others the column's way.
func (d *dayColumn) minority(layout claim.Layout) bool {
	few, many := d.monthFirst, d.dayFirst
	if layout == claim.DayFirst {
		few, many = many, few
	}
	return few == 1 && many >= 4 || few*20 <= many
}

// nextDay tells whether the times of the column say that each day is the one before the day meant.
func (d *dayColumn) nextDay() bool {
	return d.late == d.timed && 2*d.late >= total(d.written)+total(d.bare)
}

// numberColumn is what a column of numbers tells of its decimal sign.
type numberColumn struct{ comma, point, either, cells int }

func (n *numberColumn) see(text string) {
	_, err := claim.ParseCents(text)
	n.cells++
	switch frac := decimals(text); {
	case isCommaDecimal(text) || err != nil && strings.Count(text, ".") > 1:
		n.comma++
	case err != nil:
	case frac == 3 && !strings.Contains(text, ","):
		n.either++
	case frac > 0 || strings.Contains(text, ",") && strings.Contains(text, "."):
		n.point++
	}
}

// decimals is how many digits stand behind the last point of a number.
func decimals(text string) int {
	at := strings.LastIndexByte(text, '.')
	if at < 1 {
		return 0
	}
	return len(strings.TrimRight(text[at+1:], " )-"))
}

func (s *survey) settleNumbers(p *plan, numbers map[claim.Field]*numberColumn) {
	var points claim.Fields
	for f, n := range numbers {
		switch {
		case n.comma > n.point:
			s.commas |= claim.FieldSet(f)
		case n.point > 0:
			points |= claim.FieldSet(f)
		case n.either > 0 && n.either < n.cells:
			s.either |= claim.FieldSet(f)
		}
	}
	if s.commas != 0 || p.commas != 0 {
		s.commas = claim.FieldsOf(claim.Quantity, claim.Money) &^ points
		s.either = 0
	}
}

// idColumn counts the ids of so many digits that a spreadsheet keeps fifteen of them.
type idColumn struct{ long, zeros, tail int }

func (c *idColumn) see(text string) {
	text, _ = unwrap(text)
	if tail := len(text) - keptDigits; tail > 0 && isDigits(text) {
		c.long++
		if lostTail(text) {
			c.zeros++
			c.tail = max(c.tail, tail)
		}
	}
}

// areRounded tells whether so many end in zeros that it is no chance.
func (c *idColumn) areRounded() bool { return 2*c.zeros > c.long && (c.zeros > 1 || c.tail > 1) }

// keptDigits is how many digits of a number a spreadsheet keeps; the others become zeros.
const keptDigits = 15

// lostTail tells whether the digits behind those kept are zeros.
func lostTail(text string) bool {
	return len(text) > keptDigits && text[len(text)-1] == '0' && isDigits(text) && strings.Trim(text[keptDigits:], "0") == ""
}

// again walks the rows of a table of the sheet once more: those looked into before, where they are all or
// the export is a stream, else the file from its beginning.
func (p *pages) again(ctx context.Context, path string, sheet int) func(*Table, func(*grid.Row)) error {
	return func(t *Table, see func(*grid.Row)) error {
		own := t.ownRows(see)
		if p.ended || path == "-" {
			seeRows(p.first, own)
			return nil
		}
		file, err := openFile(path, Options{})
		if err != nil {
			return err
		}
		for block, fault := range file.Sheets[sheet].Blocks(ctx) {
			if err = fault; err != nil {
				break
			}
			seeRows([]*grid.Block{block}, own)
		}
		return errors.Join(err, file.Close())
	}
}

// ownRows hands on the rows below the table's header, down to the next header with other columns.
func (t *Table) ownRows(see func(*grid.Row)) func(*grid.Row) {
	over := false
	return func(row *grid.Row) {
		switch {
		case over, row.Number <= t.plan.below, row.Err != nil:
		case isWordy(row) && t.another([]grid.Row{own(row)}) != nil:
			over = true
		default:
			see(row)
		}
	}
}

func seeRows(blocks []*grid.Block, see func(*grid.Row)) {
	for _, block := range blocks {
		for row := range block.Rows() {
			see(row)
		}
	}
}

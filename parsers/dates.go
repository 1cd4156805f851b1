package parsers

import (
	"errors"
	"fmt"
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

package claim

import (
	"math"
	"strings"
	"time"
)

// Date is a day, counted as spreadsheets count: 1 is 31 December 1899. The zero Date is "no date"
// and prints blank; the day it would be, no patient now living was born on.
type Date int32

// unixEpoch is 1 January 1970.
const unixEpoch = 25569

// EndOfTime is later than every date of service: what a value still in force ends on.
const EndOfTime Date = math.MaxInt32

// Layout is how a date was written, as far as it bears on reading the other cells of its column.
type Layout uint8

// The layouts a date cell can have.
const (
	Plain      Layout = iota // ISO, a named month, eight digits or a serial: one reading only
	MonthFirst               // 3/25/2025: only month first reads
	DayFirst                 // 25/3/2025: only day first reads
	Either                   // 3/4/2025: reads both ways; returned month first
)

// NewDate is the day with that year, month and day of month, or false when there is none.
func NewDate(year, month, day int) (Date, bool) {
	if year < 1 || month < 1 || month > 12 || day < 1 || day > shortest && day > daysIn(year, month) {
		return 0, false
	}
	return civil(year, month, day), true
}

// shortest is how many days every month has.
const shortest = 28

// civil counts the days of the Gregorian calendar (years start in March, so that the leap day is
// the last of its year).
func civil(year, month, day int) Date {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	ofEra := year - era*400
	ofYear := (153*(month-3)+2)/5 + day - 1
	return Date(era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - fromMarch)
}

// fromMarch is the number of days from 1 March of the year 0, where the calendar's cycle of 400
// years begins, to the zero Date.
const fromMarch = 693899

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// DateOf is the day of t in its own zone.
func DateOf(t time.Time) Date { return civil(t.Year(), int(t.Month()), t.Day()) }

// Time is midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d-unixEpoch)*86400, 0).UTC() }

// Unix is the number of days from 1 January 1970 to the day.
func (d Date) Unix() int { return int(d) - unixEpoch }

// FirstOfMonth is the first day of the month the day lies in.
func (d Date) FirstOfMonth() Date {
	_, _, day := d.Civil()
	return d - Date(day-1)
}

// Civil is the day's year, month and day of month.
func (d Date) Civil() (year, month, day int) {
	days := int(d) + fromMarch
	era := days / 146097
	ofEra := days - era*146097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	month = (5*ofYear + 2) / 153
	day = ofYear - (153*month+2)/5 + 1
	year = yearOfEra + era*400
	if month += 3; month > 12 {
		return year + 1, month - 12, day
	}
	return year, month, day
}

// Year is the calendar year of the day.
func (d Date) Year() int {
	year, _, _ := d.Civil()
	return year
}

// String is the day as 2025-03-10; no date is blank and EndOfTime is "open".
func (d Date) String() string {
	switch d {
	case 0:
		return ""
	case EndOfTime:
		return "open"
	}
	return d.Time().Format(time.DateOnly)
}

// SwapDayMonth is the same cell read with day and month exchanged; d must have been Either.
func (d Date) SwapDayMonth() Date {
	year, month, day := d.Civil()
	swapped, ok := NewDate(year, day, month)
	if !ok {
		return d
	}
	return swapped
}

// YearsUntil is the number of completed years from d to then: an age, when d is a birth date.
func (d Date) YearsUntil(then Date) int {
	y0, m0, d0 := d.Civil()
	y1, m1, d1 := then.Civil()
	years := y1 - y0
	if m1 < m0 || m1 == m0 && d1 < d0 {
		years--
	}
	return years
}

var errDate = &FormatError{"date", "a date such as 2025-03-10 or 3/10/2025"}

// MustDate is a date written in the program as 2025-03-10; it panics on a slip.
func MustDate(s string) Date {
	d, layout, err := ParseDate(s)
	if err != nil || layout != Plain {
		panic("claim: not a date: " + s)
	}
	return d
}

// ParseDate reads a date cell: 2025-03-10, 2025/3/10, 20250310, 03102025, 3/10/2025, 3-10-25,
// 10-Mar-2025, 10MAR2025, March 10, 2025, each with a time of day behind it and a day of the week
// before it or not. A cell that reads both ways (3/4/2025)
// is returned month first with layout Either; the column decides (see SwapDayMonth). Two-digit
// years are 1951 to 2050. Serial numbers are not dates here: see ParseSerial.
func ParseDate(s string) (Date, Layout, error) {
	s = strings.TrimSpace(s)
	if d, ok := ISODate(s); ok {
		return d, Plain, nil
	}
	parts, named, ok := splitDate(s)
	if !ok {
		return 0, Plain, errDate
	}
	if named {
		return namedDate(parts)
	}
	return numericDate(parts)
}

// ISODate is the quick path for the commonest form, 2025-03-10 and nothing else.
func ISODate(s string) (Date, bool) {
	if len(s) != len("2025-03-10") || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	if max(s[0]-'0', s[1]-'0', s[2]-'0', s[3]-'0', s[5]-'0', s[6]-'0', s[8]-'0', s[9]-'0') > 9 {
		return 0, false
	}
	year := 100*two(s) + two(s[2:])
	return NewDate(year, two(s[5:]), two(s[8:]))
}

// two is the number of the two digits that s begins with.
func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

// splitDate cuts a date into its three parts, less a time of day; named says that one part is
// the name of a month.
func splitDate(s string) (parts [3]string, named, ok bool) {
	s = beforeTime(s)
	switch {
	case len(s) == 8 && allDigits(s):
		return eightDigits(s), false, true
	case len(s) == 9 && allDigits(s[:2]) && monthNamed(s[2:5]) != 0 && allDigits(s[5:]): // 10MAR2025
		return [3]string{s[:2], s[2:5], s[5:]}, true, true
	}
	n := 0
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("-/. ,", r) }) {
		if n == 0 && weekday(part) {
			continue
		}
		if n == len(parts) {
			return parts, named, false
		}
		parts[n] = part
		named = named || !digit(part[0])
		n++
	}
	return parts, named, n == len(parts)
}

// eightDigits are 20250310, or 03102025 where the first four are no year of a service or a birth.
func eightDigits(s string) [3]string {
	if century := s[:2]; century >= "18" && century <= "21" && s[4:6] <= "12" {
		return [3]string{s[:4], s[4:6], s[6:]}
	}
	return [3]string{s[:2], s[2:4], s[4:]}
}

// weekday tells whether the text names a day of the week, in whole or in its first three letters.
func weekday(s string) bool {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if full := d.String(); len(s) >= 3 && len(s) <= len(full) && strings.EqualFold(full[:len(s)], s) {
			return true
		}
	}
	return false
}

// beforeTime drops a time of day: what follows the last blank or T before the first colon.
func beforeTime(s string) string {
	colon := strings.IndexByte(s, ':')
	if colon < 0 {
		return s
	}
	cut := strings.LastIndexAny(s[:colon], " T")
	if cut < 0 {
		return s
	}
	return s[:cut]
}

// numericDate reads three numbers: year first when the first has four digits, else month and day
// in an order the cell may leave open.
func numericDate(parts [3]string) (Date, Layout, error) {
	a, ok1 := number(parts[0])
	b, ok2 := number(parts[1])
	c, ok3 := number(parts[2])
	if !ok1 || !ok2 || !ok3 {
		return 0, Plain, errDate
	}
	if len(parts[0]) == 4 {
		return dated(c, Plain, a, b)
	}
	year, ok := fullYear(parts[2], c)
	if !ok {
		return 0, Plain, errDate
	}
	switch {
	case a > 12:
		return dated(a, DayFirst, year, b)
	case b > 12:
		return dated(b, MonthFirst, year, a)
	}
	return dated(b, Either, year, a)
}

func dated(day int, layout Layout, year, month int) (Date, Layout, error) {
	d, ok := NewDate(year, month, day)
	if !ok {
		return 0, Plain, errDate
	}
	return d, layout, nil
}

// fullYear completes a two-digit year to 1951-2050 and refuses any length but two and four.
func fullYear(text string, year int) (int, bool) {
	switch {
	case len(text) == 4:
		return year, true
	case len(text) != 2:
		return 0, false
	case year > 50:
		return 1900 + year, true
	}
	return 2000 + year, true
}

// namedDate reads a date with the month as a name: 10-Mar-2025 or Mar 10, 2025.
func namedDate(parts [3]string) (Date, Layout, error) {
	name, dayText := parts[1], parts[0]
	if digit(parts[1][0]) {
		name, dayText = parts[0], parts[1]
	}
	month := monthNamed(name)
	day, ok1 := number(dayText)
	year, ok2 := number(parts[2])
	year, ok3 := fullYear(parts[2], year)
	if month == 0 || !ok1 || !ok2 || !ok3 {
		return 0, Plain, errDate
	}
	return dated(day, Plain, year, month)
}

func monthNamed(name string) int {
	if len(name) < 3 {
		return 0
	}
	for m := time.January; m <= time.December; m++ {
		if full := m.String(); len(name) <= len(full) && strings.EqualFold(full[:len(name)], name) {
			return int(m)
		}
	}
	return 0
}

// number reads one to eight digits and nothing else.
func number(s string) (n int, ok bool) {
	if s == "" || len(s) > 8 {
		return 0, false
	}
	for i := range len(s) {
		if !digit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// Epoch is which day a workbook counts its date serials from.
type Epoch bool

// The two epochs of spreadsheets.
const (
	Epoch1900 Epoch = false // serial 1 is 1900-01-01, and 60 the day that never was
	Epoch1904 Epoch = true  // serial 0 is 1904-01-01
)

const lastSerial = 2958465 // 9999-12-31 in the 1900 epoch

// ParseSerial reads a spreadsheet's date serial such as 45726 or 45726.5; the time of day is
// dropped. Serial 60 of the 1900 epoch (29 February 1900) is refused: it is no day.
func ParseSerial(s string, epoch Epoch) (Date, error) {
	whole, frac, _ := strings.Cut(strings.TrimSpace(s), ".")
	days, ok := number(whole)
	if !ok || !allDigits(frac) || days > lastSerial {
		return 0, errDate
	}
	switch {
	case epoch == Epoch1904:
		return civil(1904, 1, 1) + Date(days), nil
	case days == 0 || days == 60:
		return 0, errDate
	case days < 60:
		return civil(1899, 12, 31) + Date(days), nil
	}
	return civil(1899, 12, 30) + Date(days), nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return true
}

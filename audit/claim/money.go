package claim

import (
	"bytes"
	"math/bits"
	"strconv"
	"strings"
)

// Cents is an amount of money in whole US cents.
type Cents int64

// String is the amount as 1234.50.
func (c Cents) String() string { return decimal(int64(c), 2, 2) }

// Half is half the amount, an odd cent rounded up: what a second side is paid.
func (c Cents) Half() Cents {
	if c > 0 {
		c++
	}
	return c / 2
}

// Share is the part of the amount that falls on part of whole units (charge x excess / units),
// rounded half up: the whole amount when part is not less than whole, nothing when either is
// not positive.
func (c Cents) Share(part, whole Units) Cents {
	if whole <= 0 || part >= whole {
		return c
	}
	if c < 0 || part <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(c), uint64(part))
	lo, carry := bits.Add64(lo, uint64(whole)/2, 0)
	share, _ := bits.Div64(hi+carry, lo, uint64(whole))
	return Cents(share)
}

var (
	errCents = &FormatError{"charge", "an amount in dollars and cents, such as 1234.50"}
	errUnits = &FormatError{"units", "a number of units, such as 1 or 2.5"}
)

// ParseCents reads an amount exactly: 1234.5, $1,234.50, (3.00), 3.00-, -$3. Digits beyond the
// cent must be zero or the noise a spreadsheet leaves (150.10000000000002).
func ParseCents(s string) (Cents, error) {
	v, ok := parseDecimal(s, 2)
	if !ok {
		return 0, errCents
	}
	return Cents(v), nil
}

// Units is a number of units of service in thousandths, so that 2.5 is exact.
type Units int64

// One is one unit.
const One Units = 1000

// Whole is n units.
func Whole(n int) Units { return Units(n) * One }

// ParseUnits reads a number of units exactly, in the same forms as an amount.
func ParseUnits(s string) (Units, error) {
	v, ok := parseDecimal(s, 3)
	if !ok {
		return 0, errUnits
	}
	return Units(v), nil
}

// String is the number without needless zeros: 1, 2.5.
func (u Units) String() string { return decimal(int64(u), 3, 0) }

// Times is u multiplied by n.
func (u Units) Times(n int) Units { return u * Units(n) }

// maxDecimal keeps sums of millions of lines within an int64.
const maxDecimal = 1_000_000_000_000_000

// parseDecimal reads a number scaled by 10^places. It takes a dollar sign, thousands commas in
// their right places, blanks around, and a minus as "-", trailing "-" or parentheses.
func parseDecimal(s string, places int) (int64, bool) {
	s, negative, ok := unsigned(strings.TrimSpace(s))
	if !ok {
		return 0, false
	}
	whole, frac, dotted := strings.Cut(s, ".")
	if whole == "" && frac == "" || dotted && !allDigits(frac) {
		return 0, false
	}
	v, ok := grouped(whole)
	if !ok {
		return 0, false
	}
	v, ok = withFraction(v, frac, places)
	if negative {
		v = -v
	}
	return v, ok
}

// unsigned strips the sign and the dollar sign.
func unsigned(s string) (rest string, negative, ok bool) {
	if n := len(s); n > 1 && s[0] == '(' && s[n-1] == ')' {
		s, negative = strings.TrimSpace(s[1:n-1]), true
	}
	for _, cut := range []struct {
		mark   byte
		prefix bool
	}{{'-', true}, {'$', true}, {'-', true}, {'-', false}} {
		trimmed, found := trimMark(s, cut.mark, cut.prefix)
		if !found {
			continue
		}
		if cut.mark == '-' {
			if negative {
				return "", false, false
			}
			negative = true
		}
		s = strings.TrimSpace(trimmed)
	}
	return s, negative, s != ""
}

func trimMark(s string, mark byte, prefix bool) (string, bool) {
	switch {
	case s == "":
		return s, false
	case prefix && s[0] == mark:
		return s[1:], true
	case !prefix && s[len(s)-1] == mark:
		return s[:len(s)-1], true
	}
	return s, false
}

// grouped reads digits with or without thousands commas; 1,23 is no number here, because in some
// exports the comma is a decimal point.
func grouped(s string) (v int64, ok bool) {
	if comma := strings.IndexByte(s, ','); comma >= 0 && !wellGrouped(s, comma) {
		return 0, false
	}
	for i := range len(s) {
		if s[i] == ',' {
			continue
		}
		if !digit(s[i]) || v > maxDecimal/10 {
			return 0, false
		}
		v = v*10 + int64(s[i]-'0')
	}
	return v, true
}

func wellGrouped(s string, first int) bool {
	if first == 0 || first > 3 || (len(s)-first)%4 != 0 {
		return false
	}
	for i := range len(s) {
		if (s[i] == ',') != (i >= first && (i-first)%4 == 0) {
			return false
		}
	}
	return true
}

// noise is how many digits behind the point a spreadsheet's floating-point dust can begin.
const noise = 8

// withFraction scales v by 10^places and adds the fraction. Digits beyond places must all be zero,
// or be dust: at least noise digits long and all nines or zeros up to there.
func withFraction(v int64, frac string, places int) (int64, bool) {
	var up int64
	for i := range len(frac) {
		d := int64(frac[i] - '0')
		switch {
		case i < places:
			v = v*10 + d
		case d == 0 && up == 0, i >= noise:
		case d == 9 && len(frac) > noise && (i == places || up == 1):
			up = 1
		default:
			return 0, false
		}
		if v > maxDecimal {
			return 0, false
		}
	}
	for i := len(frac); i < places; i++ {
		v *= 10
	}
	return v + up, v <= maxDecimal
}

// decimal writes v scaled by 10^places with at least keep digits behind the point.
func decimal(v int64, places, keep int) string {
	var room [24]byte
	b := room[:0]
	if v < 0 {
		b, v = append(b, '-'), -v
	}
	scale := int64(1)
	for range places {
		scale *= 10
	}
	b = strconv.AppendInt(b, v/scale, 10)
	point := len(b)
	b = strconv.AppendInt(b, scale+v%scale, 10) // its first digit, 1, becomes the point
	b[point] = '.'
	for len(b) > point+1+keep && b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return string(bytes.TrimSuffix(b, []byte(".")))
}

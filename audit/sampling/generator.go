package sampling

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// Generator names what draws the numbers, as the record of a sample has it.
const Generator = "RAT-STATS 2010 (Wichmann-Hill)"

// Seed is what a draw begins with, in hundredths: RAT-STATS prints two decimals.
type Seed int64

// MaxSeed is the greatest seed. Up to here seeds that are one apart draw different numbers.
const MaxSeed Seed = 99_999_999

var errSeed = errors.New("expected a number from 0.01 to 999999.99, such as 4711.25")

// ParseSeed reads a seed exactly.
func ParseSeed(text string) (Seed, error) {
	c, err := claim.ParseCents(text)
	if s := Seed(c); err == nil && 0 < s && s <= MaxSeed {
		return s, nil
	}
	return 0, errSeed
}

// String is the seed as RAT-STATS takes it.
func (s Seed) String() string {
	return strings.TrimSuffix(strconv.FormatFloat(float64(s)/100, 'f', 2, 64), ".00")
}

// Of is the seed of the i-th stratum, from 0: the first has the seed itself, each further one 1 more.
func (s Seed) Of(stratum int) Seed { return s + Seed(100*stratum) }

// The three multiplicative generators of Wichmann and Hill.
const (
	firstModulus, secondModulus, thirdModulus = 30269, 30307, 30323
)

// wichmannHill draws fractions as RAT-STATS does, so that whoever types the seed there gets our numbers.
type wichmannHill struct{ a, b, c int }

func newWichmannHill(s Seed) *wichmannHill {
	high := math.Float64bits(float64(s)/100) >> 32
	state := int64((high&0xFFFF)^(high>>16))*256 + 3758214&255
	var starts [3]int
	for i, modulus := range []int64{firstModulus, secondModulus, thirdModulus} {
		// v = modulus * state / 2^24 + 1, until it is below the modulus
		for {
			state = (state*1140671485 + 12820163) % (1 << 24)
			if modulus*state < (modulus-1)<<24 {
				break
			}
		}
		starts[i] = int(modulus*state>>24) + 1
	}
	return &wichmannHill{starts[0], starts[1], starts[2]}
}

// next is the next fraction, from 0 to below 1.
func (g *wichmannHill) next() float64 {
	g.a = step(171*(g.a%177)-2*(g.a/177), firstModulus)
	g.b = step(172*(g.b%176)-35*(g.b/176), secondModulus)
	g.c = step(170*(g.c%178)-63*(g.c/178), thirdModulus)
	w := float64(g.a)/firstModulus + float64(g.b)/secondModulus + float64(g.c)/thirdModulus
	return w - math.Floor(w)
}

func step(v, modulus int) int {
	if v <= 0 {
		return v + modulus
	}
	return v
}

// Numbers draws count different numbers from 1 to high, in order of selection. A number drawn already is
// drawn again. Count must not be above high.
func Numbers(s Seed, high, count int) []int {
	g := newWichmannHill(s)
	drawn := make(map[int]bool, count)
	list := make([]int, 0, count)
	for len(list) < count {
		n := int(math.Floor(float64(g.next()*float64(high)))) + 1
		if !drawn[n] {
			drawn[n] = true
			list = append(list, n)
		}
	}
	return list
}

package sampling

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/claim"
)

// The vectors named R are printed in OIG's RAT-STATS manuals (Companion Manual and User's Guide, rev. 5/2010);
// those named O were computed with exact fractions by another program.

func TestNumbers(t *testing.T) {
	for _, v := range []struct {
		name, seed  string
		high, count int
		want        string
	}{
		{"R10", "12345", 1000, 14, "497 9 556 236 340 346 658 884 641 337 404 624 927 947"},
		{"R11", "1357", 90, 10, "67 46 76 2 28 56 5 70 7 23"},
		{"O11", "4711.25", 1248, 12, "1162 11 715 16 45 1175 625 21 398 1172 164 24"},
	} {
		seed, err := ParseSeed(v.seed)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Trim(fmt.Sprint(Numbers(seed, v.high, v.count)), "[]"); got != v.want {
			t.Errorf("%s: %s, want %s", v.name, got, v.want)
		}
		if seed.String() != v.seed {
			t.Errorf("%s: the seed is printed as %s", v.name, seed)
		}
	}
	got := Numbers(4886378, 1000, 14)
	slices.Sort(got[:10])
	if want := "[22 141 236 247 257 301 643 650 718 821 980 507 440 557]"; fmt.Sprint(got) != want {
		t.Errorf("R12: %v, want %s", got, want)
	}
	all := Numbers(100, 50, 50)
	slices.Sort(all)
	for i, n := range all {
		if n != i+1 {
			t.Fatalf("all of 50 are not 1 to 50: %v", all)
		}
	}
}

func TestSeed(t *testing.T) {
	for _, text := range []string{"", "0", "0.00", "-1", "1.234", "1000000", "x"} {
		if s, err := ParseSeed(text); err == nil {
			t.Errorf("%q is taken as seed %s", text, s)
		}
	}
}

func TestErrorLimits(t *testing.T) {
	for _, v := range []struct {
		name                string
		all, sampled, count int
		want                [3][2]int // at 80, 90 and 95 %
	}{
		{"R1", 10000, 400, 82, [3][2]int{{1796, 2326}, {1729, 2403}, {1673, 2470}}},
		{"R2", 100, 10, 4, [3][2]int{{20, 63}, {16, 68}, {14, 72}}},
		{"R3", 10000, 666, 133, [3][2]int{{1805, 2202}, {1754, 2259}, {1710, 2310}}},
		{"R4", 10000, 991, 248, [3][2]int{{2334, 2678}, {2288, 2727}, {2249, 2770}}},
		{"O3", 1248, 50, 0, [3][2]int{{0, 55}, {0, 71}, {0, 87}}},
		{"O4", 1248, 50, 3, [3][2]int{{29, 159}, {22, 182}, {17, 203}}},
		{"O5", 1248, 100, 5, [3][2]int{{32, 111}, {26, 125}, {22, 137}}},
		{"O6", 60, 60, 7, [3][2]int{{7, 7}, {7, 7}, {7, 7}}},
		{"O7", 10, 3, 3, [3][2]int{{6, 10}, {5, 10}, {4, 10}}},
		{"O8", 5, 2, 2, [3][2]int{{3, 5}, {2, 5}, {2, 5}}},
		{"O8", 150, 100, 97, [3][2]int{{143, 147}, {142, 147}, {141, 147}}},
		{"O9", 1000000, 100, 5, [3][2]int{{24522, 90769}, {19907, 102250}, {16434, 112831}}},
	} {
		for i, level := range Levels {
			if low, high := ErrorLimits(v.all, v.sampled, v.count, level); low != v.want[i][0] || high != v.want[i][1] {
				t.Errorf("%s at %s %%: %d-%d, want %v", v.name, level, low, high, v.want[i])
			}
		}
	}
}

// Sums outwards from the count agree with sums of all probabilities, for small numbers all there are.
func TestErrorLimitsAgainstAllSums(t *testing.T) {
	for all := 1; all <= 14; all++ {
		for sampled := 1; sampled <= all; sampled++ {
			for count := 0; count <= sampled; count++ {
				for _, level := range Levels {
					low, high := ErrorLimits(all, sampled, count, level)
					wantLow, wantHigh := plainLimits(all, sampled, count, big.NewRat(100-int64(level), 200))
					if low != wantLow || high != wantHigh {
						t.Fatalf("N %d n %d c %d at %s: %d-%d, want %d-%d", all, sampled, count, level, low, high, wantLow, wantHigh)
					}
				}
			}
		}
	}
}

// plainLimits adds up all probabilities as fractions.
func plainLimits(all, sampled, count int, tail *big.Rat) (low, high int) {
	low, high = -1, -1
	choose := func(n, k int) *big.Int { return new(big.Int).Binomial(int64(n), int64(k)) }
	for k := range all + 1 {
		below, above := new(big.Rat), new(big.Rat)
		for i := range sampled + 1 {
			if i > k || sampled-i > all-k {
				continue
			}
			p := new(big.Rat).SetFrac(new(big.Int).Mul(choose(k, i), choose(all-k, sampled-i)), choose(all, sampled))
			if i >= count {
				above.Add(above, p)
			}
			if i <= count {
				below.Add(below, p)
			}
		}
		if above.Cmp(tail) > 0 && low < 0 {
			low = k
		}
		if below.Cmp(tail) > 0 {
			high = k
		}
	}
	return low, high
}

func TestClopperPearson(t *testing.T) {
	for _, v := range []struct {
		name           string
		sampled, count int
		level          Level
		low, high      float64
	}{
		{"O9", 100, 5, 80, .0245203604, .0907714696}, {"O9", 100, 5, 90, .0199055637, .1022533776}, {"O9", 100, 5, 95, .0164318792, .1128349111},
		{"O10", 50, 0, 90, 0, .0581551}, {"O10", 100, 0, 90, 0, .0295130}, {"O10", 30, 3, 90, .0278155, .2385979}, {"all", 50, 50, 90, 1 - .0581551, 1},
	} {
		low, high := ClopperPearson(v.sampled, v.count, v.level)
		if math.Abs(low-v.low) > 1e-7 || math.Abs(high-v.high) > 1e-7 {
			t.Errorf("%s: %.10f-%.10f, want %.10f-%.10f", v.name, low, high, v.low, v.high)
		}
	}
}

func TestQuantiles(t *testing.T) {
	for _, v := range []struct {
		degrees int // 0: the normal distribution
		want    [3]float64
	}{
		{49, [3]float64{1.299068784748, 1.676550892617, 2.009575237129}},
		{24, [3]float64{1.317835933673, 1.710882079909, 2.063898561628}},
		{29, [3]float64{1.311433647302, 1.699127026533, 2.045229642133}},
		{0, [3]float64{1.281551565545, 1.644853626951, 1.959963984540}},
		{1, [3]float64{3.077683537175, 6.313751514675, 12.706204736175}},
	} {
		for i, level := range Levels {
			got := normalQuantile(level.Tail())
			if v.degrees > 0 {
				got = studentQuantile(level.Tail(), v.degrees)
			}
			if math.Abs(got-v.want[i]) > 1e-12*math.Max(1, v.want[i]) {
				t.Errorf("%d degrees at %s %%: %.12f, want %.12f", v.degrees, level, got, v.want[i])
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for _, v := range []struct {
		precision float64
		level     Level
		want      int
	}{{1, 90, 421}, {2, 90, 106}, {5, 90, 17}, {10, 90, 4}, {1, 95, 597}, {2, 95, 150}, {5, 95, 24}, {10, 95, 6}} {
		if got := SizeForMean(100000, 400, 50, v.precision, v.level); got != v.want {
			t.Errorf("R8 %v: %d", v, got)
		}
	}
	for _, v := range []struct {
		precision float64
		want      int
	}{{5, 4248}, {10, 1559}, {15, 758}, {25, 287}} {
		if got := SizeForRate(10000, .15, 300, 125, v.precision, 90); got != v.want {
			t.Errorf("R9 %v: %d", v, got)
		}
	}
	if got, err := SizeFromProbe(1248, probeO1(90), 25, 90); got != 261 || err != nil {
		t.Errorf("O1: %d, %v", got, err)
	}
}

// estimated is the estimate of differences, each of a unit of one dollar more.
func estimated(level Level, all []int, differences ...[]claim.Cents) *Estimate {
	var strata []Stratum
	var results []Result
	for h, n := range all {
		strata = append(strata, Stratum{Name: fmt.Sprint(h + 1), Units: n, Take: len(differences[h])})
		for _, x := range differences[h] {
			results = append(results, Result{Unit: &Drawn{Stratum: h}, Paid: 100 + max(0, x), Correct: 100 + max(0, x) - x})
		}
	}
	return NewEstimate(strata, ByPaid, results, level)
}

func padded(n int, differences ...claim.Cents) []claim.Cents {
	return append(differences, make([]claim.Cents, n-len(differences))...)
}

func probeO1(level Level) *Estimate {
	return estimated(level, []int{1248}, padded(30, 8425, 8425, 11240, 4610, 22000, -1875))
}

func amounts(p *Projection) string {
	text := fmt.Sprintf("%s +- %s", p.Point, p.Error)
	for _, i := range p.Intervals {
		text += fmt.Sprintf(" | %s %s %s", i.Level, i.Low, i.High)
	}
	return text
}

func TestEstimateSimple(t *testing.T) {
	e := probeO1(90)
	if got, want := amounts(&e.Projection), "21975.20 +- 10932.40 | 80 7638.09 36312.31 | 90 3399.67 40550.73 | 95 -384.06 44334.46"; got != want {
		t.Errorf("O1:\n%s, want\n%s", got, want)
	}
	if e.Gross.Point != 2275520 || math.Abs(e.Mean-1760.83333333) > 1e-6 || math.Abs(e.Deviation-4856.74275041) > 1e-6 || e.NonZero != 6 {
		t.Errorf("O1: gross %s, mean %v, deviation %v, %d differ", e.Gross.Point, e.Mean, e.Deviation, e.NonZero)
	}
	if p := e.At(90).Precision; math.Abs(p-.845) > .0005 {
		t.Errorf("O1: precision %v", p)
	}
	told := fmt.Sprint(e.Cautions)
	for _, want := range []string{"Only 6 of the sampled units have a difference", "84.5 %"} {
		if !strings.Contains(told, want) {
			t.Errorf("O1 lacks the caution %q in %s", want, told)
		}
	}
	if low := probeO1(95); !strings.Contains(fmt.Sprint(low.Cautions), "lower limit is below zero") {
		t.Errorf("O1 at 95 %%: %v", low.Cautions)
	}
}

// The differences of R5 are not at hand; two values give its sum and deviation nearly, and its formulas
// wholly.
func TestEstimateFormulas(t *testing.T) {
	s := sums{}
	for range 25 {
		s.add(100)
		s.add(300)
	}
	if got, want := s.deviation(), 100*math.Sqrt(50.0/49); math.Abs(got-want) > 1e-12 {
		t.Errorf("deviation %v, want %v", got, want)
	}
	if got, want := root(s.variance(10000)), 10000*s.deviation()*math.Sqrt((10000.0-50)/(50*10000)); math.Abs(got-want) > 1e-6 {
		t.Errorf("standard error %v, want %v", got, want)
	}
}

// withMoments are n whole cents with nearly that mean and deviation: half of them as much above as the
// others are below.
func withMoments(n int, mean, deviation float64) []claim.Cents {
	off := deviation * math.Sqrt(float64(n-1)/float64(n-n%2))
	var list []claim.Cents
	for i := range n {
		switch {
		case n%2 == 1 && i == n-1:
			list = append(list, claim.Cents(math.Round(mean)))
		case i%2 == 0:
			list = append(list, claim.Cents(math.Round(mean+off)))
		default:
			list = append(list, claim.Cents(math.Round(mean-off)))
		}
	}
	return list
}

func TestEstimateAsPrinted(t *testing.T) {
	near := func(name string, got, want, within claim.Cents) {
		t.Helper()
		if got < want-within || got > want+within {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	r5 := estimated(90, []int{10000}, withMoments(50, 7060, 4825.19))
	near("R5 point", r5.Point, 70600000, 0)
	near("R5 error", r5.Error, 6806800, 500)
	for i, want := range [][2]claim.Cents{{61757500, 79442500}, {59188100, 82011900}, {56921300, 84278700}} {
		near("R5 low", r5.Intervals[i].Low, want[0], 900)
		near("R5 high", r5.Intervals[i].High, want[1], 900)
	}
	r6 := estimated(90, []int{5200, 3500}, withMoments(25, 9924, 2633.17), withMoments(25, 31140, 3964.32))
	near("R6 point", r6.Point, 160594800, 100)
	near("R6 error", r6.Error, 3887000, 500)
	for i, want := range [][2]claim.Cents{{155613400, 165576200}, {154201200, 166988400}, {152976400, 168213200}} {
		near("R6 low", r6.Intervals[i].Low, want[0], 900)
		near("R6 high", r6.Intervals[i].High, want[1], 900)
	}
}

func TestEstimateStratified(t *testing.T) {
	e := estimated(90, []int{640, 96, 4}, padded(10, 3550, 3550, 1200), padded(8, 21000, 14525), padded(4, 125000, 87500))
	if got, want := amounts(&e.Projection), "11700.00 +- 4038.12 | 80 6524.95 16875.05 | 90 5057.89 18342.11 | 95 3785.44 19614.56"; got != want {
		t.Errorf("O2:\n%s, want\n%s", got, want)
	}
	for h, want := range []string{"5312.00 2975.01", "4263.00 2730.51", "2125.00 0.00"} {
		if p := &e.Parts[h]; p.Point.String()+" "+p.Error.String() != want {
			t.Errorf("O2 stratum %d: %s %s, want %s", h+1, p.Point, p.Error, want)
		}
	}
}

func TestRateStratified(t *testing.T) {
	e := estimated(90, []int{1000, 1500}, padded(100, 1, 1), padded(100, 1, 1, 1, 1, 1, 1))
	r := e.PaymentErrors
	if got, want := fmt.Sprintf("%.5f %.5f %v", r.Share, r.Error, r.Limits), "0.04400 0.01483 [{80 62 158} {90 49 171} {95 37 183}]"; got != want {
		t.Errorf("R7: %s, want %s", got, want)
	}
	for _, v := range []struct {
		name                string
		all, sampled, count int
		want                string
	}{{"O5", 1248, 100, 5, "0.02101"}, {"R3", 10000, 666, 133, "0.01498"}, {"R4", 10000, 991, 248, "0.01307"}} {
		errors := make([]claim.Cents, v.count)
		for i := range errors {
			errors[i] = 1
		}
		e := estimated(90, []int{v.all}, padded(v.sampled, errors...))
		if got := fmt.Sprintf("%.5f", e.PaymentErrors.Error); got != v.want {
			t.Errorf("%s: standard error %s, want %s", v.name, got, v.want)
		}
	}
}

func TestCautions(t *testing.T) {
	for name, v := range map[string]struct {
		e    *Estimate
		want string
	}{
		"no error":       {estimated(90, []int{500}, padded(50)), "No sampled unit has a difference"},
		"few":            {estimated(90, []int{500}, padded(50, 1)), "Only 1 of the sampled units"},
		"small":          {estimated(90, []int{500}, padded(12, 1)), "of the sample (12 of 500)"},
		"skewed":         {estimated(90, []int{500}, padded(50, 100000)), "The differences are skewed (beyond 3) in the sample"},
		"whole":          {estimated(90, []int{50}, padded(50, 1)), "there is no sampling error"},
		"underpaid":      {estimated(90, []int{500}, padded(50, -100)), "an underpayment"},
		"alike in one":   {estimated(90, []int{500, 500}, padded(40), padded(40, 1, 2, 3)), "in a stratum: 1 (40 of 500)"},
		"several strata": {estimated(90, []int{500, 500}, padded(40, 5), padded(40, 1, 2, 3)), "Over several strata"},
	} {
		if !strings.Contains(fmt.Sprint(v.e.Cautions), v.want) {
			t.Errorf("%s: no %q in %v", name, v.want, v.e.Cautions)
		}
	}
	for _, c := range estimated(90, []int{50}, padded(50, 1)).Cautions {
		if strings.Contains(string(c), "Only") || strings.Contains(string(c), "Fewer") {
			t.Errorf("a whole frame is cautioned: %s", c)
		}
	}
}

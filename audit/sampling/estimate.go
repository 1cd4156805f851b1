package sampling

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"claimaudit/audit/claim"
)

// Level is how sure two-sided limits are, in percent.
type Level float64

// Levels are those that RAT-STATS prints, and that are always told.
var Levels = []Level{80, 90, 95}

// Tail is the share beyond each of the two limits.
func (l Level) Tail() float64 { return float64((100 - float64(l)) / 200) }

// String is the level as 90 or 97.5.
func (l Level) String() string { return strconv.FormatFloat(float64(l), 'f', -1, 64) }

// Result is what a review found of one unit.
type Result struct {
	Unit    *Drawn
	Paid    claim.Cents // or charged, where nothing tells what was paid
	Correct claim.Cents // what should have been paid
	// Wrong says that something of it is not as billed, whether or not money hangs on it.
	Wrong bool
	// Unproduced is how many of its lines there was no record for.
	Unproduced int
	Lines      []LineResult // in the unit's order
}

// LineResult is what was paid for a line, or charged, and should have been, and what is doubtful about that.
type LineResult struct {
	Paid, Correct claim.Cents
	Doubt         string
}

// Difference is what was paid too much; negative when too little was.
func (r *Result) Difference() claim.Cents { return r.Paid - r.Correct }

// Interval are the limits of an amount at a level: how much lies beyond each is half of the rest.
type Interval struct {
	Level     Level
	Factor    float64 // t, or z over several strata
	Low, High claim.Cents
	Precision float64 // half the width as a share of the point estimate; 0 where that is not positive
}

// Projection is what the sampled amounts say of all units.
type Projection struct {
	Point     claim.Cents
	Error     claim.Cents // the standard error of the total
	Intervals []Interval
}

// RateLimits are the limits of how many of all units have an error.
type RateLimits struct {
	Level     Level
	Low, High int // units
}

// Rate is how many units have an error.
type Rate struct {
	Count, Sampled, All int
	Share               float64 // of all units, by strata where there are several
	Error               float64 // the standard error of the share
	Exact               bool    // the limits are exact; over several strata they are those of the normal distribution
	Limits              []RateLimits
}

// Moments describe the sampled differences of a stratum or of a simple sample.
type Moments struct {
	Sum                claim.Cents
	Mean, Deviation    float64 // in cents
	Skewness, Kurtosis float64 // 0 where all are alike
	NonZero            int
	Paid               claim.Cents
}

// Part is a stratum as estimated by itself.
type Part struct {
	Name         string
	All, Sampled int
	Moments
	Projection
	PaymentErrors Rate
}

// Whole tells whether all its units were sampled, so that nothing is estimated.
func (p *Part) Whole() bool { return p.Sampled >= p.All }

// Estimate is what a reviewed sample says of all units of its frame.
type Estimate struct {
	Level Level
	Basis Basis
	Parts []Part // one for a simple sample
	Moments
	Projection
	// Gross is the projection with underpayments taken as nothing, as self-disclosures have it.
	Gross Projection
	// PaymentErrors are units of which another amount should have been paid, CodingErrors those with
	// anything not as billed.
	PaymentErrors, CodingErrors Rate
	// NetRate and GrossRate are the shares of what was paid that were overpaid, with underpayments set
	// off and without.
	NetRate, GrossRate float64
	Unproduced         int // lines there was no record for
	Cautions           []Caution
}

// NewEstimate estimates from the results of all sampled units of the strata.
func NewEstimate(strata []Stratum, basis Basis, results []Result, level Level) *Estimate {
	e := &Estimate{Level: level, Basis: basis}
	levels := e.levels()
	net, gross := make([]sums, len(strata)), make([]sums, len(strata))
	paid, differences := make([]sums, len(strata)), make([][]claim.Cents, len(strata))
	payment, coding := make([]tally, len(strata)), make([]tally, len(strata))
	for i := range results {
		r := &results[i]
		h, x := r.Unit.Stratum, r.Difference()
		net[h].add(x)
		gross[h].add(max(0, x))
		paid[h].add(r.Paid)
		differences[h] = append(differences[h], x)
		payment[h].add(x != 0)
		coding[h].add(r.Wrong || x != 0)
		e.Unproduced += r.Unproduced
	}
	for h := range strata {
		payment[h].all, coding[h].all = strata[h].Units, strata[h].Units
		e.Parts = append(e.Parts, Part{
			Name: strata[h].Name, All: strata[h].Units, Sampled: net[h].n,
			Moments: momentsOf(differences[h], &net[h], &paid[h]), Projection: project(strata[h:h+1], net[h:h+1], levels),
			PaymentErrors: rate(payment[h:h+1], levels),
		})
	}
	e.Moments = e.moments(differences, net, paid)
	e.Projection, e.Gross = project(strata, net, levels), project(strata, gross, levels)
	e.PaymentErrors, e.CodingErrors = rate(payment, levels), rate(coding, levels)
	e.NetRate, e.GrossRate = quotient(strata, net, paid), quotient(strata, gross, paid)
	e.Cautions = e.cautions()
	return e
}

// levels are those always told and the one asked for, in order.
func (e *Estimate) levels() []Level {
	levels := slices.Clone(Levels)
	if !slices.Contains(levels, e.Level) {
		levels = append(levels, e.Level)
	}
	slices.Sort(levels)
	return levels
}

// At is the interval of the level asked for.
func (p *Projection) At(level Level) Interval {
	i := slices.IndexFunc(p.Intervals, func(v Interval) bool { return v.Level == level })
	return p.Intervals[i]
}

// At are the limits of the level asked for.
func (r *Rate) At(level Level) RateLimits {
	i := slices.IndexFunc(r.Limits, func(v RateLimits) bool { return v.Level == level })
	return r.Limits[i]
}

// moments are those of all differences together; of several strata only what can be added up.
func (e *Estimate) moments(differences [][]claim.Cents, net, paid []sums) Moments {
	if len(net) == 1 {
		return momentsOf(differences[0], &net[0], &paid[0])
	}
	var m Moments
	for i := range e.Parts {
		m.Sum += e.Parts[i].Sum
		m.NonZero += e.Parts[i].NonZero
		m.Paid += e.Parts[i].Paid
	}
	return m
}

func momentsOf(differences []claim.Cents, net, paid *sums) Moments {
	m := Moments{Mean: float(net.mean()), Deviation: net.deviation()}
	var second, third, fourth float64
	for _, x := range differences {
		m.Sum += x
		if x != 0 {
			m.NonZero++
		}
		d := float64(x) - m.Mean
		square := float64(d * d)
		second += square
		third += float64(square * d)
		fourth += float64(square * square)
	}
	if n := float64(len(differences)); second > 0 {
		spread := second / n
		m.Skewness = float64(third/n) / float64(spread*math.Sqrt(spread))
		m.Kurtosis = float64(fourth/n) / float64(spread*spread)
	}
	m.Paid = claim.Cents(paid.total.Int64())
	return m
}

// project projects the sampled amounts to all units: by t over one stratum, by z over several.
func project(strata []Stratum, of []sums, levels []Level) Projection {
	point, variance := new(big.Rat), new(big.Rat)
	for h := range strata {
		point.Add(point, of[h].projected(strata[h].Units))
		variance.Add(variance, of[h].variance(strata[h].Units))
	}
	deviation := root(variance)
	p := Projection{Point: wholeCents(point), Error: toCents(deviation)}
	for _, level := range levels {
		factor := normalQuantile(level.Tail())
		if len(strata) == 1 && of[0].n > 1 {
			factor = studentQuantile(level.Tail(), of[0].n-1)
		}
		half := float64(factor * deviation)
		middle := float(point)
		i := Interval{Level: level, Factor: factor, Low: toCents(middle - half), High: toCents(middle + half)}
		if middle > 0 {
			i.Precision = half / middle
		}
		p.Intervals = append(p.Intervals, i)
	}
	return p
}

// quotient is the share of what was paid, over all units.
func quotient(strata []Stratum, part, paid []sums) float64 {
	above, below := new(big.Rat), new(big.Rat)
	for h := range strata {
		above.Add(above, part[h].projected(strata[h].Units))
		below.Add(below, paid[h].projected(strata[h].Units))
	}
	if below.Sign() == 0 {
		return 0
	}
	return float(above.Quo(above, below))
}

// tally counts units with an error.
type tally struct{ count, sampled, all int }

func (t *tally) add(wrong bool) {
	t.sampled++
	if wrong {
		t.count++
	}
}

// rate is the share of units with an error, with exact limits for one stratum.
func rate(of []tally, levels []Level) Rate {
	var r Rate
	for _, t := range of {
		r.Count, r.Sampled, r.All = r.Count+t.count, r.Sampled+t.sampled, r.All+t.all
	}
	variance := 0.0
	for _, t := range of {
		weight, share := float64(t.all)/float64(r.All), float64(t.count)/float64(max(1, t.sampled))
		r.Share += float64(weight * share)
		if t.sampled > 1 {
			left := 1 - float64(t.sampled)/float64(t.all)
			variance += float64(float64(weight*weight)*float64(share*(1-share))) / float64(t.sampled-1) * left
		}
	}
	r.Error, r.Exact = math.Sqrt(variance), len(of) == 1
	for _, level := range levels {
		r.Limits = append(r.Limits, r.limits(level))
	}
	return r
}

func (r *Rate) limits(level Level) RateLimits {
	if r.Exact {
		low, high := ErrorLimits(r.All, r.Sampled, r.Count, level)
		return RateLimits{Level: level, Low: low, High: high}
	}
	half := float64(normalQuantile(level.Tail()) * r.Error)
	units := func(share float64) int { return int(math.Round(float64(min(1, max(0, share)) * float64(r.All)))) }
	return RateLimits{Level: level, Low: units(r.Share - half), High: units(r.Share + half)}
}

// mean and spread are those of a difference over all units, by strata, in cents.
func (e *Estimate) mean() (mean float64) {
	all := e.PaymentErrors.All
	for i := range e.Parts {
		mean += float64(e.Parts[i].Mean * (float64(e.Parts[i].All) / float64(all)))
	}
	return mean
}

func (e *Estimate) spread() float64 {
	if len(e.Parts) == 1 {
		return e.Parts[0].Deviation
	}
	mean, variance := e.mean(), 0.0
	for i := range e.Parts {
		p := &e.Parts[i]
		off := p.Mean - mean
		within := float64(p.Deviation*p.Deviation) + float64(off*off)
		variance += float64(within * (float64(p.All) / float64(e.PaymentErrors.All)))
	}
	return math.Sqrt(variance)
}

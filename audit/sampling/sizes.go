package sampling

import (
	"errors"
	"math"
)

// What a sample is to reach when nobody says otherwise: the precision that a full sample needs under the
// older corporate integrity agreements.
const (
	UsualLevel     Level   = 90
	UsualPrecision float64 = 25 // percent
)

// ProbeSize is how many units a probe has.
const ProbeSize = 30

// SizeForMean is how many of so many units must be sampled for the mean to be known to the precision, in
// percent, where it and the deviation are about those: to the nearest whole, as RAT-STATS has it.
func SizeForMean(all int, mean, deviation, precision float64, level Level) int {
	n := float64(all)
	error := float64(precision/100) * float64(mean*n) / normalQuantile(level.Tail())
	above := float64(deviation * n)
	above = float64(above * above)
	return int(math.Round(above / (float64(error*error) + float64(n*float64(deviation*deviation)))))
}

// SizeForRate is SizeForMean where only the rate of errors is foreseen, and an error is of the whole amount
// of a unit, which has that mean and deviation.
func SizeForRate(all int, rate, mean, deviation, precision float64, level Level) int {
	spread := math.Sqrt(float64(rate * (float64(deviation*deviation) + float64(float64(1-rate)*float64(mean*mean)))))
	return SizeForMean(all, float64(rate*mean), spread, precision, level)
}

var errNoMean = errors.New("the probe found nothing overpaid in sum: no size can be worked out from it; give one with --size")

// SizeFromProbe is how many of so many units must be sampled, by what a probe of them found.
func SizeFromProbe(all int, probe *Estimate, precision float64, level Level) (int, error) {
	mean := probe.mean()
	if mean <= 0 {
		return 0, errNoMean
	}
	return min(all, max(2, SizeForMean(all, mean, probe.spread(), precision, level))), nil
}

package sampling

import "math"

// ErrorLimits are the exact limits of how many of all units have an error where count of the sampled have
// one: those numbers under which the count is not too rare, at either end, for the level.
func ErrorLimits(all, sampled, count int, level Level) (low, high int) {
	tail := level.Tail() * (1 + nearly) // a probability that is the tail itself is not above it
	h := hypergeometric{all: all, sampled: sampled}
	low = lowest(count, all-(sampled-count), func(errors int) bool { return h.atLeast(count, errors) > tail })
	high = lowest(low, all-(sampled-count)+1, func(errors int) bool { return h.atMost(count, errors) <= tail }) - 1
	return low, high
}

// nearly is what sums of probabilities may be off by.
const nearly = 1e-9

// lowest is the first number from low on for which holds is true, where it stays true; high when it is
// true for none below.
func lowest(low, high int, holds func(int) bool) int {
	for low < high {
		middle := low + (high-low)/2
		if holds(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

// hypergeometric is how many errors a sample has of so many among all.
type hypergeometric struct{ all, sampled int }

// atLeast is the probability of count or more errors in the sample.
func (h hypergeometric) atLeast(count, errors int) float64 {
	least, most := max(0, h.sampled+errors-h.all), min(h.sampled, errors)
	switch {
	case count <= least:
		return 1
	case count > most:
		return 0
	case count > h.mode(errors):
		return h.sum(count, errors, 1)
	}
	return 1 - h.sum(count-1, errors, -1)
}

// atMost is the probability of count or fewer errors in the sample.
func (h hypergeometric) atMost(count, errors int) float64 { return 1 - h.atLeast(count+1, errors) }

// mode is the most likely number of errors in the sample.
func (h hypergeometric) mode(errors int) int {
	return int(float64(float64(h.sampled+1)*float64(errors+1)) / float64(h.all+2))
}

// sum adds up the probabilities from count outwards, away from the mode, where each is less than the one
// before.
func (h hypergeometric) sum(count, errors, direction int) (total float64) {
	term := math.Exp(logChoose(errors, count) + logChoose(h.all-errors, h.sampled-count) - logChoose(h.all, h.sampled))
	for i := count; term > 0; i += direction {
		total += term
		if term < float64(total*1e-18) {
			break
		}
		term = float64(term * h.ratio(i, errors, direction))
	}
	return total
}

// ratio is how much rarer the next number of errors is than i.
func (h hypergeometric) ratio(i, errors, direction int) float64 {
	if direction < 0 {
		i--
	}
	up := float64(float64(errors-i)*float64(h.sampled-i)) / float64(float64(i+1)*float64(h.all-errors-h.sampled+i+1))
	if direction < 0 {
		if i < 0 || up == 0 {
			return 0
		}
		return 1 / up
	}
	return max(0, up)
}

func logChoose(n, k int) float64 {
	return logGamma(float64(n+1)) - logGamma(float64(k+1)) - logGamma(float64(n-k+1))
}

// ClopperPearson are the exact limits of the rate of errors where it is not known of how many units the
// sample is.
func ClopperPearson(sampled, count int, level Level) (low, high float64) {
	tail := level.Tail()
	high = 1
	if count > 0 {
		low = betaQuantile(tail, float64(count), float64(sampled-count+1))
	}
	if count < sampled {
		high = betaQuantile(1-tail, float64(count+1), float64(sampled-count))
	}
	return low, high
}

package sampling

import "math"

// The quantiles are found by bisection on the incomplete beta function, which is a page of code; products
// are rounded (float64) before they are added to, so that every machine gives the same digits.

// normalQuantile is z, beyond which lies the tail of the normal distribution.
func normalQuantile(tail float64) float64 { return -math.Sqrt2 * math.Erfinv(float64(2*tail)-1) }

// studentQuantile is t, beyond which lies the tail of Student's distribution with so many degrees of freedom.
func studentQuantile(tail float64, degrees int) float64 {
	v := float64(degrees)
	beyond := func(t float64) float64 { return incompleteBeta(v/2, 0.5, v/(v+float64(t*t))) / 2 }
	high := 1.0
	for beyond(high) > tail {
		high *= 2
	}
	return bisect(0, high, func(t float64) bool { return beyond(t) > tail })
}

// betaQuantile is the value below which lies the share p of the beta distribution.
func betaQuantile(p, a, b float64) float64 {
	return bisect(0, 1, func(x float64) bool { return incompleteBeta(a, b, x) < p })
}

// bisect is where below turns from true to false, as near as floats come.
func bisect(low, high float64, below func(float64) bool) float64 {
	for range 200 {
		middle := (low + high) / 2
		if middle == low || middle == high {
			break
		}
		if below(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// incompleteBeta is the regularised incomplete beta function, by its continued fraction.
func incompleteBeta(a, b, x float64) float64 {
	if x <= 0 {
		return 0
	}
	if x >= 1 {
		return 1
	}
	front := math.Exp(logGamma(a+b) - logGamma(a) - logGamma(b) + float64(a*math.Log(x)) + float64(b*math.Log1p(-x)))
	if x < (a+1)/(a+b+2) {
		return float64(front*betaFraction(a, b, x)) / a
	}
	return 1 - float64(front*betaFraction(b, a, 1-x))/b
}

const (
	mostTerms = 100_000
	tiny      = 1e-300 // stands for zero where it would be divided by
	exact     = 1e-16
)

// betaFraction is the continued fraction, by Lentz's method.
func betaFraction(a, b, x float64) float64 {
	c, d := 1.0, 1/awayFromZero(1-float64((a+b)*x)/(a+1))
	h := d
	for m := 1.0; m < mostTerms; m++ {
		even := float64(m*(b-m)*x) / float64((a+2*m-1)*(a+2*m))
		d = 1 / awayFromZero(1+float64(even*d))
		c = awayFromZero(1 + even/c)
		h = float64(h * float64(d*c))
		odd := -float64(float64((a+m)*(a+b+m))*x) / float64((a+2*m)*(a+2*m+1))
		d = 1 / awayFromZero(1+float64(odd*d))
		c = awayFromZero(1 + odd/c)
		change := float64(d * c)
		h = float64(h * change)
		if math.Abs(change-1) < exact {
			break
		}
	}
	return h
}

func awayFromZero(v float64) float64 {
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}

func logGamma(v float64) float64 {
	l, _ := math.Lgamma(v)
	return l
}

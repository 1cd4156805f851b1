package sampling

import (
	"math"
	"math/big"

	"claimaudit/audit/claim"
)

// sums are the exact sums of amounts in cents and of their squares, so that the digits that are printed
// hang on no order of adding.
type sums struct {
	n             int
	total, square big.Int
}

func (s *sums) add(x claim.Cents) {
	v := big.NewInt(int64(x))
	s.n++
	s.total.Add(&s.total, v)
	s.square.Add(&s.square, v.Mul(v, v))
}

// spread is n times the sum of squares less the square of the sum: n (n-1) times the variance.
func (s *sums) spread() *big.Int {
	spread := new(big.Int).Mul(big.NewInt(int64(s.n)), &s.square)
	return spread.Sub(spread, new(big.Int).Mul(&s.total, &s.total))
}

// deviation is the standard deviation in cents, with n-1; 0 of fewer than two.
func (s *sums) deviation() float64 {
	if s.n < 2 {
		return 0
	}
	n := int64(s.n)
	return root(new(big.Rat).SetFrac(s.spread(), new(big.Int).Mul(big.NewInt(n), big.NewInt(n-1))))
}

// mean is the mean in cents.
func (s *sums) mean() *big.Rat {
	if s.n == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).SetFrac(&s.total, big.NewInt(int64(s.n)))
}

// variance is the variance of the total of all units that is projected from the sample, with the
// correction for a finite number: N (N-n) D / (n^2 (n-1)), in cents squared; 0 where all were sampled.
func (s *sums) variance(all int) *big.Rat {
	if s.n < 2 || s.n >= all {
		return new(big.Rat)
	}
	n := big.NewInt(int64(s.n))
	above := new(big.Int).Mul(big.NewInt(int64(all)), big.NewInt(int64(all-s.n)))
	above.Mul(above, s.spread())
	below := new(big.Int).Mul(n, n)
	below.Mul(below, big.NewInt(int64(s.n-1)))
	return new(big.Rat).SetFrac(above, below)
}

// projected is the total of all units: their number times the mean, in cents.
func (s *sums) projected(all int) *big.Rat {
	return new(big.Rat).Mul(big.NewRat(int64(all), 1), s.mean())
}

func root(r *big.Rat) float64 { return math.Sqrt(float(r)) }

func float(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

// toCents rounds to whole cents, halves away from zero.
func toCents(v float64) claim.Cents { return claim.Cents(math.Round(v)) }

// wholeCents rounds exactly, halves away from zero.
func wholeCents(r *big.Rat) claim.Cents {
	twice := new(big.Int).Mul(r.Num(), big.NewInt(2))
	twice.Add(twice, new(big.Int).Mul(big.NewInt(int64(r.Sign())), r.Denom()))
	return claim.Cents(twice.Quo(twice, new(big.Int).Mul(r.Denom(), big.NewInt(2))).Int64())
}

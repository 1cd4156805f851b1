package sampling

import (
	"cmp"
	"fmt"
	"slices"

	"claimaudit/audit/claim"
)

// By is what units are put into strata by; blank for one stratum.
type By string

// The ways to stratify.
const (
	Simple     By = ""
	ByProvider By = "provider"
	ByPayer    By = "payer"
	ByTopic    By = "group"
	ByBand     By = "charge"
)

// Stratum is units that are drawn from by themselves.
type Stratum struct {
	Name   string
	Units  int // in the frame
	Amount claim.Cents
	Take   int // how many are drawn
	Spares int
	Seed   Seed // 0 where all are taken and nothing is drawn
}

// NoProvider is the stratum of units without one.
const NoProvider = "no provider"

// numBands is into how many strata amounts are cut, each with about the same sum.
const numBands = 4

// stratify puts the units, which are sorted, into strata.
func (f *Frame) stratify(units []*Unit, by By) {
	name := func(*Unit) string { return "all" }
	var order []string
	switch by {
	case ByProvider:
		name = func(u *Unit) string { return cmp.Or(flat(u.Provider), NoProvider) }
	case ByPayer:
		name = func(u *Unit) string { return u.lead.payer.String() }
	case ByTopic:
		name = func(u *Unit) string { return u.Topic }
	case ByBand:
		cuts := cutsOf(units)
		for i := range len(cuts) + 1 {
			order = append(order, bandName(cuts, i))
		}
		name = func(u *Unit) string { return bandName(cuts, bandOf(cuts, u.Amount)) }
	}
	byName := map[string][]*Unit{}
	for _, u := range units {
		byName[name(u)] = append(byName[name(u)], u)
	}
	if order == nil {
		for n := range byName {
			order = append(order, n)
		}
		slices.Sort(order)
	}
	for _, n := range order {
		s := Stratum{Name: n, Units: len(byName[n])}
		for _, u := range byName[n] {
			s.Amount += u.Amount
		}
		f.Strata, f.Units = append(f.Strata, s), append(f.Units, byName[n])
	}
}

// cutsOf are the amounts from which the bands but the first begin: each band has about the same sum. They
// are whole dollars, and none is without units.
func cutsOf(units []*Unit) (cuts []claim.Cents) {
	amounts := make([]claim.Cents, len(units))
	var total, sum claim.Cents
	for i, u := range units {
		amounts[i] = u.Amount
		total += u.Amount
	}
	slices.Sort(amounts)
	for _, a := range amounts {
		dollar := a - a%100
		atEnd := sum >= total/numBands*claim.Cents(len(cuts)+1)
		if atEnd && len(cuts) < numBands-1 && dollar > amounts[0] && (len(cuts) == 0 || dollar > cuts[len(cuts)-1]) {
			cuts = append(cuts, dollar)
		}
		sum += a
	}
	return cuts
}

func bandOf(cuts []claim.Cents, amount claim.Cents) (i int) {
	for i < len(cuts) && amount >= cuts[i] {
		i++
	}
	return i
}

func bandName(cuts []claim.Cents, i int) string {
	switch {
	case len(cuts) == 0:
		return "all"
	case i == 0:
		return fmt.Sprintf("below $%s", cuts[0])
	case i == len(cuts):
		return fmt.Sprintf("from $%s", cuts[i-1])
	}
	return fmt.Sprintf("from $%s to below $%s", cuts[i-1], cuts[i])
}

// leastTaken is how many units a stratum needs for its spread to be known.
const leastTaken = 2

// allocate shares the size among the strata: by their units, or by their money where they are bands of it,
// at least two each, and never more than there are.
func allocate(strata []Stratum, size int, by By) error {
	least := 0
	for i := range strata {
		strata[i].Take = min(leastTaken, strata[i].Units)
		least += strata[i].Take
	}
	if size < least {
		return fmt.Errorf("%d units are too few for %d strata: each needs %d, which are %d", size, len(strata), leastTaken, least)
	}
	weight := func(s *Stratum) float64 {
		if by == ByBand {
			return float64(s.Amount)
		}
		return float64(s.Units)
	}
	for left := size - least; left > 0; left-- {
		best := -1
		for i := range strata {
			s := &strata[i]
			if s.Take < s.Units && (best < 0 || wants(weight(s), s.Take) > wants(weight(&strata[best]), strata[best].Take)) {
				best = i
			}
		}
		if best < 0 {
			return nil // all are taken
		}
		strata[best].Take++
	}
	return nil
}

// wants is how much a stratum is owed its next unit: by highest averages, as seats are given to parties.
func wants(weight float64, taken int) float64 { return weight / (float64(taken) + 0.5) }

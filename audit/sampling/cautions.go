package sampling

import (
	"fmt"
	"math"
	"strings"
)

// Caution is something that a figure does not rest on as firmly as it looks, or does not say at all.
type Caution string

// From where on an interval by t or z is not to be believed as it stands: thresholds of ours, not of any
// agreement.
const (
	fewErrors    = 10
	mostSkewed   = 3
	leastPrecise = 0.25
	fewSampled   = 30
)

// cautions are what must be said beside the figures.
func (e *Estimate) cautions() (list []Caution) {
	say := func(when bool, format string, args ...any) {
		if when {
			list = append(list, Caution(fmt.Sprintf(format, args...)))
		}
	}
	whole := e.PaymentErrors.Sampled >= e.PaymentErrors.All
	say(e.Basis == ByCharge, "Nothing tells what was paid: the amounts are charges, and a difference of charges is no overpayment. Nothing can be demanded or refunded by them.")
	say(e.Basis == ByAllowed, "The amounts are what payers allowed, of which patients owe a share: what a payer paid too much is less.")
	say(whole, "Every unit of the frame was reviewed: there is no sampling error, and all limits are the total itself.")
	say(!whole && e.NonZero == 0, "No sampled unit has a difference. The projected amount and its limits are 0 because the sample has no spread, not because nothing can be wrong elsewhere: what can be said is how many units may have an error, which stands with the error rate.")
	say(!whole && 0 < e.NonZero && e.NonZero < fewErrors, "Only %d of the sampled units have a difference, fewer than %d: the limits of the amount are then not of the confidence that they name.", e.NonZero, fewErrors)
	asked := e.At(e.Level)
	say(!whole && asked.Precision > leastPrecise, "The precision at %s %% confidence is %.1f %%, worse than the 25 %% that is commonly asked for: a larger sample is needed before the amount is used.", e.Level, 100*asked.Precision)
	say(!whole && e.Point > 0 && asked.Low < 0, "The lower limit is below zero: no amount is supported by it.")
	say(e.Point < 0, "More was paid too little than too much in the sample: the projected amount is an underpayment.")
	list = append(list, e.byPart("Fewer than %d units were reviewed of %s: one unit more or less changes the figures a good deal.", fewSampled, func(p *Part) bool { return p.Sampled < fewSampled })...)
	list = append(list, e.byPart("The differences are skewed (beyond %d) in %s: a few large ones decide the amount, and its limits are not of the confidence that they name.", mostSkewed, func(p *Part) bool { return math.Abs(p.Skewness) > mostSkewed })...)
	if len(e.Parts) > 1 {
		list = append(list, e.byPart("All sampled differences are alike, %d units or more, in %s: it adds nothing to the standard error, which is then smaller than the truth.", leastTaken, func(p *Part) bool { return p.Deviation == 0 })...)
	}
	say(len(e.Parts) > 1 && !whole, "Over several strata the limits are those of the normal distribution, not exact ones: they ask for a good many units and errors in each stratum that is not taken whole.")
	say(e.Unproduced > 0, "For %d lines there was no record. They count as not supported, of their whole amount, as payers count them.", e.Unproduced)
	return list
}

// byPart is a caution of the sample, or of those of its strata that it holds for and that are not taken whole.
func (e *Estimate) byPart(format string, threshold int, holds func(*Part) bool) []Caution {
	var names []string
	for i := range e.Parts {
		if p := &e.Parts[i]; !p.Whole() && holds(p) {
			names = append(names, fmt.Sprintf("%s (%d of %d)", p.Name, p.Sampled, p.All))
		}
	}
	switch {
	case len(names) == 0:
		return nil
	case len(e.Parts) == 1:
		return []Caution{Caution(fmt.Sprintf(format, threshold, fmt.Sprintf("the sample (%d of %d)", e.Parts[0].Sampled, e.Parts[0].All)))}
	}
	return []Caution{Caution(fmt.Sprintf(format, threshold, plural(len(names))+": "+strings.Join(names, ", ")))}
}

func plural(strata int) string {
	if strata == 1 {
		return "a stratum"
	}
	return fmt.Sprintf("%d strata", strata)
}

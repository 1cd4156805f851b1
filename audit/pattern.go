package audit

import (
	"slices"

	"claimaudit/audit/catalog"
)

// Pattern is a way of billing that no single line shows: how often a provider bills so. It is
// never a finding on a line.
type Pattern struct {
	ID     string
	Title  string
	Of     string // what the rate is of
	Above  int    // the percentage above which auditors look closer; 0 where none is known
	Least  int    // a rate over fewer says nothing and is not shown
	Help   string // what it means, and when it is right to bill so after all
	Source string
	Groups catalog.Groups // it is looked for on days with one of these codes
	// Count looks at the lines of one provider for one patient on one day; it keeps nothing.
	Count func(mine []*Line) (n, of int)
}

// Rate is how often a provider's billing shows a pattern.
type Rate struct{ N, Of int }

// StandsOut tells whether the rate is above what auditors take as usual.
func (r Rate) StandsOut(p *Pattern) bool { return p.Above > 0 && r.N*100 > r.Of*p.Above }

// countPatterns counts the patient's days for each provider.
func (t *tally) countPatterns(c *Case) {
	if t.patternGroups&c.Groups == 0 {
		return
	}
	for i := range c.NumDays() {
		t.countDay(c.Day(i))
	}
}

// countDay counts a day, provider by provider: most days have one.
func (t *tally) countDay(day []Line) {
	left := t.left[:0]
	for i := range day {
		if !day[i].Context {
			left = append(left, &day[i])
		}
	}
	t.left = left
	for len(left) > 0 {
		p := t.provider(left[0])
		n := 0 // of the provider's lines, moved to the front
		for i, l := range left {
			if t.provider(l) == p {
				left[n], left[i] = l, left[n]
				n++
			}
		}
		t.countMine(p, left[:n])
		left = left[n:]
	}
}

func (t *tally) countMine(p *Provider, mine []*Line) {
	var groups catalog.Groups
	for _, l := range mine {
		groups |= l.Known.Ever()
	}
	for i, pattern := range t.patterns {
		if groups&pattern.Groups == 0 {
			continue
		}
		if p.Rates == nil {
			p.Rates = make([]Rate, len(t.patterns))
		}
		n, of := pattern.Count(mine)
		p.Rates[i].N += n
		p.Rates[i].Of += of
	}
}

// Add takes over another provider's counts.
func (p *Provider) Add(q *Provider) {
	p.add(&q.Counts)
	if p.Rates == nil {
		p.Rates = slices.Clone(q.Rates)
		return
	}
	for i, r := range q.Rates {
		p.Rates[i].N += r.N
		p.Rates[i].Of += r.Of
	}
}

package account

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
)

// countPatterns counts the patient's days for each provider.
func (t *Tally) countPatterns(c *audit.Case) {
	if t.patternGroups&c.Groups == 0 {
		return
	}
	for i := range c.NumDays() {
		if c.EndsWholeDay(i) {
			t.countDay(c.WholeDay(i))
		}
	}
}

// countDay counts a day, provider by provider: most days have one.
func (t *Tally) countDay(day []audit.Line) {
	left := t.left[:0]
	for i := range day {
		if !day[i].Context && !day[i].Continues() {
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

func (t *Tally) countMine(p *audit.Provider, mine []*audit.Line) {
	var groups catalog.Groups
	for _, l := range mine {
		groups |= l.Known.Ever()
	}
	for i, pattern := range t.setup.Patterns {
		if groups&pattern.Groups == 0 {
			continue
		}
		if p.Rates == nil {
			p.Rates = make([]audit.Rate, len(t.setup.Patterns))
		}
		n, of := pattern.Count(mine)
		p.Rates[i].N += n
		p.Rates[i].Of += of
	}
}

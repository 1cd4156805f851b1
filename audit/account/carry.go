package account

import (
	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/wire"
)

// carried is all that a tally counted, as it goes from one process to another.
type carried struct {
	summary   audit.Summary
	sights    map[sight]*seen
	months    map[claim.Date]*audit.Month
	providers map[string]*audit.Provider
	payers    map[string]int
	values    map[value]*int
	answers   answers
	unmet     []bool // by rule
}

// Bytes are what was counted, for Take of a tally of the same setup.
func (t *Tally) Bytes() []byte {
	c := carried{t.summary, t.sights, t.months, t.providers, t.payers, t.values.lines, t.answers, nil}
	for _, r := range t.setup.Rules {
		c.unmet = append(c.unmet, t.unmet[r])
	}
	return wire.Append(nil, &c)
}

// Take adds what another process counted.
func (t *Tally) Take(data []byte) error {
	var c carried
	if err := wire.Read(data, &c); err != nil {
		return err
	}
	u := NewTally(t.setup)
	if len(c.unmet) != len(t.setup.Rules) {
		return wire.ErrCut
	}
	for i, r := range t.setup.Rules {
		if !c.unmet[i] {
			delete(u.unmet, r)
		}
	}
	u.summary, u.sights, u.months, u.providers, u.payers, u.values.lines, u.answers = c.summary, c.sights, c.months, c.providers, c.payers, c.values, c.answers
	t.Add(u)
	return nil
}

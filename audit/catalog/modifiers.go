package catalog

import (
	"strings"

	"claimaudit/audit/claim"
)

// Modifier is a listed modifier and when it may be billed.
type Modifier struct {
	Code     claim.Modifier
	Label    string // our own words; several modifiers of one family share it
	From, To claim.Date
	// Only is the beginning of the codes it may stand on ("A0" for ambulance trips); "" for any.
	Only   string
	Source string
}

// StandsOn tells whether the modifier exists on that date and may stand on codes of that kind.
func (m Modifier) StandsOn(code claim.Code, d claim.Date) bool {
	return m.From <= d && d <= m.To && strings.HasPrefix(code.String(), m.Only)
}

// Modifier is the listed modifier, exactly as given.
func (c *Catalog) Modifier(m claim.Modifier) (Modifier, bool) {
	listed, ok := c.modifiers[m]
	return listed, ok
}

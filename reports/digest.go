package reports

import (
	"claimaudit/audit"
)

// digest is a report with what figures of the whole are counted from.
type digest struct {
	*view
	encounters *encounters
	met        []*audit.Rule // the rules with findings, in the order they ran
}

func newDigest(v *view) digest { return digest{v, encountersOf(&v.lines), v.rulesMet()} }

package audit

import "claimaudit/audit/catalog"

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

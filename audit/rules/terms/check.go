package terms

import "claimaudit/audit"

// Check is what a rule does with a case.
type Check = func(c *audit.Case, report func(audit.Finding))

// EachLine is the shape of a check that looks at one line at a time. History lines are passed
// over: they are never reported.
func EachLine(look func(c *audit.Case, l *audit.Line, report func(audit.Finding))) Check {
	return func(c *audit.Case, report func(audit.Finding)) {
		for _, l := range c.Asked {
			if !l.Context {
				look(c, l, report)
			}
		}
	}
}

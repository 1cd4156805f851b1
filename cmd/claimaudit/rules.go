package main

import (
	"fmt"
	"text/tabwriter"

	"claimaudit/audit/rules"
)

// rulesCmd lists the rules.
type rulesCmd struct{}

// Run prints one line a rule.
func (*rulesCmd) Run(io *streams) error {
	w := tabwriter.NewWriter(io.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSEVERITY\tTITLE\tSOURCE")
	for _, r := range rules.All() {
		severity := r.Severity.String()
		if r.Off {
			severity += " (off)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.ID, severity, r.Title, r.Source)
	}
	return w.Flush()
}

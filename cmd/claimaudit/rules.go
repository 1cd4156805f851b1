package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"claimaudit/audit/rules"
)

// rulesCmd lists the rules.
type rulesCmd struct {
	Format string `enum:"text,json,markdown" default:"text" placeholder:"FORMAT" help:"text: a line a rule; json or markdown: all there is to know of each, and of the coding guide."`
}

// Run prints the rules in the format asked for.
func (r *rulesCmd) Run(io *streams) error {
	if r.Format == "text" {
		return listRules(io.out)
	}
	book, err := newHandbook()
	if err != nil {
		return err
	}
	if r.Format == "markdown" {
		_, err := io.out.Write(book.markdown())
		return err
	}
	encoder := json.NewEncoder(io.out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(book)
}

// listRules prints one line a rule.
func listRules(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
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

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"claimaudit/audit/rules"
)

// rulesCmd lists the rules.
type rulesCmd struct {
	ruleSettings
	configSetting

	Format string `enum:"text,json,markdown" default:"text" placeholder:"FORMAT" help:"text: a line a rule; json or markdown: all there is to know of each, and of the coding guide."`
}

// Run prints the rules in the format asked for.
func (r *rulesCmd) Run(conf *configuration, io *streams) error {
	if r.Format == "text" {
		return r.list(conf, io.out)
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

// list prints one line a rule; off are those that an audit with these settings does not run.
func (r *rulesCmd) list(conf *configuration, out io.Writer) error {
	all := rules.All()
	chosen, err := r.choose(all, conf)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSEVERITY\tTITLE\tSOURCE")
	for _, rule := range all {
		severity := rule.Severity.String()
		if !slices.Contains(chosen, rule) {
			severity += " (off)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", rule.ID, severity, rule.Title, rule.Source)
	}
	return w.Flush()
}

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"claimaudit/audit/rules/notes"
)

// rulesCmd lists the rules.
type rulesCmd struct {
	ownSettings
	ruleSettings
	configSetting

	Format string `enum:"text,json,markdown" default:"text" placeholder:"FORMAT" help:"text: a line a rule; markdown: the page of the rules; json: all there is to know of each, and of the coding guide."`
	Guide  bool   `help:"The coding guide section by section instead of the rules; json has both."`
}

// Run prints the rules in the format asked for.
func (r *rulesCmd) Run(conf *configuration, std *streams) error {
	if r.Format == "text" && !r.Guide {
		return r.list(conf, std.out)
	}
	book, err := newHandbook()
	if err != nil {
		return err
	}
	switch {
	case r.Format == "text":
		return book.sections(std.out)
	case r.Format == "json":
		own, err := r.own(conf, notes.Options{}, conf.done)
		if err != nil {
			return err
		}
		for _, rule := range own.Rules {
			book.Rules = append(book.Rules, entryOf(notes.Family, rule))
		}
		return book.json(std.out)
	case r.Guide:
		_, err = io.WriteString(std.out, book.guidePage())
	default:
		_, err = io.WriteString(std.out, book.rulesPage())
	}
	return err
}

func (h *handbook) json(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(h)
}

// list prints one line a rule; off are those that an audit with these settings does not run.
func (r *rulesCmd) list(conf *configuration, out io.Writer) error {
	own, err := r.own(conf, notes.Options{}, conf.done)
	if err != nil {
		return err
	}
	chosen, err := r.choose(own.all, conf)
	if err != nil {
		return err
	}
	names := newRuleNames(own.all)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSEVERITY\tTOPIC\tTITLE\tSOURCE")
	for _, rule := range own.all {
		severity := rule.Severity.String()
		if !slices.Contains(chosen, rule) {
			severity += " (off)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", rule.ID, severity, names.kinds[rule.ID][0], rule.Title, rule.Source)
	}
	return w.Flush()
}

// sections prints one line a section of the coding guide: how many codes of the catalogue belong to
// it, how many rules speak of it, and in how many places it is wrong.
func (h *handbook) sections(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SECTION\tHEADING\tCODES\tRULES\tERRATA")
	for i := range h.Guide {
		s := &h.Guide[i]
		errata := 0
		for _, e := range h.Errata {
			if slices.Contains(e.Sections, s.ID) {
				errata++
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\n", s.ID, s.Heading, len(s.Codes), len(s.Rules), errata)
	}
	return w.Flush()
}

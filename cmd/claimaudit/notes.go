package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/near"
	"claimaudit/audit/rules"
	"claimaudit/audit/rules/notes"
	"claimaudit/audit/table"
	"claimaudit/parsers/practice"
	"claimaudit/reports"
	"claimaudit/reports/blank"
)

// notesCmd writes a file to fill in, or says how files that are filled in are understood.
type notesCmd struct {
	Template string `placeholder:"FILE" help:"Write a workbook to fill in, .xlsx: the practice's rules and its list of codes, with drop-downs, what each column means, and examples."`

	ownSettings
	configSetting
}

// Run writes the template, or lists the practice's own rules.
func (n *notesCmd) Run(conf *configuration, std *streams) error {
	if n.Template != "" {
		return n.write(std.out)
	}
	if len(n.ownFiles()) == 0 {
		return fmt.Errorf("nothing to do: --template FILE.xlsx writes a file to fill in; --notes FILE and --codes FILE check such files")
	}
	own, err := n.own(conf, notes.Options{}, conf.done)
	if err != nil {
		return err
	}
	return own.list(std.out)
}

// list prints every own rule with what its rows say, and what they switch off.
func (o *ownKnowledge) list(out io.Writer) error {
	var text strings.Builder
	for _, r := range o.Rules {
		fmt.Fprintf(&text, "%s (%s)\n  %s\n", r.ID, r.Severity, strings.ReplaceAll(r.Means, ". Row ", ".\n  Row "))
	}
	for _, e := range o.Codes {
		fmt.Fprintf(&text, "%s\n  %s (%s)\n", e.Codes, e.Says, e.Source)
	}
	for _, r := range o.all {
		for _, w := range r.Withdrawn {
			fmt.Fprintf(&text, "%s\n  %s\n", r.ID, w.Reason)
		}
	}
	for _, left := range o.Examples {
		text.WriteString(left + "\n")
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// write writes the template, and never over a file that is there.
func (n *notesCmd) write(out io.Writer) error {
	if !strings.EqualFold(filepath.Ext(n.Template), ".xlsx") {
		return fmt.Errorf("--template %s: expected a name ending in .xlsx", n.Template)
	}
	if err := blank.Write(n.Template, ownSheets()); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, n.Template)
	return err
}

// ownSheets are the sheets to fill in.
func ownSheets() []blank.Sheet {
	sheet := func(name, form, about string) blank.Sheet {
		s := blank.Sheet{Name: name, About: about, Rows: notes.Template(form)[1:]}
		for _, c := range notes.Columns(form) {
			column := blank.Column{Head: c.Head, Help: c.Help, Must: c.Must != "", Day: c.Holds == "day"}
			if c.Choices != "" {
				column.Choices = strings.Split(c.Choices, ";")
			}
			s.Columns = append(s.Columns, column)
		}
		return s
	}
	return []blank.Sheet{
		sheet("Notes", "notes", "A row is a rule of your own: which codes, for whom, from when, and what is asked. Save the file and give it to an audit: claimaudit audit EXPORT --notes FILE. The rows that are there are examples, and left out while their Source begins with Example: write over them."),
		sheet("Codes", "codes", "A row is a code as your practice bills it. Save the file and give it to an audit: claimaudit audit EXPORT --codes FILE (it may be the file of the notes). The rows that are there are examples, and left out while their Source begins with Example: write over them."),
	}
}

// ownKnowledge is all rules, with what the practice's own files made.
type ownKnowledge struct {
	*notes.Own
	all    []*audit.Rule // the built-in ones, then the practice's
	tables []audit.Table // the files
	copied func(path string) string
}

// own reads the practice's own files; the error names all that is wrong in them.
func (s *ownSettings) own(conf *configuration, o notes.Options, done <-chan struct{}) (*ownKnowledge, error) {
	known := &ownKnowledge{all: rules.All(), Own: &notes.Own{}, copied: conf.copied}
	if len(s.ownFiles()) == 0 {
		return known, nil
	}
	written, wrong := known.read("notes", nonBlank(s.Notes), o.Redact, done)
	listed, more := known.read("codes", nonBlank(s.Codes), o.Redact, done)
	made, err := notes.Make(written, listed, known.all, o)
	if err := errors.Join(said(conf, "notes", wrong), said(conf, "codes", more), err); err != nil {
		return nil, first(err, mostFaults)
	}
	known.Own, known.all = made, append(known.all, made.Rules...)
	return known, nil
}

// mostFaults is how many faults of the practice's own files are printed.
const mostFaults = 50

// first are the first of joined errors, and how many there are more.
func first(err error, most int) error {
	all := flatten(err)
	if len(all) <= most {
		return err
	}
	return errors.Join(append(slices.Clip(all[:most]), fmt.Errorf("and %d more", len(all)-most))...)
}

// said names the setting before errors that name the file alone.
func said(conf *configuration, flag string, err error) error {
	if err == nil || !conf.used[flag] {
		return err
	}
	var all []error
	for _, e := range flatten(err) {
		all = append(all, fmt.Errorf("%s: %w", conf.said(flag), e))
	}
	return errors.Join(all...)
}

// ownFiles are the files named.
func (s *ownSettings) ownFiles() []string { return slices.Concat(nonBlank(s.Notes), nonBlank(s.Codes)) }

// read reads files of notes or of codes.
func (o *ownKnowledge) read(form string, paths []string, redact bool, done <-chan struct{}) (list []*table.Records, err error) {
	return o.readForm(ownForm(form), paths, redact, done)
}

// readForm reads files of a form.
func (o *ownKnowledge) readForm(form *practice.Form, paths []string, redact bool, done <-chan struct{}) (list []*table.Records, err error) {
	var errs []error
	for _, path := range paths {
		at := o.copied(path)
		if reports.IsOurs(at) {
			errs = append(errs, fmt.Errorf("%s: this is a report of claimaudit, and no file of %s", path, form.What))
			continue
		}
		f, err := form.Read(at, done)
		if errs = append(errs, err); f == nil {
			continue
		}
		for _, r := range f.Records {
			r.File = path + strings.TrimPrefix(r.File, at)
		}
		list = append(list, f.Records...)
		t := audit.Table{Name: "own " + form.What, SHA256: f.SHA256, File: relative(path), Rows: f.Rows()}
		if redact {
			t.File = ""
		}
		o.tables = append(o.tables, t)
	}
	return list, errors.Join(errs...)
}

// ownForm is the form of notes or of codes.
func ownForm(form string) *practice.Form {
	f := &practice.Form{What: form}
	for _, c := range notes.Columns(form) {
		f.Columns = append(f.Columns, practice.Column{
			Name: c.Name, Heads: append([]string{c.Head, c.Name}, strings.Split(c.Names, ";")...), Key: c.Must == "key", Must: c.Must != "", Days: c.Holds == "day",
		})
	}
	return f
}

// ids are the ids of all rules.
func (o *ownKnowledge) ids() (ids []string) {
	for _, r := range o.all {
		ids = append(ids, r.ID)
	}
	return ids
}

// ownHint says what an id may have been that none of the practice's own rules has.
func ownHint(id string, ids []string) string {
	if best := near.Word(id, ids); best != "" {
		return "did you mean " + best + "?"
	}
	return "give their files with --notes and --codes"
}

// findRule is the rule with this id, of the program or of the practice; nil when there is none.
func (o *ownKnowledge) findRule(id string) *ruleEntry {
	for _, r := range o.Rules {
		if r.ID == id {
			e := entryOf(notes.Family, r)
			return &e
		}
	}
	e := findRule(id)
	for _, r := range o.all {
		for _, w := range r.Withdrawn {
			if r.ID == id {
				e.withdrawn = append(e.withdrawn, w.Reason)
			}
		}
	}
	return e
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/parsers"
	"claimaudit/parsers/tables"
)

// tablesCmd tells of CMS table files.
type tablesCmd struct {
	Show tablesShowCmd `cmd:"" default:"withargs" help:"Say what each CMS table file is, its quarter, rows and rejects, and how it differs from the built-in tables. Without a file: what is built in and how old it is."`
	Diff tablesDiffCmd `cmd:"" help:"List what changed between two releases for the codes this practice bills."`
}

// tablesShowCmd describes table files.
type tablesShowCmd struct {
	Files []string `arg:"" optional:"" name:"file" placeholder:"FILE" help:"CMS table files or folders of them. Default: what is built in, and those of --table."`
	tableSettings
	configSetting

	All bool `help:"List every rejected row and every difference."`
}

// few is how many rejects and differences are listed of a file unless all are asked for.
const few = 10

// Run prints what each file is.
func (t *tablesShowCmd) Run(io *streams) error {
	own, err := catalog.Embedded()
	if err != nil {
		return err
	}
	names := t.Files
	if len(names) == 0 {
		names = nonBlank(t.Table)
		if err := listBuiltIn(io.out, own, claim.DateOf(time.Now())); err != nil || len(names) == 0 {
			return err
		}
		fmt.Fprintln(io.out)
	}
	files, err := tables.Load(names, tables.Options{Cache: tables.DefaultCache()})
	if err != nil {
		return err
	}
	for i, f := range files {
		if i > 0 {
			fmt.Fprintln(io.out)
		}
		if err := t.show(io.out, own, f); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(files, func(f *tables.File) bool { return len(f.Rejects) > 0 }) {
		return status(exitIncomplete)
	}
	return nil
}

// listBuiltIn lists the tables that are part of the program, the days they speak of, and how old they are.
func listBuiltIn(out io.Writer, own *catalog.Catalog, today claim.Date) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "BUILT IN\tOF\tDAYS\tLIST\tAGE")
	for _, b := range own.Tables() {
		fmt.Fprintf(w, "%s\t%s\t%s to %s\t%s\t%s\n", b.Name, b.Effective, beginText(b.From), endText(b.To), listText(b), ageText(own.Tables(), b, today))
	}
	return w.Flush()
}

func beginText(d claim.Date) string {
	if d == 0 {
		return "any"
	}
	return d.String()
}

// listText says of a quarter's table that it lists some codes only.
func listText(b catalog.Table) string {
	switch {
	case b.Codes > 0:
		return fmt.Sprintf("in part: %d codes", b.Codes)
	case b.Part:
		return "in part"
	}
	return ""
}

// ageText says how old a table is: by its last day, and whether a newer one of its name is built in too.
func ageText(all []catalog.Table, b catalog.Table, today claim.Date) string {
	newer := slices.ContainsFunc(all, func(o catalog.Table) bool { return o.Name == b.Name && o.To > b.To })
	switch {
	case b.To == claim.EndOfTime:
		return "does not end"
	case newer:
		return "kept for its days"
	case b.To >= today:
		return fmt.Sprintf("good through %s", b.To)
	}
	return fmt.Sprintf("old since %s: %d days", b.To+1, today-b.To)
}

func (t *tablesShowCmd) show(out io.Writer, own *catalog.Catalog, f *tables.File) error {
	o := f.Official
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, f.Path)
	fact := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	fact("table", "%s", o.Name())
	fact("in force", "%s, %s to %s", o.Table.Effective, o.Table.From, o.Table.To)
	fact("rows", "%d read, %d rejected%s", f.Rows-len(f.Rejects), len(f.Rejects), apartText(f.Apart))
	fact("list", "%s", wholeness(o))
	fact("sha256", "%s", o.Table.SHA256)
	for _, note := range f.Notes {
		fact("note", "%s", note)
	}
	if f.Same != "" {
		fact("not used", "%s", instead(f))
	}
	t.list(fact, "rejected", f.Rejects)
	t.compare(fact, own, o)
	return w.Flush()
}

// instead says which file of the same table and quarter is used, and whether it matters.
func instead(f *tables.File) string {
	if f.Differs {
		return f.Same + " is of the same table and quarter, is used, and SAYS OTHER THINGS: give the one that is right"
	}
	return f.Same + " holds the same table"
}

func apartText(apart map[string]int) (text string) {
	for _, what := range sortedKeys(apart) {
		text += fmt.Sprintf("; %d %s", apart[what], what)
	}
	return text
}

func wholeness(o *catalog.Official) string {
	switch {
	case !o.Complete:
		return "an excerpt: codes it does not have are not judged by it"
	case o.Kind == catalog.FeeSchedule:
		return "complete for the CPT codes of its year: one it does not have does not exist"
	case o.Kind == catalog.CodeList, o.Kind == catalog.DiagnosisList:
		return "complete: a code it does not have does not exist"
	}
	return "complete"
}

// compare lists where the file says other things of the catalogue's codes than the built-in table.
func (t *tablesShowCmd) compare(fact func(string, string, ...any), own *catalog.Catalog, o *catalog.Official) {
	listed := func(code claim.Code) bool { return own.Lookup(code) != nil }
	built := own.Own(o.Kind, o.Scope, o.Quarter)
	changes := catalog.Changes([]*catalog.Official{built}, []*catalog.Official{o}, listed)
	if !o.Complete {
		// An excerpt, and one file of several, leave out what they do not speak of.
		changes = slices.DeleteFunc(changes, func(c catalog.Change) bool { return c.Is == "" })
	}
	fact("built in", "%s of %s: %d differences on the %d codes of the catalogue", o.Kind, built.Quarter, len(changes), len(own.All()))
	t.list(fact, "", changes)
}

// list prints a list, of a long one the beginning and how many are left.
func (t *tablesShowCmd) list(fact func(string, string, ...any), name string, list any) {
	var lines []string
	switch list := list.(type) {
	case []tables.Reject:
		for _, r := range list {
			lines = append(lines, r.String())
		}
	case []catalog.Change:
		for _, c := range list {
			lines = append(lines, c.String())
		}
	}
	for i, line := range lines {
		if i == few && !t.All {
			fact("", "and %d more: --all lists them", len(lines)-few)
			return
		}
		fact(name, "%s", line)
	}
}

// tablesDiffCmd compares two releases.
type tablesDiffCmd struct {
	Old string `arg:"" help:"The older release: a file or a folder."`
	New string `arg:"" help:"The newer release: a file or a folder."`
	readingSettings
	configSetting

	Codes string `placeholder:"FILE" help:"The codes to tell of: a list of codes, or an export that bills them. Default: the codes of the catalogue."`
}

// Run prints the changes.
func (t *tablesDiffCmd) Run(ctx context.Context, conf *configuration, io *streams) error {
	keep, err := t.codes(ctx, conf)
	if err != nil {
		return err
	}
	options := tables.Options{Cache: tables.DefaultCache()}
	old, err1 := tables.Load([]string{t.Old}, options)
	now, err2 := tables.Load([]string{t.New}, options)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	before, after := byTable(tables.Official(old)), byTable(tables.Official(now))
	compared := 0
	for _, name := range sortedKeys(after) {
		if before[name] == nil {
			fmt.Fprintf(io.out, "%s: only %s has it\n", name, t.New)
			continue
		}
		compared++
		changes := catalog.Changes(before[name], after[name], keep)
		fmt.Fprintf(io.out, "%s, %s to %s: %d changes\n", name, before[name][0].Quarter, after[name][0].Quarter, len(changes))
		for _, c := range changes {
			fmt.Fprintf(io.out, "  %s\n", c)
		}
	}
	for _, name := range sortedKeys(before) {
		if after[name] == nil {
			fmt.Fprintf(io.out, "%s: only %s has it\n", name, t.Old)
		}
	}
	if compared == 0 {
		return fmt.Errorf("%s and %s hold no table of the same kind: nothing was compared", t.Old, t.New)
	}
	return nil
}

// byTable are the files of each table of one program and setting; of several quarters the newest.
func byTable(list []*catalog.Official) map[string][]*catalog.Official {
	by := map[string][]*catalog.Official{}
	for _, o := range list {
		name := o.Name()
		switch have := by[name]; {
		case have == nil || have[0].Quarter < o.Quarter:
			by[name] = []*catalog.Official{o}
		case have[0].Quarter == o.Quarter:
			by[name] = append(have, o)
		}
	}
	return by
}

// codes tells which codes to tell of.
func (t *tablesDiffCmd) codes(ctx context.Context, conf *configuration) (func(claim.Code) bool, error) {
	if t.Codes == "" {
		own, err := catalog.Embedded()
		return func(code claim.Code) bool { return own.Lookup(code) != nil }, err
	}
	wanted, err := listedCodes(t.Codes)
	if err == nil && wanted == nil {
		wanted, err = t.billedCodes(ctx, conf)
	}
	return func(code claim.Code) bool { return wanted[code] }, err
}

// listedCodes are the codes of a plain list, one a line or parted by blanks and commas; nil for a
// file that holds anything else.
func listedCodes(path string) (map[claim.Code]bool, error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("--codes %s: no file, but a pipe or a device: the codes may have to be read more than once", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--codes: %w", err)
	}
	wanted := map[claim.Code]bool{}
	for _, word := range strings.FieldsFunc(string(bytes.TrimPrefix(data, []byte("\ufeff"))), notInCode) {
		code, err := claim.ParseCode(word)
		if err != nil || !code.Shaped() {
			return nil, nil
		}
		wanted[code] = true
	}
	return wanted, nil
}

func notInCode(r rune) bool { return strings.ContainsRune(" ,;\t\r\n\"", r) }

// billedCodes are the codes an export bills.
func (t *tablesDiffCmd) billedCodes(ctx context.Context, conf *configuration) (map[claim.Code]bool, error) {
	o, err := t.options(conf, nil)
	if err != nil {
		return nil, err
	}
	export, err := parsers.Open(t.Codes, o)
	if err != nil {
		return nil, fmt.Errorf("--codes: neither a list of codes nor an export: %w", err)
	}
	sink := &codeSink{codes: map[claim.Code]bool{}}
	_, err = export.Read(ctx, 0, 1, func(int) parsers.Sink { return sink }, nil)
	return sink.codes, errors.Join(err, export.Close())
}

// codeSink keeps the codes of the lines it is shown.
type codeSink struct{ codes map[claim.Code]bool }

// Line keeps the line's code.
func (s *codeSink) Line(l *claim.Line) { s.codes[l.Code] = true }

// Unread does nothing: a row that is no line bills no code.
func (s *codeSink) Unread(claim.Unread) {}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

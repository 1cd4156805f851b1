// Package reports writes what an audit found out: a workbook for the reviewer, and JSON and CSV
// for other programs. One file a format; call Check before an audit and Write after it.
package reports

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/draft"
)

// Options change what is written, not what was found.
type Options struct {
	// MinSeverity hides findings of a lower severity; zero shows all.
	MinSeverity audit.Severity
	// NewOnly hides findings that were open already, where the report has a past.
	NewOnly bool
	// Deidentify, when not empty, is the key patient and claim ids are replaced with: the same id
	// gives the same replacement in every output and run with that key. Birth dates, narratives and
	// what could name somebody in other cells are left out.
	Deidentify []byte
	// Redact leaves out ids, providers and the names of inputs altogether: for a copy that is handed
	// on.
	Redact bool
	// Title is who or what the audit is for, on the first page; a redacted copy leaves it out.
	Title string
	// Corrected, when not blank, is the CSV file for the lines with the mechanical fixes made; the
	// report must have them.
	Corrected string
	// Mode is that of the outputs; zero is 0600, for their owner alone.
	Mode fs.FileMode
	// Of, when not blank, tells the exports of a workbook from others, without naming any; see FreeFor.
	// Redacted and de-identified copies leave it out.
	Of string
	// Standard, when not blank, is the form of what goes to standard output: one of StandardForms.
	Standard string
}

// of is Of as a copy may say it.
func (o *Options) of() string {
	if o.Redact || len(o.Deidentify) > 0 {
		return ""
	}
	return o.Of
}

// A format writes the report in one form.
type format func(context.Context, io.Writer, *view) error

// formats are the forms a report is written in, each by the ending that asks for it.
var formats = []struct {
	ending string
	write  format
}{
	{".xlsx", writeWorkbook},
	{".json", writeJSON},
	{".csv", writeCSV},
	{".html", writePage},
}

// formatOf is the form that the path's ending asks for.
func formatOf(path string) (format, error) {
	for _, f := range formats {
		if strings.EqualFold(filepath.Ext(path), f.ending) {
			return f.write, nil
		}
	}
	return nil, errors.New("expected a name ending in " + Endings())
}

// standards are the forms for standard output.
var standards = []struct {
	name  string
	write format
}{
	{"text", writeText},
	{"json", writeJSON},
	{"csv", writeCSV},
}

// StandardForms are the names of the forms for standard output, the one that nobody need name first.
func StandardForms() (names []string) {
	for _, s := range standards {
		names = append(names, s.name)
	}
	return names
}

// Endings are the endings an output's name may have, in words: .xlsx, .json, .csv or .html.
func Endings() string {
	var b strings.Builder
	for i, f := range formats {
		switch {
		case i > 0 && i == len(formats)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(f.ending)
	}
	return b.String()
}

// Shown is a report as its outputs show it.
type Shown struct {
	view     *view
	standard *os.File     // what goes to standard output, in a private file
	remove   func() error // closes it
}

// Show masks a report and names its findings. Its Write must follow.
func Show(r *audit.Report, o Options) *Shown { return &Shown{view: wholeView(r, o)} }

// Mark is a finding's fingerprint, and what it has to do with others.
type Mark struct {
	Text string
	Twin bool // another finding says the same
	// Flood is the fingerprint of the finding that stands for this one and others, or would, if they were more; ""
	// for none.
	Flood string
	// Lines are the findings of the lines that it stands for; nil where it stands for its own.
	Lines iter.Seq2[*audit.Finding, Mark]
}

// Findings yields all findings as they are shown, and their fingerprints. A finding holds until the next.
func (s *Shown) Findings(yield func(*audit.Finding, Mark) bool) {
	s.view.marked(0, s.view.Findings.Len(), yield)
}

// Waived yields the findings that are waived in the same way.
func (s *Shown) Waived(yield func(*audit.Finding, Mark) bool) {
	s.view.marked(s.view.Findings.Len(), s.view.whole.standing, yield)
}

// Ids tell the patient and the claim of a line as a report so written shows them.
func Ids(o Options) func(*audit.Line) (patient, claimID string) {
	if len(o.Deidentify) == 0 && !o.Redact {
		return (*mask)(nil).shownIDs
	}
	return (&mask{key: o.Deidentify, redact: o.Redact}).shownIDs
}

// Tell adds what a history says of the findings.
func (s *Shown) Tell(p *audit.Past) {
	told := *s.view.Report
	told.Past = p
	s.view.Report = &told
}

// Write writes the report to each path, in the form its ending names. Either every output is there
// afterwards, whole and with the mode of the options, or none is and what was there before still is.
func (s *Shown) Write(ctx context.Context, paths []string) (err error) {
	v, o := s.view, s.view.options
	v.choose()
	defer v.making.Wait() // nothing may read the findings afterwards
	var drafts drafts
	defer func() { err = errors.Join(err, drafts.discard()) }()
	for _, path := range paths {
		write, err := formatOf(path)
		if err == nil {
			err = drafts.write(path, o.Mode, func(w io.Writer) error { return write(ctx, w, v) })
		}
		if err != nil {
			return fmt.Errorf("output %s: %w", path, err)
		}
	}
	if o.Corrected != "" {
		if err := drafts.write(o.Corrected, o.Mode, func(w io.Writer) error { return writeCorrected(ctx, w, v) }); err != nil {
			return fmt.Errorf("output %s: %w", o.Corrected, err)
		}
	}
	if err := errors.Join(s.keepStandard(ctx), v.Findings.Err(), v.NotRead.Err()); err != nil {
		return err
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return drafts.publish()
}

// keepStandard writes what goes to standard output, which must not begin before the outputs have their
// places, into a private file.
func (s *Shown) keepStandard(ctx context.Context) (err error) {
	for _, form := range standards {
		if form.name != s.view.options.Standard {
			continue
		}
		if s.standard, s.remove, err = draft.Private(); err != nil {
			return fmt.Errorf("keep what goes to standard output: %w", err)
		}
		out := bufio.NewWriter(s.standard)
		if err = errors.Join(form.write(ctx, out, s.view), out.Flush()); err != nil {
			return fmt.Errorf("keep what goes to standard output in %s: %w", os.TempDir(), err)
		}
		_, err = s.standard.Seek(0, io.SeekStart)
	}
	return err
}

// Print copies to standard output what is meant for it, after Write.
func (s *Shown) Print(w io.Writer) error {
	if s.standard == nil {
		return nil
	}
	_, err := io.Copy(w, s.standard)
	return err
}

// Close lets go of what Write kept for Print.
func (s *Shown) Close() error {
	if s.remove == nil {
		return nil
	}
	return s.remove()
}

// Write shows a report and writes it; see Shown.Write.
func Write(ctx context.Context, r *audit.Report, paths []string, o Options) error {
	shown := Show(r, o)
	return errors.Join(shown.Write(ctx, paths), shown.Close())
}

// drafts are outputs written beside the places they are meant for.
type drafts []*output

type output struct {
	path string // as it was named
	*draft.Draft
}

// write fills a new draft for path.
func (d *drafts) write(path string, mode fs.FileMode, fill func(io.Writer) error) error {
	made, err := draft.New(path, cmp.Or(mode, draft.OwnerOnly), fill)
	if err == nil {
		*d = append(*d, &output{path, made})
	}
	return err
}

// publish moves every draft to its place; when one cannot be moved, all places are as before.
func (d drafts) publish() error {
	for _, out := range d {
		if err := out.Publish(); err != nil {
			return errors.Join(fmt.Errorf("output %s cannot be replaced: if it is open in Excel, close it there and run again: %w",
				out.path, err), d.takeBack())
		}
	}
	return nil
}

// takeBack undoes publish, of those that it did not come to too.
func (d drafts) takeBack() error {
	var errs []error
	for _, out := range d {
		errs = append(errs, out.TakeBack())
	}
	return errors.Join(errs...)
}

// discard removes what has no place in the end.
func (d drafts) discard() error {
	var errs []error
	for _, out := range d {
		errs = append(errs, out.Done())
	}
	return errors.Join(errs...)
}

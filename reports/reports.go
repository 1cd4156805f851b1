// Package reports writes what an audit found out: a workbook for the reviewer, and JSON and CSV
// for other programs. One file a format; call Check before an audit and Write after it.
package reports

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"claimaudit/audit"
)

// Options change what is written, not what was found.
type Options struct {
	// MinSeverity hides findings of a lower severity; zero shows all.
	MinSeverity audit.Severity
	// Deidentify, when not empty, is the key patient and claim ids are replaced with: the same id
	// gives the same replacement in every output and run with that key. Birth dates, narratives and
	// what could name somebody in other cells are left out.
	Deidentify []byte
	// Redact leaves out ids, providers and the names of inputs altogether: for a copy that is handed
	// on.
	Redact bool
	// Corrected, when not blank, is the CSV file for the lines with the mechanical fixes made; the
	// report must have them.
	Corrected string
}

// A format writes the report in one form.
type format func(context.Context, io.Writer, *view) error

var formats = map[string]format{".xlsx": writeWorkbook, ".json": writeJSON, ".csv": writeCSV}

func formatOf(path string) (format, bool) {
	f, ok := formats[strings.ToLower(filepath.Ext(path))]
	return f, ok
}

// Write writes the report to each path, in the form its ending names. Either every output is there
// afterwards, whole and readable by its owner only, or none is and what was there before still is.
func Write(ctx context.Context, r *audit.Report, paths []string, o Options) (err error) {
	v := newView(r, o)
	defer v.making.Wait() // nothing may read the findings afterwards
	var drafts drafts
	defer func() { err = errors.Join(err, drafts.discard()) }()
	for _, path := range paths {
		write, ok := formatOf(path)
		if !ok {
			return unknownEnding(path)
		}
		if err := drafts.write(path, func(w io.Writer) error { return write(ctx, w, v) }); err != nil {
			return fmt.Errorf("output %s: %w", path, err)
		}
	}
	if o.Corrected != "" {
		if err := drafts.write(o.Corrected, func(w io.Writer) error { return writeCorrected(ctx, w, v) }); err != nil {
			return fmt.Errorf("output %s: %w", o.Corrected, err)
		}
	}
	if err := v.Findings.Err(); err != nil {
		return err
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return drafts.publish()
}

func unknownEnding(path string) error {
	return fmt.Errorf("output %s: expected a name ending in .xlsx, .json or .csv", path)
}

// drafts are outputs written beside the places they are meant for.
type drafts []*draft

type draft struct {
	path  string // where the output belongs
	temp  string // where it was written; "" once it has its place
	saved string // what was at path before, until every output has its place
}

// write fills a new draft for path and sees it on the disk.
func (d *drafts) write(path string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), tempPattern(path))
	if err != nil {
		return err
	}
	*d = append(*d, &draft{path: path, temp: f.Name()})
	w := bufio.NewWriterSize(f, 1<<18)
	err = fill(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// tempPattern names files that are hidden, and are no input to an audit of their folder.
func tempPattern(path string) string { return "." + filepath.Base(path) + ".*.tmp" }

// publish moves every draft to its place; when one cannot be moved, all places are as before.
func (d drafts) publish() error {
	for _, draft := range d {
		if err := draft.publish(); err != nil {
			return errors.Join(fmt.Errorf("output %s cannot be replaced: if it is open in Excel, close it there and run again: %w",
				draft.path, err), d.takeBack())
		}
	}
	return nil
}

func (d *draft) publish() error {
	if err := d.save(); err != nil {
		return err
	}
	if err := os.Rename(d.temp, d.path); err != nil {
		return err
	}
	d.temp = ""
	return nil
}

// save keeps what is at the path now under a second name.
func (d *draft) save() error {
	switch info, err := os.Lstat(d.path); {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("a folder has that name")
	}
	saved := d.temp + ".old"
	if os.Link(d.path, saved) != nil { // some file systems have no second names
		if err := os.Rename(d.path, saved); err != nil {
			return err
		}
	}
	d.saved = saved
	return nil
}

// takeBack undoes publish.
func (d drafts) takeBack() error {
	var errs []error
	for _, draft := range d {
		switch {
		case draft.saved != "":
			errs = append(errs, os.Rename(draft.saved, draft.path))
			draft.saved = ""
		case draft.temp == "":
			errs = append(errs, os.Remove(draft.path))
		}
	}
	return errors.Join(errs...)
}

// discard removes what has no place in the end.
func (d drafts) discard() error {
	var errs []error
	for _, draft := range d {
		for _, name := range []string{draft.temp, draft.saved} {
			if name == "" {
				continue
			}
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// Package parsers reads billing exports into claim lines: it finds the header, tells what each
// column holds, and reads every cell exactly or says that it cannot.
//
// Open an export, look at its Tables, and Read it into sinks. Every row below a header is told
// apart as audited, unreadable or skipped, and none is lost.
package parsers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
	"claimaudit/parsers/x12"
)

// Options are how an export is to be read.
type Options struct {
	Map []Mapping // columns the header does not tell, or tells wrongly
	// Saved are mappings by name, each for the exports whose header has its names. What Map says of a
	// field goes before them.
	Saved []Saved
	Sheet string    // the only sheet to read; "" reads all
	Stdin io.Reader // what "-" stands for
	// Done, when it is closed, ends the wait for standard input or a pipe that sends nothing.
	Done <-chan struct{}
	// Order is how dates such as 3/4/2025 are written; "" lets the file tell.
	Order DateOrder
	// AsOf is the day after which no service can have been billed; it may tell how dates are written.
	// Zero tells nothing.
	AsOf claim.Date
	// Payers says which kind of payer a name with these words is, over what is built in.
	Payers map[string]claim.Payer
	// Remits says that the file is a remittance: its rows tell what payers answered of lines, and each needs the number
	// of its claim, and of its line or the day and the code.
	Remits bool
	// Refused is told of each sheet that cannot be read for want of a column, as far as its columns were
	// understood, and why. Nil tells nobody.
	Refused func(t *Table, why error)
}

// Export is an open file with at least one table of claim lines.
type Export struct {
	Tables []*Table // one for each sheet that has a claim header
	Format string   // "csv", "xlsx" or "x12"

	file   *grid.File
	cancel context.CancelFunc
	order  DateOrder
	asOf   claim.Date

	mostSections int
}

// Table is one sheet of claim lines, or a text file, and how it was understood.
type Table struct {
	Source  claim.Source // counts, notes and hash are complete after Read
	Headers []int        // row numbers of the header: one, two when it is doubled, none when mapped by place
	Columns []Column
	Missing []claim.Field // fields no column holds
	Refused string        // why no row can be read, though the sheet has most of what claim lines have; "" where they can

	sheet *grid.Sheet
	pages *pages // nil where the table begins below another
	know  *knowledge
	maps  []Mapping // what --map and saved mappings say of it
	plan  plan
	sets  []plan // how each service of a row is read, where a row holds several; plan is the first then

	numSets int
	sampled int       // rows that tell what columns hold
	groups  *grouping // what is printed once for several rows; nil where nothing is
}

func cause(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// Open opens an export and finds the header of each of its sheets. "-" is what o.Stdin holds.
func Open(path string, o Options) (*Export, error) {
	k, err := known()
	if err != nil {
		return nil, err
	}
	k = k.withPayers(o.Payers)
	if o.Remits {
		k = k.ofRemits()
	}
	file, err := openFile(path, o)
	if err != nil {
		return nil, err
	}
	e := &Export{Format: file.Format, file: file, order: o.Order, asOf: o.AsOf, mostSections: mostSections}
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	if err := e.tables(ctx, k, path, o); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func openFile(path string, o Options) (file *grid.File, err error) {
	if path == "-" {
		file, err = grid.FromReader(path, o.Stdin, grid.Options{Done: o.Done})
	} else {
		file, err = grid.Open(path, grid.Options{Done: o.Done})
	}
	if err == nil && file.Format == "x12" {
		x12.Open(file)
	}
	return file, err
}

// Passed are the parts of the file that are of another kind and not read, and whether claim lines are
// among them; complete after Read.
func (e *Export) Passed() (passed []claim.Passed, lost bool) {
	for _, part := range e.file.Unread {
		passed = append(passed, claim.Passed{File: part.File, Why: part.Why()})
		lost = lost || part.Claims
	}
	return passed, lost
}

// Encoding is how the text of the file is written; complete after Read.
func (e *Export) Encoding() string { return e.file.Encoding }

// Delimiter is what stands between the cells of a text file.
func (e *Export) Delimiter() rune { return e.file.Delimiter }

// Close releases the file.
func (e *Export) Close() error {
	e.cancel()
	for _, t := range e.Tables {
		if t.pages != nil {
			t.pages.stop()
		}
	}
	return e.file.Close()
}

// refusal is a sheet that cannot be read for want of a column.
type refusal struct {
	*Table
	err error
}

// tables makes a table of each sheet with a claim header; it is an error when no sheet has one. Beside
// one that has, a sheet that names two of the three required fields is a table whose rows are unreadable,
// and others are noted on the first table.
func (e *Export) tables(ctx context.Context, k *knowledge, path string, o Options) error {
	sheets, err := e.chosen(o.Sheet)
	if err != nil {
		return err
	}
	var refused []refusal
	for _, sheet := range sheets {
		t := &Table{know: k, sheet: sheet, pages: openPages(ctx, sheet)}
		t.plan.order, t.plan.asOf, t.plan.epoch = o.Order, o.AsOf, claim.Epoch(e.file.Date1904)
		t.plan.survey = &survey{table: t, walk: t.pages.again(ctx, path, slices.Index(e.file.Sheets, sheet))}
		err := t.open(o)
		if err != nil && !errors.As(err, new(*headerError)) {
			return err
		}
		t.Source.File, t.Source.Sheet = path, sheet.Name
		if sheet.Hidden {
			t.Source.Notes = append(t.Source.Notes, "a hidden sheet")
		}
		if o.Sheet != "" && sheet.Name == "" {
			t.Source.Notes = append(t.Source.Notes, fmt.Sprintf("the file has no sheets, so that all of it was read and not a sheet called %s", o.Sheet))
		}
		if err != nil {
			refused = append(refused, refusal{t, err})
		}
		e.Tables = append(e.Tables, t)
	}
	if len(sheets) == 0 {
		return fmt.Errorf("%s: the workbook has no sheets with cells", path)
	}
	if len(refused) == len(sheets) || slices.ContainsFunc(refused, refusal.fatal) {
		return e.refuse(refused, o)
	}
	e.leave(refused, o)
	return nil
}

// refuse tells why the export cannot be read.
func (e *Export) refuse(refused []refusal, o Options) error {
	var errs []error
	for _, r := range refused {
		if errs = append(errs, place(r.Source.File, r.Source.Sheet, r.err)); o.Refused != nil {
			o.Refused(r.Table, r.err)
		}
	}
	return errors.Join(errs...)
}

// leave reads an export without some of its sheets: those that have most of what claim lines have are
// counted, row by row, and others noted.
func (e *Export) leave(refused []refusal, o Options) {
	var notes []string
	for _, r := range refused {
		if isHalf(r.err) {
			r.refuse(r.err)
			r.Source.Notes = append(r.Source.Notes, r.Refused)
			continue
		}
		notes = append(notes, fmt.Sprintf("sheet %s was not read: %s", r.Source.Sheet, brief(r.err)))
		r.pages.stop()
		e.Tables = slices.DeleteFunc(e.Tables, func(t *Table) bool { return t == r.Table })
		if o.Refused != nil {
			o.Refused(r.Table, r.err)
		}
	}
	first := slices.IndexFunc(e.Tables, func(t *Table) bool { return t.Refused == "" })
	e.Tables[first].Source.Notes = append(e.Tables[first].Source.Notes, notes...)
}

// fatal tells whether a sheet is refused for a column that two headers claim: it is a claim table then,
// and no other sheet is read without it.
func (r refusal) fatal() bool {
	h, ok := errors.AsType[*headerError](r.err)
	return ok && h.fatal
}

func place(path, sheet string, err error) error {
	if sheet == "" {
		return fmt.Errorf("%s: %w", path, err)
	}
	return fmt.Errorf("%s sheet %s: %w", path, sheet, err)
}

func (e *Export) chosen(name string) ([]*grid.Sheet, error) {
	if name == "" || len(e.file.Sheets) == 1 && e.file.Sheets[0].Name == "" {
		return e.file.Sheets, nil
	}
	var names []string
	for _, sheet := range e.file.Sheets {
		if strings.EqualFold(sheet.Name, name) {
			return []*grid.Sheet{sheet}, nil
		}
		names = append(names, sheet.Name)
	}
	return nil, fmt.Errorf("%s: no sheet is called %s: expected one of %s", e.file.Name, name, strings.Join(names, ", "))
}

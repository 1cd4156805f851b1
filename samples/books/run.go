// Package books makes the books of a pain practice that never was: claim lines of invented patients in
// realistic courses of treatment, clean or with planted faults, any number of them. The same order always
// gives the same bytes. Command generate writes them; tests audit them.
package books

import (
	"encoding/csv"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// Command is the command generate: it writes what its arguments order.
func Command(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	flags.SetOutput(stderr)
	o := yearly
	flags.IntVar(&o.lines, "lines", 1000, "claim lines to write")
	flags.Uint64Var(&o.seed, "seed", 1, "another seed gives another export")
	flags.Func("first", "first day of the export (default "+o.first.String()+")", func(text string) (err error) {
		o.first, _, err = claim.ParseDate(text)
		return err
	})
	flags.IntVar(&o.days, "days", o.days, "days of the export")
	flags.StringVar(&o.faults, "faults", "none", "none, all, names from data/faults.csv with commas between, or rate=0.05: the part of lines with a finding")
	flags.StringVar(&o.layout, "layout", "canonical", "header and date form: canonical, short, nightly, practice, spoiled")
	flags.IntVar(&o.ids, "ids", 10000, "number before that of the first patient")
	flags.IntVar(&o.claims, "claims", 100000, "number before that of the first claim")
	format := flags.String("format", "", "csv, xlsx, 837, xml, html or txt (a printed report); else the extension of -o decides")
	wide := flags.Bool("wide", false, "fifteen payers, and treatments that few practices have all of")
	output := flags.String("o", "-", "file to write, - for standard output")
	expect := flags.String("expect", "", "file to list the findings in that an audit must make")
	samples := flags.String("samples", "", "write the samples of the repository into this folder, and nothing else")
	if err := flags.Parse(args); err != nil {
		return err
	}
	load := loadPractice
	if *wide {
		load = loadWide
	}
	p, err := load()
	if err != nil {
		return err
	}
	if *samples != "" {
		return writeSamples(p, *samples)
	}
	if *format == "" {
		*format = strings.TrimPrefix(filepath.Ext(*output), ".")
	}
	return export(p, o, *output, *format, *expect, stdout)
}

// yearly is a year of weeks that begin on Mondays, ended before the audits the samples are for.
var yearly = order{lines: 1000, seed: 1, first: claim.MustDate("2024-06-17"), days: 362, faults: "none", layout: "canonical", ids: 10000, claims: 100000}

// export writes one export, and the list of its findings when a file for it is named.
func export(p *practice, o order, output, format, expect string, stdout io.Writer) (err error) {
	file := stdout
	if output != "-" {
		created, err := os.Create(output)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, created.Close()) }()
		file = created
	}
	note := func(expectation) error { return nil }
	if expect != "" {
		list, err := os.Create(expect)
		if err != nil {
			return err
		}
		findings := newFindings(list, filepath.Base(output))
		defer func() { err = errors.Join(err, findings.close(), list.Close()) }()
		note = findings.add
	}
	return write(p, o, file, format, note)
}

// findings is a list of expected findings, a row each.
type findings struct {
	file string
	w    *csv.Writer
}

// newFindings writes a list's header; the rows of add are of the file.
func newFindings(w io.Writer, file string) findings {
	f := findings{file, csv.NewWriter(w)}
	f.row("file", "sheet", "row", "rule", "severity")
	return f
}

// row keeps an error for close, as the writer does.
func (f findings) row(cells ...string) { _ = f.w.Write(cells) }

func (f findings) add(e expectation) error {
	f.row(f.file, e.sheet, strconv.Itoa(e.number), e.rule, e.severity)
	return nil
}

func (f findings) close() error {
	f.w.Flush()
	return f.w.Error()
}

// write writes the export's lines in a format: "" and what is not known are text.
func write(p *practice, o order, w io.Writer, format string, note func(expectation) error) error {
	l, err := layoutNamed(o.layout)
	if err != nil {
		return err
	}
	out, err := sinkOf(w, l, format)
	if err != nil {
		return err
	}
	pl, err := newPlan(p, o, out, note)
	if err != nil {
		return err
	}
	return pl.run()
}

func sinkOf(w io.Writer, l layout, format string) (sink, error) {
	var header []string
	for _, c := range l.columns {
		header = append(header, c.header)
	}
	s := &tableSink{layout: l, dates: newDates(l.date)}
	switch format {
	case "xlsx":
		return newXLSX(w, l)
	case "837":
		s.out = newX12(w, header)
	case "xml":
		s.out, s.sheet = newOffice(w, header), officeSheet
	case "html":
		s.out = newPage(w, header)
	case "txt":
		s.out = newPrinter(w, header)
	default:
		return textSink(w, l)
	}
	return s, nil
}

func textSink(w io.Writer, l layout) (sink, error) {
	switch {
	case l.comma == 0:
		return nil, errors.New("the layout is a workbook's: add -format xlsx")
	case l.spoiled:
		return newSpoiled(w, l), nil
	}
	return newCSV(w, l), nil
}

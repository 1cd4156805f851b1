package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"claimaudit/audit/answers"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/history"
	"claimaudit/audit/hold"
	"claimaudit/audit/wire"
	"claimaudit/reports"
)

// mergeCmd is the last of the three steps: it makes one audit of what the judges of all parts found.
type mergeCmd struct {
	Folder string   `arg:"" help:"The folder that claimaudit lines wrote."`
	Parts  []string `arg:"" name:"part" help:"What claimaudit judge wrote: files, or folders of such files, in any order."`

	outputSettings
	shownSettings
	pastSettings
	earlierSettings
	workSettings
}

// restOfRun is what the reading of a run tells besides its lines.
type restOfRun struct {
	Totals          hold.Totals
	Repairs         []claim.Repair
	Passed          []claim.Passed
	Lost            bool
	Inputs, Context int
}

// The kinds of records in the file of the rest.
const (
	restRecord   = "rest"
	unreadRecord = "left"
)

func (r *restOfRun) write(to io.Writer, run string, unread *hold.Leavings) error {
	out := wire.NewWriter(to)
	rows := 0
	err := hold.LeftApart([]*hold.Leavings{unread}, func(record []byte) error { rows++; return out.Row(unreadRecord, record) })
	if err == nil {
		err = out.Row(restRecord, wire.Append(nil, r))
	}
	if err != nil {
		return err
	}
	return out.End(rows, 0, run)
}

// read reads the rest of a run; rows that were not read go to unread.
func (r *restOfRun) read(path, run string, unread *hold.Leavings) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%w: claimaudit lines did not come to its end, or this is not its folder", err)
	}
	defer f.Close()
	err = wire.ReadParts(f, func(kind string, record []byte) error {
		if kind == unreadRecord {
			return unread.Take(record)
		}
		return wire.Read(record, r)
	}, func(e wire.End) error { return sameRun(e, run) })
	if err != nil {
		return fmt.Errorf("%s %w", path, err)
	}
	return nil
}

func sameRun(e wire.End, run string) error {
	if e.Run != run {
		return errors.New("is of another run: other inputs, settings, tables or version of the program")
	}
	return nil
}

// Run merges the parts and writes the outputs.
func (c *mergeCmd) Run(ctx context.Context, conf *configuration, std *streams) (err error) {
	run, err := openRun(filepath.Join(c.Folder, runName))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, run.close()) }()
	j, err := c.prepare(run, conf, std)
	if err != nil {
		return err
	}
	defer j.progress.stop()
	if err := j.openHistory(ctx); err != nil {
		return errors.Join(err, j.closeHistory())
	}
	defer func() { err = errors.Join(err, j.closeHistory()) }()
	body := hold.NewBody(j.memory / 4)
	defer body.Close()
	unread, rest := hold.NewLeavings(body), &restOfRun{}
	if err := rest.read(filepath.Join(c.Folder, restName), run.id, unread); err != nil {
		return err
	}
	if err := j.follow(ctx, run); err != nil {
		return err
	}
	o := j.options(run.Sources)
	m := &merging{run: run.id, night: j.night, payers: run.payers, found: engine.NewFound(body, run.Whole, &o), from: map[string]string{}}
	if err := m.parts(ctx, c.Parts, rest.Totals); err != nil {
		return err
	}
	j.passed, j.lost, j.inputs, j.numContext = rest.Passed, rest.Lost, make([]*input, rest.Inputs), rest.Context
	report := m.found.Report(run.Whole, unread)
	j.complete(report, rest.Repairs, run.Config)
	return j.conclude(ctx, report, std)
}

// prepare makes an audit ready of the run's settings and of those of outputs.
func (c *mergeCmd) prepare(run *stepRun, conf *configuration, std *streams) (*job, error) {
	a := &auditCmd{auditSettings: auditSettings{
		outputSettings: c.outputSettings, shownSettings: c.shownSettings, pastSettings: c.pastSettings, earlierSettings: c.earlierSettings, workSettings: c.workSettings,
	}}
	run.settings(a)
	all := &cli{Audit: *a}
	parser, err := parserInto(all)
	if err != nil {
		return nil, err
	}
	a = &all.Audit
	conf.base, conf.compiled = run.base, run.cache
	given := allSettings(parser.Model)
	j, err := a.prepare(given, conf, std)
	if err != nil {
		return nil, err
	}
	switch {
	case run.Redact != a.Redact:
		return nil, errors.New("--redact: give it to claimaudit lines and to merge, or to neither")
	case run.History != (a.History != ""):
		return nil, errors.New("--history: give it to claimaudit lines and to merge, or to neither: judges look for what its open findings are about")
	case (len(nonBlank(a.Waivers)) > 0 || run.History) && !bytes.Equal(run.key, j.write.Deidentify):
		return nil, errors.New("--deidentify: with waivers or a history, give the same key to claimaudit lines and to merge")
	case j.corrected != "" && !run.Corrected:
		return nil, errors.New("--corrected: was not asked for when the lines were written: claimaudit lines --with-corrected")
	}
	j.recorded, j.payers = record(given, a.Redact), run.payers
	return j, nil
}

// follow begins the night that judges noted what they saw for.
func (j *job) follow(ctx context.Context, run *stepRun) error {
	if err := j.begin(ctx, reports.Ids(j.write), run.Whole.Begins.First, run.Sources); err != nil || j.night == nil {
		return err
	}
	return j.night.Follow(run.open)
}

// merging takes up parts, each once.
type merging struct {
	run    string
	night  *history.Night // nil where no history is kept
	payers *answers.Book
	found  *engine.Found
	totals hold.Totals
	from   map[string]string // by the sum of a part, its file
}

// parts takes up all parts, and sees that they are all lines of the run.
func (m *merging) parts(ctx context.Context, names []string, all hold.Totals) error {
	var errs []error
	for _, name := range names {
		files, err := partFiles(name)
		errs = append(errs, err)
		for _, path := range files {
			if err := context.Cause(ctx); err != nil {
				return err
			}
			errs = append(errs, m.file(path))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	switch t := m.totals; {
	case t.Rows < all.Rows:
		return fmt.Errorf("%d of %d lines are in no part: a part is missing", all.Rows-t.Rows, all.Rows)
	case t.Rows > all.Rows:
		return fmt.Errorf("the parts have %d lines, and the run has %d: some lines were judged twice", t.Rows, all.Rows)
	case t.Sum != all.Sum:
		return errors.New("the parts are not of the run's lines: some were judged twice and others not at all, or lines were changed on their way")
	case t.Patients != all.Patients:
		return fmt.Errorf("the parts have %d patients, and the run has %d: lines of one patient were judged apart", t.Patients, all.Patients)
	}
	return nil
}

// partFiles are the files of parts that a name stands for.
func partFiles(name string) (files []string, err error) {
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return []string{name}, err
	}
	entries, err := os.ReadDir(name)
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(e.Name(), "_") {
			files = append(files, filepath.Join(name, e.Name()))
		}
	}
	return files, err
}

// file takes up the parts in a file.
func (m *merging) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var totals hold.Totals
	findings := 0
	m.found.Part()
	err = wire.ReadParts(f, func(kind string, record []byte) error {
		switch {
		case kind == totalRecord:
			return wire.Read(record, &totals)
		case kind == notedRecord && m.night != nil:
			return m.night.Take(record)
		case kind == fateRecord:
			return m.payers.TakeFates(record)
		case kind == engine.FindRecord:
			findings++
		}
		return m.found.Take(kind, record)
	}, func(e wire.End) error {
		err := m.end(path, e, totals, findings)
		totals, findings = hold.Totals{}, 0
		m.found.Part()
		return err
	})
	if err != nil {
		return fmt.Errorf("part %s %w", path, err)
	}
	return nil
}

// end takes up a part that was read to its end.
func (m *merging) end(path string, e wire.End, totals hold.Totals, findings int) error {
	if err := sameRun(e, m.run); err != nil {
		return err
	}
	if e.Rows != totals.Rows || e.Findings != findings {
		return errors.New("has a trailer that is not its own")
	}
	if before, twice := m.from[e.Sum]; twice && totals.Rows > 0 {
		return fmt.Errorf("is the same part as %s: name each part once", before)
	}
	m.from[e.Sum] = path
	m.totals.Add(totals)
	return nil
}

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rs/zerolog"

	"claimaudit/audit"
	"claimaudit/audit/answers"
	"claimaudit/audit/draft"
	"claimaudit/audit/engine"
	"claimaudit/audit/history"
	"claimaudit/audit/hold"
	"claimaudit/audit/wire"
	"claimaudit/parsers/grid"
	"claimaudit/reports"
)

// judgeCmd is the second of the three steps, made once for every part: a filter that knows nothing but the run and
// the lines it is given.
type judgeCmd struct {
	RunFile string `name:"run" required:"" placeholder:"FILE" help:"The file run that claimaudit lines wrote."`

	machineSettings
}

// The kinds of records beside those of what was found.
const (
	totalRecord = "total" // the counts of the lines judged
	notedRecord = "noted" // what a history has to know of them
	fateRecord  = "fate"  // what became of rows of remittances
)

// Run judges the lines on standard input.
func (c *judgeCmd) Run(ctx context.Context, std *streams) error {
	draft.SweepPrivate()
	run, err := openRun(c.RunFile)
	if err != nil {
		return err
	}
	j, err := c.prepare(run)
	if err = errors.Join(err, run.close()); err != nil {
		return err
	}
	body := hold.NewBody(j.memory / 4)
	defer body.Close()
	body.SetLost(run.Whole.Lost)
	totals, err := takeLines(ctx, grid.Until(std.in, std.done), body, len(run.Sources))
	if err != nil {
		return err
	}
	o := j.options(run.Sources)
	told := &telling{totals: totals, payers: run.payers}
	if told.watch, err = run.prepare(&o, reports.Ids(j.write)); err != nil {
		return fmt.Errorf("%s: %w", c.RunFile, err)
	}
	found, err := engine.Find(ctx, body, run.Whole, &o)
	if err != nil {
		return err
	}
	told.totals.Patients = found.Patients
	return told.write(std.out, found, run.id)
}

// prepare gives judging what it knows of other lines than those it is given, and of what came before them.
func (r *stepRun) prepare(o *engine.Options, shown func(*audit.Line) (patient, claimID string)) (watch *history.Watch, err error) {
	if o.Waive != nil && o.Waive.Ahead() {
		err = o.Waive.Know(r.Whole.Ahead)
	}
	if err == nil && r.History {
		if watch, err = history.OpenWatch(r.open, o.Rules, shown); err == nil {
			o.Watch = watch
		}
	}
	return watch, err
}

// prepare makes ready what lines are judged by: what is in the run's file, and nothing else.
func (c *judgeCmd) prepare(run *stepRun) (*job, error) {
	j := &job{conf: &configuration{base: run.base, compiled: run.cache}, log: zerolog.Nop(), progress: newProgress(io.Discard, true)}
	j.cmd = &auditCmd{auditSettings: auditSettings{workSettings: workSettings{machineSettings: c.machineSettings}}}
	run.settings(j.cmd)
	j.payers = run.payers
	j.cmd.Redact, j.write.Redact, j.write.Deidentify = run.Redact, run.Redact, run.key
	if run.Corrected {
		j.corrected = linesName // asks for them
	}
	return j, errors.Join(j.limits(), j.reading(&streams{}), j.knowledge())
}

// takeLines puts the lines of the rows into the body, and counts them.
func takeLines(ctx context.Context, from io.Reader, body *hold.Body, tables int) (totals hold.Totals, err error) {
	in := bufio.NewReaderSize(from, 1<<16)
	c := body.Collector()
	defer func() { err = errors.Join(err, c.Close()) }()
	var row, record []byte
	for n := 1; ; n++ {
		row, err = nextRow(in, row[:0])
		if errors.Is(err, io.EOF) && len(row) == 0 {
			return totals, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return totals, errors.Join(context.Cause(ctx), err)
		}
		if record, err = wire.Record(record[:0], row); err == nil {
			totals.See(record)
			err = c.Record(record, tables)
		}
		if err != nil {
			return totals, fmt.Errorf("standard input: row %d %w", n, err)
		}
	}
}

// nextRow reads a row; io.EOF comes with what stands without an end of line.
func nextRow(in *bufio.Reader, row []byte) ([]byte, error) {
	for {
		piece, err := in.ReadSlice('\n')
		row = append(row, piece...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return row, err
		}
	}
}

// telling is what a judge tells beside what was found.
type telling struct {
	totals hold.Totals
	watch  *history.Watch // nil where no history is kept
	payers *answers.Book
}

// write writes what was found, all else, and the trailer.
func (t *telling) write(to io.Writer, found *engine.Found, run string) error {
	out := wire.NewWriter(to)
	findings, err := found.Apart(out.Row)
	if err == nil && t.watch != nil {
		err = out.Row(notedRecord, t.watch.Noted())
	}
	if err == nil && t.payers.Asks() {
		err = out.Row(fateRecord, t.payers.Fates())
	}
	if err == nil {
		err = out.Row(totalRecord, wire.Append(nil, &t.totals))
	}
	if err == nil {
		err = out.End(t.totals.Rows, findings, run)
	}
	return err
}

package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/alecthomas/kong"

	"claimaudit/audit/claim"
	"claimaudit/audit/draft"
	"claimaudit/audit/engine"
	"claimaudit/audit/hold"
	"claimaudit/audit/wire"
)

// linesCmd is the first of the three steps that an audit is made of: it reads exports and writes their lines, and
// all that judging them depends on.
type linesCmd struct {
	Inputs        []string `arg:"" name:"file" help:"Exports, or folders of exports; - reads CSV from standard input."`
	Output        string   `short:"o" required:"" placeholder:"FOLDER" help:"Make this folder, which only its owner can read, and write there: run, which goes to every judge; lines, the lines by patient; rest, for merge."`
	Parts         int      `default:"1" placeholder:"P" help:"Write the lines into P files, each with whole patients, to be judged without an engine that brings patients together. Default: 1."`
	WithCorrected bool     `help:"Have the fixes made too, so that merge can write --corrected."`

	findingSettings
	answerSettings
	pastSettings
	workSettings
}

// mostParts bounds how many files are open at a time.
const mostParts = 500

// The names in the folder.
const (
	runName   = "run"
	restName  = "rest"
	linesName = "lines"
)

// Run reads the inputs and writes the folder.
func (c *linesCmd) Run(ctx context.Context, parsed *kong.Context, conf *configuration, io *streams) (err error) {
	j := &job{given: settingsOf(parsed.Selected().Flags), conf: conf, done: io.done}
	j.cmd = &auditCmd{Inputs: c.Inputs, auditSettings: auditSettings{pastSettings: c.pastSettings, workSettings: c.workSettings}}
	r := &stepRun{version: version, runSet: runSet{Settings: c.findingSettings, Answers: c.answerSettings, Redact: c.Redact, Corrected: c.WithCorrected, History: c.History != "", Config: conf.recorded(c.Redact)}}
	r.settings(j.cmd)
	if j.log, err = newLogger(io.err, conf, &c.runSettings); err != nil {
		return err
	}
	if err := errors.Join(j.limits(), j.reading(io), j.knowledge(), j.disguise(), c.check()); err != nil {
		return err
	}
	r.Settings.AsOf = j.parse.AsOf.String()
	r.compiled = j.compiled
	if j.waived != nil || r.History {
		r.key = j.write.Deidentify
	}
	j.progress = newProgress(io.err, c.Quiet)
	defer j.progress.stop()
	if err := j.open(); err != nil {
		return err
	}
	defer j.close()
	j.recorded = record(j.given, c.Redact)
	if err := j.openHistory(ctx); err != nil {
		return errors.Join(err, j.closeHistory())
	}
	body := hold.NewBody(j.memory / 4)
	defer body.Close()
	w := &linesWriter{folder: c.Output, run: r}
	if err := w.write(ctx, j, body, c.Parts); err != nil {
		return errors.Join(err, w.takeBack())
	}
	fmt.Fprintln(io.out, c.Output)
	return nil
}

func (c *linesCmd) check() error {
	if c.Parts < 1 || c.Parts > mostParts {
		return fmt.Errorf("--parts %d: expected 1 to %d", c.Parts, mostParts)
	}
	if _, err := os.Lstat(c.Output); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("output %s: is there already: name a new folder", c.Output)
	}
	return nil
}

// linesWriter writes the folder of a run.
type linesWriter struct {
	folder string
	made   bool
	run    *stepRun
	secret []byte // of the keys: nobody keeps it

	files  []*os.File
	totals hold.Totals
}

// write reads the inputs, and writes the lines, the run and the rest, which is the sign that all is there.
func (w *linesWriter) write(ctx context.Context, j *job, body *hold.Body, parts int) error {
	sources, repairs, err := j.read(ctx, body)
	if err != nil {
		return err
	}
	if w.run.open, err = j.watched(ctx, body.Begins(sources).First, sources); err != nil {
		return err
	}
	if err := j.readRemits(ctx); err != nil {
		return err
	}
	o := j.options(sources)
	whole, err := engine.Survey(ctx, body, &o)
	if err != nil {
		return err
	}
	w.run.wholeRun, w.run.payers = wholeRun{whole, sources}, j.payers
	if err := os.Mkdir(w.folder, 0o700); err != nil {
		return fmt.Errorf("output %s: %w", w.folder, err)
	}
	w.made = true
	if err := w.lines(ctx, body, parts, j.workers); err != nil {
		return err
	}
	if err := w.save(runName, w.run.write); err != nil {
		return err
	}
	rest := &restOfRun{
		Totals: w.totals, Repairs: repairs, Passed: j.passed, Lost: j.lost, Inputs: len(j.inputs), Context: j.numContext,
	}
	return w.save(restName, func(out *os.File) error { return rest.write(out, w.run.id, body.Unread()) })
}

// save fills a file of the folder that only its owner can read.
func (w *linesWriter) save(name string, fill func(*os.File) error) error {
	f, err := w.create(name)
	if err != nil {
		return err
	}
	return errors.Join(fill(f), f.Sync(), f.Close())
}

func (w *linesWriter) create(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(w.folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, draft.OwnerOnly)
}

// takeBack removes the folder that was begun.
func (w *linesWriter) takeBack() error {
	for _, f := range w.files {
		_ = f.Close() // what is in it is not wanted
	}
	if !w.made {
		return nil
	}
	return os.RemoveAll(w.folder)
}

// lines writes the lines of the body, which is used up, each into the part of its patient.
func (w *linesWriter) lines(ctx context.Context, body *hold.Body, parts, workers int) error {
	w.secret = make([]byte, sha256.Size)
	if _, err := rand.Read(w.secret); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(w.folder, linesName), 0o700); err != nil {
		return err
	}
	for i := range parts {
		f, err := w.create(filepath.Join(linesName, fmt.Sprintf("part-%05d.tsv", i)))
		if err != nil {
			return err
		}
		w.files = append(w.files, f)
	}
	if err := w.all(ctx, body, workers); err != nil {
		return err
	}
	var errs []error
	for _, f := range w.files {
		errs = append(errs, f.Sync(), f.Close())
	}
	w.files = nil
	return errors.Join(errs...)
}

// all writes the lines of all parts of the body, so many at a time.
func (w *linesWriter) all(ctx context.Context, body *hold.Body, workers int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	rows := make([]*rowWriter, workers)
	for i := range rows {
		r := &rowWriter{files: w.files, waiting: make([][]byte, len(w.files)), mac: hmac.New(sha256.New, w.secret)}
		rows[i] = r
		group.Go(func() {
			for part := next.Add(1) - 1; part < hold.NumParts && ctx.Err() == nil; part = next.Add(1) - 1 {
				counted, err := body.Records(int(part), len(w.run.Sources), r.line)
				if r.totals.Add(counted); err != nil {
					cancel(err)
				}
			}
			if err := r.flush(); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	for _, r := range rows {
		w.totals.Add(r.totals)
	}
	return context.Cause(ctx)
}

// rowWriter writes rows into the files of parts, into which others write too.
type rowWriter struct {
	files   []*os.File
	waiting [][]byte // whole rows, by file
	mac     hash.Hash
	patient string // whose lines the last key is of
	last    []byte
	totals  hold.Totals
}

// mostWaiting is how many bytes of rows a writer has in memory.
const mostWaiting = 1 << 20

// line writes a line, or whose a row was that could not be read.
func (r *rowWriter) line(l *claim.Line, record []byte) error {
	key := r.key(l)
	i := binary.BigEndian.Uint64(key) % uint64(len(r.files))
	r.waiting[i] = wire.AppendRow(r.waiting[i], hex.EncodeToString(key[:16]), record)
	if len(r.waiting[i]) < mostWaiting/len(r.files) {
		return nil
	}
	return r.write(int(i))
}

// write writes the rows that wait for a file, all at once, so that none stands within another's.
func (r *rowWriter) write(i int) error {
	_, err := r.files[i].Write(r.waiting[i])
	r.waiting[i] = r.waiting[i][:0]
	return err
}

func (r *rowWriter) flush() error {
	var errs []error
	for i := range r.files {
		errs = append(errs, r.write(i))
	}
	return errors.Join(errs...)
}

// key is the same for all lines that must be judged together, and tells nothing of them: of a patient; of a claim
// whose patient is not known; of a row alone.
func (r *rowWriter) key(l *claim.Line) []byte {
	if !l.Anonymous && l.Patient == r.patient && r.last != nil { // those of a patient come one after the other
		return r.last
	}
	r.mac.Reset()
	r.last = nil
	switch {
	case !l.Anonymous:
		fmt.Fprintf(r.mac, "patient %s", l.Patient)
		r.patient, r.last = strings.Clone(l.Patient), r.mac.Sum(nil)
		return r.last
	case l.Claim != "":
		fmt.Fprintf(r.mac, "claim %s", l.Claim)
	default:
		fmt.Fprintf(r.mac, "row %d %d", l.Pos.Input, l.Pos.Row)
	}
	return r.mac.Sum(nil)
}

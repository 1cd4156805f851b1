// Package engine takes claim lines, shows each patient's lines to every rule, and returns the findings
// in one total order with an account of every row and every check.
//
// Collect lines in a hold.Body, then call Run.
package engine

import (
	"context"
	"sync"
	"sync/atomic"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
	"claimaudit/audit/services"
)

// Options are what an audit depends on besides the lines.
type Options struct {
	Rules []*audit.Rule
	// Off are rules that were switched off: they do not run, and coverage says so.
	Off      []*audit.Rule
	Catalog  *catalog.Catalog
	AsOf     claim.Date
	Sources  []claim.Source
	Settings *audit.Settings
	// Patterns are what to count of each provider.
	Patterns []*audit.Pattern
	// Workers is how many patients are judged at a time; it changes no output.
	Workers int
	// Correct asks for the lines with every mechanical fix made; see Report.Corrected.
	Correct bool
	// Watch, when not nil, is shown each patient once judged, with what was found; several at a time. It
	// must keep nothing of them.
	Watch Watcher
	// Waive, when not nil, says which findings somebody has waived.
	Waive Waiver
	// Answers, when not nil, knows what payers answered; then it is counted.
	Answers Answers
	// Progress, when not nil, is told now and then how many of the parts are judged.
	Progress func(done, of, findings int)
}

// Watcher looks at patients as they are judged.
type Watcher interface {
	Patient(c *audit.Case, found []audit.Finding)
	// Left is shown lines of a patient that are not judged, because others stand for them or take them back.
	Left(lines []audit.Line)
}

// AnswerWatcher is a Watcher that is shown each patient once more, with what remittances say on the lines.
type AnswerWatcher interface {
	Answered(c *audit.Case)
}

// Waiver decides which findings fall under a waiver. Several goroutines call it.
type Waiver interface {
	// Waive sets Finding.Waiver of findings that are judged together: of one patient, or of one line without.
	Waive(found []audit.Finding)
	// Ahead tells whether Meet is to be shown, before Waive is asked at all, what is found of lines of one patient
	// id, or of none, that are judged apart. It must keep nothing of the lines but copies.
	Ahead() bool
	Meet(found []audit.Finding)
	// Met are the bytes of what Meet was shown, for Know in another process, where Meet is shown nothing.
	Met() []byte
	Know(met []byte) error
}

// Answers knows what payers answered of lines. Several goroutines call it.
type Answers interface {
	// Of is what the line says of it.
	Of(l *audit.Line) audit.Answer
	// Explain is what a payer's code says.
	Explain(code string) audit.Reason
	// Asks tells whether remittances are to be joined with lines.
	Asks() bool
	// See is shown the lines of each patient before any is judged, where it asks.
	See(lines []audit.Line)
	// Join is what remittances say of a patient's lines that stand, by position.
	Join(lines []audit.Line) map[claim.Pos]audit.Given
}

// Run audits all lines of the body: each patient's lines by every rule. The report is the same
// for any number of workers and whether or not parts were spilled. The body is used up.
func Run(ctx context.Context, body *hold.Body, o Options) (*audit.Report, error) {
	whole, err := Survey(ctx, body, &o)
	if err != nil {
		return nil, err
	}
	found, err := Find(ctx, body, whole, &o)
	if err != nil {
		return nil, err
	}
	return found.Report(whole, body.Unread()), nil
}

// Judge audits lines that are already in memory, such as a corrected encounter: Run for a few.
func Judge(lines []claim.Line, o Options) ([]audit.Finding, error) {
	if o.Sources == nil {
		o.Sources = []claim.Source{{Columns: 1<<claim.NumFields - 1}}
	}
	body := hold.NewBody(0)
	c := body.Collector()
	for i := range lines {
		c.Line(&lines[i])
	}
	if err := c.Close(); err != nil {
		return nil, err
	}
	report, err := Run(context.Background(), body, o)
	if err != nil {
		return nil, err
	}
	findings := make([]audit.Finding, 0, report.Findings.Len())
	for _, f := range report.Findings.All() {
		findings = append(findings, *f)
	}
	return findings, nil
}

// Collect makes a collector that counts what the survey needs of lines while they are read.
func Collect(body *hold.Body) *hold.Collector { return body.CollectorFor(services.NewCensus()) }

// survey shows every patient's lines to the survey that finds what only all of them tell, where that
// may matter.
func survey(ctx context.Context, body *hold.Body, o *Options) (*services.Facts, error) {
	surveys := make([]*services.Survey, max(1, o.Workers))
	var stated map[string]claim.Type
	if o.Settings != nil {
		stated = o.Settings.ClaimTypes
	}
	for i := range surveys {
		surveys[i] = services.NewSurvey(o.Sources, stated)
	}
	joins := o.Answers != nil && o.Answers.Asks()
	need := services.Needs(o.Sources)
	patients := func(part int, see func([]audit.Line) error) error { return body.Patients(part, o.Sources, true, see) }
	if counts := censuses(body); counts != nil && need == services.OfBillers && !joins && len(stated) == 0 {
		for _, s := range surveys {
			s.Counted(counts)
			counts = nil
		}
		patients = func(part int, see func([]audit.Line) error) error { return body.Surveyed(part, o.Sources, see) }
	}
	if joins || need != services.NoSurvey {
		err := eachPart(ctx, surveys, func(ctx context.Context, s *services.Survey, i int) error {
			return patients(i, func(lines []audit.Line) error {
				s.Patient(lines)
				if joins {
					o.Answers.See(lines)
				}
				return ctx.Err()
			})
		})
		if err != nil {
			return nil, err
		}
	}
	for _, s := range surveys[1:] {
		surveys[0].Add(s)
	}
	return surveys[0].Facts(), nil
}

// censuses are those of all lines of the body; nil where some were collected without one.
func censuses(body *hold.Body) (list []*services.Census) {
	for _, c := range body.Censuses() {
		census, ok := c.(*services.Census)
		if !ok {
			return nil
		}
		list = append(list, census)
	}
	return list
}

// judgeParts hands the parts to the judges and stops at the first failure.
func judgeParts(ctx context.Context, body *hold.Body, judges []*judge, o *Options) error {
	var done, findings atomic.Int64
	return eachPart(ctx, judges, func(ctx context.Context, j *judge, i int) error {
		before := j.shelf.Len()
		if err := j.part(ctx, body, i); err != nil {
			return err
		}
		n := findings.Add(int64(j.shelf.Len() - before))
		if d := done.Add(1); o.Progress != nil {
			o.Progress(int(d), hold.NumParts, int(n))
		}
		return nil
	})
}

// eachPart hands every part of a body to one of the workers, and stops at the first failure.
func eachPart[T any](ctx context.Context, workers []T, do func(ctx context.Context, worker T, part int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var group sync.WaitGroup
	for _, w := range workers {
		group.Go(func() {
			for i := next.Add(1) - 1; i < hold.NumParts; i = next.Add(1) - 1 {
				if err := do(ctx, w, int(i)); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// part judges one part of the body, patient by patient.
func (j *judge) part(ctx context.Context, body *hold.Body, i int) error {
	return body.Patients(i, j.o.Sources, false, func(lines []audit.Line) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		j.patients++
		return j.stage.Persons(lines, j.patient)
	})
}

func tablesOf(o *Options) []audit.Table {
	var tables []audit.Table
	for _, t := range o.Catalog.Tables() {
		tables = append(tables, audit.Table{
			Name: t.Name, SHA256: t.SHA256, Effective: t.Effective, File: t.File, Rows: t.Rows, Rejects: t.Rejects,
		})
	}
	return tables
}

// Package engine takes claim lines, shows each patient's lines to every rule, and returns the findings
// in one total order with an account of every row and every check.
//
// Collect lines in a hold.Body, then call Run.
package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
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
	// Progress, when not nil, is told now and then how many of the parts are judged.
	Progress func(done, of, findings int)
}

// Run audits all lines of the body: each patient's lines by every rule. The report is the same
// for any number of workers and whether or not parts were spilled. The body is used up.
func Run(ctx context.Context, body *hold.Body, o Options) (*audit.Report, error) {
	o.Workers = max(1, o.Workers)
	setup := &account.Setup{
		Rules: o.Rules, Off: o.Off, Patterns: o.Patterns, Catalog: o.Catalog, Sources: o.Sources, Since: body.Since(o.Sources),
	}
	judges := make([]*judge, o.Workers)
	for i := range judges {
		judges[i] = newJudge(&o, body, setup)
	}
	if err := judgeParts(ctx, body, judges, &o); err != nil {
		return nil, err
	}
	return assemble(body, judges, &o), nil
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

// judgeParts hands the parts to the judges and stops at the first failure.
func judgeParts(ctx context.Context, body *hold.Body, judges []*judge, o *Options) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next, done, findings atomic.Int64
	var workers sync.WaitGroup
	for _, j := range judges {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < hold.NumParts; i = next.Add(1) - 1 {
				before := j.shelf.Len()
				if err := j.part(ctx, body, int(i)); err != nil {
					cancel(err)
					return
				}
				n := findings.Add(int64(j.shelf.Len() - before))
				if d := done.Add(1); o.Progress != nil {
					o.Progress(int(d), hold.NumParts, int(n))
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// part judges one part of the body, patient by patient.
func (j *judge) part(ctx context.Context, body *hold.Body, i int) error {
	return body.Patients(i, j.o.Sources, func(lines []audit.Line) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return j.patient(lines)
	})
}

// assemble puts what the judges found into one report.
func assemble(body *hold.Body, judges []*judge, o *Options) *audit.Report {
	r := &audit.Report{
		AsOf: o.AsOf, Rules: o.Rules, Off: o.Off, Patterns: o.Patterns, Tables: tablesOf(o),
		Findings: hold.Gather(ofEach(judges, func(j *judge) *hold.Shelf { return j.shelf }), o.Rules, o.Catalog),
	}
	if o.Correct {
		r.Corrected = hold.GatherLines(ofEach(judges, func(j *judge) *hold.Ledger { return j.fixes.ledger }))
	}
	t := judges[0].tally
	for _, j := range judges[1:] {
		t.Add(j.tally)
	}
	t.Fill(r)
	sources, left := netted(o.Sources, judges)
	r.Sources, r.NotRead = sources, append(body.Unread(), left...)
	slices.SortFunc(r.NotRead, func(a, b claim.Unread) int { return a.Pos.Compare(b.Pos) })
	return r
}

// ofEach is what every judge has.
func ofEach[T any](judges []*judge, of func(*judge) T) []T {
	list := make([]T, len(judges))
	for i, j := range judges {
		list[i] = of(j)
	}
	return list
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

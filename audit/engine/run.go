// Package engine takes claim lines, shows each patient's lines to every rule, and returns the findings
// in one total order with an account of every row and every check.
//
// Collect lines in a hold.Body, then call Run.
package engine

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

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
		Findings: hold.Gather(each(judges, func(j *judge) *hold.Shelf { return j.shelf }), o.Rules, o.Catalog),
	}
	if o.Correct {
		r.Corrected = hold.GatherLines(each(judges, func(j *judge) *hold.Ledger { return j.fixes.ledger }))
	}
	t := judges[0].tally
	for _, j := range judges[1:] {
		t.Add(j.tally)
	}
	t.Fill(r)
	sources, left := netted(o.Sources, judges)
	r.Sources, r.NotRead = sources, append(body.Unread(), left...)
	slices.SortFunc(r.NotRead, func(a, b claim.Unread) int {
		return cmp.Or(cmp.Compare(a.Pos.Input, b.Pos.Input), cmp.Compare(a.Pos.Row, b.Pos.Row))
	})
	return r
}

// each is what every judge has.
func each[T any](judges []*judge, of func(*judge) T) []T {
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

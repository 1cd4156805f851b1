package engine

import (
	"context"
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
	"claimaudit/audit/services"
	"claimaudit/audit/wire"
)

// Whole is what only all lines of a run tell: it is found once, before the first patient is judged.
type Whole struct {
	Begins hold.Beginning
	Facts  *services.Facts
	Lost   hold.Lost
	Ahead  []byte // what waivers have to know ahead; see Waiver.Met
}

// Found is what was found in some patients and counted of them. What was found in all patients, in whatever parts,
// in one process or in many, makes the report.
type Found struct {
	Patients int

	o       *Options
	setup   *account.Setup
	tally   *account.Tally
	counts  []*services.Counts
	shelves []*hold.Shelf
	ledgers []*hold.Ledger
	left    []*hold.Leavings
}

// The kinds of records by which what was found goes from one process to another.
const (
	FindRecord  = "find"  // a finding
	dayRecord   = "day"   // the lines of an encounter with findings
	leftRecord  = "left"  // a row left out
	lineRecord  = "line"  // a line as corrected
	countRecord = "count" // all that was counted
)

// counted is what a record of counts holds.
type counted struct {
	patients int
	tally    []byte
	counts   *services.Counts
	changed  claim.Fields // the fields that corrected lines were changed in
}

// Survey finds what only all lines of the body tell; they stay there.
func Survey(ctx context.Context, body *hold.Body, o *Options) (*Whole, error) {
	facts, err := survey(ctx, body, o)
	if err != nil {
		return nil, err
	}
	w := &Whole{Begins: body.Begins(o.Sources), Facts: facts, Lost: body.Lost()}
	if o.Waive != nil && o.Waive.Ahead() {
		if err := foresee(ctx, body, *o, newFound(w, o).setup, facts); err != nil {
			return nil, err
		}
		w.Ahead = o.Waive.Met()
	}
	return w, nil
}

// NewFound is nothing found, in the memory and files of the body: a place for the records of other processes.
func NewFound(body *hold.Body, w *Whole, o *Options) *Found {
	f := newFound(w, o)
	f.tally, f.shelves, f.left = account.NewTally(f.setup), []*hold.Shelf{hold.NewShelf(body)}, []*hold.Leavings{hold.NewLeavings(body)}
	if o.Correct {
		f.ledgers = []*hold.Ledger{hold.NewLedger(body)}
	}
	return f
}

func newFound(w *Whole, o *Options) *Found {
	setup := &account.Setup{
		Rules: o.Rules, Off: o.Off, Patterns: o.Patterns, Catalog: o.Catalog, Sources: o.Sources, Since: w.Begins.Dense, Strays: w.Begins.Strays,
	}
	if o.Answers != nil {
		setup.Answer = o.Answers.Of
	}
	return &Found{o: o, setup: setup}
}

// Find judges all lines of the body, which are those of whole patients. The body is used up.
func Find(ctx context.Context, body *hold.Body, w *Whole, o *Options) (*Found, error) {
	f := newFound(w, o)
	judges := make([]*judge, max(1, o.Workers))
	for i := range judges {
		judges[i] = newJudge(o, body, f.setup, w.Facts)
	}
	if err := judgeParts(ctx, body, judges, o); err != nil {
		return nil, err
	}
	f.tally = judges[0].tally
	for i, j := range judges {
		if i > 0 {
			f.tally.Add(j.tally)
		}
		f.Patients += j.patients
		f.counts = append(f.counts, j.stage.Counts())
		f.shelves, f.left = append(f.shelves, j.shelf), append(f.left, j.left)
		if j.fixes != nil {
			f.ledgers = append(f.ledgers, j.fixes.ledger)
		}
	}
	return f, nil
}

// Report is the report of all that was found, and of the rows that were not read.
func (f *Found) Report(w *Whole, unread *hold.Leavings) *audit.Report {
	o := f.o
	r := &audit.Report{
		AsOf: o.AsOf, Rules: o.Rules, Off: o.Off, Patterns: o.Patterns, Tables: tablesOf(o),
	}
	if o.Correct {
		r.Corrected = hold.GatherLines(f.ledgers)
	}
	f.tally.Fill(r)
	if o.Answers != nil {
		for i := range r.Answers.Reasons {
			reason := &r.Answers.Reasons[i]
			counted := reason.Answered
			*reason = o.Answers.Explain(reason.Code)
			reason.Answered = counted
		}
	}
	r.Findings = hold.Gather(f.shelves, o.Rules, o.Catalog, f.tally.Only)
	if o.Waive != nil {
		r.Findings, r.Waived = r.Findings.Which(stands), r.Findings.Which(func(i int, b *audit.Brief) bool { return !stands(i, b) })
	}
	r.Summary.Recount(&r.Findings)
	r.Sources, r.Untyped = services.Sources(o.Sources, w.Facts, f.counts), w.Facts.Untyped(f.counts)
	r.NotRead = hold.GatherLeft(append(f.left, unread))
	return r
}

// stands tells a finding that no waiver holds for.
func stands(_ int, b *audit.Brief) bool { return b.Waiver <= 0 }

// Apart shows each the records of all that was found, for Take in another process, always in one order: the same
// found gives the same records. What was found is used up.
func (f *Found) Apart(each func(kind string, record []byte) error) (findings int, err error) {
	of := func(kind string) func([]byte) error {
		return func(record []byte) error { return each(kind, record) }
	}
	if findings, err = hold.Apart(f.shelves, f.o.Rules, of(FindRecord), of(dayRecord)); err != nil {
		return 0, err
	}
	if err := hold.LeftApart(f.left, of(leftRecord)); err != nil {
		return 0, err
	}
	changed, err := hold.LinesApart(f.ledgers, of(lineRecord))
	if err != nil {
		return 0, err
	}
	c := counted{f.Patients, f.tally.Bytes(), services.NewCounts(len(f.o.Sources)), changed}
	for _, of := range f.counts {
		c.counts.Add(of)
	}
	return findings, each(countRecord, wire.Append(nil, &c))
}

// Part begins the records of another part.
func (f *Found) Part() { f.shelves[0].Part() }

// Take takes a record of Apart.
func (f *Found) Take(kind string, record []byte) error {
	switch {
	case kind == FindRecord:
		return f.shelves[0].Take(record, f.o.Rules)
	case kind == dayRecord:
		return f.shelves[0].TakeDay(record)
	case kind == leftRecord:
		return f.left[0].Take(record)
	case kind == lineRecord && !f.o.Correct: // nobody asks here
		return nil
	case kind == lineRecord:
		return f.ledgers[0].Take(record)
	case kind == countRecord:
		return f.takeCounts(record)
	}
	return fmt.Errorf("has a kind that is none")
}

func (f *Found) takeCounts(record []byte) error {
	var c counted
	if err := wire.Read(record, &c); err != nil {
		return err
	}
	f.Patients += c.patients
	f.counts = append(f.counts, c.counts)
	if f.o.Correct {
		f.ledgers[0].Changed(c.changed)
	}
	return f.tally.Take(c.tally)
}

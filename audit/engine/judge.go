package engine

import (
	"fmt"
	"runtime"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/catalog"
	"claimaudit/audit/hold"
	"claimaudit/audit/services"
)

// PanicError is a rule that failed on a patient's lines.
type PanicError struct {
	Rule  string
	File  string
	Row   int32 // the patient's first row
	Cause string
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("rule %s failed on the patient at %s row %d: %s", e.Rule, e.File, e.Row, e.Cause)
}

// judge audits one patient after another; each goroutine has its own.
type judge struct {
	o    *Options
	root []look // by root-cause rules, in registry order
	rest []look
	// codes and payers are what the patient's lines have, for a glance: see look.
	codes  uint64
	payers audit.Payers

	c      audit.Case
	rule   *audit.Rule         // the one running
	report func(audit.Finding) // takes what it reports
	found  []audit.Finding     // of the current patient
	parted []audit.Line        // its lines with those of several days parted into these
	// replaced are its lines that stand for what they should have been; grounds what was said of its lines.
	replaced []replaced
	grounds  grounds
	only     func(*audit.Rule) bool // nil, or which rules run besides those of root causes
	trial    trial
	facts    *services.Facts
	stage    *services.Stage // which of a patient's lines stand
	tally    *account.Tally
	shelf    *hold.Shelf // the findings of all patients
	fixes    *fixes      // their lines with the fixes made; nil when nobody asked
}

func newJudge(o *Options, body *hold.Body, s *account.Setup, facts *services.Facts) *judge {
	j := &judge{o: o, shelf: hold.NewShelf(body), tally: account.NewTally(s), facts: facts, stage: services.NewStage(facts, o.Sources)}
	if o.Correct {
		j.fixes = newFixes(body)
	}
	j.trial.j = j
	j.report = j.take
	for _, r := range o.Rules {
		if r.Rank == audit.RootCause {
			j.root = append(j.root, lookOf(r))
		} else {
			j.rest = append(j.rest, lookOf(r))
		}
	}
	j.c = audit.Case{Catalog: o.Catalog, AsOf: o.AsOf, Sources: o.Sources, Since: s.Since, Settings: o.Settings}
	if j.c.Settings == nil {
		j.c.Settings = &audit.Settings{}
	}
	return j
}

// patient audits the lines of one patient, or one line without a patient.
func (j *judge) patient(lines []audit.Line) error {
	j.prepare(lines)
	stand, out := j.stage.Settle(lines)
	if len(stand) == 0 {
		return nil
	}
	if len(out) > 0 {
		lines = stand
		j.prepare(lines)
	}
	if !audit.AnyNew(lines) {
		return j.correct(lines, &trial{})
	}
	early := earlyOf(lines)
	j.arrange(lines)
	if err := j.find(); err != nil {
		return err
	}
	if err := j.late(early); err != nil {
		return err
	}
	if err := j.trial.try(lines, j.found); err != nil {
		return err
	}
	if len(out) > 0 {
		for i := range j.found {
			j.found[i].TellCopies()
		}
	}
	j.tally.Patient(&j.c, j.found)
	if err := j.correct(lines, &j.trial); err != nil {
		return err
	}
	return j.shelf.Keep(j.found)
}

// correct makes the fixes of what was found, where somebody asked.
func (j *judge) correct(lines []audit.Line, tried *trial) error {
	if j.fixes == nil {
		return nil
	}
	return j.fixes.patient(lines, tried)
}

// find leaves the findings of the case as they stand.
func (j *judge) find() error {
	j.found, j.replaced = j.found[:0], j.replaced[:0]
	if err := j.run(j.root); err != nil {
		return err
	}
	j.takeReplacements()
	if err := j.run(j.rest); err != nil {
		return err
	}
	if j.only == nil {
		j.grounds = groundsOf(j.found)
	}
	j.found = joinSpans(slices.DeleteFunc(settle(j.found), amongHistory))
	return nil
}

// prepare looks up what every line is, and puts the lines in order.
func (j *judge) prepare(lines []audit.Line) {
	for i := range lines {
		l := &lines[i]
		l.Known = j.o.Catalog.Lookup(l.Code)
		l.Context = j.o.Sources[l.Pos.Input].Context
		j.facts.SetType(l)
	}
	sortLines(lines)
}

// arrange makes the lines, which are prepared, the case.
func (j *judge) arrange(lines []audit.Line) {
	lines = j.partSpans(lines)
	j.c.Groups, j.codes, j.payers = 0, 0, 0
	for i := range lines {
		l := &lines[i]
		j.c.Groups |= l.Known.Ever()
		j.codes |= l.Code.Bit()
		j.payers |= 1 << l.Payer
	}
	j.c.SetLines(lines)
}

// run shows the case to each rule that concerns it. A rule's panic is an error that names the rule
// and the patient's first row.
func (j *judge) run(looks []look) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = j.failed(j.rule, p)
		}
	}()
	for i := range looks {
		r := looks[i].rule
		if looks[i].worth(j) && (j.only == nil || r.Rank == audit.RootCause || j.only(r)) {
			j.rule = r
			j.rule.Check(&j.c, j.report)
		}
	}
	return nil
}

// look is a rule, and what tells at a glance that it has nothing to say of a patient: no line has a
// code it speaks of or can report, or a payer of those it is for.
type look struct {
	rule   *audit.Rule
	groups catalog.Groups // one of which a line must belong to; 0 for any
	on     catalog.Groups // it can report
	codes  uint64         // and the bits of the codes
	all    bool           // it can report any code
	payers audit.Payers   // 0 for all
}

func lookOf(r *audit.Rule) look {
	n := &r.Needs
	k := look{rule: r, groups: n.Groups, on: n.On.Groups, payers: n.Payers, all: n.On.Any || n.On.Groups == 0 && len(n.On.Codes) == 0}
	for _, code := range n.On.Codes {
		k.codes |= code.Bit()
	}
	return k
}

func (k *look) worth(j *judge) bool {
	return (k.groups == 0 || k.groups&j.c.Groups != 0) &&
		(k.all || k.codes&j.codes != 0 || k.on&j.c.Groups != 0) &&
		(k.payers == 0 || k.payers&j.payers != 0)
}

// unreadBeside is said of what may stand in a row that could not be read.
const unreadBeside = "a row of this claim could not be read: "

// take keeps a finding the rule now running reports, unless it cannot have checked the line or
// it is among history alone. A root cause in history still stands for what it replaces.
func (j *judge) take(f audit.Finding) {
	r := j.rule
	if r.Rank != audit.RootCause && amongHistory(f) || !account.CanCheck(r, &j.c, f.Line) {
		return
	}
	f.Rule = r
	if f.Value != nil && !r.Floods.Has(f.Value.Field) {
		f.Value = nil
	}
	if f.Severity == 0 || f.Severity > r.Severity {
		f.Severity = r.Severity
	}
	if r.ToPayer != nil {
		if r.ToPayer(&f); f.Severity == 0 {
			return
		}
	}
	if r.Absence && f.Line.Gap {
		f.Severity, f.Message = audit.Review, unreadBeside+f.Message
	}
	if f.Line.Gone || slices.ContainsFunc(f.Related, func(l *audit.Line) bool { return audit.MayRepeat(f.Line, l) }) {
		f.Severity = audit.Review
	}
	j.found = append(j.found, f)
}

// failed tells of a panic without what it was called with, which may be patient data; the run
// time's own errors hold none.
func (j *judge) failed(r *audit.Rule, p any) error {
	first := j.c.Lines[0].Pos
	for i := range j.c.Lines {
		if j.c.Lines[i].Pos.Before(first) {
			first = j.c.Lines[i].Pos
		}
	}
	cause := "the rule stopped itself"
	if e, ok := p.(runtime.Error); ok {
		cause = e.Error()
	}
	return &PanicError{Rule: r.ID, File: j.o.Sources[first.Input].File, Row: first.Row, Cause: cause}
}

// takeReplacements lets the lines with a root cause stand for what they should have been.
func (j *judge) takeReplacements() {
	for _, f := range j.found {
		f.Line.Root, f.Line.Whole().Root = true, true
		for _, e := range f.Fix.Edits {
			if e.Code != 0 && e.Line == f.Line {
				w := f.Line.Whole()
				j.replaced = append(j.replaced, replaced{w.Pos, w.Code, w.Known})
				f.Line.Code = e.Code
				f.Line.Known = j.o.Catalog.Lookup(e.Code)
				w.Code, w.Known = f.Line.Code, f.Line.Known
				j.c.Groups |= f.Line.Known.Ever()
				j.codes |= e.Code.Bit()
			}
		}
	}
}

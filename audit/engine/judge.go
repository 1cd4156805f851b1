package engine

import (
	"fmt"
	"runtime"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/claim"
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
	asks *asks // which rules are asked about which lines
	c    audit.Case

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
	patients int                       // as the body shows them
	left     *hold.Leavings            // the rows that the stage leaves out
	shelf    *hold.Shelf               // the findings of all patients
	fixes    *fixes                    // their lines with the fixes made; nil when nobody asked
	meet     func([]audit.Finding)     // nil, or who is shown what is found, of which nothing else is made
	given    map[claim.Pos]audit.Given // what remittances say of the current patient's lines
	silent   []answered                // its lines while they have it on them
}

func newJudge(o *Options, body *hold.Body, s *account.Setup, facts *services.Facts) *judge {
	j := &judge{o: o, shelf: hold.NewShelf(body), tally: account.NewTally(s), facts: facts, left: hold.NewLeavings(body)}
	j.stage = services.NewStage(facts, o.Sources, j.left.Keep)
	if o.Correct {
		j.fixes = newFixes(body)
	}
	j.trial.j = j
	j.report, j.asks = j.take, newAsks(o)
	j.c = audit.Case{Catalog: o.Catalog, AsOf: o.AsOf, Sources: o.Sources, Since: s.Since, Settings: o.Settings}
	if j.c.Settings == nil {
		j.c.Settings = &audit.Settings{}
	}
	return j
}

// patient audits the lines of one patient, or those of one claim without a patient, each of which is judged
// alone.
func (j *judge) patient(lines []audit.Line) error {
	j.prepare(lines)
	stand, out := j.stage.Settle(lines)
	if err := j.stage.Err(); err != nil {
		return err
	}
	if j.o.Watch != nil && len(out) > 0 {
		j.o.Watch.Left(out)
	}
	if j.o.Answers != nil && j.meet == nil && j.o.Answers.Asks() {
		j.given = j.o.Answers.Join(stand)
	}
	if len(stand) == 0 || !stand[0].Anonymous {
		return j.audit(stand, len(out) > 0)
	}
	for i := range stand {
		if err := j.audit(stand[i:i+1:i+1], len(out) > 0); err != nil {
			return err
		}
	}
	return nil
}

// audit audits the lines that stand, which are prepared unless some were left out.
func (j *judge) audit(lines []audit.Line, left bool) error {
	if len(lines) == 0 {
		return nil
	}
	if left {
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
	if j.meet != nil {
		j.meet(j.found)
		return nil
	}
	standing := j.waive()
	if err := j.trial.try(lines, standing); err != nil {
		return err
	}
	if left {
		for i := range j.found {
			j.found[i].TellCopies()
		}
	}
	if j.o.Watch != nil {
		j.o.Watch.Patient(&j.c, j.found)
	}
	j.answer()
	if w, asks := j.o.Watch.(AnswerWatcher); asks {
		w.Answered(&j.c)
	}
	j.tally.Patient(&j.c, standing)
	err := j.shelf.Keep(j.found, lines, j.trial.together())
	j.unanswer()
	if err != nil {
		return err
	}
	return j.correct(lines, &j.trial)
}

// answered is a line, and what its export says of payers' answers.
type answered struct {
	line *audit.Line
	said audit.Given
}

// answer puts on the lines what remittances say of them: it is counted and told, and no rule has asked it.
func (j *judge) answer() {
	if len(j.given) == 0 {
		return
	}
	for i := range j.c.Lines {
		for _, l := range [...]*audit.Line{&j.c.Lines[i], j.c.Lines[i].Whole()} {
			if given, ok := j.given[l.Pos]; ok {
				j.silent = append(j.silent, answered{l, audit.GivenOn(&l.Line)})
				given.On(&l.Line)
			}
		}
	}
}

// unanswer takes it off again, the last first: a line may be met twice.
func (j *judge) unanswer() {
	for _, a := range slices.Backward(j.silent) {
		a.said.On(&a.line.Line)
	}
	j.silent = j.silent[:0]
}

// waive finds out which findings are waived, and puts them behind the others, which it returns: they count
// for nothing, and their fixes are not made.
func (j *judge) waive() (standing []audit.Finding) {
	if j.o.Waive == nil || len(j.found) == 0 {
		return j.found
	}
	j.o.Waive.Waive(j.found)
	slices.SortStableFunc(j.found, func(a, b audit.Finding) int { return audit.CompareBools(a.Waiver > 0, b.Waiver > 0) })
	n := 0
	for ; n < len(j.found) && j.found[n].Waiver <= 0; n++ {
	}
	for i := range j.found[n:] {
		j.found[n+i].Fix.Edits = nil
	}
	return j.found[:n]
}

// correct makes the fixes of what was found, where somebody asked.
func (j *judge) correct(lines []audit.Line, tried *trial) error {
	if j.fixes == nil {
		return nil
	}
	for i := range lines {
		lines[i] = j.asBilled(&lines[i]) // a fix that is not made leaves the code as it was
	}
	return j.fixes.patient(lines, tried)
}

// find leaves the findings of the case as they stand.
func (j *judge) find() error {
	j.found, j.replaced = j.found[:0], j.replaced[:0]
	if err := j.run(0, j.asks.roots); err != nil {
		return err
	}
	j.takeReplacements()
	if err := j.run(j.asks.roots, len(j.asks.rules)); err != nil {
		return err
	}
	if j.only == nil {
		j.grounds = groundsOf(j.found)
	}
	j.found = inSeries(joinSpans(slices.DeleteFunc(settle(j.found), amongHistory)))
	return nil
}

// prepare looks up what every line is, and puts the lines in order.
func (j *judge) prepare(lines []audit.Line) {
	for i := range lines {
		l := &lines[i]
		l.Known = j.asks.of(l.Code).known
		l.Context = j.o.Sources[l.Pos.Input].Context
		j.stage.SetType(l)
	}
	sortLines(lines)
}

// arrange makes the lines, which are prepared, the case.
func (j *judge) arrange(lines []audit.Line) {
	lines = j.partSpans(lines)
	j.c.Groups = 0
	for i := range lines {
		j.c.Groups |= lines[i].Known.Ever()
	}
	j.c.SetLines(lines)
	j.asks.about(lines)
}

// run shows the case to those of the rules from the first to before the end that can report one of its
// lines. A rule's panic is an error that names the rule and the patient's first row.
func (j *judge) run(first, end int) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = j.failed(j.rule, p)
		}
	}()
	for i := j.asks.next(first); i < end; i = j.asks.next(i + 1) {
		r := j.asks.rules[i]
		if j.only != nil && r.Rank != audit.RootCause && !j.only(r) {
			continue
		}
		if g := r.Needs.Groups; g == 0 || g&j.c.Groups != 0 {
			j.rule = r
			j.c.Ask(j.asks.lines(i))
			j.rule.Check(&j.c, j.report)
		}
	}
	return nil
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
	j.doubt(&f)
	if r.Absence && f.Line.Gap {
		f.Severity, f.Message = audit.Review, unreadBeside+f.Message
	}
	if f.Line.Gone || slices.ContainsFunc(f.Related, func(l *audit.Line) bool { return audit.MayRepeat(f.Line, l) }) {
		f.Severity = audit.Review
	}
	j.found = append(j.found, f)
}

// doubt leaves for review what a cell could make right that the line's export has no column for.
func (j *judge) doubt(f *audit.Finding) {
	missing := f.Rule.Needs.Doubts &^ j.o.Sources[f.Line.Pos.Input].Columns
	if missing == 0 || f.Sure || f.Severity == audit.Review {
		return
	}
	f.Severity, f.Fix.Edits = audit.Review, nil
	f.Message += fmt.Sprintf("; the export has no column for %s, which may say otherwise", missing.First())
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
	if len(j.found) == 0 {
		return
	}
	for _, f := range j.found {
		f.Line.Root, f.Line.Whole().Root = true, true
		for _, e := range f.Fix.Edits {
			if e.Code != 0 && e.Line == f.Line {
				w := f.Line.Whole()
				j.replaced = append(j.replaced, replaced{w.Pos, w.Code, w.Known})
				f.Line.Code = e.Code
				f.Line.Known = j.asks.of(e.Code).known
				w.Code, w.Known = f.Line.Code, f.Line.Known
				j.c.Groups |= f.Line.Known.Ever()
			}
		}
	}
	j.asks.about(j.c.Lines)
}

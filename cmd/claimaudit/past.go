package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/audit/history"
	"claimaudit/parsers/reviewed"
	"claimaudit/reports"
)

// openHistory opens the history named, if any, and sees that it can be used.
func (j *job) openHistory(ctx context.Context) error {
	name := j.cmd.History
	switch {
	case len(nonBlank(j.cmd.Reviewed)) > 0:
		return j.readReviewed(ctx)
	case name == "" && j.cmd.NewOnly:
		return fmt.Errorf("%s: only a history tells which findings are new: name one with --history, or last night's workbook with --reviewed", j.conf.said("new-only"))
	case name == "":
		return nil
	case j.cmd.Redact:
		return fmt.Errorf("%s: a history tells findings by whom they are of, and --redact leaves that out: use --deidentify, or no history", j.conf.said("history"))
	}
	store, err := history.Open(name)
	if err == nil {
		j.history = store
		if store.Opened != "" {
			j.log.Warn().Msg(store.Opened)
		}
		err = store.Check(ctx)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", j.conf.said("history"), err)
	}
	return nil
}

// readReviewed reads what reviewers wrote into workbooks of earlier audits. Of a finding the word of the latest day
// counts, and without days that of the workbook named last.
func (j *job) readReviewed(ctx context.Context) error {
	switch {
	case j.cmd.History != "":
		return fmt.Errorf("%s: the history keeps what reviewers say: claimaudit review WORKBOOK --history %s reads it", j.conf.said("reviewed"), "FILE")
	case j.cmd.Redact:
		return fmt.Errorf("%s: reviewed workbooks tell findings by whom they are of, and --redact leaves that out: use --deidentify", j.conf.said("reviewed"))
	}
	j.answers = history.Answers{}
	var errs []error
	for _, path := range nonBlank(j.cmd.Reviewed) {
		book, err := reviewed.Read(ctx, path)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", j.conf.said("reviewed"), err))
			continue
		}
		for _, t := range book.Troubles {
			j.log.Warn().Str("file", t.Place.File).Str("sheet", t.Place.Sheet).Int("row", t.Place.Row).Bool("refused", t.Refused).
				Msg("a reviewer wrote something that cannot be taken as it stands: a disposition or a day that is none, no fingerprint, or Disagree without a note")
		}
		for i := range book.Reviews {
			j.answer(&book.Reviews[i])
		}
	}
	return errors.Join(errs...)
}

// answer keeps what a reviewer says, in the place of what was said before.
func (j *job) answer(r *reviewed.Review) {
	before, known := j.answers[r.Fingerprint]
	now := history.Answer{Says: saysOf(r), Severity: r.Severity, Units: r.Units, Charge: r.Charge, Waived: r.Waived, Disposition: r.Disposition}
	said := known && before.Disposition != (audit.Disposition{})
	switch {
	case said && r.Disposition == (audit.Disposition{}):
		return
	case said && before.Disposition != r.Disposition && r.Date < before.Date:
		j.log.Warn().Str("file", r.Place.File).Str("sheet", r.Place.Sheet).Int("row", r.Place.Row).
			Msg("another workbook says something else of the finding, of a later day: that one counts")
		return
	case said && before.Disposition != r.Disposition:
		j.log.Warn().Str("file", r.Place.File).Str("sheet", r.Place.Sheet).Int("row", r.Place.Row).
			Msg("another workbook says something else of the finding: this one counts")
	}
	j.answers[r.Fingerprint] = now
}

// begin begins a night of the history, once all lines are read.
func (j *job) begin(ctx context.Context, shown func(*audit.Line) (patient, claimID string), first claim.Date, sources []claim.Source) (err error) {
	if j.history == nil {
		return nil
	}
	run := history.Run{AsOf: j.parse.AsOf, First: first, Facts: j.facts(), Rules: j.rules, Exists: j.isRule, Shown: shown}
	for _, s := range sources {
		sum := s.SHA256
		if s.Context {
			sum = "context " + sum
		}
		run.Inputs = append(run.Inputs, sum)
	}
	j.night, err = j.history.Night(ctx, run, history.Options{Waiting: func() {
		j.log.Warn().Msg("another audit is using the history: waiting for it to end")
	}})
	if err != nil {
		return err
	}
	if before := j.night.Before(); before > run.AsOf {
		j.log.Warn().Msgf("the audit before looked from %s, which is later than this one's %s: set the clock, or --as-of, if that is not meant", before, run.AsOf)
	}
	return nil
}

// watched is what judges of other processes have to know of the history, which is let go of: merge begins the night.
func (j *job) watched(ctx context.Context, first claim.Date, sources []claim.Source) (open []byte, err error) {
	if err = j.begin(ctx, reports.Ids(j.write), first, sources); err == nil && j.night != nil {
		open = j.night.Open()
	}
	err = errors.Join(err, j.closeHistory())
	j.history, j.night = nil, nil
	return open, err
}

// keyMark tells keys of --deidentify apart, and tells nothing of them.
func keyMark(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	sum := sha256.Sum256(append([]byte("claimaudit history "), key...))
	return hex.EncodeToString(sum[:8])
}

func (j *job) isRule(id string) bool {
	return slices.ContainsFunc(j.own.all, func(r *audit.Rule) bool { return r.ID == id })
}

// passing are the settings that differ from night to night, or change only what is shown.
var passing = []string{"as_of", "context", "min_severity", "new_only", "waivers"}

// facts are all that decides what is found in the same lines.
func (j *job) facts() []history.Fact {
	facts := []history.Fact{{Name: history.IDs, Value: keyMark(j.write.Deidentify)}, {Name: "program", Value: version}, {Name: "catalogue", Value: j.catalog.Vintage()}}
	for _, t := range j.catalog.Tables() {
		facts = append(facts, history.Fact{Name: "table " + t.Name, Value: t.SHA256})
	}
	for _, t := range j.own.tables {
		facts = append(facts, history.Fact{Name: t.Name, Value: t.SHA256})
	}
	facts = append(facts, j.waiverFacts()...)
	for _, o := range j.recorded {
		if !slices.Contains(passing, o.Name) {
			facts = append(facts, history.Fact{Name: "setting " + o.Name, Value: o.Value})
		}
	}
	return facts
}

// watcher is what notes the encounters of the night, or looks on for another reason; nil for nobody.
func (j *job) watcher() engine.Watcher {
	if j.night == nil {
		return j.watch
	}
	return j.night
}

// compare tells what was found from what the history has.
func (j *job) compare(ctx context.Context, r *audit.Report, shown *reports.Shown) (*audit.Past, error) {
	if j.answers != nil {
		past := j.answers.Compare(foundIn(shown.Findings), foundIn(shown.Waived))
		shown.Tell(past)
		return past, nil
	}
	if j.night == nil {
		return nil, nil
	}
	past, err := j.night.Compare(ctx, r.Summary.Lines, foundIn(shown.Findings), foundIn(shown.Waived))
	if err != nil {
		return nil, err
	}
	shown.Tell(past)
	return past, nil
}

// foundIn are findings as a history takes them.
func foundIn(findings iter.Seq2[*audit.Finding, reports.Mark]) iter.Seq[history.Found] {
	return func(yield func(history.Found) bool) {
		for f, mark := range findings {
			found := history.Found{Finding: f, Fingerprint: mark.Text, Twin: mark.Twin, Flood: mark.Flood}
			if mark.Lines != nil {
				found.Lines = foundIn(mark.Lines)
			}
			if !yield(found) {
				return
			}
		}
	}
}

// remember records the audit, whose outputs are in place.
func (j *job) remember(ctx context.Context, past *audit.Past) error {
	if past != nil && past.StillThere > 0 && j.cmd.NewOnly {
		j.log.Warn().Int("findings", past.StillThere).Msg("findings that a reviewer marked Fixed are still there, and --new-only does not show them")
	}
	switch {
	case past == nil:
		return nil
	case past.Run == 0:
		j.log.Info().Int("new", past.Counts[audit.New]).Int("open", past.Counts[audit.Open]).Int("reopened", past.Counts[audit.Reopened]).Msg("compared with reviewed workbooks")
		return nil
	}
	if err := j.night.Record(ctx, past); err != nil {
		return fmt.Errorf("the outputs are in place, and the audit is not in the history, so that its findings will be new once more: %w", err)
	}
	event := j.log.WithLevel(j.outcome())
	for s := audit.New; int(s) < audit.NumStates; s++ {
		event = event.Int(s.String(), past.Counts[s])
	}
	event.Int("audit", past.Run).Msg("compared with the history")
	return nil
}

// closeHistory lets go of the history.
func (j *job) closeHistory() error {
	if j.history == nil {
		return nil
	}
	return j.history.Close()
}

// highest is the highest severity that the exit status speaks of; 0 for none.
func (j *job) highest(r *audit.Report, past *audit.Past) (highest audit.Severity) {
	for i := range r.Findings.Len() {
		if past == nil || !j.cmd.NewOnly || past.States[i] != audit.Open {
			highest = max(highest, r.Findings.Brief(i).Severity)
		}
	}
	return highest
}

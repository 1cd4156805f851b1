package main

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"claimaudit/audit"
	"claimaudit/audit/history"
	"claimaudit/audit/hold"
	"claimaudit/reports"
	"claimaudit/reports/page"
)

// pageAudit is an audit as the page shows it, until it is closed.
type pageAudit struct {
	job     *job
	body    *hold.Body // what was found lies in it
	report  *audit.Report
	past    *audit.Past // nil where no history is kept
	listing *reports.Listing
	outcome string
}

// shown audits what is open, tells it from the history, and lists what was found.
func (j *job) shown(ctx context.Context, body *hold.Body) (*pageAudit, error) {
	report, err := j.audit(ctx, body)
	if err == nil {
		err = j.anything(report)
	}
	if err != nil {
		return nil, err
	}
	a := &pageAudit{job: j, body: body, report: report}
	shown := reports.Show(report, j.write)
	if a.past, err = j.compare(ctx, report, shown); err != nil {
		return nil, err
	}
	a.listing = shown.Listing()
	if err := errors.Join(a.listing.Err(), j.remember(ctx, a.past)); err != nil {
		return nil, err
	}
	a.outcome = outcomeOf(j.status(report, a.past))
	j.announce(report)
	return a, nil
}

// outcomeOf is what the exit status says, in words.
func outcomeOf(err error) string {
	var s status
	switch errors.As(err, &s); s {
	case exitIncomplete:
		return "Audited, but some rows could not be read (exit status 3)."
	case exitFindings:
		return "Audited, with findings to act on (exit status 1)."
	}
	return "Audited, and nothing found to act on (exit status 0)."
}

// Figures are those of the first page of the workbook.
func (a *pageAudit) Figures() page.Figures {
	f := a.listing.Figures()
	told := page.Figures{Read: f.Read, Dates: f.Dates, Outcome: a.outcome}
	for _, t := range f.Tiles {
		told.Tiles = append(told.Tiles, page.Figure(t))
	}
	for i, s := range a.report.Sources {
		if n := s.Unreadable + s.Unplaced; n > 0 {
			told.Notes = append(told.Notes, fmt.Sprintf("%s %s: %d rows could not be read", s.File, a.job.called.sheet(s.Sheet, i), n))
		}
	}
	for _, list := range [][]string{f.Ages, f.Left, f.Gaps} {
		told.Notes = append(told.Notes, list...)
	}
	return told
}

// Traits are what findings are chosen by.
func (a *pageAudit) Traits(yield func(page.Traits) bool) {
	for t := range a.listing.Traits {
		if !yield(page.Traits{
			Severity: t.Severity, Rule: t.Rule.ID, Title: t.Rule.Title, Provider: t.Provider, Payer: t.Payer, Date: t.Day.String(), AtRisk: int64(t.AtRisk),
		}) {
			return
		}
	}
}

// Texts are those of the workbook.
func (a *pageAudit) Texts(i int, heads []string) []string { return a.listing.Texts(i, heads) }

// Encounter are the lines of a finding's encounter.
func (a *pageAudit) Encounter(i int) (lines []page.Line) {
	for _, b := range a.listing.Encounter(i) {
		lines = append(lines, page.Line{
			Row: b.Row, Day: b.Day.String(), Code: b.Code, Modifiers: b.Modifiers, Units: b.Units, Charge: b.Charge, Diagnoses: b.Diagnoses, Provider: b.Provider,
			Other: b.Other, Proposed: b.Proposed, Findings: b.Findings,
		})
	}
	return lines
}

// Said is what the history has of the findings.
func (a *pageAudit) Said() map[int]audit.Disposition {
	said := map[int]audit.Disposition{}
	if a.past == nil || len(a.past.Said) == 0 {
		return said
	}
	for i := range a.listing.Len() {
		if d, known := a.past.Said[a.mark(i)]; known {
			said[i] = d
		}
	}
	return said
}

// mark is the fingerprint of a finding.
func (a *pageAudit) mark(i int) string { return a.listing.Texts(i, []string{"Fingerprint"})[0] }

// sayer is what the history calls this page, as it calls workbooks by their names.
const sayer = "page"

// Say keeps a disposition in the history.
func (a *pageAudit) Say(ctx context.Context, i int, d audit.Disposition) (err error) {
	if a.job.cmd.History == "" {
		return nil
	}
	store, err := history.OpenKept(a.job.cmd.History)
	if err != nil {
		return fmt.Errorf("the history: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	says := a.listing.Texts(i, []string{"Severity", "Finding", "Fix", "Stands for lines"})
	saying := history.Saying{Fingerprint: a.mark(i), Workbook: sayer, Disposition: d, Now: true}
	if says[3] == "" {
		saying.Says = history.SaysOf(says[0], says[1], says[2])
	}
	placed, err := store.Say(ctx, []history.Saying{saying}, history.Options{})
	if err != nil {
		return err
	}
	if !placed[0].Known {
		return errors.New("the history has no such finding any more")
	}
	return nil
}

// told is what earlier audits and reviewers say; nil when they say nothing.
func (a *pageAudit) told(said map[int]audit.Disposition) *audit.Past {
	if a.past == nil && len(said) == 0 {
		return nil
	}
	past := audit.Past{States: make([]audit.State, a.report.Findings.Len())}
	if a.past != nil {
		past = *a.past
	}
	past.Said = maps.Clone(past.Said)
	if past.Said == nil {
		past.Said = map[string]audit.Disposition{}
	}
	for i, d := range said {
		past.Said[a.mark(i)] = d
	}
	return &past
}

// Write writes a report, as audit does.
func (a *pageAudit) Write(ctx context.Context, form, path string, said map[int]audit.Disposition) error {
	o, paths := a.job.write, []string{path}
	if form == "corrected" {
		o.Corrected, paths = path, nil
	}
	shown := reports.Show(a.report, o)
	if past := a.told(said); past != nil {
		shown.Tell(past)
	}
	return errors.Join(shown.Write(ctx, paths), shown.Close())
}

// Close lets go of what was found.
func (a *pageAudit) Close() error { return a.body.Close() }

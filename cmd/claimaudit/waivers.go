package main

import (
	"errors"

	"claimaudit/audit"
	"claimaudit/audit/engine"
	"claimaudit/audit/history"
	"claimaudit/audit/waivers"
	"claimaudit/parsers/practice"
	"claimaudit/reports"
)

// waived is what the practice's files of waivers hold.
type waived struct {
	*waivers.Set
	tables []audit.Table // the files
	names  *reports.Namer
	shown  waivers.Ids
}

// readWaivers reads the files of waivers; the error names all that is wrong in them.
func (j *job) readWaivers() (*waived, error) {
	paths := nonBlank(j.cmd.Waivers)
	if len(paths) == 0 {
		return nil, nil
	}
	form := &practice.Form{What: "waivers"}
	for _, c := range waivers.Columns() {
		form.Columns = append(form.Columns, practice.Column{Name: c.Name, Heads: c.Heads, Key: c.Key, Must: c.Must, Days: c.Days})
	}
	read := ownKnowledge{copied: j.conf.copied}
	list, wrong := read.readForm(form, paths, j.cmd.Redact, j.done)
	set, err := waivers.Make(list, waivers.Options{
		AsOf: j.parse.AsOf, DayFirst: j.cmd.DateOrder == "dmy", MonthFirst: j.cmd.DateOrder == "mdy",
		IsRule: func(id string) bool { return j.own == nil || j.isRule(id) },
	})
	if err := said(j.conf, "waivers", errors.Join(wrong, err)); err != nil {
		return nil, first(err, mostFaults)
	}
	return &waived{Set: set, tables: read.tables}, nil
}

// Waive marks the findings that a waiver is about.
func (w *waived) Waive(found []audit.Finding) { w.Set.Waive(found, w.names.Names, w.shown) }

// Ahead tells whether a waiver names fingerprints, which Meet and Names know.
func (w *waived) Ahead() bool { return len(w.Prints()) > 0 }

// Meet takes what was found of lines that are judged apart.
func (w *waived) Meet(found []audit.Finding) { w.names.Meet(found) }

// Met and Know carry what was met to another process.
func (w *waived) Met() []byte { return w.names.Met() }

// Know takes what was met in another process.
func (w *waived) Know(met []byte) error { return w.names.Know(met) }

// waiver is what marks findings; nil without waivers.
func (j *job) waiver() engine.Waiver {
	if j.waived == nil {
		return nil
	}
	j.waived.names, j.waived.shown = reports.NewNamer(j.write, j.waived.Prints()), reports.Ids(j.write)
	return j.waived
}

// tellWaivers adds to the report what became of the waivers.
func (j *job) tellWaivers(r *audit.Report) {
	if j.waived == nil {
		return
	}
	r.Tables = append(r.Tables, j.waived.tables...)
	r.Waivers = j.waived.Told(&r.Waived, &r.Findings)
	for i := range r.Waivers {
		r.Waivers[i].File = relative(r.Waivers[i].File)
	}
}

// announceWaivers logs the waivers of which somebody should hear.
func (j *job) announceWaivers(list []audit.Waiver) {
	for _, w := range list {
		switch event := j.log.Warn().Str("file", w.File).Int("row", w.Row); w.State {
		case audit.ExpiredWaiver:
			event.Str("expires", w.Expires.String()).Int("findings", w.Findings).Msg("a waiver has expired: what it was about is asked again")
		case audit.UnusedWaiver:
			event.Msg("a waiver is about no finding")
		case audit.RepeatedWaiver:
			event.Msg("all that a waiver is about is waived by other rows too")
		}
	}
}

// waiverFacts are the files, for a history.
func (j *job) waiverFacts() (facts []history.Fact) {
	if j.waived == nil {
		return nil
	}
	for _, t := range j.waived.tables {
		facts = append(facts, history.Fact{Name: history.Waivers, Value: t.SHA256})
	}
	return facts
}

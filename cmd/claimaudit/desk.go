package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/draft"
	"claimaudit/audit/history"
	"claimaudit/audit/hold"
	"claimaudit/parsers"
	"claimaudit/reports/page"
)

// desk does for the page what the commands do: columns, audit, explain.
type desk struct {
	cmd  *serveCmd
	conf *configuration
	log  zerolog.Logger
	done <-chan struct{}

	mu        sync.Mutex
	saved     []savedMapping       // on the page, since it is served
	explained map[[2]string]string // what was explained, which does not change while it is served
}

// mostExplained is how much of what was explained is kept.
const mostExplained = 1000

// Folder makes a private folder.
func (d *desk) Folder() (string, func() error, error) { return draft.PrivateFolder() }

// Keeps names the history.
func (d *desk) Keeps() string {
	if d.cmd.History == "" {
		return ""
	}
	if history.OnServer(d.cmd.History) {
		return "the database of the history"
	}
	return relative(d.cmd.History)
}

// Fields are the canonical columns.
func (d *desk) Fields() (names []string) {
	for f := range claim.NumFields {
		names = append(names, f.Columns()...)
		if f.Places() > 1 {
			names = append(names, f.Name())
		}
	}
	return names
}

// job is an audit of the files, with the settings of the page and what was chosen there.
func (d *desk) job(r page.Request) (*job, error) {
	commands := &cli{}
	parser, err := parserInto(commands)
	if err != nil {
		return nil, err
	}
	a, c := &commands.Audit, d.cmd
	a.shownSettings, a.findingSettings, a.pastSettings, a.workSettings = c.shownSettings, c.findingSettings, c.pastSettings, c.workSettings
	for _, f := range r.Files {
		a.Inputs = append(a.Inputs, f.Path)
	}
	if r.Order != "" {
		a.DateOrder = r.Order
	}
	a.ClaimType = slices.Concat(c.ClaimType, pairsOf(r.Types))
	a.Mappings = d.mappings(r)
	given := allSettings(parser.Model)
	j, err := a.prepareFor(func(j *job) error { return j.disguise() }, given, d.conf, &streams{in: strings.NewReader(""), out: io.Discard, err: io.Discard, done: d.done})
	if err != nil {
		return nil, err
	}
	j.log, j.corrected, j.called, j.recorded = d.log, "corrected.csv", renamedTo(r.Files, a.Redact), record(given, a.Redact)
	return j, nil
}

// pairsOf are whose claims billers' are, as the setting has it.
func pairsOf(types map[string]string) (list []string) {
	for _, number := range sortedKeys(types) {
		list = append(list, number+"="+types[number])
	}
	return list
}

// mappings are those of the configuration, those saved here since, and those chosen for this audit, which go first.
func (d *desk) mappings(r page.Request) []savedMapping {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := withMappings(d.cmd.Mappings, d.saved...)
	for _, m := range r.Mappings {
		list = withMappings(list, savedMapping(m))
	}
	return list
}

// withMappings are the mappings with others: of two for one header the later counts.
func withMappings(list []savedMapping, more ...savedMapping) []savedMapping {
	for _, m := range more {
		kept := make([]savedMapping, 0, len(list)+1)
		for _, other := range list {
			if !sameNames(other.Header, m.Header) {
				kept = append(kept, other)
			}
		}
		list = append(kept, m)
	}
	return list
}

// sameNames tells whether two headers have the same names, in whatever order.
func sameNames(a, b []string) bool {
	names := map[string]bool{}
	for _, name := range a {
		names[name] = true
	}
	for _, name := range b {
		if !names[name] {
			return false
		}
	}
	return len(a) == len(b)
}

// Understand reads the files as columns does.
func (d *desk) Understand(ctx context.Context, r page.Request, tell func(string, float64)) (tables []page.Table, err error) {
	j, err := d.job(r)
	if err != nil {
		return nil, err
	}
	paths, errs := j.findAll(j.cmd.Inputs)
	j.called.found(paths)
	j.progress = &progress{start: time.Now(), told: tell}
	for _, path := range paths {
		j.progress.expect(path)
	}
	for _, path := range paths {
		if ctx.Err() != nil {
			return tables, ctx.Err()
		}
		views, err := j.understood(ctx, path, j.parse)
		if err != nil && len(views) == 0 && len(r.Mappings) > 0 { // what was chosen does not fit: it can be chosen again
			plain := j.parse
			plain.Saved = nil
			views, _ = j.understood(ctx, path, plain)
		}
		errs = append(errs, err)
		for i := range views {
			tables = append(tables, pageTable(&views[i], j.called, len(tables)))
		}
	}
	return tables, j.called.err(errors.Join(errs...))
}

// understood is how a file is understood, as far as it can be.
func (j *job) understood(ctx context.Context, path string, o parsers.Options) (views []tableView, err error) {
	var refused []tableView
	o.Refused = refusedInto(&refused)
	export, err := parsers.Open(path, o)
	if err != nil {
		return refused, err
	}
	defer func() { err = errors.Join(err, export.Close()) }()
	views, err = understand(ctx, export, j.settings, false, j.progress)
	return append(views, refused...), err
}

// pageTable is a table as the page shows it, in the words of columns.
func pageTable(v *tableView, called *renamed, place int) page.Table {
	t := page.Table{Billers: pageBillers(v.billers, called.hidden), File: called.of(v.File), Sheet: called.sheet(v.Sheet, place), Header: "The header is in " + rowsText(v.Header) + v.written() + ".", Refused: called.of(v.Refused)}
	for _, c := range v.Columns {
		t.Columns = append(t.Columns, page.Column{Number: c.Column, Header: c.Header, Field: c.Field, Why: c.Why, Examples: c.Examples, Service: c.Service})
	}
	if v.Refused == "" || v.Rows > 0 {
		t.Counts = v.counts()
	}
	for _, k := range v.Kinds {
		t.Notes = append(t.Notes, fmt.Sprintf("%d %s: %s (%s)", k.Count, k.Kind, called.of(k.Reason), k.where()))
	}
	for _, r := range v.Repairs {
		t.Notes = append(t.Notes, fmt.Sprintf("%s: %s: %d repaired%s", r.Field, r.Kind, r.Count, r.example()))
	}
	for _, n := range v.Notes {
		t.Notes = append(t.Notes, called.of(n))
	}
	for _, m := range v.Missing {
		t.Notes = append(t.Notes, "no column for "+m.Field+consequence(m.Rules))
	}
	return t
}

// pageBillers are billers as the page asks of them.
func pageBillers(told []audit.Biller, hidden bool) (list []page.Biller) {
	for i, b := range told {
		text := fmt.Sprintf("%d lines of ", b.Lines)
		switch {
		case b.Number == "":
			text += "no biller's number"
		case hidden:
			text += fmt.Sprintf("biller %d", i+1)
		default:
			text += "biller " + b.Number
		}
		switch b.Evidence {
		case audit.BothSeem:
			text += ": in a surgery centre, codes stand on two claims of a day. The doctor's claims and the centre's own seem to be in it both, so that duplicates between the two are not looked for."
		case audit.NothingTells:
			text += ": all are in a surgery centre, and nothing tells whether they are the doctor's claims or the centre's own. They are read as the doctor's."
		case audit.LinesTell:
			text += map[claim.Type]string{claim.ASC: ": the lines tell that they are a surgery centre's own.", claim.Facility: ": the lines tell that they are a hospital's own."}[b.Type]
		}
		list = append(list, page.Biller{Number: cmp.Or(b.Number, audit.Unnumbered), Text: text, Asks: b.Evidence != audit.LinesTell})
	}
	return list
}

// Explain is what explain prints.
func (d *desk) Explain(what, with string) (string, error) {
	d.mu.Lock()
	text, known := d.explained[[2]string{what, with}]
	d.mu.Unlock()
	if known {
		return text, nil
	}
	var out bytes.Buffer
	e := explainCmd{What: what, With: with, tableSettings: d.cmd.tableSettings, ownSettings: d.cmd.ownSettings}
	err := e.Run(d.conf, &streams{in: strings.NewReader(""), out: &out, err: io.Discard, done: d.done})
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil && len(d.explained) < mostExplained {
		d.explained[[2]string{what, with}] = out.String()
	}
	return out.String(), err
}

// Audit audits the files as audit does, and keeps what was found until it is closed.
func (d *desk) Audit(ctx context.Context, r page.Request, tell func(string, float64)) (_ page.Audit, err error) {
	j, err := d.job(r)
	if err != nil {
		return nil, err
	}
	defer func() { err = j.called.err(err) }()
	j.progress = &progress{start: time.Now(), told: tell}
	if err := j.open(); err != nil {
		return nil, err
	}
	defer j.close()
	if err := j.openHistory(ctx); err != nil {
		return nil, errors.Join(err, j.closeHistory())
	}
	defer func() { err = errors.Join(err, j.closeHistory()) }()
	body := hold.NewBody(j.memory / 4)
	made, err := j.shown(ctx, body)
	if err != nil {
		return nil, errors.Join(err, body.Close())
	}
	return made, nil
}

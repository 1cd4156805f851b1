package main

import (
	"context"
	"errors"
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/answers"
	"claimaudit/audit/claim"
	"claimaudit/audit/engine"
	"claimaudit/parsers"
	"claimaudit/reports"
)

// readRemits reads the remittances, after the inputs: a file that cannot be read is told before anything is judged.
func (j *job) readRemits(ctx context.Context) error {
	paths := nonBlank(j.cmd.Remits)
	j.payers = answers.NewBook()
	if len(paths) == 0 {
		return nil
	}
	o := j.parse
	o.Remits, o.Map, o.Sheet = true, nil, ""
	var sources []claim.Source
	var errs []error
	twins := findTwins(paths)
	for i, path := range paths {
		if twins[i] != "" {
			j.log.Warn().Str("file", path).Msg("the remittance holds the same bytes as another: it is read once")
			continue
		}
		read, err := readRemit(ctx, path, len(sources), o, j.payers)
		if sources = append(sources, read...); err != nil {
			errs = append(errs, said(j.conf, "remits", err))
		}
	}
	j.payers.Settle(sources)
	return errors.Join(errs...)
}

// readRemit reads one remittance; first is the place of its first table among those of all.
func readRemit(ctx context.Context, path string, first int, o parsers.Options, book *answers.Book) (sources []claim.Source, err error) {
	if reports.IsOurs(path) {
		return nil, fmt.Errorf("%s: this is a report of claimaudit, and no remittance", path)
	}
	export, err := parsers.Open(path, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, export.Close()) }()
	collector := book.Collector()
	_, err = export.Read(ctx, first, 1, func(int) parsers.Sink { return collector }, nil)
	for _, t := range export.Tables {
		t.Source.File = relative(t.Source.File)
		sources = append(sources, t.Source)
	}
	return sources, err
}

// answered is what knows the payers' answers; nil where no input has any, so that nothing is counted of them.
func (j *job) answered(sources []claim.Source) engine.Answers {
	if j.payers.Asks() {
		return j.payers
	}
	said := claim.FieldSet(claim.FieldPaid, claim.FieldAllowed, claim.FieldDenials)
	for i := range sources {
		if !sources[i].Context && (sources[i].Columns&said != 0 || sources[i].Payments) {
			return j.payers
		}
	}
	return nil
}

// tellRemits adds to the report what became of the remittances, and logs what of them nobody should miss.
func (j *job) tellRemits(r *audit.Report) {
	if len(nonBlank(j.cmd.Remits)) == 0 {
		if r.Answers != nil && r.Answers.All[audit.NoAnswer].Lines == r.Answers.All.Lines() {
			r.Answers = nil // there are columns, and nothing is in them
		}
		return
	}
	if r.Answers == nil {
		r.Answers = &audit.Answers{Of: j.payers.Of}
	}
	r.Answers.Remittances, r.Answers.NotJoined = j.payers.Told()
	for _, s := range r.Answers.Remittances {
		event := j.log.Info()
		if s.Joined < s.Audited+s.Unreadable {
			event = j.log.Warn()
		}
		event.Str("file", s.File).Str("sheet", s.Sheet).Int("rows", s.Rows).Int("joined", s.Joined).Int("not_joined", s.Audited+s.Unreadable-s.Joined).
			Msg("a remittance was read")
	}
}

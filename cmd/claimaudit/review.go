package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/history"
	"claimaudit/parsers/reviewed"
)

// reviewCmd reads back what reviewers wrote into workbooks.
type reviewCmd struct {
	Workbooks []string `arg:"" name:"workbook" help:"Workbooks of claimaudit in which somebody has worked; of a finding the word of the latest day counts, and without days that of the last."`
	pastSettings
	configSetting
}

// saysOf is what the finding said to the reviewer; 0 where the row does not tell.
func saysOf(r *reviewed.Review) uint64 {
	if r.Severity == "" || r.Message == "" || r.Lines != "" || r.Waived {
		return 0
	}
	return history.SaysOf(r.Severity, r.Message, r.Fix)
}

// exitUnplaced is the status of a review some rows of which could not be placed.
const exitUnplaced = 1

// Run keeps the dispositions, and lists what could not be placed.
func (c *reviewCmd) Run(ctx context.Context, io *streams) (err error) {
	if c.History == "" {
		return errors.New("there is no history to keep it in: name one with --history")
	}
	r, err := c.read(ctx, io)
	if err != nil {
		return err
	}
	store, err := history.OpenKept(c.History)
	if err != nil {
		return fmt.Errorf("--history: %w", err)
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if store.Opened != "" {
		fmt.Fprintln(io.err, "claimaudit: "+store.Opened)
	}
	placed, err := store.Say(ctx, r.sayings, history.Options{Waiting: func() {
		fmt.Fprintln(io.err, "claimaudit: another audit is using the history: waiting for it to end")
	}})
	if err != nil {
		return err
	}
	unplaced, said := 0, 0
	for i, p := range placed {
		switch {
		case !p.Known:
			unplaced++
			fmt.Fprintf(io.out, "%s: the history has no such finding: it is of another history, or was never recorded\n", r.places[i])
		case p.Stale:
			fmt.Fprintf(io.out, "%s: says %s as somebody said before, and since then another thing was said, which counts: give it a new day under Reviewed on if this is to count\n", r.places[i], r.sayings[i].Value)
		case p.Older:
			fmt.Fprintf(io.out, "%s: says %s where another workbook says %s of a later day: both are kept, and the later counts\n", r.places[i], r.sayings[i].Value, p.Other.Value)
		case p.Other != nil:
			fmt.Fprintf(io.out, "%s: says %s where another workbook says %s: both are kept, and this one counts\n", r.places[i], r.sayings[i].Value, p.Other.Value)
		}
		if p.News {
			said++
		}
	}
	fmt.Fprintf(io.out, "%s read: %d new, %d as before, %d not placed\n", plural(len(placed)+r.refused, "disposition"), said, len(placed)-said-unplaced, unplaced+r.refused)
	if unplaced+r.troubles > 0 {
		return status(exitUnplaced)
	}
	return nil
}

// nameOf is what a workbook is called in the history: by its name alone, and by its path where two have the same
// name, as copies in the folders of two reviewers have.
func (c *reviewCmd) nameOf(path string) string {
	name := filepath.Base(path)
	for _, other := range c.Workbooks {
		if other != path && filepath.Base(other) == name {
			return filepath.ToSlash(path)
		}
	}
	return name
}

// readBack is what reviewers wrote, and where.
type readBack struct {
	sayings           []history.Saying
	places            []reviewed.Place
	troubles, refused int
}

// read reads the workbooks, and prints what cannot be taken as it stands.
func (c *reviewCmd) read(ctx context.Context, io *streams) (*readBack, error) {
	r := &readBack{}
	var errs []error
	for _, path := range c.Workbooks {
		book, err := reviewed.Read(ctx, path)
		if errs = append(errs, err); err != nil {
			continue
		}
		for _, t := range book.Troubles {
			fmt.Fprintf(io.out, "%s: %s\n", t.Place, t.Why)
			if t.Refused {
				r.refused++
			}
		}
		r.troubles += len(book.Troubles)
		for _, said := range book.Reviews {
			if said.Disposition == (audit.Disposition{}) {
				continue
			}
			r.sayings = append(r.sayings, history.Saying{Fingerprint: said.Fingerprint, Workbook: c.nameOf(path), Says: saysOf(&said), Disposition: said.Disposition})
			r.places = append(r.places, said.Place)
		}
	}
	r.sort()
	return r, errors.Join(errs...)
}

// sort puts what was said in the order of its days, so that the latest counts; where no day tells, or the same, the
// workbook that was named last.
func (r *readBack) sort() {
	order := make([]int, len(r.sayings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(r.sayings[a].Date, r.sayings[b].Date) })
	sayings, places := slices.Clone(r.sayings), slices.Clone(r.places)
	for to, from := range order {
		r.sayings[to], r.places[to] = sayings[from], places[from]
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

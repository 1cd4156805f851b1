package main

import (
	"errors"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
	"claimaudit/reports/page"
)

// renamed is what inputs are called that lie elsewhere than their owner has them: whoever handed one in knows it
// by its name alone. A nil one leaves paths as they are.
type renamed struct{ names *strings.Replacer }

func renamedTo(files []page.File) *renamed {
	var pairs []string
	for _, f := range files {
		pairs = append(pairs, f.Path, f.Name)
	}
	return &renamed{strings.NewReplacer(pairs...)}
}

// of is a text with the names in the place of the paths.
func (r *renamed) of(text string) string {
	if r == nil {
		return text
	}
	return r.names.Replace(text)
}

// tables names what was read from an input.
func (r *renamed) tables(tables []*parsers.Table, passed []claim.Passed) {
	if r == nil {
		return
	}
	for _, t := range tables {
		t.Source.File = r.of(t.Source.File)
		for i := range t.Source.Notes {
			t.Source.Notes[i] = r.of(t.Source.Notes[i])
		}
	}
	for i := range passed {
		passed[i].File = r.of(passed[i].File)
	}
}

// err is an error that names files as their owner does; what kind of error it was is kept.
func (r *renamed) err(err error) error {
	if err == nil || r == nil {
		return err
	}
	var lines []string
	for _, one := range flatten(err) {
		if one != nil {
			lines = append(lines, r.of(one.Error()))
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

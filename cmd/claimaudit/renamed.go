package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers"
	"claimaudit/reports/page"
)

// renamed is what inputs are called that lie elsewhere than their owner has them: whoever handed one in knows it
// by its name alone. A nil one leaves paths as they are.
type renamed struct {
	pairs  []string
	names  *strings.Replacer
	hidden bool // nor is said what parts of a zip, sheets and saved mappings are called: somebody may be
}

func renamedTo(files []page.File, hidden bool) *renamed {
	r := &renamed{hidden: hidden}
	for _, f := range files {
		r.pairs = append(r.pairs, f.Path, f.Name)
	}
	r.names = strings.NewReplacer(r.pairs...)
	return r
}

// found takes up which files those that were handed in hold.
func (r *renamed) found(paths []string) {
	if r == nil || !r.hidden {
		return
	}
	var parts []string // before the paths of what they are in
	for i, path := range paths {
		for at := 0; at < len(r.pairs); at += 2 {
			if strings.HasPrefix(path, r.pairs[at]+"/") {
				parts = append(parts, path, fmt.Sprintf("%s, part %d", r.pairs[at+1], i+1))
			}
		}
	}
	r.names = strings.NewReplacer(slices.Concat(parts, r.pairs)...)
}

// What texts call sheets and saved mappings by.
var (
	sheetUnread = regexp.MustCompile(`\bsheet [^:]* was not read:`)
	sheetNamed  = regexp.MustCompile(`\bsheet [^:]*:`)
	savedNamed  = regexp.MustCompile(`\b(the )?saved mappings? "[^:]*"`)
)

// sheet is what a sheet is called, by its place among the tables.
func (r *renamed) sheet(name string, place int) string {
	if r == nil || !r.hidden || name == "" {
		return name
	}
	return fmt.Sprintf("sheet %d", place+1)
}

// of is a text with the names in the place of the paths.
func (r *renamed) of(text string) string {
	if r == nil {
		return text
	}
	text = r.names.Replace(text)
	if r.hidden {
		text = sheetUnread.ReplaceAllString(text, "a table was not read:")
		text = sheetNamed.ReplaceAllString(text, "a sheet:")
		text = savedNamed.ReplaceAllString(text, "a saved mapping")
	}
	return text
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

// Package waivers reads a practice's waivers, findings that it does not want to be asked about up to a day,
// and tells which findings they are about.
package waivers

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
	"claimaudit/audit/table"
)

// Column is a column of a file of waivers: its name in records, and how it may be headed, the first as it is
// printed.
type Column struct {
	Name  string
	Heads []string
	Must  bool // a header has it
	Key   bool // tells the header
	Days  bool
}

// Columns are all of them, in their order.
func Columns() []Column {
	return []Column{
		{Name: "fingerprint", Heads: []string{"Fingerprint", "Fingerprints"}},
		{Name: "rule", Heads: []string{"Rule", "Rules", "Rule ID"}},
		{Name: "code", Heads: []string{"Code", "Codes", "CPT", "HCPCS", "Procedure Code"}},
		{Name: "payer", Heads: []string{"Payer", "Payers", "Payer Name", "Insurance"}},
		{Name: "provider", Heads: []string{"Provider", "Providers", "Provider NPI", "NPI", "Rendering NPI"}},
		{Name: "claim", Heads: []string{"Claim", "Claims", "Claim ID", "Claim Number", "Claim No", "Encounter ID"}},
		{Name: "patient", Heads: []string{"Patient", "Patients", "Patient ID", "MRN", "Account", "Account Number"}},
		{Name: "reason", Heads: []string{"Reason", "Why", "Justification"}, Must: true},
		{Name: "owner", Heads: []string{"Owner", "Approved By", "Responsible"}, Must: true},
		{Name: "expires", Heads: []string{"Expires", "Expires On", "Expiry", "Expiry Date", "Expiration", "Expiration Date", "Until", "Valid Until"}, Must: true, Key: true, Days: true},
	}
}

// Options are what reading waivers depends on.
type Options struct {
	AsOf                 claim.Date
	DayFirst, MonthFirst bool                 // how days such as 3/4/2026 are written, where that was said
	IsRule               func(id string) bool // there is such a rule
}

// Set are the waivers of an audit.
type Set struct {
	rows   []*row
	byName map[string][]int // of them those that name a fingerprint, and of the others those that name a rule
	prints bool             // any row names fingerprints
}

// row is a waiver and what it is about; what is nil is about all.
type row struct {
	audit.Waiver
	fingerprints, rules, codes, providers, claims, patients []string
	payers                                                  *terms.PayerWant

	met atomic.Int64
}

// Make makes waivers of records that have all Columns. The error names every cell that cannot be
// understood.
func Make(list []*table.Records, o Options) (*Set, error) {
	s := &Set{byName: map[string][]int{}}
	var errs []error
	for _, r := range list {
		order := o.orderIn(r)
		for i := range r.Rows {
			made := reading{Options: o, order: order, at: table.At{File: r.File, Line: r.Lines[i]}, cells: r.Rows[i], header: r.Header}
			s.add(made.row())
			errs = append(errs, made.errs...)
		}
	}
	return s, errors.Join(errs...)
}

func (s *Set) add(r *row) {
	names := r.rules
	if r.fingerprints != nil {
		names, s.prints = r.fingerprints, true
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		s.byName[name] = append(s.byName[name], len(s.rows))
	}
	s.rows = append(s.rows, r)
}

// reading reads one row and gathers what is wrong with it.
type reading struct {
	Options
	order  claim.Layout
	at     table.At
	header []string
	cells  []string
	errs   []error
}

func (r *reading) fault(column, format string, args ...any) {
	head := ""
	for _, c := range Columns() {
		if c.Name == column {
			head = c.Heads[0]
		}
	}
	r.errs = append(r.errs, &table.Fault{At: r.at, Column: head, What: fmt.Sprintf(format, args...)})
}

func (r *reading) cell(column string) string {
	return strings.TrimSpace(r.cells[slices.Index(r.header, column)])
}

// list are the items of a cell, parted by semicolons; nil for a blank one.
func (r *reading) list(column string) (list []string) {
	for item := range strings.SplitSeq(r.cell(column), ";") {
		if item = fold(item); item != "" {
			list = append(list, item)
		}
	}
	if list == nil && r.cell(column) != "" {
		r.fault(column, "names nothing: empty it, or name what is meant")
	}
	return list
}

// fold is a text by which cells are compared: case and blanks around aside.
func fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

func (r *reading) row() *row {
	w := &row{Waiver: audit.Waiver{File: r.at.File, Row: r.at.Line, Reason: r.must("reason", "why the finding may stand"), Owner: r.must("owner", "who answers for it")}}
	w.fingerprints, w.rules = r.list("fingerprint"), r.list("rule")
	w.codes, w.providers, w.claims, w.patients = r.list("code"), r.list("provider"), r.list("claim"), r.list("patient")
	for _, mark := range w.fingerprints {
		if !fingerprintForm.MatchString(mark) {
			r.fault("fingerprint", "is no fingerprint: copy it from Fingerprint of Flagged Lines or of the JSON report")
		}
	}
	for _, id := range w.rules {
		if !r.IsRule(id) {
			r.fault("rule", "%q is no rule: claimaudit rules lists them", short(id))
		}
	}
	if r.cell("fingerprint") == "" && r.cell("rule") == "" {
		r.fault("rule", "is blank, and so is Fingerprint: name one of them, or the row would waive everything")
	}
	w.payers, w.Expires = r.payers(), r.day()
	if w.Expires < r.AsOf {
		w.State = audit.ExpiredWaiver
	}
	return w
}

// fingerprintForm is what fingerprints look like.
var fingerprintForm = regexp.MustCompile(`^[0-9a-f]{24}(-[0-9]+)?$`)

func (r *reading) must(column, what string) string {
	text := r.cell(column)
	if text == "" {
		r.fault(column, "is blank: say %s", what)
	}
	return text
}

func (r *reading) payers() *terms.PayerWant {
	var classes audit.Payers
	var names []string
	for _, item := range r.list("payer") {
		class, known := claim.PayerNamed(item)
		like := claim.PayerLike(item)
		switch {
		case known:
			classes |= audit.PayerSet(class)
		case like != "":
			r.fault("payer", "%q is no class of payers and looks like %s: write that, or more of the payer's name", short(item), like)
		case !strings.ContainsFunc(item, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }):
			r.fault("payer", "%q is no name of a payer: expected a name or a class, several parted by ;", short(item))
		default:
			names = append(names, item)
		}
	}
	return terms.WantPayers(classes, names, false)
}

// day is the last day the waiver holds.
func (r *reading) day() claim.Date {
	text := r.must("expires", "the last day it holds, such as 2026-12-31")
	if text == "" {
		return 0
	}
	d, layout, err := claim.ParseDate(text)
	switch {
	case err != nil || d.Year() < 1980 || d.Year() > 2200:
		r.fault("expires", "%q is no date: expected one such as 2026-12-31", short(text))
		return 0
	case layout != claim.Either || d == d.SwapDayMonth() || r.order == claim.MonthFirst:
		return d
	case r.order == claim.DayFirst:
		return d.SwapDayMonth()
	}
	r.fault("expires", "%q can be %s and %s: write it as one of these", short(text), d, d.SwapDayMonth())
	return 0
}

// orderIn is how the days of a file are written: as was said, else as those tell that can be read in one way
// only; Either where they do not tell, or tell both.
func (o *Options) orderIn(r *table.Records) claim.Layout {
	switch {
	case o.MonthFirst:
		return claim.MonthFirst
	case o.DayFirst:
		return claim.DayFirst
	}
	order, column := claim.Either, slices.Index(r.Header, "expires")
	for _, cells := range r.Rows {
		_, layout, err := claim.ParseDate(cells[column])
		if err != nil || layout != claim.MonthFirst && layout != claim.DayFirst {
			continue
		}
		if order != claim.Either && order != layout {
			return claim.Either
		}
		order = layout
	}
	return order
}

// short is a text as a message shows it.
func short(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + ".."
	}
	return text
}

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules"
)

// handbook is all there is to read about the rules: each of them, how the coding guide is covered
// and where it is wrong, and what no rule can decide.
type handbook struct {
	Rules        []ruleEntry      `json:"rules"`
	Guide        []sectionEntry   `json:"guide"`
	Errata       []rules.Erratum  `json:"errata"`
	NotDecidable []rules.Question `json:"not_decidable"`
}

// ruleEntry is what a reader is told of a rule.
type ruleEntry struct {
	ID       string `json:"rule"`
	Topic    string `json:"topic"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	On       bool   `json:"on_by_default"`
	Means    string `json:"means"`
	// RightWhen is the part of the help that says when it is right to bill so after all.
	RightWhen string     `json:"right_when"`
	ByPayer   []string   `json:"by_payer"` // to whom it says less, or nothing
	Needs     needsEntry `json:"needs"`
	Guide     []string   `json:"guide"`
	Source    string     `json:"source"`
	withdrawn []string   // where the practice has switched it off
}

// needsEntry is what a rule cannot do without, beyond the columns every export has.
type needsEntry struct {
	Columns []string `json:"columns"` // must exist; a blank cell is a value
	Doubts  []string `json:"doubts"`  // without one of which it reports for review
	Values  []string `json:"values"`  // must have a value on the line
	Listed  bool     `json:"listed"`  // knows codes of the catalogue only
	Tables  []string `json:"tables"`
	History string   `json:"history"` // what must be seen of earlier lines for a line to be cleared
}

// sectionEntry is a section of the coding guide with all that covers it.
type sectionEntry struct {
	rules.Section
	Codes      []string          `json:"codes"`
	Rules      []string          `json:"rules"`
	Statements []rules.Statement `json:"statements"`
}

func newHandbook() (*handbook, error) {
	cat, err := catalog.Embedded()
	if err != nil {
		return nil, err
	}
	return &handbook{
		Rules: ruleEntries(), Guide: sectionEntries(cat),
		Errata: rules.Errata(), NotDecidable: rules.NotDecidable(),
	}, nil
}

// ruleEntries are the rules in the order of rules.All, each with the topic it stands under.
func ruleEntries() []ruleEntry {
	var entries []ruleEntry
	for _, topic := range rules.Topics() {
		for _, r := range topic.Rules {
			entries = append(entries, entryOf(topic.Heading, r))
		}
	}
	return entries
}

func entryOf(topic string, r *audit.Rule) ruleEntry {
	return ruleEntry{
		ID: r.ID, Topic: topic, Title: r.Title, Severity: r.Severity.String(), On: !r.Off,
		Means: r.Means, RightWhen: r.Right, ByPayer: lessTo(r), Needs: needsOf(&r.Needs), Guide: r.Guide, Source: r.Source,
	}
}

// lessTo are the classes of payers to which the rule says less than its severity, or nothing.
func lessTo(r *audit.Rule) []string {
	list := []string{}
	if r.ByPayer == nil {
		return list
	}
	for _, most := range []audit.Severity{audit.Warning, audit.Review, 0} {
		var classes []string
		for p, s := range r.ByPayer {
			if s == most && s < r.Severity {
				classes = append(classes, claim.Payer(p).String())
			}
		}
		if said := cmp.Or(most.String(), "nothing"); len(classes) > 0 {
			list = append(list, said+" to "+strings.Join(classes, ", "))
		}
	}
	return list
}

// findRule is the entry of the rule with this id; nil when there is none.
func findRule(id string) *ruleEntry {
	entries := ruleEntries()
	if i := slices.IndexFunc(entries, func(r ruleEntry) bool { return r.ID == id }); i >= 0 {
		return &entries[i]
	}
	return nil
}

// state is the rule's severity, and whether it runs without being asked for.
func (r *ruleEntry) state() string {
	if r.On {
		return r.Severity + ", on by default"
	}
	return r.Severity + ", off until asked for"
}

// sections are the sections of the coding guide that the rule speaks of.
func (r *ruleEntry) sections() []rules.Section { return sectionsOf(r.Guide) }

// sectionsOf are the sections with these ids, in the guide's order.
func sectionsOf(ids []string) []rules.Section {
	return slices.DeleteFunc(rules.Sections(), func(s rules.Section) bool { return !slices.Contains(ids, s.ID) })
}

// guideTitle is the coding guide by its title, as the sources of its sections begin.
func guideTitle() string {
	first := rules.Sections()[0]
	return strings.TrimSuffix(first.Source, ", "+strings.ToLower(first.Heading))
}

func needsOf(n *audit.Needs) needsEntry {
	values := n.Fields &^ claim.FieldSet(claim.FieldCode) // a line without a code has its own finding
	if n.Patient {
		values |= claim.FieldSet(claim.FieldPatient)
	}
	return needsEntry{
		Columns: fieldNames(n.Columns &^ values), Doubts: fieldNames(n.Doubts), Values: fieldNames(values),
		Listed: n.Listed, Tables: tableNames(n.Tables), History: historyOf(n),
	}
}

// all says what is needed, each thing by itself.
func (n *needsEntry) all() []string {
	var parts []string
	add := func(what string, names []string) {
		if len(names) > 0 {
			parts = append(parts, what+" "+strings.Join(names, ", "))
		}
	}
	add("a value in", n.Values)
	add("the column", n.Columns)
	add("for more than a review the column", n.Doubts)
	if n.Listed {
		parts = append(parts, "a code in the catalogue")
	}
	add("the table of", n.Tables)
	if n.History != "" {
		parts = append(parts, n.History)
	}
	if len(parts) == 0 {
		return []string{"nothing more"}
	}
	return parts
}

func historyOf(n *audit.Needs) string {
	switch {
	case n.History == audit.Lifetime:
		return "all lines of the patient's life"
	case n.History > 0:
		return fmt.Sprintf("the lines of the %d days before", n.History)
	case n.OwnHistory > 0:
		return fmt.Sprintf("a line of the patient %d days before or earlier", n.OwnHistory)
	}
	return ""
}

func fieldNames(fields claim.Fields) []string {
	names := []string{}
	for f := range claim.NumFields {
		if fields.Has(f) {
			names = append(names, f.String())
		}
	}
	return names
}

func tableNames(tables audit.Tables) []string {
	names := []string{}
	for _, t := range []struct {
		table audit.Tables
		name  string
	}{
		{audit.PairEdits, "pair edits"}, {audit.UnitLimits, "unit limits"},
		{audit.AddOns | audit.Primaries, "add-on codes"}, {audit.CodeDates, "first valid days (the catalogue or HCPCS codes)"}, {audit.FeeSchedule, "fee schedule indicators"}, {audit.DiagnosisLists, "lists of diagnoses"},
	} {
		if tables&t.table != 0 {
			names = append(names, t.name)
		}
	}
	return names
}

// sectionEntries joins the guide's sections with what they say, the catalogue's codes and the rules.
func sectionEntries(cat *catalog.Catalog) []sectionEntry {
	var entries []sectionEntry
	for _, section := range rules.Sections() {
		entry := sectionEntry{Section: section, Codes: []string{}, Rules: []string{}}
		for _, s := range rules.Statements() {
			if s.Section == section.ID {
				entry.Statements = append(entry.Statements, s)
			}
		}
		for _, e := range cat.All() {
			if slices.Contains(strings.Fields(e.Section), section.ID) {
				entry.Codes = append(entry.Codes, e.Code.String())
			}
		}
		for _, r := range rules.All() {
			if entry.coveredBy(r) {
				entry.Rules = append(entry.Rules, r.ID)
			}
		}
		entries = append(entries, entry)
	}
	return entries
}

// coveredBy tells whether the rule names the section, or one of its statements the rule.
func (s *sectionEntry) coveredBy(r *audit.Rule) bool {
	return slices.Contains(r.Guide, s.ID) || slices.ContainsFunc(s.Statements, func(said rules.Statement) bool {
		return slices.Contains(said.Rules, r.ID)
	})
}

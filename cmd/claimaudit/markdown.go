package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/rules"
)

// markdown is the handbook as the page audit/rules/RULES.md: a paragraph or a table row is one
// line, so that a change to one rule changes few lines.
func (h *handbook) markdown() []byte {
	var b bytes.Buffer
	b.WriteString(`# The rules

What claimaudit looks for: each rule with what it means, when it is right to bill so after all, what it
needs and where it comes from. ` + "`claimaudit explain RULE`" + ` prints the text of one rule. Then how the
coding guide is covered, where the guide is wrong, and what billing fields cannot decide.

Every rule reads the patient, the date of service and the procedure code, which every export has. The
columns named under *Needs* must be in the export too, and where it says so have a value on the line: else
the line is "not checked" by that rule, and the coverage of the report says why. So it is where earlier
lines are needed and the export begins too late; what can be said of the line is said all the same.

This page is made from the rules and their tables by ` + "`make docs`" + `; do not edit it by hand.
`)
	h.contents(&b)
	topic := ""
	for i := range h.Rules {
		if r := &h.Rules[i]; r.Topic != topic {
			topic = r.Topic
			fmt.Fprintf(&b, "\n## %s\n", topic)
		}
		b.WriteByte('\n')
		h.Rules[i].markdown(&b)
	}
	h.guide(&b)
	h.errata(&b)
	h.notDecidable(&b)
	return b.Bytes()
}

func (h *handbook) contents(b *bytes.Buffer) {
	b.WriteString("\n## Contents\n\n")
	table(b, "topic", "rule", "severity", "title", "guide")
	for i := range h.Rules {
		r := &h.Rules[i]
		severity := r.Severity
		if !r.On {
			severity += ", off"
		}
		row(b, r.Topic, link(r.ID), severity, cell(r.Title), strings.Join(r.Guide, " "))
	}
	b.WriteString(`
Then: [the coding guide, section by section](#the-coding-guide-section-by-section),
[where the coding guide is wrong](#where-the-coding-guide-is-wrong),
[what billing fields cannot decide](#what-billing-fields-cannot-decide).
`)
}

// markdown is the rule's own text, which explain prints as well.
func (r *ruleEntry) markdown(b *bytes.Buffer) {
	state := "on by default"
	if !r.On {
		state = "off until asked for"
	}
	fmt.Fprintf(b, "### %s\n\n**%s** (%s, %s)\n", r.ID, r.Title, r.Severity, state)
	for _, paragraph := range []string{r.Means, r.RightWhen} {
		if paragraph != "" {
			fmt.Fprintf(b, "\n%s\n", paragraph)
		}
	}
	fmt.Fprintf(b, "\n- Needs: %s\n- Coding guide: %s\n- Source: %s\n", &r.Needs, guideText(r.Guide), r.Source)
}

// guideText names sections of the guide with their headings.
func guideText(ids []string) string {
	var named []string
	for _, s := range rules.Sections() {
		if slices.Contains(ids, s.ID) {
			named = append(named, s.ID+" "+s.Heading)
		}
	}
	return strings.Join(named, "; ")
}

// String says what is needed in one sentence.
func (n *needsEntry) String() string {
	var parts []string
	add := func(what string, names []string) {
		if len(names) > 0 {
			parts = append(parts, what+" "+strings.Join(names, ", "))
		}
	}
	add("a value in", n.Values)
	add("the column", n.Columns)
	if n.Listed {
		parts = append(parts, "a code in the catalogue")
	}
	add("the table of", n.Tables)
	if n.History != "" {
		parts = append(parts, n.History)
	}
	if len(parts) == 0 {
		return "nothing more"
	}
	return strings.Join(parts, "; ")
}

func (h *handbook) guide(b *bytes.Buffer) {
	b.WriteString(`
## The coding guide, section by section

The coding guide is "Pain Management CPT Codes - Comprehensive Guide For Ease" (BillingFreedom, 2023-10-02).
What of each of its sections is known: what it says, item by item and in our words; the codes of
the catalogue that belong to it; the tables (files in ` + "`audit/catalog/data` and `audit/rules/data`" + `) that
hold its facts; and all rules that speak of it.
`)
	for _, s := range h.Guide {
		fmt.Fprintf(b, "\n### %s %s\n\n%s\n\n", s.ID, s.Heading, s.Note)
		statements(b, s.Statements)
		b.WriteByte('\n')
		item(b, "Source", s.Source)
		item(b, "Codes in the catalogue", strings.Join(s.Codes, " "))
		item(b, "Tables", code(s.Tables))
		if len(s.Rules) > 0 {
			b.WriteString("- Rules:\n")
		}
		for _, id := range s.Rules {
			fmt.Fprintf(b, "  - %s: %s\n", link(id), h.title(id))
		}
	}
}

func statements(b *bytes.Buffer, all []rules.Statement) {
	table(b, "place", "the guide says", "codes", "rules about it", "wrong in it", "note")
	for _, s := range all {
		row(b, s.Source[strings.LastIndex(s.Source, ", ")+2:], cell(s.Says), strings.Join(s.Codes, " "), links(s.Rules),
			strings.Join(s.Errata, " "), cell(s.Note))
	}
}

func (h *handbook) title(rule string) string {
	i := slices.IndexFunc(h.Rules, func(r ruleEntry) bool { return r.ID == rule })
	return h.Rules[i].Title
}

func (h *handbook) errata(b *bytes.Buffer) {
	b.WriteString(`
## Where the coding guide is wrong

What the coding guide says that is wrong, outdated or left out, in our words, and what is done instead. Items
are counted within each section.

`)
	table(b, "id", "section", "place", "the guide says", "right is", "handled by", "source")
	for _, e := range h.Errata {
		handled := strings.TrimSpace(links(e.Rules) + " " + code(e.Tables))
		row(b, e.ID, strings.Join(e.Sections, " "), e.Lines, cell(e.Says), cell(e.Right), handled, cell(e.Source))
	}
}

func (h *handbook) notDecidable(b *bytes.Buffer) {
	b.WriteString(`
## What billing fields cannot decide

A claim says what was billed. These questions need something else, and no rule pretends to answer them.

`)
	table(b, "question", "reason", "why", "what is done instead", "guide", "nearest rules", "source")
	for _, q := range h.NotDecidable {
		row(b, cell(q.Ask), q.Reason.String(), cell(q.Why), cell(q.Instead),
			strings.Join(q.Sections, " "), links(q.Rules), cell(q.Source))
	}
}

func item(b *bytes.Buffer, name, text string) {
	if text != "" {
		fmt.Fprintf(b, "- %s: %s\n", name, text)
	}
}

func table(b *bytes.Buffer, columns ...string) {
	row(b, columns...)
	b.WriteString(strings.Repeat("|---", len(columns)) + "|\n")
}

func row(b *bytes.Buffer, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// cell keeps a text from ending its cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func link(rule string) string { return "[" + rule + "](#" + rule + ")" }

func links(ids []string) string {
	linked := make([]string, len(ids))
	for i, id := range ids {
		linked[i] = link(id)
	}
	return strings.Join(linked, " ")
}

func code(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "` `") + "`"
}

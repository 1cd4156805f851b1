package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"claimaudit/audit/rules"
)

// pageWidth is how many letters a line of a page has, so that a change of a few words is a change of
// few lines.
const pageWidth = 100

// rulesPage is the handbook's page audit/rules/RULES.md: how to read a rule, then all of them.
func (h *handbook) rulesPage() string {
	p := &prose{width: pageWidth}
	p.WriteString(`# The rules

Each rule has its id, which reports and settings name it by; what it finds, in a few words; its severity,
and whether it runs unasked; what it means; and when it is right to bill so after all.
*Needs* is what it cannot do without besides patient, date of service and procedure code, which every
export has: columns that must be there, and values that the line must have. Without them the line is "not
checked" by the rule, and Coverage says why; so it is where earlier lines are needed and the export
begins too late. *By payer* are the classes of payers to which it says less, or nothing: the tables of
Medicare speak about Medicare; blank is where no payer is named. *Coding guide* are the sections of
[the guide](GUIDE.md) that it speaks of, and *Source* is where it comes from. ` + "`claimaudit explain RULE`" + ` prints one, ` + "`claimaudit rules`" + ` lists them.

This page is made by ` + "`make docs`" + ` from the rows of the rules: do not edit it by hand.
`)
	topic := ""
	for i := range h.Rules {
		if r := &h.Rules[i]; r.Topic != topic {
			topic = r.Topic
			fmt.Fprintf(p, "\n## %s\n", topic)
		}
		h.Rules[i].markdown(p)
	}
	return p.String()
}

func (r *ruleEntry) markdown(p *prose) {
	fmt.Fprintf(p, "\n### %s\n\n**%s** (%s)\n", r.ID, r.Title, r.state())
	p.paragraph(r.Means)
	p.paragraph(r.RightWhen)
	var sections []string
	for _, s := range r.sections() {
		sections = append(sections, "["+heading(s)+"](GUIDE.md#"+anchor(heading(s))+")")
	}
	p.WriteByte('\n')
	if len(r.ByPayer) > 0 {
		p.item(0, "By payer: "+strings.Join(r.ByPayer, "; "))
	}
	p.item(0, "Needs: "+strings.Join(r.Needs.all(), "; "))
	p.item(0, "Coding guide: "+strings.Join(sections, "; "))
	p.item(0, "Source: "+r.Source)
}

// guidePage is the handbook's page audit/rules/GUIDE.md: the coding guide section by section, and
// what no rule can decide.
func (h *handbook) guidePage() string {
	p := &prose{width: pageWidth}
	p.WriteString("# The coding guide, section by section\n")
	p.paragraph("This is the " + guideTitle() + ` (BillingFreedom, 2023-10-02). Of each of its sections: the
codes of the catalogue that belong to it; the tables (files in ` + "`audit/catalog/data` and `audit/rules/data`" + `)
that hold its facts; what it says, item by item and in our words, with the rules that check it first of all; and
where it is wrong. Items are counted within each section. Which other rules speak of a section stands with
each of [the rules](RULES.md), under *Coding guide*. Last come the questions that
[billing fields cannot decide](#what-billing-fields-cannot-decide).`)
	p.paragraph("This page is made by `make docs` from the tables of the guide: do not edit it by hand.")
	for i := range h.Guide {
		h.section(p, &h.Guide[i])
	}
	h.notDecidable(p)
	return p.String()
}

// section writes a section with the errata that belong to it first of all.
func (h *handbook) section(p *prose, s *sectionEntry) {
	fmt.Fprintf(p, "\n## %s\n", heading(s.Section))
	p.paragraph(s.Note)
	p.WriteByte('\n')
	p.labelled(0, "Codes in the catalogue", strings.Join(s.Codes, " "))
	p.labelled(0, "Tables", code(s.Tables))
	for i := range s.Statements {
		statement(p, &s.Statements[i])
	}
	for i := range h.Errata {
		if e := &h.Errata[i]; e.Sections[0] == s.ID {
			erratum(p, e)
		}
	}
}

func statement(p *prose, s *rules.Statement) {
	p.labelled(0, placeOf(s), s.Says)
	p.labelled(1, "Codes", strings.Join(s.Codes, " "))
	p.labelled(1, "Rules", links(s.Rules))
	var errata []string
	for _, id := range s.Errata {
		errata = append(errata, "["+id+"](#"+anchor(id)+")")
	}
	p.labelled(1, "Wrong in it", strings.Join(errata, ", "))
	p.labelled(1, "Note", s.Note)
}

// placeOf is where in its section the statement stands, such as Item 5.
func placeOf(s *rules.Statement) string {
	place := s.Source[strings.LastIndex(s.Source, ", ")+2:]
	return strings.ToUpper(place[:1]) + place[1:]
}

func erratum(p *prose, e *rules.Erratum) {
	fmt.Fprintf(p, "\n### %s\n\n", e.ID)
	p.labelled(0, "Place", e.Lines)
	p.labelled(0, "The guide says", e.Says)
	p.labelled(0, "Right is", e.Right)
	p.labelled(0, "Rules", links(e.Rules))
	p.labelled(0, "Tables", code(e.Tables))
	p.labelled(0, "Source", e.Source)
}

func (h *handbook) notDecidable(p *prose) {
	p.WriteString("\n## What billing fields cannot decide\n")
	p.paragraph(`A claim says what was billed. These questions need something else, and no rule pretends to answer
them; the rules named come nearest.`)
	for i := range h.NotDecidable {
		q := &h.NotDecidable[i]
		fmt.Fprintf(p, "\n### %s\n\n", q.Ask)
		p.labelled(0, "Why", q.Reason.String()+". "+q.Why)
		p.labelled(0, "Instead", q.Instead)
		p.labelled(0, "Coding guide", strings.Join(q.Sections, " "))
		p.labelled(0, "Rules", links(q.Rules))
		p.labelled(0, "Source", q.Source)
	}
}

// labelled writes an item with its name; nothing when the text is blank.
func (p *prose) labelled(depth int, name, text string) {
	if text != "" {
		p.item(depth, name+": "+text)
	}
}

func heading(s rules.Section) string { return s.ID + " " + s.Heading }

// notInAnchor is what of a heading is left out of the anchor that GitHub gives it.
var notInAnchor = regexp.MustCompile(`[^\pL\pN _-]`)

func anchor(heading string) string {
	return strings.ReplaceAll(notInAnchor.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

// links are rules as the guide's page links to them.
func links(ids []string) string {
	linked := slices.Clone(ids)
	for i, id := range linked {
		linked[i] = "[" + id + "](RULES.md#" + anchor(id) + ")"
	}
	return strings.Join(linked, ", ")
}

func code(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "`" + strings.Join(names, "` `") + "`"
}

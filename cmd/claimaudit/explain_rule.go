package main

import (
	"strings"
)

// text is the rule as a terminal of this width shows it.
func (r *ruleEntry) text(width int) string {
	p := &prose{width: width}
	p.WriteString(wrapped(r.ID+": "+r.Title, width, "", "  ") + "\n" + r.state() + "\n")
	p.paragraph(r.Means)
	p.paragraph(r.RightWhen)
	p.list("By payer", r.ByPayer)
	p.list("Not everywhere", r.withdrawn)
	p.list("Needs", r.Needs.all())
	var headings []string
	for _, s := range r.sections() {
		headings = append(headings, s.Heading)
	}
	p.list("Sections of the "+guideTitle(), headings)
	p.list("Source", apart(r.Source))
	return p.String()
}

// apart are the sources of a text that names several; a semicolon in brackets parts none.
func apart(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, "; ") {
		if n := len(parts); n > 0 && strings.Count(parts[n-1], "(") > strings.Count(parts[n-1], ")") {
			parts[n-1] += "; " + part
			continue
		}
		parts = append(parts, part)
	}
	return parts
}

package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// DeletedCode is the check of deleted-code.
func DeletedCode() terms.Check {
	return eachOfDay(func(c *audit.Case, l *audit.Line, day []audit.Line, report func(audit.Finding)) {
		if last, ok := c.Catalog.LastValid(l.Code); ok && l.Through() > last && terms.ReadCode(c.Catalog, l) == terms.OneCode {
			report(deleted(c, l, day, last))
		}
	})
}

// eachOfDay is the shape of a check that looks at one line beside the others of its day.
func eachOfDay(check func(c *audit.Case, l *audit.Line, day []audit.Line, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	return func(c *audit.Case, report func(audit.Finding)) {
		for n, l := range c.Asked {
			if !l.Context {
				check(c, l, c.Day(n), report)
			}
		}
	}
}

func deleted(c *audit.Case, l *audit.Line, day []audit.Line, last claim.Date) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s was deleted: its last valid date of service was %s%s, and this one is %s", l.Code, last, byList(c.Catalog, l, last), l.Through()),
	}
	rows := terms.Later(c.Catalog, l.Code, l)
	facts := terms.Fact{Line: l, Day: day}
	row, ok := terms.Pick(rows, facts)
	switch {
	case !ok:
		f.Fix = audit.Fix{Action: audit.ReplaceCode, Text: fmt.Sprintf("bill the code that was valid on %s for the service the record documents", l.From)}
		if next := c.Catalog.Successor(l.Code); next != 0 {
			f.Fix.Text += fmt.Sprintf("; the HCPCS list names %s", next)
		}
	case row.When == catalog.CountStudies:
		countStudies(c, l, day, &f)
	case row.New == 0:
		f.Fix = audit.Fix{
			Action: audit.RemoveLine,
			Text:   fmt.Sprintf("remove %s: nothing replaced it", l.Code) + terms.Note(row.Text),
			Edits:  []audit.Edit{audit.Remove(l)},
		}
	case !facts.Decides(&row):
		f.Fix = audit.Fix{Action: audit.ReplaceCode, Text: decides(l, terms.Possible(rows, facts)) + toCheck(c.Catalog, l, row)}
	default:
		replace(c.Catalog, l, day, row, &f)
	}
	return f
}

// replace makes the fix that bills the row's new code, in its own units, and takes off the guidance
// it includes. A drug whose dose does not carry over is left to the record.
func replace(cat *catalog.Catalog, l *audit.Line, day []audit.Line, row catalog.Replacement, f *audit.Finding) {
	f.Fix = audit.Fix{Action: audit.ReplaceCode, Text: fmt.Sprintf("replace %s with %s", l.Code, row.New)}
	units, countable := convert(cat, l.Code, row.New, l.Units)
	if countable {
		f.Fix.Edits = []audit.Edit{audit.SetCode(l, row.New)}
	}
	if countable && units != l.Units {
		f.Fix.Text += fmt.Sprintf(", %s units", units)
		f.Fix.Edits = append(f.Fix.Edits, audit.SetQuantity(l, units))
	}
	describeUnlisted(l, row, f)
	for _, g := range includedGuidance(cat, l, day, row.New) {
		f.Fix.Text += fmt.Sprintf(", and remove %s, which %s includes", g.Code, row.New)
		f.Fix.Edits = append(f.Fix.Edits, audit.Remove(g))
		f.Related = append(f.Related, g)
	}
	f.Fix.Text += terms.Note(row.Text) + otherwise(terms.Later(cat, l.Code, l), row) + toCheck(cat, l, row)
}

var studiesToCount = mustText("deleted-code", "count-studies")

// countStudies mends the old nerve conduction codes, billed once for each study: the first line of
// the day becomes the one code for their number, the others go.
func countStudies(c *audit.Case, l *audit.Line, day []audit.Line, f *audit.Finding) {
	var lines []*audit.Line
	var total claim.Units
	for i := range day {
		if q := &day[i]; q.Known.Ever().Has(catalog.NerveConductionOld) && terms.Providers(l, q) == audit.SameProvider {
			lines = append(lines, q)
			total += q.Units
		}
	}
	code := c.Catalog.Studies(int(total / claim.One))
	if len(lines) == 0 || code == 0 || total%claim.One != 0 {
		f.Fix = audit.Fix{Action: audit.ReplaceCode, Text: studiesToCount.on(c, l)}
		return
	}
	for _, q := range lines {
		if q != l {
			f.Related = append(f.Related, q)
		}
	}
	if lines[0] != l {
		f.Fix = audit.Fix{
			Action: audit.RemoveLine,
			Text:   fmt.Sprintf("remove the line: its studies are counted in %s, which replaces %s", code, lines[0].Code),
			Edits:  []audit.Edit{audit.Remove(l)},
		}
		return
	}
	f.Fix = audit.Fix{
		Action: audit.ReplaceCode,
		Text:   fmt.Sprintf("replace the day's old nerve conduction lines with one line of %s, 1 unit: %s studies were billed; check the number in the report", code, total),
		Edits:  []audit.Edit{audit.SetCode(l, code), audit.SetQuantity(l, claim.One)},
	}
}

// NotYetValidCode is the check of not-yet-valid-code.
func NotYetValidCode() terms.Check {
	return eachOfDay(func(c *audit.Case, l *audit.Line, day []audit.Line, report func(audit.Finding)) {
		if first := c.Catalog.FirstValid(l.Code); l.From < first && terms.ReadCode(c.Catalog, l) == terms.OneCode {
			report(notYetValid(c.Catalog, l, day, first))
		}
	})
}

func notYetValid(cat *catalog.Catalog, l *audit.Line, day []audit.Line, first claim.Date) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Reject,
		Message: fmt.Sprintf("%s is valid from %s%s; the date of service is %s", l.Code, first, byList(cat, l, first), l.From),
		Fix: audit.Fix{
			Action: audit.ReplaceCode,
			Text:   fmt.Sprintf("bill the code that was valid on %s for this service, or correct the date of service", l.From),
		},
	}
	rows := terms.Earlier(cat, l.Code, l)
	switch len(rows) {
	case 0:
	case 1:
		replaceByEarlier(cat, l, day, rows[0], &f)
	default:
		f.Fix.Text = "bill the codes of that time, as the record decides: " + terms.Choices(rows)
	}
	return f
}

// byList says which HCPCS list has the day of a code the catalogue does not list.
func byList(cat *catalog.Catalog, l *audit.Line, d claim.Date) string {
	if q := cat.ListWith(l.Code, d); q != 0 && l.Known == nil {
		return fmt.Sprintf(" (HCPCS list of %s)", q)
	}
	return ""
}

// replaceByEarlier makes the fix that bills the code of the time. For a drug only a dose of one old
// unit leaves no doubt which of the old codes it was; and where the day has a line that bundles with the
// code of the time the record decides which of the two is billed.
func replaceByEarlier(cat *catalog.Catalog, l *audit.Line, day []audit.Line, row catalog.Replacement, f *audit.Finding) {
	f.Fix.Text = fmt.Sprintf("replace %s with %s, the code of that time", l.Code, row.New) + terms.Note(row.Text)
	units, countable := convert(cat, l.Code, row.New, l.Units)
	if !row.Edit || !countable || units != l.Units && units != claim.One {
		return
	}
	as := *l
	as.Code = row.New
	if m := terms.BundledAs(cat, l, as, day); m != nil {
		f.Related, f.Fix.Text = append(f.Related, m), f.Fix.Text+fmt.Sprintf("; with %s of that day it would bundle unless the record shows them apart", m.Code)
		return
	}
	f.Fix.Edits = []audit.Edit{audit.SetCode(l, row.New)}
	if units != l.Units {
		f.Fix.Text += fmt.Sprintf(", %s unit", units)
		f.Fix.Edits = append(f.Fix.Edits, audit.SetQuantity(l, units))
	}
	describeUnlisted(l, row, f)
}

// describeUnlisted takes the edits back where the new code is the unlisted one and the line has no
// narrative: the code alone would be refused.
func describeUnlisted(l *audit.Line, row catalog.Replacement, f *audit.Finding) {
	if row.New == terms.UnlistedNerve.Codes[0] && l.Narrative == "" {
		f.Fix.Edits = nil
		f.Fix.Text += ", with a narrative"
	}
}

// decides names what may replace the line's code, where the record has to say which of it does, or how
// many units of it.
func decides(l *audit.Line, rows []catalog.Replacement) string {
	switch {
	case len(rows) == 1 && rows[0].When == catalog.Always:
		return fmt.Sprintf("replace %s with %s", l.Code, terms.Choices(rows))
	case len(rows) == 1:
		return "the record must show " + terms.Choices(rows)
	}
	return "the record decides between " + terms.Choices(rows)
}

package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// discogramRow is the two codes of a discogram of one part of the spine.
type discogramRow struct {
	Injection string `csv:"injection"`
	Reading   string `csv:"reading"`
	Discs     string `csv:"discs"`
	Source    string `csv:"source"`
}

// discogram is a row in use.
type discogram struct {
	injection, reading claim.Code
	discs              string
}

func mustDiscograms() (ds []discogram) {
	for _, row := range mustData[discogramRow]("discograms.csv") {
		ds = append(ds, discogram{claim.MustCode(row.Injection), claim.MustCode(row.Reading), row.Discs})
	}
	return ds
}

// discogramLines is the shape of a check of the lines of a discogram's injection or reading.
func discogramLines(of func(*discogram) claim.Code, check func(c *audit.Case, l *audit.Line, d *discogram, day *company, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	ds := mustDiscograms()
	return beside(func(c *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		for i := range ds {
			if of(&ds[i]) == l.Code && !l.Root {
				check(c, l, &ds[i], day, report)
			}
		}
	})
}

func injectionOf(d *discogram) claim.Code { return d.injection }
func readingOf(d *discogram) claim.Code   { return d.reading }

func discogramReadingElsewhere() check {
	ds := mustDiscograms()
	return discogramLines(readingOf, func(_ *audit.Case, l *audit.Line, d *discogram, day *company, report func(audit.Finding)) {
		if day.of(d.injection).any() {
			return
		}
		for i := range ds {
			if m, severity := strictest(l, day.of(ds[i].injection)); severity != 0 {
				report(readElsewhere(l, m, severity, d, &ds[i], day))
				return
			}
		}
	})
}

// strictest is the line of the code by the nearest provider, and how bad an error between the two
// is; 0 when there is no line, or only a stranger's.
func strictest(l *audit.Line, lines billing) (nearest *audit.Line, severity audit.Severity) {
	for m := range lines.each {
		if s := lower(audit.Error, audit.Providers(l, m)); s > severity {
			nearest, severity = m, s
		}
	}
	return nearest, severity
}

func readElsewhere(l, injected *audit.Line, severity audit.Severity, read, done *discogram, day *company) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: severity, Money: audit.Deny, Related: []*audit.Line{injected},
		Message: fmt.Sprintf("%s on %s reads %s discs, and only %s discs were injected that day (%s)", billedAs(l), l.From, read.discs, done.discs, billedAs(injected)),
	}
	switch {
	case severity == audit.Review:
		f.Fix.Text = fmt.Sprintf("another provider of the group injected: see in the report which discs were read and bill %s for %s discs", done.reading, done.discs)
	case day.of(done.reading).any():
		f.Fix.Text = fmt.Sprintf("%s is billed as well: bill %s if the record shows that %s discs were injected too; otherwise remove %s", done.reading, read.injection, read.discs, l.Code)
	default:
		f.Fix = audit.Fix{
			Action: audit.ReplaceCode,
			Text:   fmt.Sprintf("replace %s with %s; if the record shows %s discs, it is %s that must be %s", l.Code, done.reading, read.discs, injected.Code, read.injection),
			Edits:  []audit.Edit{audit.SetCode(l, done.reading)},
		}
	}
	return f
}

func discogramReadingMissing() check {
	ds := mustDiscograms()
	return discogramLines(injectionOf, func(_ *audit.Case, l *audit.Line, d *discogram, day *company, report func(audit.Finding)) {
		if l.Type != claim.Professional || earlierOf(l, day) != nil || readOn(day, d, ds) {
			return
		}
		f := audit.Finding{
			Line: l, Money: audit.Underpay,
			Message: fmt.Sprintf("%s on %s is billed without %s, the reading of the discs", billedAs(l), l.From, d.reading),
			Fix:     audit.Fix{Action: audit.AddLine, Text: fmt.Sprintf("if the record has a report of the images by the same provider, bill %s, 1 unit for each disc read", d.reading)},
		}
		if facilityPOS(l) {
			f.Fix.Text += ", with 26"
		}
		report(f)
	})
}

// readOn tells whether the day has a reading of the discogram, or a line that may be meant for
// one: a reading whose own discs nobody injected, or a code that must be replaced.
func readOn(day *company, d *discogram, ds []discogram) bool {
	for m := range day.each {
		if m.Code == d.reading || unsettled(m) {
			return true
		}
	}
	for i := range ds {
		if day.of(ds[i].reading).any() && !day.of(ds[i].injection).any() {
			return true
		}
	}
	return false
}

func discogramReadingUnits() check {
	return discogramLines(readingOf, checkReadingUnits)
}

func checkReadingUnits(c *audit.Case, l *audit.Line, d *discogram, day *company, report func(audit.Finding)) {
	if l.Mods.Has(modTC) || earlierOf(l, day) != nil {
		return
	}
	read, known := discs(c, l, day.of(d.reading), day)
	injected, alsoKnown := discs(c, l, day.of(d.injection), day)
	if known && alsoKnown && injected != 0 && read != injected {
		report(otherUnits(l, d, day, read, injected))
	}
}

// discs are the units of the lines; false when they cannot be told, or another provider has part
// in them.
func discs(c *audit.Case, l *audit.Line, lines billing, day *company) (units claim.Units, known bool) {
	for m := range lines.each {
		switch {
		case m.Mods.Has(modTC) || original(c, m, day) != nil:
		case m.Root || !counts(m) || audit.Providers(l, m) != audit.SameProvider:
			return 0, false
		default:
			units += m.Units
		}
	}
	return units, true
}

func otherUnits(l *audit.Line, d *discogram, day *company, read, injected claim.Units) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s is billed with %s beside %s of %s on %s; both are reported for each disc", billedAs(l), quantity(read), quantity(injected), d.injection, l.From),
		Fix: audit.Fix{
			Action: audit.SetUnits,
			Text:   fmt.Sprintf("count the discs injected and the discs read in the report, and bill %s and %s with those units", d.injection, d.reading),
		},
	}
	for m := range day.of(d.injection).each {
		f.Related = append(f.Related, m)
	}
	part := l.Charge.Share(read-injected, l.Units)
	if read < injected {
		f.Money, part = audit.Underpay, l.Charge.Share(injected-read, l.Units)
	}
	f.Part = &part
	return f
}

package own

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// discogramRow is the two codes of a discogram of one part of the spine.
type discogramRow struct {
	Injection string `csv:"injection"`
	Reading   string `csv:"reading"`
	Source    string `csv:"source"`
}

// discogram is a row in use.
type discogram struct{ injection, reading claim.Code }

func mustDiscograms() (ds []discogram) {
	for row := range terms.MustData[discogramRow]("discograms.csv") {
		ds = append(ds, discogram{claim.MustCode(row.Injection), claim.MustCode(row.Reading)})
	}
	return ds
}

// DiscogramReadingUnits is the check of discogram-reading-units.
func DiscogramReadingUnits() terms.Check {
	ds := mustDiscograms()
	return terms.Beside(func(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		for i := range ds {
			if ds[i].reading == l.Code && !l.Root {
				checkReadingUnits(c, l, &ds[i], day, report)
			}
		}
	})
}

func checkReadingUnits(c *audit.Case, l *audit.Line, d *discogram, day *terms.Company, report func(audit.Finding)) {
	if l.Mods.Has(terms.ModTC) || terms.EarlierOf(l, day) != nil {
		return
	}
	read, known := discs(c, l, day.Of(d.reading), day)
	injected, alsoKnown := discs(c, l, day.Of(d.injection), day)
	if known && alsoKnown && injected != 0 && read != injected {
		report(otherUnits(l, d, day, read, injected))
	}
}

// discs are the units of the lines; false when they cannot be told, or another provider has part
// in them.
func discs(c *audit.Case, l *audit.Line, lines terms.Billing, day *terms.Company) (units claim.Units, known bool) {
	for m := range lines.Each {
		switch {
		case m.Mods.Has(terms.ModTC) || terms.Original(c, m, day) != nil:
		case m.Root || !terms.Counts(m) || terms.Providers(l, m) != audit.SameProvider:
			return 0, false
		default:
			units += m.Units
		}
	}
	return units, true
}

func otherUnits(l *audit.Line, d *discogram, day *terms.Company, read, injected claim.Units) audit.Finding {
	f := audit.Finding{
		Line: l, Money: audit.Overpay,
		Message: fmt.Sprintf("%s is billed with %s beside %s of %s on %s; both are reported for each disc", terms.BilledAs(l), terms.Quantity(read), terms.Quantity(injected), d.injection, l.From),
		Fix: audit.Fix{
			Action: audit.SetUnits,
			Text:   fmt.Sprintf("count the discs injected and the discs read in the report, and bill %s and %s with those units", d.injection, d.reading),
		},
	}
	for m := range day.Of(d.injection).Each {
		f.Related = append(f.Related, m)
	}
	part := l.Charge.Share(read-injected, l.Units)
	if read < injected {
		f.Money, part = audit.Underpay, l.Charge.Share(injected-read, l.Units)
	}
	f.Part = &part
	return f
}

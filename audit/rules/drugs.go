package rules

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// unitTrapRow is a number of units that is most likely another: of a drug's code within low and
// high, or none of the usual ones.
type unitTrapRow struct {
	Code   string `csv:"code"`
	Low    string `csv:"low"`
	High   string `csv:"high"` // blank: and more
	Usual  string `csv:"usual"`
	Text   string `csv:"text"`
	Source string `csv:"source"`
}

type unitTrap struct {
	low, high claim.Units // high zero: no end
	usual     []claim.Units
	text      string
}

func mustUnitTraps() map[claim.Code][]unitTrap {
	traps := map[claim.Code][]unitTrap{}
	for _, row := range mustData[unitTrapRow]("drug-units.csv") {
		trap := unitTrap{low: mustUnits(row.Low), high: mustUnits(row.High), usual: mustUnitList(row.Usual), text: row.Text}
		code := claim.MustCode(row.Code)
		traps[code] = append(traps[code], trap)
	}
	return traps
}

func mustUnitList(text string) (list []claim.Units) {
	for _, word := range strings.Fields(text) {
		list = append(list, mustUnits(word))
	}
	return list
}

func (t *unitTrap) holds(u claim.Units) bool {
	if t.usual != nil {
		return !slices.Contains(t.usual, u)
	}
	return t.low <= u && (t.high == 0 || u <= t.high)
}

func drugUnits() check {
	traps := mustUnitTraps()
	return eachLine(func(c *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if !l.In(catalog.Drugs) || l.Root || !counts(l) || l.Mods.Has(modJW) {
			return
		}
		for i := range traps[l.Code] {
			if trap := &traps[l.Code][i]; trap.holds(l.Units) {
				report(trapped(c.Catalog, l, trap))
				return
			}
		}
	})
}

var modJW, modJZ = claim.Mod("JW"), claim.Mod("JZ")

func trapped(cat *catalog.Catalog, l *audit.Line, trap *unitTrap) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: audit.Review, Money: audit.Deny,
		Message: fmt.Sprintf("%s is billed with %s units on %s: %s", billedAs(l), l.Units, l.From, trap.text),
		Fix:     audit.Fix{Action: audit.SetUnits, Text: "look up the amount given in the record and bill it in units of the code (amount divided by the amount of one unit)"},
	}
	if limit, ok := cat.Limit(l.Scope(), l.Code, l.From); ok && l.Units > limit.Units {
		f.Severity = audit.Error
		f.Message += fmt.Sprintf("; the limit is %s units", limit.Units)
	}
	return f
}

func drugWithoutProcedure() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.In(catalog.Drugs) && !l.Root && !l.Mods.Has(modJW) && !procedureBeside(l, day) {
			report(ungiven(l))
		}
	})
}

// procedureBeside tells whether a line of the day can have given the drug; a code that cannot be
// told may have.
func procedureBeside(l *audit.Line, day *company) bool {
	for m := range day.each {
		if m != l && audit.Providers(l, m) != audit.DifferentProvider && (isProcedure(m) || m.Code == 0 || m.Root) {
			return true
		}
	}
	return false
}

func ungiven(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s (%s) is billed on %s without a procedure or injection that day by the same provider or group", billedAs(l), l.Known.Label, l.From),
		Fix:     audit.Fix{Action: audit.Document, Text: "look up which service gave the drug: bill it (96372 for a shot into muscle or under the skin), correct the date, or remove the drug"},
	}
}

func localAnesthetic() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.In(catalog.LocalAnesthetic) && !l.Root && !distinct(l) {
			checkLocalAnesthetic(l, day, report)
		}
	})
}

func checkLocalAnesthetic(l *audit.Line, day *company, report func(audit.Finding)) {
	for p := range day.each {
		severity := lower(audit.Warning, audit.Providers(p, l))
		if severity == 0 || !p.In(catalog.Injection) {
			continue
		}
		report(audit.Finding{
			Line: l, Severity: severity, Money: audit.Overpay, Related: []*audit.Line{p},
			Message: fmt.Sprintf("%s (%s) is billed beside %s on %s, which includes its local anesthetic", billedAs(l), l.Known.Label, billedAs(p), l.From),
			Fix: audit.Fix{
				Action: audit.RemoveLine, Edits: []audit.Edit{audit.Remove(l)},
				Text: fmt.Sprintf("remove %s, unless the record shows it was given apart from the injection: then append XU (59 where the payer does not take it)", l.Code),
			},
		})
		return
	}
}

func hyaluronateAlone() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.In(catalog.Hyaluronate) && !l.Root && underCoverage(l) && !l.Mods.Has(modJW) && !kneeInjected(l, day) {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s (%s) is billed on %s without 20610 or 20611 that day by the same provider or group", billedAs(l), l.Known.Label, l.From),
				Fix:     audit.Fix{Action: audit.AddLine, Text: "if the record shows the knee injection, bill 20610 (20611 with ultrasound, a saved image and a report) as well; otherwise remove the drug"},
			})
		}
	})
}

var largeJoints = mustSet("large-joint")

func kneeInjected(l *audit.Line, day *company) bool {
	for m := range day.each {
		if largeJoints.has(m) && audit.Providers(l, m) != audit.DifferentProvider {
			return true
		}
	}
	return false
}

func jointWithoutDrug() check {
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if largeJoints.has(l) && l.Type == claim.Professional && !facilityPOS(l) && !drugBeside(l, day) {
			report(audit.Finding{
				Line: l, Money: audit.Underpay,
				Message: fmt.Sprintf("%s on %s is billed without a drug that day", billedAs(l), l.From),
				Fix:     audit.Fix{Action: audit.AddLine, Text: "look up the drug and its amount in the record and bill it (such as J3301, 10 mg a unit); nothing is missing if fluid was only drawn off"},
			})
		}
	})
}

// drugBeside tells whether a drug is billed that day, by whomever: it may be on another's claim.
func drugBeside(l *audit.Line, day *company) bool {
	for m := range day.each {
		if m != l && (isGoods(m) || m.Code == 0) {
			return true
		}
	}
	return false
}

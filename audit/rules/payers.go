package rules

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// authorizationRow says which codes a Medicare programme wants authorized.
type authorizationRow struct {
	Program string `csv:"program"`
	Codes   string `csv:"codes"`
	From    string `csv:"from"`
	To      string `csv:"to"`
	States  string `csv:"states"`
	Source  string `csv:"source"`
}

type authorization struct {
	program  string
	codes    codeSet
	from, to claim.Date
	states   []string
}

func mustAuthorizations(programs ...string) (list []authorization) {
	for _, row := range mustData[authorizationRow]("authorizations.csv") {
		if !slices.Contains(programs, row.Program) {
			continue
		}
		a := authorization{program: row.Program, codes: mustCodes(row.Codes), from: mustDate(row.From), to: claim.EndOfTime, states: strings.Fields(row.States)}
		if row.To != "" {
			a.to = claim.MustDate(row.To)
		}
		list = append(list, a)
	}
	if list == nil {
		panic("rules: authorizations.csv has no program " + strings.Join(programs, ", "))
	}
	return list
}

// authorized are the codes of the programmes.
func authorized(list []authorization) audit.Codes {
	var codes codeSet
	for i := range list {
		codes = codes.or(list[i].codes)
	}
	return codes.reported()
}

func (a *authorization) wanted(l *audit.Line) bool {
	return a.from <= l.From && l.From <= a.to && a.codes.has(l) && (len(a.states) == 0 || slices.Contains(a.states, l.State))
}

func authorizationMissing() check {
	list := mustAuthorizations("hospital", "botulinum")
	return beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if l.Payer != claim.Medicare || l.Auth != "" || l.Root || !outpatientHospital(l) {
			return
		}
		for i := range list {
			if a := &list[i]; a.wanted(l) && (a.program != "botulinum" || l.Type == claim.Professional || toxinBeside(day)) {
				report(unauthorized(l))
				return
			}
		}
	})
}

func outpatientHospital(l *audit.Line) bool {
	return l.Type == claim.Facility || l.Type == claim.Professional && (l.POS == "19" || l.POS == "22")
}

// toxinBeside tells whether a botulinum toxin is billed that day: a hospital bills it with the
// injection.
func toxinBeside(day *company) bool {
	for m := range day.each {
		if m.In(catalog.Botulinum) {
			return true
		}
	}
	return false
}

func unauthorized(l *audit.Line) audit.Finding {
	return audit.Finding{
		Line: l, Money: audit.Deny,
		Message: fmt.Sprintf("%s on %s needs Medicare's prior authorization in a hospital outpatient department, and the line has no number", billedAs(l), l.From),
		Fix:     audit.Fix{Action: audit.CorrectCell, Text: "enter the unique tracking number (UTN) of the authorization; without one the hospital's claim is denied, and the doctor's with it"},
	}
}

func wiserAuthorization() check {
	list := mustAuthorizations("wiser")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Payer != claim.Medicare || l.Auth != "" || l.Root {
			return
		}
		for i := range list {
			if list[i].wanted(l) {
				report(audit.Finding{
					Line: l, Money: audit.Deny,
					Message: fmt.Sprintf("%s on %s in %s is in the WISeR model, and the line has no authorization", billedAs(l), l.From, l.State),
					Fix:     audit.Fix{Action: audit.CorrectCell, Text: "enter the number of the authorization, or have the record ready for review before payment"},
				})
				return
			}
		}
	})
}

func notCovered() check {
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.In(catalog.NoCoverage) && !l.Root && underCoverage(l) && !l.Mods.Has(denialExpected...) {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s (%s) on %s is not covered by local coverage determinations", billedAs(l), l.Known.Label, l.From),
				Fix:     audit.Fix{Action: audit.SetModifiers, Text: "add GA if the patient signed a notice of non-coverage (ABN) beforehand, GZ if there is none; ask the contractor where coverage differs"},
			})
		}
	})
}

var denialExpected = []claim.Modifier{claim.Mod("GA"), claim.Mod("GX"), claim.Mod("GY"), claim.Mod("GZ")}

func drugTestByClass() check {
	tests := mustSet("drug-test-by-class")
	return eachLine(func(_ *audit.Case, l *audit.Line, report func(audit.Finding)) {
		if l.Payer == claim.Medicare && !l.Root && tests.has(l) {
			report(audit.Finding{
				Line: l, Money: audit.Deny,
				Message: fmt.Sprintf("%s on %s is not paid by Medicare", billedAs(l), l.From),
				Fix:     audit.Fix{Action: audit.ReplaceCode, Text: "bill the day's definitive tests once, by the number of drug classes: G0480 for 1 to 7, G0481 for 8 to 14, G0482 for 15 to 21, G0483 for 22 or more"},
			})
		}
	})
}

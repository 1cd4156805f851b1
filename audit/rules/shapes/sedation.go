package shapes

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// coverageRow is sedation that payers do not cover as a matter of course beside some procedures.
type coverageRow struct {
	Rule       string `csv:"rule"`
	Procedures string `csv:"procedures"` // codes and groups
	Sedation   string `csv:"sedation"`
	Say        string `csv:"say"`
	Fix        string `csv:"fix"`
	Source     string `csv:"source"`
}

// sedationPolicy is a row in use.
type sedationPolicy struct {
	coverageRow
	procedures, sedation terms.CodeSet
}

// sedationPolicies are those of one rule, with what they all speak of.
type sedationPolicies struct {
	list            []sedationPolicy
	sedation, minor terms.CodeSet
	// never are lines nobody is sedated for, and office the procedures hardly anybody is: another one
	// of the day is what the sedation may have been for.
	never, office terms.CodeSet
	denied        []claim.Modifier
}

// SedationCovered completes a rule with its rows of sedation-coverage.csv.
func SedationCovered(r *audit.Rule) {
	p := mustPolicies(r.ID)
	r.Check = terms.Beside(func(_ *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if !p.sedation.Has(l) || l.Root || l.Mods.Has(p.denied...) || p.otherwise(day) {
			return
		}
		for i := range p.list {
			if p.list[i].sedation.Has(l) && p.list[i].judge(l, day, &p.minor, report) {
				return
			}
		}
	})
}

func mustPolicies(rule string) *sedationPolicies {
	p := &sedationPolicies{never: terms.MustSet("never-sedated-for"), denied: terms.MustModifiers("denial-expected")}
	for row := range terms.MustData[coverageRow]("sedation-coverage.csv") {
		if row.Rule != rule {
			continue
		}
		policy := sedationPolicy{row, terms.MustCodes(row.Procedures), terms.MustCodes(row.Sedation)}
		p.list = append(p.list, policy)
		p.minor, p.sedation = p.minor.Or(policy.procedures), p.sedation.Or(policy.sedation)
	}
	p.office = p.minor.Or(terms.MustSet("seldom-sedated-for"))
	return p
}

// otherwise tells whether the day has a line that the patient may have been sedated for and no
// policy speaks of.
func (p *sedationPolicies) otherwise(day *terms.Company) bool {
	for m := range day.Each {
		if m.Code == 0 || operation(m, &p.never) && !p.office.Has(m) {
			return true
		}
	}
	return false
}

// operation tells whether the line may be a procedure a patient is sedated for: one of a code that
// is not listed may.
func operation(l *audit.Line, never *terms.CodeSet) bool {
	return terms.IsProcedure(l) && !terms.IsLaboratory(l) && !never.Has(l)
}

// judge reports the sedation where the day has one of the policy's procedures.
func (p *sedationPolicy) judge(l *audit.Line, day *terms.Company, minor *terms.CodeSet, report func(audit.Finding)) bool {
	var first *audit.Line
	var others []*audit.Line
	for m := range day.Each {
		switch {
		case first == nil && p.procedures.Has(m):
			first = m
		case minor.Has(m):
			others = append(others, m)
		}
	}
	if first == nil {
		return false
	}
	report(audit.Finding{
		Line: l, Money: audit.Deny, Related: append([]*audit.Line{first}, others...),
		Message: fmt.Sprintf("%s (%s) is billed beside %s on %s: %s", terms.BilledAs(l), terms.LabelOf(l), terms.BilledAs(first), l.From, p.Say),
		Fix:     audit.Fix{Text: p.Fix},
	})
	return true
}

package rules

import (
	"fmt"

	"claimaudit/audit"
	"claimaudit/audit/claim"
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
	procedures, sedation codeSet
}

// sedationPolicies are those of one rule, with what they all speak of.
type sedationPolicies struct {
	list            []sedationPolicy
	sedation, minor codeSet
	// never are lines nobody is sedated for, and office the procedures hardly anybody is: another one
	// of the day is what the sedation may have been for.
	never, office codeSet
	denied        []claim.Modifier
}

// sedationCovered completes a rule with its rows of sedation-coverage.csv.
func sedationCovered(r *audit.Rule) {
	p := mustPolicies(r.ID)
	r.Check = beside(func(_ *audit.Case, l *audit.Line, day *company, report func(audit.Finding)) {
		if !p.sedation.has(l) || l.Root || !underCoverage(l) || l.Mods.Has(p.denied...) || p.otherwise(day) {
			return
		}
		for i := range p.list {
			if p.list[i].sedation.has(l) && p.list[i].judge(l, day, &p.minor, report) {
				return
			}
		}
	})
}

func mustPolicies(rule string) *sedationPolicies {
	p := &sedationPolicies{never: mustSet("never-sedated-for"), denied: mustModifiers("denial-expected")}
	for _, row := range mustData[coverageRow]("sedation-coverage.csv") {
		if row.Rule != rule {
			continue
		}
		policy := sedationPolicy{row, mustCodes(row.Procedures), mustCodes(row.Sedation)}
		p.list = append(p.list, policy)
		p.minor, p.sedation = p.minor.or(policy.procedures), p.sedation.or(policy.sedation)
	}
	p.office = p.minor.or(mustSet("seldom-sedated-for"))
	return p
}

// otherwise tells whether the day has a line that the patient may have been sedated for and no
// policy speaks of.
func (p *sedationPolicies) otherwise(day *company) bool {
	for m := range day.each {
		if m.Code == 0 || operation(m, &p.never) && !p.office.has(m) {
			return true
		}
	}
	return false
}

// operation tells whether the line may be a procedure a patient is sedated for: one of a code that
// is not listed may.
func operation(l *audit.Line, never *codeSet) bool {
	return isProcedure(l) && !isLaboratory(l) && !never.has(l)
}

// judge reports the sedation where the day has one of the policy's procedures.
func (p *sedationPolicy) judge(l *audit.Line, day *company, minor *codeSet, report func(audit.Finding)) bool {
	var first *audit.Line
	var others []*audit.Line
	for m := range day.each {
		switch {
		case first == nil && p.procedures.has(m):
			first = m
		case minor.has(m):
			others = append(others, m)
		}
	}
	if first == nil {
		return false
	}
	report(audit.Finding{
		Line: l, Money: audit.Deny, Related: append([]*audit.Line{first}, others...),
		Message: fmt.Sprintf("%s (%s) is billed beside %s on %s: %s", billedAs(l), l.Known.Label, billedAs(first), l.From, p.Say),
		Fix:     audit.Fix{Text: p.Fix},
	})
	return true
}

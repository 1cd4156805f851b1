package reports

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// ruleFigures are what one rule found.
type ruleFigures struct {
	findings, lines, encounters int
	risk, missed                claim.Cents
	line                        audit.Stakes // of the last counted, by this rule
}

func (d *digest) figures() map[*audit.Rule]*ruleFigures {
	figures := map[*audit.Rule]*ruleFigures{}
	for _, r := range d.met {
		figures[r] = &ruleFigures{}
	}
	for i := range d.Findings.Len() {
		figures[d.Findings.Rule(d.Findings.Brief(i))].findings++
	}
	var met []*audit.Rule
	for n := range d.encounters.len() {
		met = met[:0]
		var before *audit.Brief
		for _, k := range d.encounters.of(n).findings {
			f := d.lines.Brief(int(k))
			rule := d.lines.Rule(f)
			figures[rule].count(f, before)
			if !slices.Contains(met, rule) {
				met = append(met, rule)
				figures[rule].encounters++
			}
			before = f
		}
	}
	return figures
}

// count adds what was found of a line; before is the one in front of it, perhaps of the same line and rule.
func (r *ruleFigures) count(f, before *audit.Brief) {
	if before == nil || before.Rule != f.Rule || before.Pos != f.Pos {
		r.lines++
		r.line = audit.Stakes{}
	}
	counted := r.line
	r.line.Add(f.Severity, f.Money, f.Amount)
	r.risk += r.line.AtRisk - counted.AtRisk
	r.missed += r.line.Missed - counted.Missed
}

// byRule has a row for each rule met, most findings first.
func (b *book) byRule() table {
	figures, rules := b.figures(), b.frequent()
	return table{
		count: len(rules), frozen: 1, colour: navy, printedRows: 36,
		empty: "No rule found anything.",
		columns: []column{
			{"Rule", 34, link, false},
			{"Family", 28, prose, false},
			{"Title", 47, prose, false},
			{"Highest severity", 10, text, false},
			{"Findings", 10, number, true},
			{"Lines", 9, number, false},
			{"Lines of all audited", 10, percent, false},
			{"Encounters", 11.5, number, false},
			{"At risk", 14, cents, true},
			{"Missed", 12.5, cents, false},
			{"On Flagged Lines", 11, link, false},
		},
		fill: func(i int, r *xlsx.Row) {
			rule, fig := rules[i], figures[rules[i]]
			r.Link(ruleExplained(rule), rule.ID)
			r.Text(rule.Family)
			r.Text(rule.Title)
			r.Styled(b.styles.severity[rule.Severity]).Text(rule.Severity.String())
			r.Int(fig.findings)
			r.Int(fig.lines)
			r.Ratio(int64(fig.lines), int64(b.Summary.Lines))
			r.Int(fig.encounters)
			r.Decimal(fig.risk.String())
			r.Decimal(fig.missed.String())
			r.Link(b.ruleOnFlagged(rule), "show")
		},
	}
}

// frequent are the rules met, those with the most findings first.
func (d *digest) frequent() []*audit.Rule {
	rules := slices.Clone(d.met)
	slices.SortStableFunc(rules, func(x, y *audit.Rule) int {
		return cmp.Compare(d.Summary.ByRule[y.ID], d.Summary.ByRule[x.ID])
	})
	return rules
}

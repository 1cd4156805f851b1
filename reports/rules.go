package reports

import (
	"strings"

	"claimaudit/reports/xlsx"
)

// rules explains each rule met in this workbook, in the order of By Rule.
func (b *book) rules() table {
	rules := b.frequent()
	return table{
		count: len(rules), frozen: 1, colour: quiet, printed: 4, printedRows: 14,
		columns: []column{
			{"Rule", 30, prose, false},
			{"Title", 40, prose, false},
			{"Highest severity", 10, text, false},
			{"What it means", 131, prose, false},
			{"Source", 150, prose, false},
			{"Guide", 12, prose, false},
			{"Findings", 11, number, false},
			{"On Flagged Lines", 12, link, false},
		},
		fill: func(i int, r *xlsx.Row) {
			rule := rules[i]
			r.Text(rule.ID)
			r.Text(rule.Title)
			r.Styled(b.styles.severity[rule.Severity]).Text(rule.Severity.String())
			r.Text(rule.Help())
			r.Text(rule.Source)
			r.Text(strings.Join(rule.Guide, " "))
			r.Int(b.Summary.ByRule[rule.ID])
			r.Link(b.ruleOnFlagged(rule), "show")
		},
	}
}

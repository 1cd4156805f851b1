package reports

import (
	"cmp"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// byEncounter has a row for each patient's day with findings, most at risk first.
func (b *book) byEncounter() table {
	worst := b.worst
	return table{
		count: len(worst), frozen: 2, colour: navy,
		empty: "No encounter has a finding.",
		columns: []column{
			{"Patient", 16, name, false},
			{"Date", 12, day, false},
			{"Claim", 16, name, false},
			{"Provider", 13, code, false},
			{"Payer", 26, name, false},
			{"Lines flagged", 10, number, false},
			{"Errors", 9, number, false},
			{"Warnings", 10, number, false},
			{"Reviews", 9, number, false},
			{"At risk", 16, cents, true},
			{"Rules", 50, prose, false},
			b.toFlagged(),
		},
		fill: func(i int, r *xlsx.Row) {
			e := &b.encounters[worst[i]]
			findings := b.reader()
			defer b.done(findings)
			l := findings.of(b.lines.Brief(int(e.findings[0]))).Line
			r.Text(l.Patient)
			r.Date(l.From.Unix(), l.From)
			r.Text(l.Claim)
			r.Text(l.Provider())
			r.Text(l.PayerName)
			r.Int(e.lines)
			for _, s := range audit.Severities {
				r.Int(e.count(&b.lines, s))
			}
			r.Decimal(e.risk.String())
			r.Text(b.rulesOf(e))
			b.onFlagged(b.placeOf(e), r)
		},
	}
}

// worstOf are the encounters with the most at risk first; of equal ones the earlier.
func worstOf(list []encounter) []int32 {
	worst := make([]int32, len(list))
	for i := range worst {
		worst[i] = int32(i)
	}
	slices.SortStableFunc(worst, func(x, y int32) int { return cmp.Compare(list[y].risk, list[x].risk) })
	return worst
}

// rulesOf are the rules an encounter met, once each.
func (b *book) rulesOf(e *encounter) string {
	var ids []string
	for _, i := range e.findings {
		if id := b.lines.Brief(int(i)).Rule.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, ", ")
}

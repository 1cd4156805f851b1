package reports

import (
	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// missedRevenue has the findings about money left unbilled, which is never added to what is at
// risk.
func (b *book) missedRevenue() table {
	var missed []int32
	for k, i := range b.order {
		if b.Findings.Brief(int(i)).Money == audit.Underpay {
			missed = append(missed, int32(k))
		}
	}
	columns := missedColumns()
	cells := writersOf(columns)
	return table{
		count: len(missed), frozen: 2, colour: navy,
		columns: append(looks(columns), b.toFlagged()),
		fill: func(i int, r *xlsx.Row) {
			k := int(missed[i])
			b.findingCells(cells, int(b.order[k]), r)
			b.onFlagged(k, r)
		},
	}
}

// missedColumns are those of Flagged Lines that say what was left unbilled.
func missedColumns() []findingColumn {
	var list []findingColumn
	for _, head := range []string{
		"Row", "Code", "Rule", "Finding", "Fix", "Date", "Charge", "At risk", "Patient", "Claim", "Provider", "File", "Sheet",
	} {
		c := columnWith(head)
		switch head {
		case "At risk":
			c.column, c.cell = column{"Missed", 12.5, cents, true}, nil
		case "Rule":
			c.width = 19
		case "File":
			c.width = 18
		}
		list = append(list, c)
	}
	return list
}

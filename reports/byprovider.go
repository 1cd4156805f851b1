package reports

import (
	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// countColumns are the columns that figures of a month or provider fill; see counts.
func countColumns() []column {
	return []column{
		{"Lines", 11, number, false},
		{"Lines flagged", 11, number, false},
		{"Flagged of lines", 12, percent, true},
		{"Encounters", 12, number, false},
		{"Clean encounters", 12, number, false},
		{"Clean of encounters", 13, percent, true},
		{"Charge", 16, cents, false},
		{"At risk", 16, cents, true},
		{"At risk of charge", 12, percent, false},
	}
}

func counts(c *audit.Counts, r *xlsx.Row) {
	r.Int(c.Lines)
	r.Int(c.Flagged)
	r.Ratio(int64(c.Flagged), int64(c.Lines))
	r.Int(c.Encounters)
	r.Int(c.Clean)
	r.Ratio(int64(c.Clean), int64(c.Encounters))
	r.Decimal(c.Charge.String())
	r.Decimal(c.AtRisk.String())
	r.Ratio(int64(c.AtRisk), int64(c.Charge))
}

// byProvider has a row for each provider, most at risk first, with what the rates are of.
func (b *book) byProvider() table {
	providers := b.providersByRisk()
	return table{
		count: len(providers), frozen: 1, colour: navy,
		empty:   "No line was audited.",
		columns: append([]column{{"Provider", 18, code, false}}, countColumns()...),
		fill: func(i int, r *xlsx.Row) {
			id := providers[i].ID
			if id == "" {
				id = "not given"
			}
			r.Text(id)
			counts(&providers[i].Counts, r)
		},
	}
}

// byMonth has a row for each month of dates of service.
func (b *book) byMonth() table {
	return table{
		count: len(b.Months), frozen: 1, colour: navy,
		empty:   "No line was audited.",
		columns: append([]column{{"Month", 12, code, false}}, countColumns()...),
		fill: func(i int, r *xlsx.Row) {
			r.Text(b.Months[i].First.String()[:len("2006-01")])
			counts(&b.Months[i].Counts, r)
		},
	}
}

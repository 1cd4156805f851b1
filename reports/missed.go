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
	return table{
		name: "Missed Revenue", count: len(missed), frozen: 2, colour: navy,
		empty: "No finding is about money left unbilled.",
		columns: []column{
			{"Row", 8, ordinal, false},
			{"Code", 9.5, code, false},
			{"Rule", 20, link, false},
			{"Finding", proseWidth, prose, false},
			{"Fix", proseWidth, prose, false},
			{"Date", 11.5, day, false},
			{"Charge", 12.5, cents, false},
			{"Missed", 14, cents, true},
			{"Patient", 12, name, false},
			{"Claim", 12, name, false},
			{"Provider", 13, code, false},
			{"File", 18, name, false},
			{"Sheet", 10, name, false},
			{"On Flagged Lines", 12, link, false},
		},
		fill: func(i int, r *xlsx.Row) { b.missedLine(int(missed[i]), r) },
	}
}

func (b *book) missedLine(k int, r *xlsx.Row) {
	findings := b.reader()
	defer b.done(findings)
	f := findings.finding(int(b.order[k]))
	l := f.Line
	s := b.source(l.Pos.Input)
	r.Int(int(l.Pos.Row))
	r.Text(l.Billed)
	r.Link(rulePlace(b.ruleRow[f.Rule]), f.Rule.ID)
	r.Text(f.Message)
	r.Text(f.Fix.Text)
	r.Date(l.From.Unix(), l.From)
	r.Decimal(charge(l))
	r.Decimal(atRisk(f))
	r.Text(l.Patient)
	r.Text(l.Claim)
	r.Text(providerOf(l))
	r.Text(s.File)
	r.Text(s.Sheet)
	b.onFlagged(k, r)
}

package reports

import (
	"strconv"

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
			{"Row", 8, number, false},
			{"Code", 10, code, false},
			{"Rule", 25, link, false},
			{"Finding", proseWidth, prose, false},
			{"Fix", proseWidth, prose, false},
			{"Date", 12, day, false},
			{"Charge", 13, cents, false},
			{"Missed", 13, cents, true},
			{"Patient", 15, text, false},
			{"Claim", 15, text, false},
			{"Provider", 13, code, false},
			{"File", 26, text, false},
			{"Sheet", 12, text, false},
			{"On Flagged Lines", 14, link, false},
		},
		fill: func(i int, r *xlsx.Row) { b.missedLine(int(missed[i]), r) },
	}
}

func (b *book) missedLine(k int, r *xlsx.Row) {
	f := b.finding(int(b.order[k]))
	l := f.Line
	s := b.source(l.Pos.Input)
	r.Int(int(l.Pos.Row))
	r.Text(l.Billed)
	r.Link(rulePlace(b.ruleRow[f.Rule]), f.Rule.ID)
	r.Text(f.Message)
	r.Text(f.Fix.Text)
	r.Date(l.From.Unix(), l.From.String())
	r.Decimal(charge(l))
	r.Decimal(atRisk(f))
	r.Text(l.Patient)
	r.Text(l.Claim)
	r.Text(providerOf(l))
	r.Text(s.File)
	r.Text(s.Sheet)
	r.Link(b.flaggedPlace(k), "row "+strconv.Itoa(k%b.most+2))
}

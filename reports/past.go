package reports

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// sinceLastTime has a row for each finding of earlier audits that this one closes.
func (b *book) sinceLastTime() table {
	var closed []audit.Closed
	if b.Past != nil {
		closed = b.Past.Closed
	}
	return table{
		count: len(closed), frozen: 2, colour: navy,
		columns: []column{
			{"State", 11, text, false}, {"Rule", 26, name, false}, {"Date", 11.5, day, false}, {"Patient", 14, name, false},
			{"Claim", 14, name, false}, {"Code", 9.5, code, false}, {"What has changed", proseWidth, prose, false},
			{"First found by audit", 10, number, false}, {"Fingerprint", 27, text, false},
		},
		fill: func(i int, r *xlsx.Row) {
			c := &closed[i]
			r.Text(c.State.String())
			r.Text(c.Rule)
			r.Date(c.Date.Unix(), c.Date)
			r.Text(c.Patient)
			r.Text(c.Claim)
			r.Text(c.Code)
			r.Text(c.Why)
			r.Int(c.First)
			r.Text(c.Fingerprint)
		},
	}
}

// pastStates are the states that audits count, in the order they are told.
var pastStates = []audit.State{audit.New, audit.Open, audit.Reopened, audit.Fixed, audit.Withdrawn, audit.Unseen, audit.Waived}

// audits has a row for each of the last audits, this one last.
func (b *book) audits() table {
	var nights []audit.Night
	if b.Past != nil {
		nights = b.Past.Trend
	}
	columns := []column{{"Audit", 8, number, false}, {"As of", 11.5, day, false}, {"Lines", 10, number, false}}
	for _, s := range pastStates {
		columns = append(columns, column{strings.ToUpper(s.String()[:1]) + s.String()[1:], 11, number, s == audit.New})
	}
	return table{
		count: len(nights), frozen: 1, colour: navy, columns: columns,
		fill: func(i int, r *xlsx.Row) {
			n := &nights[i]
			r.Int(n.Run)
			r.Date(n.AsOf.Unix(), n.AsOf)
			r.Int(n.Lines)
			for _, s := range pastStates {
				r.Int(n.Counts[s])
			}
		},
	}
}

// pastText says in a sentence what a history knows.
func pastText(p *audit.Past) string {
	n := p.Counts
	if n == nil {
		return plural(len(p.Said), "finding") + " answered by a reviewer"
	}
	if p.Run == 0 {
		return fmt.Sprintf("%s that the reviewed workbook has not, %s that it has, %s answered there and asked again",
			plural(n[audit.New], "finding"), thousands(n[audit.Open]), thousands(n[audit.Reopened]))
	}
	return fmt.Sprintf("audit %d: %s new, %s open before, %s reopened; of earlier audits %s fixed, %s withdrawn, %s not in this one",
		p.Run, thousands(n[audit.New]), thousands(n[audit.Open]), thousands(n[audit.Reopened]), thousands(n[audit.Fixed]), thousands(n[audit.Withdrawn]), thousands(n[audit.Unseen]))
}

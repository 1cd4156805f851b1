package reports

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// waivedFindings has a row for each finding that a waiver is about, with what a reviewer said of it, who is not asked.
func (b *book) waivedFindings() table {
	if b.Waived.Len() == 0 {
		return table{} // without waiting for fingerprints
	}
	waived := b.waived()
	columns := waivedColumns()
	cells := writersOf(columns)
	return table{
		count: waived.Findings.Len(), frozen: 2, colour: navy,
		extras: b.reviewing,
		columns: append(looks(columns), column{"Reason", proseWidth, prose, false}, column{"Waiver owner", 16, name, false},
			column{"Expires", 11.5, day, false}, column{"Waivers row", 9, number, false}, column{"Fingerprint", 27, text, false}),
		fill: func(i int, r *xlsx.Row) {
			findings := waived.reader()
			defer waived.done(findings)
			f := findings.shown(i)
			b.cells(cells, f, r)
			w := waived.waiverOf(f.Finding)
			r.Text(w.Reason)
			r.Text(w.Owner)
			r.Date(w.Expires.Unix(), w.Expires)
			r.Int(w.Row)
			r.Text(waived.fingerprintOf(i).String())
		},
	}
}

// waivedColumns are those of Flagged Lines that say what is waived.
func waivedColumns() []findingColumn {
	var list []findingColumn
	for _, head := range []string{
		"Row", "Code", "Severity", "Rule", "Finding", dispositionHead, "Owner", "Note", "Reviewed on",
		"Date", "Patient", "Claim", "Provider", "Payer", "Charge", "At risk", "Stands for lines", "File", "Sheet",
	} {
		c := columnWith(head)
		if head == "Rule" { // which Rules may not explain
			c.column, c.cell = column{"Rule", 26, name, false}, nil
		}
		list = append(list, c)
	}
	return list
}

// waivers has a row for each waiver.
func (b *book) waivers() table {
	return table{
		count: len(b.Waivers), frozen: 2, colour: navy,
		columns: []column{
			{"File", 26, name, false}, {"Row", 8, ordinal, false}, {"State", 11, text, false}, {"Findings", 10, number, false},
			{"Expires", 11.5, day, false}, {"Owner", 16, name, false}, {"Reason", proseWidth, prose, false},
		},
		fill: func(i int, r *xlsx.Row) {
			w := &b.Waivers[i]
			r.Text(w.File)
			r.Int(w.Row)
			r.Text(w.State.String())
			r.Int(w.Findings)
			r.Date(w.Expires.Unix(), w.Expires)
			r.Text(w.Owner)
			r.Text(w.Reason)
		},
	}
}

// waiversText says in a sentence what is waived, and of which waivers a person should hear.
func waiversText(v *view) string {
	var states [4]int
	back := 0
	for _, w := range v.Waivers {
		if states[w.State]++; w.State == audit.ExpiredWaiver {
			back += w.Findings
		}
	}
	parts := []string{plural(v.Waived.Len(), "finding") + " waived, in no figure here"}
	if v.unsaid > 0 {
		parts = append(parts, thousands(v.unsaid)+" more of lower severity not shown")
	}
	if n := states[audit.ExpiredWaiver]; n > 0 {
		parts = append(parts, fmt.Sprintf("%s expired, so that %s back", plural(n, "waiver"), plural(back, "finding")))
	}
	if n := states[audit.UnusedWaiver]; n > 0 {
		parts = append(parts, plural(n, "waiver")+" about no finding")
	}
	return strings.Join(parts, "; ")
}

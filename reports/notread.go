package reports

import (
	"fmt"

	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// notRead has every row that was not audited, and below them the cells whose value was mended while reading.
func (b *book) notRead() table {
	return table{
		count: b.NotRead.Len() + len(b.Repairs), colour: quiet,
		columns: []column{
			{"File", 30, name, false},
			{"Sheet", 14, name, false},
			{"Row", 10, ordinal, false},
			{"Kind", 16, text, false},
			{"Reason", 62, prose, false},
			{"Charge", 14, cents, false},
			{"Column", 14, name, false},
			{"Repeats", 26, prose, false},
			{"Cells mended", 10, number, false},
		},
		fill: func(i int, r *xlsx.Row) {
			if i >= b.NotRead.Len() {
				b.mended(&b.Repairs[i-b.NotRead.Len()], r)
				return
			}
			u := b.NotRead.At(i)
			s := b.source(u.Pos.Input)
			r.Text(s.File)
			r.Text(s.Sheet)
			r.Int(int(u.Pos.Row))
			r.Text(string(u.Kind))
			r.Text(u.Reason)
			if u.ChargeUnknown {
				r.Text("not known")
			} else {
				r.Decimal(unreadCharge(&u))
			}
			r.Text(s.ColumnOf(u.Pos))
			r.Text(b.repeats(&u))
			r.Blank()
		},
	}
}

// mended counts the cells of a file whose value was mended in one way.
func (b *book) mended(repair *claim.Repair, r *xlsx.Row) {
	s := b.source(repair.Source)
	r.Text(s.File)
	r.Text(s.Sheet)
	r.Blank()
	r.Text("mended")
	r.Text(repair.Field.String() + ": " + repair.Kind)
	r.Blank()
	r.Blank()
	r.Blank()
	r.Int(repair.Count)
}

// repeats names the row that stands for one that was left out, as seen from that.
func (b *book) repeats(u *claim.Unread) string {
	if u.Repeats.Row == 0 {
		return ""
	}
	row := "row " + b.source(u.Repeats.Input).RowText(u.Repeats)
	if u.Repeats.Input == u.Pos.Input {
		return row
	}
	if s := b.source(u.Repeats.Input); s.Sheet != "" {
		return fmt.Sprintf("%s of sheet %s in %s", row, s.Sheet, s.File)
	}
	return row + " of " + b.source(u.Repeats.Input).File
}

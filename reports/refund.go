package reports

import (
	"cmp"
	"fmt"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// Payers of public money are reported and paid back what they overpaid within so many days; looking into
// overpayments of one kind in good faith holds that off for so many at most.
const (
	daysToReport      = 60
	daysToInvestigate = 180
	refundSource      = "42 U.S.C. 1320a-7k(d); 42 CFR 401.301 to 401.305, as changed on 2025-01-01"
)

// refund is a line of which errors or warnings ask for a refund, and that was paid as far as the export says.
type refund struct {
	finding int32 // among the lines' findings, the one of the largest amount
	payer   string
	amount  claim.Cents // of what was paid, where the export says it
}

// refunds are those lines, the payer of most money first.
func (d *digest) refunds() (list []refund) {
	findings := d.newReader()
	byPayer := map[string]claim.Cents{}
	for i := 0; i < d.lines.Len(); {
		first := i
		best := refund{finding: -1}
		for ; i < d.lines.Len() && d.lines.Brief(i).Pos == d.lines.Brief(first).Pos; i++ {
			b := d.lines.Brief(i)
			if b.Money == audit.Overpay && b.Severity > audit.Review && (best.finding < 0 || b.Amount > best.amount) {
				best = refund{finding: int32(i), amount: b.Amount}
			}
		}
		if best.finding < 0 {
			continue
		}
		l := findings.of(d.lines.Brief(int(best.finding))).Line
		if best.amount = toRefund(l, best.amount); best.amount > 0 || !l.Given.Has(claim.FieldPaid) {
			best.payer = l.PayerName
			byPayer[best.payer] += best.amount
			list = append(list, best)
		}
	}
	slices.SortStableFunc(list, func(x, y refund) int {
		return cmp.Or(cmp.Compare(byPayer[y.payer], byPayer[x.payer]), cmp.Compare(x.payer, y.payer))
	})
	return list
}

// toRefund is what there is to give back of an amount: no more than was paid, where the export says it.
func toRefund(l *audit.Line, amount claim.Cents) claim.Cents {
	if l.Given.Has(claim.FieldPaid) {
		return min(amount, l.Paid)
	}
	return amount
}

// refundSheet has a row for each line that asks for a refund, once, by the largest of its findings.
func (b *book) refundSheet() table {
	list := b.refunds()
	return table{
		count: len(list), frozen: 3, colour: errorInk, printed: 11,
		columns: []column{
			{"Payer", 26, name, false}, {"Patient", 14, name, false}, {"Date", 11.5, day, false}, {"Code", 9.5, code, false},
			{"Claim", 14, name, false}, {"Charge", 12.5, cents, false}, {"Paid", 12.5, cents, false}, {"To refund", 14, cents, true}, {"Finding", 65, prose, false},
			{"Found on", 11.5, day, false}, {"60 days end", 11.5, day, false}, {"180 days end", 11.5, day, false},
			{"Rule", 22, name, false}, {"Provider", 13, code, false}, {"File", 18, name, false}, {"Row", 8, ordinal, false}, {"Why days count", 40, prose, false},
		},
		fill: func(i int, r *xlsx.Row) {
			findings := b.reader()
			defer b.done(findings)
			brief := b.lines.Brief(int(list[i].finding))
			f := findings.of(brief)
			r.Text(f.Line.PayerName)
			r.Text(f.Line.Patient)
			r.Date(f.Line.From.Unix(), f.Line.From)
			r.Text(f.Line.Billed)
			r.Text(f.Line.Claim)
			r.Decimal(charge(f.Line))
			if f.Line.Given.Has(claim.FieldPaid) {
				r.Decimal(f.Line.Paid.String())
			} else {
				r.Blank()
			}
			if brief.Known {
				r.Decimal(list[i].amount.String())
			} else {
				r.Blank()
			}
			r.Text(f.Message)
			finding := b.shown[list[i].finding]
			if finding < 0 {
				finding = b.order[b.floods[brief.Flood]]
			}
			b.deadlines(f.Line, int(finding), r)
			r.Text(f.Rule.ID)
			r.Text(f.Line.Provider())
			r.Text(b.source(f.Line.Pos.Input).File)
			r.Int(int(f.Line.Pos.Row))
			if public(f.Line.Payer) {
				r.Text(refundSource)
			} else {
				r.Text("by the contract with the payer")
			}
		},
	}
}

// public tells whether the payer pays with Medicare's or Medicaid's money.
func public(p claim.Payer) bool {
	return p == claim.Medicare || p == claim.MedicareAdvantage || p == claim.Medicaid
}

// deadlines writes the day of the finding, where this audit is the first to make it, and to payers of public money the
// ends of the two periods counted from it. Whether an overpayment is identified that day is for a lawyer to say.
func (b *book) deadlines(l *audit.Line, finding int, r *xlsx.Row) {
	known := b.stateOf(finding) <= audit.New
	for i, days := range [...]claim.Date{0, daysToReport, daysToInvestigate} {
		if !known || i > 0 && !public(l.Payer) {
			r.Blank()
			continue
		}
		end := b.AsOf + days
		r.Date(end.Unix(), end)
	}
}

// refundWords say what there is to refund, and what that rests on: by payments no more than was paid, else what was
// billed, of which the payer has paid less. Blank where nothing is.
func (d *digest) refundWords() string {
	findings := d.newReader()
	var byPaid, byCharge claim.Cents
	for _, r := range d.refunds() {
		if findings.of(d.lines.Brief(int(r.finding))).Line.Given.Has(claim.FieldPaid) {
			byPaid += r.amount
		} else {
			byCharge += r.amount
		}
	}
	switch {
	case byPaid != 0 && byCharge != 0:
		return fmt.Sprintf("To refund: %s by what was paid, %s as billed", exactly(byPaid), exactly(byCharge))
	case byPaid != 0:
		return fmt.Sprintf("To refund: %s, by what was paid", exactly(byPaid))
	case byCharge != 0:
		return fmt.Sprintf("To refund: %s as billed; what was paid is not known", exactly(byCharge))
	}
	return ""
}

// payerSum is what is asked back by one payer.
type payerSum struct {
	name   string
	amount claim.Cents
}

// overpaidBy is what is asked back by each payer, the most first.
func (d *digest) overpaidBy() (sums []payerSum) {
	for _, r := range d.refunds() {
		if n := len(sums); n == 0 || sums[n-1].name != r.payer {
			sums = append(sums, payerSum{name: r.payer})
		}
		sums[len(sums)-1].amount += r.amount
	}
	return sums
}

package reports

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/audit/sampling"
	"claimaudit/reports/xlsx"
)

// Estimate is what a reviewed sample says, with all it was made from.
type Estimate struct {
	*sampling.Estimate
	*sampling.Judged
	Review  *sampling.Review
	Facts   [][2]string // how the sample was drawn, as its workbook says
	File    string      // of the reviewed sample
	SHA256  string
	AsOf    claim.Date
	Version string
	Options Options // whom its outputs name; the sample is disguised by them already
}

// WriteEstimate writes the estimate as a workbook or as JSON, by each path's ending.
func WriteEstimate(ctx context.Context, e *Estimate, paths []string) error {
	e = e.mask()
	var outputs []oneOf
	for _, path := range paths {
		switch strings.ToLower(filepath.Ext(path)) {
		case ".xlsx":
			outputs = append(outputs, oneOf{path, e.workbook})
		case ".json":
			outputs = append(outputs, oneOf{path, func(_ context.Context, w io.Writer) error { return e.json(w) }})
		default:
			return fmt.Errorf("output %s: expected a name ending in .xlsx or .json", path)
		}
	}
	return writeAll(ctx, outputs)
}

// The sheets of an estimate.
const (
	estimateSheet = "Estimate"
	partsSheet    = "By Stratum"
	resultsSheet  = "Units Reviewed"
	answersSheet  = "Lines Reviewed"
)

func (e *Estimate) workbook(ctx context.Context, w io.Writer) error {
	v := maskedView(e.Version, e.AsOf, e.Options)
	return writeSheets(ctx, w, v, "Estimate from a claim sample", func(b *book) {
		b.estimatePage(e)
		for _, t := range []struct {
			name  string
			table table
		}{{partsSheet, b.partsTable(e)}, {resultsSheet, b.resultsTable(e)}, {answersSheet, b.answersTable(e)}} {
			b.addSheet(&t.table, t.name, 0, t.table.count)
		}
	})
}

// money is what amounts are of, in words.
func (e *Estimate) money() string {
	if e.Judged.Basis == sampling.ByCharge {
		return "charged"
	}
	return string(e.Judged.Basis)
}

// over names what is projected: no overpayment where only charges are known.
func (e *Estimate) over() string {
	switch e.Judged.Basis {
	case sampling.ByCharge:
		return "Charges not supported"
	case sampling.ByAllowed:
		return "Allowed too much"
	}
	return "Overpaid"
}

const widePage = 124

// estimatePage is the page to hand over.
func (b *book) estimatePage(e *Estimate) {
	l := b.leaf(estimateSheet, 38, 16, 16, 16, 16, 16)
	s := e.Review.Sample
	l.title("What the sample says", fmt.Sprintf("%s of %s reviewed, drawn %s; limits at %s %% confidence, two-sided, unless they say otherwise",
		plural(e.PaymentErrors.Sampled, string(s.Kind)), thousands(e.PaymentErrors.All), strataWords(s), e.Level))
	l.amounts(e)
	l.rates(e)
	l.heading("What this rests on, and what it does not say")
	for _, c := range e.Cautions {
		l.note("• "+string(c), widePage)
	}
	for _, text := range e.always() {
		l.note("• "+text, widePage)
	}
	l.note("• "+formulas, widePage)
	l.doubts(e.Doubts)
	l.changes(e)
	l.heading("How the sample was drawn")
	l.line("Reviewed sample", e.File+", SHA-256 "+e.SHA256, 80)
	for _, fact := range e.Facts {
		l.line(fact[0], fact[1], 80)
	}
	for i := range s.Strata {
		st := &s.Strata[i]
		l.line(fmt.Sprintf("Stratum %d", i+1), st.Name+": "+drawnFrom(st), 80)
	}
	l.signOff()
	b.printing(estimateSheet, "portrait", 0, navy)
}

// mostDoubts is how many doubtful answers the page has; all of lines stand on Lines Reviewed.
const mostDoubts = 12

// doubts are answers that contradict themselves.
func (l *leaf) doubts(list []sampling.Trouble) {
	if len(list) == 0 {
		return
	}
	l.heading("Answers to look at again")
	l.note(plural(len(list), "answer")+" contradict themselves, and were taken as they stand. Where that is not meant, change the row of Review, and estimate again.", widePage)
	for i, d := range list {
		if i == mostDoubts {
			l.note(fmt.Sprintf("and %d more, on %s under Look again", len(list)-i, answersSheet), widePage)
			break
		}
		l.note("• "+d.String(), widePage)
	}
}

// drawnFrom is how many were drawn of a stratum, and how.
func drawnFrom(st *sampling.Stratum) string {
	text := fmt.Sprintf("%s, %s, %d drawn", plural(st.Units, "unit"), "$"+st.Amount.String(), st.Take)
	if st.Seed == 0 {
		return text + ", taken whole"
	}
	return text + fmt.Sprintf(" and %s, seed %s", plural(st.Spares, "spare"), st.Seed)
}

// formulas say how the figures of By Stratum are made.
const formulas = "By Stratum has what the formulas take. x is what was paid less what should have been; the deviation of x has n-1, skewness and kurtosis n. Point N·mean; its standard error N·s·√((N-n)/(n·N)); over strata the squares of the errors add up."

// amounts are the projected amount and its limits.
func (l *leaf) amounts(e *Estimate) {
	b := l.b
	l.heading(e.over() + ", projected to all " + thousands(e.PaymentErrors.All) + " units of the frame")
	kinds := []kind{text, cents}
	row := func(label string, value claim.Cents, note string) {
		l.cells(kinds, label, dollars(value))
		b.across(l.sheet, at("C", l.row), at(l.last, l.row), b.styles.value, note)
		b.do(b.f.SetRowHeight(l.sheet, l.row, float64(5+15*xlsx.Lines(note, 74))))
	}
	row("Point estimate", e.Point, "the number of units times the mean difference, stratum by stratum; underpayments are set off")
	row("Without setting off", e.Gross.Point, e.unless("what a self-disclosure to OIG commonly uses: underpayments count as nothing"))
	row("Standard error", e.Error, "of the point estimate, with the correction for a finite frame")
	e.limit(row, "Lower limit, one-sided 90 %", e.At(80).Low, e.unless("what contractors of CMS commonly demand; it is the lower limit of the two-sided 80 % interval"))
	e.limit(row, "Lower limit, two-sided 90 %", e.At(90).Low, e.unless("what audits of OIG commonly recommend to refund"))
	kinds = []kind{text, text, cents, cents, percent}
	factor := "t"
	if len(e.Parts) > 1 {
		factor = "z"
	}
	l.heads([]kind{text, text, cents, cents, percent}, "Two-sided confidence", factor, "Lower limit", "Upper limit", "Precision")
	for _, i := range e.Intervals {
		precision := any("none: not above zero")
		if i.Precision > 0 || e.Point > 0 {
			precision = i.Precision
		}
		l.cells(kinds, i.Level.String()+" %", strconv.FormatFloat(i.Factor, 'f', 6, 64), dollars(i.Low), dollars(i.High), precision)
	}
	l.note("Precision is half the width of the interval as a share of the point estimate: the smaller, the better it is known.", widePage)
}

// unless is what a limit is used for, where it is of what was paid.
func (e *Estimate) unless(use string) string {
	if e.Judged.Basis == sampling.ByCharge {
		return "of charges: no amount to demand or refund"
	}
	return use
}

func (e *Estimate) limit(row func(string, claim.Cents, string), label string, low claim.Cents, note string) {
	if low < 0 {
		note = "below zero: no amount is supported; " + note
	}
	row(label, low, note)
}

// rates are how many units have an error, and what share of the money.
func (l *leaf) rates(e *Estimate) {
	l.heading("Errors")
	kinds := []kind{text, text, percent, figure, figure, text}
	l.heads([]kind{text, text, percent, figure, figure, text}, "Units with", "In the sample", "Share of all", "Lower limit", "Upper limit", "Limits are")
	for _, r := range []struct {
		name string
		rate *sampling.Rate
	}{{"another amount than right", &e.PaymentErrors}, {"anything not as billed", &e.CodingErrors}} {
		limits, how := r.rate.At(e.Level), "exact"
		if !r.rate.Exact {
			how = "normal law"
		}
		l.cells(kinds, r.name, fmt.Sprintf("%d of %d", r.rate.Count, r.rate.Sampled), r.rate.Share, limits.Low, limits.High, how)
	}
	l.note(fmt.Sprintf("Lower and upper limit are numbers of units among the %s of the frame, at %s %% two-sided.", thousands(e.PaymentErrors.All), e.Level), widePage)
	if e.PaymentErrors.Exact {
		low, high := sampling.ClopperPearson(e.PaymentErrors.Sampled, e.PaymentErrors.Count, e.Level)
		l.note(fmt.Sprintf("Of a frame without end (Clopper-Pearson) the rate of units with another amount would lie from %.2f %% to %.2f %%.", 100*low, 100*high), widePage)
	}
	kinds = []kind{text, percent}
	l.cells(kinds, "Financial error rate, net", e.NetRate)
	l.cells(kinds, "Financial error rate, gross", e.GrossRate)
	l.note(fmt.Sprintf("Net: the sum of differences as a share of what was %s, weighted by strata. Gross: of the positive ones alone. Both are of the sample, without limits.", e.money()), widePage)
}

// always is what every estimate must say.
func (e *Estimate) always() []string {
	list := []string{
		"It speaks of the units of the frame, and of no others: not of what was left out of it, nor of other periods.",
		"It is as right as the review: the record decides each line, and nothing here has seen the record.",
		"Which limit an agreement, a payer or a law asks for, stands there: what is said above is what is common.",
	}
	if e.Judged.Basis != sampling.ByCharge {
		list = append(list, "42 USC 1320a-7k(d) and 42 CFR 401.301-305: an overpayment is reported and returned within 60 days after it is identified; a timely good-faith investigation of related ones suspends that, for 180 days at most from its beginning. When that was is for counsel to say.")
	}
	return list
}

// partsTable has a row for each stratum, estimated by itself, with what the formulas take.
func (b *book) partsTable(e *Estimate) table {
	return table{
		columns: []column{
			{head: sampling.StratumHead, width: 9, kind: ordinal}, {head: sampling.NameHead, width: 28, kind: name}, {head: "N, in the frame", width: 10, kind: number}, {head: "n, reviewed", width: 10, kind: number},
			{head: "Sum of x", width: 14, kind: cents}, {head: "Units with x not 0", width: 10, kind: number}, {head: "Mean of x", width: 13, kind: decimal}, {head: "Deviation of x", width: 13, kind: decimal},
			{head: "Skewness", width: 10, kind: decimal}, {head: "Kurtosis", width: 10, kind: decimal}, {head: "Point estimate", width: 15, kind: cents}, {head: "Standard error", width: 15, kind: cents},
			{head: "t of two-sided 90 %", width: 11, kind: decimal}, {head: "Units in error, exact 90 %: from", width: 11, kind: number}, {head: "to", width: 9, kind: number},
		},
		count: len(e.Parts), frozen: 2, colour: blue,
		fill: func(i int, r *xlsx.Row) {
			p := &e.Parts[i]
			limits := p.PaymentErrors.At(90)
			r.Int(i + 1)
			r.Text(p.Name)
			r.Int(p.All)
			r.Int(p.Sampled)
			r.Decimal(p.Sum.String())
			r.Int(p.NonZero)
			r.Decimal(fixed(p.Mean/100, 4))
			r.Decimal(fixed(p.Deviation/100, 4))
			r.Decimal(fixed(p.Skewness, 2))
			r.Decimal(fixed(p.Kurtosis, 2))
			r.Decimal(p.Point.String())
			r.Decimal(p.Error.String())
			r.Decimal(fixed(p.At(90).Factor, 6))
			r.Int(limits.Low)
			r.Int(limits.High)
		},
	}
}

func fixed(v float64, places int) string { return strconv.FormatFloat(v, 'f', places, 64) }

// changes are units in the places of others, and what the reviewer changed of what was written.
func (l *leaf) changes(e *Estimate) {
	j := e.Judged
	filledIn := j.Basis != e.Review.Basis
	if len(j.Out)+len(j.Unused)+len(j.Repaid)+j.Unsigned == 0 && !filledIn {
		return
	}
	l.heading("Besides")
	if filledIn {
		l.line("Paid", "the export has charges alone; what was paid was filled in by the reviewer", 80)
	}
	for _, o := range j.Out {
		l.line("Not in the frame", fmt.Sprintf("unit %s; spare %s stands in its place%s", o.Unit, o.Spare, because(o.Why)), 80)
	}
	if len(j.Unused) > 0 {
		l.line("Spares not needed", "filled in all the same, and left out: "+strings.Join(j.Unused, ", "), 80)
	}
	if len(j.Repaid) > 0 {
		l.line("Paid was changed", "the reviewer wrote another amount than the export has, for units "+strings.Join(j.Repaid, ", "), 80)
	}
	if j.Unsigned > 0 {
		l.line("Not signed", plural(j.Unsigned, "line")+" do not say who reviewed them", 80)
	}
}

func because(why string) string {
	if why == "" {
		return ", and no note says why"
	}
	return ": " + why
}

// resultsTable has a row for each unit that was estimated from.
func (b *book) resultsTable(e *Estimate) table {
	s := e.Review.Sample
	return table{
		columns: []column{
			{head: sampling.UnitHead, width: 9, kind: code}, {head: sampling.StratumHead, width: 9, kind: ordinal}, {head: sampling.UseHead, width: 10, kind: code},
			{head: sampling.ClaimHead, width: 14, kind: name}, {head: sampling.PatientHead, width: 14, kind: name}, {head: sampling.ProviderHead, width: 14, kind: code},
			{head: sampling.FirstHead, width: 12, kind: day}, {head: sampling.LinesHead, width: 8, kind: number}, {head: e.paidHead(), width: 14, kind: cents},
			{head: "Should be", width: 14, kind: cents}, {head: "Difference (positive: too much)", width: 16, kind: cents}, {head: "As billed", width: 9, kind: code}, {head: "Lines without record", width: 10, kind: number},
		},
		count: len(e.Results), frozen: 1, colour: navy,
		fill: func(i int, r *xlsx.Row) {
			result := &e.Results[i]
			d := result.Unit
			r.Text(s.ID(d))
			r.Int(d.Stratum + 1)
			r.Text(use(d))
			for _, text := range []string{d.Claim, d.Patient, d.Provider} {
				r.Text(text)
			}
			r.Date(d.First.Unix(), d.First)
			r.Int(len(d.Lines))
			r.Decimal(result.Paid.String())
			r.Decimal(result.Correct.String())
			r.Decimal(result.Difference().String())
			r.Text(map[bool]string{true: "no", false: "yes"}[result.Wrong])
			r.Int(result.Unproduced)
		},
	}
}

func (e *Estimate) paidHead() string {
	if e.Judged.Basis == sampling.ByCharge {
		return "Charged"
	}
	return "Paid"
}

// answersTable has a row for each line of these units, with what the reviewer wrote.
func (b *book) answersTable(e *Estimate) table {
	var rows []drawnLine
	answers := make([][]sampling.Answer, len(e.Results))
	for i := range e.Results {
		answers[i] = e.Review.AnswersTo(e.Results[i].Unit)
		for k := range e.Results[i].Lines {
			rows = append(rows, drawnLine{i, k})
		}
	}
	return table{
		columns: []column{
			{head: sampling.UnitHead, width: 9, kind: code}, {head: sampling.LineHead, width: 6, kind: ordinal}, {head: sampling.DateHead, width: 12, kind: day},
			{head: sampling.CodeHead, width: 9, kind: code}, {head: sampling.ModsHead, width: 10, kind: code}, {head: sampling.UnitsHead, width: 7, kind: code},
			{head: sampling.SupportedHead, width: 12, kind: code}, {head: sampling.RightCodeHead, width: 10, kind: code}, {head: sampling.RightUnitHead, width: 9, kind: code},
			{head: e.paidHead(), width: 13, kind: cents}, {head: "Should be", width: 13, kind: cents}, {head: "Difference", width: 13, kind: cents},
			{head: "Look again", width: 30, kind: prose}, {head: sampling.NoteHead, width: 32, kind: prose}, {head: sampling.ReviewerHead, width: 14, kind: name}, {head: sampling.OnHead, width: 12, kind: code},
		},
		count: len(rows), frozen: 2, colour: blue,
		fill: func(i int, r *xlsx.Row) {
			result := &e.Results[rows[i].unit]
			l, a, paid := &result.Unit.Lines[rows[i].line], &answers[rows[i].unit][rows[i].line], &result.Lines[rows[i].line]
			r.Text(e.Review.ID(result.Unit))
			r.Int(rows[i].line + 1)
			r.Date(l.Date.Unix(), l.Date)
			for _, text := range []string{l.Code, l.Mods, l.Units, a.Supported, a.Code, a.Units} {
				r.Text(text)
			}
			r.Decimal(paid.Paid.String())
			r.Decimal(paid.Correct.String())
			r.Decimal((paid.Paid - paid.Correct).String())
			for _, text := range []string{paid.Doubt, a.Note, a.Reviewer, a.On} {
				r.Text(text)
			}
		},
	}
}

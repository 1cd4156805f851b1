package reports

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/sampling"
	"claimaudit/reports/xlsx"
)

// Sample is a drawn sample as its workbook shows it.
type Sample struct {
	*sampling.Sample
	Frame *sampling.Frame
	Size  string // in words, how the size was chosen
	Blind bool   // our findings are left out
	Needs []Need
	Of    func(*sampling.Line) []int // which of the needs a line has
}

// Need is what the record of a service must show, and which papers show it.
type Need struct {
	Topic, Pull, Shows, Source string
	Every                      bool // it is of every service
}

// The sheets of a sample.
const (
	drawnSheet   = "How Drawn"
	reviewSheet  = "Review"
	unitsSheet   = "Units Drawn"
	recordsSheet = "Records to Pull"
	needsSheet   = "What Records Show"
)

// WriteSample writes the workbook of a sample and, where a path for it is given, the numbered list of all units
// that it was drawn from; the report is of the audit. The options say whom they name.
func WriteSample(ctx context.Context, r *audit.Report, s *Sample, o Options, path, list string) error {
	v := newView(r, o)
	v.making.Wait() // it reads the mask, whose providers the sample numbers anew
	s = v.mask.sample(s)
	s.tell(v)
	var outputs []oneOf
	if list != "" {
		outputs = append(outputs, oneOf{list, func(_ context.Context, w io.Writer) error { return writeFrame(w, s.Frame) }})
	}
	return writeAll(ctx, append(outputs, oneOf{path, func(ctx context.Context, w io.Writer) error {
		return writeSheets(ctx, w, v, "Claim sample", func(b *book) {
			b.howDrawn(s)
			rows := s.rows()
			for _, t := range []struct {
				name  string
				table table
			}{{reviewSheet, b.reviewTable(s, rows)}, {unitsSheet, b.unitsTable(s)}, {recordsSheet, b.recordsTable(s)}, {needsSheet, b.needsTable(s.met())}} {
				b.addSheet(&t.table, t.name, 0, t.table.count)
			}
		})
	}}))
}

// frameHeads are the columns of the list of all units.
var frameHeads = []string{"Stratum", "Number", "Claim", "Patient", "First date", "Last date", "Amount"}

// writeFrame writes all units in the order in which they are numbered.
func writeFrame(w io.Writer, f *sampling.Frame) error {
	out := csv.NewWriter(w)
	if err := out.Write(frameHeads); err != nil {
		return err
	}
	for line := range f.Listed {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		for i := range cells {
			cells[i] = safe(cells[i])
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// tell gives the lines drawn what was found of them and where they stand.
func (s *Sample) tell(v *view) {
	byPos := map[claim.Pos]*sampling.Line{}
	for i := range s.Units {
		for k := range s.Units[i].Lines {
			l := &s.Units[i].Lines[k]
			byPos[l.Pos] = l
			source := v.source(l.Pos.Input)
			l.File, l.Sheet, l.RowText = source.File, source.Sheet, source.RowText(l.Pos)
		}
	}
	if s.Blind {
		return
	}
	r := v.newReader()
	for i := range v.lines.Len() {
		b := v.lines.Brief(i)
		if l := byPos[b.Pos]; l != nil {
			f := r.of(b)
			text := fmt.Sprintf("%s, %s: %s", f.Severity, f.Rule.ID, f.Message)
			if f.Fix.Text != "" {
				text += ". Fix: " + f.Fix.Text
			}
			l.Findings = append(l.Findings, text)
		}
	}
}

// drawnLine is a line of a unit drawn.
type drawnLine struct{ unit, line int }

// order is the units as they are shown: by stratum and number, spares behind them as they were drawn.
func (s *Sample) order() []int {
	list := make([]int, len(s.Units))
	for i := range list {
		list[i] = i
	}
	slices.SortFunc(list, func(a, b int) int {
		x, y := &s.Units[a], &s.Units[b]
		place := func(d *sampling.Drawn) int {
			if d.Spare {
				return d.Order
			}
			return d.Number
		}
		return cmp.Or(audit.CompareBools(x.Spare, y.Spare), cmp.Compare(x.Stratum, y.Stratum), cmp.Compare(place(x), place(y)))
	})
	return list
}

func (s *Sample) rows() (rows []drawnLine) {
	for _, i := range s.order() {
		for k := range s.Units[i].Lines {
			rows = append(rows, drawnLine{i, k})
		}
	}
	return rows
}

func use(d *sampling.Drawn) string {
	if d.Spare {
		return sampling.AsSpare + " " + strconv.Itoa(d.Order)
	}
	return sampling.InSample
}

// penMoney is money that the reviewer writes.
func (b *book) penMoney() int {
	style := cellStyle(pen)
	format := moneyFormat
	style.Alignment, style.CustomNumFmt = look[cents].align, &format
	style.Font.Family, style.Font.Size = "Calibri", 11
	id, err := b.f.NewStyle(&style)
	b.do(err)
	return id
}

// reviewColumns are the columns of Review. What is printed ends with the note.
func reviewColumns(blind bool) (columns []column, printed int) {
	columns = []column{
		{head: sampling.UnitHead, width: 9, kind: code}, {head: sampling.LineHead, width: 6.5, kind: ordinal}, {head: sampling.UseHead, width: 9, kind: code},
		{head: sampling.PatientHead, width: 12, kind: name}, {head: sampling.DateHead, width: 11, kind: day}, {head: sampling.CodeHead, width: 8, kind: code},
		{head: sampling.ModsHead, width: 9, kind: code}, {head: sampling.UnitsHead, width: 7, kind: decimal}, {head: sampling.ChargeHead, width: 11, kind: cents},
	}
	if !blind {
		columns = append(columns, column{head: "Our findings", width: 42, kind: prose})
	}
	columns = append(columns,
		column{head: sampling.SupportedHead, width: 11, kind: pen}, column{head: sampling.RightCodeHead, width: 9, kind: pen}, column{head: sampling.RightUnitHead, width: 8, kind: pen},
		column{head: sampling.PaidHead, width: 11, kind: pen}, column{head: sampling.CorrectHead, width: 11, kind: pen}, column{head: sampling.NoteHead, width: 23, kind: pen},
	)
	printed = len(columns)
	return append(columns,
		column{head: sampling.ReviewerHead, width: 14, kind: pen}, column{head: sampling.OnHead, width: 13, kind: penDate},
		column{head: sampling.ClaimHead, width: 14, kind: name}, column{head: sampling.ProviderHead, width: 14, kind: code}, column{head: sampling.PayerHead, width: 40, kind: name},
		column{head: sampling.DxHead, width: 36, kind: prose}, column{head: "Place", width: 7, kind: code},
		column{head: sampling.FileHead, width: 44, kind: name}, column{head: sampling.RowHead, width: 12, kind: code},
	), printed
}

// reviewTable has a row for each line of each unit drawn, to be filled in.
func (b *book) reviewTable(s *Sample, rows []drawnLine) table {
	columns, printed := reviewColumns(s.Blind)
	money := b.penMoney()
	return table{
		columns: columns, count: len(rows), frozen: 6, printed: printed, colour: penHead,
		fill: func(i int, r *xlsx.Row) {
			d := &s.Units[rows[i].unit]
			l := &d.Lines[rows[i].line]
			r.Text(s.ID(d))
			r.Int(rows[i].line + 1)
			r.Text(use(d))
			r.Text(d.Patient)
			r.Date(l.Date.Unix(), l.Date)
			r.Text(l.Code)
			r.Text(l.Mods)
			r.Decimal(l.Units)
			r.Decimal(l.Charge)
			if !s.Blind {
				r.Text(strings.Join(l.Findings, "\n"))
			}
			for range 3 {
				r.Blank()
			}
			r.Styled(money).Decimal(l.Paid)
			r.Styled(money).Blank()
			for range 3 {
				r.Blank()
			}
			for _, text := range []string{l.Claim, l.Provider, l.Payer, l.Dx, l.POS, strings.TrimSuffix(l.File+" "+l.Sheet, " "), l.RowText} {
				r.Text(text)
			}
		},
		extras: b.answering,
	}
}

// answering gives the columns to fill in their list, their checks and their colours.
func (b *book) answering(sheet string, columns []column, count int) {
	for i, c := range columns {
		cells := columnRange(i, count+1)
		switch c.head {
		case sampling.SupportedHead:
			b.answerList(sheet, cells)
			b.do(b.f.SetConditionalFormat(sheet, cells, b.answerColours(i)))
		case sampling.OnHead:
			b.reviewDate(sheet, cells, c.head)
		case sampling.PaidHead, sampling.CorrectHead, sampling.RightUnitHead:
			b.notNegative(sheet, cells, c)
		}
	}
	line, err := b.f.NewConditionalStyle(&excelize.Style{Border: []excelize.Border{{Type: "top", Color: quiet, Style: 1}}})
	b.do(err)
	area := fmt.Sprintf("A2:%s%d", xlsx.Letter(len(columns)-1), count+1)
	b.do(b.f.SetConditionalFormat(sheet, area, []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: "$A2<>$A1", Format: &line}}))
}

func (b *book) answerList(sheet, cells string) {
	choice := excelize.NewDataValidation(true)
	choice.Sqref = cells
	b.do(choice.SetDropList(sampling.Answers))
	choice.SetError(excelize.DataValidationErrorStyleStop, sampling.SupportedHead, "Choose one of: "+strings.Join(sampling.Answers, ", "))
	b.do(b.f.AddDataValidation(sheet, choice))
}

// notNegative lets numbers from 0 on into the cells. An amount taken back stands in Paid before anybody
// writes there, and stays.
func (b *book) notNegative(sheet, cells string, c column) {
	check := excelize.NewDataValidation(true)
	check.Sqref = cells
	b.do(check.SetRange(0, 1e12, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
	check.SetError(excelize.DataValidationErrorStyleStop, c.head, "Enter a number from 0 on, such as 120.50")
	b.do(b.f.AddDataValidation(sheet, check))
}

func (b *book) answerColours(column int) (formats []excelize.ConditionalFormatOptions) {
	for _, a := range []struct{ word, ink, fill string }{
		{sampling.Supported, "14532D", "D7F0DE"}, {sampling.InPart, warnInk, warnFill}, {sampling.Unsupported, errorInk, errorFill},
		{sampling.NoRecord, errorInk, errorFill}, {sampling.NotInFrame, quiet, ruleGrey},
	} {
		id, err := b.f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: a.ink}, Fill: filled(a.fill)})
		b.do(err)
		formats = append(formats, excelize.ConditionalFormatOptions{
			Type: "formula", Criteria: fmt.Sprintf(`$%s2="%s"`, xlsx.Letter(column), a.word), Format: &id,
		})
	}
	return formats
}

// unitsTable has a row for each unit drawn, with its number and order of selection.
func (b *book) unitsTable(s *Sample) table {
	order := s.order()
	return table{
		columns: []column{
			{head: sampling.UnitHead, width: 9, kind: code}, {head: sampling.StratumHead, width: 9, kind: ordinal}, {head: sampling.NumberHead, width: 9, kind: ordinal},
			{head: sampling.OrderHead, width: 9, kind: ordinal}, {head: sampling.UseHead, width: 9, kind: code}, {head: sampling.ClaimHead, width: 14, kind: name},
			{head: sampling.PatientHead, width: 14, kind: name}, {head: sampling.ProviderHead, width: 14, kind: code}, {head: sampling.PayerHead, width: 18, kind: name},
			{head: sampling.FirstHead, width: 12, kind: day}, {head: sampling.LastHead, width: 12, kind: day}, {head: sampling.LinesHead, width: 7, kind: number},
			{head: sampling.AmountHead, width: 14, kind: cents},
		},
		count: len(order), frozen: 1, colour: navy,
		fill: func(i int, r *xlsx.Row) {
			d := &s.Units[order[i]]
			r.Text(s.ID(d))
			r.Int(d.Stratum + 1)
			r.Int(d.Number)
			r.Int(d.Order)
			r.Text(use(d))
			for _, text := range []string{d.Claim, d.Patient, d.Provider, d.Payer} {
				r.Text(text)
			}
			r.Date(d.First.Unix(), d.First)
			r.Date(d.Last.Unix(), d.Last)
			r.Int(len(d.Lines))
			r.Decimal(d.Amount.String())
		},
	}
}

// needsTable has a row for each kind of service drawn, with what its record must show.
func (b *book) needsTable(needs []Need) table {
	return table{
		columns: []column{
			{head: "Service", width: 24, kind: name}, {head: "Papers to pull", width: 40, kind: prose}, {head: "What they must show", width: 70, kind: prose}, {head: "Source", width: 46, kind: prose},
		},
		count: len(needs), frozen: 1, colour: blue,
		fill: func(i int, r *xlsx.Row) {
			for _, text := range []string{needs[i].Topic, needs[i].Pull, needs[i].Shows, needs[i].Source} {
				r.Text(strings.ReplaceAll(text, "; ", "\n"))
			}
		},
	}
}

// met are the needs of the lines drawn.
func (s *Sample) met() (needs []Need) {
	met := map[int]bool{}
	for i := range s.Units {
		for k := range s.Units[i].Lines {
			for _, n := range s.Of(&s.Units[i].Lines[k]) {
				met[n] = true
			}
		}
	}
	for n := range s.Needs {
		if met[n] {
			needs = append(needs, s.Needs[n])
		}
	}
	return needs
}

package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// The reviewer's columns. Check knows them by these names in a workbook that comes back.
var (
	reviewerHeads = []string{"Disposition", "Owner", "Note", "Reviewed on"}
	dispositions  = []string{"Open", "Agree", "Disagree", "Needs record", "Fixed"}
)

// proseWidth is the width of the columns a reviewer reads.
const proseWidth = 42

// flaggedLines has a row for each finding, an encounter's together. What is printed ends with the
// place the line was read from; behind the reviewer's columns stands what is looked up now and then.
func (b *book) flaggedLines() table {
	return table{
		name: flaggedSheet, count: len(b.order), frozen: 3, printed: 17, colour: errorInk,
		columns: []column{
			{"Row", 8, ordinal, false},
			{"Code", 9.5, code, false},
			{"Severity", 10, text, false},
			{"Rule", 20, link, false},
			{"Finding", proseWidth, prose, false},
			{"Fix", proseWidth, prose, false},
			{"Date", 11.5, day, false},
			{"Patient", 12, name, false},
			{"Claim", 12, name, false},
			{"Modifiers", 10.5, code, false},
			{"Units", 7, decimal, false},
			{"Charge", 12.5, cents, false},
			{"Proposed line", 18, prose, false},
			{"At risk", 12.5, cents, false},
			{"Related rows", 11, prose, false},
			{"File", 20, name, false},
			{"Sheet", 10, name, false},
			{reviewerHeads[0], 15, pen, false},
			{reviewerHeads[1], 13, pen, false},
			{reviewerHeads[2], 36, pen, false},
			{reviewerHeads[3], 13, penDate, false},
			{"Source", 56, prose, false},
			{"Provider", 13, code, false},
			{"Payer", 26, name, false},
			{"Diagnoses", 24, prose, false},
			{"Money", 10, text, false},
			{"Fingerprint", 27, text, false},
		},
		fill:   func(i int, r *xlsx.Row) { b.flaggedLine(int(b.order[i]), r) },
		extras: b.reviewing,
	}
}

func (b *book) flaggedLine(i int, r *xlsx.Row) {
	findings := b.reader()
	defer b.done(findings)
	f := findings.finding(i)
	l := f.Line
	r.Int(int(l.Pos.Row))
	r.Text(l.Billed)
	r.Styled(b.styles.severity[f.Severity]).Text(f.Severity.String())
	r.Link(rulePlace(b.ruleRow[f.Rule]), f.Rule.ID)
	r.Text(f.Message)
	r.Text(f.Fix.Text)
	r.Date(l.From.Unix(), l.From)
	r.Text(l.Patient)
	r.Text(l.Claim)
	r.Text(l.Mods.String())
	r.Decimal(units(l))
	r.Decimal(charge(l))
	r.Text(b.proposed(f))
	if f.Money.Risk() {
		r.Decimal(atRisk(f))
	} else {
		r.Blank()
	}
	r.Text(b.relatedRows(f))
	s := b.source(l.Pos.Input)
	r.Text(s.File)
	r.Text(s.Sheet)
	for range reviewerHeads {
		r.Blank()
	}
	r.Text(f.Rule.Source)
	r.Text(providerOf(l))
	r.Text(l.PayerName)
	r.Text(diagnoses(l))
	r.Text(f.Money.String())
	r.Text(b.print(i).String())
}

// onFlagged leads to the k-th finding of Flagged Lines, under the row it stands in there.
func (b *book) onFlagged(k int, r *xlsx.Row) {
	r.Link(b.flaggedPlace(k), "row "+strconv.Itoa(k%b.most+2))
}

func rulePlace(row int) string { return rulesSheet + "!A" + strconv.Itoa(row) }

func diagnoses(l *audit.Line) string { return strings.Join(diagnosisTexts(l), " ") }

func diagnosisTexts(l *audit.Line) []string {
	list := l.Diagnoses()
	texts := make([]string, len(list))
	for i, d := range list {
		texts[i] = d.String()
	}
	return texts
}

// proposed is the line as the fix would have it billed, and what becomes of other lines; blank
// where only the record can tell.
func (b *book) proposed(f *audit.Finding) string {
	if len(f.Fix.Edits) == 0 {
		return ""
	}
	var own audit.Edit
	var others []string
	for _, e := range f.Fix.Edits {
		switch {
		case e.Line.Pos == f.Line.Pos:
			own = merged(own, e)
		case e.Remove:
			others = append(others, "row "+b.rowText(e.Line.Pos, f.Line.Pos)+": remove")
		default:
			others = append(others, "row "+b.rowText(e.Line.Pos, f.Line.Pos)+": "+asBilled(e))
		}
	}
	if own.Line != nil {
		others = append([]string{ownLine(own)}, others...)
	}
	return strings.Join(others, "; ")
}

func ownLine(e audit.Edit) string {
	if e.Remove {
		return "remove this line"
	}
	return asBilled(e)
}

// merged is both edits of one line as one.
func merged(a, b audit.Edit) audit.Edit {
	a.Line, a.Remove = b.Line, a.Remove || b.Remove
	if b.Code != 0 {
		a.Code = b.Code
	}
	if b.Mods != nil {
		a.Mods = b.Mods
	}
	if b.Units != 0 {
		a.Units = b.Units
	}
	return a
}

// asBilled is the edited line as it stands on a claim: 64493 50 x 1.
func asBilled(e audit.Edit) string {
	code, mods, quantity := e.Line.Billed, e.Line.Mods, e.Line.Units
	if e.Code != 0 {
		code = e.Code.String()
	}
	if e.Mods != nil {
		mods = *e.Mods
	}
	if e.Units != 0 {
		quantity = e.Units
	}
	if m := mods.String(); m != "" {
		code += " " + m
	}
	return code + " x " + quantity.String()
}

// reviewing gives the reviewer's columns their list, their checks and their colours.
func (b *book) reviewing(sheet string, count int) {
	first := slices.IndexFunc(b.flaggedLines().columns, func(c column) bool { return c.head == reviewerHeads[0] })
	last := count + 1
	choice := excelize.NewDataValidation(true)
	choice.Sqref = columnRange(first, last)
	b.do(choice.SetDropList(dispositions))
	choice.SetError(excelize.DataValidationErrorStyleStop, "Disposition", "Choose one of: "+strings.Join(dispositions, ", "))
	b.do(b.f.AddDataValidation(sheet, choice))
	date := excelize.NewDataValidation(true)
	date.Sqref = columnRange(first+3, last)
	b.do(date.SetRange(xlsx.Serial(0), xlsx.Serial(1<<16), excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween))
	date.SetError(excelize.DataValidationErrorStyleStop, "Reviewed on", "Enter a date, such as 2025-06-30")
	b.do(b.f.AddDataValidation(sheet, date))
	b.do(b.f.SetConditionalFormat(sheet, columnRange(first, last), b.dispositionColours(first)))
}

func (b *book) dispositionColours(column int) []excelize.ConditionalFormatOptions {
	var formats []excelize.ConditionalFormatOptions
	for _, d := range []struct {
		word, ink, fill string
		strike          bool
	}{
		{"Agree", "14532D", "D7F0DE", false}, {"Fixed", "14532D", "D7F0DE", false},
		{"Disagree", quiet, ruleGrey, true}, {"Needs record", warnInk, warnFill, false},
	} {
		id, err := b.f.NewConditionalStyle(&excelize.Style{
			Font: &excelize.Font{Color: d.ink, Strike: d.strike}, Fill: filled(d.fill),
		})
		b.do(err)
		formats = append(formats, excelize.ConditionalFormatOptions{
			Type: "formula", Criteria: fmt.Sprintf(`$%s2="%s"`, xlsx.Letter(column), d.word), Format: &id,
		})
	}
	return formats
}

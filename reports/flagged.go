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
const proseWidth = 52

// flaggedLines has a row for each finding, an encounter's together.
func (b *book) flaggedLines() table {
	return table{
		name: flaggedSheet, count: len(b.order), frozen: 3, printed: 13, colour: errorInk,
		columns: []column{
			{"Row", 8, number, false},
			{"Code", 10, code, false},
			{"Severity", 11, text, false},
			{"Rule", 25, link, false},
			{"Finding", proseWidth, prose, false},
			{"Fix", proseWidth, prose, false},
			{"Date", 12, day, false},
			{"Patient", 14, text, false},
			{"Claim", 14, text, false},
			{"Modifiers", 11, code, false},
			{"Units", 8, decimal, false},
			{"Charge", 12, cents, false},
			{"At risk", 12, cents, false},
			{reviewerHeads[0], 15, pen, false},
			{reviewerHeads[1], 13, pen, false},
			{reviewerHeads[2], 36, pen, false},
			{reviewerHeads[3], 13, penDate, false},
			{"Proposed line", 30, prose, false},
			{"Related rows", 16, prose, false},
			{"Provider", 13, code, false},
			{"Payer", 20, text, false},
			{"Diagnoses", 22, text, false},
			{"Money", 10, text, false},
			{"File", 26, text, false},
			{"Sheet", 12, text, false},
			{"Source", 50, text, false},
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
	r.Date(l.From.Unix(), l.From.String())
	r.Text(l.Patient)
	r.Text(l.Claim)
	r.Text(l.Mods.String())
	r.Decimal(units(l))
	r.Decimal(charge(l))
	if f.Money.Risk() {
		r.Decimal(atRisk(f))
	} else {
		r.Blank()
	}
	for range reviewerHeads {
		r.Blank()
	}
	b.flaggedRest(f, b.prints[i], r)
}

// flaggedRest fills what stands behind the reviewer's columns.
func (b *book) flaggedRest(f *audit.Finding, fp fingerprint, r *xlsx.Row) {
	l := f.Line
	s := b.source(l.Pos.Input)
	r.Text(b.proposed(f))
	r.Text(b.relatedRows(f))
	r.Text(providerOf(l))
	r.Text(l.PayerName)
	r.Text(diagnoses(l))
	r.Text(f.Money.String())
	r.Text(s.File)
	r.Text(s.Sheet)
	r.Text(f.Rule.Source)
	r.Text(fp.String())
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

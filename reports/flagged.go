package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// dispositionHead is the head of the reviewer's column that has a list to choose from.
const dispositionHead = "Disposition"

// proseWidth is the width of the columns a reviewer reads.
const proseWidth = 54

// flaggedLines has a row for each finding, an encounter's together: what the eye needs while a reviewer
// chooses a disposition, which is what is printed, and behind it what is looked up now and then.
func (b *book) flaggedLines() table {
	cells := writersOf(b.columns)
	return table{
		count: len(b.order), frozen: 1 + b.columnAt("Code"), colour: errorInk,
		columns: looks(b.columns),
		printed: 1 + b.columnAt("Note"),
		fill:    func(i int, r *xlsx.Row) { b.findingCells(cells, int(b.order[i]), r) },
		extras:  b.reviewing,
	}
}

// findingCells fills a row with cells of the i-th finding.
func (b *book) findingCells(cells []findingCell, i int, r *xlsx.Row) {
	findings := b.reader()
	defer b.done(findings)
	b.cells(cells, findings.shown(i), r)
}

func (b *book) cells(cells []findingCell, f *shown, r *xlsx.Row) {
	for _, cell := range cells {
		cell(b, f, r)
	}
}

// mostLinked is how many findings Flagged Lines has at most for each of them to be led to: a program that
// calculates a link looks through all of them, and with more a workbook takes minutes to open.
const mostLinked = 10_000

// toFlagged is the column of a table that leads to Flagged Lines, or names the fingerprint to look for.
func (b *book) toFlagged() column {
	if len(b.order) > mostLinked {
		return column{"Fingerprint", 27, text, false}
	}
	return column{"On Flagged Lines", 12, link, false}
}

// onFlagged leads to the k-th finding of Flagged Lines.
func (b *book) onFlagged(k int, r *xlsx.Row) {
	if to := b.flagged(k); len(b.order) > mostLinked {
		r.Text(to.Value)
	} else {
		r.Link(to, "show")
	}
}

// flagged is the k-th finding of Flagged Lines, wherever a reviewer sorts it to.
func (b *book) flagged(k int) xlsx.Target {
	return b.onSheetOf(k, "Fingerprint", b.fingerprintOf(int(b.order[k])).String())
}

// onSheetOf is the first row with a value under a head on that sheet of Flagged Lines, which may go on over
// several, where the k-th finding is.
func (b *book) onSheetOf(k int, head, value string) xlsx.Target {
	return xlsx.Target{Sheet: sheetName(flaggedSheet, k/b.most), Column: xlsx.Letter(b.columnAt(head)), Value: value}
}

// columnAt is where a head stands on Flagged Lines.
func (b *book) columnAt(head string) int {
	return slices.IndexFunc(b.columns, func(c findingColumn) bool { return c.head == head })
}

// ruleOnFlagged is the first finding of a rule on Flagged Lines, and ruleExplained the rule on Rules.
func (b *book) ruleOnFlagged(r *audit.Rule) xlsx.Target {
	return b.onSheetOf(b.firstOf[r], "Rule", r.ID)
}

func ruleExplained(r *audit.Rule) xlsx.Target {
	return xlsx.Target{Sheet: rulesSheet, Column: "A", Value: r.ID}
}

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
func (v *view) proposed(f *audit.Finding) string {
	if len(f.Fix.Edits) == 0 {
		return ""
	}
	var own audit.Edit
	var others []string
	for _, e := range f.Fix.Edits {
		switch {
		case e.Line.Pos == f.Line.Pos:
			own = own.And(e)
		case e.Remove:
			others = append(others, "row "+v.rowText(e.Line.Pos, f.Line.Pos)+": remove")
		default:
			others = append(others, "row "+v.rowText(e.Line.Pos, f.Line.Pos)+": "+asBilled(e))
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
func (b *book) reviewing(sheet string, columns []column, count int) {
	for i, c := range columns {
		switch cells := columnRange(i, count+1); {
		case c.kind == penDate:
			b.reviewDate(sheet, cells, c.head)
		case c.head == dispositionHead:
			b.dispositionList(sheet, cells)
			b.do(b.f.SetConditionalFormat(sheet, cells, b.dispositionColours(i)))
		}
	}
}

func (b *book) dispositionList(sheet, cells string) {
	choice := excelize.NewDataValidation(true)
	choice.Sqref = cells
	b.do(choice.SetDropList(audit.Dispositions))
	choice.SetError(excelize.DataValidationErrorStyleStop, dispositionHead, "Choose one of: "+strings.Join(audit.Dispositions, ", "))
	b.do(b.f.AddDataValidation(sheet, choice))
}

func (b *book) reviewDate(sheet, cells, head string) {
	date := excelize.NewDataValidation(true)
	date.Sqref = cells
	b.do(date.SetRange(xlsx.Serial(0), xlsx.Serial(1<<16), excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween))
	date.SetError(excelize.DataValidationErrorStyleStop, head, "Enter a date, such as 2025-06-30")
	b.do(b.f.AddDataValidation(sheet, date))
}

func (b *book) dispositionColours(column int) []excelize.ConditionalFormatOptions {
	var formats []excelize.ConditionalFormatOptions
	for _, d := range []struct {
		word, ink, fill string
		strike          bool
	}{
		{audit.Agree, "14532D", "D7F0DE", false}, {audit.SaidFixed, "14532D", "D7F0DE", false},
		{audit.Disagree, quiet, ruleGrey, true}, {audit.AcceptedRisk, quiet, ruleGrey, false}, {audit.NeedsRecord, warnInk, warnFill, false},
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

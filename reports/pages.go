package reports

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// put writes a value into a cell of a page.
func (b *book) put(sheet, cell string, style int, value any) {
	if s, ok := value.(string); ok {
		value = xlsx.Fit(strings.ToValidUTF8(s, "\uFFFD"))
	}
	b.do(b.f.SetCellValue(sheet, cell, value))
	b.do(b.f.SetCellStyle(sheet, cell, cell, style))
	if value != "" {
		b.reach(sheet, cell)
	}
}

// reach notes that a sheet goes as far as a cell that holds something.
func (b *book) reach(sheet, cell string) {
	column, row, err := excelize.CellNameToCoordinates(cell)
	b.do(err)
	if b.extents == nil {
		b.extents = map[string][2]int{}
	}
	last := b.extents[sheet]
	b.extents[sheet] = [2]int{max(last[0], column), max(last[1], row)}
}

// across writes a value over several cells of one row.
func (b *book) across(sheet, from, to string, style int, value any) {
	b.put(sheet, from, style, value)
	b.do(b.f.SetCellStyle(sheet, from, to, style))
	b.do(b.f.MergeCell(sheet, from, to))
}

// amount writes money into a cell of a page.
func (b *book) amount(sheet, cell string, c claim.Cents) {
	b.put(sheet, cell, b.styles.cell[cents], dollars(c))
}

// dollars is an amount for excelize, which takes numbers as floats: cents up to 2^53 are exact to
// the cent when shown.
func dollars(c claim.Cents) float64 { return float64(c) / 100 }

func (b *book) link(sheet, cell string, style int, label, place string) {
	b.put(sheet, cell, style, label)
	b.do(b.f.SetCellHyperLink(sheet, cell, place, "Location"))
}

// find writes the program's own text that leads to a row of a table into a cell of Summary.
func (b *book) find(cell string, style int, to xlsx.Target, text string) {
	b.do(xlsx.SetLink(b.f, summarySheet, cell, to, text))
	b.do(b.f.SetCellStyle(summarySheet, cell, cell, style))
	b.reach(summarySheet, cell)
}

func at(column string, row int) string { return column + strconv.Itoa(row) }

// thousands is a number with its thousands set apart.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// round is an amount in whole dollars.
func round(c claim.Cents) string {
	if c < 0 {
		return "-$" + thousands(int((50-c)/100))
	}
	return "$" + thousands(int((c+50)/100))
}

func share(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + " %"
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return thousands(n) + " " + what + "s"
}

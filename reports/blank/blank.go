// Package blank writes workbooks to fill in: sheets with heads, what each means, drop-downs where a cell
// holds one of some words, and rows as examples.
package blank

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Sheet is a sheet to fill in.
type Sheet struct {
	Name    string
	About   string // what it is for, on the sheet that explains all
	Columns []Column
	Rows    [][]string // examples
}

// Column is a column of it.
type Column struct {
	Head, Help string
	Must       bool     // a row has something in it
	Day        bool     // dates
	Choices    []string // what a cell may say; nil for much
}

// rows is how many rows are made ready.
const rows = 500

// unixEpoch is 1 January 1970, as a spreadsheet counts days.
const unixEpoch = 25_569

// helpSheet is the sheet that explains the others.
const helpSheet = "Help"

const helpWidth = 100

// Write writes the workbook to a file that is not there yet, owner-only.
func Write(path string, sheets []Sheet) error {
	b := &book{File: excelize.NewFile()}
	err := b.all(sheets)
	if err == nil {
		err = save(path, b.File)
	}
	return errors.Join(err, b.Close())
}

func save(path string, f *excelize.File) error {
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s: there is such a file: give another name, or move it away", path)
	}
	if err != nil {
		return fmt.Errorf("write the template: %w", err)
	}
	if err := errors.Join(f.Write(out), out.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(path))
	}
	return nil
}

// book is the workbook on its way.
type book struct {
	*excelize.File
	head, must, text, day, prose int // styles
}

func (b *book) all(sheets []Sheet) error {
	if err := b.styles(); err != nil {
		return err
	}
	for i, s := range sheets {
		if err := b.sheet(i, &s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	if err := b.help(sheets); err != nil {
		return fmt.Errorf("sheet %s: %w", helpSheet, err)
	}
	b.SetActiveSheet(0)
	return nil
}

func (b *book) styles() (err error) {
	dayFormat := "yyyy-mm-dd"
	for _, s := range []struct {
		to    *int
		style excelize.Style
	}{
		{&b.head, excelize.Style{Font: headFont, Fill: fill("1F4E79"), Alignment: middle}},
		{&b.must, excelize.Style{Font: headFont, Fill: fill("9C5700"), Alignment: middle}},
		{&b.text, excelize.Style{NumFmt: 49, Alignment: top}}, // text, so that 0275T and 02 stay as typed
		{&b.day, excelize.Style{CustomNumFmt: &dayFormat, Alignment: top}},
		{&b.prose, excelize.Style{Alignment: top}},
	} {
		if *s.to, err = b.NewStyle(&s.style); err != nil {
			return fmt.Errorf("style: %w", err)
		}
	}
	return nil
}

var (
	headFont = &excelize.Font{Bold: true, Color: "FFFFFF", Family: "Calibri", Size: 11}

	middle = &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "left"}
	top    = &excelize.Alignment{WrapText: true, Vertical: "top"}
)

func fill(color string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
}

// sheet makes the i-th sheet.
func (b *book) sheet(i int, s *Sheet) error {
	if i == 0 {
		if err := b.SetSheetName(b.GetSheetName(0), s.Name); err != nil {
			return err
		}
	} else if _, err := b.NewSheet(s.Name); err != nil {
		return err
	}
	for n := range s.Columns {
		if err := b.column(s, n); err != nil {
			return err
		}
	}
	errs := []error{b.SetRowHeight(s.Name, 1, 3*lineHeight)}
	for i, row := range s.Rows {
		lines := 1
		for n, cell := range row {
			lines = max(lines, linesOf(cell, width(s, n)))
		}
		errs = append(errs, b.SetRowHeight(s.Name, i+2, float64(lines)*lineHeight))
	}
	return errors.Join(append(errs,
		b.SetPanes(s.Name, &excelize.Panes{Freeze: true, YSplit: 1, XSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}),
		b.onePageWide(s.Name),
	)...)
}

// lineHeight is what a line of text takes, in points.
const lineHeight = 15.5

// linesOf is how many lines a text takes in a column, with room to spare.
func linesOf(text string, width float64) int { return int(float64(len(text))*0.95/width) + 1 }

// column makes a column of a sheet: its head, its cells, and what may be chosen in them.
func (b *book) column(s *Sheet, n int) error {
	c := &s.Columns[n]
	letter, err := excelize.ColumnNumberToName(n + 1)
	if err != nil {
		return err
	}
	style, head := b.text, b.head
	if c.Day {
		style = b.day
	}
	if c.Must {
		head = b.must
	}
	errs := []error{
		b.SetColWidth(s.Name, letter, letter, width(s, n)),
		b.SetCellStyle(s.Name, letter+"2", fmt.Sprint(letter, rows+1), style),
		b.SetCellStr(s.Name, letter+"1", c.Head), b.SetCellStyle(s.Name, letter+"1", letter+"1", head),
		b.choices(s.Name, letter, c),
	}
	for i, row := range s.Rows {
		day, err := time.Parse(time.DateOnly, row[n])
		switch at := fmt.Sprint(letter, i+2); {
		case row[n] == "":
		case c.Day && err == nil:
			errs = append(errs, b.SetCellInt(s.Name, at, day.Unix()/86400+unixEpoch))
		default:
			errs = append(errs, b.SetCellStr(s.Name, at, row[n]))
		}
	}
	return errors.Join(errs...)
}

// width is what the column's head and examples take, within bounds.
func width(s *Sheet, n int) float64 {
	longest := 0
	for word := range strings.FieldsSeq(s.Columns[n].Head) {
		longest = max(longest, len(word))
	}
	longest = max(longest+2, len(s.Columns[n].Head)/2) // heads are bold, and have three lines
	for _, row := range s.Rows {
		longest = max(longest, min(len(row[n]), 34))
	}
	return float64(max(longest, 9) + 2)
}

// choices puts the column's words into a drop-down, which takes a list of several as well, and its help
// beside the cell that is chosen.
func (b *book) choices(sheet, letter string, c *Column) error {
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", letter, letter, rows+1))
	v.SetInput(cut(c.Head, 32), cut(c.Help, 255))
	if c.Choices != nil {
		if err := v.SetDropList(c.Choices); err != nil {
			return err
		}
		v.SetError(excelize.DataValidationErrorStyleWarning, cut(c.Head, 32), cut("Expected "+strings.Join(c.Choices, ", ")+". Keep what you typed?", 225))
	}
	return b.AddDataValidation(sheet, v)
}

func cut(text string, most int) string {
	if len(text) > most {
		return text[:most-2] + ".."
	}
	return text
}

// help makes the sheet that explains the others.
func (b *book) help(sheets []Sheet) error {
	if _, err := b.NewSheet(helpSheet); err != nil {
		return err
	}
	errs := []error{
		b.SetColWidth(helpSheet, "A", "A", 12), b.SetColWidth(helpSheet, "B", "B", 26), b.SetColWidth(helpSheet, "C", "C", helpWidth),
	}
	row := 0
	put := func(style int, cells ...any) {
		row++
		at := fmt.Sprint("A", row)
		errs = append(errs, b.SetSheetRow(helpSheet, at, &cells), b.SetCellStyle(helpSheet, at, fmt.Sprint("C", row), style))
		if text, ok := cells[2].(string); ok {
			errs = append(errs, b.SetRowHeight(helpSheet, row, float64(linesOf(text, helpWidth))*lineHeight))
		}
	}
	put(b.head, "Sheet", "Column", "What it means")
	for _, s := range sheets {
		put(b.prose, s.Name, "", s.About)
		for _, c := range s.Columns {
			help := c.Help
			if c.Must {
				help += " Never blank."
			}
			put(b.prose, s.Name, c.Head, help)
		}
	}
	return errors.Join(append(errs, b.SetPanes(helpSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}), b.onePageWide(helpSheet))...)
}

// onePageWide lets a sheet be printed across one page.
func (b *book) onePageWide(sheet string) error {
	fit, wide, high, across := true, 1, 0, "landscape"
	return errors.Join(
		b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}),
		b.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &across, FitToWidth: &wide, FitToHeight: &high}),
	)
}

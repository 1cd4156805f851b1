package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const (
	// mostPages is how many sheets of paper the workbook of the samples takes at most, without the pages that are
	// handed to providers.
	mostPages = 20
	// leastPoints is the least size, in points, that a sheet prints its text of 11 points in; mostColumns is how many
	// columns it then has, but for Summary, which is no table.
	leastPoints = 7.5
	mostColumns = 11
)

// TestPrinted holds that each sheet prints in a size that can be read, those that are made for denials and for money
// too, and on how much paper the workbook of the samples is printed, by the heights its rows have.
func TestPrinted(t *testing.T) {
	t.Chdir("../..")
	all := 0
	var says, met []string
	for _, p := range printed(t, "samples") {
		met = append(met, p.sheet)
		if p.sheet != "Provider Pages" {
			all += p.pages
			says = append(says, p.sheet+" "+strings.Repeat("|", p.pages))
		}
	}
	if all > mostPages {
		t.Errorf("%d pages, want at most %d:\n%s", all, mostPages, strings.Join(says, "\n"))
	}
	for _, p := range printed(t, "samples/remits/export.csv", "--remits", "samples/remits/payer-a.csv", "--remits", "samples/remits/payer-b.xlsx") {
		met = append(met, p.sheet)
	}
	for _, sheet := range []string{"To Refund", "Missed Revenue", "Provider Patterns", "Against Denials", "Remits Not Joined"} {
		if !slices.Contains(met, sheet) {
			t.Errorf("no workbook has %s: %v", sheet, met)
		}
	}
}

// paper is how a sheet is printed.
type paper struct {
	sheet string
	pages int
}

// printed audits, and is how each sheet of the workbook is printed, all in a size that can be read.
func printed(t *testing.T, args ...string) (list []paper) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "printed.xlsx")
	args = append([]string{"audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", path}, args...)
	if status, _, stderr := command(t, args...); status != exitClean {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	areas := map[string]string{}
	for _, name := range f.GetDefinedName() {
		if name.Name == "_xlnm.Print_Area" {
			areas[name.Scope] = name.RefersTo
		}
	}
	for _, sheet := range f.GetSheetList() {
		area := areas[sheet]
		if area == "" {
			if area, err = f.GetSheetDimension(sheet); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, paper{sheet, pagesOf(t, f, sheet, area)})
	}
	return list
}

// pagesOf is how many pages the area of a sheet takes, made as wide as the paper, its first row on each.
func pagesOf(t *testing.T, f *excelize.File, sheet, area string) int {
	t.Helper()
	_, last, _ := strings.Cut(strings.ReplaceAll(area, "$", ""), ":")
	columns, rows, err := excelize.CellNameToCoordinates(last)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := f.GetPageLayout(sheet)
	if err != nil {
		t.Fatal(err)
	}
	margins, err := f.GetPageMargins(sheet)
	if err != nil {
		t.Fatal(err)
	}
	across, down := 8.5, 11.0
	if *layout.Orientation == "landscape" {
		across, down = down, across
	}
	scale := (across - *margins.Left - *margins.Right) * 72 / pointsAcross(t, f, sheet, columns)
	if sheet != "Summary" && columns > mostColumns || 11*scale < leastPoints {
		t.Errorf("%s prints %d columns at %.2f points", sheet, columns, 11*scale)
	}
	if *layout.FitToHeight == 1 {
		return 1
	}
	room := (down - *margins.Top - *margins.Bottom) * 72 / min(1, scale)
	pages, used, head := 1, 0., 0.
	for row := 1; row <= rows; row++ {
		height, err := f.GetRowHeight(sheet, row)
		if err != nil {
			t.Fatal(err)
		}
		if row == 1 {
			head = height
		}
		if used+height > room {
			pages, used = pages+1, head
		}
		used += height
	}
	return pages
}

// pointsAcross is how wide the first columns of a sheet are, in points.
func pointsAcross(t *testing.T, f *excelize.File, sheet string, columns int) (wide float64) {
	t.Helper()
	for i := range columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			t.Fatal(err)
		}
		width, err := f.GetColWidth(sheet, name)
		if err != nil {
			t.Fatal(err)
		}
		wide += width * 7 * 0.75 // characters of 7 pixels, in points
	}
	return wide
}

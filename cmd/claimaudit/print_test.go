package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// mostPages is how many sheets of paper the workbook of the samples takes at most, without the pages that are handed to
// providers.
const mostPages = 20

// TestPrintedPages holds on how much paper the workbook of the samples is printed, by the heights its rows have.
func TestPrintedPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "printed.xlsx")
	t.Chdir("../..")
	if status, _, stderr := command(t, "audit", "-q", "--as-of", "2025-06-30", "--fail-on", "never", "-o", path, "samples"); status != exitClean {
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
	all := 0
	var says []string
	for _, sheet := range f.GetSheetList() {
		if sheet == "Provider Pages" {
			continue
		}
		area := areas[sheet]
		if area == "" {
			if area, err = f.GetSheetDimension(sheet); err != nil {
				t.Fatal(err)
			}
		}
		n := pagesOf(t, f, sheet, area)
		all += n
		says = append(says, sheet+" "+strings.Repeat("|", n))
	}
	if all > mostPages {
		t.Errorf("%d pages, want at most %d:\n%s", all, mostPages, strings.Join(says, "\n"))
	}
}

// pagesOf is how many pages the area of a sheet takes, made as wide as the paper, its first row on each.
func pagesOf(t *testing.T, f *excelize.File, sheet, area string) int {
	t.Helper()
	_, last, _ := strings.Cut(strings.ReplaceAll(area, "$", ""), ":")
	columns, rows, err := excelize.CellNameToCoordinates(last)
	if err != nil {
		t.Fatal(err)
	}
	wide := 0.
	for i := range columns {
		name, _ := excelize.ColumnNumberToName(i + 1)
		width, err := f.GetColWidth(sheet, name)
		if err != nil {
			t.Fatal(err)
		}
		wide += width * 7 * 0.75 // characters of 7 pixels, in points
	}
	layout, err := f.GetPageLayout(sheet)
	if err != nil {
		t.Fatal(err)
	}
	margins, err := f.GetPageMargins(sheet)
	if err != nil {
		t.Fatal(err)
	}
	if *layout.FitToHeight == 1 {
		return 1
	}
	across, down := 8.5, 11.0
	if *layout.Orientation == "landscape" {
		across, down = down, across
	}
	scale := min(1, (across-*margins.Left-*margins.Right)*72/wide)
	room := (down - *margins.Top - *margins.Bottom) * 72 / scale
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

package xlsx

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Texts that recur stand once in the workbook, and every cell reads as it was written, whether its text was met among the rows
// that are looked at or not.
func TestSharedTexts(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for _, cell := range []string{"A1", "B1"} {
		if err := f.SetCellValue("Sheet1", cell, "head of "+cell); err != nil {
			t.Fatal(err)
		}
	}
	const recurs = " stays <with> its & blanks_x000D_ "
	texts := func(i int) [2]string {
		return [2]string{recurs + fmt.Sprint(i%2), fmt.Sprintf("row %d and no other", i)}
	}
	rows := Rows{Sheet: "Sheet1", Count: 1000, Columns: make([]Column, 2), Fill: func(i int, r *Row) {
		for _, text := range texts(i) {
			r.Text(text)
		}
	}}
	var book bytes.Buffer
	if err := Write(t.Context(), &book, f, []Rows{rows}); err != nil {
		t.Fatal(err)
	}
	read, err := excelize.OpenReader(&book)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cells, err := read.GetRows("Sheet1")
	if err != nil || len(cells) != rows.Count+1 {
		t.Fatalf("%d rows: %v", len(cells), err)
	}
	for i, row := range cells[1:] {
		if want := texts(i); [2]string(row) != want {
			t.Fatalf("row %d: %q, want %q", i+2, row, want)
		}
	}
	for part, want := range map[string]int{textsPart: 2, "xl/worksheets/sheet1.xml": 0} {
		data, _ := read.Pkg.Load(part)
		if text, _ := data.([]byte); len(text) == 0 || strings.Count(string(text), "stays") != want {
			t.Errorf("%s: texts that recur, want %d: %.300s", part, want, text)
		}
	}
}

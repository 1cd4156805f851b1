package parsers

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// kinds notes what became of each row.
type kinds struct{ list []string }

func (k *kinds) Line(l *claim.Line) { k.list = append(k.list, fmt.Sprintf("%d line", l.Pos.Row)) }
func (k *kinds) Unread(u claim.Unread) {
	k.list = append(k.list, fmt.Sprintf("%d %s: %s", u.Pos.Row, u.Kind, u.Reason))
}

// poisoned writes into all blank cells of a sheet's rows what would be noticed if they were looked at.
func poisoned(sheet *grid.Sheet) *grid.Sheet {
	return grid.NewSheet(func(ctx context.Context) iter.Seq2[*grid.Block, error] {
		return func(yield func(*grid.Block, error) bool) {
			for block, err := range sheet.Blocks(ctx) {
				rows := func(yield func(*grid.Row) bool) {
					for row := range block.Rows() {
						var own grid.Row
						own.Copy(row)
						for i := range own.Cells {
							if _, held := slices.BinarySearch(own.Held, i); !held && i > 7 {
								own.Cells[i], own.Kinds[i] = "Total", grid.NoValue
							}
						}
						if !yield(&own) {
							return
						}
					}
				}
				if !yield(grid.NewBlock(rows, 0), err) {
					return
				}
			}
		}
	})
}

// The cells of a workbook's row are looked at where there are any, and nowhere else: a row may go on to column
// XFD. Rows are read alike whatever stands in the others.
func TestBlankCellsAreNotLookedAt(t *testing.T) {
	cell := func(index int, text string) string {
		return fmt.Sprintf(`<Cell ss:Index="%d"><Data ss:Type="String">%s</Data></Cell>`, index, text)
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>`)
	for _, row := range [][]string{
		{"ClaimID", "PatientID", "DOB", "DOS", "CPT", "Charge", "Payer"},
		{"C1", "P1", "1950-01-01", "2025-03-10", "62323", "100", "AETNA"},
		{"", "", "", "", "64483", "", ""},
		{"C2", "P2", "1950-01-02", "2025-03-10", "62323", "100", "AETNA"},
		{"", "P2", "", "", "", "100", ""},
		{"", "", "", "", "", "", ""},
		{"C3", "P3", "1950-01-03", "2025-03-10", "62323", "100", "AETNA"},
		{"", "", "", "", "64483", "", ""},
		{"C4", "P4", "1950-01-04", "", "62323", "100", "AETNA"},
	} {
		b.WriteString("<Row>")
		for i, text := range row {
			if text != "" {
				b.WriteString(cell(i+1, text))
			}
		}
		if row[0] != "ClaimID" {
			b.WriteString(cell(16384, "x"))
		}
		b.WriteString("</Row>")
	}
	b.WriteString("</Table></Worksheet></Workbook>")
	k, err := known()
	if err != nil {
		t.Fatal(err)
	}
	told := func(change func(*grid.Sheet) *grid.Sheet) string {
		file, err := grid.FromReader("in", strings.NewReader(b.String()), grid.Options{})
		if err != nil {
			t.Fatal(err)
		}
		file.Sheets[0] = change(file.Sheets[0])
		ctx, cancel := context.WithCancel(t.Context())
		e := &Export{file: file, cancel: cancel}
		if err := e.tables(ctx, k, "-", Options{}); err != nil {
			t.Fatal(err)
		}
		sink := &kinds{}
		repairs, err := e.Read(ctx, 0, 1, func(int) Sink { return sink }, nil)
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(strings.Join(sink.list, "\n"), repairs, e.Tables[0].Source.Notes, e.Close())
	}
	want := told(func(s *grid.Sheet) *grid.Sheet { return s })
	if got := told(poisoned); got != want || !strings.Contains(want, "blank cells on the further lines of a claim") {
		t.Errorf("read as\n%s\nand with blank cells as\n%s", got, want)
	}
}

// Words in a row that goes on and on are no header, and a header of many names is compared with a row by name.
func TestWideRows(t *testing.T) {
	wide := grid.Row{Cells: make([]string, maxColumn), Kinds: make([]grid.Kind, maxColumn), Held: []int{0, 1, 2, maxColumn - 1}}
	for _, i := range wide.Held {
		wide.Cells[i] = "words"
	}
	if isWordy(&wide) {
		t.Error("four words and 16,380 blank cells are taken for a header")
	}
	if near := (grid.Row{Cells: []string{"words", "", "", "", "words"}}); !isWordy(&near) {
		t.Error("two words are no header")
	}
	if long := (grid.Row{Cells: slices.Repeat([]string{"words"}, maxColumn+1)}); isWordy(&long) {
		t.Error("a row with more cells than a sheet has columns is taken for a header")
	}
	header := headerRowOf([]string{"Patient ID", "", "DOS", "Mod", "Mod"})
	if !header.has(0, "patientid") || header.has(2, "mod") || header.has(9, "dos") || header.named != 4 || len(header.all) != 3 || header.all[""] {
		t.Errorf("%+v", header)
	}
}

// A file of nothing but headers is refused before each of them fills the memory.
func TestTooManySections(t *testing.T) {
	two := "PatientID,DOS,CPT\nP1,2025-03-10,62323\nPatientID,CPT,DOS\nP1,62323,2025-03-10\n"
	for n, want := range map[int]string{3: "", 4: "in: row 13 is one header more than the 6"} {
		e, err := Open("-", Options{Stdin: strings.NewReader(strings.Repeat(two, n))})
		if err != nil {
			t.Fatal(err)
		}
		e.mostSections, e.file.Name = 6, "in"
		_, err = e.Read(t.Context(), 0, 2, func(int) Sink { return &nowhere{} }, nil)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) || e.Close() != nil {
			t.Errorf("%d headers: error %v, want %q", 2*n, err, want)
		}
	}
}

package grid

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A row that goes on to column XFD costs no more than its cells: none of the blank cells before them is
// written for it, in any form. What each row leaves there is still there behind the next.
func TestBlankCellsCostNothing(t *testing.T) {
	office := `<Row><Cell><Data ss:Type="String">a</Data></Cell><Cell ss:Index="16384"><Data ss:Type="String">x</Data></Cell></Row>`
	page := `<tr><td>a</td>` + strings.Repeat(`<td colspan="1000"></td>`, 16) + `<td>x</td></tr>`
	sheet := &strings.Builder{}
	for i := range 50 {
		fmt.Fprintf(sheet, `<row r="%d"><c r="A%[1]d" t="str"><v>a</v></c><c r="XFD%[1]d" t="str"><v>x</v></c></row>`, i+1)
	}
	for name, data := range map[string][]byte{
		"xlsx": zipped(t, parts(sheet.String())),
		"xml":  []byte(officeRows(strings.Repeat(office, 50))),
		"html": []byte("<html><table>" + strings.Repeat(page, 50) + "</table></html>"),
	} {
		t.Run(name, func(t *testing.T) {
			f, err := FromReader("in", strings.NewReader(string(data)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows, written := 0, 0
			for block, err := range f.Sheets[0].Blocks(context.Background()) {
				if err != nil {
					t.Fatal(err)
				}
				for r := range block.Rows() {
					if fmt.Sprint(r.Held[0], len(r.Held)) != "0 2" || r.Cells[r.Held[1]] != "x" || len(r.Cells) < 16_000 {
						t.Fatalf("row %d holds %v of %d cells", r.Number, r.Held, len(r.Cells))
					}
					for i := range r.Cells {
						if rows > 0 && r.Cells[i] != "mark" {
							written++
						}
						r.Cells[i] = "mark"
					}
					rows++
				}
			}
			if rows != 50 || written != 2*(rows-1) || f.Close() != nil {
				t.Errorf("%d cells were written for %d rows of two", written, rows)
			}
		})
	}
}

// A copy in the room of a row before holds what that one did not, and nothing of it.
func TestCopies(t *testing.T) {
	wide := &Row{Number: 1, Cells: []string{"", "b", "", "d"}, Kinds: []Kind{0, Number, 0, Text}, Held: []int{1, 3}}
	narrow := &Row{Number: 2, Cells: []string{"a"}, Kinds: []Kind{Bool}, Held: []int{0}}
	var own Row
	for _, from := range []*Row{wide, narrow, wide, narrow} {
		own.Copy(from)
		if got, want := fmt.Sprintf("%+v", own), fmt.Sprintf("%+v", *from); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	own.Fill(2, "c", Number)
	own.Fill(1, "b", Text)
	if got := fmt.Sprintf("%q %v %v", own.Cells, own.Kinds, own.Held); got != `["a" "b" "c"] [2 0 1] [0 1 2]` || len(narrow.Cells) != 1 {
		t.Error(got)
	}
	var text Row
	text.Copy(&Row{Cells: []string{"a", ""}})
	if text.Fill(3, "d", Text); fmt.Sprintf("%q %v %v", text.Cells, text.Kinds, text.Held) != `["a" "" "" "d"] [] []` {
		t.Errorf("%+v", text)
	}
}

// reached is where the cells of a table stand, told cell by cell: by row, column and text.
func reached(rows [][][2]int) (places []string) {
	down := map[int]int{} // by column, the last row that a cell above reaches
	for y, row := range rows {
		x := 0
		for n, span := range row {
			for down[x] > y {
				x++
			}
			places = append(places, fmt.Sprintf("%d:%d %d.%d", y+1, x, y, n))
			for c := x; c < x+span[0] && span[1] > 1; c++ {
				down[c] = y + span[1]
			}
			x += span[0]
		}
	}
	return places
}

// Cells that reach over rows and columns push others aside as they do where each column is looked at.
func TestReaches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spans := rapid.SampledFrom([]int{1, 1, 1, 2, 3, 7})
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) [2]int {
			return [2]int{spans.Draw(t, "across"), spans.Draw(t, "down")}
		}), 1, 6), 1, 9).Draw(t, "rows")
		var b strings.Builder
		b.WriteString("<html><table>")
		for y, row := range rows {
			b.WriteString("<tr>")
			for n, span := range row {
				fmt.Fprintf(&b, `<td colspan=%d rowspan=%d>%d.%d`, span[0], span[1], y, n)
			}
		}
		b.WriteString("</table></html>")
		f, err := FromReader("in", strings.NewReader(b.String()), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for block, err := range f.Sheets[0].Blocks(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			for r := range block.Rows() {
				for i, cell := range r.Each() {
					got = append(got, fmt.Sprintf("%d:%d %s", r.Number, i, cell))
				}
			}
		}
		if want := reached(rows); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s\ngot  %v\nwant %v", b.String(), got, want)
		}
	})
}

// Cells of one row that reach down equally far are looked at as one below it, and not at all by a row in
// which none of them ends.
func TestReachesCostNothing(t *testing.T) {
	table := htmlTable{}
	for i := range 16 {
		table.fresh = append(table.fresh, reach{1000 * i, 1000 * (i + 1), 1 << 20})
	}
	table.endReaches()
	if fmt.Sprint(table.down) != fmt.Sprint([]reach{{0, 16000, 1 << 20}}) {
		t.Fatal(table.down)
	}
	before := &table.down[0]
	for table.row = range 1 << 20 {
		if table.endReaches(); &table.down[0] != before {
			t.Fatalf("looked at in row %d", table.row)
		}
	}
	if table.row++; table.row != 1<<20 {
		t.Fatal(table.row)
	}
	if table.endReaches(); len(table.down) != 0 {
		t.Error("they never end")
	}
}

package grid

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// printedRows reads a text, each row as testdata/fixed.txtar has it.
func printedRows(data []byte, o Options) (rows []string, format string, err error) {
	f, err := FromReader("in", strings.NewReader(string(data)), o)
	if err != nil {
		return nil, "", err
	}
	for block, fault := range f.Sheets[0].Blocks(context.Background()) {
		if fault != nil {
			return nil, f.Format, errors.Join(fault, f.Close())
		}
		for r := range block.Rows() {
			text := strings.Join(r.Cells, "|")
			if r.Err != nil {
				text = "?" + text
			}
			rows = append(rows, text)
		}
	}
	return rows, f.Format, f.Close()
}

// printedTexts are the files of testdata/fixed.txtar.
func printedTexts(t testing.TB) []txtar.File {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "fixed.txtar"))
	if err != nil || len(archive.Files)%2 != 0 {
		t.Fatal(len(archive.Files), err)
	}
	return archive.Files
}

// TestFixed reads text in columns of a fixed width where they can be told with certainty, and no other text
// so.
func TestFixed(t *testing.T) {
	files := printedTexts(t)
	for i := 0; i < len(files); i += 2 {
		in, want := files[i], files[i+1]
		name, kind := strings.TrimSuffix(in.Name, ".txt"), filepath.Ext(want.Name)
		t.Run(name, func(t *testing.T) {
			if want.Name != name+kind {
				t.Fatalf("%s stands behind %s", want.Name, in.Name)
			}
			rows, format, err := printedRows(in.Data, Options{})
			switch kind {
			case ".rows":
				if diff := cmp.Diff(strings.Split(strings.TrimSuffix(string(want.Data), "\n"), "\n"), rows); diff != "" || err != nil || format != "fixed" {
					t.Errorf("%s, error %v (-want +got):\n%s", format, err, diff)
				}
				sameForAllBlocks(t, in.Data, 7)
			case ".csv":
				if format != "csv" || err != nil {
					t.Errorf("%s, error %v; want delimited text", format, err)
				}
			case ".error":
				if says := strings.TrimSpace(string(want.Data)); err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("error %v, want %q; rows %q", err, says, rows)
				}
			default:
				t.Fatalf("what is %s?", want.Name)
			}
		})
	}
}

// TestFixedLaw prints tables of cells drawn at random in columns and reads the same cells, whole or not at
// all: a line may be unread, but no cell is another.
func TestFixedLaw(t *testing.T) {
	draw := rand.New(rand.NewPCG(14, 2))
	words := []string{"", "", "DOE", "JANE DOE", "DE LA CRUZ MARIA", "RT", "64493", "J3301", "2025-03-10", "3/4/2025", "1", "10", "1,200.00", "90.00", "É L", "M47.816", "L5-S1 LEFT"}
	read, unread := 0, 0
	for n := range 1000 {
		columns := 3 + draw.IntN(6)
		rows := [][]string{}
		for r := range 3 + draw.IntN(20) {
			row := make([]string, columns)
			for c := range row {
				switch {
				case r == 0:
					row[c] = []string{"ID", "DOS", "CPT CODE", "MODS", "DESCRIPTION", "CHG"}[draw.IntN(6)]
				case c == 0:
					row[c] = fmt.Sprintf("P%04d", draw.IntN(9999))
				case r == 1: // a column in which nothing stands is not told from its neighbour
					row[c] = words[2+draw.IntN(len(words)-2)]
				default:
					row[c] = words[draw.IntN(len(words))]
				}
			}
			rows = append(rows, row)
		}
		text := printColumns(draw, rows)
		got, format, err := printedRows([]byte(text), Options{})
		if err != nil || format != "fixed" {
			unread++
			continue
		}
		read++
		compareCells(t, n, text, rows, got)
	}
	if read < unread {
		t.Errorf("%d tables read and %d refused", read, unread)
	}
}

func compareCells(t *testing.T, n int, text string, rows [][]string, got []string) {
	t.Helper()
	kept := 0
	for r, row := range rows {
		if want := strings.Join(row, "|"); got[r] != want && !strings.HasPrefix(got[r], "?") {
			t.Fatalf("table %d: row %d is %q, want %q of\n%s", n, r+1, got[r], want, text)
		} else if got[r] == want {
			kept++
		}
	}
	if 3*kept < 2*len(rows) {
		t.Errorf("table %d: %d of %d rows read:\n%s", n, kept, len(rows), text)
	}
}

// printColumns prints rows with columns as wide as their cells, a blank or more apart, to the left or the
// right.
func printColumns(draw *rand.Rand, rows [][]string) string {
	var b strings.Builder
	widths, right := make([]int, len(rows[0])), make([]bool, len(rows[0]))
	for c := range widths {
		right[c] = c > 0 && draw.IntN(3) == 0
		for _, row := range rows {
			widths[c] = max(widths[c], len([]rune(row[c])))
		}
	}
	apart := strings.Repeat(" ", 1+draw.IntN(4))
	for _, row := range rows {
		var cells []string
		for c, cell := range row {
			pad := strings.Repeat(" ", widths[c]-len([]rune(cell)))
			if right[c] {
				cells = append(cells, pad+cell)
			} else {
				cells = append(cells, cell+pad)
			}
		}
		b.WriteString(strings.TrimRight(strings.Join(cells, apart), " ") + "\n")
	}
	return b.String()
}

package grid

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const benchRows = 100_000

// benchText is an ordinary export; quoted puts every cell in quotes.
func benchText(quoted bool) []byte {
	var b bytes.Buffer
	for i := range benchRows {
		row := fmt.Sprintf("C%07d,P%06d,19%02d-03-14,2025-%02d-%02d,%d,RT,,%d,%d.50,M54.16,M47.817,1234567893,1999999992,123456789,11,AETNA PPO,professional",
			i/2, i/5, i%90+10, i%12+1, i%28+1, 64400+i%200, i%3+1, 100+i%900)
		if quoted {
			row = `"` + strings.ReplaceAll(row, ",", `","`) + `"`
		}
		b.WriteString(row + "\n")
	}
	return b.Bytes()
}

func BenchmarkCSV(b *testing.B) {
	for _, quoted := range []bool{false, true} {
		b.Run(fmt.Sprintf("quoted=%t", quoted), func(b *testing.B) {
			text := benchText(quoted)
			b.SetBytes(int64(len(text)))
			benchRead(b, func() (*File, error) { return FromReader("-", bytes.NewReader(text), Options{}) })
		})
	}
}

func BenchmarkXLSX(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bench.xlsx")
	f := excelize.NewFile()
	sw, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(benchText(false)) {
		n++
		var cells []any
		for cell := range strings.SplitSeq(strings.TrimSpace(string(line)), ",") {
			cells = append(cells, cell)
		}
		cells[4], cells[7] = 64400+n%200, n%3+1
		if err := sw.SetRow(fmt.Sprintf("A%d", n), cells); err != nil {
			b.Fatal(err)
		}
	}
	if err := sw.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.SaveAs(path); err != nil {
		b.Fatal(err)
	}
	if info, err := os.Stat(path); err == nil {
		b.SetBytes(info.Size())
	}
	b.Run("ours", func(b *testing.B) {
		benchRead(b, func() (*File, error) { return Open(path, Options{}) })
	})
	b.Run("excelize", func(b *testing.B) {
		for b.Loop() {
			if n := benchExcelize(b, path); n != benchRows {
				b.Fatalf("%d rows", n)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
	})
}

// benchExcelize reads the same rows with the library, for comparison.
func benchExcelize(b *testing.B, path string) (n int) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	for ; rows.Next(); n++ {
		if _, err := rows.Columns(); err != nil {
			b.Fatal(err)
		}
	}
	return n
}

// benchRead walks every row and reports what one costs.
func benchRead(b *testing.B, open func() (*File, error)) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		f, err := open()
		if err != nil {
			b.Fatal(err)
		}
		rows := 0
		for block, err := range f.Sheets[0].Blocks(context.Background()) {
			if err != nil {
				b.Fatal(err)
			}
			for range block.Rows() {
				rows++
			}
		}
		if rows != benchRows {
			b.Fatalf("%d rows", rows)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	total := float64(b.N) * benchRows
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/total, "ns/row")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/total, "B/row")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/total, "allocs/row")
}

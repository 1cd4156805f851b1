package reports

import (
	"io"
	"testing"
)

func benchmark(b *testing.B, write format, n int) {
	r := large(n)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if err := write(b.Context(), io.Discard, newView(r, Options{})); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
}

func BenchmarkWorkbook100k(b *testing.B) { benchmark(b, writeWorkbook, 100_000) }
func BenchmarkJSON100k(b *testing.B)     { benchmark(b, writeJSON, 100_000) }
func BenchmarkCSV100k(b *testing.B)      { benchmark(b, writeCSV, 100_000) }

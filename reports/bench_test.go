package reports

import (
	"io"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// benchmark writes a report of n findings. Next to the time it tells how much memory writing takes
// at most above the report itself, as the system sees it.
func benchmark(b *testing.B, write format, n int) {
	r := large(n)
	b.ReportAllocs()
	before := held()
	stop := peak()
	b.ResetTimer()
	for b.Loop() {
		if err := write(b.Context(), io.Discard, newView(r, Options{})); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
	b.ReportMetric(float64(max(before, stop())-before)/(1<<20), "peak-MiB")
}

// held is the memory the process holds when all that nobody needs is given back.
func held() uint64 {
	debug.FreeOSMemory()
	return inUse()
}

func inUse() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// peak looks all the time how much memory is in use; stop tells the most there was.
func peak() (stop func() uint64) {
	end, most := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		highest := inUse()
		for {
			select {
			case <-tick.C:
				highest = max(highest, inUse())
			case <-end:
				most <- highest
				return
			}
		}
	}()
	return func() uint64 {
		close(end)
		return <-most
	}
}

func BenchmarkWorkbook100k(b *testing.B) { benchmark(b, writeWorkbook, 100_000) }
func BenchmarkJSON100k(b *testing.B)     { benchmark(b, writeJSON, 100_000) }
func BenchmarkCSV100k(b *testing.B)      { benchmark(b, writeCSV, 100_000) }

// Beyond a million the flagged lines go on over a second sheet.
func BenchmarkWorkbook1100k(b *testing.B) { benchmark(b, writeWorkbook, 1_100_000) }
func BenchmarkJSON1100k(b *testing.B)     { benchmark(b, writeJSON, 1_100_000) }
func BenchmarkCSV1100k(b *testing.B)      { benchmark(b, writeCSV, 1_100_000) }

package main

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

var (
	soakRuns  = flag.Int("soak", 3, "how often TestSoak audits the same input")
	soakInput = flag.String("soak-input", samples+"/faults.csv", "what TestSoak audits")
)

// TestSoak audits the same input into a workbook over and over in one process: memory, goroutines
// and open files must not grow. Run it long with -soak 200 -soak-input on a large export.
func TestSoak(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.xlsx")
	once := func() {
		t.Helper()
		if status, _, stderr := command(t, "audit", "-q", "--fail-on", "never", "-o", out, *soakInput); status != exitClean {
			t.Fatalf("exit status %d: %s", status, stderr)
		}
	}
	once()
	before := used(t)
	for range *soakRuns {
		once()
	}
	after := used(t)
	if after.heap > before.heap+8<<20 || after.goroutines > before.goroutines || after.files > before.files {
		t.Errorf("after %d runs %+v are in use, before %+v", *soakRuns, after, before)
	}
	t.Logf("before %+v, after %d runs %+v", before, *soakRuns, after)
}

type usage struct {
	heap              uint64
	goroutines, files int
}

func used(t *testing.T) usage {
	t.Helper()
	runtime.GC()
	runtime.GC() // what finalizers let go
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		files = nil // only Linux tells
	}
	return usage{m.HeapAlloc, runtime.NumGoroutine(), len(files)}
}

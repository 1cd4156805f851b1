package rules_test

import (
	"os"
	"runtime/debug"
	"testing"
)

// TestMain lets garbage lie until there is much of it: these tests judge some hundred thousand bodies of a few lines,
// and each makes anew the caches that an audit makes once.
func TestMain(m *testing.M) {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(512 << 20)
	os.Exit(m.Run())
}

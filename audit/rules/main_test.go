package rules_test

import (
	"runtime/debug"
	"testing"

	"claimaudit/audit/rules"
)

// TestMain lets garbage lie until there is much of it: these tests judge some hundred thousand bodies of a few lines,
// and each makes anew the caches that an audit makes once.
func TestMain(m *testing.M) {
	if !rules.Raced { // the race detector takes four times the memory
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(512 << 20)
	}
	m.Run()
}

//go:build race

package rules

// raced says that the race detector is on; it allocates on its own account.
const raced = true

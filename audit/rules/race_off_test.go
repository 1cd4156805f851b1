//go:build !race

package rules

// Raced says that the race detector is on.
const Raced = false

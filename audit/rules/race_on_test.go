//go:build race

package rules

// Raced says that the race detector is on; it allocates on its own account. Tests that ask the same of many
// encounters, one after the other, learn nothing from it.
const Raced = true

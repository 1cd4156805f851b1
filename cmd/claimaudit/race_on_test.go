//go:build race

package main

// raced says that the race detector is on; tests that build the program anew, or go the same ways again, learn
// nothing from it.
const raced = true

//go:build !windows && !darwin

package main

// doubleClicked tells whether a double click has started the program: elsewhere that gives it no window.
func doubleClicked() bool { return false }

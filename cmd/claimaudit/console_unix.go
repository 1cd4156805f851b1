//go:build !windows

package main

// ownConsole tells whether the window was opened for the program alone and closes with it: elsewhere than on
// Windows none does.
func ownConsole() bool { return false }

// openFile is for a window of its own alone.
func openFile(string) error { return nil }

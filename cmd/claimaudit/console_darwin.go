package main

import "os"

// doubleClicked tells whether a double click has started the program.
func doubleClicked() bool {
	folder, err := os.Getwd()
	home, err2 := os.UserHomeDir()
	return err == nil && err2 == nil && isTerminal(os.Stderr) && byFinder(os.Args[0], folder, home)
}

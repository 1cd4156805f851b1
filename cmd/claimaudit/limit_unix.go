//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// limitIsError has a file that must not grow further fail in the writing, as on a full disk, instead of ending the
// program with half an output.
func limitIsError() { signal.Ignore(syscall.SIGXFSZ) }

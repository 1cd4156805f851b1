//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package draft

import (
	"errors"
	"os"
	"syscall"
)

// marks tells whether a file can bear a sign that a process is at it, which ends with the process.
const marks = true

// mark marks the file, for one process alone or for several; an error where another has marked it.
func mark(f *os.File, alone bool) error {
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	return syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
}

// isHeld tells whether mark failed because another process is at the file.
func isHeld(err error) bool { return errors.Is(err, syscall.EWOULDBLOCK) }

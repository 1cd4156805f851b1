package main

import (
	"os/exec"
	"syscall"
	"unsafe"
)

// ownConsole tells whether the window was opened for the program alone, as by a double click, and closes
// with it.
func ownConsole() bool {
	var processes [2]uint32
	list := syscall.NewLazyDLL("kernel32.dll").NewProc("GetConsoleProcessList")
	n, _, _ := list.Call(uintptr(unsafe.Pointer(&processes[0])), uintptr(len(processes)))
	return n == 1
}

// doubleClicked tells whether a double click has started the program.
func doubleClicked() bool { return ownConsole() }

// openFile opens a file with the program that the system has for it.
func openFile(path string) error {
	return exec.Command("rundll32", "url.dll,FileProtocolHandler", path).Start()
}

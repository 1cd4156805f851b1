package main

import (
	"runtime"
	"runtime/debug"
)

// collectLate lets the memory grow to some 48 MB before what nobody needs is looked for the first time. Nearly all that
// is made while the program begins stays; looking through it a dozen times took a third of the beginning.
func collectLate() {
	const late = 1200 // percent of the 4 MB that are always left alone
	usual := debug.SetGCPercent(late)
	runtime.AddCleanup(new([64]byte), func(usual int) { debug.SetGCPercent(usual) }, usual)
}

// Command claimaudit audits billing exports and writes what it finds to a workbook.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	limitIsError()
	collectLate()
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once, wherever it waits
	io := &streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}
	if os.Getenv("GOMEMLIMIT") == "" { // which says it already
		io.limit = debug.SetMemoryLimit
	}
	status := execute(ctx, os.Args[1:], io)
	stop()
	os.Exit(status)
}

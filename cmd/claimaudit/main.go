// Command claimaudit audits billing exports and writes what it finds to a workbook.
package main

import (
	"context"
	"os"
	"os/signal"
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
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

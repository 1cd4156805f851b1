// Command claimaudit audits billing exports and writes what it finds to a workbook.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
)

func main() {
	limitIsError()
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once, wherever it waits
	io, room := &streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}, newRoom()
	if os.Getenv("GOMEMLIMIT") != "" { // which says already what to keep to
		room.give()
	} else {
		io.limit = func(bytes int64) int64 {
			room.give()
			return debug.SetMemoryLimit(bytes)
		}
	}
	status := execute(ctx, os.Args[1:], io)
	runtime.KeepAlive(room)
	stop()
	os.Exit(status)
}

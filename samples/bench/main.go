// Command bench measures claimaudit beside what else would do its job: the same checks in SQL on
// DuckDB, and in Python on polars, and on pandas with a workbook by xlsxwriter. All audit the same
// generated export, one after the other in turns, and must flag the same lines.
//
// DuckDB comes from npm and polars from PyPI into the cache folder, pandas from Debian (python3-pandas,
// python3-xlsxwriter); a peer that is not there is left out, and said so.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// bench is one measurement: what it was asked for, and where its files are.
type bench struct {
	lines, seed, runs, big int
	agreeOnly              bool
	folder                 string // for the data, the tables, the outputs and the peers
	log                    io.Writer
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	b := &bench{log: stderr}
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&b.lines, "lines", 1000000, "claim lines to audit")
	flags.IntVar(&b.seed, "seed", 42, "seed of the generated export")
	flags.IntVar(&b.runs, "runs", 5, "how often each program runs, in turns")
	flags.IntVar(&b.big, "big", 0, "also audit an export of so many lines, freely and under --memory 512MiB, and a dense one under 256MiB")
	flags.StringVar(&b.folder, "folder", filepath.Join(cache, "claimaudit", "bench"), "where data and peers are kept")
	flags.BoolVar(&b.agreeOnly, "agree", false, "compare the flagged lines only, and time nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := b.prepare(ctx); err != nil {
		return err
	}
	peers := b.peers(ctx)
	if !b.agreeOnly {
		results, err := b.measure(ctx, b.contenders(peers))
		if err != nil {
			return err
		}
		if err := errors.Join(printResults(stdout, results), printGoals(stdout, results)); err != nil {
			return err
		}
	}
	return b.agree(ctx, peers, stdout)
}

// Command mutants changes the program in one place at a time, as a slip would, and makes sure that a
// test notices. Each row of mutants.csv is one change: the text to find, which stands once in its
// file, what to put for it, and the tests that must fail then. The files themselves stay as they are.
//
// A row that no longer applies, or that does not compile, is an error: the list cannot rot.
package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strings"
	"time"

	"claimaudit/audit/table"
)

// floor is the share of mutants, in percent, that tests must notice.
const floor = 95

//go:embed mutants.csv
var data embed.FS

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "mutants:", err)
		}
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	root := flags.String("root", ".", "folder of the repository")
	in := flags.String("in", "", "only the mutants of files whose path has this in it")
	every := flags.Int("every", 1, "only every n-th mutant")
	commit := flags.String("commit", "", "commit that tells which of n to begin with, so that runs differ")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *every < 1 {
		return fmt.Errorf("-every %d: want 1 or more", *every)
	}
	rows, err := table.Rows[mutant](data, "mutants.csv")
	if err != nil {
		return err
	}
	if err := applyAll(*root, rows); err != nil {
		return err
	}
	began := time.Now()
	first := offset(*every, *commit)
	some := sample(named(rows, *in), *every, first)
	fmt.Fprintf(out, "%d of %d mutants: one in %d, from number %d\n", len(some), len(rows), *every, first+1)
	count, err := try(*root, some, out)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d killed, %d survived, in %s\n", count.killed, count.survived, time.Since(began).Round(time.Second))
	return count.judge()
}

// named are the mutants of files whose path has a text in it.
func named(rows []mutant, text string) (list []mutant) {
	for _, m := range rows {
		if strings.Contains(m.File, text) {
			list = append(list, m)
		}
	}
	return list
}

// offset is the place among the first n at which a commit's sample begins.
func offset(every int, commit string) int {
	sum := fnv.New32a()
	fmt.Fprint(sum, commit)
	return int(sum.Sum32() % uint32(every))
}

// sample is every n-th mutant.
func sample(rows []mutant, every, first int) (list []mutant) {
	for i := first; i < len(rows); i += every {
		list = append(list, rows[i])
	}
	return list
}

// tally counts what became of mutants.
type tally struct{ killed, survived int }

var errNone = errors.New("no mutant was tried")

// judge fails below the floor.
func (t tally) judge() error {
	all := t.killed + t.survived
	if all == 0 {
		return errNone
	}
	if 100*t.killed < floor*all {
		return fmt.Errorf("%d of %d mutants were noticed, less than %d %%", t.killed, all, floor)
	}
	return nil
}

// Command generate writes exports of a pain practice that never was, clean or with planted faults, and
// the samples of this repository: see package books, which does it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"claimaudit/samples/books"
)

func main() {
	if err := books.Command(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "generate:", err)
		}
		os.Exit(2)
	}
}

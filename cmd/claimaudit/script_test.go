package main

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

// TestMain is claimaudit where it is called so. In the tests' own process garbage lies longer: most of it is what some
// thousand audits make anew to begin with.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "claimaudit" && !raced { // which takes much memory itself
		debug.SetGCPercent(300)
	}
	testscript.Main(m, map[string]func(){
		"claimaudit": func() {
			limitIsError()
			os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// run is the program on these streams.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	return execute(ctx, args, &streams{in: in, out: out, err: errOut})
}

// TestCommand drives the command as a stranger would: each script in testdata/script is a story
// with the exit status and the messages it must end in.
func TestCommand(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			samples, err := os.Getwd()
			if err != nil {
				return err
			}
			env.Setenv("SAMPLES", samples+"/../../samples")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"status":  exitStatus,
			"jsonhas": jsonHas,
			"cells":   cells,
			"types":   typesInto,
			"reviews": reviews,
		},
	})
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"claimaudit/reports"
)

// The exit statuses. They are a contract: scripts branch on them.
const (
	exitClean       = 0   // audited, nothing at or above --fail-on
	exitFindings    = 1   // audited, findings at or above --fail-on
	exitFailed      = 2   // could not audit, and nothing was written; or could not say so on standard output
	exitIncomplete  = 3   // audited, but some rows could not be read
	exitInterrupted = 130 // stopped by a signal; nothing was written
)

// version is stamped by the build of a release.
var version = "dev"

type cli struct {
	Audit    auditCmd    `cmd:"" help:"Audit exports and write what is wrong with each flagged line."`
	Review   reviewCmd   `cmd:"" help:"Read back what reviewers wrote into workbooks."`
	Sample   sampleCmd   `cmd:"" help:"Draw a sample of claims to review by hand, that anybody can draw again."`
	Estimate estimateCmd `cmd:"" help:"Tell what a reviewed sample says of all claims: error rate, amount, and how sure both are."`
	Requests requestsCmd `cmd:"" help:"Write which records to pull for a sample, by provider and day."`
	Columns  columnsCmd  `cmd:"" help:"Show how a file's columns and rows are understood; audits nothing."`
	Explain  explainCmd  `cmd:"" help:"Explain a rule, a code, or what two codes do to each other."`
	Rules    rulesCmd    `cmd:"" help:"List every rule: id, severity, title, source."`
	Notes    notesCmd    `cmd:"" help:"Write a file to fill in with the practice's own rules, or check such a file."`
	Key      keyCmd      `cmd:"" help:"Make the key that --deidentify replaces ids with."`
	Tables   tablesCmd   `cmd:"" help:"Tell what CMS table files are, and what changed between two releases."`
	Config   configCmd   `cmd:"" help:"Show every setting in force here, and who set it; audits nothing."`
	Serve    serveCmd    `cmd:"" help:"Serve a page on this machine alone: drop exports, see what was found, decide, download."`
	Lines    linesCmd    `cmd:"" help:"First step of an audit on many machines: read exports, and write their lines by patient."`
	Judge    judgeCmd    `cmd:"" help:"Second step: judge lines of whole patients, from standard input to standard output."`
	Merge    mergeCmd    `cmd:"" help:"Third step: make sure that all lines were judged, once, and write the outputs."`

	Completion completionCmd `cmd:"" help:"Print the script by which a shell completes what is typed."`
	Man        manCmd        `cmd:"" help:"Print the manual page, for man."`

	Version kong.VersionFlag `help:"Print the version and exit."`
}

// streams are the program's inputs and outputs, so that tests can stand in for them.
type streams struct {
	in       io.Reader
	out, err io.Writer
	done     <-chan struct{} // closed by a signal: nobody waits for input any longer
	placed   []string        // the outputs that have their places
	dropped  bool            // exports were named without a command
	page     bool            // a double click has started the page
	// limit has the run time keep to so much memory where it can; nil leaves it as it is.
	limit func(int64) int64
}

// status is an exit status other than 0 that is no failure to report.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// heard is a stream to write to that remembers the first error: what nobody could read was not said.
type heard struct {
	w   io.Writer
	err error
}

func (h *heard) Write(p []byte) (int, error) {
	n, err := h.w.Write(p)
	if h.err == nil {
		h.err = err
	}
	return n, err
}

// execute is the whole program: it reads the arguments, does the command and returns the exit status.
func execute(ctx context.Context, args []string, io *streams) int {
	said := &heard{w: io.out}
	io.out, io.done = said, ctx.Done()
	code := perform(ctx, args, io)
	if !io.page || code == exitFailed { // a page that was left leaves nothing to read
		farewell(io)
	}
	switch {
	case said.err == nil, code == exitFailed, code == exitInterrupted:
		return code
	}
	return fail(io.err, unsaid(said.err, io.placed))
}

// unsaid is the error of a standard output that cannot be written.
func unsaid(err error, placed []string) error {
	if len(placed) == 0 {
		return fmt.Errorf("standard output cannot be written: %w", err)
	}
	return fmt.Errorf("standard output cannot be written: %w; these outputs are whole and in place: %s", err, strings.Join(placed, ", "))
}

// perform does the command that the arguments name.
func perform(ctx context.Context, args []string, io *streams) int {
	exited, exitCode := false, exitClean
	conf := &configuration{done: io.done, limit: io.limit}
	parser, err := newParser(
		kong.Writers(io.out, io.err),
		kong.Exit(func(code int) { exited, exitCode = true, code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(io, conf),
	)
	if err != nil {
		return fail(io.err, err)
	}
	if len(args) == 0 && doubleClicked() {
		fmt.Fprintln(io.err, "The page opens in your browser. It ends when this window is closed.")
		args, io.page = []string{"serve"}, true
	}
	if len(args) == 0 {
		fmt.Fprint(io.err, shortHelp())
		return exitFailed
	}
	if args[0] == completeCommand {
		complete(io.out, parser.Model, args[1:])
		return exitClean
	}
	args, io.dropped = words(args, commandsOf(parser.Model))
	parsed, err := parser.Parse(args)
	switch {
	case exited: // --help or --version has been printed
		return exitCode
	case conf.err != nil:
		return statusOf(ctx, nextSteps(conf.err, nil), io.err)
	case err != nil:
		return fail(io.err, misused(err, parser.Model, args))
	}
	return statusOf(ctx, nextSteps(parsed.Run(), siblings(parsed.Selected())), io.err)
}

// siblings are the commands that stand beside one of several.
func siblings(command *kong.Node) (names []string) {
	if command != nil && command.Parent != nil && command.Parent.Type != kong.ApplicationNode {
		for _, child := range command.Parent.Children {
			names = append(names, child.Name)
		}
	}
	return names
}

func commandsOf(model *kong.Application) (names []string) {
	for _, command := range model.Children {
		names = append(names, command.Name)
	}
	return names
}

// newParser knows the commands and their flags.
func newParser(options ...kong.Option) (*kong.Kong, error) { return parserInto(&cli{}, options...) }

// parserInto is one whose settings are those of the commands given.
func parserInto(commands *cli, options ...kong.Option) (*kong.Kong, error) {
	return kong.New(commands, append(options,
		kong.Name("claimaudit"),
		kong.Description("Audits billing exports of interventional pain management."),
		kong.Vars{"version": version, "endings": reports.Endings(), "standards": strings.Join(reports.StandardForms(), ", ")},
		kong.Help(helpPrinter),
		kong.NamedMapper(fileOnly, kong.MapperFunc(fileMapper)),
	)...)
}

// statusOf turns a command's outcome into the exit status, and says what went wrong.
func statusOf(ctx context.Context, err error, errOut io.Writer) int {
	var s status
	switch {
	case err == nil: // also when a signal came after the outputs had their places
		return exitClean
	case errors.As(err, &s):
		return int(s)
	case ctx.Err() != nil:
		fmt.Fprintln(errOut, "claimaudit: interrupted; nothing was written")
		return exitInterrupted
	}
	return fail(errOut, err)
}

// fail prints each of the joined errors on a line of its own.
func fail(errOut io.Writer, err error) int {
	for _, e := range flatten(err) {
		fmt.Fprintf(errOut, "claimaudit: %v\n", e)
	}
	return exitFailed
}

func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// exits are the exit statuses in words, as help and manual tell them.
var exits = []struct {
	status int
	means  string
}{
	{exitClean, "done; an audit found nothing at or above --fail-on"},
	{exitFindings, "findings at or above --fail-on; of review, rows that could not be placed"},
	{exitFailed, "could not be done; nothing is written"},
	{exitIncomplete, "done, but some rows could not be read"},
	{exitInterrupted, "stopped by a signal; nothing is written"},
}

// example is a line to type, and what it does.
type example struct{ command, line, does string }

// examples are those of each command, by its path; the blank one is the program's. Each is understood as it
// stands (TestExamples).
var examples = []example{
	{"", "claimaudit export.xlsx", "audit an export (CSV, XLSX, 837P); the workbook stands beside it"},
	{"", "claimaudit audit exports -o tonight.xlsx -o tonight.json", "a folder, to a workbook and for programs"},
	{"", "claimaudit columns export.xlsx", "how the columns are understood"},
	{"", "claimaudit explain 64493", "a code, a rule, or two codes"},
	{"audit", "claimaudit audit export.xlsx", "audit one export into claim-audit.xlsx"},
	{"audit", "claimaudit audit exports/tonight -q --history claimaudit.history -o 'reports/{date}.xlsx'", "every night"},
	{"audit", "claimaudit audit export.xlsx --map 'CPT=Proc Code' --date-order mdy", "say what the header does not"},
	{"audit", "claimaudit audit export.xlsx --rule 'sedation-*' --rule pair-edits -o - --format json", "some rules, to another program"},
	{"audit", "claimaudit audit export.xlsx --skip-rule timely-filing --fail-on never", "without a rule; exit 0 whatever is found"},
	{"review", "claimaudit review reports/2025-06-30.xlsx --history claimaudit.history", "keep what reviewers decided"},
	{"sample", "claimaudit sample export.xlsx --size 60 --seed 42 -o sample.xlsx", "sixty claims that anybody can draw again"},
	{"sample", "claimaudit sample export.xlsx --probe reviewed.xlsx --precision 25", "as many as a reviewed probe asks for"},
	{"estimate", "claimaudit estimate sample.xlsx -o estimate.xlsx", "error rate and amount of all claims"},
	{"requests", "claimaudit requests sample.xlsx", "what to pull, as CSV and to print"},
	{"columns", "claimaudit columns export.xlsx", "see what each column was taken for"},
	{"columns", "claimaudit columns export.xlsx --map 'CPT=Proc Code' --save claimaudit.yaml", "keep it for every audit here"},
	{"explain", "claimaudit explain deleted-code", "a rule"},
	{"explain", "claimaudit explain 64493 77003", "what two codes do to each other"},
	{"explain", "claimaudit explain 62311 --date 2016-05-02", "a code on a day"},
	{"rules", "claimaudit rules", "all of them, a line each"},
	{"rules", "claimaudit rules --rule 'sedation-*'", "which ones a choice leaves on"},
	{"notes", "claimaudit notes --template practice-notes.xlsx", "a workbook to fill in"},
	{"notes", "claimaudit notes --notes practice-notes.xlsx", "is it right, and what was understood?"},
	{"key", "claimaudit key claimaudit.key", "make a key, readable by its owner only"},
	{"tables", "claimaudit tables", "what is built in, and how old it is"},
	{"tables show", "claimaudit tables cms/2026Q4", "what files of CMS are"},
	{"tables diff", "claimaudit tables diff cms/2026Q3 cms/2026Q4", "what a new quarter changes"},
	{"lines", "claimaudit lines exports -o night", "the lines of a folder of exports, for an engine"},
	{"lines", "claimaudit lines exports -o night --parts 16", "in sixteen files, for machines without one"},
	{"judge", "claimaudit judge --run night/run > part-00000.out", "the lines of a part, on standard input"},
	{"merge", "claimaudit merge night part-*.out -o night.xlsx", "all parts, to a workbook"},
	{"serve", "claimaudit serve", "the page, in your browser; nothing is kept when it is closed"},
	{"serve", "claimaudit serve --no-open --port 8123 --history claimaudit.history", "print the link only; keep what is decided"},
	{"config", "claimaudit config", "every setting that is in force here, and who set it"},
	{"config", "claimaudit config --config night.yaml", "of another file; exit 2 where it is wrong"},
	{"completion", "claimaudit completion bash > /etc/bash_completion.d/claimaudit", "for bash"},
	{"completion", "claimaudit completion zsh > ~/.zsh/_claimaudit", "for zsh: a folder that fpath has"},
	{"completion", "claimaudit completion fish > ~/.config/fish/completions/claimaudit.fish", "for fish"},
	{"completion", "claimaudit completion powershell >> $PROFILE", "for PowerShell"},
	{"man", "claimaudit man > /usr/local/share/man/man1/claimaudit.1", "then: man claimaudit"},
}

// examplesOf are those of a command.
func examplesOf(command string) (list []example) {
	for _, e := range examples {
		if e.command == command {
			list = append(list, e)
		}
	}
	return list
}

// pathOf is a command as it is typed, without the program's name; blank for the program.
func pathOf(n *kong.Node) string {
	if n == nil || n.Type == kong.ApplicationNode {
		return ""
	}
	if n.Parent == nil || n.Parent.Type == kong.ApplicationNode {
		return n.Name
	}
	return pathOf(n.Parent) + " " + n.Name
}

// helpPrinter prints help as kong does, and below it examples and exit statuses.
func helpPrinter(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	list := examplesOf(pathOf(ctx.Selected()))
	if len(list) > 0 {
		fmt.Fprint(ctx.Stdout, "\nExamples:\n")
		printExamples(ctx.Stdout, list)
	}
	fmt.Fprint(ctx.Stdout, "\nExit statuses:\n")
	w := tabwriter.NewWriter(ctx.Stdout, 0, 0, 2, ' ', 0)
	for _, e := range exits {
		fmt.Fprintf(w, "  %d\t%s\n", e.status, e.means)
	}
	return w.Flush()
}

func printExamples(out io.Writer, list []example) {
	for _, e := range list {
		fmt.Fprintf(out, "  # %s\n  %s\n", e.does, e.line)
	}
}

// shortHelp is for who started the program to see what it does.
func shortHelp() string {
	var b strings.Builder
	b.WriteString("claimaudit audits billing exports and writes a workbook of what is wrong with each flagged line.\n\n")
	printExamples(&b, examplesOf(""))
	b.WriteString("\nclaimaudit --help lists all commands, claimaudit audit --help all settings.\n")
	return b.String()
}

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// words of a line as a shell parts it, up to where it sends the output elsewhere.
func shellWords(line string) (args []string) {
	line, _, _ = strings.Cut(line, " >")
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	return args
}

// TestExamples: every command has examples, and every example is understood as the command it stands under.
func TestExamples(t *testing.T) {
	parser, err := newParser(kong.Bind(&configuration{}, &streams{}), kong.BindTo(t.Context(), (*context.Context)(nil)), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range append(parser.Model.Leaves(false), parser.Model.Node) {
		if len(examplesOf(pathOf(n))) == 0 {
			t.Errorf("%q has no example", pathOf(n))
		}
	}
	t.Chdir(t.TempDir())
	for _, name := range []string{"export.xlsx", "night.yaml"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range examples {
		args, _ := words(shellWords(e.line)[1:], commandsOf(parser.Model))
		parsed, err := parser.Parse(args)
		if err != nil {
			t.Errorf("%s: %v", e.line, err)
		} else if path := pathOf(parsed.Selected()); e.command != "" && path != e.command && path != e.command+" show" {
			t.Errorf("%s is of %q, and stands under %q", e.line, path, e.command)
		}
	}
}

// TestHelpTellsAll: help tells examples and exit statuses of every command, and the manual every command, flag,
// setting and exit status.
func TestHelpTellsAll(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	page := strings.ReplaceAll(manual(parser.Model), `\-`, "-")
	for _, n := range parser.Model.Leaves(true) {
		status, text, _ := command(t, append(strings.Fields(pathOf(n)), "--help")...)
		for _, want := range []string{"Examples:", examplesOf(pathOf(n))[0].line, "Exit statuses:", "130"} {
			if !strings.Contains(text, want) || status != exitClean {
				t.Errorf("the help of %s says nothing of %s", pathOf(n), want)
			}
		}
		wanted := []string{n.Help}
		for _, f := range n.Flags {
			if !f.Hidden && f.Name != "help" && f.Name != "version" {
				wanted = append(wanted, "--"+f.Name, f.Help)
			}
		}
		for _, want := range wanted {
			if !strings.Contains(page, want) {
				t.Errorf("the manual does not say %q of %s", want, pathOf(n))
			}
		}
	}
	for _, e := range exits {
		if !strings.Contains(page, e.means) {
			t.Errorf("the manual does not tell of exit status %d", e.status)
		}
	}
}

// TestManualIsRoff: what reads manual pages has no complaint about ours.
func TestManualIsRoff(t *testing.T) {
	parser, err := newParser()
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, "claimaudit.1", []byte(manual(parser.Model)))
	for _, lint := range [][]string{{"mandoc", "-Tlint", "-Wwarning", path}, {"groff", "-ww", "-man", "-Tascii", path}} {
		if _, err := exec.LookPath(lint[0]); err != nil {
			continue
		}
		c := exec.CommandContext(t.Context(), lint[0], lint[1:]...)
		var complaints strings.Builder
		if c.Stderr = &complaints; lint[0] == "mandoc" {
			c.Stdout = &complaints
		}
		err := c.Run()
		for line := range strings.Lines(complaints.String()) {
			if !strings.Contains(line, "missing date") { // two builds are the same bytes
				t.Errorf("%s (%v): %s", lint[0], err, line)
			}
		}
	}
}

// TestComplete: what a shell is told may follow.
func TestComplete(t *testing.T) {
	for _, test := range []struct{ typed, want, not string }{
		{"claimaudit |", "audit columns completion", "__complete"},
		{"claimaudit ex|", "explain", "audit"},
		{"claimaudit audit a.csv --fail|", "--fail-on", "--format"},
		{"claimaudit audit --fail-on |", "error warning review never", ""},
		{"claimaudit audit --fail-on=w|", "--fail-on=warning", "--fail-on=error"},
		{"claimaudit audit --fail-on = w|", "--fail-on=warning", "--fail-on=error"},
		{"claimaudit audit --fail-on =|", "--fail-on=error", "--fail-on"},
		{"claimaudit audit -o - --format |", "text json csv", ""},
		{"claimaudit audit --rule pair|", "pair-edits", "deleted-code"},
		{"claimaudit audit --skip-rule deleted|", "deleted-code", "pair-edits"},
		{"claimaudit audit -q --rule sedation-age |", "", "sedation-age"},
		{"claimaudit audit -o |", "", "text"},
		{"claimaudit audit --payers|", "", "--payers"},
		{"claimaudit explain dele|", "deleted-code", ""},
		{"claimaudit explain deleted-code |", "", "deleted-code"},
		{"claimaudit tables |", "show diff", ""},
		{"claimaudit tables diff |", "", "show"},
		{"claimaudit tables --al|", "--all", ""},
		{"claimaudit rules --format |", "text json markdown", ""},
		{"claimaudit completion |", "bash zsh fish powershell", ""},
		{"claimaudit nonsense --nonsense |", "", "-"},
	} {
		args := strings.Split(strings.TrimSuffix(test.typed, "|"), " ")[1:]
		current := args[len(args)-1]
		_, text, _ := command(t, append([]string{completeCommand, ":" + current}, args[:len(args)-1]...)...)
		var got []string
		for line := range strings.Lines(text) {
			name, _, _ := strings.Cut(line, "\t")
			got = append(got, name)
		}
		for _, want := range strings.Fields(test.want) {
			if !slices.Contains(got, want) {
				t.Errorf("%s is not told %s: %v", test.typed, want, got)
			}
		}
		if test.want == "" && test.not != "" && slices.Contains(got, test.not) || test.want != "" && slices.Contains(got, test.not) {
			t.Errorf("%s is told %s", test.typed, test.not)
		}
	}
}

// TestShells: the script of every shell that is here is one, and bash and fish, which can be asked, complete by it.
func TestShells(t *testing.T) {
	bin := t.TempDir()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		_, script, _ := command(t, "completion", shell)
		path := write(t, "claimaudit."+shell, []byte(script))
		if _, err := exec.LookPath(shell); err != nil {
			t.Logf("no %s here: its script is not tried", shell)
			continue
		}
		if out, err := exec.CommandContext(t.Context(), shell, "-n", path).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v: %s", shell, err, out)
		}
	}
	if _, err := exec.LookPath("bash"); err != nil {
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The test's own program is claimaudit where it is called so; see TestMain.
	if err := os.Symlink(self, filepath.Join(bin, "claimaudit")); err != nil {
		t.Skip("no link can be made here:", err)
	}
	_, script, _ := command(t, "completion", "bash")
	ask := `PATH=%s:$PATH; COMP_WORDS=(claimaudit audit --fail-on = w); COMP_CWORD=4; _claimaudit; echo "${COMPREPLY[*]}"
COMP_WORDS=(claimaudit tables ""); COMP_CWORD=2; _claimaudit; echo "${COMPREPLY[*]}"`
	c := exec.CommandContext(t.Context(), "bash", "--norc", "-c", script+fmt.Sprintf(ask, bin))
	out, err := c.CombinedOutput()
	if err != nil || string(out) != "warning\nshow diff\n" {
		t.Errorf("bash completes %q (%v)", out, err)
	}
	if _, err := exec.LookPath("fish"); err != nil {
		return
	}
	_, script, _ = command(t, "completion", "fish")
	ask = `; set -gx PATH %s $PATH; complete -C "claimaudit audit --fail-on=w"; complete -C "claimaudit completion p"`
	c = exec.CommandContext(t.Context(), "fish", "--no-config", "-c", script+fmt.Sprintf(ask, bin))
	if out, err := c.CombinedOutput(); err != nil || string(out) != "--fail-on=warning\npowershell\n" {
		t.Errorf("fish completes %q (%v)", out, err)
	}
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// likeFormulas is an export whose cells a spreadsheet would calculate, and numbers that it must: payments taken back.
const likeFormulas = `ClaimID,PatientID,DOB,DOS,CPT,Mod1,Units,Charge,Dx1,RenderingNPI,BillingNPI,BillingTIN,POS,Payer,AuthNumber,State,Narrative,Allowed,Paid
@C1,=cmd|' /C calc'!A0,1950-03-07,2025-03-10,62311,,1,250.00,M54.16,+1+2,-1+2,@TIN,11,=SUM(A1),+AUTH,=X,"	=1+1",-5.00,-5.00
@C1,=cmd|' /C calc'!A0,1950-03-07,2025-03-10,=1+1,,=1+2,5.00,M54.16,+1+2,-1+2,@TIN,11,-1+3,-AUTH,@X,@SUM(A1),,
@C2,+P2,=1950,2025-03-10,77003,=R,=9,=8,=M17,+1+2,-1+2,@TIN,=11,"=1+1",=AUTH,+X,-2+3,,
`

// TestNoFormulaInCSV holds that nothing of an export, not even its name, becomes a formula in the
// CSV report or in the corrected lines.
func TestNoFormulaInCSV(t *testing.T) {
	t.Chdir(t.TempDir())
	text := strings.NewReplacer(`\t`, "\t", `\r`, "\r").Replace(likeFormulas)
	if err := os.WriteFile("=1+2.csv", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	corrected := filepath.Join("out", "corrected.csv")
	if err := os.Mkdir("out", 0o700); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := command(t, "audit", "=1+2.csv", "--as-of", "2025-06-30", "-o", "out/out.csv", "--corrected", corrected); status != exitFindings {
		t.Fatalf("exit status %d: %s", status, stderr)
	}
	quoted, numbers := 0, 0
	for _, path := range []string{"out/out.csv", corrected} {
		for _, row := range records(t, path) {
			for _, cell := range row {
				switch {
				case cell == "-5.00":
					numbers++
				case strings.HasPrefix(cell, "'"):
					quoted++
				case cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r"):
					t.Errorf("%s: a formula: %q", path, cell)
				}
			}
		}
	}
	if quoted < 40 || numbers < 2 {
		t.Errorf("%d cells quoted and %d numbers", quoted, numbers)
	}
}

// TestConfigurationCapped holds that a configuration made to fill the memory is refused before it does.
func TestConfigurationCapped(t *testing.T) {
	nested := &strings.Builder{}
	nested.WriteString("a0: &a0 [x, x, x]\n")
	for i := range 12 {
		fmt.Fprintf(nested, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i)
	}
	for name, c := range map[string]struct{ text, want string }{
		"brackets":    {"payers: " + strings.Repeat("[", 20_000), "nested more than"},
		"braces":      {"payers: " + strings.Repeat("{a: ", 20_000), "nested more than"},
		"dashes":      {"payers:\n  " + strings.Repeat("- ", 20_000) + "x\n", "nested more than"},
		"keys":        {"payers:\n  " + strings.Repeat("? ", 20_000) + "x\n", "nested more than"},
		"colons":      {strings.Repeat("a: ", 20_000) + "x\n", "nested more than"},
		"aliases":     {nested.String(), "aliases within anchors"},
		"many":        {"table: [&a x" + strings.Repeat(", *a", 200) + "]\n", "aliases within anchors"},
		"large":       {strings.Repeat("# comment\n", 40_000), "no configuration is that large"},
		"few aliases": {"table: [&a none.txt, *a]\n", "none.txt: no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "c.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			status, _, stderr := command(t, "audit", sample(t), "--config", path)
			if status != exitFailed || !strings.Contains(stderr, c.want) {
				t.Errorf("exit status %d: %s", status, stderr)
			}
		})
	}
}

// sample is a small export in a folder of its own.
func sample(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "claims.csv")
	if err := os.WriteFile(path, []byte("PatientID,DOS,CPT\nP1,2025-03-10,62323\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestNothingReadIsAnOutput holds that no output takes the place of what the run reads, or of another
// output, whatever the two are called.
func TestNothingReadIsAnOutput(t *testing.T) {
	input := sample(t)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"key.csv": strings.Repeat("k", 40), "conf.json": "quiet: true\n", "table.csv": "x\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	links := map[string]string{"link.csv": "key.csv", "folder": "."}
	for name, to := range links {
		if err := os.Symlink(to, name); err != nil {
			t.Skip("no links here")
		}
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"is the key and an output", []string{"--deidentify", "key.csv", "-o", "key.csv"}},
		{"is the key and an output", []string{"--deidentify", "key.csv", "-o", "link.csv"}},
		{"is the key and an output", []string{"--deidentify", "key.csv", "-o", "out.csv", "--corrected", "./folder/key.csv"}},
		{"is the configuration and an output", []string{"--config", "conf.json", "-o", "folder/conf.json"}},
		{"is a table and an output", []string{"--table", "table.csv", "-o", "folder/table.csv"}},
		{"named twice", []string{"-o", "new.csv", "-o", "folder/new.csv"}},
		{"named twice", []string{"-o", "new.csv", "--corrected", "folder/new.csv"}},
		{"is an input and an output", []string{"-o", input}},
	} {
		status, _, stderr := command(t, append([]string{"audit", input}, c.args...)...)
		if status != exitFailed || !strings.Contains(stderr, c.want) {
			t.Errorf("%q: exit status %d: %s", c.args, status, stderr)
		}
	}
}

// fullWriter is a standard output with no room.
type fullWriter struct{}

func (fullWriter) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestFullOutput holds that what nobody could read was not said with success.
func TestFullOutput(t *testing.T) {
	input, out := sample(t), filepath.Join(t.TempDir(), "out.json")
	for _, args := range [][]string{{"rules"}, {"--help"}, {"columns", input}, {"explain", "62323"}, {"audit", input, "-o", out}} {
		stderr := &bytes.Buffer{}
		status := run(t.Context(), args, strings.NewReader(""), fullWriter{}, stderr)
		if status != exitFailed || !strings.Contains(stderr.String(), "no space left on device") {
			t.Errorf("%q: exit status %d: %s", args, status, stderr)
		}
		_, err := os.Stat(out)
		if named := strings.Contains(stderr.String(), "whole and in place: "+out+"\n"); named != (args[0] == "audit") || named != (err == nil) {
			t.Errorf("%q: %s, and the output: %v", args, stderr, err)
		}
	}
}

// TestSignalEndsWait holds that a run that waits for standard input ends when it is told to.
func TestSignalEndsWait(t *testing.T) {
	for _, args := range [][]string{{"audit", "-", "-o", filepath.Join(t.TempDir(), "out.json")}, {"columns", "-"}} {
		for _, sent := range []string{"", "PatientID,DOS,CPT\nP1,2025-"} {
			ctx, cancel := context.WithCancel(t.Context())
			in, out := io.Pipe()
			time.AfterFunc(20*time.Millisecond, cancel)
			go func() { _, _ = io.WriteString(out, sent) }()
			if status := run(ctx, args, in, io.Discard, io.Discard); status != exitInterrupted {
				t.Errorf("%q after %q: exit status %d", args, sent, status)
			}
			if err := in.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

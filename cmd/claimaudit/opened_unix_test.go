//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"claimaudit/parsers"
)

// exportsIn writes exports of a line each into a folder.
func exportsIn(t *testing.T, n int) string {
	t.Helper()
	folder := t.TempDir()
	for i := range n {
		text := fmt.Sprintf("PatientID,DOS,CPT\nP%d,2025-03-10,62323\n", i)
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("export-%04d.csv", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestManyInputs holds that a folder of more exports than the system lets a program open is read whole.
func TestManyInputs(t *testing.T) {
	const exports, limit = 300, 128
	folder := exportsIn(t, exports)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	low := before
	low.Cur = limit
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &low); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
			t.Fatal(err)
		}
	}()
	var held []*os.File // as many files as it takes show that the limit is one
	for len(held) < limit {
		f, err := os.Open(folder)
		if err != nil {
			break
		}
		held = append(held, f)
	}
	for _, f := range held {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(held) == limit {
		t.Fatal("no limit is set")
	}
	out := filepath.Join(t.TempDir(), "out.json")
	status, _, stderr := command(t, "audit", folder, "--as-of", "2025-06-30", "-o", out)
	var report struct{ Summary struct{ Lines int } }
	data, err := os.ReadFile(out)
	if err == nil {
		err = json.Unmarshal(data, &report)
	}
	if err != nil || status > exitFindings || report.Summary.Lines != exports {
		t.Errorf("exit status %d, %d lines, error %v: %s", status, report.Summary.Lines, err, stderr)
	}
}

// TestChangedInput holds that an export is not taken for another that came into its place while others were
// read.
func TestChangedInput(t *testing.T) {
	path := filepath.Join(exportsIn(t, 1), "export-0000.csv")
	later := time.Now().Add(time.Minute)
	for name, change := range map[string]func() error{
		"longer":  func() error { return os.WriteFile(path, []byte("PatientID,DOS,CPT\n"), 0o600) },
		"touched": func() error { return os.Chtimes(path, later, later) },
		"another": func() error {
			return os.Rename(filepath.Join(exportsIn(t, 1), "export-0000.csv"), path)
		},
		"gone":  func() error { return os.Remove(path) },
		"as is": func() error { return nil },
	} {
		if err := os.WriteFile(path, []byte("PatientID,DOS,CPT\nP1,2025-03-10,62323\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		in := &input{path: path}
		if err := in.open(parsers.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := in.close(); err != nil || in.close() != nil {
			t.Fatal(err)
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		err := in.open(parsers.Options{})
		if want := path + ": the file changed while the audit ran"; name == "as is" && err != nil || name != "as is" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: error %v", name, err)
		}
		if in.close() != nil {
			t.Errorf("%s: cannot be closed", name)
		}
	}
}

// TestPipes holds that a run that waits for anything that comes through a pipe ends when it is told to, and
// that what must be read twice is refused there.
func TestPipes(t *testing.T) {
	input, folder := sample(t), t.TempDir()
	table := "../../parsers/tables/testdata/ccioph-v321r0-f1.csv"
	pipe, out := filepath.Join(folder, "pipe"), filepath.Join(folder, "out.json")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for _, c := range []struct {
		status int
		want   string
		args   []string
	}{
		{exitInterrupted, "interrupted", []string{"audit", pipe, "-o", out}},
		{exitInterrupted, "interrupted", []string{"columns", pipe}},
		{exitInterrupted, "interrupted", []string{"audit", input, "--context", pipe, "-o", out}},
		{exitInterrupted, "interrupted", []string{"audit", input, "--deidentify", pipe, "-o", out}},
		{exitInterrupted, "interrupted", []string{"audit", input, "--config", pipe, "-o", out}},
		{exitFailed, "a pipe or a device", []string{"audit", input, "--table", pipe, "-o", out}},
		{exitFailed, "a pipe or a device", []string{"tables", pipe}},
		{exitFailed, "a pipe or a device", []string{"tables", "diff", table, table, "--codes", pipe}},
		{exitFailed, "is over 64 KiB: no key is that large", []string{"audit", input, "--deidentify", "/dev/zero", "-o", out}},
		{exitFailed, "is over 256 KiB: no configuration", []string{"audit", input, "--config", "/dev/zero", "-o", out}},
		{exitFailed, "mostly NUL", []string{"audit", "/dev/zero", "-o", out}},
		{exitFailed, "the file is empty", []string{"audit", "/dev/null", "-o", out}},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if c.status == exitInterrupted {
			time.AfterFunc(50*time.Millisecond, cancel)
		}
		stderr := &bytes.Buffer{}
		if status := run(ctx, c.args, strings.NewReader(""), io.Discard, stderr); status != c.status || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%q: exit status %d, want %d: %s", c.args, status, c.status, stderr)
		}
		cancel()
	}
}

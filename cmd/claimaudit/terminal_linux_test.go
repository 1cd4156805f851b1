package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal is the near end of a terminal, and what gives all that was written on it.
func terminal(t *testing.T) (near *os.File, written func() string) {
	t.Helper()
	far, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminal can be had here:", err)
	}
	number, err := unix.IoctlGetInt(int(far.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(far.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		near, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		t.Skip("no terminal can be had here:", err)
	}
	said := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(far) // ends in an error, as a terminal does
		said <- string(text)
	}()
	return near, func() string {
		defer far.Close()
		if err := near.Close(); err != nil {
			t.Error(err)
		}
		return <-said
	}
}

// TestTerminal: who sits at a terminal is told in about ten lines what was read, found and is new, how old the
// tables are and where to look; with -q nothing. Paths are on standard output alone.
func TestTerminal(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "o.xlsx")
	for _, quiet := range []bool{false, true} {
		near, written := terminal(t)
		args := []string{"audit", "../../samples/faults.csv", "--as-of", "2025-06-30", "--history", filepath.Join(dir, "h.history"), "-o", out}
		if quiet {
			args = append(args, "-q")
		}
		var stdout strings.Builder
		if status := run(t.Context(), args, strings.NewReader(""), &stdout, near); status != exitFindings {
			t.Fatalf("exit status %d: %s", status, written())
		}
		text := written()
		if stdout.String() != out+"\n" {
			t.Errorf("standard output says %q", stdout.String())
		}
		if quiet {
			if text != "" {
				t.Errorf("with -q the terminal says %q", text)
			}
			continue
		}
		if n := strings.Count(text, "\n"); n < 6 || n > 12 {
			t.Errorf("%d lines:\n%s", n, text)
		}
		for _, want := range []string{
			"faults.csv: 500 rows", "lines flagged (", "at risk", "deleted-code", "more rules", " new, 0 open before", "of the lines are later than", "next: the sheet Flagged Lines of " + out, "claimaudit explain RULE",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("nothing of %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "P20005") || strings.Contains(text, "INF") {
			t.Errorf("a patient, or counts twice:\n%s", text)
		}
	}
}

package history

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

func someRun() Run {
	return Run{
		AsOf: claim.MustDate("2025-06-30"), First: claim.MustDate("2025-01-01"), Inputs: []string{"a"},
		Exists: func(string) bool { return true },
		Shown:  func(l *audit.Line) (string, string) { return l.Patient, l.Claim },
	}
}

// TestEncounters: a patient's lines of a day are one encounter; those without a patient are one a claim.
func TestEncounters(t *testing.T) {
	day, next := claim.MustDate("2025-03-10"), claim.MustDate("2025-03-11")
	line := func(patient, claimID string, on claim.Date, anonymous bool) uint64 {
		l := &audit.Line{Line: claim.Line{Patient: patient, Claim: claimID, From: on, Anonymous: anonymous}}
		return keyOf(l, patient, claimID)
	}
	for _, c := range []struct {
		name string
		a, b uint64
		same bool
	}{
		{"two claims of one patient", line("P1", "C1", day, false), line("P1", "C2", day, false), true},
		{"two days", line("P1", "C1", day, false), line("P1", "C1", next, false), false},
		{"two patients", line("P1", "C1", day, false), line("P2", "C1", day, false), false},
		{"nobody's claims", line("", "C1", day, true), line("", "C2", day, true), false},
		{"nobody's lines of a claim", line("", "C1", day, true), line("", "C1", day, true), true},
	} {
		if (c.a == c.b) != c.same {
			t.Errorf("%s: one encounter is %v", c.name, c.a == c.b)
		}
	}
}

// TestFaults: a history that cannot be used says what to do, and is left as it was.
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("no history at all ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(dir, "damaged")
	used(t, damaged)
	if err := os.Truncate(damaged, 5000); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer")
	used(t, newer)
	execute(t, newer, "UPDATE claimaudit_schema SET version = 99")
	for path, want := range map[string]string{
		text: "it is no history", damaged: "it is damaged", newer: "written by a newer claimaudit", dir: "is no file",
		filepath.Join(dir, "no", "h"): "cannot be made",
	} {
		before, _ := os.ReadFile(path)
		err := check(path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", filepath.Base(path), err, want)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s is not as it was", filepath.Base(path))
		}
	}
}

// TestKeptOpen: a history that others could read is its owner's alone once it was opened, and says so.
func TestKeptOpen(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no mode there")
	}
	path := filepath.Join(t.TempDir(), "h")
	used(t, path)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := OpenKept(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(s.Opened, "could be read by others") {
		t.Errorf("mode %v, %v; it says %q", info.Mode(), err, s.Opened)
	}
}

// TestOlderTables: a history of an earlier version is brought to this one with all that is in it.
func TestOlderTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h")
	used(t, path)
	for _, statement := range []string{
		"DROP TABLE claimaudit_floods", "ALTER TABLE claimaudit_findings DROP COLUMN own", "ALTER TABLE claimaudit_dispositions DROP COLUMN own",
		"INSERT INTO claimaudit_dispositions VALUES ('f', 1, 'Agree', '', '', '', 7, 'w')", "UPDATE claimaudit_schema SET version = 1",
	} {
		execute(t, path, statement)
	}
	used(t, path)
	s, err := OpenKept(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var value string
	var own int64
	if err := s.db.QueryRow("SELECT disposition, own FROM claimaudit_dispositions").Scan(&value, &own); err != nil || value != audit.Agree || own != 0 {
		t.Errorf("a disposition became %q of %d: %v", value, own, err)
	}
}

func check(path string) error {
	s, err := Open(path)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Check(context.Background())
}

func used(t *testing.T, path string) {
	t.Helper()
	if err := check(path); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the history may be read by others: %v %v", info.Mode(), err)
	}
}

func execute(t *testing.T, path, statement string) {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// TestOneAtATime: a second audit waits for the first to end, and says so; of one that dies nothing is
// recorded.
func TestOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "h")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Night(t.Context(), someRun(), Options{}); err != nil {
		t.Fatal(err)
	}
	second, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	waited := 0
	o := Options{Wait: 300 * time.Millisecond, Waiting: func() { waited++ }}
	if _, err := second.Night(t.Context(), someRun(), o); err == nil || !strings.Contains(err.Error(), "in use by another audit") || waited != 1 {
		t.Errorf("the second had %v after telling %d times", err, waited)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	n, err := second.Night(t.Context(), someRun(), Options{})
	if err != nil || n.number != 1 {
		t.Fatalf("the audit after one that died is number %d: %v", n.number, err)
	}
	past, err := n.Compare(t.Context(), 0, func(func(Found) bool) {}, func(func(Found) bool) {})
	if err := errors.Join(err, n.Record(t.Context(), past)); err != nil {
		t.Fatal(err)
	}
	if again, err := second.Night(t.Context(), someRun(), Options{}); err != nil || again.again == nil {
		t.Errorf("the same audit once more is not known: %v", err)
	}
}

//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"claimaudit/audit/history"
)

// kept is a folder with two exports, and a history of the first.
type kept struct{ dir, in, next, history, out string }

func newKept(t *testing.T) *kept {
	t.Helper()
	p := samplePractice(t)
	dir := t.TempDir()
	k := &kept{dir, filepath.Join(dir, "1.csv"), filepath.Join(dir, "2.csv"), filepath.Join(dir, "h.history"), filepath.Join(dir, "out.json")}
	p.export(t, k.in, "2024-07-01", "2025-01-15")
	p.export(t, k.next, "2024-08-01", "2025-03-15")
	if status, _, stderr := command(t, k.args(k.in, "2025-01-15", filepath.Join(dir, "first.json"))...); status != exitClean {
		t.Fatal(stderr)
	}
	return k
}

func (k *kept) args(in, asOf, out string) []string {
	return []string{"audit", in, "-q", "--as-of", asOf, "--history", k.history, "--fail-on", "never", "-o", out}
}

// night is the second night.
func (k *kept) night() []string { return k.args(k.next, "2025-03-15", k.out) }

// whole tells whether the output is there, and fails where it is there by halves or something else is.
func (k *kept) whole(t *testing.T) bool {
	t.Helper()
	data, err := os.ReadFile(k.out)
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	if err != nil || !json.Valid(data) {
		t.Fatalf("the output is there by halves: %d bytes, %v", len(data), err)
	}
	return true
}

// goesOn holds that the history is usable, and that so many audits are in it beside this one.
func (k *kept) goesOn(t *testing.T, audits int) {
	t.Helper()
	out := filepath.Join(k.dir, "after.json")
	status, _, stderr := command(t, k.args(k.next, "2025-03-31", out)...)
	if status != exitClean {
		t.Fatalf("after it, exit status %d: %s", status, stderr)
	}
	if got := nightIn(t, out).History["run"]; got != audits+1 {
		t.Errorf("the audit after it is number %d, want %d", got, audits+1)
	}
}

// someNight is an audit that names patients as those of the tests do.
var someNight = history.Run{Facts: []history.Fact{{Name: history.IDs}}}

// TestKilledNight kills audits at many moments: the output is whole or not there, and the history has the
// audit or has not heard of it.
func TestKilledNight(t *testing.T) {
	k := newKept(t)
	audits := 1
	for _, after := range []time.Duration{5, 30, 60, 90, 120, 160, 200, 250, 300, 400} {
		if err := os.RemoveAll(k.out); err != nil {
			t.Fatal(err)
		}
		child := exec.Command("claimaudit", k.args(k.next, "2025-03-"+strconv.Itoa(10+int(after)/30), k.out)...)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		_ = child.Process.Kill() // it may have ended
		ended := child.Wait() == nil
		whole := k.whole(t)
		recorded := k.audits(t)
		if recorded != audits && recorded != audits+1 || ended && recorded != audits+1 || recorded > audits && !whole {
			t.Fatalf("killed after %v: %d audits in the history, where there were %d; ended %v, the output is there: %v", after*time.Millisecond, recorded, audits, ended, whole)
		}
		audits = recorded
	}
	k.goesOn(t, audits)
}

// audits is how many audits the history has.
func (k *kept) audits(t *testing.T) int {
	t.Helper()
	store, err := history.OpenKept(k.history)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	n, err := store.Night(t.Context(), someNight, history.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return n.Number() - 1
}

// pad makes a history's file so large that what is written next is beyond the limit, and the output is not.
func pad(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range []string{"CREATE TABLE claimaudit_pad (zeros BLOB)", "INSERT INTO claimaudit_pad VALUES (zeroblob(2000000))"} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHistoryOnFullDisk: where the history cannot be written to its end nothing of the audit is in it, and a person is
// told so. No disk is filled here: files may not grow beyond a size.
func TestHistoryOnFullDisk(t *testing.T) {
	k := newKept(t)
	pad(t, k.history)
	for _, c := range []struct {
		kilobytes, says string
		placed          bool
	}{
		{"8", "there is no room in", false},
		{"1500", "the outputs are in place, and the audit is not in the history, so that its findings will be new once more: history " + k.history + ": it cannot be read or written: is the disk full, or gone?", true},
	} {
		var stderr bytes.Buffer
		child := exec.Command("bash", append([]string{"-c", `ulimit -f "$0"; exec claimaudit "$@"`, c.kilobytes}, k.night()...)...)
		child.Stderr = &stderr
		exit, failed := errors.AsType[*exec.ExitError](child.Run())
		if !failed || exit.ExitCode() != exitFailed || !strings.Contains(stderr.String(), c.says) || k.whole(t) != c.placed {
			t.Errorf("with %s KiB: %v, the output is there: %v; %s", c.kilobytes, exit, k.whole(t), stderr.String())
		}
	}
	k.goesOn(t, 1)
}

// TestDamagedHistory: of a history that is damaged inside, or of a newer program, nothing is used and nothing
// written.
func TestDamagedHistory(t *testing.T) {
	k := newKept(t)
	data, err := os.ReadFile(k.history)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(data); i++ {
		data[i] = 0xa5
	}
	if err := os.WriteFile(k.history, data, 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := command(t, k.night()...)
	if status != exitFailed || !strings.Contains(stderr, "it is damaged: put a copy of it in its place, or name a new file") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	if after, err := os.ReadFile(k.history); k.whole(t) || err != nil || !bytes.Equal(after, data) {
		t.Error("something was written")
	}
}

// TestLockedHistory: an audit waits for another that has the history, and says so.
func TestLockedHistory(t *testing.T) {
	k := newKept(t)
	store, err := history.OpenKept(k.history)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Night(t.Context(), someNight, history.Options{}); err != nil {
		t.Fatal(err)
	}
	child := exec.Command("claimaudit", append(k.night(), "--log-format", "json", "--quiet=false")...)
	stderr, err := child.StderrPipe()
	if err := errors.Join(err, child.Start()); err != nil {
		t.Fatal(err)
	}
	said, line := "", make([]byte, 4096)
	for !strings.Contains(said, "waiting for it to end") {
		n, err := stderr.Read(line)
		if said += string(line[:n]); err != nil {
			t.Fatalf("it ended and did not wait: %s", said)
		}
	}
	if k.whole(t) {
		t.Error("the output is there before the other has ended")
	}
	if err := errors.Join(store.Close(), child.Wait()); err != nil || !k.whole(t) {
		t.Errorf("once the other has ended: %v", err)
	}
	k.goesOn(t, 2)
}

// TestClockSetBack: an audit that looks from an earlier day than the one before is told, and counts as any.
func TestClockSetBack(t *testing.T) {
	k := newKept(t)
	args := k.args(k.in, "2025-01-10", k.out)
	args[2] = "--quiet=false"
	status, _, stderr := command(t, args...)
	if status != exitClean || !strings.Contains(stderr, "the audit before looked from 2025-01-15, which is later") {
		t.Errorf("exit status %d: %s", status, stderr)
	}
	told := nightIn(t, k.out)
	if told.History["run"] != 2 || told.History["open"] == 0 || told.History["fixed"] != 0 {
		t.Errorf("its states are %v", told.History)
	}
	k.goesOn(t, 2)
}

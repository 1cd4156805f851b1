//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// nightOutputs are the outputs of a run that is killed.
var nightOutputs = []string{"o.json", "o.csv", "o.xlsx", "o.html", "corrected.csv"}

// nightArgs are the arguments of an audit that does not fit in memory, into a folder.
func nightArgs(dir, asOf string) []string {
	args := []string{"audit", "../../samples/faults.csv", "--memory", "16K", "--fail-on", "never", "-q", "--as-of", asOf, "--corrected", filepath.Join(dir, "corrected.csv")}
	for _, name := range nightOutputs[:len(nightOutputs)-1] {
		args = append(args, "-o", filepath.Join(dir, name))
	}
	return args
}

// saidBy is what the outputs say, in their order.
func saidBy(t *testing.T, dir string) (all [][]byte) {
	t.Helper()
	for _, name := range nightOutputs {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data)
	}
	return all
}

// bytesIn is how much the files of a folder hold.
func bytesIn(t *testing.T, dir string) (size int64) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			size += info.Size()
		}
	}
	return size
}

// TestKilled kills audits at moments of their run. Each output is as it was, or whole and new; of what did not
// fit in memory nothing has a name; and the next run sweeps what is left.
func TestKilled(t *testing.T) {
	dir, spilled := t.TempDir(), t.TempDir()
	audit := func(asOf string) *exec.Cmd {
		c := exec.Command("claimaudit", nightArgs(dir, asOf)...)
		c.Env = append(os.Environ(), "TMPDIR="+spilled)
		return c
	}
	var whole [2][][]byte
	var took time.Duration
	for i, asOf := range []string{"2025-07-30", "2025-06-30"} {
		began := time.Now()
		if out, err := audit(asOf).CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
		took, whole[i] = time.Since(began), saidBy(t, dir)
	}
	const moments = 5
	killed := 0
	for i := range moments {
		run := audit("2025-07-30")
		if err := run.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(took * time.Duration(i+1) / (moments + 1))
		_ = run.Process.Kill() // it may have ended
		if run.Wait() != nil {
			killed++
		}
		for k, data := range saidBy(t, dir) {
			if !bytes.Equal(data, whole[0][k]) && !bytes.Equal(data, whole[1][k]) {
				t.Errorf("killed after %d of %d parts, %s is neither as it was nor whole", i+1, moments+1, nightOutputs[k])
			}
		}
		if left := bytesIn(t, spilled); left > 0 { // an empty one had not lost its name yet
			t.Errorf("%d bytes lie in private files that have a name", left)
		}
	}
	if killed == 0 {
		t.Error("every run ended before it was killed: nothing is tested")
	}
	if out, err := audit("2025-06-30").CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	for _, folder := range []string{dir, spilled} {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if folder == spilled || !slices.Contains(nightOutputs, e.Name()) {
				t.Errorf("%s is left after the next run", e.Name())
			}
		}
	}
	for k, data := range saidBy(t, dir) {
		if !bytes.Equal(data, whole[1][k]) {
			t.Errorf("%s is not what the same run wrote before", nightOutputs[k])
		}
	}
}

// TestFullDisk audits where files must not grow beyond some blocks, as on a full disk: exit status 2, which says what
// has no room and what to do, and every output is as it was.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name, blocks string
		flags        []string
		want         []string
	}{
		{"outputs", "64", nil, []string{"output " + filepath.Join(dir, "o.json"), "there is no room in " + dir, "make room there, or choose another folder"}},
		{"private files", "0", []string{"--memory", "1K"}, []string{"what does not fit in memory", "make room there, name another folder in TMPDIR"}},
	} {
		if out, err := exec.Command("claimaudit", nightArgs(dir, "2025-06-30")...).CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
		before := saidBy(t, dir)
		args := append([]string{"-c", `ulimit -f ` + c.blocks + `; exec claimaudit "$@"`, "sh"}, append(nightArgs(dir, "2025-07-30"), c.flags...)...)
		out, err := exec.Command("sh", args...).CombinedOutput()
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != exitFailed {
			t.Errorf("%s: %v: %s", c.name, err, out)
		}
		for _, want := range c.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: nothing of %q: %s", c.name, want, out)
			}
		}
		if !slices.EqualFunc(before, saidBy(t, dir), bytes.Equal) {
			t.Errorf("%s: an output is not as it was", c.name)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != len(nightOutputs) {
			t.Errorf("%s: %d files, want %d: %v", c.name, len(entries), len(nightOutputs), err)
		}
	}
}

// TestJudgeKilled kills judges while rows come in and while what was found goes out. What they wrote is no part, and merge
// says so; judged again all is there. Of what a killed judge has unpacked the next leaves nothing.
func TestJudgeKilled(t *testing.T) {
	inputs := []string{samples + "/faults.csv", samples + "/spoiled.csv", samples + "/practice-export.xlsx", "--as-of", "2025-06-30"}
	s := firstStep(t, 2, append(inputs, "--notes", samples+"/notes/notes.csv")...)
	s.judgeAll()
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	left := filepath.Join(scratch, ".claimaudit-private-1")
	if err := os.CopyFS(filepath.Join(left, "copy-files"), os.DirFS(samples+"/notes")); err != nil {
		t.Fatal(err)
	}
	rewrite(t, left, "copy-0-sign", nil)
	rows, whole := strings.Join(s.rows(s.linesFiles()[1]), ""), readFile(t, filepath.Join(s.parts, "001"))
	if len(whole) < 100_000 {
		t.Fatalf("%d bytes go into a pipe, and the judge ends", len(whole))
	}
	for _, goesOut := range []bool{false, true} {
		rewrite(t, s.parts, "001", s.killed(rows, goesOut))
		status, _, stderr := command(t, "merge", s.folder, s.parts, "-o", filepath.Join(t.TempDir(), "o.json"))
		if status != exitFailed || !strings.Contains(stderr, "001 ends without its trailer") {
			t.Errorf("merge of what a killed judge wrote: exit status %d: %s", status, stderr)
		}
	}
	s.judge("001", s.rows(s.linesFiles()[1]))
	if !bytes.Equal(readFile(t, filepath.Join(s.parts, "001")), whole) {
		t.Error("judged again, the part is another")
	}
	if entries, err := os.ReadDir(scratch); err != nil || len(entries) > 0 {
		t.Errorf("private files or folders are left: %v, %v", entries, err)
	}
}

// killed is what a judge wrote that was killed: when it had half of the rows, or when it had begun to write.
func (s *steps) killed(rows string, goesOut bool) []byte {
	s.t.Helper()
	c := exec.Command("claimaudit", "judge", "--run", filepath.Join(s.folder, runName))
	in, err := c.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err = errors.Join(err, c.Start()); err != nil {
		s.t.Fatal(err)
	}
	var first [100]byte
	if goesOut {
		_, err = io.WriteString(in, rows)
		err = errors.Join(err, in.Close())
		if err == nil {
			_, err = io.ReadFull(out, first[:])
		}
	} else {
		_, err = io.WriteString(in, rows[:len(rows)/2])
	}
	if err = errors.Join(err, c.Process.Kill()); err != nil {
		s.t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err != nil {
		s.t.Fatal(err)
	}
	if c.Wait() == nil {
		s.t.Fatal("the judge ended before it was killed: nothing is tested")
	}
	if goesOut {
		rest = append(first[:], rest...)
	}
	return rest
}

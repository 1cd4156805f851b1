package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
)

// TestChoose: which of two rules run, the second off by default, and which somebody switched off.
func TestChoose(t *testing.T) {
	all := []*audit.Rule{{ID: "a"}, {ID: "b", Off: true}}
	ids := func(list []*audit.Rule) (names string) {
		for _, r := range list {
			names += r.ID
		}
		return names
	}
	for _, c := range []struct {
		name     string
		settings ruleSettings
		run, off string
	}{
		{"by default", ruleSettings{}, "a", ""},
		{"switched on", ruleSettings{Rules: map[string]string{"b": "on"}}, "ab", ""},
		{"switched off and on", ruleSettings{Rules: map[string]string{"a": "off", "b": "on"}}, "b", "a"},
		{"asked for", ruleSettings{Rule: []string{"b"}}, "b", "a"},
		{"asked for before the configuration", ruleSettings{Rule: []string{"a"}, Rules: map[string]string{"a": "off", "b": "on"}}, "a", ""},
		{"skipped", ruleSettings{SkipRule: []string{"a"}, Rules: map[string]string{"b": "on"}}, "b", "a"},
		{"nothing asked for", ruleSettings{Rule: []string{""}, SkipRule: []string{""}}, "a", ""},
	} {
		chosen, err := c.settings.choose(all, &configuration{})
		if off := ids(switchedOff(all, chosen)); err != nil || ids(chosen) != c.run || off != c.off {
			t.Errorf("%s: %q run and %q are off, error %v; want %q and %q", c.name, ids(chosen), off, err, c.run, c.off)
		}
	}
	for _, none := range []ruleSettings{{Rules: map[string]string{"a": "off"}}, {Rule: []string{"c"}}, {Rules: map[string]string{"a": "perhaps"}}} {
		if chosen, err := none.choose(all, &configuration{}); err == nil {
			t.Errorf("%+v: %q run", none, ids(chosen))
		}
	}
}

// TestShortestKey: a key of 16 bytes is taken whole, a shorter one refused.
func TestShortestKey(t *testing.T) {
	for n, taken := range map[int]bool{0: false, 15: false, 16: true, 17: true} {
		key := strings.Repeat("k", n)
		j := &job{cmd: &auditCmd{}, conf: &configuration{}}
		j.cmd.Deidentify = write(t, "key", []byte(key))
		if err := j.disguise(); (err == nil) != taken || taken && string(j.write.Deidentify) != key {
			t.Errorf("a key of %d bytes: error %v, %q taken", n, err, j.write.Deidentify)
		}
	}
}

// TestWorkedIn: a workbook that somebody has worked in is left alone, and the new one is written beside it;
// with force it is replaced.
func TestWorkedIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xlsx")
	second := strings.TrimSuffix(path, ".xlsx") + "-2.xlsx"
	audited := func(flags ...string) (stdout, stderr string) {
		status, stdout, stderr := command(t, slices.Concat([]string{"audit", "../../samples/faults.csv", "--as-of", "2025-06-30", "--fail-on", "never", "-o", path}, flags)...)
		if status != 0 {
			t.Fatal(stderr)
		}
		return strings.TrimSpace(stdout), stderr
	}
	audited()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if err := errors.Join(book.SetCellStr("Flagged Lines", "C4", "mine"), book.Save()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if stdout, stderr := audited(); stdout != second || !strings.Contains(stderr, "somebody has worked in the workbook") {
		t.Errorf("named %q, said %s", stdout, stderr)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Error("the workbook that somebody has worked in is not as it was", err)
	}
	if stdout, _ := audited("--force"); stdout != path {
		t.Errorf("named %q with --force", stdout)
	}
	if after, err := os.ReadFile(path); err != nil || bytes.Equal(before, after) {
		t.Error("the workbook was not replaced with --force", err)
	}
}

// TestOpenElsewhere: beside an output lies the note of a program in which it is open. It is left alone, and
// whoever knows better has it replaced by force.
func TestOpenElsewhere(t *testing.T) {
	for _, note := range []string{"~$out.xlsx", ".~lock.out.xlsx#"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "out.xlsx")
		audited := func(flags ...string) (int, string) {
			status, _, stderr := command(t, slices.Concat([]string{"audit", "../../samples/nightly.csv", "--as-of", "2025-06-30", "--fail-on", "never", "-o", path}, flags)...)
			return status, stderr
		}
		if status, stderr := audited(); status != exitClean {
			t.Fatal(stderr)
		}
		before, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, note), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if status, stderr := audited(); status != exitFailed || !strings.Contains(stderr, note+" lies beside it") || !strings.Contains(stderr, "--force") {
			t.Errorf("%s: exit status %d, said %s", note, status, stderr)
		}
		if after, err := os.Stat(path); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s: the open workbook was replaced: %v", note, err)
		}
		if status, stderr := audited("--force"); status != exitClean {
			t.Errorf("%s: exit status %d with --force: %s", note, status, stderr)
		}
		if after, err := os.Stat(path); err != nil || os.SameFile(before, after) {
			t.Errorf("%s: the workbook was not replaced with --force: %v", note, err)
		}
	}
}

// TestNoSettingIsAnOutput holds that no output takes the place of a file that a setting names to be read,
// nor of the configuration, nor of an input.
func TestNoSettingIsAnOutput(t *testing.T) {
	t.Chdir(t.TempDir())
	kept := func(name, setting string, outputs []string, args ...string) {
		t.Helper()
		if err := os.WriteFile(name, []byte("kept: [x]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(name, "link-"+name); err != nil && !errors.Is(err, os.ErrExist) {
			t.Fatal(err)
		}
		for _, output := range outputs {
			status, _, stderr := command(t, slices.Concat([]string{"audit"}, args, []string{"--force", "-o", output})...)
			if status != exitFailed || !strings.Contains(stderr, "and an output: write the report elsewhere") {
				t.Errorf("%s as output %s: exit status %d: %s", setting, output, status, stderr)
			}
			if text, err := os.ReadFile(name); err != nil || string(text) != "kept: [x]\n" {
				t.Errorf("%s as output %s: it now says %q, %v", setting, output, text, err)
			}
		}
	}
	kept("in.csv", "input", []string{"in.csv", "./in.csv", "link-in.csv"}, "in.csv")
	if err := os.Mkdir("cms", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, s := range knownSettings(t) {
		file := slices.Contains([]string{"FILE", "KEYFILE", "WORKBOOK"}, s.PlaceHolder)
		switch reads := s.Tag.Get("reads") != ""; {
		case s.Name == "output" || s.Name == "corrected":
		case reads != file:
			t.Errorf("--%s names files: %v; says that they are read: %v", s.Name, file, reads)
		case reads:
			kept("read.csv", "--"+s.Name, []string{"link-read.csv"}, "in.csv", "--"+s.Name+"=./read.csv")
		}
	}
	if err := os.WriteFile("c.csv", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := command(t, "audit", "in.csv", "--force", "--config", "c.csv", "-o", "c.csv"); status != exitFailed || !strings.Contains(stderr, "c.csv is the configuration and an output") {
		t.Errorf("the configuration: exit status %d: %s", status, stderr)
	}
}

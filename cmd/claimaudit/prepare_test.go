package main

import (
	"fmt"
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

// TestForce: a workbook in which a reviewer has typed is replaced when told to, and else kept.
func TestForce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.xlsx")
	audited := func(flags ...string) (int, string) {
		status, _, stderr := command(t, slices.Concat([]string{"audit", "../../samples/faults.csv", "--as-of", "2025-06-30", "--fail-on", "never", "-q", "-o", path}, flags)...)
		return status, stderr
	}
	if status, stderr := audited(); status != 0 {
		t.Fatal(stderr)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if err := book.SetCellStr("Flagged Lines", "R4", "Agree"); err != nil {
		t.Fatal(err)
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		flags  []string
		status int
	}{{nil, exitFailed}, {[]string{"--force"}, 0}} {
		if status, stderr := audited(c.flags...); status != c.status {
			t.Error(fmt.Sprintf("turn %d with %q: status %d:", i, c.flags, status), stderr)
		}
	}
}

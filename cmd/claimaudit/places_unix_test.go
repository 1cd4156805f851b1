//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestModes: outputs are for their owner alone, unless a mode says who else may read them; of a mode nobody
// can mean nothing is written.
func TestModes(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		flags []string
		mode  os.FileMode // 0: refused
	}{
		{nil, 0o600}, {[]string{"--mode", "0640"}, 0o640}, {[]string{"--mode", "660"}, 0o660}, {[]string{"--mode", "0664"}, 0o664}, {[]string{"--mode="}, 0o600},
		{[]string{"--mode", "0440"}, 0}, {[]string{"--mode", "0200"}, 0}, {[]string{"--mode", "0666"}, 0}, {[]string{"--mode", "0750"}, 0},
		{[]string{"--mode", "04640"}, 0}, {[]string{"--mode", "rw"}, 0}, {[]string{"--mode", "0680"}, 0}, {[]string{"--mode", "-1"}, 0},
	} {
		outputs := []string{filepath.Join(dir, "o.json"), filepath.Join(dir, "o.xlsx"), filepath.Join(dir, "c.csv")}
		for _, path := range outputs {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
		}
		args := append([]string{"audit", "../../samples/nightly.csv", "--as-of", "2025-06-30", "--fail-on", "never", "-o", outputs[0], "-o", outputs[1], "--corrected", outputs[2]}, c.flags...)
		status, _, stderr := command(t, args...)
		if (status == exitClean) != (c.mode != 0) || c.mode == 0 && !strings.Contains(stderr, "--mode") {
			t.Errorf("%v: exit status %d: %s", c.flags, status, stderr)
		}
		for _, path := range outputs {
			switch info, err := os.Stat(path); {
			case c.mode == 0 && err == nil:
				t.Errorf("%v: %s was written", c.flags, path)
			case c.mode != 0 && (err != nil || info.Mode() != c.mode):
				t.Errorf("%v: %s: %v, %v", c.flags, path, info, err)
			}
		}
	}
	config := write(t, "mode.yaml", []byte("mode: 0640\n"))
	if status, _, stderr := command(t, "audit", "../../samples/nightly.csv", "--as-of", "2025-06-30", "--fail-on", "never", "--config", config, "-o", filepath.Join(dir, "o.json")); status != exitClean {
		t.Fatal(stderr)
	}
	if info, err := os.Stat(filepath.Join(dir, "o.json")); err != nil || info.Mode() != 0o640 {
		t.Errorf("mode: 0640 in the configuration gives %v, %v", info, err)
	}
}

// TestLinkStays: an output that is a link stays one, and what it leads to is replaced, in its folder.
func TestLinkStays(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(in("kept"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{
		"latest.json": "kept/june.json", "latest.xlsx": in("second.xlsx"), "second.xlsx": "kept/june.xlsx",
		"nowhere.json": "kept/gone.json", "circle.json": "circle2.json", "circle2.json": "circle.json", "folder.json": "kept",
	} {
		if err := os.Symlink(to, in(name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"kept/june.json", "kept/june.xlsx"} {
		if err := os.WriteFile(in(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	audit := []string{"audit", "../../samples/nightly.csv", "--as-of", "2025-06-30", "--fail-on", "never"}
	for range 2 {
		status, stdout, stderr := command(t, append(audit, "-o", in("latest.json"), "-o", in("latest.xlsx"))...)
		if status != exitClean || stdout != in("latest.json")+"\n"+in("latest.xlsx")+"\n" {
			t.Fatalf("exit status %d, named %q: %s", status, stdout, stderr)
		}
		for link, file := range map[string]string{"latest.json": "kept/june.json", "latest.xlsx": "kept/june.xlsx", "second.xlsx": "kept/june.xlsx"} {
			info, err := os.Lstat(in(link))
			written, missing := os.Lstat(in(file))
			if err != nil || info.Mode()&os.ModeSymlink == 0 || missing != nil || !written.Mode().IsRegular() || written.Size() == 0 {
				t.Errorf("%s: %v, %v; %s: %v, %v", link, info, err, file, written, missing)
			}
		}
	}
	for name, why := range map[string]string{
		"nowhere.json": "a link that leads to " + in("kept/gone.json") + ", which is not there", "circle.json": "a link that leads back to itself", "folder.json": "a link that leads to the folder",
	} {
		if status, _, stderr := command(t, append(audit, "-o", in(name))...); status != exitFailed || !strings.Contains(stderr, why) {
			t.Errorf("%s: exit status %d: %s", name, status, stderr)
		}
	}
	entries, err := os.ReadDir(in("kept"))
	if err != nil || len(entries) != 2 {
		t.Errorf("%d files lie in the folder, want 2: %v", len(entries), err)
	}
}

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
	for text, want := range map[string]os.FileMode{"0640": 0o640, "660": 0o660, "0664": 0o664, "0600": 0o600} {
		if mode, err := (&job{cmd: &auditCmd{auditSettings: auditSettings{outputSettings: outputSettings{Mode: text}}}}).mode(); err != nil || mode != want {
			t.Errorf("%s: %v, %v", text, mode, err)
		}
	}
	for _, text := range []string{"0440", "0200", "0666", "0750", "04640", "rw", "0680", "-1", "0o640"} {
		if mode, err := (&job{cmd: &auditCmd{auditSettings: auditSettings{outputSettings: outputSettings{Mode: text}}}, conf: &configuration{}}).mode(); err == nil || !strings.Contains(err.Error(), "--mode "+text) && !strings.Contains(err.Error(), `--mode "`+text) {
			t.Errorf("%s: %v, %v", text, mode, err)
		}
	}
	dir := t.TempDir()
	config := write(t, "mode.yaml", []byte("mode: 0640\n"))
	for want, flags := range map[os.FileMode][]string{0o600: nil, 0o640: {"--config", config}} {
		out, corrected := filepath.Join(dir, "o.json"), filepath.Join(dir, "c.csv")
		status, _, stderr := command(t, append([]string{"audit", "../../samples/nightly.csv", "--as-of", "2025-06-30", "--fail-on", "never", "-o", out, "--corrected", corrected}, flags...)...)
		if status != exitClean {
			t.Fatal(stderr)
		}
		for _, path := range []string{out, corrected} {
			if info, err := os.Stat(path); err != nil || info.Mode() != want {
				t.Errorf("%v: %s: %v, %v", flags, path, info, err)
			}
		}
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

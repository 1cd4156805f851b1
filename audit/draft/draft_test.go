package draft

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func says(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

// holds fails unless exactly these files lie in the folder, each with its text.
func holds(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, _ := os.ReadFile(filepath.Join(dir, e.Name()))
		if said, ok := want[e.Name()]; !ok || said != string(text) {
			t.Errorf("%s says %q, want %q", e.Name(), text, said)
		}
	}
	if len(entries) != len(want) {
		t.Errorf("%d files, want %d", len(entries), len(want))
	}
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	long := strings.Repeat("more than the buffer takes ", buffer/10)
	for _, text := range []string{"first", long, ""} {
		if err := Save(path, says(text)); err != nil {
			t.Fatal(err)
		}
		holds(t, dir, map[string]string{"a": text})
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// However a file fails, what was there before stays and nothing lies beside it.
func TestNothingIsLeft(t *testing.T) {
	broken := errors.New("broken")
	for name, fill := range map[string]func(io.Writer) error{
		"at once":    func(io.Writer) error { return broken },
		"on the way": func(w io.Writer) error { return errors.Join(says(strings.Repeat("x", 2*buffer))(w), broken) },
		"panic":      func(io.Writer) error { panic(broken) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a")
			if err := Save(path, says("before")); err != nil {
				t.Fatal(err)
			}
			func() {
				defer func() { _ = recover() }()
				if err := Save(path, fill); !errors.Is(err, broken) {
					t.Errorf("error %v", err)
				}
			}()
			holds(t, dir, map[string]string{"a": "before"})
		})
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "taken", "inside"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Save(filepath.Join(dir, "taken"), says("text")); err == nil {
		t.Error("a folder was written over")
	}
	holds(t, dir, map[string]string{"taken": ""})
	if err := Save(filepath.Join(dir, "missing", "a"), says("text")); err == nil {
		t.Error("written into a folder that is not there")
	}
}

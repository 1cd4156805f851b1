//go:build unix

package draft

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// killedVariable names the folder in which the test's own program is to be killed.
const killedVariable = "DRAFT_KILLED_IN"

// TestSweep kills a process that has one draft and has put another in its place: what it left is swept, and
// the drafts of a process that lives, and files of others, are not.
func TestSweep(t *testing.T) {
	if dir := os.Getenv(killedVariable); dir != "" {
		die(t, dir)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "there"), []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestSweep$")
	child.Env = append(os.Environ(), killedVariable+"="+dir)
	if err := child.Run(); err == nil {
		t.Fatal("the process was not killed")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("%d files are left, want 3: a draft, its like that has its place, and what was there: %v", len(entries), err)
	}
	alive, err := New(filepath.Join(dir, "alive"), OwnerOnly, says("alive"))
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, begins+"notes")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if swept := Sweep(dir); swept != 2 {
		t.Errorf("%d files swept, want 2", swept)
	}
	if err := alive.Publish(); err != nil {
		t.Error(err)
	}
	if err := alive.Done(); err != nil {
		t.Error(err)
	}
	holds(t, dir, map[string]string{"there": "after", "alive": "alive", filepath.Base(other): ""})
}

// die leaves a draft, and one that has just got its place, as a process that is killed.
func die(t *testing.T, dir string) {
	waiting, err := New(filepath.Join(dir, "waiting"), OwnerOnly, says("waiting"))
	if err != nil {
		t.Fatal(err)
	}
	placed, err := New(filepath.Join(dir, "there"), OwnerOnly, says("after"))
	if err != nil {
		t.Fatal(err)
	}
	if err := placed.Publish(); err != nil {
		t.Fatal(err)
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	time.Sleep(time.Minute) // until it is
	t.Fatal(waiting, err)
}

// TestTakeBack: what was in the place of a published draft is there again, and nothing beside it.
func TestTakeBack(t *testing.T) {
	dir := t.TempDir()
	if err := Save(filepath.Join(dir, "there"), says("before")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"there", "new"} {
		d, err := New(filepath.Join(dir, name), 0o640, says("after"))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Publish(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != 0o640 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
		if err := d.TakeBack(); err != nil {
			t.Error(err)
		}
		if err := d.Done(); err != nil {
			t.Error(err)
		}
		holds(t, dir, map[string]string{"there": "before"})
	}
}

// TestPrivate: a private file has no name, and nobody else may read it.
func TestPrivate(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	f, remove, err := Private()
	if err != nil {
		t.Fatal(err)
	}
	holds(t, dir, nil)
	if info, err := f.Stat(); err != nil || info.Mode() != OwnerOnly {
		t.Errorf("%v, %v", info, err)
	}
	if _, err := f.WriteString("patient"); err != nil {
		t.Error(err)
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	holds(t, dir, nil)
}

// TestSweepPrivate: private folders of long ago are removed, those of now and of others are not.
func TestSweepPrivate(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	for name, age := range map[string]time.Duration{
		".claimaudit-private-1": 25 * time.Hour, ".claimaudit-private-2": time.Hour, "other-3": 99 * time.Hour, "claimaudit-exports": 99 * time.Hour,
	} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "copy.csv"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(dir, name), then, then); err != nil {
			t.Fatal(err)
		}
	}
	full := filepath.Join(dir, ".claimaudit-private-4")
	if err := os.MkdirAll(filepath.Join(full, "exports"), 0o700); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-99 * time.Hour)
	if err := os.Chtimes(full, then, then); err != nil {
		t.Fatal(err)
	}
	if swept := SweepPrivate(); swept != 1 {
		t.Errorf("%d swept, want 1", swept)
	}
	holds(t, dir, map[string]string{".claimaudit-private-2": "", "other-3": "", "claimaudit-exports": "", ".claimaudit-private-4": ""})
}

// TestPrivateFolder: what a killed process leaves of a private folder is removed at once, and that of one that
// lives is not, however long it has lived.
func TestPrivateFolder(t *testing.T) {
	if dir := os.Getenv(killedVariable); dir != "" {
		path, _, err := PrivateFolder()
		if err == nil {
			err = os.WriteFile(filepath.Join(path, "copy-0001.csv"), []byte("patient"), OwnerOnly)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(path, begins+"1"+ends), []byte("patient"), OwnerOnly)
		}
		if err == nil {
			err = os.MkdirAll(filepath.Join(path, "copy-files", "notes"), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(path, "copy-files", "notes", "a.csv"), []byte("note"), OwnerOnly)
		}
		if err != nil {
			t.Log(err)
			return
		}
		die(t, t.TempDir())
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	path, remove, err := PrivateFolder()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
		t.Error(info, err)
	}
	child := exec.Command(os.Args[0], "-test.run", "^TestPrivateFolder$")
	child.Env = append(os.Environ(), killedVariable+"="+dir, "TMPDIR="+dir)
	if out, err := child.CombinedOutput(); err == nil {
		t.Fatal("the process was not killed: ", string(out))
	}
	folders := func() int {
		found, err := filepath.Glob(filepath.Join(dir, Folder))
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	if n := folders(); n != 2 {
		t.Fatalf("%d folders, want that of the killed process and ours", n)
	}
	then := time.Now().Add(-99 * time.Hour)
	if err := os.Chtimes(path, then, then); err != nil {
		t.Fatal(err)
	}
	if swept := SweepPrivate(); swept != 1 || folders() != 1 {
		t.Errorf("%d swept, %d folders left", swept, folders())
	}
	if err := remove(); err != nil || folders() != 0 {
		t.Error(err, folders())
	}
}

// TestPlace follows links to where their file lies.
func TestPlace(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(in("file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"one": "file", "two": in("one"), "gone": "nothing", "circle": "circle", "folder": "."} {
		if err := os.Symlink(to, in(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"file": "file", "new": "new", "one": "file", "two": "file", "gone": "", "circle": "", "folder": "", "missing/new": "missing/new"} {
		place, err := Place(in(name))
		if (err == nil) != (want != "") || err == nil && place != in(want) {
			t.Errorf("%s lies at %q, %v; want %q", name, place, err, want)
		}
	}
	if err := Save(in("two"), says("text")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(in("two")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", info, err)
	}
	if text, err := os.ReadFile(in("file")); err != nil || string(text) != "text" {
		t.Errorf("the file says %q, %v", text, err)
	}
}

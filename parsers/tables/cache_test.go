package tables

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"claimaudit/audit/catalog"
)

// TestCache: a compiled table says what the file says; one that is damaged in any byte, cut or of
// another version is made again, and one under a new name is of the quarter of that name.
func TestCache(t *testing.T) {
	folder, cache := t.TempDir(), filepath.Join(t.TempDir(), "tables")
	path := filepath.Join(folder, "ccipra-v322r0-f1.csv")
	write(t, path, []byte(whole))
	load := func(path string) *File {
		t.Helper()
		files, err := Load([]string{path}, Options{Cache: cache})
		if err != nil {
			t.Fatal(err)
		}
		return files[0]
	}
	first := load(path)
	again := load(path)
	if first.Cached || !again.Cached || dump(first) != dump(again) || first.Official.Table != again.Official.Table {
		t.Fatalf("first %+v, again %+v", first, again)
	}
	kept, err := filepath.Glob(filepath.Join(cache, "*"+cacheSuffix))
	if err != nil || len(kept) != 1 {
		t.Fatalf("the cache holds %v, %v", kept, err)
	}
	for _, file := range []string{kept[0], cache} {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v, %v", file, info.Mode(), err)
		}
	}
	sound := head(t, kept[0])
	for at := range sound {
		damaged := bytes.Clone(sound)
		damaged[at] ^= 0x40
		if _, _, err := uncompiled(damaged); err == nil {
			t.Fatalf("byte %d is flipped and nobody notices", at)
		}
		if _, _, err := uncompiled(sound[:at]); err == nil {
			t.Fatalf("cut at byte %d and nobody notices", at)
		}
	}
	write(t, kept[0], sound[:len(sound)-1])
	if mended := load(path); mended.Cached || dump(mended) != dump(first) {
		t.Errorf("after damage: %+v", mended)
	}
	if !load(path).Cached {
		t.Error("the damaged table was not made again")
	}
	other := filepath.Join(folder, "ccioph-v313r0-f1.csv")
	write(t, other, []byte(whole))
	if o := load(other).Official; o.Quarter != catalog.NewQuarter(2025, 4) || o.Scope != catalog.MedicareHospital {
		t.Errorf("under another name it is %s of %s", o.Name(), o.Quarter)
	}
	write(t, path, []byte(strings.Replace(whole, "64493", "64494", 1)))
	if changed := load(path); changed.Cached || dump(changed) == dump(first) || changed.Official.Table.SHA256 == first.Official.Table.SHA256 {
		t.Error("a byte of the file is changed and nobody notices")
	}
}

// TestCacheOfZip: of a member of a zip the compressed bytes are hashed.
func TestCacheOfZip(t *testing.T) {
	path, o := filepath.Join(t.TempDir(), "pairs.zip"), Options{Cache: t.TempDir()}
	pack := func(text string) {
		t.Helper()
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		for _, name := range []string{"read me.pdf", "ccipra-v322r0-f1.csv"} {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		write(t, path, packed.Bytes())
	}
	changed := strings.Replace(whole, "64493", "64494", 1)
	for _, step := range []struct {
		text   string
		cached bool
	}{{whole, false}, {whole, true}, {changed, false}, {changed, true}} {
		pack(step.text)
		files, err := Load([]string{path}, o)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := parse("ccipra-v322r0-f1.csv", strings.NewReader(step.text))
		if err != nil {
			t.Fatal(err)
		}
		if f := files[0]; f.Cached != step.cached || f.Official.Pairs.At(0).Column1 != plain.Official.Pairs.At(0).Column1 ||
			f.Official.Table.SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte(step.text))) {
			t.Errorf("cached %t: %+v", step.cached, f.Official.Table)
		}
	}
}

// TestCacheOfChangedFile: what changes while it is read is not kept.
func TestCacheOfChangedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ccipra-v322r0-f1.csv")
	write(t, path, []byte(whole))
	m := &member{path: path, disk: path}
	place, err := m.compiledPlace(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f, err := m.fresh()
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, []byte(whole+"\n"))
	if err := m.keep(place, f); !errors.Is(err, errChanged) {
		t.Errorf("kept: %v", err)
	}
}

// TestCacheOfOthers: what another could have written, or what says it was made of another file, is made again.
func TestCacheOfOthers(t *testing.T) {
	folder, cache := t.TempDir(), filepath.Join(t.TempDir(), "tables")
	path := filepath.Join(folder, "ccipra-v322r0-f1.csv")
	write(t, path, []byte(whole))
	var kept string
	for name, spoil := range map[string]func() error{
		"others can write": func() error { return os.Chmod(kept, 0o666) },
		"a group can":      func() error { return os.Chmod(kept, 0o620) },
		"a link":           func() error { return errors.Join(os.Rename(kept, kept+"x"), os.Symlink(kept+"x", kept)) },
		"another hash": func() error {
			f, _, err := uncompiled(head(t, kept))
			if err != nil {
				return err
			}
			f.Official.Table.SHA256 = strings.Repeat("0", 64)
			data, err := compiled(f)
			return errors.Join(err, os.WriteFile(kept, data, 0o600))
		},
	} {
		for _, want := range []bool{false, true, false} { // made, taken, and spoilt made again
			files, err := Load([]string{path}, Options{Cache: cache})
			if err != nil {
				t.Fatal(err)
			}
			if files[0].Cached != want || files[0].Official.Table.SHA256 != fmt.Sprintf("%x", sha256.Sum256([]byte(whole))) {
				t.Errorf("%s: from the cache: %t, hash %s", name, files[0].Cached, files[0].Official.Table.SHA256)
			}
			if found, err := filepath.Glob(filepath.Join(cache, "*"+cacheSuffix)); err == nil && len(found) == 1 {
				kept = found[0]
			}
			if want {
				if err := spoil(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := os.RemoveAll(cache); err != nil {
			t.Fatal(err)
		}
	}
}

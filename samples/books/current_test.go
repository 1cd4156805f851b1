//go:build !race

// The race detector learns nothing from samples that are made one after the other.

package books

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestSamplesAreCurrent holds that the samples are what the generator makes.
func TestSamplesAreCurrent(t *testing.T) {
	again := t.TempDir()
	if err := writeSamples(tables(t), again); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(again, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(again, path)
		if err != nil {
			return err
		}
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("samples/%s is not what the generator makes (%v): run go run ./samples/generate -samples samples", name, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

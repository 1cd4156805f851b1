package parsers_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"claimaudit/parsers"
)

// Nothing in a folder is passed over in silence: each kind of file is opened, or named with its reason; and
// what may hold claim lines is told.
func TestFolder(t *testing.T) {
	eachCase(t, "folder.csv", func(t *testing.T, c map[string]string) {
		dir := t.TempDir()
		content, err := strconv.Unquote(`"` + c["content"] + `"`)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, c["file"])
		if content == "folder" {
			err = os.Mkdir(path, 0o700)
		} else {
			err = os.WriteFile(path, []byte(content), 0o600)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "zz.csv"), []byte("x"), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		found, err := parsers.Find(dir)
		if err != nil {
			t.Fatal(err)
		}
		opened := slices.Contains(found.Files, path)
		if opened != (c["why"] == "opened") {
			t.Errorf("opened %v, passed over %v", opened, found.Passed)
		}
		if !opened && c["why"] != "" && (len(found.Passed) != 1 || found.Passed[0].File != path || !strings.Contains(found.Passed[0].Why, c["why"])) {
			t.Errorf("passed over %v, want %s", found.Passed, c["why"])
		}
		if c["why"] == "" && len(found.Passed) > 0 {
			t.Errorf("named %v", found.Passed)
		}
		if found.Lost != (c["lost"] == "yes") {
			t.Errorf("lost %v", found.Lost)
		}
	})
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{"-", filepath.Join(dir, "notes.docx")} {
		if err := os.WriteFile(filepath.Join(dir, "notes.docx"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if found, err := parsers.Find(path); err != nil || !slices.Equal(found.Files, []string{path}) || found.Lost {
			t.Errorf("%s: %v %v", path, found, err)
		}
	}
	if _, err := parsers.Find(dir); err == nil || !strings.Contains(err.Error(), "holds no export") || !strings.Contains(err.Error(), "it holds notes.docx, its name") {
		t.Errorf("a folder without an export: %v", err)
	}
	for _, name := range []string{"b.csv", "A.XLSX", "c.txt.gz", "a.psv"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := parsers.Find(dir)
	var names []string
	for _, path := range found.Files {
		names = append(names, filepath.Base(path))
	}
	if err != nil || strings.Join(names, " ") != "A.XLSX a.psv b.csv c.txt.gz" {
		t.Errorf("found %v, %v", names, err)
	}
	if _, err := parsers.Find(filepath.Join(dir, "gone")); err == nil {
		t.Error("a path that is not there was found")
	}
}

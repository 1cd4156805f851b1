package parsers_test

import (
	"archive/zip"
	"bytes"
	"io"
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

// TestZip finds the exports in a zip of several, by its name and in a folder, and names what it passes over.
func TestZip(t *testing.T) {
	lines := "PatientID,DOS,CPT\nP1,2025-03-10,64483\n"
	archive := func(files ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			w, err := z.Create(files[i])
			if err == nil {
				_, err = io.WriteString(w, files[i+1])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"many.zip": archive("a.csv", lines, "in/b.TXT", lines, "c.pdf", "%PDF", "d.xlsb", "x", "e.xls", "<table><tr><td>PatientID<td>DOS<td>CPT<tr><td>P1<td>2025-03-10<td>64483</table>", "f.xml", "<?xml version='1.0'?><a/>"),
		"one.zip":  archive("a.csv", lines), "none.zip": archive("a.pdf", "%PDF", "b.pdf", "%PDF"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	many := filepath.Join(dir, "many.zip")
	want := []string{many + "/a.csv", many + "/in/b.TXT", many + "/e.xls"}
	found, err := parsers.Find(many)
	if err != nil || !slices.Equal(found.Files, want) || !found.Lost || len(found.Passed) != 3 || found.Passed[1].File != many+"/d.xlsb" {
		t.Errorf("%+v, %v", found, err)
	}
	for _, path := range found.Files {
		r, err := read(path, parsers.Options{}, 1)
		if err != nil || len(r.lines) != 1 || r.Tables[0].Source.File != path || len(r.Tables[0].Source.SHA256) != 64 {
			t.Errorf("%s: %v", path, err)
		}
	}
	if found, err := parsers.Find(filepath.Join(dir, "one.zip")); err != nil || len(found.Files) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := parsers.Find(filepath.Join(dir, "none.zip")); err == nil || !strings.Contains(err.Error(), "the zip holds no export") {
		t.Errorf("error %v", err)
	}
	found, err = parsers.Find(dir)
	if err != nil || !slices.Equal(found.Files, append(want, filepath.Join(dir, "one.zip"))) || len(found.Passed) != 5 {
		t.Errorf("%+v, %v", found, err)
	}
}

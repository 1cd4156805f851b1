//go:build unix

package parsers_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"claimaudit/parsers"
)

// TestFolderPipe: a pipe in a folder is not waited for, whatever its name, and is named.
func TestFolderPipe(t *testing.T) {
	dir := t.TempDir()
	pipe, export := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	if err := os.WriteFile(export, []byte("PatientID"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	found, err := parsers.Find(dir)
	if err != nil || !slices.Equal(found.Files, []string{export}) || len(found.Passed) != 1 || found.Passed[0].File != pipe || !strings.Contains(found.Passed[0].Why, "a pipe") {
		t.Errorf("%+v, %v", found, err)
	}
}

package reviewed

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mark = "075e765bbd2039c03236ea5c"

// TestDelimiters: a sheet saved as text is read by what stands between its heads, whatever stands in its notes.
func TestDelimiters(t *testing.T) {
	for _, comma := range []string{",", ";", "\t"} {
		note := strings.ReplaceAll("seen: a; b; c; d; e; f", ";", map[bool]string{true: ",", false: ";"}[comma == ";"])
		lines := []string{strings.Join([]string{"Row", "Disposition", "Note", "Fingerprint"}, comma)}
		for range 5 {
			lines = append(lines, strings.Join([]string{"2", "disagree", note, mark}, comma))
		}
		path := filepath.Join(t.TempDir(), "book.csv")
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		book, err := Read(t.Context(), path)
		if err != nil || len(book.Troubles) > 0 || len(book.Reviews) != 5 || book.Reviews[4].Note != note || book.Reviews[4].Fingerprint != mark {
			t.Errorf("%q: %+v, %v", comma, book, err)
		}
	}
}

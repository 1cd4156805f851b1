package near

import "testing"

// TestWord: a slip leads to the word that was meant, and what is no slip of any to none.
func TestWord(t *testing.T) {
	known := []string{"deleted-code", "duplicate-line", "table", "CPT", "DOS", "show"}
	for word, want := range map[string]string{
		"delted-code": "deleted-code", "duplicate_line": "duplicate-line", "tabel": "table", "CTP": "CPT", "cpt": "CPT",
		"shwo": "show", "export.csv": "", "": "", "x": "", "zz": "", "DOB": "DOS",
	} {
		if got := Word(word, known); got != want {
			t.Errorf("%q is taken for %q, want %q", word, got, want)
		}
	}
	if got := Question("tabel", known); got != ": did you mean table?" {
		t.Errorf("asked %q", got)
	}
}

package main

import "testing"

// TestByFinder: macOS starts a program that is double clicked by its whole path, in the home folder.
func TestByFinder(t *testing.T) {
	for _, test := range []struct {
		program, folder string
		want            bool
	}{
		{"/Users/u/Downloads/claimaudit", "/Users/u", true},
		{"./claimaudit", "/Users/u", false},
		{"claimaudit", "/Users/u", false},
		{"/usr/local/bin/claimaudit", "/Users/u/billing", false},
	} {
		if got := byFinder(test.program, test.folder, "/Users/u"); got != test.want {
			t.Errorf("%s in %s: %v", test.program, test.folder, got)
		}
	}
	if byFinder("/usr/local/bin/claimaudit", "", "") {
		t.Error("without a home folder")
	}
}

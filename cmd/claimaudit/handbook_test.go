package main

import "testing"

// TestSplitHelp holds where a rule's help turns to when it is right to bill so.
func TestSplitHelp(t *testing.T) {
	for _, c := range []struct{ help, means, right string }{
		{"A code is one. Right after all when two.", "A code is one.", "Right after all when two."},
		{"One. Right for another site. Fingers too.", "One.", "Right for another site. Fingers too."},
		{"One. It is right after all when late. Right here.", "One.", "It is right after all when late. Right here."},
		{"One. No case is known where it is right.", "One.", "No case is known where it is right."},
		{"A right side. Nothing.", "A right side. Nothing.", ""},
	} {
		means, right := splitHelp(c.help)
		if means != c.means || right != c.right {
			t.Errorf("%q is split into %q and %q", c.help, means, right)
		}
	}
}

package xlsx

import (
	"strings"
	"testing"
)

// TestRowHeights holds that a row is as high as its text, and no higher than twelve lines, whatever stands in it.
func TestRowHeights(t *testing.T) {
	for lines, want := range map[int]string{1: "020", 2: "032", 12: "182", 13: "182", 3000: "182"} {
		r := newRow([]Column{{Style: 1}, {Style: 2, Chars: 10}})
		text := strings.Repeat("ten chars.", lines)
		r.begin(2)
		r.Text("as it is")
		r.Text(text)
		r.end()
		if got := string(r.buf); !strings.Contains(got, ` ht="`+want+`"`) || !strings.Contains(got, text) {
			t.Errorf("%d lines: %.60s, want a height of %s and the whole text", lines, got, want)
		}
	}
}

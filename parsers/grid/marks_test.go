package grid

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestMarks finds the delimiters, the line ends and the end of texts of few letters, wherever in a word they stand.
func TestMarks(t *testing.T) {
	const letters = ",\n\r\"-\x0b\x8c\x8ax " // some are one bit off a mark
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 300 {
		text := make([]byte, n)
		var want, got []int
		for i := range text {
			if text[i] = letters[r.IntN(len(letters))]; text[i] == ',' || text[i] == '\n' {
				want = append(want, i)
			}
		}
		b := &textBlock{text: string(text), comma: ','}
		for base := 0; base <= n; base += 64 {
			for m := b.marksFrom(base); m.bits != 0; m = m.passed() {
				got = append(got, m.first())
			}
		}
		if want = append(want, n); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, expected %v", text, got, want)
		}
	}
}

// Package near finds the known word that somebody meant who slipped.
package near

import "strings"

// Question is the known word that is nearest to one, as a question behind a colon; blank when none is near.
func Question(word string, known []string) string {
	if best := Word(word, known); best != "" {
		return ": did you mean " + best + "?"
	}
	return ""
}

// Word is the known word that is nearest to one, by letters put in, left out, changed or swapped, in a third of
// its letters at most; case does not matter. Blank when none is near.
func Word(word string, known []string) string {
	best, nearest := "", len(word)/3+1
	for _, k := range known {
		if d := slips(strings.ToLower(word), strings.ToLower(k)); d <= nearest && d < max(len(word), len(k)) {
			best, nearest = k, d-1
		}
	}
	return best
}

// slips is how many letters must be put in, left out, changed or swapped with their neighbour to make one word
// the other.
func slips(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, row[j]+1, last[j+1]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

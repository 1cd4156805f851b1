package terms

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"claimaudit/audit"
)

var (
	// Severities are the severities by name.
	Severities = map[string]audit.Severity{"error": audit.Error, "warning": audit.Warning, "review": audit.Review}
)

// MustWord is what a word of a table stands for.
func MustWord[T any](words map[string]T, word string) T {
	value, ok := words[word]
	if !ok {
		panic(fmt.Sprintf("rules: %q is none of %v", word, slices.Sorted(maps.Keys(words))))
	}
	return value
}

// MustYes reads yes, or nothing for no.
func MustYes(text string) bool {
	return MustWord(map[string]bool{"": false, "yes": true}, text)
}

// Words is a cell that holds several words: codes, rule ids, files.
type Words []string

// UnmarshalCSV reads the words of a cell.
func (w *Words) UnmarshalCSV(cell string) error {
	*w = append(Words{}, strings.Fields(cell)...)
	return nil
}

package terms

import (
	"strings"
	"unicode"

	"claimaudit/audit"
)

// planRow is a row of plans.csv: a payer whose own rules are known, and what its names have in them.
type planRow struct {
	Plan   string `csv:"plan" table:"key"`
	Words  string `csv:"words"` // parted by semicolons, one of which stands in its name as whole words
	Source string `csv:"source"`
}

// MustPlan tells whether a line's payer is the plan of that name.
func MustPlan(name string) func(l *audit.Line) bool {
	for row := range MustData[planRow]("plans.csv") {
		if row.Plan == name {
			words := strings.Split(row.Words, ";")
			for i := range words {
				words[i] = wholeWords(words[i])
			}
			return func(l *audit.Line) bool { return isPlan(l.PayerName, words) }
		}
	}
	panic("rules: plans.csv has no " + name) // the table is part of the program
}

func isPlan(name string, words []string) bool {
	name = wholeWords(name)
	for _, w := range words {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}

// wholeWords is a name in small letters with one blank around each of its words.
func wholeWords(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}

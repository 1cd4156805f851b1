package shapes

import (
	"strconv"
	"strings"
	"unicode"

	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// figures are the numbers and the first day of one row about sessions, for the help of its rule to name.
type figures struct {
	Limit, Days, course, seen int
	From                      claim.Date
}

// FiguresOf are those of a rule's rows of a table about sessions, in the table's order; none where
// the shape has no such table.
func FiguresOf(shape, rule string) (list []figures) {
	switch shape {
	case "sessions":
		for row := range terms.MustData[limitRow]("sessions.csv") {
			if row.Rule == rule {
				list = append(list, figures{MustCount(row.Limit), MustCount(row.Days), MustCount(row.Course), 0, terms.MustDate(row.From)})
			}
		}
	case "session-history":
		for row := range terms.MustData[historyRow]("session-history.csv") {
			if row.Rule == rule {
				list = append(list, figures{MustCount(row.Least), MustCount(row.Days), 0, MustCount(row.Seen), terms.MustDate(row.From)})
			}
		}
	case "session-levels":
		for row := range terms.MustData[levelsRow]("session-levels.csv") {
			if row.Rule == rule {
				list = append(list, figures{Limit: MustCount(row.Limit), From: terms.MustDate(row.From)})
			}
		}
	}
	return list
}

// figureWords are the words in braces of the help of a rule about sessions. Each is followed by the
// number of the row: {days 1} are the days of the rule's first row. A capital makes one of the text.
var figureWords = map[string]func(figures) string{
	"limit":       func(f figures) string { return numberWord(f.Limit) },
	"limit twice": func(f figures) string { return numberWord(2 * f.Limit) }, // on both sides
	"over":        func(f figures) string { return numberWord(f.Limit + 1) }, // the first number over the limit
	"over nth":    func(f figures) string { return ordinalWord(f.Limit + 1) },
	"days":        func(f figures) string { return strconv.Itoa(f.Days) },
	"days within": func(f figures) string { return strconv.Itoa(f.Days - 1) }, // the days between the window's first and last
	"weeks":       func(f figures) string { return strconv.Itoa(f.Days / 7) },
	"years":       func(f figures) string { return yearsWord(f.Days) },
	"course":      func(f figures) string { return strconv.Itoa(f.course) },
	"seen":        func(f figures) string { return yearsWord(f.seen) },
	"from":        func(f figures) string { return f.From.String() },
}

// Told is the text with the words in braces filled in from the rule's rows.
func Told(text string, rows []figures) string {
	if rows == nil {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		word, after, _ := strings.Cut(rest, "}")
		at := strings.LastIndexByte(word, ' ')
		name := word[:max(at, 0)]
		n := MustCount(word[at+1:])
		if n == 0 || n > len(rows) {
			panic("rules: help speaks of a row that is not there: " + word) // the table is part of the program
		}
		filled := terms.MustWord(figureWords, strings.ToLower(name))(rows[n-1])
		if unicode.IsUpper(rune(name[0])) {
			filled = strings.ToUpper(filled[:1]) + filled[1:]
		}
		b.WriteString(filled)
		text = after
	}
}

// numberWord is a small number in words.
func numberWord(n int) string {
	words := [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// ordinalWord is third for 3.
func ordinalWord(n int) string {
	words := [...]string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n) + "th"
}

// yearsWord is a number of days in words: a year, two years, 90 days.
func yearsWord(days int) string {
	const year = 365
	switch {
	case days == year:
		return "a year"
	case days%year == 0:
		return numberWord(days/year) + " years"
	}
	return strconv.Itoa(days) + " days"
}

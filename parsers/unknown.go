package parsers

import (
	"fmt"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// fewestNames is how many names a row must have to pass for a header that nobody knows.
const fewestNames = 3

// unknownHeader is the place among the first rows of one that must be a header, though too few of its names are known;
// -1 for none. It holds names alone, as many as the rows have cells, and below it a day and a code stand, which no
// row of data lacks: so that no patient's cells are taken for names.
func unknownHeader(rows []grid.Row) int {
	for i := range min(len(rows)-1, headerRows) {
		names := map[string]bool{}
		for _, cell := range rows[i].Cells {
			if text := trim(cell); text != "" {
				names[text] = true
			}
		}
		if len(names) >= fewestNames && 2*len(names) > widest(rows) && !slices.ContainsFunc(rows[i].Cells, isData) {
			if holdsDayAndCode(rows[i+1:]) {
				return i
			}
			return -1
		}
	}
	return -1
}

// isData tells whether a cell holds what no name of a column is: a day, a number, a code.
func isData(cell string) bool {
	return isDay(cell) || isCode(cell) || trim(cell) != "" && strings.Trim(trim(cell), "0123456789.,-$/:") == ""
}

func isDay(cell string) bool {
	_, _, err := claim.ParseDate(trim(cell))
	return err == nil
}

func isCode(cell string) bool {
	code, err := claim.ParseCode(trim(cell))
	return err == nil && code.Shaped()
}

// holdsDayAndCode tells whether most rows have both.
func holdsDayAndCode(rows []grid.Row) bool {
	both := 0
	for i := range rows {
		if slices.ContainsFunc(rows[i].Cells, isDay) && slices.ContainsFunc(rows[i].Cells, isCode) {
			both++
		}
	}
	return 2*both > len(rows)
}

// offer shows the columns of a header of which too few names are known, so that somebody can say what they hold, and
// says how.
func (t *Table) offer(rows []grid.Row) error {
	i := unknownHeader(rows)
	if i < 0 {
		return t.know.withoutHeader(rows)
	}
	below := rows[i+1:]
	t.plan.none()
	t.Headers = []int{rows[i].Number}
	t.Columns = t.know.columns(headerTexts(rows[i].Cells), below)
	if err := t.assign(nil); err == nil {
		return t.know.withoutHeader(rows) // it has all, and was refused for something else
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Field == "" {
			c.Why = "its name is not known"
		}
	}
	return &headerError{
		what: fmt.Sprintf("row %d looks like a header, and too few of its names are known", rows[i].Number),
		help: "say which columns hold the " + t.know.requiredText() + ": " + t.byName(),
	}
}

// byName guesses from shapes which columns the required fields may be, by their headers.
func (t *Table) byName() string {
	like := map[claim.Field]func(string) bool{claim.FieldFrom: isDay, claim.FieldCode: isCode}
	var flags []string
	for _, f := range t.know.required {
		name := "HEADER"
		if is := like[f]; is != nil {
			if at := slices.IndexFunc(t.Columns, func(c Column) bool { return slices.ContainsFunc(c.values, is) }); at >= 0 && t.Columns[at].Header != "" {
				name = t.Columns[at].Header
			}
		}
		flags = append(flags, fmt.Sprintf("--map '%s=%s'", f, strings.ReplaceAll(name, "'", "")))
	}
	return strings.Join(flags, " ")
}

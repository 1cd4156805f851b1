// Package notes makes rules of what a practice knows itself: rows of its notes and of its code list, as
// a file of its own holds them, become rows of the shapes that the rules of the program are rows of.
//
// Forms says what columns the files have; Make reads their rows.
package notes

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/table"
)

//go:embed columns.csv expected.csv notes.csv codes.csv
var files embed.FS

var tables = table.In(files, ".")

// Column is a column of a practice's own file.
type Column struct {
	_       table.Source `says:"our own choice of columns"`
	Form    string       `csv:"form" table:"key"`   // notes or codes
	Name    string       `csv:"column" table:"key"` // in records
	Head    string       `csv:"head"`               // as it is printed
	Names   string       `csv:"names"`              // others it may be headed with, parted by semicolons
	Must    string       `csv:"must"`               // must: a header has it; key: and is known by it
	Holds   string       `csv:"holds"`              // day: dates
	Choices string       `csv:"choices"`            // what a cell may say, parted by semicolons; blank: much
	Help    string       `csv:"help"`
}

// Columns are the columns of notes or of codes, in order.
func Columns(form string) []Column {
	return slices.DeleteFunc(table.Must[Column](tables, "columns.csv"), func(c Column) bool { return c.Form != form })
}

// Examples are the worked examples of notes or of codes, below their heads.
func Examples(form string) [][]string {
	r, err := table.Read(files, form+".csv")
	if err != nil {
		panic("notes: " + err.Error()) // it is part of the program
	}
	return append([][]string{r.Header}, r.Rows...)
}

// exampleMark is what the source of an example begins with, so that nobody is audited by it.
const exampleMark = "Example: "

// Template is the rows of a file to fill in, below their heads: the worked examples, marked as such.
func Template(form string) [][]string {
	rows := Examples(form)
	for _, row := range rows[1:] {
		row[len(row)-1] = exampleMark + row[len(row)-1]
	}
	return rows
}

// withoutExamples takes the examples out that stand in the file as the template has them, and tells of them. One
// that was written over but for its source is a fault.
func (m *making) withoutExamples(form string, r *table.Records) *table.Records {
	kept := &table.Records{File: r.File, Header: r.Header}
	var left []string
	for i, row := range r.Rows {
		source := row[len(row)-1]
		switch {
		case !strings.HasPrefix(strings.ToLower(source), strings.ToLower(exampleMark)):
			kept.Rows, kept.Lines = append(kept.Rows, row), append(kept.Lines, r.Lines[i])
		case slices.ContainsFunc(Template(form)[1:], func(example []string) bool { return slices.Equal(example, row) }):
			left = append(left, strconv.Itoa(r.Lines[i]))
		default:
			m.errs = append(m.errs, &table.Fault{At: table.At{File: r.File, Line: r.Lines[i]}, Column: "Source",
				What: "begins with " + strings.TrimSpace(exampleMark) + " and the row is no example any more: write where it is from, or delete the row"})
		}
	}
	if len(left) > 0 {
		m.own.Examples = append(m.own.Examples, fmt.Sprintf("%s: left out as the examples of the template: rows %s", r.File, strings.Join(left, ", ")))
	}
	return kept
}

// Family is the family of checks that coverage counts the practice's own rules in.
const Family = "The practice's own notes"

// prefix is what ids of own rules begin with.
const prefix = "own:"

// Options are how a practice's own rows are read.
type Options struct {
	DayFirst, MonthFirst bool // how days such as 3/4/2026 are written, where that was said
	Redact               bool // sources name no file
}

// Own is what a practice's own rows make.
type Own struct {
	Rules []*audit.Rule // in the order of their first rows, those of code lists last
	// Codes are the rows of code lists by what they say, for who asks about a code.
	Codes []CodeEntry
	// Examples tell of each file which of its rows are left out as the template's examples.
	Examples []string
}

// Make makes rules of the rows of notes and of code lists. Rows that switch a rule off are put to those
// of all, the built-in ones. The error joins all that is wrong.
func Make(notes, codes []*table.Records, all []*audit.Rule, o Options) (*Own, error) {
	m := &making{o: o, all: all, own: &Own{}}
	for _, r := range notes {
		rows := bound[noteRow](m, m.withoutExamples("notes", r))
		for i := range rows {
			m.note(&rows[i])
		}
	}
	for _, r := range codes {
		rows := bound[codeRow](m, m.withoutExamples("codes", r))
		for i := range rows {
			m.codeRow(&rows[i])
		}
	}
	m.codeRules()
	if err := errors.Join(m.errs...); err != nil {
		return nil, err
	}
	m.finish()
	return m.own, nil
}

// bound are the records as rows. One that says what another says is a fault.
func bound[T any](m *making, r *table.Records) []T {
	m.dates(r)
	rows, err := table.Bind[T](r)
	if rows == nil {
		m.errs = append(m.errs, err)
		return nil
	}
	first := map[string]int{}
	for i, cells := range r.Rows {
		key := strings.Join(cells[:len(cells)-1], "\x00") // less the source
		if line, twice := first[key]; twice {
			m.errs = append(m.errs, &table.Fault{At: table.At{File: r.File, Line: r.Lines[i]}, What: fmt.Sprintf("says what row %d says: delete one of them", line)})
			continue
		}
		first[key] = r.Lines[i]
	}
	return rows
}

// making is rules on their way.
type making struct {
	o       Options
	all     []*audit.Rule
	own     *Own
	named   []*ownRule // in order
	listed  []codeCells
	offs    int
	errs    []error
	dayword dayOrder // of the file being read
}

// ownRule is a rule on its way.
type ownRule struct {
	rule  *audit.Rule
	rows  []shapes.OwnRow
	says  []string // a sentence a row
	where []string // the sources
}

// ruleNamed is the rule with that id, made where there is none.
func (m *making) ruleNamed(id, title string) *ownRule {
	for _, r := range m.named {
		if r.rule.ID == id {
			return r
		}
	}
	r := &ownRule{rule: &audit.Rule{ID: id, Title: title, Family: Family, Rank: audit.Policy, Own: true}}
	m.named = append(m.named, r)
	return r
}

// finish completes the rules with their rows.
func (m *making) finish() {
	for _, r := range m.named {
		shapes.Own(r.rule, r.rows)
		r.rule.Means = strings.Join(r.says, " ")
		r.rule.Source = strings.Join(r.where, "; ")
		m.own.Rules = append(m.own.Rules, r.rule)
	}
}

// source is where a row stands, and where that is from.
func (m *making) source(at table.At, from string) string {
	file := "own notes"
	if !m.o.Redact {
		file = at.File
		if path.IsAbs(file) || filepath.IsAbs(file) {
			file = path.Base(filepath.ToSlash(file)) // outputs say nothing of where on a machine things lie
		}
	}
	text := fmt.Sprintf("%s row %d", file, at.Line)
	if from != "" {
		text += ": " + from
	}
	return text
}

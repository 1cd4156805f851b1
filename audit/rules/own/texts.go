package own

import (
	"claimaudit/audit"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
	"claimaudit/audit/table"
)

// textRow is what a rule of its own says or advises.
type textRow struct {
	_    table.Source `says:"our own words"`
	Rule string       `csv:"rule" table:"key"`
	Name string       `csv:"name" table:"key"`
	Text string       `csv:"text"` // with the words of sayWords in braces, and those its rule gives
}

// mustText is a text of a rule in texts.csv. Its words in braces are those of sayWords and the given
// ones, whose values the check hands over with each line.
func mustText(rule, name string, given ...string) ownText {
	for row := range terms.MustData[textRow]("texts.csv") {
		if row.Rule == rule && row.Name == name {
			return ownText{shapes.MustPhraseWith(row.Text, given)}
		}
	}
	panic("rules: texts.csv has no " + name + " of " + rule)
}

// ownText is a text with words in braces, some of which only the rule knows.
type ownText struct{ phrase shapes.Phrase }

// of is the text about a line, with values for the given words in their order.
func (t ownText) of(s *shapes.SeenLine, values ...string) string {
	about := *s
	about.Given = values
	return t.phrase.Of(&about)
}

// on is the text about a line alone.
func (t ownText) on(c *audit.Case, l *audit.Line, values ...string) string {
	return t.of(&shapes.SeenLine{C: c, L: l}, values...)
}

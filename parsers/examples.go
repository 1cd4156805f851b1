package parsers

import (
	"strings"

	"claimaudit/audit/claim"
)

// example is the first cell that was mended in a way, and what was read from it: shapes alone, with letters
// as A and digits as 9.
type example struct {
	field      claim.Field
	how        repair
	row        int32
	cell, read string
}

// showExamples completes the examples of the line that was read.
func (r *reader) showExamples() {
	for ; r.shown < len(r.examples); r.shown++ {
		e := &r.examples[r.shown]
		var values []string
		for _, f := range e.how.fills(e.field) {
			for _, v := range f.Values(&r.line) {
				values = append(values, mask(v))
			}
		}
		e.read = strings.Join(values, " ")
	}
}

// fills are the fields whose values a cell mended in this way has given.
func (how repair) fills(f claim.Field) []claim.Field {
	switch how {
	case codeGlued:
		return []claim.Field{f, claim.FieldModifiers}
	case codeUnits:
		return []claim.Field{f, claim.FieldModifiers, claim.FieldUnits}
	}
	return []claim.Field{f}
}

// dropExamples leaves out those of repairs that are not counted after all.
func (c *counts) dropExamples() {
	kept := c.examples[:0]
	for i := range c.examples {
		if e := &c.examples[i]; c.mended[e.field][e.how] > 0 {
			kept = append(kept, *e)
		}
	}
	c.examples, c.shown = kept, min(c.shown, len(kept))
}

// exampleOf is the example of a repair that stands first in the sheet.
func (c *counts) exampleOf(f claim.Field, how repair) (first example) {
	for i := range c.examples {
		if e := &c.examples[i]; e.field == f && e.how == how && (first.row == 0 || e.row < first.row) {
			first = *e
		}
	}
	return first
}

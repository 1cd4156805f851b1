package tables

import (
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// beginCodes finds the header of a HCPCS list.
func beginCodes(rows [][]string) *body {
	for i, row := range rows {
		c := columnsOf(row)
		l := &codes{
			code: c.named("hcpc", "hcpcs", "hcpcscode"), record: c.named("recid", "ric"),
			from: c.named("adddt", "dateadded", "adddate"), to: c.named("termdt", "dateterm", "termdate"),
			successor: c.named("xref1", "xref"), values: map[claim.Code]catalog.Listed{},
		}
		if l.code >= 0 && l.from >= 0 && l.to >= 0 {
			return &body{below: i + 1, row: l.row, finish: l.finish}
		}
	}
	return nil
}

// codes are the columns of a HCPCS list, and what was read.
type codes struct {
	code, record, from, to, successor int

	values map[claim.Code]catalog.Listed
}

// The records of a HCPCS list that are no code.
const (
	modifierRecord = "records of modifiers"
	furtherRecord  = "further lines of descriptions"
)

func (l *codes) row(cells []string, _ int) (string, error) {
	return l.add(cell(cells, l.code), cell(cells, l.record), cell(cells, l.from), cell(cells, l.to), cell(cells, l.successor))
}

func (l *codes) add(text, record, from, to, successor string) (string, error) {
	switch record {
	case "4", "8":
		return furtherRecord, nil
	case "7":
		return modifierRecord, nil
	}
	if len(text) == 2 {
		return modifierRecord, nil
	}
	code, err := codeOf(text)
	if err != nil || !code.LevelII() {
		return "", errCode
	}
	var v catalog.Listed
	if v.From, err = beginOf(from); err != nil {
		return "", err
	}
	if v.To, err = endOf(to); err != nil {
		return "", err
	}
	if next, err := codeOf(strings.TrimSpace(successor)); err == nil {
		v.Successor = next
	}
	if have, twice := l.values[code]; twice && have != v {
		return "", errTwice
	}
	l.values[code] = v
	return "", nil
}

func (l *codes) finish(o *catalog.Official) error {
	o.Codes = l.values
	return nil
}

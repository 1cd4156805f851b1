package tables

import (
	"strconv"
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// beginLimits finds the header of a unit limit table, whose first cell has a line break in it.
func beginLimits(rows [][]string) *body {
	for i, row := range rows {
		c := columnsOf(row)
		l := &limits{
			code:  c.named("hcpcscptcode", "hcpcscode", "cptcode", "hcpcscpt"),
			units: c.find(func(name string) bool { return strings.Contains(name, "muevalue") }),
			by:    c.having("adjudicationindicator"), reason: c.having("rationale"),
			values: map[claim.Code]catalog.Limit{},
		}
		if l.code >= 0 && l.units >= 0 {
			return &body{below: i + 1, scope: row[l.units], row: l.row, finish: l.finish}
		}
	}
	return nil
}

// limits are the columns of a unit limit table, and what was read.
type limits struct {
	code, units, by, reason int

	values map[claim.Code]catalog.Limit
}

func (l *limits) row(cells []string, _ int) (string, error) {
	code, err := codeOf(cell(cells, l.code))
	if err != nil {
		return "", err
	}
	units, err := strconv.Atoi(strings.TrimSuffix(cell(cells, l.units), ".0"))
	if err != nil || units < 0 {
		return "", errUnits
	}
	limit := catalog.Limit{Units: claim.Whole(units), By: catalog.ByLine, Rationale: strings.Clone(cell(cells, l.reason))}
	if l.by >= 0 { // the oldest tables have line edits alone and do not say so
		text, _, _ := strings.Cut(cell(cells, l.by), " ") // "2 Date of Service Edit: Policy"
		by, err := oneOf(text, "123", "adjudication indicator")
		if err != nil {
			return "", err
		}
		limit.By = catalog.Adjudication(by)
	}
	if _, twice := l.values[code]; twice {
		return "", errTwice
	}
	l.values[code] = limit
	return "", nil
}

func (l *limits) finish(o *catalog.Official) error {
	for code, limit := range l.values {
		limit.Quarter = o.Quarter
		l.values[code] = limit
	}
	o.Limits = l.values
	return nil
}

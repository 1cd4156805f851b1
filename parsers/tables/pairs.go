package tables

import (
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// beginPairs finds the header of a pair table. In text it takes four rows, in a workbook saved as
// CSV one; the first names column 1 and column 2 either way.
func beginPairs(rows [][]string) *body {
	for i, row := range rows {
		c := columnsOf(row)
		p := &pairs{
			column1: c.named("column1"), column2: c.named("column2"),
			from: prefixed(c, "effective"), to: prefixed(c, "deletion"), indicator: prefixed(c, "modifier"), reason: c.having("rationale"),
		}
		if p.column1 < 0 || p.column2 < 0 || p.from < 0 || p.to < 0 || p.indicator < 0 {
			continue
		}
		below := i + 1
		for below < len(rows) && p.caption(rows[below]) {
			below++
		}
		p.builder = catalog.NewPairBuilder(1 << 16)
		return &body{below: below, row: p.row, finish: p.finish}
	}
	return nil
}

// caption tells whether a row goes on with the header: it names no codes and no days.
func (p *pairs) caption(row []string) bool {
	day := cell(row, p.from)
	return cell(row, p.column1) == "" && cell(row, p.column2) == "" && (day == "" || day[0] < '0' || day[0] > '9')
}

func prefixed(c columns, prefix string) int {
	return c.find(func(name string) bool { return strings.HasPrefix(name, prefix) })
}

// pairs are the columns of a pair table, and what was read.
type pairs struct {
	column1, column2, from, to, indicator, reason int

	builder *catalog.PairBuilder
	days    [2]day // the days read last, which the next row mostly has too
}

type day struct {
	text string
	date claim.Date
}

func (p *pairs) row(cells []string, row int) (string, error) {
	var e catalog.Edit
	var err error
	if e.Column1, err = codeOf(cell(cells, p.column1)); err != nil {
		return "", err
	}
	if e.Column2, err = codeOf(cell(cells, p.column2)); err != nil {
		return "", err
	}
	if e.From, err = p.day(0, cell(cells, p.from), beginOf); err != nil {
		return "", err
	}
	if e.To, err = p.day(1, cell(cells, p.to), endOf); err != nil {
		return "", err
	}
	indicator, err := oneOf(cell(cells, p.indicator), "019", "modifier indicator")
	if err != nil {
		return "", err
	}
	e.Indicator, e.Rationale, e.Row = catalog.Indicator(indicator), cell(cells, p.reason), row
	return "", p.builder.Add(e)
}

func (p *pairs) day(which int, text string, read func(string) (claim.Date, error)) (claim.Date, error) {
	if last := &p.days[which]; last.text == text && text != "" {
		return last.date, nil
	}
	d, err := read(text)
	if err == nil {
		p.days[which] = day{strings.Clone(text), d}
	}
	return d, err
}

func (p *pairs) finish(o *catalog.Official) error {
	o.Pairs = p.builder.Table()
	return nil
}

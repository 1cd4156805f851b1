package reports

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// patternRow is one provider's rate of one pattern.
type patternRow struct {
	provider string
	pattern  *audit.Pattern
	rate     audit.Rate
	hidden   int // rates over too few, in the last row
}

// patternRows are the rates that say something, those that stand out first; a last row counts
// the others.
func (v *view) patternRows() []patternRow {
	var rows []patternRow
	hidden := 0
	for i := range v.Providers {
		p := &v.Providers[i]
		for k, rate := range p.Rates {
			switch pattern := v.Patterns[k]; {
			case rate.Of >= pattern.Least:
				rows = append(rows, patternRow{provider: p.ID, pattern: pattern, rate: rate})
			case rate.Of > 0:
				hidden++
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b patternRow) int {
		return cmp.Compare(rankOf(b), rankOf(a))
	})
	if hidden > 0 {
		rows = append(rows, patternRow{hidden: hidden})
	}
	return rows
}

func rankOf(r patternRow) int {
	if r.rate.StandsOut(r.pattern) {
		return 1
	}
	return 0
}

// providerPatterns has a row for each rate of each provider.
func (b *book) providerPatterns() table {
	rows := b.patternRows()
	return table{
		count: len(rows), frozen: 1, colour: navy,
		columns: []column{
			{"Provider", 13, code, false},
			{"Pattern", 34, prose, false},
			{"Count", 9, number, false},
			{"Of", 9, number, false},
			{"Rate", 12, percent, true},
			{"Of what", 24, prose, false},
			{"Looked at above", 11, percent, false},
			{"Stands out", 10, text, false},
			{"What it means", 79, prose, false},
			{"Source", 80, prose, false},
		},
		fill: func(i int, r *xlsx.Row) { rows[i].fill(r) },
	}
}

func (p *patternRow) fill(r *xlsx.Row) {
	if p.pattern == nil {
		r.Text("")
		r.Text(plural(p.hidden, "more rate") + " over too few to say anything")
		return
	}
	r.Text(cmp.Or(p.provider, "not given"))
	r.Text(p.pattern.Title)
	r.Int(p.rate.N)
	r.Int(p.rate.Of)
	r.Ratio(int64(p.rate.N), int64(p.rate.Of))
	r.Text(p.pattern.Of)
	if p.pattern.Above > 0 {
		r.Ratio(int64(p.pattern.Above), 100)
	} else {
		r.Blank()
	}
	if p.rate.StandsOut(p.pattern) {
		r.Text("yes")
	} else {
		r.Text("")
	}
	r.Text(p.pattern.Help)
	r.Text(p.pattern.Source)
}

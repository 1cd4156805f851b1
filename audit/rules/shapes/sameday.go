package shapes

import (
	"fmt"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// sameDayRow is one row of data/same-day.csv: two codes a rule does not want on one day. The
// finding sits on column 2.
type sameDayRow struct {
	Rule    string `csv:"rule"`
	Column1 string `csv:"column1"` // codes and groups
	Column2 string `csv:"column2"`
	From    string `csv:"from"` // dates of service; blank for always
	To      string `csv:"to"`
	// Indicator is what a modifier does: 0 nothing, 1 it opens the pair, none it is not asked (a
	// payer's policy), unpaired likewise and only where no pair edit speaks of the lines, table as
	// the pair table says and only while that has the pair.
	Indicator string `csv:"indicator"`
	Where     string `csv:"where"`    // same-side: not for lines of opposite sides; covered: not where a line says that a denial is expected
	Payers    string `csv:"payers"`   // classes, as terms.MustPayers reads them
	Severity  string `csv:"severity"` // for one provider
	Instead   string `csv:"instead"`  // the code column 2 is to be billed with
	Say       string `csv:"say"`      // {1} {2} {3} are column 1, column 2 and instead
	Fix       string `csv:"fix"`      // blank where the shape's own words do
	Source    string `csv:"source"`
}

// dayPair is a row in use.
type dayPair struct {
	column1, column2 terms.CodeSet
	from, to         claim.Date
	edit             catalog.Indicator // 0: as the table says
	open             bool              // no modifier is asked
	unpaired         bool              // not where a pair edit speaks
	coverage         bool              // of local coverage: not where a line says that a denial is expected
	sameSide         bool
	payers           audit.Payers
	severity         audit.Severity
	instead          claim.Code
	say, fix         string
}

// mustSameDay are the rows of one rule.
func mustSameDay(rule string) (rows []dayPair) {
	for row := range terms.MustData[sameDayRow]("same-day.csv") {
		if row.Rule == rule {
			rows = append(rows, row.typed())
		}
	}
	if rows == nil {
		panic("rules: no rows of " + rule + " in same-day.csv")
	}
	return rows
}

func (row *sameDayRow) typed() dayPair {
	p := dayPair{
		column1: terms.MustCodes(row.Column1), column2: terms.MustCodes(row.Column2), to: claim.EndOfTime,
		sameSide: row.Where == "same-side", coverage: row.Where == "covered", payers: terms.MustPayers(row.Payers), severity: terms.Severities[row.Severity],
		say: row.Say, fix: row.Fix,
	}
	if row.From != "" {
		p.from = claim.MustDate(row.From)
	}
	if row.To != "" {
		p.to = claim.MustDate(row.To)
	}
	if row.Instead != "" {
		p.instead = claim.MustCode(row.Instead)
	}
	switch row.Indicator {
	case "0", "1":
		p.edit = catalog.Indicator(row.Indicator[0])
	case "none", "unpaired":
		p.open, p.unpaired = true, row.Indicator == "unpaired"
	case "table":
	default:
		panic("rules: same-day.csv has no indicator " + row.Indicator) // the table is part of the program
	}
	if p.severity == 0 || !p.sameSide && !p.coverage && row.Where != "" || row.Say == "" || row.Source == "" {
		panic("rules: a row of " + row.Rule + " in same-day.csv is not whole") // likewise
	}
	return p
}

// SameDay completes a rule that reports column 2 of the pairs in its rows of same-day.csv.
func SameDay(r *audit.Rule) {
	rows := mustSameDay(r.ID)
	var column1, column2 terms.CodeSet
	var payers audit.Payers
	for _, row := range rows {
		column1, column2, payers = column1.Or(row.column1), column2.Or(row.column2), payers|row.payers
	}
	limitPayers(r, payers)
	r.Needs.On, r.Needs.Beside = column2.Reported(), column1.Reported()
	r.Check = terms.Beside(func(c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
		if len(day.Lines) > 1 && column2.Has(l) {
			checkSameDay(rows, c, l, day, report)
		}
	})
}

// checkSameDay reports the strictest of the line's conflicts and relates the others.
func checkSameDay(rows []dayPair, c *audit.Case, l *audit.Line, day *terms.Company, report func(audit.Finding)) {
	var worst terms.Conflict
	var by *dayPair
	var related []*audit.Line
	for m := range day.Each {
		for i := range rows {
			k, ok := rows[i].conflict(c.Catalog, m, l)
			if !ok {
				continue
			}
			related = append(related, m)
			if k.Worse(worst) {
				worst, by = k, &rows[i]
			}
			break
		}
	}
	if by == nil {
		return
	}
	f := by.finding(c, l, day, worst)
	f.Related = terms.FirstOf(worst.Column1, related)
	report(f)
}

// conflict is that of the line with a column 1 line, if the row has one.
func (p *dayPair) conflict(cat *catalog.Catalog, column1, column2 *audit.Line) (terms.Conflict, bool) {
	on := column2.From
	if column1.Code == column2.Code || on < p.from || on > p.to || !p.column1.Has(column1) || !p.column2.Has(column2) || !p.payers.Has(column2.Payer) {
		return terms.Conflict{}, false
	}
	if p.sameSide && column1.Mods.Side().Opposite(column2.Mods.Side()) {
		return terms.Conflict{}, false
	}
	if p.coverage && (column1.Mods.Has(terms.DenialExpected...) || column2.Mods.Has(terms.DenialExpected...)) || p.unpaired && bundling(cat, column1, column2) {
		return terms.Conflict{}, false
	}
	if p.edit == 0 && !p.open {
		k, ok := terms.ConflictOf(cat, column1, column2)
		k.Severity = min(k.Severity, p.severity)
		return k, ok
	}
	k := terms.Conflict{Column1: column1, Severity: terms.Lower(p.severity, terms.Providers(column1, column2))}
	k.Edit.Indicator = p.edit
	if p.edit == catalog.Allowed {
		k.Opening = terms.Bypass(column1, column2)
	}
	return k, k.Severity != 0 && k.Opening != terms.Open
}

// bundling tells whether a pair edit that no modifier opens stands between the lines, in either
// order.
func bundling(cat *catalog.Catalog, a, b *audit.Line) bool {
	_, one := terms.ConflictOf(cat, a, b)
	_, other := terms.ConflictOf(cat, b, a)
	return one || other
}

func (p *dayPair) finding(c *audit.Case, l *audit.Line, day *terms.Company, k terms.Conflict) audit.Finding {
	f := audit.Finding{
		Line: l, Severity: k.Severity, Money: audit.Deny, Sure: k.Edit.Indicator == catalog.Never,
		Message: fmt.Sprintf("%s is billed beside %s on %s: %s", terms.BilledAs(l), terms.BilledAs(k.Column1), l.From, p.words(p.say, l, k)),
	}
	if !p.open {
		f.Message += "; " + terms.Because(k)
	}
	if p.edit == 0 && !p.open {
		f.Message += terms.ByTable(k.Edit, l)
	}
	f.Fix = p.remedy(c, l, day, k)
	return f
}

// remedy is the row's fix: another code, removal where no modifier helps, and else what to look
// for in the record.
func (p *dayPair) remedy(c *audit.Case, l *audit.Line, day *terms.Company, k terms.Conflict) audit.Fix {
	text := p.words(p.fix, l, k)
	switch {
	case k.Severity == audit.Review && p.severity != audit.Review:
		return audit.Fix{Text: fmt.Sprintf("if both providers are of one specialty they count as one: %s", k.Remedy(l))}
	case p.instead != 0:
		return audit.Fix{
			Action: audit.ReplaceCode, Text: fmt.Sprintf("replace %s with %s", l.Code, p.instead),
			Edits: []audit.Edit{audit.SetCode(l, p.instead)},
		}
	case k.Edit.Indicator == catalog.Never && text == "":
		return terms.Removal(c, l, day, fmt.Sprintf("no modifier opens the pair with %s", k.Column1.Code))
	case k.Edit.Indicator == catalog.Never:
		return terms.Removal(c, l, day, text+", and no modifier opens the pair")
	case text == "":
		return audit.Fix{Text: k.Remedy(l)}
	}
	return audit.Fix{Text: text}
}

// words fills in the codes.
func (p *dayPair) words(text string, l *audit.Line, k terms.Conflict) string {
	return strings.NewReplacer("{1}", k.Column1.Code.String(), "{2}", l.Code.String(), "{3}", p.instead.String()).Replace(text)
}

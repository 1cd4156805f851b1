package reports

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

const providerSheet = "Provider Pages"

// How much Provider Pages has: so many findings of one provider at most, fewer where there are many providers, and so
// many providers. A program breaks a sheet into about a thousand parts and no more.
const (
	mostOfProvider  = 200
	leastOfProvider = 25
	mostPaged       = 5_000 // findings on all pages, where each provider then has the least
	mostProviders   = 1000
)

// providerPage is what Provider Pages has of a provider: the first of the findings on his lines, and how many more.
type providerPage struct {
	*audit.Provider
	findings []int32 // as they were found, line by line
	more     int
}

// The rows of a provider's page.
const (
	pageHeads = iota
	pageFigures
	pageFinding
	pageRest
	pageOthers // the last row: providers without a page
)

// pageRow is a row of Provider Pages.
type pageRow struct {
	kind    int
	page    *providerPage
	finding int32
}

// providerPages are the pages of the providers with findings, in the order of By Provider; the findings of the encounters
// with the most at risk come first. Others is how many providers have none for want of room.
func (b *book) providerPages() (pages []*providerPage, others int) {
	list := b.providersByRisk()
	most := max(leastOfProvider, min(mostOfProvider, mostPaged/max(1, len(list))))
	of := map[string]*providerPage{}
	for i := range list {
		of[list[i].ID] = &providerPage{Provider: &list[i]}
	}
	r := b.newReader()
	for _, e := range b.worst {
		for _, i := range b.encounters.of(int(e)).findings {
			page := of[r.line(b.lines.Brief(int(i))).Provider()]
			switch {
			case page == nil: // of history, which no figure counts
			case len(page.findings) < most:
				page.findings = append(page.findings, i)
			default:
				page.more++
			}
		}
	}
	for i := range list {
		if page := of[list[i].ID]; len(page.findings) > 0 {
			pages = append(pages, page)
		}
	}
	others = max(0, len(pages)-mostProviders)
	return pages[:len(pages)-others], others
}

// providersByRisk are the providers, most at risk first.
func (b *book) providersByRisk() []audit.Provider {
	providers := slices.Clone(b.Providers)
	slices.SortStableFunc(providers, func(x, y audit.Provider) int { return cmp.Compare(y.AtRisk, x.AtRisk) })
	return providers
}

// pagesToHandOver has a page for each provider with findings: the figures of By Provider, and beneath them what was found
// of his lines. It is no table to sort: each page begins where the one before ends.
func (b *book) pagesToHandOver() table {
	if !slices.ContainsFunc(b.Providers, func(p audit.Provider) bool { return p.ID != "" }) {
		return table{}
	}
	pages, others := b.providerPages()
	var rows []pageRow
	for _, p := range pages {
		rows = append(rows, pageRow{kind: pageHeads, page: p}, pageRow{kind: pageFigures, page: p})
		for _, i := range p.findings {
			rows = append(rows, pageRow{kind: pageFinding, page: p, finding: i})
		}
		if p.more > 0 {
			rows = append(rows, pageRow{kind: pageRest, page: p})
		}
	}
	if others > 0 {
		rows = append(rows, pageRow{kind: pageOthers})
	}
	return table{
		count: len(rows), colour: navy, plain: true,
		columns: []column{
			{"Severity", 13, text, false}, {"Patient", 11, name, false}, {"Date", 11, day, false}, {"Code", 10, code, false},
			{"Modifiers", 11, code, false}, {"Units", 11, decimal, false}, {"Line", 13, name, false}, {"Charge", 13, cents, false},
			{"At risk", 13, cents, false}, {"Finding", 48, prose, false}, {"Fix", 40, prose, false},
		},
		fill:   func(i int, r *xlsx.Row) { b.pageRow(&rows[i], others, r) },
		extras: func(sheet string, _ []column, _ int) { b.breakPages(sheet, rows) },
	}
}

func (b *book) pageRow(row *pageRow, others int, r *xlsx.Row) {
	switch row.kind {
	case pageHeads:
		b.pageHeads(r)
	case pageFigures:
		b.pageFigures(row.page, r)
	case pageFinding:
		b.pageFinding(row.finding, r)
	case pageRest:
		b.pageText(r, fmt.Sprintf("%s more on lines of this provider: filter %s by %s", plural(row.page.more, "finding"), flaggedSheet, "Provider"))
	case pageOthers:
		b.pageText(r, plural(others, "more provider")+" with findings: By Provider has them, and Flagged Lines what was found")
	}
}

// pageHeads are the heads over a provider's figures. The last cell says what the page is, in two lines, which make room
// for the heads too.
func (b *book) pageHeads(r *xlsx.Row) {
	for _, c := range [...]struct {
		head string
		kind kind
	}{
		{"Provider", text}, {"Lines", number}, {"Lines flagged", number}, {"Flagged of lines", number}, {"Encounters", number},
		{"Clean encounters", number}, {"Clean of encounters", number}, {"Charge", number}, {"At risk, each line once", number},
		{"At risk of charge", text}, {"What was found of the lines of this provider,\nthe encounters with the most at risk first", text},
	} {
		r.Styled(b.styles.head[c.kind]).Text(c.head)
	}
}

// pageFigures are what By Provider has of the provider.
func (b *book) pageFigures(p *providerPage, r *xlsx.Row) {
	figure, part := b.styles.cell[number], b.styles.cell[percent]
	r.Styled(b.styles.strong).Text(cmp.Or(p.ID, "not given"))
	r.Styled(figure).Int(p.Lines)
	r.Styled(figure).Int(p.Flagged)
	r.Styled(part).Ratio(int64(p.Flagged), int64(p.Lines))
	r.Styled(figure).Int(p.Encounters)
	r.Styled(figure).Int(p.Clean)
	r.Styled(part).Ratio(int64(p.Clean), int64(p.Encounters))
	r.Decimal(p.Charge.String())
	r.Decimal(p.AtRisk.String())
	if p.Charge > 0 {
		r.Text(share(int(p.AtRisk), int(p.Charge)))
	} else {
		r.Blank()
	}
	r.Blank()
}

// pageFinding is what was found of a line.
func (b *book) pageFinding(i int32, r *xlsx.Row) {
	findings := b.reader()
	defer b.done(findings)
	f := findings.of(b.lines.Brief(int(i)))
	l := f.Line
	r.Styled(b.styles.severity[f.Severity]).Text(f.Severity.String())
	r.Text(l.Patient)
	r.Date(l.From.Unix(), l.From)
	r.Text(l.Billed)
	r.Text(l.Mods.String())
	r.Decimal(units(l))
	where := fmt.Sprintf("row %d", l.Pos.Row)
	if len(b.Sources) > 1 {
		where = filepath.Base(b.source(l.Pos.Input).File) + " " + where
	}
	r.Text(where)
	r.Decimal(charge(l))
	stakes, _ := b.stakesOf([]int32{i})
	moneyOrBlank(r, stakes.AtRisk)
	r.Text(f.Message)
	r.Text(f.Fix.Text)
}

// pageText is a row that says where the rest is.
func (b *book) pageText(r *xlsx.Row, says string) {
	r.Styled(b.styles.strong).Text(says)
	for range 10 {
		r.Blank()
	}
}

// breakPages begins a page with each provider. Programs heed such breaks only where the sheet is not made to fit its
// pages: it is as wide as one at 69 %, which is 7.5 points.
func (b *book) breakPages(sheet string, rows []pageRow) {
	fit, scale := false, uint(69)
	b.do(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.do(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{AdjustTo: &scale}))
	for i := range rows {
		if i > 0 && rows[i].kind == pageHeads {
			b.do(b.f.InsertPageBreak(sheet, at("A", i+2)))
		}
	}
}

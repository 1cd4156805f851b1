package reports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// charts draws findings by family and the trend by month. Nothing is told by colour alone, and
// each chart has its text for those who cannot see it.
func (b *book) charts() {
	if top := b.topFamilies(); len(top) > 0 {
		b.do(b.f.AddChart(summarySheet, at("B", chartsRow), familyChart(top)))
	}
	if len(b.Months) > 0 {
		columns, line := b.trendChart()
		b.do(b.f.AddChart(summarySheet, at("G", chartsRow), columns, line))
	}
}

func chartTitle(s string) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{
		Text: s, Font: &excelize.Font{Size: 12, Bold: true, Color: navy},
	}}}
}

func axisTitle(s string) excelize.ChartTitle {
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: s, Font: &excelize.Font{Size: 9, Color: quiet}}}}
}

const chartWidth, chartHeight = 455, 325

func chart(of excelize.ChartType, title, alt string, series ...excelize.ChartSeries) *excelize.Chart {
	axis := excelize.ChartAxis{Font: excelize.Font{Size: 9, Color: ink}}
	vary := false
	return &excelize.Chart{
		Type: of, Series: series, Title: chartTitle(title), XAxis: axis, YAxis: axis, VaryColors: &vary,
		Format:    excelize.GraphicOptions{AltText: alt, Name: title, OffsetX: 2, OffsetY: 2},
		Dimension: excelize.ChartDimension{Width: chartWidth, Height: chartHeight},
		Legend:    excelize.ChartLegend{Position: "none"},
		Border:    excelize.LineOptions{Type: excelize.LineNone},
	}
}

// familyChart draws the table of families.
func familyChart(families []family) *excelize.Chart {
	first, last := familiesRow+1, familiesRow+len(families)
	figures := make([]string, len(families))
	for i, f := range families {
		figures[i] = f.name + " " + thousands(f.findings)
	}
	c := chart(excelize.Bar, "Findings by family of rules",
		"Bar chart of the number of findings for each family of rules: "+strings.Join(figures, ", ")+".",
		excelize.ChartSeries{
			Name:       fmt.Sprintf("%s!$D$%d", summarySheet, familiesRow),
			Categories: fmt.Sprintf("%s!$B$%d:$B$%d", summarySheet, first, last),
			Values:     fmt.Sprintf("%s!$D$%d:$D$%d", summarySheet, first, last),
			Fill:       filled(blue),
			DataLabel:  excelize.ChartDataLabel{Font: excelize.Font{Size: 9, Color: ink}},
		})
	gap := uint(60)
	c.GapWidth = &gap
	c.PlotArea = excelize.ChartPlotArea{ShowVal: true}
	c.XAxis.ReverseOrder = true
	c.YAxis.Title, c.YAxis.TickLabelPosition = axisTitle("Findings"), excelize.ChartTickLabelHigh
	return c
}

// trendMonths is how many months up to the last are drawn: older ones are stray dates more often
// than a trend, and By Month has them.
const trendMonths = 18

// trendChart shows charge at risk as columns and the clean rate as a line.
func (b *book) trendChart() (columns, line *excelize.Chart) {
	from := monthsBefore(b.Months[len(b.Months)-1].First, trendMonths-1)
	first := 2 + slices.IndexFunc(b.Months, func(m audit.Month) bool { return m.First >= from })
	last := len(b.Months) + 1
	series := func(column string) excelize.ChartSeries {
		return excelize.ChartSeries{
			Name:       fmt.Sprintf("'%s'!$%s$1", monthSheet, column),
			Categories: fmt.Sprintf("'%s'!$A$%d:$A$%d", monthSheet, first, last),
			Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", monthSheet, column, first, column, last),
		}
	}
	risk, clean := series("I"), series("G")
	risk.Fill = filled("B9CFE8")
	clean.Fill, clean.Line = filled(penHead), excelize.LineOptions{Type: excelize.LineSolid, Width: 2, Fill: filled(penHead)}
	clean.Marker = excelize.ChartMarker{Symbol: "circle", Size: 6, Fill: filled(penHead)}
	columns = chart(excelize.Col, "At risk and clean rate by month",
		b.trendText(first-2), risk)
	columns.Legend.Position = "bottom"
	columns.XAxis.Alignment.TextRotation = -90
	columns.YAxis.Title, columns.YAxis.NumFmt = axisTitle("At risk"), excelize.ChartNumFmt{CustomNumFmt: "$#,##0"}
	line = chart(excelize.Line, "", "", clean)
	top, bottom := 1.0, 0.0
	line.YAxis = excelize.ChartAxis{
		Secondary: true, Maximum: &top, Minimum: &bottom, Font: excelize.Font{Size: 9, Color: ink},
		NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0%"}, Title: axisTitle("Clean encounters"),
	}
	return columns, line
}

// trendText is what the trend shows, in words.
func (b *book) trendText(from int) string {
	months := make([]string, 0, trendMonths)
	for _, m := range b.Months[from:] {
		months = append(months, fmt.Sprintf("%s %s and %s", m.First.String()[:len("2006-01")], round(m.AtRisk), share(m.Clean, m.Encounters)))
	}
	return "Columns of charge at risk and a line of the share of clean encounters by month of service: " + strings.Join(months, ", ") + "."
}

func monthsBefore(d claim.Date, n int) claim.Date {
	year, month, _ := d.Civil()
	months := year*12 + month - 1 - n
	first, _ := claim.NewDate(months/12, months%12+1, 1)
	return first
}

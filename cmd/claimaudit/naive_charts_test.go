package main

import (
	"archive/zip"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	altText   = regexp.MustCompile(`descr="([^"]*)"`)
	chartData = regexp.MustCompile(`<(?:c:)?f>([^<]*)<`)
)

// checkCharts compares what the charts show, as their texts say it and by the cells they draw, with
// the recomputation.
func (a *account) checkCharts(t *testing.T, path string) {
	t.Helper()
	texts := partsOf(t, path, "xl/drawings/drawing", altText)
	for _, want := range []string{a.familyText(), a.trendText()} {
		if want != "" && !slices.Contains(texts, want) {
			t.Errorf("no chart shows %q, but %q", want, texts)
		}
	}
	months := a.byMonth()
	first, last := len(months)+1-len(a.trend()), len(months)
	drawn := partsOf(t, path, "xl/charts/chart", chartData)
	for _, head := range []string{"At risk", "Clean of encounters"} {
		column := string(rune('A' + slices.Index(months[0], head)))
		for _, cells := range []string{
			fmt.Sprintf("'By Month'!$%s$1", column), fmt.Sprintf("'By Month'!$A$%d:$A$%d", first, last),
			fmt.Sprintf("'By Month'!$%s$%d:$%s$%d", column, first, column, last),
		} {
			if !slices.Contains(drawn, cells) {
				t.Errorf("the trend does not draw %s of %s, but %q", cells, head, drawn)
			}
		}
	}
}

// partsOf are what a pattern finds in parts of a workbook.
func partsOf(t *testing.T, path, prefix string, pattern *regexp.Regexp) (found []string) {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, prefix) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pattern.FindAllSubmatch(data, -1) {
			found = append(found, html.UnescapeString(string(m[1])))
		}
	}
	return found
}

func (a *account) familyText() string {
	var parts []string
	for _, f := range a.topFamilies() {
		n, _ := strconv.Atoi(f[1])
		parts = append(parts, f[0]+" "+commas(n))
	}
	if parts == nil {
		return ""
	}
	return "Bar chart of the number of findings for each family of rules: " + strings.Join(parts, ", ") + "."
}

// trend is the last 18 months, of which some may have no line.
func (a *account) trend() (rows [][]string) {
	months := a.byMonth()
	last := monthNumber(months[len(months)-1][0])
	for _, m := range months[1:] {
		if monthNumber(m[0]) > last-18 {
			rows = append(rows, m)
		}
	}
	return rows
}

func (a *account) trendText() string {
	var parts []string
	for _, m := range a.trend() {
		encounters, _ := strconv.Atoi(m[1+slices.Index(countHeads, "Encounters")])
		clean, _ := strconv.Atoi(m[1+slices.Index(countHeads, "Clean encounters")])
		risk, _ := centsOf(m[1+slices.Index(countHeads, "At risk")])
		parts = append(parts, m[0]+" "+wholeDollars(risk)+" and "+percent(clean, encounters))
	}
	return "Columns of charge at risk and a line of the share of clean encounters by month of service: " + strings.Join(parts, ", ") + "."
}

func monthNumber(month string) int {
	year, _ := strconv.Atoi(month[:4])
	n, _ := strconv.Atoi(month[5:])
	return 12*year + n
}

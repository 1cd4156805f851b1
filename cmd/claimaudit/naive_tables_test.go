package main

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// listed are the sheets without a sum: a row for each thing, counted here or where the reason says.
// A sheet that is neither here nor recomputed fails the test.
var listed = map[string]string{
	"Provider Patterns": "counts by the groups of codes, which only the catalogue knows: TestPatterns of audit/rules; here that its rates follow from its counts",
	"Rows Not Read":     "a row for each row; its charge is held by TestChargeOfRowsNotRead; counts of cells as they were read: the tests of parsers",
}

// unfigured are the parts of Summary and Run Info that hold digits but no figure of the findings.
var unfigured = map[string]string{
	"Tables":              "the quarters of tables",
	"Tables of knowledge": "the tables, their quarters and hashes; held by the tests of tables",
	"Program":             "the version",
	"Catalogue":           "a quarter",
}

// checkBook compares every figure of a workbook with the recomputation.
func (a *account) checkBook(t *testing.T, path string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tables := map[string][][]string{
		"By Provider": a.byProvider(), "By Rule": a.byRule(), "By Month": a.byMonth(),
		"Missed Revenue": a.missedRevenue(),
	}
	if refunds := a.refunds(); len(refunds) > 0 != slices.Contains(f.GetSheetList(), "To Refund") {
		t.Errorf("%d lines to refund, and sheets %v", len(refunds), f.GetSheetList())
	}
	if (a.remits != nil) != slices.Contains(f.GetSheetList(), "Against Denials") || (a.remits != nil) != slices.Contains(f.GetSheetList(), "Remits Not Joined") {
		t.Errorf("remittances %v, and sheets %v", a.remits, f.GetSheetList())
	}
	for sheet, want := range tables {
		if len(want) > 1 && !slices.Contains(f.GetSheetList(), sheet) {
			t.Errorf("no sheet %s, which has %d rows", sheet, len(want)-1)
		}
	}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		want, recomputed := tables[sheet]
		_, known := listed[sheet]
		switch {
		case recomputed:
			sameTable(t, sheet, rows, want)
		case sheet == "Summary":
			a.checkSummary(t, rows)
		case sheet == "Run Info":
			a.checkRunInfo(t, rows)
		case sheet == "By Encounter":
			sameColumns(t, sheet, a.withoutHistory(t, rows), a.byEncounter())
		case sheet == "Flagged Lines":
			sameColumns(t, sheet, rows, a.flaggedLines())
		case sheet == "Waived":
			sameColumns(t, sheet, rows, a.waivedLines())
		case sheet == "Waivers":
			sameColumns(t, sheet, rows, a.waiverRows())
		case sheet == "Against Denials":
			a.checkDenials(t, rows)
		case sheet == "Remits Not Joined":
			a.checkNotJoined(t, rows)
		case sheet == "To Refund":
			sameColumns(t, sheet, rows, a.toRefund())
		case sheet == "Provider Pages":
			a.checkProviderPages(t, rows)
		case sheet == "Rules":
			sameColumns(t, sheet, rows, a.rulesMet())
		case sheet == "Coverage": // else counts by what each rule needs: TestCoverageRows and its kin in audit
			a.checkReasons(t, rows)
		case sheet == "Provider Patterns":
			checkRates(t, rows)
		case !known:
			t.Errorf("sheet %s is not recomputed", sheet)
		}
	}
	a.checkCharts(t, path)
}

// same compares a cell with what it should show: as a number where both are one.
func same(got, want string) bool {
	x, err := strconv.ParseFloat(got, 64)
	y, err2 := strconv.ParseFloat(want, 64)
	if err != nil || err2 != nil {
		return got == want
	}
	return math.Abs(x-y) < 0.0000015
}

// sameTable compares a whole sheet, its header first.
func sameTable(t *testing.T, sheet string, rows, want [][]string) {
	t.Helper()
	if len(rows) != len(want) {
		t.Errorf("%s: %d rows, want %d", sheet, len(rows), len(want))
	}
	for i := range min(len(rows), len(want)) {
		for k := range max(len(rows[i]), len(want[i])) {
			got, wanted := nth(rows[i], k), nth(want[i], k)
			if !same(got, wanted) {
				t.Errorf("%s row %d, %q (%s): %q, want %q", sheet, i+1, nth(rows[0], k), nth(want[i], 0), got, wanted)
			}
		}
	}
}

// sameColumns compares those columns of a list that the recomputation has.
func sameColumns(t *testing.T, sheet string, rows, want [][]string) {
	t.Helper()
	if len(want) == 1 {
		return // a list without records says so
	}
	some := make([][]string, len(rows))
	for i, row := range rows {
		for _, head := range want[0] {
			some[i] = append(some[i], nth(row, slices.Index(rows[0], head)))
		}
	}
	sameTable(t, sheet, some, want)
}

func nth(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}

var countHeads = []string{
	"Lines", "Lines flagged", "Flagged of lines", "Encounters", "Clean encounters", "Clean of encounters", "Charge", "At risk", "At risk of charge",
}

// counts are the figures of some lines under countHeads.
func (a *account) counts(mine func(*billed) bool) []string {
	var lines []*billed
	for _, b := range a.order {
		if mine(b) {
			lines = append(lines, b)
		}
	}
	found := among(a.byLine, func(f *toldFinding) bool { return mine(a.rows[f.place]) })
	flagged, charge, risk := flaggedLines(found), charged(lines), atRisk(found)
	encounters, clean := a.encounters(lines)
	return []string{
		strconv.Itoa(len(lines)), strconv.Itoa(flagged), ratio(flagged, len(lines)),
		strconv.Itoa(encounters), strconv.Itoa(clean), ratio(clean, encounters),
		amount(charge), amount(risk), ratio(risk, charge),
	}
}

// grouped is a table of counts, a row for each value that by gives of the lines.
func (a *account) grouped(head string, by func(*billed) string) [][]string {
	var groups []string
	for _, b := range a.order {
		groups = append(groups, by(b))
	}
	for _, f := range a.byLine {
		groups = append(groups, by(a.rows[f.place]))
	}
	slices.Sort(groups)
	table := [][]string{append([]string{head}, countHeads...)}
	for _, g := range slices.Compact(groups) {
		table = append(table, append([]string{g}, a.counts(func(b *billed) bool { return by(b) == g })...))
	}
	return table
}

func (a *account) byMonth() [][]string {
	return a.grouped("Month", func(b *billed) string { return b.date[:len("2006-01")] })
}

func (a *account) byProvider() [][]string {
	table := a.grouped("Provider", func(b *billed) string { return b.provider })
	risk := slices.Index(table[0], "At risk")
	sortLargest(table[1:], risk)
	for _, row := range table[1:] {
		row[0] = cmp.Or(row[0], "not given")
	}
	return table
}

// sortLargest sorts rows by a column of amounts, the largest first.
func sortLargest(rows [][]string, column int) {
	slices.SortStableFunc(rows, func(x, y []string) int {
		a, _ := centsOf(x[column])
		b, _ := centsOf(y[column])
		return cmp.Compare(b, a)
	})
}

// met are the rules with findings, those with the most first.
func (a *account) met() (rules []string) {
	for _, r := range a.rules {
		if len(a.of(r)) > 0 {
			rules = append(rules, r)
		}
	}
	slices.SortStableFunc(rules, func(x, y string) int { return cmp.Compare(count(a.of(y)), count(a.of(x))) })
	return rules
}

// of are the findings of a rule, line by line.
func (a *account) of(rule string) []toldFinding {
	return among(a.byLine, func(f *toldFinding) bool { return f.Rule == rule })
}

func (a *account) byRule() [][]string {
	table := [][]string{{
		"Rule", "Family", "Title", "Highest severity", "Findings", "Lines", "Lines of all audited", "Encounters", "At risk", "Missed", "On Flagged Lines",
	}}
	for _, rule := range a.met() {
		found := a.of(rule)
		encounters := map[any]bool{}
		for _, f := range found {
			encounters[a.encounter(a.rows[f.place])] = true
		}
		lines := flaggedLines(found)
		table = append(table, []string{
			rule, a.families[rule], a.known[rule].Title, a.known[rule].Severity, strconv.Itoa(count(found)), strconv.Itoa(lines), ratio(lines, len(a.lines)),
			strconv.Itoa(len(encounters)), amount(atRisk(found)), amount(missed(found)),
			"show",
		})
	}
	return orEmpty(table, "No rule found anything.")
}

func orEmpty(table [][]string, says string) [][]string {
	if len(table) == 1 {
		table = append(table, []string{says})
	}
	return table
}

// encountersMet are the encounters with findings, the most at risk first.
func (a *account) encountersMet() (list [][]toldFinding) {
	met := map[any]bool{}
	for i := range a.byLine {
		e := a.encounter(a.rows[a.byLine[i].place])
		if met[e] {
			continue
		}
		met[e] = true
		var found []toldFinding
		for _, k := range a.meets[e] {
			found = append(found, a.byLine[k])
		}
		list = append(list, found)
	}
	slices.SortStableFunc(list, func(x, y []toldFinding) int { return cmp.Compare(atRisk(y), atRisk(x)) })
	return list
}

func severity(findings []toldFinding, s string) []toldFinding {
	return among(findings, func(f *toldFinding) bool { return f.Severity == s })
}

func rulesOf(findings []toldFinding) (rules []string) {
	for _, f := range findings {
		if !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return rules
}

// foldedNote is what a finding says that stands for many lines, and none of what was found of each.
var foldedNote = regexp.MustCompile(`; the same on [0-9]+ lines$`)

// byEncounter has all lines of the encounters with findings, the most at risk first, with what was found of each.
func (a *account) byEncounter() [][]string {
	table := [][]string{{
		"Encounter", "Patient", "Date", "Code", "Charge", "Severity", "At risk", "Finding", "Encounter at risk", "Claim", "Provider", "Payer", "File", "Row",
		"On Flagged Lines",
	}}
	lines := map[any][]*billed{}
	for _, e := range slices.Concat(a.history, a.inputs) {
		for _, b := range e.rows {
			if !a.gone[b.place] {
				lines[a.encounter(b)] = append(lines[a.encounter(b)], b)
			}
		}
	}
	waived := a.waivedPlaces()
	for n, found := range a.encountersMet() {
		for _, b := range lines[a.encounter(a.rows[found[0].place])] {
			of := among(found, func(f *toldFinding) bool { return f.place == b.place })
			if a.lines[b.place] == nil && len(of) == 0 {
				continue // which lines of history stand is told nowhere
			}
			row := []string{strconv.Itoa(n + 1), b.patient, serialOf(b.date), b.code, "", a.standing(b, of, waived), "", "", "", b.claim, b.provider, b.payer, b.File, strconv.Itoa(b.Row), ""}
			if b.chargeKnown {
				row[4] = amount(b.cents)
			}
			if risk := atRisk(of); risk != 0 {
				row[6] = amount(risk)
			}
			var said []string
			for _, f := range of {
				if f.Count > 0 {
					f.Message = strings.ReplaceAll(foldedNote.ReplaceAllString(f.Message, ""), f.Date, b.date)
				}
				said, row[14] = append(said, f.Rule+": "+f.Message), "show"
			}
			if row[7] = strings.Join(said, "\n"); len(of) > 0 && of[0].place == found[0].place {
				row[8] = amount(atRisk(found))
			}
			table = append(table, row)
		}
	}
	return table
}

// withoutHistory are the rows of By Encounter without the lines of history that nothing was found on, which must be of its day.
func (a *account) withoutHistory(t *testing.T, rows [][]string) (some [][]string) {
	t.Helper()
	file, row, severity := slices.Index(rows[0], "File"), slices.Index(rows[0], "Row"), slices.Index(rows[0], "Severity")
	for _, cells := range rows {
		if nth(cells, severity) != "history" {
			some = append(some, cells)
			continue
		}
		n, _ := strconv.Atoi(cells[row])
		b := a.rows[place{File: cells[file], Row: n}]
		if b == nil || a.lines[b.place] != nil || cells[1] != b.patient || cells[2] != serialOf(b.date) {
			t.Errorf("By Encounter has %q as history, which is %+v", cells, b)
		}
	}
	return some
}

// waivedPlaces are the places of the lines that findings are waived on.
func (a *account) waivedPlaces() map[place]bool {
	places := map[place]bool{}
	for i := range a.Waived {
		for _, p := range append([]place{a.Waived[i].place}, a.Waived[i].Related...) {
			if p == a.Waived[i].place || a.Waived[i].Count > 0 {
				places[p] = true
			}
		}
	}
	return places
}

// standing is the highest severity of what was found of a line, or why there is none.
func (a *account) standing(b *billed, found []toldFinding, waived map[place]bool) string {
	for _, s := range []string{"error", "warning", "review"} {
		if len(severity(found, s)) > 0 {
			return s
		}
	}
	switch {
	case waived[b.place]:
		return "waived"
	case len(a.all) > len(a.byLine):
		return "none shown"
	}
	return "clean"
}

func (a *account) missedRevenue() [][]string {
	table := [][]string{{
		"Row", "Code", "Rule", "Finding", "Fix", "Date", "Charge", "Missed", "Patient", "Claim", "Provider", "File", "Sheet", "On Flagged Lines",
	}}
	for _, i := range a.sequence {
		if f := &a.Findings[i]; f.Money == "underpay" {
			table = append(table, []string{
				strconv.Itoa(f.Row), f.Code, f.Rule, f.Message, f.Fix.Text, serialOf(f.Date), f.Charge, f.AtRisk, f.Patient, f.Claim, f.Provider,
				a.calledShort(f.File), f.Sheet, "show",
			})
		}
	}
	return table
}

// refunds are of each line that asks for a refund the first finding of the largest amount, the payer of most money
// first, and toRefund the figures of their sheet.
func (a *account) refunds() (list []toldFinding) {
	sums := map[string]int{}
	for _, f := range a.byLine {
		if f.Money != "overpay" || f.Severity == "review" {
			continue
		}
		last := len(list) - 1
		if last < 0 || list[last].place != f.place {
			list = append(list, f)
			continue
		}
		before, _ := centsOf(list[last].AtRisk)
		if cents, _ := centsOf(f.AtRisk); cents > before {
			list[last] = f
		}
	}
	list = slices.DeleteFunc(list, func(f toldFinding) bool { paid, given := a.paidOn(f.place); return given && paid <= 0 })
	for _, f := range list {
		cents, _ := centsOf(a.refundOf(&f))
		sums[a.rows[f.place].payer] += cents
	}
	slices.SortStableFunc(list, func(x, y toldFinding) int {
		p, q := a.rows[x.place].payer, a.rows[y.place].payer
		return cmp.Or(cmp.Compare(sums[q], sums[p]), cmp.Compare(p, q))
	})
	return list
}

func (a *account) toRefund() [][]string {
	table := [][]string{{"Payer", "Patient", "Date", "Code", "Claim", "Charge", "To refund", "Finding", "Rule", "Provider", "File", "Row", "Found on"}}
	for _, f := range a.refunds() {
		b := a.rows[f.place]
		table = append(table, []string{
			b.payer, f.Patient, serialOf(f.Date), f.Code, f.Claim, f.Charge, a.refundOf(&f), f.Message, f.Rule, f.Provider, f.File, strconv.Itoa(f.Row), serialOf(a.Run.AsOf),
		})
	}
	return table
}

// flaggedLines are the figures of Flagged Lines: a row a finding, what is no risk and what a review asks about left blank.
func (a *account) flaggedLines() [][]string {
	table := [][]string{{"Row", "Code", "Severity", "Rule", "Date", "Charge", "At risk", "Money", "File", "Sheet", "Provider", "Stands for lines"}}
	for _, i := range a.sequence {
		f := &a.Findings[i]
		risk, lines := f.AtRisk, ""
		if f.Money == "none" || f.Money == "underpay" || f.Severity == "review" {
			risk = ""
		}
		if f.Count > 0 {
			lines = strconv.Itoa(f.Count)
		}
		table = append(table, []string{
			strconv.Itoa(f.Row), f.Code, f.Severity, f.Rule, serialOf(f.Date), f.Charge, risk, f.Money, a.calledShort(f.File), f.Sheet, f.Provider, lines,
		})
	}
	return table
}

// calledShort is the least of a file's path, from its end, that no other input has.
func (a *account) calledShort(file string) string {
	parts := strings.Split(file, "/")
	for n := len(parts) - 1; n > 0; n-- {
		name, met := strings.Join(parts[n:], "/"), false
		for _, in := range a.Inputs {
			met = met || in.File != file && (in.File == name || strings.HasSuffix(in.File, "/"+name))
		}
		if !met {
			return name
		}
	}
	return file
}

func (a *account) rulesMet() [][]string {
	table := [][]string{{"Rule", "Findings", "On Flagged Lines"}}
	for _, rule := range a.met() {
		table = append(table, []string{rule, strconv.Itoa(count(a.of(rule))), "show"})
	}
	return table
}

// checkReasons holds that Coverage has each reason once, that which keeps most lines of a family, or of a check, from it in
// front, and ten of them first.
func (a *account) checkReasons(t *testing.T, rows [][]string) {
	t.Helper()
	families, most, checks := map[string]bool{}, map[string]int{}, map[string]int{}
	for _, c := range a.Coverage {
		families[c.Family] = true
	}
	for _, c := range a.Coverage {
		if c.Reason == "" || c.NotChecked == 0 {
			continue
		}
		most[c.Reason] = max(most[c.Reason], c.NotChecked)
		if !families[c.Check] {
			checks[c.Reason]++
		}
	}
	before, told := math.MaxInt, 0
	for i, row := range rows[1:] {
		if row[0] != "reason" {
			if i < min(10, len(most)) {
				t.Errorf("Coverage row %d: %q, want a reason", i+2, row)
			}
			continue
		}
		told++
		reason := nth(row, slices.Index(rows[0], "Why not, or by what"))
		lines, check := nth(row, slices.Index(rows[0], "Lines not checked")), nth(row, slices.Index(rows[0], "Check"))
		if lines != strconv.Itoa(most[reason]) || check != counted(checks[reason], "check") || most[reason] > before {
			t.Errorf("Coverage row %d: %q, want %d lines of %d checks, and no more than %d lines", i+2, row, most[reason], checks[reason], before)
		}
		before, most[reason] = most[reason], -1
	}
	if told != len(most) {
		t.Errorf("Coverage has %d reasons, want %d", told, len(most))
	}
}

// checkProviderPages holds that each provider with findings has a page: the figures of By Provider, and what was found on
// his lines, the encounters with the most at risk first.
func (a *account) checkProviderPages(t *testing.T, rows [][]string) {
	t.Helper()
	of := map[string][]toldFinding{}
	for _, found := range a.encountersMet() {
		for _, f := range found {
			of[a.rows[f.place].provider] = append(of[a.rows[f.place].provider], f)
		}
	}
	figures := a.byProvider()[1:]
	most := max(25, min(200, 5_000/len(figures)))
	want := [][]string{{"Severity", "Patient", "Date", "Code", "Charge", "At risk", "Finding", "Fix"}}
	for _, p := range figures {
		found := of[p[0]]
		if p[0] == "not given" {
			found = of[""]
		}
		if len(found) == 0 {
			continue
		}
		want = append(want, []string{"Provider", "Lines", "Lines flagged", "Flagged of lines", "Charge", "At risk, each line once", "At risk of charge"})
		risk, _ := centsOf(p[8])
		charge, _ := centsOf(p[7])
		part := ""
		if charge > 0 {
			part = fmt.Sprintf("%.1f %%", 100*float64(risk)/float64(charge))
		}
		want = append(want, []string{p[0], p[1], p[2], p[3], p[7], p[8], part})
		for i, f := range found {
			if i == most {
				want = append(want, []string{counted(len(found)-most, "finding") + " more on lines of this provider: filter Flagged Lines by Provider"})
				break
			}
			want = append(want, a.paged(&f))
		}
	}
	for i := range rows {
		if rows[i][0] != "Provider" {
			continue
		}
		rows[i][10] = "" // what the page is
		p := figures[slices.IndexFunc(figures, func(p []string) bool { return p[0] == rows[i+1][0] })]
		for c := 4; c <= 6; c++ { // encounters, clean ones, their part
			if !same(rows[i+1][c], p[c]) {
				t.Errorf("Provider Pages row %d, %s: %s, want %s", i+2, rows[i][c], rows[i+1][c], p[c])
			}
		}
	}
	sameColumns(t, "Provider Pages", rows, want)
}

// paged is a finding on the page of a provider.
func (a *account) paged(f *toldFinding) []string {
	b := a.rows[f.place]
	row := []string{f.Severity, b.patient, serialOf(b.date), b.code, "", "", f.Message, f.Fix.Text}
	if b.chargeKnown {
		row[4] = amount(b.cents)
	}
	if risk := atRisk([]toldFinding{*f}); risk != 0 {
		row[5] = amount(risk)
	}
	if f.Count > 0 {
		row[6] = strings.ReplaceAll(foldedNote.ReplaceAllString(f.Message, ""), f.Date, b.date)
		row[7] = strings.ReplaceAll(f.Fix.Text, f.Date, b.date)
	}
	return row
}

func checkRates(t *testing.T, rows [][]string) {
	t.Helper()
	for i, row := range rows[1:] {
		n, err := strconv.Atoi(nth(row, slices.Index(rows[0], "Count")))
		of, err2 := strconv.Atoi(nth(row, slices.Index(rows[0], "Of")))
		if err != nil || err2 != nil {
			continue // the last row counts in words
		}
		rate := ratio(n, of)
		above, _ := strconv.ParseFloat(nth(row, slices.Index(rows[0], "Looked at above")), 64)
		out := ""
		if above > 0 && float64(n) > above*float64(of) {
			out = "yes"
		}
		if !same(nth(row, slices.Index(rows[0], "Rate")), rate) || nth(row, slices.Index(rows[0], "Stands out")) != out {
			t.Errorf("Provider Patterns row %d: %q, want the rate %s and %q", i+2, row, rate, out)
		}
	}
}

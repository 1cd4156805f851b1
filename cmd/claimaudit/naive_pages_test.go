package main

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// figures is a sheet of labels and figures. Every cell with a digit must be asked for.
type figures struct {
	t      *testing.T
	sheet  string
	rows   [][]string
	want   map[[2]int]string
	except map[[2]int]bool
}

func newPage(t *testing.T, sheet string, rows [][]string) *figures {
	return &figures{t, sheet, rows, map[[2]int]string{}, map[[2]int]bool{}}
}

// find is where a label stands first.
func (p *figures) find(label string) (row, column int) {
	for r := 0; r < len(p.rows); r++ {
		if c := slices.Index(p.rows[r], label); c >= 0 {
			return r, c
		}
	}
	p.t.Errorf("%s has no %q", p.sheet, label)
	return -1, -1
}

// beside expects a value in the first filled cell right of a label.
func (p *figures) beside(label, want string) {
	p.t.Helper()
	if r, c := p.find(label); r >= 0 {
		for c++; c < len(p.rows[r])-1 && p.rows[r][c] == ""; c++ {
		}
		p.want[[2]int{r, c}] = want
	}
}

// sentence expects a sentence somewhere, and nothing where it is blank.
func (p *figures) sentence(text string) {
	p.t.Helper()
	if text == "" {
		return
	}
	if r, c := p.find(text); r >= 0 {
		p.want[[2]int{r, c}] = text
	}
}

// tile expects a figure and a note below a label.
func (p *figures) tile(label, figure, note string) {
	p.t.Helper()
	if r, c := p.find(label); r >= 0 {
		p.want[[2]int{r + 1, c}], p.want[[2]int{r + 2, c}] = figure, note
	}
}

// table expects rows below a header, which begins with a label and has the other heads right of it.
func (p *figures) table(heads []string, rows [][]string) {
	p.t.Helper()
	r, c := p.find(heads[0])
	if r < 0 {
		return
	}
	for k, head := range heads {
		for ; c < len(p.rows[r]) && p.rows[r][c] != head; c++ {
		}
		for i, row := range rows {
			p.want[[2]int{r + 1 + i, c}] = nth(row, k)
		}
	}
}

var digit = regexp.MustCompile(`[0-9]`)

func (p *figures) check() {
	p.t.Helper()
	for r, row := range p.rows {
		for c, got := range row {
			at := [2]int{r, c}
			want, asked := p.want[at]
			delete(p.want, at)
			cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
			switch {
			case asked && !same(got, want):
				p.t.Errorf("%s %s: %q, want %q", p.sheet, cell, got, want)
			case !asked && !p.except[at] && digit.MatchString(got):
				p.t.Errorf("%s %s is not recomputed: %q", p.sheet, cell, got)
			}
		}
	}
	for at, want := range p.want {
		if want != "" {
			p.t.Errorf("%s row %d has no %q", p.sheet, at[0]+1, want)
		}
	}
}

// pass lets what stands beside a label be, for a reason in unfigured.
func (p *figures) pass(label string) {
	if _, known := unfigured[label]; !known {
		p.t.Errorf("%q is passed over without a reason", label)
	}
	if r, c := p.find(label); r >= 0 {
		for k := c; k < len(p.rows[r]); k++ {
			p.except[[2]int{r, k}] = true
		}
	}
}

func (a *account) checkSummary(t *testing.T, rows [][]string) {
	t.Helper()
	p := newPage(t, "Summary", rows)
	a.facts(p)
	a.tiles(p)
	a.bySeverity(p)
	a.topRules(p)
	a.byFamily(p)
	a.worst(p)
	a.notChecked(p)
	p.check()
}

func (a *account) facts(p *figures) {
	in := a.rowCounts(a.inputs, a.Inputs)
	var rows, audited, skipped, unreadable int
	for _, c := range in {
		rows, audited, skipped, unreadable = rows+c.Rows, audited+c.Audited, skipped+c.Skipped, unreadable+c.Unreadable
	}
	text := someFiles(a.inputs) + ": " + counted(rows, "row") + ", " + commas(audited) + " audited"
	if skipped > 0 {
		text += ", " + commas(skipped) + " skipped"
	}
	if unreadable > 0 {
		text += ", " + commas(unreadable) + " unreadable"
	}
	if len(a.history) > 0 {
		text += "; beside them as history, not reported on: " + someFiles(a.history)
	}
	p.beside("Files", text)
	dates := make([]string, 0, len(a.order))
	for _, b := range a.order {
		dates = append(dates, b.date)
	}
	p.beside("Service dates", slices.Min(dates)+" to "+slices.Max(dates)+", judged as of "+a.Run.AsOf)
	if a.Waivers != nil {
		p.beside("Waivers", a.waiversText())
	}
	p.pass("Tables")
}

func someFiles(exports []*export) string {
	var names []string
	for _, e := range exports {
		if name := filepath.Base(e.file); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if more := len(names) - 3; more > 0 {
		return strings.Join(names[:3], ", ") + " and " + counted(more, "more file")
	}
	return strings.Join(names, ", ")
}

func (a *account) tiles(p *figures) {
	flagged := flaggedLines(a.byLine)
	encounters, clean := a.encounters(a.order)
	p.tile("Lines audited", commas(len(a.lines)), "charge "+wholeDollars(charged(a.order)))
	p.tile("Lines flagged", commas(flagged), percent(flagged, len(a.lines))+" of lines")
	p.tile("Errors", commas(len(severity(a.Findings, "error"))), "of "+counted(len(a.Findings), "finding"))
	note := "each line once"
	if n := uncounted(a.Findings); n > 0 {
		note = counted(n, "finding") + " without a charge"
	}
	p.tile("Charge at risk", wholeDollars(atRisk(a.byLine)), note)
	p.tile("First-pass clean", percent(clean, encounters), "of "+counted(encounters, "encounter"))
}

// bySeverity has each line once, under the highest severity of its findings.
func (a *account) bySeverity(p *figures) {
	var rows [][]string
	above := map[place]bool{}
	for _, s := range []string{"error", "warning", "review"} {
		mine := map[place]bool{}
		for _, f := range severity(a.byLine, s) {
			if !above[f.place] {
				mine[f.place] = true
			}
		}
		found := among(a.byLine, func(f *toldFinding) bool { return mine[f.place] })
		rows = append(rows, []string{s, strconv.Itoa(len(severity(a.Findings, s))), strconv.Itoa(len(mine)), amount(atRisk(found))})
		for l := range mine {
			above[l] = true
		}
	}
	p.table([]string{"Severity", "Findings", "Lines", "At risk"}, rows)
	p.beside("Charge in review, none of it at risk", amount(inReview(a.byLine)))
	p.beside("Overpaid as billed, part of at risk", amount(overpaid(a.byLine)))
	p.sentence(a.refundWords())
}

// refundWords are what there is to refund, that which rests on payments apart.
func (a *account) refundWords() string {
	paid, billed := 0, 0
	for _, f := range a.refunds() {
		cents, _ := centsOf(a.refundOf(&f))
		if _, given := a.paidOn(f.place); given {
			paid += cents
		} else {
			billed += cents
		}
	}
	switch {
	case paid == 0 && billed == 0:
		return ""
	case paid == 0:
		return "To refund: $" + dollarText(billed) + " as billed; what was paid is not known"
	case billed == 0:
		return "To refund: $" + dollarText(paid) + ", by what was paid"
	}
	return "To refund: $" + dollarText(paid) + " by what was paid, $" + dollarText(billed) + " as billed"
}

func (a *account) topRules(p *figures) {
	const most = 10
	var rows [][]string
	met := a.met()
	for _, rule := range met[:min(most, len(met))] {
		found := a.of(rule)
		rows = append(rows, []string{rule, strconv.Itoa(count(found)), amount(atRisk(found))})
	}
	if more := len(met) - most; more > 0 {
		rows = append(rows, []string{fmt.Sprintf("and %d more rules", more)})
	}
	p.table([]string{"Rule", "Findings", "At risk"}, rows)
}

// topFamilies are the families with the most findings; where there are more than nine, the others
// from the ninth on are one row, in which a line counts once as well.
func (a *account) topFamilies() [][]string {
	const most = 8
	type family struct {
		name  string
		found []toldFinding
	}
	var list []family
	for _, rule := range a.rules {
		name := cmp.Or(a.families[rule], "Others")
		if len(a.of(rule)) == 0 || slices.ContainsFunc(list, func(f family) bool { return f.name == name }) {
			continue
		}
		list = append(list, family{name, among(a.byLine, func(f *toldFinding) bool { return cmp.Or(a.families[f.Rule], "Others") == name })})
	}
	slices.SortStableFunc(list, func(x, y family) int { return cmp.Compare(count(y.found), count(x.found)) })
	if len(list) > most+1 {
		rest := family{name: fmt.Sprintf("%d other families", len(list)-most)}
		for _, f := range list[most:] {
			rest.found = append(rest.found, f.found...)
		}
		list = append(list[:most], rest)
	}
	rows := make([][]string, 0, len(list))
	for _, f := range list {
		rows = append(rows, []string{f.name, strconv.Itoa(count(f.found)), amount(atRisk(f.found))})
	}
	return rows
}

func (a *account) byFamily(p *figures) {
	p.table([]string{"Family of rules", "Findings", "At risk"}, a.topFamilies())
}

func (a *account) worst(p *figures) {
	const most = 10
	var rows [][]string
	met := a.encountersMet()
	for _, found := range met[:min(most, len(met))] {
		first := a.rows[found[0].place]
		rows = append(rows, []string{
			cmp.Or(first.patient, "no patient"), serialOf(first.date), strconv.Itoa(len(severity(found, "error"))), strconv.Itoa(len(found)),
			amount(atRisk(found)), a.fitted(p, len(rows), rulesOf(found)),
		})
	}
	p.table([]string{"Patient", "Date", "Errors", "Findings", "At risk", "Rules"}, rows)
}

// fitted is the text of an encounter's rules as the page has it, when it is the first of them and
// the number of the others.
func (a *account) fitted(p *figures, i int, rules []string) string {
	whole := strings.Join(rules, ", ")
	if r, c := p.find("Patient"); r >= 0 {
		for ; c < len(p.rows[r]) && p.rows[r][c] != "Rules"; c++ {
		}
		for shown := 1; shown < len(rules); shown++ {
			text := fmt.Sprintf("%s and %d more", strings.Join(rules[:shown], ", "), len(rules)-shown)
			if r+1+i < len(p.rows) && nth(p.rows[r+1+i], c) == text {
				return text
			}
		}
	}
	return whole
}

// notChecked is in words. Its counts of rows and of findings left out are figures.
func (a *account) notChecked(p *figures) {
	var says []string
	unreadable := 0
	for _, c := range a.rowCounts(a.inputs, a.Inputs) {
		unreadable += c.Unreadable
	}
	if unreadable > 0 {
		says = append(says, counted(unreadable, "row")+" could not be read (Rows Not Read)")
	}
	if hidden := count(a.all) - len(a.Findings); hidden > 0 {
		says = append(says, counted(hidden, "finding")+" of lower severity left out of this workbook")
	}
	last := len(p.rows) - 1
	for _, text := range says {
		if !strings.Contains(nth(p.rows[last], 1), text) {
			p.t.Errorf("Summary does not say %q but %q", text, p.rows[last])
		}
	}
	p.except[[2]int{last, 1}] = true // the rest is of Coverage: TestSummaryPage of reports
	for r, row := range p.rows {
		if strings.Contains(nth(row, 1), "newer than the tables") { // likewise
			p.except[[2]int{r, 1}] = true
		}
	}
}

func (a *account) checkRunInfo(t *testing.T, rows [][]string) {
	t.Helper()
	p := newPage(t, "Run Info", rows)
	p.pass("Program")
	p.pass("Catalogue")
	p.beside("Rules that ran", fmt.Sprintf("%d, listed on Coverage", len(a.rules)))
	p.beside("As of", a.Run.AsOf)
	for _, o := range a.Run.Options {
		if o.Name != "as_of" {
			p.beside(o.Name, o.Value)
		}
	}
	if hidden := count(a.all) - len(a.Findings); hidden > 0 {
		p.beside("Findings left out", commas(hidden)+" below the severity shown")
	}
	p.passTables()
	p.section("Inputs: rows = audited + unreadable + skipped", a.inputRows())
	if a.remits != nil {
		p.section("Remittances: rows = joined + not joined + skipped", a.remitRows(t))
	}
	p.section("Control totals, without history: rows and charge in = audited + unreadable + skipped", a.controlTotals())
	money := [][]string{
		{"Charge at risk", amount(atRisk(a.byLine))}, {"Charge in review", amount(inReview(a.byLine))},
		{"Overpaid, as billed", amount(overpaid(a.byLine))},
	}
	var payers []string
	sums := map[string]int{}
	for _, f := range a.refunds() {
		payer := a.rows[f.place].payer
		if !slices.Contains(payers, payer) {
			payers = append(payers, payer)
		}
		cents, _ := centsOf(a.refundOf(&f))
		sums[payer] += cents
	}
	for _, payer := range payers {
		money = append(money, []string{"To refund: " + cmp.Or(payer, "payer not named"), amount(sums[payer])})
	}
	p.section("Money", append(money, []string{"Missed revenue", amount(missed(a.byLine))}))
	p.check()
}

// passTables lets the tables of knowledge be.
func (p *figures) passTables() {
	first, _ := p.find("Tables of knowledge")
	for r := first; r >= 0 && r < len(p.rows) && nth(p.rows[r], 0) != ""; r++ {
		for c := range p.rows[r] {
			p.except[[2]int{r, c}] = true
		}
	}
}

// section expects all rows below a heading, and a blank one behind them.
func (p *figures) section(heading string, rows [][]string) {
	r, c := p.find(heading)
	if r < 0 {
		return
	}
	wide := 0
	for _, row := range rows {
		wide = max(wide, len(row))
	}
	for i, row := range append(rows, nil) {
		for k := range wide {
			p.want[[2]int{r + 1 + i, c + k}] = nth(row, k)
		}
	}
}

func (a *account) inputRows() [][]string {
	rows := [][]string{{"File", "Read as", "Sheet", "Rows", "Audited", "Unreadable", "Skipped", "SHA-256"}}
	row := func(c toldInput, as string) {
		rows = append(rows, []string{
			c.File, as, c.Sheet, strconv.Itoa(c.Rows), strconv.Itoa(c.Audited), strconv.Itoa(c.Unreadable), strconv.Itoa(c.Skipped), c.SHA256,
		})
	}
	for _, c := range a.rowCounts(a.history, a.Context) {
		row(c, strings.Join(append([]string{"history, not reported on"}, c.Notes...), "; "))
	}
	for _, c := range a.rowCounts(a.inputs, a.Inputs) {
		row(c, strings.Join(c.Notes, "; "))
	}
	return rows
}

func (a *account) controlTotals() [][]string {
	rows := [][]string{{"Rows", "Charge", "Number of rows", "Not known"}}
	read := map[place]*billed{}
	names := []string{"Audited"}
	of := map[string][]*billed{"Audited": a.order}
	for _, e := range a.inputs {
		for _, b := range e.rows {
			read[b.place] = b
		}
	}
	all := a.order
	for _, n := range a.NotRead {
		b := read[n.place]
		if b == nil {
			continue // of the history
		}
		name := "Skipped: " + n.Kind
		if n.Kind == "unreadable" {
			name = "Unreadable"
		}
		if n.Kind == "header" {
			b = &billed{place: b.place} // its word in the charge column is no charge
		}
		if of[name] == nil {
			names = append(names, name)
		}
		of[name] = append(of[name], b)
		if n.Kind == "total" {
			b = &billed{place: b.place, chargeGiven: b.chargeGiven, chargeKnown: b.chargeKnown} // in no sum
		}
		all = append(slices.Clip(all), b)
	}
	names, of["In all"] = append(names, "In all"), all
	counted := map[place]bool{}
	for _, name := range names {
		if name == "In all" {
			clear(counted)
		}
		rows = append(rows, a.controlTotal(name, of[name], rowsOf(of[name], counted)))
	}
	return append(rows, []string{"Not known: rows whose charge cannot be read, or that cannot be split into cells. They count as nothing in the charge. A total is in no sum: whether it agrees with the charges above it stands with the inputs."})
}

// controlTotal is the row of a kind of rows, of which there are count.
func (a *account) controlTotal(name string, lines []*billed, count int) []string {
	if !slices.ContainsFunc(a.inputs, func(e *export) bool { return e.charged }) {
		return []string{name, "not known: no charge column", strconv.Itoa(count)}
	}
	unknown := 0
	for _, b := range lines {
		if b.chargeGiven && !b.chargeKnown {
			unknown++
		}
	}
	return []string{name, amount(charged(lines)), strconv.Itoa(count), strconv.Itoa(unknown)}
}

// commas sets the thousands of a number apart.
func commas(n int) string {
	if n < 0 {
		return "-" + commas(-n)
	}
	if n < 1000 {
		return strconv.Itoa(n)
	}
	return commas(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return commas(n) + " " + what + "s"
}

func wholeDollars(cents int) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return sign + "$" + commas((cents+50)/100)
}

func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// dollarText is an amount in cents as 1,234.50.
func dollarText(cents int) string {
	if cents < 0 {
		return "-" + dollarText(-cents)
	}
	return commas(cents/100) + fmt.Sprintf(".%02d", cents%100)
}

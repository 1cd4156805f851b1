package reports

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// The rows of the Summary page. Its columns B to K are of one width; A and L are margins.
const (
	titleRow    = 1
	factsRow    = titleRow + 1
	contentsRow = factsRow + 4
	tileRow     = contentsRow + contentsRows + 1
	tablesRow   = tileRow + 4
	moneyRow    = tablesRow + 5
	familiesRow = moneyRow + 3
	chartsRow   = familiesRow + 3 + numFamilies
	chartRows   = 17
	worstRow    = chartsRow + chartRows
	notRow      = worstRow + 3 + numWorst

	contentsRows = 2
	numWorst     = 10
	numRules     = 10
	numFamilies  = 8
)

// rowHeight is that of a row of the Summary's tables, factHeight of a line of small text.
const (
	rowHeight  = 17
	factHeight = 14
)

// summary makes the one printed page in front.
func (b *book) summary() {
	b.summaryLayout()
	b.put(summarySheet, at("B", titleRow), b.styles.title, b.title())
	b.facts()
	b.contents()
	b.tiles()
	b.newer()
	b.bySeverity()
	b.topRules()
	b.families()
	b.charts()
	b.worstEncounters()
	b.small(notRow, "B", b.styles.note, b.notChecked(), 132)
}

// title says what the first page is, and for whom.
func (v *view) title() string {
	if v.options.Title == "" || v.options.Redact {
		return "Claim audit"
	}
	return "Claim audit: " + v.options.Title
}

func (b *book) summaryLayout() {
	b.do(b.f.SetColWidth(summarySheet, "A", "A", 2))
	b.do(b.f.SetColWidth(summarySheet, "B", "K", 12.5))
	b.do(b.f.SetColWidth(summarySheet, "L", "L", 2))
	for row := tablesRow; row < notRow; row++ {
		b.do(b.f.SetRowHeight(summarySheet, row, rowHeight))
	}
	for row, height := range map[int]float64{
		titleRow: 30, contentsRow - 1: 5, contentsRow + contentsRows: 10, tileRow: 20, tileRow + 1: 30, tileRow + 2: 18, tablesRow: 20, worstRow: 20,
	} {
		b.do(b.f.SetRowHeight(summarySheet, row, height))
	}
	b.printing(summarySheet, "portrait", 1, navy)
	b.do(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: summarySheet, RefersTo: fmt.Sprintf("'%s'!$A$1:$L$%d", summarySheet, notRow),
	}))
}

// small writes a text from a column to the page's edge, and makes the row as high as it needs; so
// many characters go into a line.
func (b *book) small(row int, from string, style int, text string, chars int) {
	b.across(summarySheet, at(from, row), at("K", row), style, text)
	b.do(b.f.SetRowHeight(summarySheet, row, float64(factHeight*xlsx.Lines(text, chars))))
}

// facts say what was audited, with what, and how it looked.
func (b *book) facts() {
	facts := []struct{ label, text string }{
		{"Files", b.filesRead()}, {"Service dates", b.datesOfService()}, {"Tables", b.tablesUsed()},
	}
	if label, text := b.before(); text != "" {
		facts = append(facts, struct{ label, text string }{label, text})
	}
	for i, fact := range facts {
		row := factsRow + i
		b.put(summarySheet, at("B", row), b.styles.factHead, fact.label)
		b.small(row, "C", b.styles.fact, fact.text, 118)
	}
}

// before says what a history, a reviewed workbook and waivers make of the findings, under which head.
func (v *view) before() (label, text string) {
	var parts []string
	if v.waives() {
		label, parts = "Waivers", append(parts, waiversText(v))
	}
	if v.Past != nil {
		label, parts = "Reviewed", append(parts, pastText(v.Past))
	}
	if v.kept() {
		label = "History"
	}
	slices.Reverse(parts)
	return label, strings.Join(parts, ". ")
}

func (d *digest) filesRead() string {
	inputs, history := d.inputs()
	total := summed(inputs)
	text := fileNames(inputs) + fmt.Sprintf(": %s, %s audited", plural(total.Rows, "row"), thousands(total.Audited))
	if total.Skipped > 0 {
		text += fmt.Sprintf(", %s skipped", thousands(total.Skipped))
	}
	if total.Unreadable > 0 {
		text += fmt.Sprintf(", %s unreadable", thousands(total.Unreadable))
	}
	if len(history) > 0 {
		text += "; beside them as history, not reported on: " + fileNames(history)
	}
	return text
}

func (d *digest) datesOfService() string {
	if d.Summary.First == 0 {
		return "none; judged as of " + d.AsOf.String()
	}
	return fmt.Sprintf("%s to %s, judged as of %s", d.Summary.First, d.Summary.Last, d.AsOf)
}

// tablesUsed names the first tables and counts the others.
func (d *digest) tablesUsed() string {
	const shown = 3
	var parts []string
	for _, t := range d.Tables[:min(shown, len(d.Tables))] {
		parts = append(parts, strings.TrimSpace(t.Name+" "+t.Effective))
	}
	if more := len(d.Tables) - shown; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more on %s", more, runSheet))
	}
	return strings.Join(parts, "; ")
}

// fileNames names the first inputs and counts the others.
func fileNames(inputs []claim.Source) string {
	const shown = 3
	var names []string
	for _, s := range inputs {
		if name := filepath.Base(s.File); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > shown {
		return fmt.Sprintf("%s and %s", strings.Join(names[:shown], ", "), plural(len(names)-shown, "more file"))
	}
	return strings.Join(names, ", ")
}

// contents leads to the other sheets.
func (b *book) contents() {
	others := b.sheets[1:]
	wide := (len(others) + contentsRows - 1) / contentsRows
	for i, s := range others {
		b.link(summarySheet, at(xlsx.Letter(1+i%wide), contentsRow+i/wide), b.styles.plainLink, s.Name, "'"+s.Name+"'!A1")
	}
}

// tiles are the five figures.
func (b *book) tiles() {
	s := &b.Summary
	for i, tile := range []struct {
		head, figure, note string
		style              int
	}{
		{"Lines audited", thousands(s.Lines), "charge " + round(s.Charge), b.styles.tile},
		{"Lines flagged", thousands(s.FlaggedLines), share(s.FlaggedLines, s.Lines) + " of lines", b.styles.tile},
		{"Errors", thousands(s.BySeverity[audit.Error]), "of " + plural(s.Findings, "finding"), b.styles.tileAlert},
		{"Charge at risk", round(s.ChargeAtRisk), uncounted(s.Uncounted), b.styles.tile},
		{"First-pass clean", share(s.CleanEncounters, s.Encounters), "of " + plural(s.Encounters, "encounter"), b.styles.tile},
	} {
		from, to := xlsx.Letter(1+2*i), xlsx.Letter(2+2*i)
		b.across(summarySheet, at(from, tileRow), at(to, tileRow), b.styles.tileHead, tile.head)
		b.across(summarySheet, at(from, tileRow+1), at(to, tileRow+1), tile.style, tile.figure)
		b.across(summarySheet, at(from, tileRow+2), at(to, tileRow+2), b.styles.tileNote, tile.note)
	}
}

// newer says under the tiles how many of the lines are dated later than the tables that judged most of them.
func (b *book) newer() {
	ages := b.ages()
	if len(ages) == 0 {
		return
	}
	most := slices.MaxFunc(ages, func(x, y age) int { return cmp.Compare(x.lines, y.lines) })
	b.small(tileRow+3, "B", b.styles.note, fmt.Sprintf("%s of the lines are newer than the tables they were judged by: %s, to %s. Newer ones can be brought along (--table).",
		share(most.lines, b.Summary.Lines), strings.Join(most.tables, "; "), most.newest), 132)
}

func uncounted(n int) string {
	if n == 0 {
		return "each line once"
	}
	return plural(n, "finding") + " without a charge"
}

// heads writes a table's header on a page; each head is given with its first and last column.
func (b *book) heads(row int, heads ...pageColumn) {
	for _, h := range heads {
		b.across(summarySheet, at(h.from, row), at(h.to, row), b.styles.head[h.kind], h.head)
	}
}

type pageColumn struct {
	from, to, head string
	kind           kind
}

func (b *book) bySeverity() {
	row := tablesRow
	b.put(summarySheet, at("B", row), b.styles.heading, "By severity")
	b.heads(row+1, pageColumn{"B", "B", "Severity", text}, pageColumn{"C", "C", "Findings", number},
		pageColumn{"D", "D", "Lines", number}, pageColumn{"E", "E", "At risk", cents})
	byLine := b.severities()
	for i, s := range audit.Severities {
		row := row + 2 + i
		if k, met := b.firstBy[s]; met {
			b.find(at("B", row), b.styles.severity[s], b.onSheetOf(k, "Severity", s.String()), s.String())
		} else {
			b.put(summarySheet, at("B", row), b.styles.severity[s], s.String())
		}
		b.put(summarySheet, at("C", row), b.styles.cell[figure], b.Summary.BySeverity[s])
		b.put(summarySheet, at("D", row), b.styles.cell[figure], byLine[s].lines)
		b.amount(summarySheet, at("E", row), byLine[s].risk)
	}
	b.otherMoney()
}

// otherMoney stands below what is at risk by severity.
func (b *book) otherMoney() {
	for i, m := range [...]struct {
		label  string
		amount claim.Cents
	}{
		{"Charge in review, none of it at risk", b.Summary.ChargeInReview},
		{"Overpaid as billed, part of at risk", b.Summary.Overpaid},
	} {
		b.across(summarySheet, at("B", moneyRow+i), at("D", moneyRow+i), b.styles.cell[text], m.label)
		b.amount(summarySheet, at("E", moneyRow+i), m.amount)
	}
	if words := b.refundWords(); words != "" {
		b.across(summarySheet, at("B", moneyRow+2), at("E", moneyRow+2), b.styles.factHead, words)
	}
}

// severities counts each flagged line once, under its highest severity.
func (d *digest) severities() map[audit.Severity]*ruleFigures {
	figures := map[audit.Severity]*ruleFigures{}
	for _, s := range audit.Severities {
		figures[s] = &ruleFigures{}
	}
	for l := range flaggedLines(&d.lines) {
		if fig := figures[l.severity]; fig != nil {
			fig.lines++
			fig.risk += l.stakes.AtRisk
		}
	}
	return figures
}

func (b *book) topRules() {
	row := tablesRow
	b.put(summarySheet, at("G", row), b.styles.heading, "Most frequent rules")
	b.heads(row+1, pageColumn{"G", "I", "Rule", text}, pageColumn{"J", "J", "Findings", number},
		pageColumn{"K", "K", "At risk", cents})
	rules, figures := b.frequent(), b.figures()
	if len(rules) == 0 {
		b.across(summarySheet, at("G", row+2), at("K", row+2), b.styles.cell[text], "No rule found anything.")
	}
	for i, r := range rules[:min(numRules, len(rules))] {
		row := row + 2 + i
		b.across(summarySheet, at("G", row), at("I", row), b.styles.cell[link], r.ID)
		b.find(at("G", row), b.styles.cell[link], b.ruleOnFlagged(r), r.ID)
		b.put(summarySheet, at("J", row), b.styles.cell[figure], b.Summary.ByRule[r.ID])
		b.amount(summarySheet, at("K", row), figures[r].risk)
	}
	if len(rules) > numRules {
		b.link(summarySheet, at("G", row+2+numRules), b.styles.plainLink,
			fmt.Sprintf("and %d more rules", len(rules)-numRules), "'"+ruleSheet+"'!A1")
	}
}

// families counts findings by family of rules, and draws from the same cells.
func (b *book) families() {
	b.heads(familiesRow, pageColumn{"B", "C", "Family of rules", text}, pageColumn{"D", "D", "Findings", number},
		pageColumn{"E", "E", "At risk", cents})
	top := b.topFamilies()
	if len(top) == 0 {
		b.across(summarySheet, at("B", familiesRow+1), at("E", familiesRow+1), b.styles.cell[text], "No rule found anything.")
	}
	for i, f := range top {
		row := familiesRow + 1 + i
		b.across(summarySheet, at("B", row), at("C", row), b.styles.cell[text], f.name)
		b.put(summarySheet, at("D", row), b.styles.cell[figure], f.findings)
		b.amount(summarySheet, at("E", row), f.risk)
	}
}

type family struct {
	name     string
	findings int
	risk     claim.Cents
}

// topFamilies are the families with the most findings; a last one sums up the others.
func (b *book) topFamilies() []family {
	var list []family
	figures := b.figures()
	for _, r := range b.met {
		name := familyOf(r)
		i := slices.IndexFunc(list, func(f family) bool { return f.name == name })
		if i < 0 {
			i = len(list)
			list = append(list, family{name: name})
		}
		list[i].findings += figures[r].findings
	}
	slices.SortStableFunc(list, func(x, y family) int { return cmp.Compare(y.findings, x.findings) })
	rows := map[string]string{}
	if len(list) > numFamilies+1 {
		list = foldRest(list, rows)
	}
	risks := b.familyRisks(rows)
	for i := range list {
		list[i].risk = risks[list[i].name]
	}
	return list
}

// foldRest makes one row of the families behind the first ones, and notes of each in which it is.
func foldRest(list []family, rows map[string]string) []family {
	rest := family{name: fmt.Sprintf("%d other families", len(list)-numFamilies)}
	for _, f := range list[numFamilies:] {
		rest.findings += f.findings
		rows[f.name] = rest.name
	}
	return append(list[:numFamilies], rest)
}

func familyOf(r *audit.Rule) string { return cmp.Or(r.Family, "Others") }

// familyRisks are what the findings of each family put at risk, each line once by its largest; of
// families that share a row, under its name.
func (b *book) familyRisks(rows map[string]string) map[string]claim.Cents {
	risks := map[string]claim.Cents{}
	line := map[string]audit.Stakes{} // of one line
	for i := range b.lines.Len() {
		f := b.lines.Brief(i)
		if i > 0 && b.lines.Brief(i-1).Pos != f.Pos {
			clear(line)
		}
		name := familyOf(b.lines.Rule(f))
		if row, shared := rows[name]; shared {
			name = row
		}
		stakes := line[name]
		stakes.Add(f.Severity, f.Money, f.Amount)
		risks[name] += stakes.AtRisk - line[name].AtRisk
		line[name] = stakes
	}
	return risks
}

// worstEncounters lists the encounters with the most at risk.
func (b *book) worstEncounters() {
	row := worstRow
	b.put(summarySheet, at("B", row), b.styles.heading, "Encounters with the most at risk")
	b.heads(row+1, pageColumn{"B", "C", "Patient", text}, pageColumn{"D", "D", "Date", day},
		pageColumn{"E", "E", "Errors", number}, pageColumn{"F", "F", "Findings", number},
		pageColumn{"G", "G", "At risk", cents}, pageColumn{"H", "J", "Rules", text}, pageColumn{"K", "K", "Finding", text})
	worst := b.worst
	if len(worst) == 0 {
		b.across(summarySheet, at("B", row+2), at("K", row+2), b.styles.cell[text], "No encounter has a finding.")
	}
	for i, n := range worst[:min(numWorst, len(worst))] {
		e := b.encounters.of(int(n))
		l := b.newReader().of(b.lines.Brief(int(e.findings[0]))).Line
		row := row + 2 + i
		b.across(summarySheet, at("B", row), at("C", row), b.styles.cell[text], shortened(cmp.Or(l.Patient, "no patient")))
		b.put(summarySheet, at("D", row), b.styles.cell[day], xlsx.Serial(l.From.Unix()))
		b.put(summarySheet, at("E", row), b.styles.cell[figure], e.count(&b.lines, audit.Error))
		b.put(summarySheet, at("F", row), b.styles.cell[figure], len(e.findings))
		b.amount(summarySheet, at("G", row), e.risk)
		b.across(summarySheet, at("H", row), at("J", row), b.styles.cell[text], b.someRules(&e))
		b.find(at("K", row), b.styles.cell[link], b.flagged(b.placeOf(n)), "show")
	}
}

// shortened is a name as far as a cell of the page has room for it; the link beside it leads to all of
// it.
func shortened(name string) string {
	const room = 24
	if letters := []rune(name); len(letters) > room {
		return string(letters[:room-1]) + "…"
	}
	return name
}

// someRules are as many of an encounter's rules as a row of the page has room for.
func (b *book) someRules(e *encounter) string {
	const room = 38
	rules := b.rulesOf(e)
	if len(rules) <= room {
		return rules
	}
	cut := max(strings.LastIndex(rules[:room], ", "), strings.IndexByte(rules+",", ','))
	return fmt.Sprintf("%s and %d more", rules[:cut], strings.Count(rules[cut:], ", "))
}

// notChecked says in plain words what the findings do not cover.
func (b *book) notChecked() string {
	texts := b.staleTexts()
	inputs, _ := b.inputs()
	if n := summed(inputs).Unreadable; n > 0 {
		texts = append(texts, plural(n, "row")+" could not be read ("+notReadSheet+")")
	}
	if n := summed(inputs).Unplaced; n > 0 {
		texts = append(texts, plural(n, "service")+" of rows with several could not be read ("+notReadSheet+")")
	}
	for i, r := range b.obstacles() {
		if i == 2 {
			texts = append(texts, "and more")
			break
		}
		texts = append(texts, fmt.Sprintf("%s on up to %s, as %s", plural(len(r.checks), "check"), plural(r.lines, "line"), r.reason))
	}
	if b.hidden > 0 {
		texts = append(texts, plural(b.hidden, "finding")+" of lower severity left out of this workbook")
	}
	if b.known > 0 {
		texts = append(texts, plural(b.known, "finding")+" that earlier audits made left out of this workbook")
	}
	switch {
	case b.Summary.Lines == 0:
		texts = append(texts, "no line was audited")
	case len(texts) == 0:
		return "Not checked: nothing; every check ran on every line it concerns. Limits of the audit are on Run Info."
	}
	return "Not checked: " + strings.Join(texts, "; ") + ". Coverage lists all of it; Run Info states the limits of the audit."
}

// staleTexts say how many lines tables judged that end before them.
func (d *digest) staleTexts() (texts []string) {
	for _, a := range d.ages() {
		texts = append(texts, fmt.Sprintf("changes after %s to %s, for %s dated later", a.newest, strings.Join(a.tables, "; "), plural(a.lines, "line")))
	}
	return texts
}

// age is the end of tables that judged later lines.
type age struct {
	newest claim.Date
	tables []string
	lines  int // the most of any of them
}

// ages are the ends of tables that judged later lines, tables of one end together.
func (d *digest) ages() (list []age) {
	for _, s := range d.Stale {
		i := slices.IndexFunc(list, func(a age) bool { return a.newest == s.Newest })
		if i < 0 {
			i = len(list)
			list = append(list, age{newest: s.Newest})
		}
		list[i].tables, list[i].lines = append(list[i].tables, s.Table), max(list[i].lines, s.Lines)
	}
	return list
}

// obstacle is a reason why checks could not be made, with what it hinders most.
type obstacle struct {
	reason   string
	checks   []string
	lines    int // of the family of checks, or the check, that it keeps most lines from
	most     int // of the check it keeps most lines from, whose codes are told
	missed   int // checks of lines that were not made
	from, to claim.Date
	codes    []string
}

// obstacles are the reasons of Coverage, those that kept most lines from a check first: one line that a hundred checks
// could not judge is one line.
func (d *digest) obstacles() (list []obstacle) {
	families := d.checkFamilies()
	for i := range d.Coverage {
		c := &d.Coverage[i]
		if c.Reason == "" || c.NotChecked == 0 {
			continue
		}
		i := slices.IndexFunc(list, func(o obstacle) bool { return o.reason == c.Reason })
		if i < 0 {
			i = len(list)
			list = append(list, obstacle{reason: c.Reason})
		}
		list[i].hinder(c, families[c.Check])
	}
	list = slices.DeleteFunc(list, func(o obstacle) bool { return len(o.checks) == 0 })
	slices.SortStableFunc(list, func(x, y obstacle) int {
		return cmp.Or(cmp.Compare(y.lines, x.lines), cmp.Compare(y.missed, x.missed))
	})
	return list
}

// hinder notes a check, or a family of them, that was not made on some lines.
func (o *obstacle) hinder(c *audit.Coverage, family bool) {
	o.lines = max(o.lines, c.NotChecked)
	if family {
		return
	}
	o.checks = append(o.checks, c.Check)
	o.missed += c.NotChecked
	if c.NotChecked > o.most {
		o.most, o.codes = c.NotChecked, c.Codes
	}
	if o.from == 0 || c.From != 0 && c.From < o.from {
		o.from = c.From
	}
	o.to = max(o.to, c.To)
}

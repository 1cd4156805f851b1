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
	tileRow     = 6
	tablesRow   = 10
	familiesRow = tablesRow + 6
	chartsRow   = familiesRow + 8
	worstRow    = chartsRow + 18
	notRow      = worstRow + 3 + numWorst
	numWorst    = 10
	numRules    = 10
)

// summary makes the one printed page in front.
func (b *book) summary() {
	b.summaryLayout()
	b.put(summarySheet, at("B", titleRow), b.styles.title, "Claim audit")
	b.across(summarySheet, at("B", titleRow+1), at("K", titleRow+1), b.styles.subtitle, b.provenance())
	b.contents()
	b.tiles()
	b.bySeverity()
	b.topRules()
	b.families()
	b.charts()
	b.worstEncounters()
	b.across(summarySheet, at("B", notRow), at("K", notRow), b.styles.note, b.notChecked())
}

func (b *book) summaryLayout() {
	b.do(b.f.SetColWidth(summarySheet, "A", "A", 2))
	b.do(b.f.SetColWidth(summarySheet, "B", "K", 12.5))
	b.do(b.f.SetColWidth(summarySheet, "L", "L", 2))
	for row := tablesRow; row < notRow; row++ {
		b.do(b.f.SetRowHeight(summarySheet, row, 17))
	}
	for row, height := range map[int]float64{
		titleRow: 32, titleRow + 1: 30, tileRow: 20, tileRow + 1: 30, tileRow + 2: 18, notRow: 62,
	} {
		b.do(b.f.SetRowHeight(summarySheet, row, height))
	}
	b.printing(summarySheet, "portrait", 1, navy)
	b.do(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: summarySheet, RefersTo: fmt.Sprintf("'%s'!$A$1:$L$%d", summarySheet, notRow),
	}))
}

// provenance says in one line what was audited.
func (b *book) provenance() string {
	inputs, history := b.inputs()
	parts := []string{fileNames(inputs)}
	if len(history) > 0 {
		parts = append(parts, fmt.Sprintf("%d earlier exports as history", len(history)))
	}
	if b.Summary.First != 0 {
		parts = append(parts, fmt.Sprintf("dates of service %s to %s", b.Summary.First, b.Summary.Last))
	}
	parts = append(parts, "as of "+b.AsOf.String())
	const shown = 3
	for _, t := range b.Tables[:min(shown, len(b.Tables))] {
		parts = append(parts, strings.TrimSpace(t.Name+" "+t.Effective))
	}
	if more := len(b.Tables) - shown; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more tables on %s", more, runSheet))
	}
	return strings.Join(parts, "  ·  ")
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
		return fmt.Sprintf("%s and %d more files", strings.Join(names[:shown], ", "), len(names)-shown)
	}
	return strings.Join(names, ", ")
}

// contentColumns are where the links to the other sheets stand, six in a row.
var contentColumns = [...]int{1, 3, 4, 6, 8, 9}

// contents leads to the other sheets.
func (b *book) contents() {
	for i, sheet := range []string{
		flaggedSheet, "By Encounter", "By Provider", patternSheet, ruleSheet, monthSheet,
		"Missed Revenue", coverageSheet, "Rows Not Read", "Repairs", rulesSheet, runSheet,
	} {
		b.link(summarySheet, at(xlsx.Letter(contentColumns[i%6]), titleRow+2+i/6), b.styles.plainLink, sheet, "'"+sheet+"'!A1")
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
		{"Errors", thousands(s.BySeverity[audit.Error]), "of " + thousands(s.Findings) + " findings", b.styles.tileAlert},
		{"Charge at risk", round(s.ChargeAtRisk), uncounted(s.Uncounted), b.styles.tile},
		{"First-pass clean", share(s.CleanEncounters, s.Encounters), "of " + thousands(s.Encounters) + " encounters", b.styles.tile},
	} {
		from, to := xlsx.Letter(1+2*i), xlsx.Letter(2+2*i)
		b.across(summarySheet, at(from, tileRow), at(to, tileRow), b.styles.tileHead, tile.head)
		b.across(summarySheet, at(from, tileRow+1), at(to, tileRow+1), tile.style, tile.figure)
		b.across(summarySheet, at(from, tileRow+2), at(to, tileRow+2), b.styles.tileNote, tile.note)
	}
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
			b.link(summarySheet, at("B", row), b.styles.severity[s], s.String(), b.flaggedPlace(k))
		} else {
			b.put(summarySheet, at("B", row), b.styles.severity[s], s.String())
		}
		b.put(summarySheet, at("C", row), b.styles.cell[number], b.Summary.BySeverity[s])
		b.put(summarySheet, at("D", row), b.styles.cell[number], byLine[s].lines)
		b.amount(summarySheet, at("E", row), byLine[s].risk)
	}
}

// severities counts each flagged line once, under its highest severity.
func (b *book) severities() map[audit.Severity]*ruleFigures {
	figures := map[audit.Severity]*ruleFigures{}
	for _, s := range audit.Severities {
		figures[s] = &ruleFigures{}
	}
	for l := range flaggedLines(&b.Findings) {
		if fig := figures[l.severity]; fig != nil {
			fig.lines++
			fig.risk += l.risk
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
	for i, r := range rules[:min(numRules, len(rules))] {
		row := row + 2 + i
		b.across(summarySheet, at("G", row), at("I", row), b.styles.cell[link], r.ID)
		b.do(b.f.SetCellHyperLink(summarySheet, at("G", row), b.flaggedPlace(b.firstOf[r]), "Location"))
		b.put(summarySheet, at("J", row), b.styles.cell[number], b.Summary.ByRule[r.ID])
		b.amount(summarySheet, at("K", row), figures[r].risk)
	}
	if len(rules) > numRules {
		b.link(summarySheet, at("G", row+2+numRules), b.styles.plainLink,
			fmt.Sprintf("and %d more rules", len(rules)-numRules), "'"+ruleSheet+"'!A1")
	}
}

// families are what rules speak of, in the order of their ranks.
var families = [...]struct {
	rank audit.Rank
	name string
}{
	{audit.RootCause, "The code itself"}, {audit.Specific, "Named codes"}, {audit.PairTable, "Bundled pairs"},
	{audit.UnitTable, "Unit limits"}, {audit.Policy, "Payer policy"}, {audit.Apart, "Other cells"},
}

func (b *book) families() {
	b.heads(familiesRow, pageColumn{"B", "C", "What rules speak of", text}, pageColumn{"D", "D", "Findings", number},
		pageColumn{"E", "E", "At risk", cents})
	figures := b.figures()
	for i, family := range families {
		row := familiesRow + 1 + i
		var findings int
		var risk claim.Cents
		for _, r := range b.met {
			if r.Rank == family.rank {
				findings += figures[r].findings
				risk += figures[r].risk
			}
		}
		b.across(summarySheet, at("B", row), at("C", row), b.styles.cell[text], family.name)
		b.put(summarySheet, at("D", row), b.styles.cell[number], findings)
		b.amount(summarySheet, at("E", row), risk)
	}
}

// worstEncounters lists the encounters with the most at risk.
func (b *book) worstEncounters() {
	row := worstRow
	b.put(summarySheet, at("B", row), b.styles.heading, "Encounters with the most at risk")
	b.heads(row+1, pageColumn{"B", "C", "Patient", text}, pageColumn{"D", "D", "Date", day},
		pageColumn{"E", "E", "Errors", number}, pageColumn{"F", "F", "Findings", number},
		pageColumn{"G", "G", "At risk", cents}, pageColumn{"H", "K", "Rules", text})
	worst := b.worst()
	for i, n := range worst[:min(numWorst, len(worst))] {
		e := &b.encounters[n]
		l := b.finding(int(e.findings[0])).Line
		row := row + 2 + i
		b.across(summarySheet, at("B", row), at("C", row), b.styles.cell[link], cmp.Or(l.Patient, "no patient"))
		b.do(b.f.SetCellHyperLink(summarySheet, at("B", row), b.flaggedPlace(e.at), "Location"))
		b.put(summarySheet, at("D", row), b.styles.cell[day], xlsx.Serial(l.From.Unix()))
		b.put(summarySheet, at("E", row), b.styles.cell[number], e.count(&b.Findings, audit.Error))
		b.put(summarySheet, at("F", row), b.styles.cell[number], len(e.findings))
		b.amount(summarySheet, at("G", row), e.risk)
		b.across(summarySheet, at("H", row), at("K", row), b.styles.cell[text], b.rulesOf(e))
	}
}

// notChecked says in plain words what the findings do not cover.
func (b *book) notChecked() string {
	texts := []string{}
	unreadable := 0
	for _, s := range b.Sources {
		unreadable += s.Unreadable
	}
	if unreadable > 0 {
		texts = append(texts, plural(unreadable, "row")+" could not be read (Rows Not Read)")
	}
	for i, r := range b.obstacles() {
		if i == 3 {
			texts = append(texts, "and more, see Coverage")
			break
		}
		texts = append(texts, fmt.Sprintf("%s on up to %s: %s", plural(r.checks, "check"), plural(r.lines, "line"), r.reason))
	}
	for _, s := range b.Stale {
		texts = append(texts, fmt.Sprintf("%s, with dates up to %s, by a table that ends on %s: %s", plural(s.Lines, "line"), s.To, s.Newest, s.Table))
	}
	if b.hidden > 0 {
		texts = append(texts, plural(b.hidden, "finding")+" of lower severity left out of this workbook")
	}
	if len(texts) == 0 {
		return "Not checked: nothing; every check ran on every line it concerns. Limits of the audit are on Run Info."
	}
	return "Not checked: " + strings.Join(texts, "; ") + ". No finding on a line says only that the checks that ran on it found none: Coverage has them all."
}

// obstacle is a reason why checks could not be made.
type obstacle struct {
	reason        string
	checks, lines int
}

// obstacles are the reasons of Coverage, those that hinder the most checks first.
func (b *book) obstacles() (list []obstacle) {
	families := b.checkFamilies()
	for i := range b.Coverage {
		c := &b.Coverage[i]
		if c.Reason == "" || c.NotChecked == 0 || families[c.Check] {
			continue
		}
		i := slices.IndexFunc(list, func(o obstacle) bool { return o.reason == c.Reason })
		if i < 0 {
			i = len(list)
			list = append(list, obstacle{reason: c.Reason})
		}
		list[i].checks++
		list[i].lines = max(list[i].lines, c.NotChecked)
	}
	slices.SortStableFunc(list, func(x, y obstacle) int { return cmp.Compare(y.checks, x.checks) })
	return list
}

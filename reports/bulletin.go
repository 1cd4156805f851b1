package reports

import (
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// bulletin is what can be said of an audit on one page without naming a patient: figures, rules, tables, and
// what was not checked. The page to mail and the text for a terminal are made of it.
type bulletin struct {
	Title      string
	Version    string
	AsOf       claim.Date
	Read       string // which files, by their names alone, and how many rows
	Dates      string
	Tiles      []tile
	Severities []severityFigures
	Rules      []ruleRow
	MoreRules  int // that stand in the workbook alone
	History    string
	States     []stateRow    // where a history is kept
	Changed    []string      // settings and tables that are not those of the audit before
	Trend      []audit.Night // the last audits, this one last
	Tables     []audit.Table
	Ages       []string // of tables that are older than lines they judged
	Gaps       []string // why checks could not be made
	MoreGaps   int
	Hidden     []string // what was found and is not shown
}

type tile struct{ Head, Figure, Note string }

// severityFigures count each flagged line once, under its highest severity.
type severityFigures struct {
	Name            string
	Findings, Lines int
	AtRisk          claim.Cents
}

// ruleRow is what a rule found.
type ruleRow struct {
	ID, Title, Severity string
	Findings            int
	AtRisk, Missed      claim.Cents
}

// stateRow is how many findings have a state.
type stateRow struct {
	Name  string
	Count int
	Means string
}

// stateMeans says of each state what a reader who was not there must know.
var stateMeans = map[audit.State]string{
	audit.New:       "in no earlier audit",
	audit.Open:      "found before, and still there",
	audit.Reopened:  "closed before, and there again",
	audit.Fixed:     "audited again, and no longer there",
	audit.Withdrawn: "no longer there because a rule, a table or a setting changed",
	audit.Unseen:    "not in these lines: still open",
	audit.Waived:    "somebody answers for it: in no figure",
}

// mostGaps is how many reasons for checks that were not made go on the page.
const mostGaps = 8

// bulletinOf is the bulletin of the findings that are shown, with so many rules at most.
func bulletinOf(v *view, mostRules int) *bulletin {
	d := newDigest(v)
	b := &bulletin{
		Title: d.title(), Version: d.Version, AsOf: d.AsOf, Read: d.filesRead(), Dates: d.datesOfService(), Tiles: d.figuresAtAGlance(), Tables: d.Tables,
		Ages: d.ageTexts(), Hidden: d.hiddenTexts(),
	}
	byLine := d.severities()
	for _, s := range audit.Severities {
		b.Severities = append(b.Severities, severityFigures{s.String(), d.Summary.BySeverity[s], byLine[s].lines, byLine[s].risk})
	}
	rules, figures := d.frequent(), d.figures()
	for _, r := range rules[:min(mostRules, len(rules))] {
		b.Rules = append(b.Rules, ruleRow{r.ID, r.Title, r.Severity.String(), figures[r].findings, figures[r].risk, figures[r].missed})
	}
	b.MoreRules = len(rules) - len(b.Rules)
	if p := d.Past; p != nil {
		b.History, b.Changed, b.Trend = pastText(p), p.Changed, p.Trend
		for _, s := range pastStates {
			if !v.states() || p.Run == 0 && s > audit.Reopened { // which a workbook does not tell
				break
			}
			b.States = append(b.States, stateRow{s.String(), p.Counts[s], stateMeans[s]})
		}
	}
	gaps := d.obstacles()
	for _, o := range gaps[:min(mostGaps, len(gaps))] {
		b.Gaps = append(b.Gaps, plural(len(o.checks), "check")+" on up to "+plural(o.lines, "line")+": "+o.reason)
	}
	b.MoreGaps = len(gaps) - len(b.Gaps)
	if d.Summary.Lines == 0 {
		b.Gaps = []string{"no line was audited"}
	}
	return b
}

// figuresAtAGlance are the figures in front.
func (d *digest) figuresAtAGlance() []tile {
	s := &d.Summary
	return []tile{
		{"Lines audited", thousands(s.Lines), "charge " + round(s.Charge)},
		{"Lines flagged", thousands(s.FlaggedLines), share(s.FlaggedLines, s.Lines) + " of lines"},
		{"Errors", thousands(s.BySeverity[audit.Error]), "of " + plural(s.Findings, "finding")},
		{"Charge at risk", round(s.ChargeAtRisk), uncounted(s.Uncounted)},
		{"Charge in review", round(s.ChargeInReview), "none of it at risk"},
		{"Overpaid", round(s.Overpaid), "as billed, part of charge at risk"},
		{"Missed revenue", round(s.MissedRevenue), "never part of charge at risk"},
		{"First-pass clean", share(s.CleanEncounters, s.Encounters), "of " + plural(s.Encounters, "encounter")},
	}
}

// ageTexts say which share of the lines is later than the tables that judged them.
func (d *digest) ageTexts() (texts []string) {
	for _, a := range d.ages() {
		texts = append(texts, share(a.lines, d.Summary.Lines)+" of the lines are later than "+a.newest.String()+", where "+strings.Join(a.tables, " and ")+" end")
	}
	return texts
}

// hiddenTexts say what was found and is not shown, and what could not be read.
func (d *digest) hiddenTexts() (texts []string) {
	inputs, _ := d.inputs()
	sum := summed(inputs)
	for _, n := range []struct {
		count int
		text  string
	}{
		{sum.Unreadable, plural(sum.Unreadable, "row") + " could not be read"},
		{sum.Unplaced, plural(sum.Unplaced, "service") + " of rows with several could not be read"},
		{len(d.PassedOver), plural(len(d.PassedOver), "file") + " of the folders named not read"},
		{d.hidden, plural(d.hidden, "finding") + " of lower severity not shown"},
		{d.known, plural(d.known, "finding") + " that earlier audits made not shown"},
	} {
		if n.count > 0 {
			texts = append(texts, n.text)
		}
	}
	if d.waives() {
		texts = append(texts, waiversText(d.view))
	}
	return texts
}

// exactly is an amount to the cent.
func exactly(c claim.Cents) string {
	text, sign := c.String(), ""
	if strings.HasPrefix(text, "-") {
		text, sign = text[1:], "-"
	}
	whole, part, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + "$" + whole + "." + part
}

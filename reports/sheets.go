package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// tables are the sheets between Summary and Run Info.
func (b *book) tables() []table {
	return []table{
		b.flaggedLines(), b.byEncounter(), b.byProvider(), b.providerPatterns(), b.byRule(), b.byMonth(), b.missedRevenue(),
		b.coverage(), b.notRead(), b.repairs(), b.rules(),
	}
}

// The reviewer's columns. Check knows them by these names in a workbook that comes back.
var (
	reviewerHeads = []string{"Disposition", "Owner", "Note", "Reviewed on"}
	dispositions  = []string{"Open", "Agree", "Disagree", "Needs record", "Fixed"}
)

// proseWidth is the width of the columns a reviewer reads.
const proseWidth = 52

// flaggedLines has a row for each finding, an encounter's together.
func (b *book) flaggedLines() table {
	return table{
		name: flaggedSheet, count: len(b.order), frozen: 3, printed: 13, colour: errorInk,
		columns: []column{
			{"Row", 8, number, false},
			{"Code", 10, code, false},
			{"Severity", 11, text, false},
			{"Rule", 25, link, false},
			{"Finding", proseWidth, prose, false},
			{"Fix", proseWidth, prose, false},
			{"Date", 12, day, false},
			{"Patient", 14, text, false},
			{"Claim", 14, text, false},
			{"Modifiers", 11, code, false},
			{"Units", 8, decimal, false},
			{"Charge", 12, cents, false},
			{"At risk", 12, cents, false},
			{reviewerHeads[0], 15, pen, false},
			{reviewerHeads[1], 13, pen, false},
			{reviewerHeads[2], 36, pen, false},
			{reviewerHeads[3], 13, penDate, false},
			{"Proposed line", 30, prose, false},
			{"Related rows", 16, prose, false},
			{"Provider", 13, code, false},
			{"Payer", 20, text, false},
			{"Diagnoses", 22, text, false},
			{"Money", 10, text, false},
			{"File", 26, text, false},
			{"Sheet", 12, text, false},
			{"Source", 50, text, false},
			{"Fingerprint", 27, text, false},
		},
		fill:   func(i int, r *xlsx.Row) { b.flaggedLine(int(b.order[i]), r) },
		extras: b.reviewing,
	}
}

func (b *book) flaggedLine(i int, r *xlsx.Row) {
	f := b.finding(i)
	l := f.Line
	r.Int(int(l.Pos.Row))
	r.Text(l.Billed)
	r.Styled(b.styles.severity[f.Severity]).Text(f.Severity.String())
	r.Link(rulePlace(b.ruleRow[f.Rule]), f.Rule.ID)
	r.Text(f.Message)
	r.Text(f.Fix.Text)
	r.Date(l.From.Unix(), l.From.String())
	r.Text(l.Patient)
	r.Text(l.Claim)
	r.Text(l.Mods.String())
	r.Decimal(units(l))
	r.Decimal(charge(l))
	if f.Money.Risk() {
		r.Decimal(atRisk(f))
	} else {
		r.Blank()
	}
	for range reviewerHeads {
		r.Blank()
	}
	b.flaggedRest(f, b.prints[i], r)
}

// flaggedRest fills what stands behind the reviewer's columns.
func (b *book) flaggedRest(f *audit.Finding, fp fingerprint, r *xlsx.Row) {
	l := f.Line
	s := b.source(l.Pos.Input)
	r.Text(b.proposed(f))
	r.Text(b.relatedRows(f))
	r.Text(providerOf(l))
	r.Text(l.PayerName)
	r.Text(diagnoses(l))
	r.Text(f.Money.String())
	r.Text(s.File)
	r.Text(s.Sheet)
	r.Text(f.Rule.Source)
	r.Text(fp.String())
}

func rulePlace(row int) string { return rulesSheet + "!A" + strconv.Itoa(row) }

func diagnoses(l *audit.Line) string { return strings.Join(diagnosisTexts(l), " ") }

func diagnosisTexts(l *audit.Line) []string {
	list := l.Diagnoses()
	texts := make([]string, len(list))
	for i, d := range list {
		texts[i] = d.String()
	}
	return texts
}

// proposed is the line as the fix would have it billed, and what becomes of other lines; blank
// where only the record can tell.
func (b *book) proposed(f *audit.Finding) string {
	if len(f.Fix.Edits) == 0 {
		return ""
	}
	var own audit.Edit
	var others []string
	for _, e := range f.Fix.Edits {
		switch {
		case e.Line.Pos == f.Line.Pos:
			own = merged(own, e)
		case e.Remove:
			others = append(others, "row "+b.rowText(e.Line.Pos, f.Line.Pos)+": remove")
		default:
			others = append(others, "row "+b.rowText(e.Line.Pos, f.Line.Pos)+": "+asBilled(e))
		}
	}
	if own.Line != nil {
		others = append([]string{ownLine(own)}, others...)
	}
	return strings.Join(others, "; ")
}

func ownLine(e audit.Edit) string {
	if e.Remove {
		return "remove this line"
	}
	return asBilled(e)
}

// merged is both edits of one line as one.
func merged(a, b audit.Edit) audit.Edit {
	a.Line, a.Remove = b.Line, a.Remove || b.Remove
	if b.Code != 0 {
		a.Code = b.Code
	}
	if b.Mods != nil {
		a.Mods = b.Mods
	}
	if b.Units != 0 {
		a.Units = b.Units
	}
	return a
}

// asBilled is the edited line as it stands on a claim: 64493 50 x 1.
func asBilled(e audit.Edit) string {
	code, mods, quantity := e.Line.Billed, e.Line.Mods, e.Line.Units
	if e.Code != 0 {
		code = e.Code.String()
	}
	if e.Mods != nil {
		mods = *e.Mods
	}
	if e.Units != 0 {
		quantity = e.Units
	}
	if m := mods.String(); m != "" {
		code += " " + m
	}
	return code + " x " + quantity.String()
}

// reviewing gives the reviewer's columns their list, their checks and their colours.
func (b *book) reviewing(sheet string, count int) {
	first := slices.IndexFunc(b.flaggedLines().columns, func(c column) bool { return c.head == reviewerHeads[0] })
	last := count + 1
	choice := excelize.NewDataValidation(true)
	choice.Sqref = columnRange(first, last)
	b.do(choice.SetDropList(dispositions))
	choice.SetError(excelize.DataValidationErrorStyleStop, "Disposition", "Choose one of: "+strings.Join(dispositions, ", "))
	b.do(b.f.AddDataValidation(sheet, choice))
	date := excelize.NewDataValidation(true)
	date.Sqref = columnRange(first+3, last)
	b.do(date.SetRange(xlsx.Serial(0), xlsx.Serial(1<<16), excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween))
	date.SetError(excelize.DataValidationErrorStyleStop, "Reviewed on", "Enter a date, such as 2025-06-30")
	b.do(b.f.AddDataValidation(sheet, date))
	b.do(b.f.SetConditionalFormat(sheet, columnRange(first, last), b.dispositionColours(first)))
}

func (b *book) dispositionColours(column int) []excelize.ConditionalFormatOptions {
	var formats []excelize.ConditionalFormatOptions
	for _, d := range []struct {
		word, ink, fill string
		strike          bool
	}{
		{"Agree", "14532D", "D7F0DE", false}, {"Fixed", "14532D", "D7F0DE", false},
		{"Disagree", quiet, ruleGrey, true}, {"Needs record", warnInk, warnFill, false},
	} {
		id, err := b.f.NewConditionalStyle(&excelize.Style{
			Font: &excelize.Font{Color: d.ink, Strike: d.strike}, Fill: filled(d.fill),
		})
		b.do(err)
		formats = append(formats, excelize.ConditionalFormatOptions{
			Type: "formula", Criteria: fmt.Sprintf(`$%s2="%s"`, xlsx.Letter(column), d.word), Format: &id,
		})
	}
	return formats
}

// byEncounter has a row for each patient's day with findings, most at risk first.
func (b *book) byEncounter() table {
	worst := b.worst()
	return table{
		name: "By Encounter", count: len(worst), frozen: 2, colour: navy,
		empty: "No encounter has a finding.",
		columns: []column{
			{"Patient", 18, text, false},
			{"Date", 12, day, false},
			{"Claim", 16, text, false},
			{"Provider", 13, code, false},
			{"Payer", 22, text, false},
			{"Lines flagged", 10, number, false},
			{"Errors", 9, number, false},
			{"Warnings", 10, number, false},
			{"Reviews", 9, number, false},
			{"At risk", 16, cents, true},
			{"Rules", 60, prose, false},
			{"First finding", 16, link, false},
		},
		fill: func(i int, r *xlsx.Row) {
			e := &b.encounters[worst[i]]
			l := b.finding(int(e.findings[0])).Line
			r.Text(l.Patient)
			r.Date(l.From.Unix(), l.From.String())
			r.Text(l.Claim)
			r.Text(providerOf(l))
			r.Text(l.PayerName)
			r.Int(e.lines)
			for _, s := range audit.Severities {
				r.Int(e.count(&b.Findings, s))
			}
			r.Decimal(e.risk.String())
			r.Text(b.rulesOf(e))
			r.Link(b.flaggedPlace(e.at), "row "+strconv.Itoa(int(l.Pos.Row)))
		},
	}
}

// worst are the encounters with the most at risk first; of equal ones the earlier.
func (b *book) worst() []int32 {
	worst := make([]int32, len(b.encounters))
	for i := range worst {
		worst[i] = int32(i)
	}
	slices.SortStableFunc(worst, func(x, y int32) int { return cmp.Compare(b.encounters[y].risk, b.encounters[x].risk) })
	return worst
}

// rulesOf are the rules an encounter met, once each.
func (b *book) rulesOf(e *encounter) string {
	var ids []string
	for _, i := range e.findings {
		if id := b.Findings.Brief(int(i)).Rule.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, ", ")
}

// countColumns are the columns that figures of a month or provider fill; see counts.
func countColumns() []column {
	return []column{
		{"Lines", 11, number, false},
		{"Lines flagged", 11, number, false},
		{"Flagged of lines", 12, percent, true},
		{"Encounters", 12, number, false},
		{"Clean encounters", 12, number, false},
		{"Clean of encounters", 13, percent, true},
		{"Charge", 16, cents, false},
		{"At risk", 16, cents, true},
		{"At risk of charge", 12, percent, false},
	}
}

func counts(c *audit.Counts, r *xlsx.Row) {
	r.Int(c.Lines)
	r.Int(c.Flagged)
	r.Ratio(int64(c.Flagged), int64(c.Lines))
	r.Int(c.Encounters)
	r.Int(c.Clean)
	r.Ratio(int64(c.Clean), int64(c.Encounters))
	r.Decimal(c.Charge.String())
	r.Decimal(c.AtRisk.String())
	r.Ratio(int64(c.AtRisk), int64(c.Charge))
}

// byProvider has a row for each provider, most at risk first, with what the rates are of.
func (b *book) byProvider() table {
	providers := slices.Clone(b.Providers)
	slices.SortStableFunc(providers, func(x, y audit.Provider) int { return cmp.Compare(y.AtRisk, x.AtRisk) })
	return table{
		name: "By Provider", count: len(providers), frozen: 1, colour: navy,
		empty:   "No line was audited.",
		columns: append([]column{{"Provider", 18, code, false}}, countColumns()...),
		fill: func(i int, r *xlsx.Row) {
			id := providers[i].ID
			if id == "" {
				id = "not given"
			}
			r.Text(id)
			counts(&providers[i].Counts, r)
		},
	}
}

// byMonth has a row for each month of dates of service.
func (b *book) byMonth() table {
	return table{
		name: monthSheet, count: len(b.Months), frozen: 1, colour: navy,
		empty:   "No line was audited.",
		columns: append([]column{{"Month", 12, code, false}}, countColumns()...),
		fill: func(i int, r *xlsx.Row) {
			r.Text(b.Months[i].First.String()[:len("2006-01")])
			counts(&b.Months[i].Counts, r)
		},
	}
}

// ruleFigures are what one rule found.
type ruleFigures struct {
	findings, lines, encounters int
	risk, missed                claim.Cents
}

func (b *book) figures() map[*audit.Rule]*ruleFigures {
	figures := map[*audit.Rule]*ruleFigures{}
	for _, r := range b.met {
		figures[r] = &ruleFigures{}
	}
	var met []*audit.Rule
	for i := range b.encounters {
		met = met[:0]
		var before *audit.Brief
		for _, k := range b.encounters[i].findings {
			f := b.Findings.Brief(int(k))
			figures[f.Rule].count(f, before)
			if !slices.Contains(met, f.Rule) {
				met = append(met, f.Rule)
				figures[f.Rule].encounters++
			}
			before = f
		}
	}
	return figures
}

// count adds a finding; before is the one in front of it, perhaps of the same line and rule.
func (r *ruleFigures) count(f, before *audit.Brief) {
	r.findings++
	if before != nil && before.Rule == f.Rule && before.Pos == f.Pos {
		return
	}
	r.lines++
	risk, missed := money(f)
	r.risk += risk
	r.missed += missed
}

// byRule has a row for each rule met, most findings first.
func (b *book) byRule() table {
	figures, rules := b.figures(), b.frequent()
	return table{
		name: ruleSheet, count: len(rules), frozen: 1, colour: navy,
		empty: "No rule found anything.",
		columns: []column{
			{"Rule", 26, link, false},
			{"Title", 46, text, false},
			{"Highest severity", 11, text, false},
			{"Findings", 11, number, true},
			{"Lines", 10, number, false},
			{"Lines of all audited", 12, percent, false},
			{"Encounters", 12, number, false},
			{"At risk", 16, cents, true},
			{"Missed", 14, cents, false},
			{"First finding", 14, link, false},
		},
		fill: func(i int, r *xlsx.Row) {
			rule, fig := rules[i], figures[rules[i]]
			r.Link(rulePlace(b.ruleRow[rule]), rule.ID)
			r.Text(rule.Title)
			r.Styled(b.styles.severity[rule.Severity]).Text(rule.Severity.String())
			r.Int(fig.findings)
			r.Int(fig.lines)
			r.Ratio(int64(fig.lines), int64(b.Summary.Lines))
			r.Int(fig.encounters)
			r.Decimal(fig.risk.String())
			r.Decimal(fig.missed.String())
			r.Link(b.flaggedPlace(b.firstOf[rule]), "first")
		},
	}
}

// frequent are the rules met, those with the most findings first.
func (b *book) frequent() []*audit.Rule {
	rules := slices.Clone(b.met)
	slices.SortStableFunc(rules, func(x, y *audit.Rule) int {
		return cmp.Compare(b.Summary.ByRule[y.ID], b.Summary.ByRule[x.ID])
	})
	return rules
}

// missedRevenue has the findings about money left unbilled, which is never added to what is at
// risk.
func (b *book) missedRevenue() table {
	var missed []int32
	for k, i := range b.order {
		if b.Findings.Brief(int(i)).Money == audit.Underpay {
			missed = append(missed, int32(k))
		}
	}
	return table{
		name: "Missed Revenue", count: len(missed), frozen: 2, colour: navy,
		empty: "No finding is about money left unbilled.",
		columns: []column{
			{"Row", 8, number, false},
			{"Code", 10, code, false},
			{"Rule", 25, link, false},
			{"Finding", proseWidth, prose, false},
			{"Fix", proseWidth, prose, false},
			{"Date", 12, day, false},
			{"Charge", 13, cents, false},
			{"Missed", 13, cents, true},
			{"Patient", 15, text, false},
			{"Claim", 15, text, false},
			{"Provider", 13, code, false},
			{"File", 26, text, false},
			{"Sheet", 12, text, false},
			{"On Flagged Lines", 14, link, false},
		},
		fill: func(i int, r *xlsx.Row) { b.missedLine(int(missed[i]), r) },
	}
}

func (b *book) missedLine(k int, r *xlsx.Row) {
	f := b.finding(int(b.order[k]))
	l := f.Line
	s := b.source(l.Pos.Input)
	r.Int(int(l.Pos.Row))
	r.Text(l.Billed)
	r.Link(rulePlace(b.ruleRow[f.Rule]), f.Rule.ID)
	r.Text(f.Message)
	r.Text(f.Fix.Text)
	r.Date(l.From.Unix(), l.From.String())
	r.Decimal(charge(l))
	r.Decimal(atRisk(f))
	r.Text(l.Patient)
	r.Text(l.Claim)
	r.Text(providerOf(l))
	r.Text(s.File)
	r.Text(s.Sheet)
	r.Link(b.flaggedPlace(k), "row "+strconv.Itoa(k%b.most+2))
}

// coverage says what a line without findings is worth: how many lines each family of checks and
// each check looked at, and which it could not and why.
func (b *book) coverage() table {
	families, titles := b.checkFamilies(), b.checkTitles()
	return table{
		name: coverageSheet, count: len(b.Coverage), frozen: 2, colour: quiet,
		columns: []column{
			{"Family", 28, text, false},
			{"Check", 26, text, false},
			{"Title", 44, text, false},
			{"Lines checked", 12, number, false},
			{"Lines not checked", 12, number, true},
			{"Why not, or by what", 46, prose, false},
			{"From", 12, day, false},
			{"To", 12, day, false},
			{"Codes concerned (lines)", 60, prose, false},
		},
		fill: func(i int, r *xlsx.Row) {
			c := &b.Coverage[i]
			family := families[c.Check]
			b.checkName(c, family, titles, r)
			counted(c.Lines, c.Reason == "" || c.Lines > 0, r)
			counted(c.NotChecked, c.Reason != "" || c.NotChecked > 0, r)
			if family && c.Reason == "" && c.NotChecked > 0 {
				r.Text("in all: for one or more of the reasons below")
			} else {
				r.Text(c.Reason)
			}
			r.Date(c.From.Unix(), c.From.String())
			r.Date(c.To.Unix(), c.To.String())
			r.Text(b.codesOf(i))
		},
	}
}

// checkTitles are what the checks and families of Coverage are called.
func (b *book) checkTitles() map[string]string {
	titles := map[string]string{"catalogue": "Codes the catalogue lists"}
	rules := map[string]int{}
	for _, r := range slices.Concat(b.Rules, b.Off) {
		titles[r.ID] = r.Title
		rules[r.Family]++
	}
	for family, n := range rules {
		titles[family] = "all checks of the family: " + strconv.Itoa(n)
	}
	return titles
}

// checkName fills the first three columns. A family leaves Check empty, by which the families can
// be filtered, and stands out in its first row.
func (b *book) checkName(c *audit.Coverage, family bool, titles map[string]string, r *xlsx.Row) {
	switch {
	case family && c.Reason == "":
		r.Styled(b.styles.strong).Text(c.Check)
		r.Blank()
		r.Text(titles[c.Check])
	case family:
		r.Text(c.Check)
		r.Blank()
		r.Blank()
	default:
		r.Text(c.Family)
		r.Text(c.Check)
		r.Text(titles[c.Check])
	}
}

// checkFamilies are the checks of Coverage that are families of others.
func (v *view) checkFamilies() map[string]bool {
	families := map[string]bool{}
	for i := range v.Coverage {
		if family := v.Coverage[i].Family; family != "" {
			families[family] = true
		}
	}
	return families
}

func counted(n int, has bool, r *xlsx.Row) {
	if has {
		r.Int(n)
	} else {
		r.Blank()
	}
}

// maxCodes is how many codes a row of Coverage lists; the JSON report has them all.
const maxCodes = 60

func (b *book) codesOf(i int) string {
	codes := b.Coverage[i].Codes
	if len(codes) <= maxCodes {
		return strings.Join(codes, ", ")
	}
	return fmt.Sprintf("%s and %d more, all in the JSON report", strings.Join(codes[:maxCodes], ", "), len(codes)-maxCodes)
}

// notRead has every row that was not audited.
func (b *book) notRead() table {
	return table{
		name: "Rows Not Read", count: len(b.NotRead), colour: quiet,
		empty: "Every row was audited.",
		columns: []column{
			{"File", 36, text, false},
			{"Sheet", 18, text, false},
			{"Row", 10, number, false},
			{"Kind", 16, text, false},
			{"Reason", 80, prose, false},
		},
		fill: func(i int, r *xlsx.Row) {
			u := &b.NotRead[i]
			s := b.source(u.Pos.Input)
			r.Text(s.File)
			r.Text(s.Sheet)
			r.Int(int(u.Pos.Row))
			r.Text(string(u.Kind))
			r.Text(u.Reason)
		},
	}
}

// repairs counts the cells whose value was mended while reading.
func (b *book) repairs() table {
	return table{
		name: "Repairs", count: len(b.Repairs), colour: quiet,
		empty: "No cell was mended while reading.",
		columns: []column{
			{"File", 36, text, false},
			{"Sheet", 18, text, false},
			{"Field", 18, text, false},
			{"What was mended", 60, prose, false},
			{"Cells", 10, number, false},
		},
		fill: func(i int, r *xlsx.Row) {
			repair := &b.Repairs[i]
			s := b.source(repair.Source)
			r.Text(s.File)
			r.Text(s.Sheet)
			r.Text(repair.Field.String())
			r.Text(repair.Kind)
			r.Int(repair.Count)
		},
	}
}

// rules explains each rule met in this workbook.
func (b *book) rules() table {
	return table{
		name: rulesSheet, count: len(b.met), frozen: 1, colour: quiet,
		empty: "No rule found anything.",
		columns: []column{
			{"Rule", 26, text, false},
			{"Title", 46, prose, false},
			{"Highest severity", 11, text, false},
			{"What it means", 80, prose, false},
			{"Source", 60, prose, false},
			{"Guide", 12, text, false},
			{"Findings", 11, number, false},
			{"Flagged Lines", 14, link, false},
		},
		fill: func(i int, r *xlsx.Row) {
			rule := b.met[i]
			r.Text(rule.ID)
			r.Text(rule.Title)
			r.Styled(b.styles.severity[rule.Severity]).Text(rule.Severity.String())
			r.Text(rule.Help)
			r.Text(rule.Source)
			r.Text(strings.Join(rule.Guide, " "))
			r.Int(b.Summary.ByRule[rule.ID])
			r.Link(b.flaggedPlace(b.firstOf[rule]), "first finding")
		},
	}
}

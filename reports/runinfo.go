package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// signOffLabels stand beside the cells in which the audit is signed.
var signOffLabels = [][2]string{{"Reviewed by", "Approved by"}, {"Reviewer's signature", "Date signed"}}

// limits of what the workbook says, for whoever it is handed to.
var limits = []string{
	"Charge at risk counts each line once, by its largest error or warning. It is what was billed, not what a payer allows or has paid.",
	"Charge in review counts likewise, by their largest review, the lines of which no error or warning puts money at risk; it is not part of charge at risk. Overpaid is: the lines whose errors or warnings ask for a refund, by the largest of them, as billed; To Refund has of it no more than was paid, where the export says what was.",
	"A line without findings was checked as far as Coverage says; it was not compared with the medical record.",
	"Skipped rows bill nothing of their own: a total repeats what stands above it, a copy its first, a void pair cancels. Unreadable rows were not audited.",
	"A fix is a proposal: modifiers state facts, and the record must support them before they are billed.",
	"On paper a long sheet has its first rows, which weigh most, and the columns that are read most; the foot of each page says how much that is. All of it is on the screen.",
	"Missed revenue is apart from charge at risk and never added to it. It is the share of the line by units where the line tells it, and blank elsewhere: what is missing has a price of its own.",
}

// page writes one row after another of a page of labels and values.
type page struct {
	b   *book
	row int
}

// runInfo says what the findings came from, so that they can be had again.
func (b *book) runInfo() {
	for i, width := range []float64{34, 51, 16, 11, 11, 12, 9, 67} {
		b.do(b.f.SetColWidth(runSheet, xlsx.Letter(i), xlsx.Letter(i), width))
	}
	p := &page{b: b}
	p.program()
	p.inputs()
	p.remits()
	p.totals()
	p.money()
	p.heading("Limits")
	for _, limit := range limits {
		p.note(limit)
	}
	p.signOff()
	signed := p.row
	p.tables()
	p.passedOver()
	b.printing(runSheet, "landscape", 0, quiet)
	b.footer(runSheet, ": up to the sign-off; tables and what was passed over are on the screen")
	b.do(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: runSheet, RefersTo: fmt.Sprintf("'%s'!$A$1:$H$%d", runSheet, signed),
	}))
}

func (p *page) next() { p.row++ }

func (p *page) heading(s string) {
	if p.row > 0 {
		p.next()
		p.b.do(p.b.f.SetRowHeight(runSheet, p.row, 5))
	}
	p.next()
	p.b.put(runSheet, at("A", p.row), p.b.styles.heading, s)
	p.b.do(p.b.f.SetRowHeight(runSheet, p.row, 20))
}

// line writes a label and a value over the rest of the row.
func (p *page) line(label, value string) {
	p.next()
	p.b.put(runSheet, at("A", p.row), p.b.styles.label, label)
	p.b.across(runSheet, at("B", p.row), at("G", p.row), p.b.styles.value, value)
	p.b.do(p.b.f.SetRowHeight(runSheet, p.row, float64(2+15*xlsx.Lines(value, 100))))
}

func (p *page) program() {
	b := p.b
	p.heading("Run")
	p.line("Program", "claimaudit "+b.Version)
	if b.Catalog != "" {
		p.line("Catalogue", b.Catalog)
	}
	p.line("As of", b.AsOf.String())
	for _, o := range b.Options {
		if o.Name != "as_of" { // which stands above
			p.line(o.Name, o.Value)
		}
	}
	if b.Config.SHA256 != "" {
		p.line("Configuration", strings.TrimPrefix(b.Config.Name+", SHA-256 ", ", ")+b.Config.SHA256)
	}
	if b.hidden > 0 {
		p.line("Findings left out", thousands(b.hidden)+" below the severity shown")
	}
	if b.known > 0 {
		p.line("Findings known before", thousands(b.known)+" that earlier audits made, left out")
	}
	p.line("Rules that ran", fmt.Sprintf("%d, listed on %s", len(b.Rules), coverageSheet))
}

// heads writes a header row; those from number from to to stand over numbers.
func (p *page) heads(from, to int, heads ...string) {
	p.next()
	for i, head := range heads {
		k := text
		if i >= from && i < to {
			k = number
		}
		p.b.put(runSheet, at(xlsx.Letter(i), p.row), p.b.styles.head[k], head)
	}
}

// cells writes one cell after another from column A on, texts as text and numbers as numbers.
func (p *page) cells(values ...any) {
	p.next()
	for i, v := range values {
		cell := at(xlsx.Letter(i), p.row)
		switch v := v.(type) {
		case claim.Cents:
			p.b.amount(runSheet, cell, v)
		case int:
			p.b.put(runSheet, cell, p.b.styles.cell[figure], v)
		default:
			p.b.put(runSheet, cell, p.b.styles.cell[text], v)
		}
	}
}

func (p *page) tables() {
	p.heading("Tables of knowledge")
	p.heads(3, 5, "Table", "In force", "File", "Rows", "Rejected", "", "", "SHA-256")
	for _, t := range p.b.Tables {
		if t.File == "" {
			p.cells(t.Name, t.Effective, "built in", "", "", "", "", t.SHA256)
			continue
		}
		p.cells(t.Name, t.Effective, t.File, t.Rows, t.Rejects, "", "", t.SHA256)
	}
}

func (p *page) inputs() {
	p.heading("Inputs: rows = audited + unreadable + skipped")
	p.heads(3, 7, "File", "Read as", "Sheet", "Rows", "Audited", "Unreadable", "Skipped", "SHA-256")
	for _, s := range p.b.Sources {
		as := strings.Join(s.Notes, "; ")
		if s.Context {
			as = strings.TrimSuffix("history, not reported on; "+as, "; ")
		}
		p.cells(s.File, as, s.Sheet, s.Rows, s.Audited, s.Unreadable, s.Skipped, s.SHA256)
		p.wrapped("B", as, 56)
	}
}

// wrapped makes the row as high as a text in it needs, in a column of so many characters.
func (p *page) wrapped(column, text string, chars int) {
	if n := xlsx.Lines(text, chars); n > 1 {
		p.b.do(p.b.f.SetCellStyle(runSheet, at(column, p.row), at(column, p.row), p.b.styles.value))
		p.b.do(p.b.f.SetRowHeight(runSheet, p.row, float64(15*n+2)))
	}
}

// remits are the remittances that were read.
func (p *page) remits() {
	if !p.b.answersShown() || len(p.b.Answers.Remittances) == 0 {
		return
	}
	p.heading("Remittances: rows = joined + not joined + skipped")
	p.heads(3, 7, "File", "Read as", "Sheet", "Rows", "Joined", "Not joined", "Skipped", "SHA-256")
	for _, s := range p.b.Answers.Remittances {
		as := strings.Join(s.Notes, "; ")
		p.cells(s.File, as, s.Sheet, s.Rows, s.Joined, s.Audited+s.Unreadable-s.Joined, s.Skipped, s.SHA256)
		p.wrapped("B", as, 56)
	}
}

// passedOver names what the folders hold and was not read.
func (p *page) passedOver() {
	if len(p.b.PassedOver) == 0 {
		return
	}
	p.heading("Passed over: what the folders hold and was not read")
	p.heads(0, 0, "File", "Why")
	for _, passed := range p.b.PassedOver {
		p.cells(passed.File, passed.Why)
	}
}

// totals say where every row went and its charge with it.
func (p *page) totals() {
	b := p.b
	p.heading("Control totals, without history: rows and charge in = audited + unreadable + skipped")
	p.heads(1, 4, "Rows", "Charge", "Number of rows", "Not known")
	all := controlTotal{name: "In all"}
	for _, t := range b.controlTotals() {
		p.total(&t)
		all.rows += t.rows
		if !t.sums {
			all.charge += t.charge
		}
		all.unknown += t.unknown
	}
	p.total(&all)
	p.note("Not known: rows whose charge cannot be read, or that cannot be split into cells. They count as nothing in the charge. A total is in no sum: whether it agrees with the charges above it stands with the inputs.")
}

// money says the sums, and beside them what the words of money and severities mean.
func (p *page) money() {
	b := p.b
	p.heading("Money")
	words := p.row
	b.put(runSheet, at("D", words), b.styles.heading, "Words")
	for i, w := range Words {
		b.across(runSheet, at("D", words+1+i), at("E", words+1+i), b.styles.label, w.Word)
		b.across(runSheet, at("F", words+1+i), at("H", words+1+i), b.styles.cell[text], w.Kind+": "+w.Means)
	}
	p.cells("Charge at risk", b.Summary.ChargeAtRisk)
	p.cells("Charge in review", b.Summary.ChargeInReview)
	p.cells("Overpaid, as billed", b.Summary.Overpaid)
	for _, payer := range b.overpaidBy() {
		p.cells("To refund: "+cmp.Or(payer.name, "payer not named"), payer.amount)
	}
	p.cells("Missed revenue", b.Summary.MissedRevenue)
	p.row = max(p.row, words+len(Words))
}

func (p *page) total(t *controlTotal) {
	if !p.b.charged() {
		p.cells(t.name, "not known: no charge column", t.rows)
		return
	}
	p.cells(t.name, t.charge, t.rows, t.unknown)
}

func (p *page) note(s string) {
	p.next()
	p.b.across(runSheet, at("A", p.row), at("H", p.row), p.b.styles.note, s)
	p.b.do(p.b.f.SetRowHeight(runSheet, p.row, float64(factHeight*xlsx.Lines(s, 235))))
}

// charged tells whether an input has a column of charges.
func (v *view) charged() bool {
	inputs, _ := v.inputs()
	return slices.ContainsFunc(inputs, func(s claim.Source) bool { return s.Columns.Has(claim.FieldCharge) })
}

// controlTotal counts rows of one kind and what they charge.
type controlTotal struct {
	name    string
	rows    int
	charge  claim.Cents
	unknown int // rows whose charge cannot be read

	sums bool // of what other rows charge: in no sum itself
}

// controlTotals are the rows audited, and those not audited by the kinds there are of them.
func (v *view) controlTotals() []controlTotal {
	inputs, _ := v.inputs()
	sum := summed(inputs)
	totals := []controlTotal{{name: "Audited", rows: sum.Audited, charge: v.Summary.Charge, unknown: sum.NoCharge}}
	for i := range v.NotRead.Len() {
		u := v.NotRead.At(i)
		if v.Sources[u.Pos.Input].Context {
			continue
		}
		name := "Skipped: " + string(u.Kind)
		if u.Kind == claim.Unreadable {
			name = "Unreadable"
		}
		k := slices.IndexFunc(totals, func(t controlTotal) bool { return t.name == name })
		if k < 0 {
			k = len(totals)
			totals = append(totals, controlTotal{name: name, sums: u.Kind == claim.TotalRow})
		}
		if !u.Part {
			totals[k].rows++
		}
		totals[k].charge += u.Charge
		if u.ChargeUnknown {
			totals[k].unknown++
		}
	}
	return totals
}

// summed are the row counts of sources together.
func summed(sources []claim.Source) (sum claim.Source) {
	for _, s := range sources {
		sum.Rows += s.Rows
		sum.Audited += s.Audited
		sum.Unreadable += s.Unreadable
		sum.Unplaced += s.Unplaced
		sum.Skipped += s.Skipped
		sum.NoCharge += s.NoCharge
	}
	return sum
}

func (p *page) signOff() {
	p.heading("Sign-off")
	for _, labels := range signOffLabels {
		p.next()
		p.b.put(runSheet, at("A", p.row), p.b.styles.label, labels[0])
		p.b.do(p.b.f.SetCellStyle(runSheet, at("B", p.row), at("B", p.row), p.b.styles.signLine))
		p.b.across(runSheet, at("D", p.row), at("E", p.row), p.b.styles.label, labels[1])
		p.b.across(runSheet, at("F", p.row), at("H", p.row), p.b.styles.signLine, nil)
		p.b.do(p.b.f.SetRowHeight(runSheet, p.row, 22))
	}
}

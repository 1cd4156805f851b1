package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// mostWhole is how many lines By Encounter has before the encounters that are left get a row each, without their lines:
// those with the most at risk come first, and nobody reads a million lines.
const mostWhole = 10_000

// encounterRow is a row of By Encounter with a line of an encounter.
type encounterRow struct{ rank, line int32 }

// encounterRows are the rows of By Encounter with lines, the encounters with the most at risk first; whole is how many
// have theirs.
func (b *book) encounterRows() (rows []encounterRow, whole int) {
	r := b.newReader()
	for ; whole < len(b.worst) && len(rows) < b.mostWhole; whole++ {
		for line := range r.Encounter(b.numberOf(whole)) {
			rows = append(rows, encounterRow{int32(whole), int32(line)})
		}
	}
	return rows, whole
}

// printedLines are about how many lines of By Encounter are printed: those of the encounters with the most at risk.
const printedLines = 24

// wholeIn is how many of the first rows are no more than most and end with an encounter; those of the first at least.
func wholeIn(rows []encounterRow, most int) int {
	n := min(most, len(rows))
	for n > 0 && n < len(rows) && rows[n].rank == rows[n-1].rank && rows[n-1].rank > 0 {
		n--
	}
	for n < len(rows) && rows[n].rank == 0 {
		n++
	}
	return n
}

// ranked is an encounter by its rank among those with the most at risk.
func (b *book) ranked(rank int) encounter { return b.encounters.of(int(b.worst[rank])) }

// numberOf is the number that an encounter has in the findings, by its rank among those with the most at risk.
func (b *book) numberOf(rank int) int32 {
	return b.lines.Brief(int(b.ranked(rank).findings[0])).Encounter
}

// byEncounter has all lines of each patient's day with findings, most at risk first, the findings beside their line.
func (b *book) byEncounter() table {
	rows, whole := b.encounterRows()
	columns := []column{
		{"Encounter", 10.5, ordinal, false},
		{"Patient", 14, name, false},
		{"Date", 11.5, day, false},
		{"Code", 9.5, code, false},
		{"Modifiers", 10.5, code, false},
		{"Units", 7, decimal, false},
		{"Charge", 12.5, cents, false},
		{"Proposed line", 20, prose, false},
		{"Severity", 10, text, false},
		{"At risk", 12.5, cents, true},
		{"Finding", 84, prose, false},
		{"Encounter at risk", 14, cents, false},
		{"Claim", 14, name, false},
		{"Provider", 13, code, false},
		{"Payer", 40, name, false},
		{"File", 40, name, false},
		{"Row", 8, ordinal, false},
		b.toFlagged(),
	}
	return table{
		count: len(rows) + len(b.worst) - whole, frozen: 4, colour: navy, printed: 11, printedRows: wholeIn(rows, printedLines),
		empty:   "No encounter has a finding.",
		columns: columns,
		fill: func(i int, r *xlsx.Row) {
			findings := b.reader()
			defer b.done(findings)
			if i < len(rows) {
				b.encounterLine(rows[i], findings, r)
			} else {
				b.encounterAlone(whole+i-len(rows), findings, r)
			}
		},
		extras: b.bands,
	}
}

// encounterLine writes a line of an encounter, as billed and as its fixes would have it, with what was found of it.
func (b *book) encounterLine(row encounterRow, findings *reader, r *xlsx.Row) {
	rank := int(row.rank)
	e := b.ranked(rank)
	line := findings.encounter(b.numberOf(rank))[row.line]
	l, found := line.Line, b.foundOn(&e, line.Pos)
	r.Int(rank + 1)
	r.Text(l.Patient)
	r.Date(l.From.Unix(), l.From)
	r.Text(l.Billed)
	r.Text(l.Mods.String())
	r.Decimal(units(l))
	r.Decimal(charge(l))
	r.Text(proposedLine(line.Fixed))
	stakes, severity := b.stakesOf(found)
	b.standing(l, severity, r)
	moneyOrBlank(r, stakes.AtRisk)
	r.Text(b.said(found, findings))
	if len(found) > 0 && found[0] == e.findings[0] { // once, so that it can be summed
		r.Decimal(e.risk.String())
	} else {
		r.Blank()
	}
	b.billedBy(l, r)
	if len(found) == 0 {
		r.Blank()
	} else {
		b.onFlagged(b.placeOn(found[0]), r)
	}
}

// billedBy writes on which claim a line is, by and to whom, and where it stands.
func (b *book) billedBy(l *audit.Line, r *xlsx.Row) {
	r.Text(l.Claim)
	r.Text(l.Provider())
	r.Text(l.PayerName)
	r.Text(b.source(l.Pos.Input).File)
	r.Int(int(l.Pos.Row))
}

// encounterAlone writes an encounter without its lines.
func (b *book) encounterAlone(rank int, findings *reader, r *xlsx.Row) {
	e := b.ranked(rank)
	l := findings.line(b.lines.Brief(int(e.findings[0])))
	r.Int(rank + 1)
	r.Text(l.Patient)
	r.Date(l.From.Unix(), l.From)
	for range [5]int{} { // what lines have: code, modifiers, units, charge, proposed line
		r.Blank()
	}
	_, severity := b.stakesOf(e.findings)
	r.Styled(b.styles.severity[severity]).Text(severity.String())
	moneyOrBlank(r, e.risk)
	r.Text(plural(e.lines(&b.lines), "line") + " flagged, not shown here: " + b.rulesOf(&e))
	r.Decimal(e.risk.String())
	b.billedBy(l, r)
	b.onFlagged(b.placeOf(b.worst[rank]), r)
}

// foundOn are the findings of an encounter on the line at a position.
func (b *book) foundOn(e *encounter, at claim.Pos) []int32 {
	of := func(i int32, at claim.Pos) int { return b.lines.Brief(int(i)).Pos.Compare(at) }
	first, _ := slices.BinarySearchFunc(e.findings, at, of)
	end := first
	for end < len(e.findings) && of(e.findings[end], at) == 0 {
		end++
	}
	return e.findings[first:end]
}

// stakesOf are the money in question of findings of one line, and their highest severity; 0 for none.
func (b *book) stakesOf(found []int32) (stakes audit.Stakes, highest audit.Severity) {
	for _, i := range found {
		f := b.lines.Brief(int(i))
		stakes.Add(f.Severity, f.Money, f.Amount)
		highest = max(highest, f.Severity)
	}
	return stakes, highest
}

// standing writes how severe what was found of a line is, or why there is nothing.
func (b *book) standing(l *audit.Line, severity audit.Severity, r *xlsx.Row) {
	switch {
	case severity > 0:
		r.Styled(b.styles.severity[severity]).Text(severity.String())
	case l.Context:
		r.Text("history")
	case b.waivedOn[l.Pos]:
		r.Text("waived")
	case b.hidden+b.known > 0:
		r.Text("none shown")
	default:
		r.Text("clean")
	}
}

// waivedLines are the lines that findings are waived on.
func waivedLines(v *view) map[claim.Pos]bool {
	lines := v.Waived.Lines()
	on := map[claim.Pos]bool{}
	for i := range lines.Len() {
		on[lines.Brief(i).Pos] = true
	}
	return on
}

// said is what findings of one line say, one below the other.
func (b *book) said(found []int32, findings *reader) string {
	var said []string
	for _, i := range found {
		f := findings.of(b.lines.Brief(int(i)))
		said = append(said, f.Rule.ID+": "+f.Message)
	}
	return strings.Join(said, "\n")
}

// proposedLine is what fixes make of a line; blank where it stays.
func proposedLine(e audit.Edit) string {
	if !e.Remove && e.Code == 0 && e.Mods == nil && e.Units == 0 {
		return ""
	}
	return ownLine(e)
}

func moneyOrBlank(r *xlsx.Row, c claim.Cents) {
	if c == 0 {
		r.Blank()
		return
	}
	r.Decimal(c.String())
}

// bands give every other encounter another ground, wherever its lines are sorted to.
func (b *book) bands(sheet string, columns []column, count int) {
	ground, err := b.f.NewConditionalStyle(&excelize.Style{Fill: filled(tileGrey)})
	b.do(err)
	severity := slices.IndexFunc(columns, func(c column) bool { return c.head == "Severity" })
	for _, part := range [][2]int{{0, severity - 1}, {severity + 1, len(columns) - 1}} {
		cells := fmt.Sprintf("%s2:%s%d", xlsx.Letter(part[0]), xlsx.Letter(part[1]), count+1)
		b.do(b.f.SetConditionalFormat(sheet, cells, []excelize.ConditionalFormatOptions{{
			Type: "formula", Criteria: "MOD($A2,2)=0", Format: &ground,
		}}))
	}
}

// worstOf are the encounters with the most at risk first; of equal ones the earlier.
func worstOf(risks []claim.Cents) []int32 {
	worst := make([]int32, len(risks))
	for i := range worst {
		worst[i] = int32(i)
	}
	slices.SortStableFunc(worst, func(x, y int32) int { return cmp.Compare(risks[y], risks[x]) })
	return worst
}

// rulesOf are the rules an encounter met, once each.
func (b *book) rulesOf(e *encounter) string {
	var ids []string
	for _, i := range e.findings {
		if id := b.lines.Rule(b.lines.Brief(int(i))).ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, ", ")
}

package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// coverageRow is a row of Coverage: a reason why checks were not made, a payer whose name tells no class, or
// what is counted of a family, a check or a table.
type coverageRow struct {
	part   string
	reason *obstacle
	payer  *audit.UnknownPayer
	counts *audit.Coverage
}

// firstReasons are the reasons that stand before the families: those that keep the most checks from being made.
const firstReasons = 10

// The parts of Coverage in their order, but for further reasons, which come behind the families. Up to the families it is
// printed.
const (
	reasonPart = "reason"
	payerPart  = "payer"
	familyPart = "family"
	checkPart  = "check"
	tablePart  = "table"
)

// coverageRows are the rows of Coverage; those behind the printed number of them are detail.
func (b *book) coverageRows() (rows []coverageRow, printed int) {
	families := b.checkFamilies()
	var further []coverageRow
	for i, gap := range b.obstacles() {
		if row := (coverageRow{part: reasonPart, reason: &gap}); i < firstReasons {
			rows = append(rows, row)
		} else {
			further = append(further, row)
		}
	}
	for i := range b.UnknownPayers {
		rows = append(rows, coverageRow{part: payerPart, payer: &b.UnknownPayers[i]})
	}
	for _, part := range [...]struct {
		name    string
		reasons bool // the rows of families that say why, behind those that sum them up
	}{{familyPart, false}, {familyPart, true}, {checkPart, true}, {tablePart, true}} {
		for i := range b.Coverage {
			c := &b.Coverage[i]
			if partOf(c, families) == part.name && (part.name != familyPart || part.reasons == (c.Reason != "")) {
				rows = append(rows, coverageRow{part: part.name, counts: c})
			}
		}
		if !part.reasons {
			printed = len(rows)
			rows = append(rows, further...)
		}
	}
	return rows, printed
}

// partOf is the part of Coverage in which something is counted.
func partOf(c *audit.Coverage, families map[string]bool) string {
	switch {
	case c.Family == audit.TablesInUse:
		return tablePart
	case families[c.Check]:
		return familyPart
	}
	return checkPart
}

// coverage says what a line without findings is worth: first each reason why checks were not made, once, then
// how many lines each family of checks and each check looked at, and which it could not.
func (b *book) coverage() table {
	titles := b.checkTitles()
	rows, printed := b.coverageRows()
	return table{
		count: len(rows), frozen: 3, colour: quiet, printed: 8, printedRows: printed,
		columns: []column{
			{"Part", 8.5, text, false},
			{"Family", 24, prose, false},
			{"Check", 22, prose, false},
			{"Title", 50, prose, false},
			{"Lines checked", 9.5, number, false},
			{"Lines not checked", 9.5, number, true},
			{"Why not, or by what", 36, prose, false},
			{"Codes concerned (lines)", 44, prose, false},
			{"From", 12, day, false},
			{"To", 12, day, false},
		},
		fill: func(i int, r *xlsx.Row) {
			row := &rows[i]
			r.Text(row.part)
			switch {
			case row.reason != nil:
				row.reason.fill(r)
			case row.payer != nil:
				unknownPayer(row.payer, r)
			default:
				b.covered(row, titles, r)
			}
		},
	}
}

// fill writes what a reason keeps from lines: the checks, and the lines of the one it hinders most.
func (o *obstacle) fill(r *xlsx.Row) {
	r.Blank()
	r.Text(plural(len(o.checks), "check"))
	r.Text(someChecks(o.checks))
	r.Blank()
	r.Int(o.lines)
	r.Text(o.reason)
	r.Text(someCodes(o.codes))
	r.Date(o.from.Unix(), o.from)
	r.Date(o.to.Unix(), o.to)
}

// covered writes what is counted of a family, a check or a table.
func (b *book) covered(row *coverageRow, titles map[string]string, r *xlsx.Row) {
	c, family := row.counts, row.part == familyPart
	b.checkName(c, family, titles, r)
	counted(c.Lines, c.Reason == "" || c.Lines > 0, r)
	counted(c.NotChecked, c.Reason != "" || c.NotChecked > 0, r)
	if family && c.Reason == "" && c.NotChecked > 0 {
		r.Text("in all, for the reasons below")
	} else {
		r.Text(c.Reason)
	}
	r.Text(someCodes(c.Codes))
	r.Date(c.From.Unix(), c.From)
	r.Date(c.To.Unix(), c.To)
}

// unknownPayer writes a payer whose name tells no class.
func unknownPayer(p *audit.UnknownPayer, r *xlsx.Row) {
	r.Text("payers not recognised")
	r.Text(p.Name)
	r.Text("judged as commercial, without Medicare's own rules")
	r.Int(p.Lines)
	r.Blank()
	r.Text("the configuration settles it by its class: " + p.Setting())
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

// checkName fills the columns that name it. A family leaves Check empty, by which the families can
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

// maxChecks is how many checks a reason lists; each stands below with its reasons.
const maxChecks = 4

func someChecks(checks []string) string {
	if len(checks) <= maxChecks {
		return strings.Join(checks, ", ")
	}
	return fmt.Sprintf("%s and %d more, listed below", strings.Join(checks[:maxChecks], ", "), len(checks)-maxChecks)
}

// maxCodes is how many codes a row of Coverage lists; the JSON report has them all.
const maxCodes = 12

func someCodes(codes []string) string {
	if len(codes) <= maxCodes {
		return strings.Join(codes, ", ")
	}
	return fmt.Sprintf("%s and %d more, all in the JSON report", strings.Join(codes[:maxCodes], ", "), len(codes)-maxCodes)
}

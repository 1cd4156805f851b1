package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit"
	"claimaudit/reports/xlsx"
)

// coverage says what a line without findings is worth: how many lines each family of checks and
// each check looked at, and which it could not and why.
func (b *book) coverage() table {
	families, titles := b.checkFamilies(), b.checkTitles()
	return table{
		count: len(b.Coverage) + len(b.UnknownPayers), frozen: 2, colour: quiet,
		columns: []column{
			{"Family", 26, prose, false},
			{"Check", 26, prose, false},
			{"Title", 40, prose, false},
			{"Lines checked", 12, number, false},
			{"Lines not checked", 12, number, true},
			{"Why not, or by what", 46, prose, false},
			{"From", 12, day, false},
			{"To", 12, day, false},
			{"Codes concerned (lines)", 50, prose, false},
		},
		fill: func(i int, r *xlsx.Row) {
			if i >= len(b.Coverage) {
				unknownPayer(&b.UnknownPayers[i-len(b.Coverage)], r)
				return
			}
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
			r.Date(c.From.Unix(), c.From)
			r.Date(c.To.Unix(), c.To)
			r.Text(b.codesOf(i))
		},
	}
}

// unknownPayer is the row of a payer whose name tells no class, behind the checks.
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

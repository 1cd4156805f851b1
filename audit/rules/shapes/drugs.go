package shapes

import (
	"claimaudit/audit"
	"claimaudit/audit/rules/terms"
)

// drugUnitsRow is one row of data/drug-units.csv: numbers of units of a drug that are most likely
// another measure.
type drugUnitsRow struct {
	Code   string `csv:"code"`
	Units  string `csv:"units"` // as lineRow has them
	Text   string `csv:"text"`
	Source string `csv:"source"`
}

// DrugUnits completes a rule with the rows of drug-units.csv.
func DrugUnits(r *audit.Rule) {
	var rows []lineRow
	for row := range terms.MustData[drugUnitsRow]("drug-units.csv") {
		within := row.line(r.ID)
		over := within
		over.When, over.Severity = within.When+" over-limit", "error"
		rows = append(rows, over, within)
	}
	byLineRows(r, rows)
}

// line is the row as one of single lines, for review. Wasted drug is not judged.
func (row *drugUnitsRow) line(rule string) lineRow {
	return lineRow{
		Rule: rule, Codes: row.Code, Units: row.Units, NoMods: "waste", When: "counted", Severity: "review", Money: "deny",
		Say:    "{billed} is billed with {quantity} on {date}: " + row.Text + "{over limit}",
		Action: "set-units",
		Fix:    "look up the amount given in the record and bill it in units of the code (amount divided by the amount of one unit)",
	}
}

package rules

import (
	"embed"
	"fmt"
	"maps"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/table"
)

//go:embed rules.csv topics.csv
var lists embed.FS

// rows are the rules themselves, and the topics they stand under.
var rows = table.In(lists, ".")

// mustRows are the rows of one of the two.
func mustRows[T any](name string) []T { return table.Must[T](rows, name) }

// check is what a rule does with a case.
type check = func(c *audit.Case, report func(audit.Finding))

// ruleRow is one row of rules.csv. What a rule needs and its shape's table tells stands there only:
// the codes it can report, and the days it looks back.
type ruleRow struct {
	ID       string `csv:"id" table:"key"`
	Topic    string `csv:"topic"`
	Severity string `csv:"severity"` // the highest
	Rank     string `csv:"rank"`
	Over     Words  `csv:"over"`    // rules that say less about the same line
	Covers   Words  `csv:"covers"`  // rules whose findings it makes needless
	Off      string `csv:"off"`     // yes: runs only when asked for
	Guide    Words  `csv:"guide"`   // sections of the coding guide
	Shape    string `csv:"shape"`   // of its check, whose table has its rows; own: a check in Go
	Columns  Words  `csv:"columns"` // that must exist; a blank cell is a value
	Fields   Words  `csv:"fields"`  // that must have a value on the line
	Patient  string `csv:"patient"` // yes: compares lines of one patient
	Listed   string `csv:"listed"`  // yes: knows listed codes only
	Groups   string `csv:"groups"`  // runs only for a patient with one of them
	On       string `csv:"on"`      // the codes it can report, where not those of groups; any
	Payers   Words  `csv:"payers"`  // whose lines it can report; blank: all
	History  string `csv:"history"` // days before a line that must be seen, or lifetime
	Tables   Words  `csv:"tables"`  // of CMS
	// Title, Means and Right of a rule about sessions take their figures from its rows; see figureWords.
	Title  string `csv:"title"`
	Means  string `csv:"means"`
	Right  string `csv:"right"` // when it is right to bill so after all
	Source string `csv:"source"`
}

// rule is the row as a rule, with the check of its shape. A slip in the row is a slip in the program.
func (row *ruleRow) rule(family string) *audit.Rule {
	figures := figuresOf(row.Shape, row.ID)
	r := &audit.Rule{
		ID: row.ID, Title: told(row.Title, figures), Family: family, Severity: mustWord(severities, row.Severity), Rank: mustWord(ranks, row.Rank),
		Over: row.Over, Covers: row.Covers, Off: mustYes(row.Off), Guide: row.Guide, Means: told(row.Means, figures), Right: told(row.Right, figures), Source: row.Source,
		Needs: row.mustNeeds(),
	}
	if complete := shapes[row.Shape]; complete != nil {
		complete(r)
		return r
	}
	r.Check = mustWord(own, row.ID)()
	return r
}

// mustNeeds are the row's needs.
func (row *ruleRow) mustNeeds() audit.Needs {
	groups, on := mustCodes(row.Groups), audit.Codes{Any: row.On == "any"}
	if len(groups.codes) > 0 {
		panic("rules: " + row.ID + ": the needs name groups, and not codes: " + row.Groups)
	}
	if !on.Any {
		codes := mustCodes(row.On)
		on = codes.reported()
	}
	n := audit.Needs{
		Columns: mustFields(row.Columns), Fields: mustFields(row.Fields), Patient: mustYes(row.Patient), Listed: mustYes(row.Listed),
		Groups: groups.groups, On: on, History: mustHistoryDays(row.History),
	}
	for _, word := range row.Payers {
		n.Payers |= audit.PayerSet(mustWord(payers, word))
	}
	for _, word := range row.Tables {
		n.Tables |= mustWord(cmsTables, word)
	}
	return n
}

// shapes complete a rule with the rows of their tables. A rule of another shape is in own.
var shapes = map[string]func(*audit.Rule){
	"same-day":          sameDay,
	"sessions":          overLimit,
	"session-history":   tooFewBefore,
	"session-levels":    overLevels,
	"level-order":       outOfOrder,
	"support":           bySupport,
	"modifiers":         singleLines("modifiers.csv"),
	"settings":          singleLines("settings.csv"),
	"wrong-code":        singleLines("wrong-code.csv"),
	"units":             singleLines("units.csv"),
	"without":           singleLines("without.csv"),
	"beside":            singleLines("beside.csv"),
	"cell":              byReading,
	"once-a-day":        onceEachDay,
	"sedation-coverage": sedationCovered,
	"joint-sizes":       byJointSize,
	"authorizations":    singleLines("authorizations.csv"),
	"in-global-period":  visitsInside,
	"before-surgery":    decisionsBefore,
	"later-procedure":   proceduresInside,
	"drug-units":        drugUnits,
}

var (
	severities = map[string]audit.Severity{"error": audit.Error, "warning": audit.Warning, "review": audit.Review}
	ranks      = map[string]audit.Rank{
		"root-cause": audit.RootCause, "specific": audit.Specific, "pair-table": audit.PairTable,
		"unit-table": audit.UnitTable, "policy": audit.Policy, "apart": audit.Apart,
	}
	payers = map[string]claim.Payer{
		"unknown": claim.UnknownPayer, "medicare": claim.Medicare, "medicare-advantage": claim.MedicareAdvantage,
		"medicaid": claim.Medicaid, "workers-comp": claim.WorkersComp, "commercial": claim.Commercial,
	}
	cmsTables = map[string]audit.Tables{
		"pairs": audit.PairEdits, "limits": audit.UnitLimits, "add-ons": audit.AddOns,
		"fees": audit.FeeSchedule, "code-dates": audit.CodeDates, "primaries": audit.Primaries,
	}
)

// mustWord is what a word of a table stands for.
func mustWord[T any](words map[string]T, word string) T {
	value, ok := words[word]
	if !ok {
		panic(fmt.Sprintf("rules: %q is none of %v", word, slices.Sorted(maps.Keys(words))))
	}
	return value
}

func mustYes(text string) bool {
	return mustWord(map[string]bool{"": false, "yes": true}, text)
}

func mustFields(names []string) (set claim.Fields) {
	for _, name := range names {
		f := claim.Field(0)
		for f < claim.NumFields && f.String() != name {
			f++
		}
		if f == claim.NumFields {
			panic("rules: a line has no field " + name)
		}
		set |= claim.FieldSet(f)
	}
	return set
}

func mustHistoryDays(text string) int {
	if text == "lifetime" {
		return audit.Lifetime
	}
	return mustCount(text)
}

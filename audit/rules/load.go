package rules

import (
	"embed"
	"iter"
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
	"claimaudit/audit/table"
)

//go:embed rules.csv topics.csv
var lists embed.FS

// rows are the rules themselves, and the topics they stand under.
var rows = table.In(lists, ".")

// mustRows are the rows of one of the two.
func mustRows[T any](name string) iter.Seq[T] { return table.MustEach[T](rows, name) }

// ruleRow is one row of rules.csv. What a rule needs and its shape's table tells stands there only:
// the codes it can report, and the days it looks back.
type ruleRow struct {
	ID       string      `csv:"id" table:"key"`
	Topic    string      `csv:"topic"`
	Severity string      `csv:"severity"` // the highest
	Rank     string      `csv:"rank"`
	Over     terms.Words `csv:"over"`        // rules that say less about the same line
	Covers   terms.Words `csv:"covers"`      // rules whose findings it makes needless
	Floods   terms.Words `csv:"floods"`      // fields of which one wrong value on many lines makes one finding
	Off      string      `csv:"off"`         // yes: runs only when asked for
	Absence  string      `csv:"absence"`     // yes: it speaks of something that is not there
	Guide    terms.Words `csv:"guide"`       // sections of the coding guide
	Shape    string      `csv:"shape"`       // of its check, whose table has its rows; own: a check in Go
	Columns  terms.Words `csv:"columns"`     // that must exist; a blank cell is a value; with ? without which it is for review
	Fields   terms.Words `csv:"fields"`      // that must have a value on the line
	Patient  string      `csv:"patient"`     // yes: compares lines of one patient
	Listed   string      `csv:"listed"`      // yes: knows listed codes only
	Groups   string      `csv:"groups"`      // runs only for a patient with one of them
	On       string      `csv:"on"`          // the codes it can report, where not those of groups; any
	Payers   string      `csv:"payers"`      // whose lines it can report; blank: all
	Checks   terms.Words `csv:"payer_check"` // its kinds of payer-checks.csv: how far it speaks to whom; blank: all alike
	History  string      `csv:"history"`     // days before a line that must be seen, or lifetime
	Tables   terms.Words `csv:"tables"`      // of CMS
	// Title, Means and Right of a rule about sessions take their figures from its rows; see figureWords.
	Title  string `csv:"title"`
	Means  string `csv:"means"`
	Right  string `csv:"right"` // when it is right to bill so after all
	Source string `csv:"source"`
}

// rule is the row as a rule, with the check of its shape. A slip in the row is a slip in the program.
func (row *ruleRow) rule(family string) *audit.Rule {
	figures := shapes.FiguresOf(row.Shape, row.ID)
	r := &audit.Rule{
		ID: row.ID, Title: shapes.Told(row.Title, figures), Family: family, Severity: terms.MustWord(terms.Severities, row.Severity), Rank: terms.MustWord(ranks, row.Rank),
		Over: row.Over, Covers: row.Covers, Floods: mustFloods(row.Floods), Off: terms.MustYes(row.Off), Absence: terms.MustYes(row.Absence), Series: inSeries()[row.ID], Guide: row.Guide, Means: shapes.Told(row.Means, figures), Right: shapes.Told(row.Right, figures), Source: row.Source,
		Needs: row.mustNeeds(),
	}
	if complete := byShape[row.Shape]; complete != nil {
		complete(r)
	} else {
		of := terms.MustWord(ownChecks, row.ID)
		r.Check, r.Needs.Signs = of.check(), of.signs
	}
	row.mustSayByPayer(r)
	return r
}

// seriesRow names a rule whose reviews of one patient, code and first diagnosis are one question, and why.
type seriesRow struct {
	Rule   string `csv:"rule" table:"key"`
	Why    string `csv:"why"`
	Source string `csv:"source"`
}

// inSeries are the rules of series.csv.
var inSeries = sync.OnceValue(func() map[string]bool {
	list := map[string]bool{}
	for row := range terms.MustData[seriesRow]("series.csv") {
		list[row.Rule] = true
	}
	return list
})

// mustSayByPayer holds what the rule says to a payer to what payer-checks.csv lets its kinds of check
// say, in the words of payer-texts.csv.
func (row *ruleRow) mustSayByPayer(r *audit.Rule) {
	if len(row.Checks) == 0 {
		return
	}
	most := terms.MustByPayer(row.Checks)
	r.ByPayer = &most
	if r.Needs.Payers == 0 {
		r.Needs.Payers = audit.AllPayers
	}
	if r.Needs.Payers &= most.Payers(); r.Needs.Payers == audit.AllPayers {
		r.Needs.Payers = 0
	}
	r.ToPayer = terms.MustToPayer(row.Checks...)
}

// mustNeeds are the row's needs.
func (row *ruleRow) mustNeeds() audit.Needs {
	groups, on := terms.MustCodes(row.Groups), audit.Codes{Any: row.On == "any"}
	if len(groups.Codes) > 0 {
		panic("rules: " + row.ID + ": the needs name groups, and not codes: " + row.Groups)
	}
	if !on.Any {
		codes := terms.MustCodes(row.On)
		on = codes.Reported()
	}
	columns, doubts := parted(row.Columns)
	n := audit.Needs{
		Columns: mustFields(columns), Doubts: mustFields(doubts), Fields: mustFields(row.Fields), Patient: terms.MustYes(row.Patient), Listed: terms.MustYes(row.Listed),
		Groups: groups.Groups, On: on, History: mustHistoryDays(row.History),
	}
	if row.Payers != "" {
		n.Payers = terms.MustPayers(row.Payers)
	}
	for _, word := range row.Tables {
		n.Tables |= terms.MustWord(cmsTables, word)
	}
	return n
}

// parted are the columns that must exist, and those whose names end in a question mark.
func parted(names []string) (must, doubts []string) {
	for _, name := range names {
		if doubted, ok := strings.CutSuffix(name, "?"); ok {
			doubts = append(doubts, doubted)
			continue
		}
		must = append(must, name)
	}
	return must, doubts
}

// byShape complete a rule with the rows of their tables. A rule of another shape is in own.
var byShape = map[string]func(*audit.Rule){
	"same-day":        shapes.SameDay,
	"sessions":        shapes.OverLimit,
	"session-history": shapes.TooFewBefore,
	"session-levels":  shapes.OverLevels,
	"totals":          shapes.OverTotal,
	"level-order":     shapes.OutOfOrder,
	"code-regions":    shapes.ElsewhereOnTheBody,
	"excludes":        shapes.Excludes,
	"diagnoses":       shapes.SingleLines("diagnoses.csv"),

	"narratives":        shapes.NarrativeWords,
	"support":           shapes.BySupport,
	"modifiers":         shapes.SingleLines("modifiers.csv"),
	"modifier-validity": shapes.Misfits,
	"settings":          shapes.SingleLines("settings.csv"),
	"wrong-code":        shapes.SingleLines("wrong-code.csv"),
	"units":             shapes.SingleLines("units.csv"),
	"without":           shapes.SingleLines("without.csv"),
	"beside":            shapes.SingleLines("beside.csv"),
	"cell":              shapes.ByReading,
	"once-a-day":        shapes.OnceEachDay,
	"sedation-coverage": shapes.SedationCovered,
	"joint-sizes":       shapes.ByJointSize,
	"authorizations":    shapes.SingleLines("authorizations.csv"),
	"in-global-period":  shapes.VisitsInside,
	"before-surgery":    shapes.DecisionsBefore,
	"later-procedure":   shapes.ProceduresInside,
	"drug-units":        shapes.DrugUnits,
}

var (
	ranks = map[string]audit.Rank{
		"root-cause": audit.RootCause, "specific": audit.Specific, "pair-table": audit.PairTable,
		"unit-table": audit.UnitTable, "policy": audit.Policy, "apart": audit.Apart,
	}
	cmsTables = map[string]audit.Tables{
		"pairs": audit.PairEdits, "limits": audit.UnitLimits, "add-ons": audit.AddOns,
		"fees": audit.FeeSchedule, "code-dates": audit.CodeDates, "primaries": audit.Primaries, "diagnosis-lists": audit.DiagnosisLists,
	}
)

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

// mustFloods are fields; any is all of them.
func mustFloods(names []string) claim.Fields {
	if slices.Equal(names, []string{"any"}) {
		return 1<<claim.NumFields - 1
	}
	return mustFields(names)
}

func mustHistoryDays(text string) int {
	if text == "lifetime" {
		return audit.Lifetime
	}
	return shapes.MustCount(text)
}

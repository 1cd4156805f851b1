package own

import (
	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/shapes"
	"claimaudit/audit/rules/terms"
)

// patternRow is what is counted of each provider over all encounters.
type patternRow struct {
	ID     string `csv:"id" table:"key"`
	Title  string `csv:"title"`
	Of     string `csv:"of"`     // what the rate is of
	Above  string `csv:"above"`  // percent; blank where no usual rate is known
	Least  string `csv:"least"`  // a rate over fewer is not shown
	Groups string `csv:"groups"` // of the codes that are counted against; blank: any
	Except string `csv:"except"` // codes and groups that are not
	Counts string `csv:"counts"` // a word of patternCounts
	Codes  string `csv:"codes"`  // that show the pattern
	Mods   string `csv:"mods"`   // one of which shows it
	Dx     string `csv:"dx"`     // a set of diagnosis-sets.csv that all of a line's are of, for it to be counted against
	Help   string `csv:"help"`
	Source string `csv:"source"`
}

// pattern is a row in use.
type pattern struct {
	groups, except, codes terms.CodeSet
	mods                  shapes.ModifierWants
	dx                    terms.DiagnosisSet // nil: any
}

// Patterns are what is counted of each provider over all encounters: the rows of patterns.csv. Each
// has cases in testdata/patterns.csv.
func Patterns() (list []*audit.Pattern) {
	for row := range terms.MustData[patternRow]("patterns.csv") {
		p := &pattern{terms.MustCodes(row.Groups), terms.MustCodes(row.Except), terms.MustCodes(row.Codes), shapes.MustModifierWants(row.Mods), nil}
		if row.Dx != "" {
			p.dx = terms.MustDiagnoses(row.Dx)
		}
		groups := p.groups.Groups
		if groups == 0 {
			groups = ^catalog.Groups(0)
		}
		list = append(list, &audit.Pattern{
			ID: row.ID, Title: row.Title, Of: row.Of, Above: shapes.MustCount(row.Above), Least: shapes.MustCount(row.Least),
			Help: row.Help, Source: row.Source, Groups: groups, Count: terms.MustWord(patternCounts, row.Counts)(p),
		})
	}
	return list
}

// patternCounts are the ways of counting: on one provider's day, how many there are and how many of
// them show the pattern.
var patternCounts = map[string]func(*pattern) func([]*audit.Line) (n, of int){
	"lines": func(p *pattern) func([]*audit.Line) (n, of int) { return p.perLine(p.groups.Has) },
	// procedures are lines that are neither visits nor drugs nor supplies.
	"procedures": func(p *pattern) func([]*audit.Line) (n, of int) { return p.perLine(terms.IsProcedure) },
	// days-with-visit are days, and those beside which a visit shows the pattern.
	"days-with-visit": func(p *pattern) func([]*audit.Line) (n, of int) { return p.visitDays },
	// days-of-two-levels are sessions, and those with the first and the second level on both sides.
	"days-of-two-levels": func(p *pattern) func([]*audit.Line) (n, of int) {
		return p.fullSessions(shapes.MustRungs("facet-level-skipped"))
	},
}

// shows tells whether the line has one of the pattern's codes, and one of its modifiers.
func (p *pattern) shows(l *audit.Line) bool {
	return (len(p.codes.Codes) == 0 || p.codes.Has(l)) && p.mods.Met(&l.Mods)
}

// perLine counts the lines that are counted against, and those of them that show the pattern.
func (p *pattern) perLine(against func(*audit.Line) bool) func([]*audit.Line) (n, of int) {
	return func(mine []*audit.Line) (n, of int) {
		for _, l := range mine {
			if l.Known != nil && against(l) && !p.except.Has(l) && (p.dx == nil || p.dx.All(l)) {
				of++
				if p.shows(l) {
					n++
				}
			}
		}
		return n, of
	}
}

func (p *pattern) visitDays(mine []*audit.Line) (n, of int) {
	for _, l := range mine {
		if l.Known.Ever()&p.groups.Groups != 0 {
			of = 1
		}
		if p.shows(l) && terms.IsVisit(l) {
			n = 1
		}
	}
	return n * of, of
}

// fullSessions looks for the two levels of one region; the rungs say which codes they are.
func (p *pattern) fullSessions(rungs []shapes.Rung) func([]*audit.Line) (n, of int) {
	return func(mine []*audit.Line) (n, of int) {
		for _, l := range mine {
			if p.groups.Has(l) {
				of = 1
			}
		}
		for i := range rungs {
			if p.sidesOf(rungs[i].First, mine) == claim.Both && p.sidesOf(rungs[i].Before, mine) == claim.Both {
				n = 1
			}
		}
		return n * of, of
	}
}

// sidesOf are the sides that the lines of a code that is counted against name together.
func (p *pattern) sidesOf(code claim.Code, lines []*audit.Line) (sides claim.Side) {
	for _, l := range lines {
		if l.Code == code && p.groups.Has(l) {
			sides |= l.Mods.Side()
		}
	}
	return sides
}

package terms

import (
	"strconv"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// dayRow is a day from which a rule of billing holds, or on which it changed.
type dayRow struct {
	Name   string `csv:"name" table:"key"`
	Day    string `csv:"day"`
	Source string `csv:"source"`
}

// numberRow is a number of days, years, units or lines that a rule of billing draws a line at.
type numberRow struct {
	Name   string `csv:"name" table:"key"`
	Limit  string `csv:"limit"`
	Source string `csv:"source"`
}

var namedDays = sync.OnceValue(func() map[string]claim.Date {
	days := map[string]claim.Date{}
	for row := range MustData[dayRow]("days.csv") {
		days[row.Name] = claim.MustDate(row.Day)
	}
	return days
})

var namedLimits = sync.OnceValue(func() map[string]int {
	limits := map[string]int{}
	for row := range MustData[numberRow]("limits.csv") {
		n, err := strconv.Atoi(row.Limit)
		if err != nil || n < 1 {
			panic("rules: limits.csv: " + row.Name + " is no limit: " + row.Limit) // the table is part of the program
		}
		limits[row.Name] = n
	}
	return limits
})

// MustDay is the day of that name in days.csv.
func MustDay(name string) claim.Date { return MustWord(namedDays(), name) }

// MustLimit is the number of that name in limits.csv; its unit is in the name.
func MustLimit(name string) int { return MustWord(namedLimits(), name) }

// Icd10 is the first date of service ICD-10-CM applies to; before it the numbers in a diagnosis
// column are ICD-9-CM, which is not judged.
var Icd10 = MustDay("icd-10-cm")

// sectionRow is a section of CPT: the codes from the first to the last.
type sectionRow struct {
	Section string `csv:"section" table:"key"`
	First   string `csv:"first"`
	Last    string `csv:"last"`
	Source  string `csv:"source"`
}

// section is the codes of a section of CPT.
type section struct{ first, last claim.Code }

func (s section) Has(code claim.Code) bool { return s.first <= code && code <= s.last }

// Anesthesia is CPT's section of anesthesia.
var Anesthesia = mustSection("anesthesia")

// mustSection is the section of that name in code-sections.csv.
func mustSection(name string) section {
	for row := range MustData[sectionRow]("code-sections.csv") {
		if row.Section == name {
			return section{claim.MustCode(row.First), claim.MustCode(row.Last)}
		}
	}
	panic("rules: there is no section " + name) // the table is part of the program
}

// LabelOf is what the line's code is in a few words.
func LabelOf(l *audit.Line) string {
	if l.Known == nil {
		return "not in the catalogue"
	}
	return l.Known.Label
}

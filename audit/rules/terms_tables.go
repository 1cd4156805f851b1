package rules

import (
	"math/bits"
	"slices"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/data"
	"claimaudit/audit/table"
)

// tables are the tables of the rules.
var tables = table.In(data.Files, ".")

// mustData are the rows of a table of the rules.
func mustData[T any](name string) []T { return table.Must[T](tables, name) }

// codeSet is codes named one by one and by groups of the catalogue.
type codeSet struct {
	groups catalog.Groups
	codes  []claim.Code
	// bits are set for the codes by a short hash, which spares most lines the search.
	bits uint64
}

// mustCodes reads "facet-injection 64451 paddle-leads": groups of the catalogue, codes, and sets of
// code-sets.csv.
func mustCodes(text string) codeSet {
	var s codeSet
	for _, word := range strings.Fields(text) {
		if g, ok := groupNamed(word); ok {
			s.groups |= catalog.GroupSet(g)
			continue
		}
		if set, ok := setNamed(word); ok {
			s = s.or(set)
			continue
		}
		code := claim.MustCode(word)
		if !code.Shaped() {
			panic("rules: neither a code nor a group nor a set: " + word)
		}
		s.codes = append(s.codes, code)
		s.bits |= code.Bit()
	}
	return s
}

func groupNamed(name string) (catalog.Group, bool) {
	for g := range catalog.NumGroups {
		if g.String() == name {
			return g, true
		}
	}
	return 0, false
}

// has tells whether the set has the line's code on its date of service.
func (s *codeSet) has(l *audit.Line) bool {
	if s.bits&l.Code.Bit() != 0 && slices.Contains(s.codes, l.Code) {
		return true
	}
	for rest := s.groups & l.Known.Ever(); rest != 0; rest &= rest - 1 {
		if l.In(catalog.Group(bits.TrailingZeros64(uint64(rest)))) {
			return true
		}
	}
	return false
}

// or is both sets in one.
func (s codeSet) or(t codeSet) codeSet {
	return codeSet{s.groups | t.groups, slices.Concat(s.codes, t.codes), s.bits | t.bits}
}

// reported are the codes as what a rule can report, for its needs.
func (s codeSet) reported() audit.Codes { return audit.Codes{Groups: s.groups, Codes: s.codes} }

// these are a few codes as what a rule can report.
func these(codes ...claim.Code) audit.Codes { return audit.Codes{Codes: codes} }

// setRow names codes that one rule speaks of together; sets several rules share are groups of the
// catalogue.
type setRow struct {
	Set    string `csv:"set" table:"key"`
	Codes  string `csv:"codes"`
	Source string `csv:"source"`
}

// mustSet is the set of that name.
func mustSet(name string) codeSet {
	set, ok := setNamed(name)
	if !ok {
		panic("rules: there is no code set " + name)
	}
	return set
}

// mustCode is the one code of the set of that name.
func mustCode(name string) claim.Code {
	set := mustSet(name)
	if len(set.codes) != 1 || set.groups != 0 {
		panic("rules: the code set " + name + " is not one code") // the table is part of the program
	}
	return set.codes[0]
}

func setNamed(name string) (codeSet, bool) {
	for _, row := range mustData[setRow]("code-sets.csv") {
		if row.Set == name {
			return mustCodes(row.Codes), true
		}
	}
	return codeSet{}, false
}

// diagnosisRow names diagnoses, each with all codes below it.
type diagnosisRow struct {
	Set       string `csv:"set" table:"key"`
	Diagnoses string `csv:"diagnoses"`
	Source    string `csv:"source"`
}

// diagnosisSet is diagnoses, each standing for all below it.
type diagnosisSet []claim.Diagnosis

func mustDiagnoses(name string) (set diagnosisSet) {
	for _, row := range mustData[diagnosisRow]("diagnosis-sets.csv") {
		if row.Set != name {
			continue
		}
		for _, text := range strings.Fields(row.Diagnoses) {
			set = append(set, claim.MustDiagnosis(text))
		}
	}
	if set == nil {
		panic("rules: there is no diagnosis set " + name)
	}
	return set
}

// has tells whether the diagnosis is in the set.
func (s diagnosisSet) has(d claim.Diagnosis) bool {
	return slices.ContainsFunc(s, d.Under)
}

// all tells whether the line has diagnoses and all are in the set.
func (s diagnosisSet) all(l *audit.Line) bool {
	if l.Dx[0] == 0 {
		return false
	}
	for _, d := range l.Dx {
		if d != 0 && !s.has(d) {
			return false
		}
	}
	return true
}

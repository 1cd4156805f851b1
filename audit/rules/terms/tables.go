// Package terms holds what rules know of lines and days, whoever asks: what a visit is and what bundles
// with what, whose lines count, what a modifier opens; and the tables of codes, modifiers, days and limits.
package terms

import (
	"iter"
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

// MustData are the rows of a table of the rules, one after the other.
func MustData[T any](name string) iter.Seq[T] { return table.MustEach[T](tables, name) }

// CodeSet is codes named one by one and by groups of the catalogue.
type CodeSet struct {
	Groups catalog.Groups
	Codes  []claim.Code
	// bits are set for the codes by a short hash, which spares most lines the search.
	bits   uint64
	ranges []codeRange
}

// codeRange is all codes from one to another, listed or not.
type codeRange struct{ first, last claim.Code }

// MustCodes reads "facet-injection 64451 paddle-leads 10000-69999": groups of the catalogue, codes, sets of
// code-sets.csv, and ranges of codes.
func MustCodes(text string) CodeSet {
	var s CodeSet
	for _, word := range strings.Fields(text) {
		if g, ok := GroupNamed(word); ok {
			s.Groups |= catalog.GroupSet(g)
			continue
		}
		if set, ok := setNamed(word); ok {
			s = s.Or(set)
			continue
		}
		if r, ok := rangeOf(word); ok {
			s.ranges = append(s.ranges, r)
			continue
		}
		code := claim.MustCode(word)
		if !code.Shaped() {
			panic("rules: neither a code nor a group nor a set: " + word)
		}
		s.Codes = append(s.Codes, code)
		s.bits |= code.Bit()
	}
	return s
}

// rangeOf reads two codes with a hyphen between them. A word of another form is none, and one whose end
// is before its beginning, or whose letters differ, is a slip.
func rangeOf(word string) (r codeRange, ok bool) {
	first, last, found := strings.Cut(word, "-")
	if !found || len(first) != 5 || len(last) != 5 {
		return r, false
	}
	r = codeRange{claim.MustCode(first), claim.MustCode(last)}
	if !r.first.Numbered() || !r.last.Numbered() || r.first > r.last || r.first.LevelII() != r.last.LevelII() {
		panic("rules: no range of codes: " + word) // the table is part of the program
	}
	return r, true
}

// GroupNamed is the group of the catalogue with that name.
func GroupNamed(name string) (catalog.Group, bool) {
	for g := range catalog.NumGroups {
		if g.String() == name {
			return g, true
		}
	}
	return 0, false
}

// Has tells whether the set has the line's code on its date of service.
func (s *CodeSet) Has(l *audit.Line) bool {
	if s.named(l.Code) {
		return true
	}
	for rest := s.Groups & l.Known.Ever(); rest != 0; rest &= rest - 1 {
		if l.In(catalog.Group(bits.TrailingZeros64(uint64(rest)))) {
			return true
		}
	}
	return false
}

// Ever tells whether the set has the line's code on some day.
func (s *CodeSet) Ever(l *audit.Line) bool {
	return s.Groups&l.Known.Ever() != 0 || s.named(l.Code)
}

// named tells whether the set has the code by itself or in a range.
func (s *CodeSet) named(code claim.Code) bool {
	if s.bits&code.Bit() != 0 && slices.Contains(s.Codes, code) {
		return true
	}
	for i := range s.ranges {
		if s.ranges[i].first <= code && code <= s.ranges[i].last && code.Numbered() {
			return true
		}
	}
	return false
}

// Or is both sets in one.
func (s CodeSet) Or(t CodeSet) CodeSet {
	return CodeSet{s.Groups | t.Groups, slices.Concat(s.Codes, t.Codes), s.bits | t.bits, slices.Concat(s.ranges, t.ranges)}
}

// Reported are the codes as what a rule can report, for its needs.
func (s CodeSet) Reported() audit.Codes {
	return audit.Codes{Any: s.ranges != nil, Groups: s.Groups, Codes: s.Codes}
}

// setRow names codes that one rule speaks of together; sets several rules share are groups of the
// catalogue.
type setRow struct {
	Set    string `csv:"set" table:"key"`
	Codes  string `csv:"codes"`
	Source string `csv:"source"`
}

// MustSet is the set of that name.
func MustSet(name string) CodeSet {
	set, ok := setNamed(name)
	if !ok {
		panic("rules: there is no code set " + name)
	}
	return set
}

// MustOnly is the one code of the set of that name.
func MustOnly(name string) claim.Code {
	set := MustSet(name)
	if len(set.Codes) != 1 || set.Groups != 0 {
		panic("rules: the code set " + name + " is not one code") // the table is part of the program
	}
	return set.Codes[0]
}

func setNamed(name string) (CodeSet, bool) {
	for row := range MustData[setRow]("code-sets.csv") {
		if row.Set == name {
			return MustCodes(row.Codes), true
		}
	}
	return CodeSet{}, false
}

// diagnosisRow names diagnoses, each with all codes below it.
type diagnosisRow struct {
	Set       string `csv:"set" table:"key"`
	Diagnoses string `csv:"diagnoses"`
	Source    string `csv:"source"`
}

// DiagnosisSet is diagnoses, each standing for all below it.
type DiagnosisSet []claim.Diagnosis

// MustDiagnoses are the diagnoses of a set of diagnosis-sets.csv.
func MustDiagnoses(name string) (set DiagnosisSet) {
	for row := range MustData[diagnosisRow]("diagnosis-sets.csv") {
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

// Has tells whether the diagnosis is in the set.
func (s DiagnosisSet) Has(d claim.Diagnosis) bool {
	return slices.ContainsFunc(s, d.Under)
}

// All tells whether the line has diagnoses and all are in the set.
func (s DiagnosisSet) All(l *audit.Line) bool {
	if l.Dx[0] == 0 {
		return false
	}
	for _, d := range l.Dx {
		if d != 0 && !s.Has(d) {
			return false
		}
	}
	return true
}

// Any tells whether one of the line's diagnoses is in the set.
func (s DiagnosisSet) Any(l *audit.Line) bool {
	for _, d := range l.Dx {
		if d != 0 && s.Has(d) {
			return true
		}
	}
	return false
}

package terms

import (
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// personRow says by which lines one sees who gave the service: their codes, and where modifiers are
// named one of these. Who is on no list of modifiers is seen by the code alone.
type personRow struct {
	Person   string `csv:"person"`
	Mods     Words  `csv:"mods"`
	Sections Words  `csv:"sections"` // of code-sections.csv
	Codes    string `csv:"codes"`    // and groups and sets; with no section and no code any
	Except   string `csv:"except"`
	Source   string `csv:"source"`
}

// apartRow says of lines of two persons whether they are different providers.
type apartRow struct {
	Person string `csv:"person" table:"key"`
	Other  string `csv:"other" table:"key"` // blank: whoever is not the first
	Code   string `csv:"code"`              // same: of one code only
	NPI    string `csv:"npi"`               // blank: only where one of the lines does not say who rendered it
	// Between is different, or group: as another provider of the same group, whose specialty is not known.
	Between string `csv:"between"`
	Source  string `csv:"source"`
}

// people is a set of persons, a bit for each in the order in which people.csv names them.
type people uint32

// person is a row of people.csv in use.
type person struct {
	who           people
	mods          []claim.Modifier
	anyCode       bool
	sections      []section
	codes, except CodeSet
}

func (p *person) gave(l *audit.Line) bool {
	if p.mods != nil && !l.Mods.Has(p.mods...) {
		return false
	}
	in := p.anyCode || slices.ContainsFunc(p.sections, func(s section) bool { return s.Has(l.Code) }) || p.codes.Has(l)
	return in && !p.except.Has(l)
}

// parted is a row of people-apart.csv in use.
type parted struct {
	one, other people
	sameCode   bool
	unsaid     bool
	between    audit.Relation
}

// speaksOf tells whether the row is about lines of one code or not, and of these people, either way
// round.
func (p *parted) speaksOf(a, b people) bool {
	return a&p.one != 0 && p.isOther(b) || b&p.one != 0 && p.isOther(a)
}

func (p *parted) isOther(who people) bool {
	if p.other == 0 {
		return who&p.one == 0
	}
	return who&p.other != 0
}

// known are the two tables: the persons, and what is between them.
var known, between = mustPeople()

func mustPeople() (persons []person, rows []parted) {
	named := map[string]people{}
	for row := range MustData[personRow]("people.csv") {
		if named[row.Person] == 0 {
			named[row.Person] = 1 << len(named)
		}
		p := person{who: named[row.Person], anyCode: len(row.Sections) == 0 && row.Codes == "", codes: MustCodes(row.Codes), except: MustCodes(row.Except)}
		for _, word := range row.Mods {
			p.mods = append(p.mods, MustModifiers(word)...)
		}
		for _, name := range row.Sections {
			p.sections = append(p.sections, mustSection(name))
		}
		persons = append(persons, p)
	}
	relations := map[string]audit.Relation{"different": audit.DifferentProvider, "group": audit.SameGroup}
	for row := range MustData[apartRow]("people-apart.csv") {
		p := parted{one: MustWord(named, row.Person), between: MustWord(relations, row.Between), sameCode: MustWord(map[string]bool{"": false, "same": true}, row.Code), unsaid: MustWord(map[string]bool{"": false, "blank": true}, row.NPI)}
		if row.Other != "" {
			p.other = MustWord(named, row.Other)
		}
		rows = append(rows, p)
	}
	return persons, rows
}

// WhoSays is what the line says by its code and modifiers of who gave the service.
func WhoSays(l *audit.Line) (who people) {
	plain := l.Mods == claim.Modifiers{}
	for i := range known {
		if plain && known[i].mods != nil {
			continue
		}
		if known[i].gave(l) {
			who |= known[i].who
		}
	}
	return who
}

// Providers compares the providers of two lines: by their numbers, and whatever these are by what the
// codes and modifiers say of who gave each. Like these it is of two lines and does not carry over to a
// third. It is what two services are compared by that one provider does not bill side by side; where
// something is missing, audit.ByNumbers decides whose line would do.
func Providers(a, b *audit.Line) audit.Relation {
	r := audit.ByNumbers(a, b)
	switch {
	case r == audit.DifferentProvider || a == b:
		return r
	case audit.Doubtful(a, b):
		return audit.DifferentProvider
	}
	one, other := WhoSays(a), WhoSays(b)
	if one|other == 0 {
		return r
	}
	for i := range between {
		p := &between[i]
		if p.sameCode && a.Code != b.Code || p.unsaid && a.Rendering != "" && b.Rendering != "" {
			continue
		}
		if p.speaksOf(one, other) {
			r = max(r, p.between)
		}
	}
	return r
}

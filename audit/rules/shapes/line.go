// Package shapes holds the forms of check that rows feed: a function that completes a rule with its rows
// of a table, and the words the cells of the tables may use.
package shapes

import (
	"slices"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// lineRow is one row of the tables of single lines: what a line is like that must not be so, and what
// is said and done about it. The tables differ in what their rules are about: modifiers.csv in a
// modifier on the wrong line, settings.csv in a code in the wrong place, on the wrong claim or to the
// wrong payer, wrong-code.csv in a line that itself says that another code is meant, units.csv in units,
// without.csv in what is missing beside a line that day, beside.csv in what stands beside it. A blank cell asks for nothing. Of a rule's rows the first that a line meets
// is reported.
type lineRow struct {
	Rule string `csv:"rule"`

	// Codes and Except are codes, groups of the catalogue and sets of code-sets.csv.
	Codes  string `csv:"codes"`
	Except string `csv:"except"`
	// Units are 2, 2-4, 3- (and more), over 1, or not 16 32.
	Units string `csv:"units"`
	// Mods are modifiers, one of which the line carries, and NoMods such of which it carries none:
	// modifiers, sets of modifier-sets.csv, RT+LT for all of several, distinct*2 for two of a set.
	Mods   string `csv:"mods"`
	NoMods string `csv:"no_mods"`
	Types  string `csv:"types"`  // of claim: professional, facility, asc
	Places string `csv:"places"` // of service, two digits, or facility; behind not, all others
	States string `csv:"states"` // two letters
	Payers string `csv:"payers"` // classes of payers, and sets of them: see terms.MustPayers
	// Dx are diagnoses, each with all below it, or sets of diagnosis-sets.csv: only (all of the
	// line's are among them), any or none of them. open-side are those that leave their side open. Clauses
	// are parted by semicolons.
	Dx        string `csv:"dx"`
	Narrative string `csv:"narrative"` // one of these texts, parted by semicolons, stands in it; behind not, none of them
	From      string `csv:"from"`      // dates of service, or names of days.csv; blank for always, or since ICD-10-CM beside diagnoses
	To        string `csv:"to"`
	Day       string `csv:"day"`  // see dayTerm
	When      string `csv:"when"` // words of lineWords, all of which hold; behind not- the opposite; plan: is a payer of plans.csv

	Severity string `csv:"severity"`
	Money    string `csv:"money"`
	Part     string `csv:"part"`   // of the charge in question: over 1, half; blank for all of it
	Say      string `csv:"say"`    // with the words of sayWords in braces
	Action   string `csv:"action"` // of the fix
	Fix      string `csv:"fix"`    // its text, likewise
	// Do are the edits of the fix: remove, remove-with-add-ons, code 27096, units 1, -50, +RT.
	Do string `csv:"do"`
	// Bundled is the text of the fix, which then edits nothing, where the line as it makes it would
	// bundle with another of the day ({bundling}) or repeat it.
	Bundled string `csv:"if_bundled"`
	Source  string `csv:"source"`
}

// lineCase is a row in use.
type lineCase struct {
	codes, except terms.CodeSet
	anyCode       bool
	units         unitRange
	mods, noMods  ModifierWants
	types         uint8 // a set of claim types; 0 for all
	places        placeWant
	states        []string
	payers        audit.Payers
	named         *terms.PayerWant // and among these, where names are given
	dx            []diagnosisClause
	narrative     []string
	unsaid        bool // none of the texts is to stand in it
	from, to      claim.Date
	day           []dayTerm
	when          []lineWord
	finding       outcome
}

// SeenLine is a line as a row looks at it: with its day and, once found, the line it stands beside.
type SeenLine struct {
	C       *audit.Case
	L       *audit.Line
	day     *terms.Company
	Other   *audit.Line    // the first line that the row's day asks to be beside
	related []*audit.Line  // all of them that the finding is to name
	between audit.Relation // to the nearest of them by provider
	total   claim.Units    // of the codes that the row's day adds up
	excess  claim.Units    // by which these pass the row's number
	period  terms.Period   // of an earlier procedure, where the rule is about these
	text    string         // of the narrative that was found
	cell    *seenCell      // of a rule about what a cell reads as
	Given   []string       // values of the words in braces that only a rule of its own knows
}

// SingleLines completes a rule with its rows of a table of single lines.
func SingleLines(table string) func(*audit.Rule) {
	return func(r *audit.Rule) { byLineRows(r, mustLineRows(table, r.ID)) }
}

func mustLineRows(table, rule string) (rows []lineRow) {
	for row := range terms.MustData[lineRow](table) {
		if row.Rule == rule {
			rows = append(rows, row)
		}
	}
	if rows == nil {
		panic("rules: no rows of " + rule + " in " + table) // the table is part of the program
	}
	return rows
}

// byLineRows gives a rule the check that its rows are.
func byLineRows(r *audit.Rule, of []lineRow) {
	rows, guard := mustLineCases(of)
	if r.Needs.Groups == 0 && len(r.Needs.On.Codes) == 0 && r.Needs.On.Groups == 0 && !r.Needs.On.Any && !guard.any {
		r.Needs.On = guard.codes.Reported()
	}
	limitPayers(r, guard.payers)
	r.Needs.Signs, r.Needs.Beside = signsOfDays(rows), besideOfDays(rows)
	if guard.modified {
		r.Needs.Signs = audit.Modified
	}
	glance(r, rows)
	r.Check = walkLines(&guard, r.Rank == audit.Apart, func(s *SeenLine, report func(audit.Finding)) {
		for i := range rows {
			if rows[i].meets(s) {
				report(rows[i].finding.of(s))
				return
			}
		}
	})
}

// glance tells of which lines none of the rows can speak, whatever the day.
func glance(r *audit.Rule, rows []lineCase) {
	r.Needs.May[audit.AtService] = anyOf(rows, (*lineCase).maySpeakOf)
	if !slices.ContainsFunc(rows, func(k lineCase) bool { return k.dx == nil }) {
		r.Needs.May[audit.AtDiagnoses] = anyOf(rows, (*lineCase).holdsDiagnoses)
	}
	if !slices.ContainsFunc(rows, func(k lineCase) bool { return !slices.ContainsFunc(k.when, func(w lineWord) bool { return w.reason }) }) {
		r.Needs.May[audit.AtReason] = anyOf(rows, (*lineCase).saysReason)
	}
}

func anyOf(rows []lineCase, so func(*lineCase, *audit.Line) bool) func(*catalog.Catalog, *audit.Line) bool {
	return func(_ *catalog.Catalog, l *audit.Line) bool {
		for i := range rows {
			if so(&rows[i], l) {
				return true
			}
		}
		return false
	}
}

// limitPayers lets a rule whose row of rules.csv names no payers be for those of its rows.
func limitPayers(r *audit.Rule, of audit.Payers) {
	if r.Needs.Payers == 0 && of != audit.AllPayers {
		r.Needs.Payers = of
	}
}

// walkLines looks at the lines that a guard does not let pass, and at one with a root cause only where
// the rule stands apart.
func walkLines(guard *lineGuard, apart bool, look func(s *SeenLine, report func(audit.Finding))) terms.Check {
	var idle sync.Pool // a walk is made once for each goroutine, not for each line
	return func(c *audit.Case, report func(audit.Finding)) {
		var w *lineWalk
		for n, l := range c.Asked {
			if guard.passes(l) || l.Root && !apart || l.Context && !audit.AnyNew(c.Day(n)) {
				continue
			}
			if w == nil {
				w = walkIn(&idle)
			}
			w.to(c, n, l)
			look(&w.seen, report)
		}
		if w != nil {
			*w = lineWalk{}
			idle.Put(w)
		}
	}
}

// lineWalk is what a walk looks with.
type lineWalk struct {
	at   int // the number of the day looked at, from 1
	day  terms.Company
	seen SeenLine
}

func walkIn(idle *sync.Pool) *lineWalk {
	if w, ok := idle.Get().(*lineWalk); ok {
		return w
	}
	return &lineWalk{}
}

// to goes to a line of the n-th day.
func (w *lineWalk) to(c *audit.Case, n int, l *audit.Line) {
	if w.at != n+1 {
		w.day, w.at = terms.CompanyOn(c, n), n+1
	}
	w.seen = SeenLine{C: c, L: l, day: &w.day}
}

// lineGuard lets the lines pass at a glance that none of a rule's rows can meet.
type lineGuard struct {
	any      bool // rows are of any code
	codes    terms.CodeSet
	modified bool   // all rows ask for a modifier
	mods     uint64 // the bits of those they ask for
	types    uint8  // the claim types any of them is for
	payers   audit.Payers
}

func (g *lineGuard) passes(l *audit.Line) bool {
	switch {
	case g.modified && (l.Mods[0] == 0 || modifierBits(&l.Mods)&g.mods == 0):
		return true
	case g.types&(1<<l.Type) == 0, !g.payers.Has(l.Payer):
		return true
	}
	return !g.any && !g.codes.Has(l)
}

// add widens the guard to what meets a row too.
func (g *lineGuard) add(k *lineCase) {
	g.any = g.any || k.anyCode
	g.codes = g.codes.Or(k.codes)
	g.modified = g.modified && len(k.mods) > 0
	g.mods |= k.modifierBits()
	if g.types |= k.types; k.types == 0 {
		g.types = ^uint8(0)
	}
	g.payers |= k.payers
}

// modifierBits are the bits of the modifiers that the row asks for.
func (k *lineCase) modifierBits() (bits uint64) {
	for i := range k.mods {
		for _, m := range k.mods[i].of {
			bits |= modifierBit(m)
		}
	}
	return bits
}

// modifierBit is one of 64 bits, told by the modifier.
func modifierBit(m claim.Modifier) uint64 { return 1 << (uint64(m) * 0x9e3779b97f4a7c15 >> 58) }

func modifierBits(ms *claim.Modifiers) (bits uint64) {
	for _, m := range ms {
		if m == 0 {
			break
		}
		bits |= modifierBit(m)
	}
	return bits
}

func mustLineCases(rows []lineRow) (cases []lineCase, guard lineGuard) {
	guard.modified = true
	for i := range rows {
		k := rows[i].mustCase()
		cases = append(cases, k)
		guard.add(&k)
	}
	return cases, guard
}

func (row *lineRow) mustCase() lineCase {
	k := lineCase{
		codes: terms.MustCodes(row.Codes), except: terms.MustCodes(row.Except), anyCode: row.Codes == "",
		units: mustUnitRange(row.Units), mods: MustModifierWants(row.Mods), noMods: MustModifierWants(row.NoMods),
		places: mustPlaceWant(row.Places), states: strings.Fields(row.States), payers: terms.MustPayers(row.Payers),
		dx: mustDiagnosisClauses(row.Dx), from: terms.MustDate(row.From), to: mustLastDate(row.To),
		day: mustDayTerms(row.Day), when: mustLineWords(row.When), finding: row.mustOutcome(),
	}
	for _, word := range strings.Fields(row.Types) {
		k.types |= 1 << terms.MustWord(claimTypes, word)
	}
	texts, unsaid := strings.CutPrefix(row.Narrative, "not ")
	k.unsaid = unsaid
	for text := range strings.SplitSeq(texts, ";") {
		if text = strings.ToLower(strings.TrimSpace(text)); text != "" {
			k.narrative = append(k.narrative, text)
		}
	}
	if k.dx != nil || slices.ContainsFunc(k.day, func(t dayTerm) bool { return t.dx != nil }) {
		k.from = max(k.from, terms.Icd10)
	}
	return k
}

// meets tells whether the line is as the row says: what is quick to see is asked first.
func (k *lineCase) meets(s *SeenLine) bool {
	l := s.L
	switch {
	case !k.anyCode && !k.codes.Has(l), l.From < k.from, l.From > k.to, !k.units.holds(l.Units):
		return false
	case k.types != 0 && k.types&(1<<l.Type) == 0, !k.payers.Has(l.Payer), !k.named.Has(l):
		return false
	case !k.mods.Met(&l.Mods), len(k.noMods) > 0 && k.noMods.Met(&l.Mods), k.except.Has(l):
		return false
	case !k.places.has(l.POS), !terms.Among(k.states, l.State):
		return false
	}
	return k.holdsDiagnoses(l) && k.meetsRest(s)
}

// maySpeakOf tells whether the row may speak of lines with the line's cells of audit.AtService.
func (k *lineCase) maySpeakOf(l *audit.Line) bool {
	return (k.anyCode || k.codes.Ever(l)) && (k.types == 0 || k.types&(1<<l.Type) != 0) && k.payers.Has(l.Payer) &&
		k.mods.Met(&l.Mods) && (len(k.noMods) == 0 || !k.noMods.Met(&l.Mods)) &&
		k.places.has(l.POS) && terms.Among(k.states, l.State) && k.saysService(l)
}

// saysReason tells whether those of the row's words hold that ask no more than the cells of audit.AtReason.
func (k *lineCase) saysReason(l *audit.Line) bool {
	for i := range k.when {
		if word := &k.when[i]; word.reason && word.holds(&SeenLine{L: l}) == word.not {
			return false
		}
	}
	return true
}

// saysService tells whether those of the row's words hold that ask no more than the same cells.
func (k *lineCase) saysService(l *audit.Line) bool {
	for i := range k.when {
		if word := &k.when[i]; word.service && word.holds(&SeenLine{L: l}) == word.not {
			return false
		}
	}
	return true
}

func (k *lineCase) holdsDiagnoses(l *audit.Line) bool {
	for i := range k.dx {
		if !k.dx[i].holds(l) {
			return false
		}
	}
	return true
}

func (k *lineCase) meetsRest(s *SeenLine) bool {
	if k.narrative != nil && s.finds(k.narrative) == k.unsaid {
		return false
	}
	for i := range k.when {
		if k.when[i].holds(s) == k.when[i].not {
			return false
		}
	}
	s.Other, s.related, s.between = nil, nil, audit.DifferentProvider
	for i := range k.day {
		if !k.day[i].holds(s) {
			return false
		}
	}
	return true
}

// finds looks for the first of the texts, which are in small letters, in the line's narrative.
func (s *SeenLine) finds(texts []string) bool {
	narrative := strings.ToLower(s.L.Narrative)
	for _, text := range texts {
		if strings.Contains(narrative, text) {
			s.text = text
			return true
		}
	}
	return false
}

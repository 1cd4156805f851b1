package catalog

import (
	"cmp"
	"iter"
	"slices"

	"claimaudit/audit/claim"
)

// Catalog holds all knowledge. It is safe for any number of readers.
type Catalog struct {
	entries      map[claim.Code]*Entry
	all          []*Entry                  // in order of code
	lastDays     map[claim.Code]claim.Date // of deleted codes outside the catalogue
	pairs        scoped[*PairTable]
	limits       scoped[map[claim.Code]Limit]
	addOns       scoped[map[claim.Code][]AddOn]
	fees         map[claim.Code][]Fee // in order of year and quarter
	feeQuarters  []Quarter            // of the complete fee schedules loaded
	lists        []*Official          // HCPCS lists, the oldest first
	replacements map[claim.Code][]Replacement
	drugs        map[claim.Code]Drug
	diagnoses    map[claim.Diagnosis]Diagnosis
	// diagnosisYears are the complete lists of diagnosis codes by fiscal year, and whether each code
	// may be billed.
	diagnosisYears map[int]map[claim.Diagnosis]bool
	diagnosisLists diagnosisLists // the program's own, of some years
	modifiers      map[claim.Modifier]Modifier
	studies        []studyCount
	spans          []spanMeaning
	tables         []Table
	newestFee      claim.Date // the last day of the newest year of the fee schedule
	loaded         bool       // official tables are laid over the embedded ones
}

// studyCount says which code reports from..to nerve conduction studies on a day.
type studyCount struct {
	from, to int
	code     claim.Code
}

// Lookup is the entry of a listed code, or nil: a code we do not list is not thereby wrong.
func (c *Catalog) Lookup(code claim.Code) *Entry { return c.entries[code] }

// All are the listed codes in order.
func (c *Catalog) All() []*Entry { return c.all }

// LastValid is the last date of service of a code that has been deleted, listed or not; false for
// a code in force, a placeholder, and a code of which nothing is known.
func (c *Catalog) LastValid(code claim.Code) (claim.Date, bool) {
	if e := c.entries[code]; e != nil {
		return e.To, e.To != claim.EndOfTime
	}
	if l, ok := c.inList(code); ok {
		return l.To, l.To != claim.EndOfTime
	}
	last, ok := c.lastDays[code]
	return last, ok
}

// FirstValid is the first date of service of a code, listed or not; zero when that is not known. Of a
// code given anew it is that of its first use, as far as a list in use tells.
func (c *Catalog) FirstValid(code claim.Code) claim.Date {
	if e := c.entries[code]; e != nil {
		return e.From
	}
	first, known := claim.EndOfTime, false
	for _, o := range c.lists {
		if l, ok := o.Codes[code]; ok {
			first, known = min(first, l.From), true
		}
	}
	if !known {
		return 0
	}
	return first
}

// Edits are all episodes of the pair in that direction that the scope's tables hold, oldest first;
// of one episode that several tables hold that of the newest.
func (c *Catalog) Edits(s Scope, column1, column2 claim.Code) []Edit {
	held := c.pairs.of[s]
	var edits []Edit
	take := func(e *edition[*PairTable]) {
		for _, part := range e.parts {
			edits = append(edits, part.Edits(column1, column2)...)
		}
	}
	for _, l := range slices.Backward(held.loaded) {
		take(l)
	}
	for _, own := range slices.Backward(held.own) {
		take(own)
	}
	return distinct(edits)
}

// distinct drops episodes that one before tells of as well, and puts the others in order.
func distinct(edits []Edit) []Edit {
	var kept []Edit
	for _, e := range edits {
		if !slices.ContainsFunc(kept, func(k Edit) bool { return k.tells(e) }) {
			kept = append(kept, e)
		}
	}
	slices.SortStableFunc(kept, func(a, b Edit) int { return cmp.Or(cmp.Compare(a.To, b.To), cmp.Compare(a.From, b.From)) })
	return kept
}

// tells tells whether the episode says all that another does, which is older knowledge of it: it
// may not have known when it began, nor that it would end.
func (e Edit) tells(old Edit) bool {
	return e.Indicator == old.Indicator && (e.From == old.From || old.From == 0) && (e.To == old.To || old.To == claim.EndOfTime)
}

// Edit is the edit in force between the two codes on that day, in that direction, in the tables of
// the scope: that of the day's quarter, else a later one, which keeps what has ended, else the
// newest. None before both codes existed. Where episodes of both indicators cover the day the
// stricter one is taken, and said to be.
func (c *Catalog) Edit(s Scope, column1, column2 claim.Code, d claim.Date) (Edit, bool) {
	held := c.pairs.of[s]
	if held.loaded == nil && len(held.own) == 1 {
		t := held.own[0].parts[0]
		if first, end, _ := t.span(column1, column2); first < end {
			return c.inForce(t, first, end, d)
		}
		return Edit{}, false
	}
	known := false
	for _, one := range held.history(d) {
		if one == nil || known && one.last < d {
			continue
		}
		e, knows, ok := c.ask(one, column1, column2, d)
		if ok || knows && (e.Table != nil || one.during(d)) {
			return e, ok
		}
		known = known || knows
	}
	return Edit{}, false
}

// ask asks the tables of one quarter. When no edit is in force but the pair has had one, the Edit
// names its table; knows tells whether the quarter would have an edit of the two codes.
func (c *Catalog) ask(one *edition[*PairTable], column1, column2 claim.Code, d claim.Date) (e Edit, knows, ok bool) {
	knows = one.complete
	for _, t := range one.parts {
		first, end, both := t.span(column1, column2)
		knows = knows || both
		if first == end {
			continue
		}
		found, is := c.inForce(t, first, end, d)
		switch {
		case is && ok:
			e = stricter(e, found)
		case is:
			e, knows, ok = found, true, true
		case !ok:
			e.Table = t
		}
	}
	return e, knows, ok
}

// stricter is the edit to judge by of two that files of one quarter have.
func stricter(a, b Edit) Edit {
	conflict := a.Indicator != b.Indicator || a.Conflict || b.Conflict
	if b.Indicator == Never && a.Indicator != Never {
		a = b
	}
	a.Conflict = conflict
	return a
}

// inForce is the edit of a span of episodes that is in force on the day.
func (c *Catalog) inForce(t *PairTable, first, end int, d claim.Date) (Edit, bool) {
	i, conflict := t.on(first, end, d)
	if i < 0 {
		return Edit{}, false
	}
	e := t.At(i)
	e.Conflict = conflict
	return e, e.Dated() || d >= c.born(e.Column1) && d >= c.born(e.Column2)
}

// CountEdits is of how many pairs with the code as column 1, and as column 2, an edit is in force on that
// day, in the table of the scope that judges the day.
func (c *Catalog) CountEdits(s Scope, code claim.Code, d claim.Date) (first, second int) {
	for _, one := range c.pairs.of[s].history(d) {
		if one == nil || !hasCode(one, code, d) {
			continue
		}
		for _, t := range one.parts {
			with1, with2 := c.countEdits(t, code, d)
			first, second = first+with1, second+with2
		}
		break
	}
	return first, second
}

func (c *Catalog) countEdits(t *PairTable, code claim.Code, d claim.Date) (first, second int) {
	for i := 0; i < t.Len(); {
		from := i
		for i++; i < t.Len() && t.key(i) == t.key(from); {
			i++
		}
		e := t.At(from)
		if e.Column1 != code && e.Column2 != code {
			continue
		}
		if _, is := c.inForce(t, from, i, d); is && e.Column1 == code {
			first++
		} else if is {
			second++
		}
	}
	return first, second
}

// born is the first day of a listed code, before which no edit of it can be.
func (c *Catalog) born(code claim.Code) claim.Date {
	if e := c.entries[code]; e != nil {
		return e.From
	}
	return 0
}

// Episodes are all edits between the two codes in both directions, those with a as column 1 first.
func (c *Catalog) Episodes(s Scope, a, b claim.Code) []Edit {
	return slices.Concat(c.Edits(s, a, b), c.Edits(s, b, a))
}

// Covered are the CMS tables that speak of the code on that day; its entry, when it is listed, is given
// because it has the answer at hand.
func (c *Catalog) Covered(s Scope, code claim.Code, entry *Entry, d claim.Date) (covered Covered) {
	if entry != nil && !c.loaded {
		covered = entry.covered
	} else {
		covered = c.coverage(s, code, d)
	}
	if _, one := c.limitOn(s, code, d); one != nil {
		covered |= InLimits
	}
	return covered
}

// coverage is Covered but for the limits, which depend on the day and on who bills.
func (c *Catalog) coverage(s Scope, code claim.Code, d claim.Date) (covered Covered) {
	for _, one := range c.pairs.of[s].history(d) {
		if one != nil && hasCode(one, code, d) {
			covered |= InPairs
		}
	}
	if len(c.fees[code]) > 0 {
		covered |= InFees
	}
	return covered
}

// pairsOrLimitsOf tells whether the scope's pair tables cover the code on that day or its limits have it.
func (c *Catalog) pairsOrLimitsOf(s Scope, code claim.Code, d claim.Date) bool {
	return c.coverage(s, code, d)&InPairs != 0 || c.hasLimit(s, code)
}

// Known tells whether the catalogue or any table in use has the code, on whatever day: it is then no slip
// of another.
func (c *Catalog) Known(code claim.Code) bool {
	if c.entries[code] != nil || c.FirstValid(code) != 0 || len(c.fees[code]) > 0 {
		return true
	}
	if _, ended := c.LastValid(code); ended {
		return true
	}
	for s := range NumScopes {
		if c.hasLimit(s, code) || c.hasPair(s, code) || c.hasAddOn(s, code) {
			return true
		}
	}
	return false
}

func (c *Catalog) hasPair(s Scope, code claim.Code) bool {
	return c.pairs.of[s].any(func(t *PairTable) bool { return t.Has(code) })
}

func (c *Catalog) hasAddOn(s Scope, code claim.Code) bool {
	return c.addOns.of[s].any(func(rows map[claim.Code][]AddOn) bool { return rows[code] != nil })
}

// Paired tells whether a table in use has an edit of the two codes in that direction, of whatever day and scope.
func (c *Catalog) Paired(column1, column2 claim.Code) bool {
	for s := range NumScopes {
		if c.pairs.of[s].any(func(t *PairTable) bool { return t.paired(column1, column2) }) {
			return true
		}
	}
	return false
}

// hasLimit tells whether any of the scope's tables publishes a limit of the code.
func (c *Catalog) hasLimit(s Scope, code claim.Code) bool {
	return c.limits.of[s].any(func(limits map[claim.Code]Limit) bool { l, has := limits[code]; return has && !l.None() })
}

// LeastLimit is the lowest unit limit of the code in any table in use, but for limits of 0; false where no table
// has one.
func (c *Catalog) LeastLimit(code claim.Code) (least claim.Units, any bool) {
	for s := range NumScopes {
		c.limits.of[s].any(func(limits map[claim.Code]Limit) bool {
			if l := limits[code]; !l.None() && l.Units > 0 && (!any || l.Units < least) {
				least, any = l.Units, true
			}
			return false // on to the next
		})
	}
	return least, any
}

// hasCode tells whether the quarter's pair tables would have the code's edits.
func hasCode(e *edition[*PairTable], code claim.Code, d claim.Date) bool {
	return e.complete && e.during(d) && code.Shaped() ||
		slices.ContainsFunc(e.parts, func(t *PairTable) bool { return t.Has(code) })
}

// Limit is the unit limit of a code on that day in the tables of the scope: of the day's quarter,
// else of the nearest that speaks of the code. False means that there is none; Covered tells whether a
// table says so or none does.
func (c *Catalog) Limit(s Scope, code claim.Code, d claim.Date) (Limit, bool) {
	l, one := c.limitOn(s, code, d)
	return l, one != nil && !l.None()
}

// HasLimits tells whether any unit limits in use are for the claims of a scope.
func (c *Catalog) HasLimits(s Scope) bool { return c.limits.newest[s] != 0 }

// limitOn is what the nearest table that speaks of the code says of it, and that table; nil for none.
// That a complete table does not have a code is an answer; of a day long before it a table tells nothing.
func (c *Catalog) limitOn(s Scope, code claim.Code, d claim.Date) (Limit, *edition[map[claim.Code]Limit]) {
	for _, one := range c.limits.of[s].near(d) {
		l, has := limitIn(one, code)
		switch {
		case has && !l.reaches(one.quarter, d):
			return Limit{}, nil
		case has:
			return l, one
		case one.complete && l.reaches(one.quarter, d) && c.livedIn(code, one.first, one.last, d):
			return Limit{}, one
		}
	}
	return Limit{}, nil
}

// limitIn is what the files of one quarter say of a code.
func limitIn(e *edition[map[claim.Code]Limit], code claim.Code) (l Limit, has bool) {
	for _, part := range e.parts {
		if l, has = part[code]; has {
			break
		}
	}
	return l, has
}

// livedIn tells whether a table of those days would have had the code: the day is one of them, or the
// code was in force then, as far as is known.
func (c *Catalog) livedIn(code claim.Code, first, last, d claim.Date) bool {
	switch {
	case !code.Shaped():
		return false
	case first <= d && d <= last:
		return true
	}
	end, ended := c.LastValid(code)
	return c.FirstValid(code) <= last && (!ended || end >= first)
}

// LimitBeside is the limit of the table next to the day on its other side, where the day lies between
// the quarters of two tables that speak of the code: when it was changed between them is not known.
func (c *Catalog) LimitBeside(s Scope, code claim.Code, d claim.Date) (Limit, bool) {
	_, by := c.limitOn(s, code, d)
	if by == nil || by.during(d) {
		return Limit{}, false
	}
	for _, one := range c.limits.of[s].near(d) {
		if l, has := limitIn(one, code); has && !l.None() && (one.first > d) != (by.first > d) {
			return l, true
		}
	}
	return Limit{}, false
}

// AddOn is the add-on relation of a code on that day; false when it is none then.
func (c *Catalog) AddOn(s Scope, code claim.Code, d claim.Date) (AddOn, bool) {
	held := c.addOns.of[s]
	for _, one := range held.history(d) {
		if one == nil {
			continue
		}
		for _, part := range one.parts {
			if rows, ok := part[code]; ok {
				return during(rows, d)
			}
		}
		if one.complete && one.during(d) {
			break
		}
	}
	return AddOn{}, false
}

// EverAddOn tells whether any add-on table has the code as an add-on, for whatever days.
func (c *Catalog) EverAddOn(code claim.Code) bool {
	has := func(e *edition[map[claim.Code][]AddOn]) bool {
		return e != nil && slices.ContainsFunc(e.parts, func(part map[claim.Code][]AddOn) bool { return len(part[code]) > 0 })
	}
	for _, held := range c.addOns.of {
		if slices.ContainsFunc(held.own, has) || slices.ContainsFunc(held.loaded, has) {
			return true
		}
	}
	return false
}

func during(rows []AddOn, d claim.Date) (AddOn, bool) {
	for _, a := range rows {
		if a.From <= d && d <= a.To {
			return a, true
		}
	}
	return AddOn{}, false
}

// AddOnsOf are the listed add-ons that may be billed beside the primary on that day, in order of
// code.
func (c *Catalog) AddOnsOf(s Scope, primary claim.Code, d claim.Date) []AddOn {
	var found []AddOn
	for _, e := range c.all {
		if a, ok := c.AddOn(s, e.Code, d); ok && slices.Contains(a.Primaries, primary) {
			found = append(found, a)
		}
	}
	return found
}

// Fees are the fee schedule's rows of the code, by year.
func (c *Catalog) Fees(code claim.Code) []Fee { return c.fees[code] }

// Fee is the fee schedule's row of the code for the date of service: of its year, and of the last
// release of that year that had begun; else of the nearest year held. False when no year lists it.
func (c *Catalog) Fee(code claim.Code, d claim.Date) (Fee, bool) {
	fees := c.fees[code]
	if len(fees) == 0 {
		return Fee{}, false
	}
	year, best := d.Year(), fees[0]
	for _, f := range fees[1:] {
		near, nearer := abs(best.Year-year), abs(f.Year-year)
		if nearer < near || nearer == near && f.Year == best.Year && f.Since <= d {
			best = f
		}
	}
	return best, true
}

func abs(n int) int { return max(n, -n) }

// Replacements are the rows for a code that is not valid, in order of preference.
func (c *Catalog) Replacements(code claim.Code) []Replacement { return c.replacements[code] }

// Drug is what one unit of a drug code is.
func (c *Catalog) Drug(code claim.Code) (Drug, bool) {
	d, ok := c.drugs[code]
	return d, ok
}

// Diagnosis is the note on a diagnosis code, exactly as given.
func (c *Catalog) Diagnosis(code claim.Diagnosis) (Diagnosis, bool) {
	d, ok := c.diagnoses[code]
	return d, ok
}

// DiagnosisOn is the note on a diagnosis code for a date of service: Diagnosis, but where the code
// cannot be billed that day Instead names only codes that can. False means that nothing is known
// of the code, which is not thereby wrong.
func (c *Catalog) DiagnosisOn(code claim.Diagnosis, d claim.Date) (Diagnosis, bool) {
	note, ok := c.diagnoses[code]
	if ok && note.On(d) != DiagnosisValid {
		note.Instead = slices.Collect(c.billableOn(note.Instead, d))
	}
	return note, ok
}

func (c *Catalog) billableOn(codes []claim.Diagnosis, d claim.Date) iter.Seq[claim.Diagnosis] {
	return func(yield func(claim.Diagnosis) bool) {
		for _, code := range codes {
			if c.diagnoses[code].On(d) == DiagnosisValid && !yield(code) {
				return
			}
		}
	}
}

// Modifier is the listed modifier, exactly as given.
func (c *Catalog) Modifier(m claim.Modifier) (Modifier, bool) {
	listed, ok := c.modifiers[m]
	return listed, ok
}

// Studies is the one nerve conduction code for that many studies on a day; zero for none.
func (c *Catalog) Studies(n int) claim.Code {
	for _, s := range c.studies {
		if s.from <= n && n <= s.to {
			return s.code
		}
	}
	return 0
}

// StudyRange is the fewest and the most nerve conduction studies a code stands for; false when it
// stands for none.
func (c *Catalog) StudyRange(code claim.Code) (from, to int, ok bool) {
	for _, s := range c.studies {
		if s.code == code {
			return s.from, s.to, true
		}
	}
	return 0, 0, false
}

// Tables are the tables in use, in a fixed order.
func (c *Catalog) Tables() []Table { return c.tables }

// Vintage is the quarter of the newest pair table in use: how new the knowledge is.
func (c *Catalog) Vintage() string { return c.pairs.of[MedicarePractitioner].newest().String() }

// Newest is the last day the newest table of that kind speaks of for a scope, and whose table it
// is: later dates of service are judged by it because there is none nearer. Zero for a kind that is
// not held.
func (c *Catalog) Newest(k Kind, s Scope) (claim.Date, Scope) {
	switch k {
	case PairEdits:
		return c.pairs.newest[s], c.pairs.whose[s]
	case UnitLimits:
		return c.limits.newest[s], c.limits.whose[s]
	case AddOnCodes:
		return c.addOns.newest[s], c.addOns.whose[s]
	case FeeSchedule:
		return c.newestFee, MedicarePractitioner
	}
	return 0, s
}

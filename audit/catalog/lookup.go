package catalog

import (
	"iter"
	"slices"

	"claimaudit/audit/claim"
)

// Catalog holds all knowledge. It is safe for any number of readers.
type Catalog struct {
	entries      map[claim.Code]*Entry
	all          []*Entry                  // in order of code
	lastDays     map[claim.Code]claim.Date // of deleted codes outside the catalogue
	pairs        pairs
	limits       map[claim.Code]Limit
	addOns       map[claim.Code][]AddOn
	fees         map[claim.Code][]Fee
	replacements map[claim.Code][]Replacement
	drugs        map[claim.Code]Drug
	diagnoses    map[claim.Diagnosis]Diagnosis
	modifiers    map[claim.Modifier]Modifier
	studies      []studyCount
	tables       []Table
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
	last, ok := c.lastDays[code]
	return last, ok
}

// Edits are all episodes of the pair in that direction, oldest first.
func (c *Catalog) Edits(column1, column2 claim.Code) []Edit {
	first, end := c.pairs.span(column1, column2)
	return c.pairs.episodes[first:end:end]
}

// Edit is the edit in force between the two codes on that day, in that direction; none before both
// codes existed. Where episodes of both indicators cover the day the stricter one is taken.
func (c *Catalog) Edit(column1, column2 claim.Code, d claim.Date) (Edit, bool) {
	first, end := c.pairs.span(column1, column2)
	found := -1
	for i := first; i < end; i++ {
		e := &c.pairs.episodes[i]
		if e.InForce(d) && c.pairs.since[i] <= d && (found < 0 || e.Indicator == Never) {
			found = i
		}
	}
	if found < 0 {
		return Edit{}, false
	}
	return c.pairs.episodes[found], true
}

// Episodes are all edits between the two codes in both directions, those with a as column 1 first.
func (c *Catalog) Episodes(a, b claim.Code) []Edit {
	return slices.Concat(c.Edits(a, b), c.Edits(b, a))
}

// Covered are the CMS tables that know the code; its entry, when it is listed, is given because
// it has the answer at hand.
func (c *Catalog) Covered(code claim.Code, entry *Entry) Covered {
	if entry != nil {
		return entry.covered
	}
	return c.coverage(code)
}

func (c *Catalog) coverage(code claim.Code) (covered Covered) {
	if c.pairs.codes[code] {
		covered |= InPairs
	}
	if _, ok := c.limits[code]; ok {
		covered |= InLimits
	}
	if len(c.fees[code]) > 0 {
		covered |= InFees
	}
	return covered
}

// Limit is the unit limit of a code. False means that none is published or none is loaded: the
// code was not checked, not that it has no limit.
func (c *Catalog) Limit(code claim.Code) (Limit, bool) {
	l, ok := c.limits[code]
	return l, ok
}

// AddOn is the add-on relation of a code on that day; false when it is none then.
func (c *Catalog) AddOn(code claim.Code, d claim.Date) (AddOn, bool) {
	for _, a := range c.addOns[code] {
		if a.From <= d && d <= a.To {
			return a, true
		}
	}
	return AddOn{}, false
}

// AddOnsOf are the add-ons that may be billed beside the primary on that day, in order of code.
func (c *Catalog) AddOnsOf(primary claim.Code, d claim.Date) []AddOn {
	var found []AddOn
	for _, e := range c.all {
		if a, ok := c.AddOn(e.Code, d); ok && slices.Contains(a.Primaries, primary) {
			found = append(found, a)
		}
	}
	return found
}

// Fees are the fee schedule's rows of the code, by year.
func (c *Catalog) Fees(code claim.Code) []Fee { return c.fees[code] }

// Fee is the fee schedule's row of the code for the year of the date of service, or of the
// nearest year held; false when no year lists it.
func (c *Catalog) Fee(code claim.Code, d claim.Date) (Fee, bool) {
	fees := c.fees[code]
	if len(fees) == 0 {
		return Fee{}, false
	}
	year, best := d.Year(), fees[0]
	for _, f := range fees[1:] {
		if abs(f.Year-year) < abs(best.Year-year) {
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

// Vintage is the quarter of the pair table in use: how new the knowledge is.
func (c *Catalog) Vintage() string {
	if len(c.tables) == 0 {
		return ""
	}
	return c.tables[0].Effective
}

package catalog

import "claimaudit/audit/claim"

// Catalog holds all knowledge. It is safe for any number of readers.
type Catalog struct {
	entries      map[claim.Code]*Entry
	edits        map[[2]claim.Code][]Edit
	limits       map[claim.Code]Limit
	addOns       map[claim.Code][]AddOn
	fees         map[claim.Code][]Fee
	replacements map[claim.Code][]Replacement
	drugs        map[claim.Code]Drug
	diagnoses    map[claim.Diagnosis]Diagnosis
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

// Edits are all episodes of the pair in that direction, oldest first.
func (c *Catalog) Edits(column1, column2 claim.Code) []Edit {
	return c.edits[[2]claim.Code{column1, column2}]
}

// Edit is the edit in force between the two codes on that day, in that direction. Where episodes
// of both indicators cover the day the stricter one is taken.
func (c *Catalog) Edit(column1, column2 claim.Code, d claim.Date) (Edit, bool) {
	var found Edit
	for _, e := range c.Edits(column1, column2) {
		if e.InForce(d) && (found.Indicator == 0 || e.Indicator == Never) {
			found = e
		}
	}
	return found, found.Indicator != 0
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

// Studies is the one nerve conduction code for that many studies on a day; zero for none.
func (c *Catalog) Studies(n int) claim.Code {
	for _, s := range c.studies {
		if s.from <= n && n <= s.to {
			return s.code
		}
	}
	return 0
}

// Tables are the tables in use, in a fixed order.
func (c *Catalog) Tables() []Table { return c.tables }

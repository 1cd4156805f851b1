package catalog

import (
	"cmp"
	"maps"
	"slices"

	"claimaudit/audit/claim"
)

// Kind is what a CMS table says.
type Kind uint8

// The kinds of tables.
const (
	PairEdits   Kind = iota + 1 // procedure-to-procedure edits (PTP)
	UnitLimits                  // medically unlikely edits (MUE)
	AddOnCodes                  // add-on codes and their primaries (AOC)
	FeeSchedule                 // the physician fee schedule's indicators (PPRRVU)
	CodeList                    // HCPCS level II codes and their dates (ANWEB)
	DiagnosisList
	numKinds
)

var kindNames = [numKinds]string{
	"", "pair edits", "unit limits", "add-on codes", "fee schedule", "HCPCS level II codes", "ICD-10-CM codes",
}

func (k Kind) String() string { return kindNames[k] }

// Official is one official table file, to lay over the embedded tables: which table of which quarter
// it is, and the values of its kind.
type Official struct {
	Kind    Kind
	Scope   Scope // of pair edits, unit limits and add-on codes
	Quarter Quarter
	// Complete says that the file is the whole list and not an excerpt: what it does not list is not.
	Complete bool
	Table    Table // for the report

	Pairs     *PairTable
	Limits    map[claim.Code]Limit
	AddOns    map[claim.Code][]AddOn
	Fees      map[claim.Code]Fee
	Codes     map[claim.Code]Listed
	Diagnoses map[claim.Diagnosis]bool // whether it is billable
}

// Listed is a code in a list of codes, and when it may be billed.
type Listed struct {
	From, To  claim.Date
	Successor claim.Code // the list's cross-reference; zero when it gives none
}

// Name is the table as reports name it.
func (o Official) Name() string {
	switch o.Kind {
	case PairEdits, UnitLimits, AddOnCodes:
		return o.Kind.String() + ", " + o.Scope.String()
	case FeeSchedule:
		return o.Kind.String() + " indicators, Medicare"
	}
	return o.Kind.String()
}

// Says tells whether two files of a table hold the same values, in whatever rows.
func (o *Official) Says(p *Official) bool {
	return o.Pairs.says(p.Pairs) && maps.Equal(o.Limits, p.Limits) && maps.Equal(o.Fees, p.Fees) && maps.Equal(o.Codes, p.Codes) &&
		maps.Equal(o.Diagnoses, p.Diagnoses) && maps.EqualFunc(o.AddOns, p.AddOns, func(a, b []AddOn) bool {
		return slices.EqualFunc(a, b, AddOn.says)
	})
}

// says tells whether both are the same relation.
func (a AddOn) says(b AddOn) bool {
	return a.Code == b.Code && a.Type == b.Type && a.From == b.From && a.To == b.To && slices.Equal(a.Primaries, b.Primaries)
}

// An edition is a table of one quarter; a pair table comes in several files.
type edition[T any] struct {
	quarter     Quarter
	first, last claim.Date // of the quarter
	complete    bool
	parts       []T
}

func newEdition[T any](q Quarter, complete bool, part T) *edition[T] {
	return &edition[T]{q, q.First(), q.Last(), complete, []T{part}}
}

func (e *edition[T]) during(d claim.Date) bool { return e.first <= d && d <= e.last }

// editions are the tables of one kind that judge one scope's lines.
type editions[T any] struct {
	// own are the program's own, the oldest first. One that is not complete knows the codes of this
	// catalogue alone, and not when an edit began.
	own    []*edition[T]
	loaded []*edition[T] // the oldest first

	orders [][]*edition[T] // see near: of each quarter from first on
	first  Quarter
}

// newest is the last quarter held; zero for none.
func (e *editions[T]) newest() (q Quarter) {
	for _, list := range [...][]*edition[T]{e.own, e.loaded} {
		if n := len(list); n > 0 {
			q = max(q, list[n-1].quarter)
		}
	}
	return q
}

// any tells whether any file of any quarter is so.
func (e *editions[T]) any(is func(T) bool) bool {
	for _, list := range [...][]*edition[T]{e.own, e.loaded} {
		for _, one := range list {
			if slices.ContainsFunc(one.parts, is) {
				return true
			}
		}
	}
	return false
}

// isOwn tells whether the table is the program's own.
func (e *editions[T]) isOwn(one *edition[T]) bool { return slices.Contains(e.own, one) }

// history is the order in which to ask, about a day, tables that keep what has ended: the loaded
// one of the day's quarter or the first after it, the program's own, and the last loaded before
// the day, which comes before an own that is no newer. A nil is none.
func (e *editions[T]) history(d claim.Date) (order [3]*edition[T]) {
	if len(e.own) > 0 {
		order[1] = e.own[0]
	}
	for _, l := range e.loaded {
		if l.last >= d {
			order[0] = l
			break
		}
		order[2] = l
	}
	if order[1] != nil && order[2] != nil && order[1].quarter <= order[2].quarter {
		order[1], order[2] = order[2], order[1]
	}
	return order
}

// near are the tables in the order in which to ask those that keep no history: the nearest to the day
// first; of two as near the later, and of one quarter those loaded.
func (e *editions[T]) near(d claim.Date) []*edition[T] {
	if len(e.orders) == 0 {
		return nil
	}
	return e.orders[min(max(QuarterOf(d)-e.first, 0), Quarter(len(e.orders)-1))]
}

// arrange works out near for every quarter between the first and the last held.
func (e *editions[T]) arrange() {
	all := slices.Concat(e.loaded, e.own)
	if len(all) == 0 {
		return
	}
	e.first = slices.MinFunc(all, func(a, b *edition[T]) int { return cmp.Compare(a.quarter, b.quarter) }).quarter
	e.orders = make([][]*edition[T], e.newest()-e.first+1)
	for i := range e.orders {
		day := e.first + Quarter(i)
		e.orders[i] = slices.SortedStableFunc(slices.Values(all), func(a, b *edition[T]) int {
			return cmp.Or(cmp.Compare(distance(a.quarter, day), distance(b.quarter, day)), cmp.Compare(b.quarter, a.quarter))
		})
	}
}

// startAt is the place of the first table of the quarter or after it.
func startAt[T any](list []*edition[T], q Quarter) int {
	at, _ := slices.BinarySearchFunc(list, q, func(e *edition[T], q Quarter) int { return cmp.Compare(e.quarter, q) })
	return at
}

func distance(a, b Quarter) Quarter { return max(a-b, b-a) }

// scoped is the tables of one kind by the scope whose lines they judge.
type scoped[T any] struct {
	kind Kind
	held [NumScopes]*editions[T] // nil for a scope without tables
	// Of every scope the tables that judge its lines, whose they are, and the last day of the newest.
	of     [NumScopes]*editions[T]
	whose  [NumScopes]Scope
	newest [NumScopes]claim.Date
}

// put sets the tables of a scope.
func (s *scoped[T]) put(scope Scope, e *editions[T]) {
	e.arrange()
	s.held[scope] = e
	for i := range NumScopes {
		s.of[i], s.newest[i] = &editions[T]{}, 0
		for _, other := range i.instead(s.kind) {
			if s.held[other] != nil {
				s.of[i], s.whose[i] = s.held[other], other
				s.newest[i] = s.of[i].newest().Last()
				break
			}
		}
	}
}

// with is the same with one more table.
func (s scoped[T]) with(o *Official, part T) scoped[T] {
	e := &editions[T]{}
	if old := s.held[o.Scope]; old != nil {
		e.own, e.loaded = old.own, slices.Clone(old.loaded)
	}
	at := startAt(e.loaded, o.Quarter)
	if at < len(e.loaded) && e.loaded[at].quarter == o.Quarter {
		more := *e.loaded[at]
		more.parts, more.complete = append(slices.Clip(more.parts), part), more.complete || o.Complete
		e.loaded[at] = &more
	} else {
		e.loaded = slices.Insert(e.loaded, at, newEdition(o.Quarter, o.Complete, part))
	}
	s.put(o.Scope, e)
	return s
}

// With is the catalogue with official tables laid over the embedded ones: each stands for the
// embedded table of its program and quarter, and others stay for the days the new ones do not
// speak of. The catalogue itself does not change.
func (c *Catalog) With(official ...*Official) *Catalog {
	n := *c
	n.fees, n.diagnosisYears = maps.Clone(c.fees), maps.Clone(c.diagnosisYears)
	for _, o := range official {
		n.tables = append(slices.Clip(n.tables), o.Table)
		n.loaded = true
		switch o.Kind {
		case PairEdits:
			n.pairs = n.pairs.with(o, o.Pairs)
		case UnitLimits:
			n.limits = n.limits.with(o, o.Limits)
		case AddOnCodes:
			n.addOns = n.addOns.with(o, o.AddOns)
		case FeeSchedule:
			n.addFees(o)
		case CodeList:
			n.lists = append(slices.Clip(n.lists), o)
			slices.SortStableFunc(n.lists, func(a, b *Official) int { return cmp.Compare(a.Quarter, b.Quarter) })
		case DiagnosisList:
			n.addDiagnoses(o)
		}
	}
	if n.loaded {
		n.renew()
	}
	return &n
}

// addFees lays a release of the fee schedule over the embedded year.
func (c *Catalog) addFees(o *Official) {
	if o.Complete {
		c.feeQuarters = append(slices.Clip(c.feeQuarters), o.Quarter)
	}
	c.newestFee = max(c.newestFee, endOfYear(o.Quarter.Year()))
	for code, fee := range o.Fees {
		fees := slices.DeleteFunc(slices.Clone(c.fees[code]), func(f Fee) bool {
			return f.Year == fee.Year && (f.Since == 0 || f.Since == fee.Since)
		})
		fees = append(fees, fee)
		slices.SortFunc(fees, func(a, b Fee) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Since, b.Since)) })
		c.fees[code] = fees
	}
}

func endOfYear(year int) claim.Date {
	d, _ := claim.NewDate(year, 12, 31)
	return d
}

func (c *Catalog) addDiagnoses(o *Official) {
	if o.Complete {
		c.diagnosisYears[o.Quarter.Year()] = o.Diagnoses
	}
}

// renew gives the catalogue entries of its own, with what the loaded tables know.
func (c *Catalog) renew() {
	entries := make(map[claim.Code]*Entry, len(c.entries))
	all := make([]*Entry, len(c.all))
	for i, old := range c.all {
		e := *old
		if l, ok := c.inList(e.Code); ok && l.To < e.To {
			e.To = l.To
		}
		entries[e.Code], all[i] = &e, &e
	}
	c.entries, c.all = entries, all
	c.relist()
}

// inList is what the newest HCPCS list says of a level II code.
func (c *Catalog) inList(code claim.Code) (Listed, bool) {
	for _, o := range slices.Backward(c.lists) {
		if l, ok := o.Codes[code]; ok {
			return l, true
		}
	}
	return Listed{}, false
}

// ListWith is the quarter of the newest HCPCS list in which the code begins or ends on that day; zero
// when none says so.
func (c *Catalog) ListWith(code claim.Code, d claim.Date) Quarter {
	for _, o := range slices.Backward(c.lists) {
		if l, ok := o.Codes[code]; ok && (l.From == d || l.To == d) {
			return o.Quarter
		}
	}
	return 0
}

// Missing tells whether a complete list for the day is loaded and does not have the code, and no
// other table knows it: then it does not exist. The fee schedule is a complete list of CPT codes
// for its own year but for laboratory analyses of one maker; HCPCS lists are of level II codes.
func (c *Catalog) Missing(code claim.Code, d claim.Date) (list string, missing bool) {
	if !c.loaded || !code.Shaped() || c.entries[code] != nil || len(c.fees[code]) > 0 {
		return "", false
	}
	for s := range NumScopes {
		if c.pairsOrLimitsOf(s, code, d) {
			return "", false
		}
	}
	if _, deleted := c.lastDays[code]; deleted {
		return "", false
	}
	if code.LevelII() {
		return c.missingLevelII(code, d)
	}
	if last := code.String()[codeLen-1]; last == 'U' || last == 'M' || last == 'A' {
		return "", false
	}
	for _, q := range c.feeQuarters {
		if q.Year() == d.Year() {
			return "the fee schedule of " + q.String(), true
		}
	}
	return "", false
}

// missingLevelII: a list has every code that was ever given until its quarter.
func (c *Catalog) missingLevelII(code claim.Code, d claim.Date) (string, bool) {
	if _, listed := c.inList(code); listed {
		return "", false
	}
	for _, o := range c.lists {
		if o.Complete && d <= o.Quarter.Last() {
			return "the HCPCS list of " + o.Quarter.String(), true
		}
	}
	return "", false
}

// Successor is the code a HCPCS list names instead of a code; zero when it names none.
func (c *Catalog) Successor(code claim.Code) claim.Code {
	l, _ := c.inList(code)
	return l.Successor
}

// JudgesDiagnosis tells whether it is known of the diagnosis if it may be billed on that day: by a note of the
// catalogue, by the complete list of its year, or because it can be none.
func (c *Catalog) JudgesDiagnosis(d claim.Diagnosis, on claim.Date) bool {
	if _, noted := c.DiagnosisOn(d, on); noted || !d.Shaped() {
		return true
	}
	year, _, _ := c.DiagnosisYear(d, on)
	return year != 0
}

// DiagnosisYear is what the complete list of the day's fiscal year says of a diagnosis code: whether
// it has it, and whether it may be billed. The year is 0 when none is loaded. Fiscal years begin in
// October.
func (c *Catalog) DiagnosisYear(d claim.Diagnosis, on claim.Date) (year int, listed, billable bool) {
	year = (QuarterOf(on) + 1).Year()
	list := c.diagnosisYears[year]
	if list == nil {
		return c.diagnosisLists.year(d, year)
	}
	billable, listed = list[d]
	return year, listed, billable
}

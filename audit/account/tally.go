// Package account counts what was audited: the figures of the report, how far each check could be made
// and why not further, and which tables judged lines they are not of.
package account

import (
	"cmp"
	"slices"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// Setup is what a run depends on besides the lines, as far as it is counted.
type Setup struct {
	Rules    []*audit.Rule // that run
	Off      []*audit.Rule // that were switched off
	Patterns []*audit.Pattern
	Catalog  *catalog.Catalog
	Sources  []claim.Source
	Since    claim.Date // the first date of service in all sources, but for strays; see hold.Beginning
	Strays   bool       // there are such
	// Answer, when not nil, is what payers answered of a line; it is counted then.
	Answer func(*audit.Line) audit.Answer
}

// Tally counts what one goroutine judged; tallies add up to the report's summary and coverage.
type Tally struct {
	setup     *Setup
	summary   audit.Summary
	needed    claim.Fields // by any rule
	inputs    windows      // days of the inputs the rules look back over
	own       windows      // the same days and those of the patient's own lines
	sights    map[sight]*seen
	months    map[claim.Date]*audit.Month // by the first day
	providers map[string]*audit.Provider
	payers    map[string]int // lines by names that tell no class
	values    values
	diagnoses openDiagnoses
	answers   answers

	patternGroups catalog.Groups // of all patterns
	withdrawals   []*audit.Withdrawal
	unmet         map[*audit.Rule]bool // rules that ask, and have met no line that they are about
	left          []*audit.Line        // scratch of countDay
	met           []*audit.Provider    // scratch of encounter

	// What lines before were counted under, which the next mostly is too.
	days         [256]dayMonth
	lastSights   [4096]sighted
	lastProvider *audit.Provider
}

// dayMonth is a day, the month and the quarter it lies in, and how many windows the inputs fill
// before it.
type dayMonth struct {
	day     claim.Date
	month   *audit.Month
	quarter catalog.Quarter
	filled  uint8
}

// NewTally makes an empty tally.
func NewTally(s *Setup) *Tally {
	t := &Tally{
		setup:     s,
		inputs:    windowsOf(s.Rules, func(n *audit.Needs) int { return n.History }),
		own:       windowsOf(s.Rules, func(n *audit.Needs) int { return n.History }, func(n *audit.Needs) int { return n.OwnHistory }),
		sights:    map[sight]*seen{},
		months:    map[claim.Date]*audit.Month{},
		providers: map[string]*audit.Provider{},
		payers:    map[string]int{},
		values:    newValues(s.Rules),
		diagnoses: newOpenDiagnoses(s.Rules),

		withdrawals: withdrawalsOf(s.Rules), unmet: map[*audit.Rule]bool{},
	}
	for _, r := range s.Rules {
		if r.About != nil {
			t.unmet[r] = true
		}
	}
	for _, p := range s.Patterns {
		t.patternGroups |= p.Groups
	}
	t.needed = whoFields
	for _, r := range s.Rules {
		t.needed |= r.Needs.Columns | r.Needs.Doubts | r.Needs.Fields
	}
	return t
}

// Patient counts a judged case and what was found.
func (t *Tally) Patient(c *audit.Case, found []audit.Finding) {
	for i := range c.Lines {
		if l := &c.Lines[i]; !l.Context && !l.Continues() {
			t.line(c, l.Whole())
		}
	}
	t.encounters(c, found)
	t.findings(found)
	t.countPatterns(c)
}

func (t *Tally) line(c *audit.Case, l *audit.Line) {
	t.summary.Lines++
	t.summary.Charge += l.Charge
	if t.summary.First == 0 || l.From < t.summary.First {
		t.summary.First = l.From
	}
	t.summary.Last = max(t.summary.Last, l.From)
	day := t.day(l.From)
	day.month.Lines++
	day.month.Charge += l.Charge
	p := t.provider(l)
	p.Lines++
	p.Charge += l.Charge
	if l.Payer == claim.NamedUnknown {
		t.payer(l.PayerName, 1)
	}
	t.values.line(l)
	if t.setup.Answer != nil {
		t.answers.count(t.setup.Answer(l), l)
	}
	s := sightOf(l, t.needed)
	s.openDx = t.diagnoses.any(c.Catalog, l, day.quarter)
	s.quarter, s.reach = day.quarter, reach{day.filled, t.own.filled(l.From - c.Lines[0].From)}
	if len(t.unmet) > 0 {
		t.meet(l)
	}
	for i, w := range t.withdrawals {
		if w.Holds(c, l) {
			s.withdrawn |= 1 << i
		}
	}
	t.see(s, l.From)
}

// meet takes note of the rules that ask and are about the line.
func (t *Tally) meet(l *audit.Line) {
	for r := range t.unmet {
		if r.About(l) {
			delete(t.unmet, r)
		}
	}
}

// see counts a line's sight; a sight met lately touches no map.
func (t *Tally) see(s sight, day claim.Date) {
	last := &t.lastSights[s.slot()%uint64(len(t.lastSights))]
	if last.seen == nil || last.sight != s {
		*last = sighted{s, t.seenAs(s)}
	}
	last.seen.add(&seen{1, day, day})
}

func (t *Tally) seenAs(s sight) *seen {
	n := t.sights[s]
	if n == nil {
		n = &seen{}
		t.sights[s] = n
	}
	return n
}

// encounters counts the patient's days, whatever the types of their claims, and those without an
// error or a warning.
func (t *Tally) encounters(c *audit.Case, found []audit.Finding) {
	for start, end := 0, 0; start < len(c.Lines); start = end {
		for end < len(c.Lines) && c.Lines[end].From == c.Lines[start].From {
			end++
		}
		t.encounter(c.Lines[start:end], found)
	}
}

// encounter counts a day with lines of its own once, and once for each of their providers.
func (t *Tally) encounter(day []audit.Line, found []audit.Finding) {
	met := t.met[:0]
	for i := range day {
		if day[i].Context || day[i].Continues() {
			continue
		}
		if p := t.provider(&day[i]); !slices.Contains(met, p) {
			met = append(met, p)
		}
	}
	t.met = met
	if len(met) == 0 {
		return
	}
	clean := !flaggedDay(found, day[0].From)
	t.summary.Meet(clean)
	t.month(day[0].From).Meet(clean)
	for _, p := range met {
		p.Meet(clean)
	}
}

func flaggedDay(found []audit.Finding, day claim.Date) bool {
	for i := range found {
		if found[i].Severity > audit.Review && found[i].Line.From == day {
			return true
		}
	}
	return false
}

// findings counts a patient's lines with findings, and each one's money once, by its largest.
func (t *Tally) findings(found []audit.Finding) {
	if len(found) == 0 {
		return
	}
	flagged := map[*audit.Line]*audit.Stakes{}
	for i := range found {
		f := &found[i]
		if flagged[f.Line] == nil {
			flagged[f.Line] = &audit.Stakes{}
		}
		amount, _ := f.AtRisk()
		flagged[f.Line].Add(f.Severity, f.Money, amount)
	}
	for l, stakes := range flagged {
		t.summary.Flag(stakes)
		t.month(l.From).Flag(stakes)
		t.provider(l).Flag(stakes)
	}
}

func (t *Tally) month(d claim.Date) *audit.Month { return t.day(d).month }

func (t *Tally) day(d claim.Date) *dayMonth {
	seen := &t.days[uint32(d)%uint32(len(t.days))]
	if seen.month == nil || seen.day != d {
		*seen = dayMonth{d, t.monthOf(d), catalog.QuarterOf(d), t.inputs.filled(d - t.setup.Since)}
	}
	return seen
}

func (t *Tally) monthOf(d claim.Date) *audit.Month {
	first := d.FirstOfMonth()
	m := t.months[first]
	if m == nil {
		m = &audit.Month{First: first}
		t.months[first] = m
	}
	return m
}

func (t *Tally) provider(l *audit.Line) *audit.Provider {
	id := l.Provider()
	if t.lastProvider == nil || t.lastProvider.ID != id {
		t.lastProvider = t.providerNamed(id)
	}
	return t.lastProvider
}

func (t *Tally) providerNamed(id string) *audit.Provider {
	p := t.providers[id]
	if p == nil {
		id = string([]byte(id)) // the text of a line lasts only while its part does
		p = &audit.Provider{ID: id}
		t.providers[id] = p
	}
	return p
}

// payer counts lines of a payer whose name tells no class.
func (t *Tally) payer(name string, lines int) {
	if _, met := t.payers[name]; !met {
		name = string([]byte(name)) // the text of a line lasts only while its part does
	}
	t.payers[name] += lines
}

// Add takes over another tally's counts.
func (t *Tally) Add(u *Tally) {
	t.summary.Add(&u.summary)
	for r := range t.unmet {
		if !u.unmet[r] {
			delete(t.unmet, r)
		}
	}
	for s, n := range u.sights {
		t.seenAs(s).add(n)
	}
	for first, m := range u.months {
		t.month(first).Add(&m.Counts)
	}
	t.values.take(&u.values)
	t.answers.add(&u.answers)
	for name, n := range u.payers {
		t.payer(name, n)
	}
	for id, p := range u.providers {
		t.providerNamed(id).Add(p)
	}
}

// Fill puts what was counted into the report: its summary, months, providers, coverage and stale
// tables.
func (t *Tally) Fill(r *audit.Report) {
	used := t.tablesUsed()
	r.Summary, r.Months, r.Providers = t.summary, t.sortedMonths(), t.sortedProviders()
	r.UnknownPayers = t.unknownPayers()
	if t.setup.Answer != nil {
		r.Answers = t.answers.report(t.setup.Answer)
	}
	r.Coverage, r.Stale = slices.Concat(t.coverage(), used.rows(), t.unnamed()), used.stale()
}

func (t *Tally) unknownPayers() []audit.UnknownPayer {
	list := make([]audit.UnknownPayer, 0, len(t.payers))
	for name, n := range t.payers {
		list = append(list, audit.UnknownPayer{Name: name, Lines: n})
	}
	slices.SortFunc(list, func(a, b audit.UnknownPayer) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func (t *Tally) sortedMonths() []audit.Month {
	months := make([]audit.Month, 0, len(t.months))
	for _, m := range t.months {
		months = append(months, *m)
	}
	slices.SortFunc(months, func(a, b audit.Month) int { return cmp.Compare(a.First, b.First) })
	return months
}

func (t *Tally) sortedProviders() []audit.Provider {
	providers := make([]audit.Provider, 0, len(t.providers))
	for _, p := range t.providers {
		providers = append(providers, *p)
	}
	slices.SortFunc(providers, func(a, b audit.Provider) int { return cmp.Compare(a.ID, b.ID) })
	return providers
}

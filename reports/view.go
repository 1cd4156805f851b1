package reports

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// view is a report as it is to be shown, with what more than one output needs.
type view struct {
	*audit.Report
	lines   audit.Findings // what was found of each line
	mask    *mask          // nil shows patients as they are
	whole   *whole
	number  []int32        // of each finding shown among all
	prints  []fingerprint  // of all findings, behind them of those waived, and of lines that others of these stand for; ask fingerprintOf for them
	making  sync.WaitGroup // of the prints
	waiving []int32        // of each waived finding shown its place among the prints
	hidden  int            // findings below the severity shown
	unsaid  int            // waived ones below it
	known   int            // and those that were open before, where new ones alone are shown
	options Options
	idle    sync.Pool // of readers

	answering sync.Once
	answersOf *answered // see there
}

func newView(r *audit.Report, o Options) *view {
	v := wholeView(r, o)
	v.choose()
	return v
}

// whole is all that was found, before any is left out: the findings, behind them those waived, and behind the first
// standing of these those of lines that others stand for.
type whole struct {
	*view
	all      audit.Findings
	standing int
}

// wholeView is the report with all its findings, before any is left out.
func wholeView(r *audit.Report, o Options) *view {
	v := &view{Report: r, options: o}
	if len(o.Deidentify) > 0 || o.Redact {
		v.mask = &mask{key: o.Deidentify, redact: o.Redact}
		v.Report = v.mask.report(v.Report)
	}
	if v.NotRead == nil {
		v.NotRead = audit.LeftRows(nil)
	}
	all := *v.Report
	v.whole = &whole{view: &view{Report: &all, mask: v.mask}, standing: v.Findings.Len() + v.Waived.Len()}
	v.whole.all = audit.Joined(v.Findings, v.Waived, v.Findings.Flooded(), v.Waived.Flooded())
	v.making.Go(func() { v.prints = v.whole.fingerprints() })
	return v
}

// choose leaves out the findings that are not to be shown.
func (v *view) choose() {
	for i := range v.Findings.Len() {
		switch {
		case v.Findings.Brief(i).Severity < v.options.MinSeverity:
			v.hidden++
		case v.options.NewOnly && v.Past != nil && v.Past.States[i] == audit.Open:
			v.known++
		default:
			v.number = append(v.number, int32(i))
		}
	}
	v.chooseWaived()
	if v.hidden+v.known > 0 {
		next := 0
		shown := *v.Report
		shown.Findings = v.Findings.Which(func(i int, _ *audit.Brief) bool {
			keep := next < len(v.number) && int(v.number[next]) == i
			if keep {
				next++
			}
			return keep
		})
		recount(&shown, v.mask)
		v.Report = &shown
	}
	v.countWaivers()
	v.lines = v.Findings.Lines()
}

// chooseWaived leaves out the waived findings that are below the severity shown.
func (v *view) chooseWaived() {
	first := v.Findings.Len()
	shows := func(_ int, b *audit.Brief) bool { return b.Severity >= v.options.MinSeverity }
	for i := range v.Waived.Len() {
		if shows(i, v.Waived.Brief(i)) {
			v.waiving = append(v.waiving, int32(first+i))
		}
	}
	if v.unsaid = v.Waived.Len() - len(v.waiving); v.unsaid > 0 {
		shown := *v.Report
		shown.Waived = v.Waived.Which(shows)
		v.Report = &shown
	}
}

// countWaivers counts by waiver the findings that are shown, where some are not.
func (v *view) countWaivers() {
	if v.hidden+v.known+v.unsaid == 0 || len(v.Waivers) == 0 {
		return
	}
	shown := *v.Report
	shown.Waivers = slices.Clone(v.Waivers)
	for i := range shown.Waivers {
		shown.Waivers[i].Findings = 0
	}
	for _, findings := range []*audit.Findings{&v.Findings, &v.Waived} {
		for i := range findings.Len() {
			if n := findings.Brief(i).Waiver; n != 0 {
				shown.Waivers[max(n, -n)-1].Findings++
			}
		}
	}
	v.Report = &shown
}

// fingerprintOf is the fingerprint of the i-th finding that is shown. They are made while the pages that
// need none are.
func (v *view) fingerprintOf(i int) fingerprint {
	v.making.Wait()
	return v.prints[v.number[i]]
}

// stateOf is what a history says of the i-th finding that is shown.
func (v *view) stateOf(i int) audit.State {
	if v.Past == nil {
		return audit.NoState
	}
	return v.Past.States[v.number[i]]
}

// states tells whether anything is known of earlier audits, and not only what a reviewer said of this one.
func (v *view) states() bool { return v.Past != nil && v.Past.Counts != nil }

// saidOf is what a reviewer last said of the i-th finding that is shown.
func (v *view) saidOf(i int) audit.Disposition {
	if v.Past == nil {
		return audit.Disposition{}
	}
	return v.Past.Said[v.fingerprintOf(i).String()]
}

// waived is the same report, with the findings that are waived in the place of the others.
func (v *view) waived() *view {
	v.making.Wait()
	shown := *v.Report
	shown.Findings = v.Waived
	w := &view{Report: &shown, mask: v.mask, prints: v.prints, options: v.options, number: v.waiving}
	if v.Past != nil {
		said := *v.Past
		said.States = make([]audit.State, len(v.prints)) // they have none
		shown.Past = &said
	}
	return w
}

// waiverOf is the waiver that a finding falls under, or fell under until it expired; nil for none.
func (v *view) waiverOf(f *audit.Finding) *audit.Waiver {
	if f.Waiver == 0 {
		return nil
	}
	return &v.Waivers[max(f.Waiver, -f.Waiver)-1]
}

// finding is the i-th finding as it is to be shown.
func (v *view) finding(i int) *audit.Finding { return v.newReader().finding(i) }

// reader reads findings as they are to be shown, for one goroutine; see audit.Reader.
type reader struct {
	*audit.Reader
	view *view
	last shown
	// day are the lines of the encounter last asked for, and number its number, from 1.
	day    []audit.EncounterLine
	number int32
}

// finding is the i-th finding; it holds until the next call.
func (r *reader) finding(i int) *audit.Finding { return r.of(r.view.Findings.Brief(i)) }

// of is the finding of a brief; it holds until the next call.
func (r *reader) of(b *audit.Brief) *audit.Finding {
	f := r.Of(b)
	if r.view.mask != nil {
		r.view.mask.finding(f)
	}
	return f
}

// line is the line alone of the finding of a brief; it holds until the next call.
func (r *reader) line(b *audit.Brief) *audit.Line {
	l := r.Line(b)
	if r.view.mask != nil {
		r.view.mask.line(l, new(words))
	}
	return l
}

// encounter are the lines of the encounter of that number as they are to be shown; they hold until the next call.
func (r *reader) encounter(number int32) []audit.EncounterLine {
	if r.number != number+1 {
		r.number, r.day = number+1, r.Encounter(number)
		for i := range r.day {
			if m := r.view.mask; m != nil {
				m.line(r.day[i].Line, new(words))
			}
		}
	}
	return r.day
}

// shown is the i-th finding for its columns; it holds until the next call.
func (r *reader) shown(i int) *shown {
	r.last = shown{r.finding(i), r.view, i}
	return &r.last
}

func (v *view) newReader() *reader { return &reader{Reader: v.Findings.Reader(), view: v} }

// reader lends a reader that nobody uses; give it back with done.
func (v *view) reader() *reader {
	if r, ok := v.idle.Get().(*reader); ok {
		return r
	}
	return v.newReader()
}

func (v *view) done(r *reader) { v.idle.Put(r) }

// recount counts the findings again: each line's money once, by its largest.
func recount(r *audit.Report, m *mask) {
	s := &r.Summary
	s.FlaggedLines, s.ChargeAtRisk, s.ChargeInReview, s.Overpaid, s.MissedRevenue = 0, 0, 0, 0, 0
	s.Recount(&r.Findings)
	months, providers := clearedMonths(r), clearedProviders(r)
	lines := r.Findings.Lines()
	findings := lines.Reader()
	for l := range flaggedLines(&lines) {
		s.Flag(&l.stakes)
		line := findings.At(l.first).Line
		for _, c := range []*audit.Counts{months[line.From.FirstOfMonth()], providers[m.provider(line)]} {
			if c != nil {
				c.Flag(&l.stakes)
			}
		}
	}
}

func clearedMonths(r *audit.Report) map[claim.Date]*audit.Counts {
	r.Months = slices.Clone(r.Months)
	counts := map[claim.Date]*audit.Counts{}
	for i := range r.Months {
		c := &r.Months[i].Counts
		c.Flagged, c.AtRisk = 0, 0
		counts[r.Months[i].First] = c
	}
	return counts
}

func clearedProviders(r *audit.Report) map[string]*audit.Counts {
	r.Providers = slices.Clone(r.Providers)
	counts := map[string]*audit.Counts{}
	for i := range r.Providers {
		c := &r.Providers[i].Counts
		c.Flagged, c.AtRisk = 0, 0
		counts[r.Providers[i].ID] = c
	}
	return counts
}

// flagged is a line with findings.
type flagged struct {
	first    int            // of its findings
	severity audit.Severity // the highest
	stakes   audit.Stakes
}

// flaggedLines are the distinct lines of findings that are in order of position.
func flaggedLines(fs *audit.Findings) iter.Seq[flagged] {
	return func(yield func(flagged) bool) {
		for i := 0; i < fs.Len(); {
			l := flagged{first: i}
			for ; i < fs.Len() && fs.Brief(i).Pos == fs.Brief(l.first).Pos; i++ {
				b := fs.Brief(i)
				l.stakes.Add(b.Severity, b.Money, b.Amount)
				l.severity = max(l.severity, b.Severity)
			}
			if !yield(l) {
				return
			}
		}
	}
}

// encounters are what was found of each patient on each day, and of each line without a patient: those with findings, in
// order of their first.
type encounters struct {
	findings []int32 // of one encounter after the other, each in the report's order
	ends     []int32 // where those of each end
	risks    []claim.Cents
}

// encounter is what was found of one.
type encounter struct {
	findings []int32 // in the report's order
	risk     claim.Cents
}

func encountersOf(fs *audit.Findings) *encounters {
	at, count := numberedBy(fs)
	es := &encounters{findings: make([]int32, fs.Len()), ends: make([]int32, count+1), risks: make([]claim.Cents, count)}
	for i := range fs.Len() {
		es.ends[at[fs.Brief(i).Encounter]]++
	}
	for n := range count {
		es.ends[n+1] += es.ends[n]
	}
	for i := range fs.Len() { // where each ends is where the next begins, and rises as that is filled
		end := &es.ends[at[fs.Brief(i).Encounter]-1]
		es.findings[*end] = int32(i)
		*end++
	}
	es.ends = es.ends[:count]
	for n := range count {
		es.risks[n] = riskOf(fs, es.of(n).findings)
	}
	return es
}

// numberedBy are, by the numbers of encounters, their places in order of their first findings, from 1; and how many.
func numberedBy(fs *audit.Findings) (at []int32, count int) {
	for i := range fs.Len() {
		n := int(fs.Brief(i).Encounter)
		if n >= len(at) {
			at = append(at, make([]int32, n+1-len(at))...)
		}
		if at[n] == 0 {
			count++
			at[n] = int32(count)
		}
	}
	return at, count
}

func (es *encounters) len() int { return len(es.ends) }

// of is the n-th encounter.
func (es *encounters) of(n int) encounter {
	begin := int32(0)
	if n > 0 {
		begin = es.ends[n-1]
	}
	return encounter{es.findings[begin:es.ends[n]:es.ends[n]], es.risks[n]}
}

// riskOf is the money at risk of findings of one encounter.
func riskOf(fs *audit.Findings, findings []int32) (risk claim.Cents) {
	var last claim.Pos
	var line audit.Stakes
	for k, i := range findings {
		b := fs.Brief(int(i))
		if k == 0 || b.Pos != last {
			risk += line.AtRisk
			last, line = b.Pos, audit.Stakes{}
		}
		line.Add(b.Severity, b.Money, b.Amount)
	}
	return risk + line.AtRisk
}

// lines is how many lines of the encounter have findings.
func (e *encounter) lines(fs *audit.Findings) (n int) {
	var last claim.Pos
	for k, i := range e.findings {
		if at := fs.Brief(int(i)).Pos; k == 0 || at != last {
			n, last = n+1, at
		}
	}
	return n
}

// count is how many findings of the severity the encounter has.
func (e *encounter) count(fs *audit.Findings, s audit.Severity) (n int) {
	for _, i := range e.findings {
		if fs.Brief(int(i)).Severity == s {
			n++
		}
	}
	return n
}

// rulesMet are the rules with findings, in the order they ran.
func (v *view) rulesMet() []*audit.Rule {
	met := map[*audit.Rule]bool{}
	for i := range v.Findings.Len() {
		met[v.Findings.Rule(v.Findings.Brief(i))] = true
	}
	var list []*audit.Rule
	for _, r := range v.Rules {
		if met[r] {
			list = append(list, r)
			delete(met, r)
		}
	}
	rest := slices.Collect(maps.Keys(met)) // of a report whose list of rules is not whole
	slices.SortFunc(rest, func(a, b *audit.Rule) int { return strings.Compare(a.ID, b.ID) })
	return append(list, rest...)
}

// source is the table a position lies in.
func (v *view) source(input int32) *claim.Source { return &v.Sources[input] }

// units is the number of units as billed; blank where it was not given.
func units(l *audit.Line) string {
	if !l.Given.Has(claim.FieldUnits) {
		return ""
	}
	return l.Units.String()
}

// charge is the charge as billed; blank where it was not given.
func charge(l *audit.Line) string {
	if !l.Given.Has(claim.FieldCharge) {
		return ""
	}
	return l.Charge.String()
}

// unreadCharge is the charge of a row that was not audited; blank where it has none or cannot be read.
func unreadCharge(u *claim.Unread) string {
	if u.ChargeUnknown || u.Charge == 0 {
		return ""
	}
	return u.Charge.String()
}

// count is how many lines the finding stands for; blank where it stands for its own.
func count(f *audit.Finding) string {
	if f.Count == 0 {
		return ""
	}
	return strconv.Itoa(f.Count)
}

// atRisk is the money in question; blank where the line has no charge to tell it from.
func atRisk(f *audit.Finding) string {
	amount, known := f.AtRisk()
	if !known {
		return ""
	}
	return amount.String()
}

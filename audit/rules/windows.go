package rules

// The rules of this file count sessions: dates of service on which something was done, whatever the
// number of lines, sides, claims and providers. The limits are rows of data/sessions.csv.

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
)

// limitRow is one row of data/sessions.csv: how many sessions a payer pays for within some days. To
// add a limit write a row there, the rule's words in a function here, and its proof. Of a rule's
// rows of the same codes the first that a session passes is reported.
type limitRow struct {
	Rule    string `csv:"rule"`
	Codes   string `csv:"codes"`    // codes and groups, any of which makes a session
	Regions string `csv:"regions"`  // groups, each counted by itself; blank for the patient as a whole
	KX      string `csv:"kx"`       // with, without: only sessions that have KX on a line or on none
	Days    string `csv:"days"`     // the window, its first and last day included; blank for all lines seen
	Limit   string `csv:"limit"`    // sessions within the window
	Course  string `csv:"course"`   // a session so many days after the last belongs to its course and is not judged
	Sides   string `csv:"sides"`    // same: sessions of the opposite side are not counted
	SidedBy string `csv:"sided_by"` // codes whose lines say the side where the session's own do not
	From    string `csv:"from"`     // dates of service of the session over the limit; blank for always
	To      string `csv:"to"`
	Payers  string `csv:"payers"` // as in same-day.csv; sessions of other payers are not counted
	// Severity is lowered to review where sessions must be of one side and the lines do not say it.
	Severity string `csv:"severity"`
	Money    string `csv:"money"`
	Say      string `csv:"say"` // what is limited, with {region}; of a limit of 1 the payer's demand
	Fix      string `csv:"fix"` // with {until}, the first day on which the session is within the limit
	Source   string `csv:"source"`
}

// scope is which lines make sessions of one series.
type scope struct {
	codes  codeSet
	region catalog.Group // NumGroups: wherever on the body
	payers func(*audit.Line) bool
}

func (s *scope) has(l *audit.Line) bool {
	return s.payers(l) && s.codes.has(l) && (s.region == catalog.NumGroups || l.In(s.region)) && !voided(l)
}

// words fills in the region's name.
func (s *scope) words(say string) string {
	name := map[catalog.Group]string{catalog.RegionNeck: "cervical or thoracic", catalog.RegionLow: "lumbar or sacral"}[s.region]
	return strings.ReplaceAll(say, "{region}", name)
}

// scopesOf are the scopes of a row, one for each region.
func scopesOf(codes, regions, payers string) (list []scope) {
	s := scope{codes: mustCodes(codes), region: catalog.NumGroups, payers: sameDayPayers[payers]}
	if s.payers == nil {
		panic("rules: there are no payers " + payers) // the table is part of the program
	}
	for _, name := range strings.Fields(regions) {
		region, ok := groupNamed(name)
		if !ok {
			panic("rules: there is no region " + name) // likewise
		}
		s.region = region
		list = append(list, s)
	}
	if list == nil {
		list = []scope{s}
	}
	return list
}

// session is one date of service with lines of a scope.
type session struct {
	from    claim.Date
	at, end int // the session's first line of the scope in Case.Lines, and behind its last
	kx      bool
	side    claim.Side // as far as the lines of the scope say it
}

// sessions are the sessions of the scope in order, added to those given.
func (s *scope) sessions(c *audit.Case, list []session) []session {
	for i := range c.Lines {
		l := &c.Lines[i]
		if !s.has(l) {
			continue
		}
		if len(list) == 0 || list[len(list)-1].from != l.From {
			list = append(list, session{from: l.From, at: i})
		}
		last := &list[len(list)-1]
		last.end = i + 1
		last.kx = last.kx || l.Mods.Has(modKX)
		last.side |= l.Mods.Side()
	}
	return list
}

// lines are the lines of a session in the scope.
func (s *scope) lines(c *audit.Case, on *session) iter.Seq[*audit.Line] {
	return func(yield func(*audit.Line) bool) {
		for i := on.at; i < on.end; i++ {
			if l := &c.Lines[i]; s.has(l) && !yield(l) {
				return
			}
		}
	}
}

// split finds the line of a session on which a finding may sit: the first of the export that is
// what it says, may be of that side, and does not itself say that a denial is expected. The rest
// are the session's other lines.
func (s *scope) split(c *audit.Case, on *session, side claim.Side) (line *audit.Line, rest []*audit.Line) {
	for l := range s.lines(c, on) {
		if line == nil && !l.Context && !l.Root && !l.Mods.Has(denialExpected...) && l.Mods.Side().Meets(side) {
			line = l
			continue
		}
		rest = append(rest, l)
	}
	return line, rest
}

// inSessions is the shape of a check that looks at the sessions of one scope in turn, each with
// those before it.
func inSessions[T any](list []T, scopeOf func(*T) *scope, check func(of *T, c *audit.Case, earlier []session, on *session, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	var idle sync.Pool // the list is made once for each goroutine, not for each patient
	return func(c *audit.Case, report func(audit.Finding)) {
		kept, ok := idle.Get().(*[]session)
		if !ok {
			kept = &[]session{}
		}
		for i := range list {
			sessions := scopeOf(&list[i]).sessions(c, (*kept)[:0])
			for n := range sessions {
				check(&list[i], c, sessions[:n], &sessions[n], report)
			}
			*kept = sessions
		}
		idle.Put(kept)
	}
}

// series is the sessions of one scope and the limits on them, in the table's order.
type series struct {
	scope
	sidedBy codeSet
	limits  []limit
}

// limit is a row in use.
type limit struct {
	kx       string
	days     claim.Date // 0: all lines seen
	most     int
	course   claim.Date
	sameSide bool
	from, to claim.Date
	severity audit.Severity
	money    audit.Money
	say, fix string
}

// mustSeries are the limits of one rule.
func mustSeries(rule string) (list []series) {
	at := map[string]int{} // where the series of the same codes begin
	for _, row := range mustRows[limitRow]("sessions.csv") {
		if row.Rule != rule {
			continue
		}
		key := row.Codes + "\x00" + row.Regions + "\x00" + row.Payers + "\x00" + row.SidedBy
		scopes := scopesOf(row.Codes, row.Regions, row.Payers)
		first, known := at[key]
		if !known {
			first = len(list)
			at[key] = first
			for _, s := range scopes {
				list = append(list, series{scope: s, sidedBy: mustCodes(row.SidedBy)})
			}
		}
		for i := range scopes {
			list[first+i].limits = append(list[first+i].limits, row.typed())
		}
	}
	if list == nil {
		panic("rules: no rows of " + rule + " in sessions.csv")
	}
	return list
}

var monies = map[string]audit.Money{"deny": audit.Deny, "overpay": audit.Overpay, "none": audit.NoMoney}

func (row *limitRow) typed() limit {
	m := limit{
		kx: row.KX, days: claim.Date(mustCount(row.Days)), most: mustCount(row.Limit), course: claim.Date(mustCount(row.Course)),
		sameSide: row.Sides == "same", from: mustDate(row.From), to: claim.EndOfTime,
		severity: severities[row.Severity], money: monies[row.Money], say: row.Say, fix: row.Fix,
	}
	if row.To != "" {
		m.to = claim.MustDate(row.To)
	}
	_, paid := monies[row.Money]
	kx := row.KX == "" || row.KX == "with" || row.KX == "without"
	if !paid || !kx || !m.sameSide && row.Sides != "" || m.most == 0 || m.severity == 0 || m.say == "" || m.fix == "" {
		panic("rules: a row of " + row.Rule + " in sessions.csv is not whole") // the table is part of the program
	}
	return m
}

// mustCount reads a number of days or sessions; blank is none.
func mustCount(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		panic("rules: " + text + " is no number of days or sessions") // the table is part of the program
	}
	return n
}

// overLimit is the shape of a check that counts sessions: the rows of that rule.
func overLimit(rule string) func(*audit.Case, func(audit.Finding)) {
	return inSessions(mustSeries(rule), func(s *series) *scope { return &s.scope }, (*series).check)
}

// check reports a session by the first limit it passes.
func (s *series) check(c *audit.Case, earlier []session, on *session, report func(audit.Finding)) {
	for i := range s.limits {
		m := &s.limits[i]
		if !m.speaksOf(on) || m.from > on.from || m.to < on.from {
			continue
		}
		n := 0
		for range s.counted(c, m, earlier, on) {
			n++
		}
		if n < m.most {
			continue
		}
		if f, ok := s.finding(c, m, earlier, on); ok {
			report(f)
			return
		}
	}
}

// speaksOf tells whether the limit counts such sessions.
func (m *limit) speaksOf(on *session) bool { return m.kx == "" || (m.kx == "with") == on.kx }

// counted are the earlier sessions that count against the limit, latest first; none when the
// session goes on with a course.
func (s *series) counted(c *audit.Case, m *limit, earlier []session, on *session) iter.Seq[*session] {
	return func(yield func(*session) bool) {
		for i := len(earlier) - 1; i >= 0; i-- {
			e := &earlier[i]
			if m.days > 0 && on.from-e.from >= m.days {
				return
			}
			if !m.speaksOf(e) || m.sameSide && s.side(c, e).Opposite(s.side(c, on)) {
				continue
			}
			if on.from-e.from <= m.course || !yield(e) {
				return
			}
		}
	}
}

// side is the side of a session, by its own lines or else by those of the day that say it for them.
func (s *series) side(c *audit.Case, on *session) claim.Side {
	if on.side != claim.NoSide {
		return on.side
	}
	first := on.at
	for first > 0 && c.Lines[first-1].From == on.from {
		first--
	}
	side := claim.NoSide
	for i := first; i < len(c.Lines) && c.Lines[i].From == on.from; i++ {
		if l := &c.Lines[i]; s.sidedBy.has(l) {
			side |= l.Mods.Side()
		}
	}
	return side
}

// finding is that of a session over the limit; false when no line of it can bear one.
func (s *series) finding(c *audit.Case, m *limit, earlier []session, on *session) (audit.Finding, bool) {
	f := audit.Finding{Severity: m.severity, Money: m.money}
	var counted []*session // latest first
	side, stated := claim.NoSide, 0
	for e := range s.counted(c, m, earlier, on) {
		counted = append(counted, e)
		if at := s.side(c, e); at != claim.NoSide {
			side |= at
			stated++
		}
	}
	if !m.sameSide {
		side = claim.NoSide
	}
	line, rest := s.split(c, on, side)
	if line == nil {
		return f, false
	}
	f.Line = line
	for i := len(counted) - 1; i >= 0; i-- {
		f.Related = append(f.Related, &c.Lines[counted[i].at])
	}
	f.Related = append(f.Related, rest...)
	f.Message = s.message(c, m, line, counted)
	if m.sameSide && (s.side(c, on) == claim.NoSide || stated < m.most) {
		f.Severity = audit.Review
		f.Message += "; the side is not stated on both days"
	}
	f.Fix.Text = strings.ReplaceAll(m.fix, "{until}", (counted[m.most-1].from + m.days).String())
	return f, true
}

// message counts the sessions, latest first, or names the one that came too soon before.
func (s *series) message(c *audit.Case, m *limit, l *audit.Line, counted []*session) string {
	last := counted[0]
	if m.most == 1 && m.days > 0 {
		return fmt.Sprintf("%s on %s comes %d days after %s on %s: %s", billedAs(l), l.From, l.From-last.from, billedAs(&c.Lines[last.at]), last.from, s.words(m.say))
	}
	n, within := fmt.Sprintf("session %d", len(counted)+1), ""
	if m.days > 0 {
		within = fmt.Sprintf(" within %d days", m.days)
	}
	if m.days == 0 || c.Since > l.From-m.days+1 {
		n = "at least " + n
		within += fmt.Sprintf(" in the lines seen since %s", c.Since)
	}
	return fmt.Sprintf("%s on %s is %s of %s%s (the last on %s); the limit is %d", billedAs(l), l.From, n, s.words(m.say), within, last.from, m.most)
}

// sessionNeeds are the needs of a rule of this shape.
func sessionNeeds(groups ...catalog.Group) audit.Needs {
	return audit.Needs{
		Columns: claim.FieldSet(claim.FieldModifiers), Fields: claim.FieldSet(claim.FieldCode), Patient: true,
		Groups: catalog.GroupSet(groups...),
	}
}

// sessionsOfOne is what the rules that count sessions say of what they count.
const sessionsOfOne = "A session is a date of service, with all its lines, sides and claims; one side on one day and the other on another are two. " +
	"Counted are the lines given for Medicare, Medicare Advantage and payers that are not known, history included. "

func facetInjectionOverLimit() *audit.Rule {
	return &audit.Rule{
		ID: "facet-injection-over-limit", Title: "Facet injections over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Over: []string{"diagnostic-facet-repeated"}, Guide: []string{"S11"}, Needs: sessionNeeds(catalog.FacetInjection), Check: overLimit("facet-injection-over-limit"),
		Help: "Contractors pay four diagnostic sessions (marked by KX) and four therapeutic ones of the neck and chest, and as many of the low back, in 365 days; before 2021-04-25 five in all. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ, or where the contractor's own limit is higher.",
		Source: "contractors' questions and answers on facet joint interventions; OIG report A-09-20-03003; rule A-01",
	}
}

func epiduralOverLimit() *audit.Rule {
	return &audit.Rule{
		ID: "epidural-over-limit", Title: "Epidural injections over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S4", "S12"}, Needs: sessionNeeds(catalog.EpiduralImaged, catalog.EpiduralUnimaged, catalog.EpiduralOld), Check: overLimit("epidural-over-limit"),
		Help: "Contractors pay four sessions of epidural injections of the neck and chest, and four of the low back, in 365 days, interlaminar and transforaminal counted together. Before 2021-12-05 their limits differed, so that five sessions are for review. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "contractors' articles on epidural steroid injections (A56651, A58993); rule A-10",
	}
}

func triggerPointOverLimit() *audit.Rule {
	return &audit.Rule{
		ID: "trigger-point-over-limit", Title: "Trigger points over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S2"}, Needs: sessionNeeds(catalog.TriggerPoint), Check: overLimit("trigger-point-over-limit"),
		Help: "Contractors pay three sessions of trigger point injections in 365 days, whatever the muscles. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ, or where the contractor's own limit is higher.",
		Source: "contractors' articles on trigger point injections (A59480, A59553); rule A-16",
	}
}

func diagnosticFacetRepeated() *audit.Rule {
	return &audit.Rule{
		ID: "diagnostic-facet-repeated", Title: "Third diagnostic facet session in a year", Severity: audit.Review, Rank: audit.Policy,
		Guide: []string{"S11"}, Needs: sessionNeeds(catalog.FacetInjection), Check: overLimit("diagnostic-facet-repeated"),
		Help: "Two diagnostic sessions, marked by KX, tell whether a facet joint is the source of pain. More than two of one region in 365 days are allowed for other joints, and looked at as possible misuse of KX. " + sessionsOfOne +
			"Right after all where other joints were tested.",
		Source: "contractors' questions and answers on facet joint interventions; rule A-38",
	}
}

func facetAblationOverLimit() *audit.Rule {
	return &audit.Rule{
		ID: "facet-ablation-over-limit", Title: "Facet ablations over the yearly limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S5"}, Needs: sessionNeeds(catalog.FacetAblation), Check: overLimit("facet-ablation-over-limit"),
		Help: "Contractors pay two sessions of facet ablation of the neck and chest, and two of the low back, in 365 days. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "contractors' questions and answers on facet joint interventions; OIG report A-09-21-03002; rule A-02",
	}
}

func ablationRepeatedEarly() *audit.Rule {
	return &audit.Rule{
		ID: "ablation-repeated-early", Title: "Facet ablation repeated within six months", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S5"}, Needs: sessionNeeds(catalog.FacetAblation), Check: overLimit("ablation-repeated-early"),
		Help: "A facet joint is ablated again when the last ablation has given relief for six months. A claim names region and side and no level, so that two sessions of one side within 180 days may be of one joint; for review where a day's lines name no side. " + sessionsOfOne +
			"Right after all where other joints were ablated, or with GA, GX, GY or GZ.",
		Source: "local coverage determinations on facet joint interventions; rule A-08",
	}
}

func epiduralTooSoon() *audit.Rule {
	return &audit.Rule{
		ID: "epidural-too-soon", Title: "Epidural injections less than 14 days apart", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S4", "S12"}, Needs: sessionNeeds(catalog.EpiduralImaged, catalog.EpiduralUnimaged, catalog.EpiduralOld), Check: overLimit("epidural-too-soon"),
		Help: "From 2021-12-05 contractors want 14 days between two epidural injections of one region, to see what the first has done. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "local coverage determinations on epidural steroid injections (medium confidence); rule A-13",
	}
}

func sacroiliacOverLimit() *audit.Rule {
	return &audit.Rule{
		ID: "sacroiliac-over-limit", Title: "Sacroiliac injections over the limit", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S1", "S3"}, Needs: sessionNeeds(catalog.SacroiliacJoint), Check: overLimit("sacroiliac-over-limit"),
		Help: "From 2023-03-19 contractors pay two diagnostic sessions (marked by KX) and in 365 days four therapeutic ones, of 27096, 64451 and G0260 together. A third diagnostic session after more than a year may be of a new episode and is for review. " + sessionsOfOne +
			"Right after all with GA, GX, GY or GZ.",
		Source: "contractors' articles on sacroiliac joint injections (A59233, A59243, A59257); rule A-15",
	}
}

func migraineInjectionTooSoon() *audit.Rule {
	return &audit.Rule{
		ID: "migraine-injection-too-soon", Title: "Migraine botulinum within 12 weeks", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S9"}, Needs: sessionNeeds(catalog.Injection), Check: overLimit("migraine-injection-too-soon"),
		Help:   "Botulinum toxin for chronic migraine (64615) is given every 12 weeks, and payers deny a treatment before 84 days have passed. Right after all where the payer agreed to it beforehand.",
		Source: "approved labelling of onabotulinumtoxinA; rule A-48",
	}
}

func hyaluronateCourseRepeated() *audit.Rule {
	return &audit.Rule{
		ID: "hyaluronate-course-repeated", Title: "Hyaluronate course repeated within six months", Severity: audit.Warning, Rank: audit.Policy,
		Guide: []string{"S1", "S9"}, Needs: sessionNeeds(catalog.Hyaluronate), Check: overLimit("hyaluronate-course-repeated"),
		Help: "A course of hyaluronate, injections at most 42 days apart, is repeated in the same knee after 180 days at the earliest. The side is told by the drug's line, or by 20610 and 20611 of the day; for review where a day names none. " +
			"For Medicare, Medicare Advantage and payers that are not known. Right after all for the other knee.",
		Source: "local coverage determinations on viscosupplementation; rule A-50",
	}
}

package shapes

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// limitRow is one row of data/sessions.csv: how many sessions a payer pays for within some days. Of a
// rule's rows of the same codes the first that a session passes is reported.
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
	Payers  string `csv:"payers"` // classes, as terms.MustPayers reads them; sessions of other payers are not counted
	// Severity is lowered to review where sessions must be of one side and the lines do not say it.
	Severity string `csv:"severity"`
	Money    string `csv:"money"`
	Say      string `csv:"say"` // what is limited, with {region}; of a limit of 1 the payer's demand
	Fix      string `csv:"fix"` // with {until}, the first day on which the session is within the limit
	Source   string `csv:"source"`
}

// sessionLines is which lines make sessions of one series.
type sessionLines struct {
	codes  terms.CodeSet
	region catalog.Group // NumGroups: wherever on the body
	payers audit.Payers
	named  *terms.PayerWant // and among these, where names are given
}

func (s *sessionLines) has(l *audit.Line) bool {
	return s.payers.Has(l.Payer) && s.named.Has(l) && s.codes.Has(l) && (s.region == catalog.NumGroups || l.In(s.region)) && !terms.Voided(l)
}

// words fills in the region's name.
func (s *sessionLines) words(say string) string {
	name := map[catalog.Group]string{catalog.RegionNeck: "cervical or thoracic", catalog.RegionLow: "lumbar or sacral"}[s.region]
	return strings.ReplaceAll(say, "{region}", name)
}

// sessionLinesOf are the lines of a row, one for each region.
func sessionLinesOf(codes, regions, payers string) (list []sessionLines) {
	s := sessionLines{codes: terms.MustCodes(codes), region: catalog.NumGroups, payers: terms.MustPayers(payers)}
	for _, name := range strings.Fields(regions) {
		region, ok := terms.GroupNamed(name)
		if !ok {
			panic("rules: there is no region " + name) // likewise
		}
		s.region = region
		list = append(list, s)
	}
	if list == nil {
		list = []sessionLines{s}
	}
	return list
}

// session is one date of service with lines of a series.
type session struct {
	from    claim.Date
	at, end int // the session's first line of the series in Case.Lines, and behind its last
	kx      bool
	side    claim.Side // as far as the lines of the series say it
}

// sessions are the sessions of the series in order, added to those given.
func (s *sessionLines) sessions(c *audit.Case, list []session) []session {
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
		last.kx = last.kx || l.Mods.Has(terms.ModKX)
		last.side |= l.Mods.Side()
	}
	return list
}

// lines are the lines of a session in the series.
func (s *sessionLines) lines(c *audit.Case, on *session) iter.Seq[*audit.Line] {
	return func(yield func(*audit.Line) bool) {
		for i := on.at; i < on.end; i++ {
			if l := &c.Lines[i]; s.has(l) && !yield(l) {
				return
			}
		}
	}
}

// split finds the line of a session on which a finding may sit: the first that is what it says, may
// be of that side, and does not itself say that a denial is expected; of the export before one of
// history. The rest are the session's other lines.
func (s *sessionLines) split(c *audit.Case, on *session, side claim.Side) (line *audit.Line, rest []*audit.Line) {
	for l := range s.lines(c, on) {
		if (line == nil || line.Context && !l.Context) && !l.Root && !l.Mods.Has(terms.DenialExpected...) && l.Mods.Side().Meets(side) {
			if line != nil {
				rest = append(rest, line)
			}
			line = l
			continue
		}
		rest = append(rest, l)
	}
	return line, rest
}

// inSessions is the shape of a check that looks at the sessions of one series in turn, each with
// those before it.
func inSessions[T any](list []T, linesOf func(*T) *sessionLines, check func(of *T, c *audit.Case, earlier []session, on *session, report func(audit.Finding))) func(*audit.Case, func(audit.Finding)) {
	var idle sync.Pool // the list is made once for each goroutine, not for each patient
	return func(c *audit.Case, report func(audit.Finding)) {
		kept, ok := idle.Get().(*[]session)
		if !ok {
			kept = &[]session{}
		}
		for i := range list {
			sessions := linesOf(&list[i]).sessions(c, (*kept)[:0])
			for n := range sessions {
				check(&list[i], c, sessions[:n], &sessions[n], report)
			}
			*kept = sessions
		}
		idle.Put(kept)
	}
}

// series is the sessions of the same lines and the limits on them, in the table's order.
type series struct {
	sessionLines
	sidedBy terms.CodeSet
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
	for row := range terms.MustData[limitRow]("sessions.csv") {
		if row.Rule != rule {
			continue
		}
		key := row.Codes + "\x00" + row.Regions + "\x00" + row.Payers + "\x00" + row.SidedBy
		parted := sessionLinesOf(row.Codes, row.Regions, row.Payers)
		first, known := at[key]
		if !known {
			first = len(list)
			at[key] = first
			for _, s := range parted {
				list = append(list, series{sessionLines: s, sidedBy: terms.MustCodes(row.SidedBy)})
			}
		}
		for i := range parted {
			list[first+i].limits = append(list[first+i].limits, row.typed())
		}
	}
	if list == nil {
		panic("rules: no rows of " + rule + " in sessions.csv")
	}
	return list
}

func (row *limitRow) typed() limit {
	m := limit{
		kx: row.KX, days: claim.Date(MustCount(row.Days)), most: MustCount(row.Limit), course: claim.Date(MustCount(row.Course)),
		sameSide: row.Sides == "same", from: terms.MustDate(row.From), to: claim.EndOfTime,
		severity: terms.Severities[row.Severity], money: monies[row.Money], say: row.Say, fix: row.Fix,
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

// MustCount reads a number of days or sessions; blank is none.
func MustCount(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		panic("rules: " + text + " is no number of days or sessions") // the table is part of the program
	}
	return n
}

// OverLimit completes a rule that counts sessions with its rows of sessions.csv. It needs the days
// of its longest window; a limit on all lines seen says itself what was seen.
func OverLimit(r *audit.Rule) {
	overLimits(r, mustSeries(r.ID))
}

func overLimits(r *audit.Rule, list []series) {
	var on terms.CodeSet
	for i := range list {
		on = on.Or(list[i].codes)
		for _, m := range list[i].limits {
			r.Needs.History = max(r.Needs.History, int(m.days)-1)
		}
		r.Needs.Payers |= list[i].payers
	}
	r.Needs.On = on.Reported()
	r.Check = inSessions(list, func(s *series) *sessionLines { return &s.sessionLines }, (*series).check)
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
		}
		return
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
		if l := &c.Lines[i]; s.sidedBy.Has(l) {
			side |= l.Mods.Side()
		}
	}
	return side
}

// past is the sessions counted against a limit, latest first, and what they say of their side.
type past struct {
	sessions []*session
	side     claim.Side // all of them, where the limit asks
	stated   int        // sessions that say one
}

func (s *series) past(c *audit.Case, m *limit, earlier []session, on *session) (p past) {
	for e := range s.counted(c, m, earlier, on) {
		p.sessions = append(p.sessions, e)
		if side := s.side(c, e); m.sameSide && side != claim.NoSide {
			p.side |= side
			p.stated++
		}
	}
	return p
}

// finding is that of a session over the limit; false when no line of it can bear one.
func (s *series) finding(c *audit.Case, m *limit, earlier []session, on *session) (audit.Finding, bool) {
	p := s.past(c, m, earlier, on)
	line, rest := s.split(c, on, p.side)
	if line == nil {
		return audit.Finding{}, false
	}
	within := p.sessions[m.most-1].from + m.days
	f := audit.Finding{
		Line: line, Severity: m.severity, Money: m.money,
		Message: s.message(c, m, line, p.sessions),
		Fix:     audit.Fix{Text: strings.ReplaceAll(m.fix, "{until}", within.String())},
	}
	for _, e := range slices.Backward(p.sessions) {
		f.Related = append(f.Related, &c.Lines[e.at])
	}
	f.Related = append(f.Related, rest...)
	if m.sameSide && (s.side(c, on) == claim.NoSide || p.stated < m.most) {
		f.Severity = audit.Review
		f.Message += "; the side is not stated on both days"
	}
	return f, true
}

// message counts the sessions, latest first, or names the one that came too soon before.
func (s *series) message(c *audit.Case, m *limit, l *audit.Line, counted []*session) string {
	last := counted[0]
	if m.most == 1 && m.days > 0 {
		return fmt.Sprintf("%s on %s comes %d days after %s on %s: %s", terms.BilledAs(l), l.From, l.From-last.from, terms.BilledAs(&c.Lines[last.at]), last.from, s.words(m.say))
	}
	n, within := fmt.Sprintf("session %d", len(counted)+1), ""
	if m.days > 0 {
		within = fmt.Sprintf(" within %d days", m.days)
	}
	if m.days == 0 || c.Since > l.From-m.days+1 {
		n = "at least " + n
		within += fmt.Sprintf(" in the lines seen since %s", c.Since)
	}
	return fmt.Sprintf("%s on %s is %s of %s%s (the last on %s); the limit is %d", terms.BilledAs(l), l.From, n, s.words(m.say), within, last.from, m.most)
}

// historyRow is one row of data/session-history.csv: what must have come before a session. It is
// asked only where the patient's lines go back far enough to tell.
type historyRow struct {
	Rule     string `csv:"rule"`
	Codes    string `csv:"codes"`
	With     string `csv:"with"` // codes, one of which stands on the session's day; blank for any day
	Regions  string `csv:"regions"`
	KX       string `csv:"kx"`
	Earlier  string `csv:"earlier"` // what makes an earlier session in the region, of whatever payer
	Today    string `csv:"today"`   // yes: or on its day
	Least    string `csv:"least"`   // how many there must be
	Days     string `csv:"days"`    // within so many days before; blank for all lines seen
	Seen     string `csv:"seen"`    // the patient's lines must go back so many days
	Unless   string `csv:"unless"`  // what, done before in the region, makes the question idle
	From     string `csv:"from"`
	Payers   string `csv:"payers"`
	Severity string `csv:"severity"`
	Money    string `csv:"money"`
	Say      string `csv:"say"` // with {region}, {n} earlier sessions and {since}, the first date of the patient's lines
	Fix      string `csv:"fix"`
	Source   string `csv:"source"`
}

// history is a row in use.
type history struct {
	sessionLines
	limit
	with            terms.CodeSet
	earlier, unless sessionLines
	today           bool
	seen            claim.Date
}

func mustHistory(rule string) (list []history) {
	for row := range terms.MustData[historyRow]("session-history.csv") {
		if row.Rule != rule {
			continue
		}
		as := limitRow{Rule: rule, KX: row.KX, Days: row.Days, Limit: row.Least, From: row.From, Severity: row.Severity, Money: row.Money, Say: row.Say, Fix: row.Fix}
		parted := sessionLinesOf(row.Codes, row.Regions, row.Payers)
		earlier, unless := sessionLinesOf(row.Earlier, row.Regions, ""), sessionLinesOf(row.Unless, row.Regions, "")
		for i, s := range parted {
			list = append(list, history{sessionLines: s, limit: as.typed(), with: terms.MustCodes(row.With), today: terms.MustYes(row.Today), earlier: earlier[i], unless: unless[i], seen: claim.Date(MustCount(row.Seen))})
		}
	}
	if list == nil {
		panic("rules: no rows of " + rule + " in session-history.csv")
	}
	return list
}

// TooFewBefore completes a rule for sessions that lack what must come before with its rows of
// session-history.csv.
func TooFewBefore(r *audit.Rule) {
	list := mustHistory(r.ID)
	var on terms.CodeSet
	for i := range list {
		on = on.Or(list[i].codes)
		r.Needs.OwnHistory = max(r.Needs.OwnHistory, int(list[i].seen))
		r.Needs.Payers |= list[i].payers
	}
	r.Needs.On = on.Reported()
	r.Check = inSessions(list, func(h *history) *sessionLines { return &h.sessionLines }, (*history).check)
}

func (h *history) check(c *audit.Case, _ []session, on *session, report func(audit.Finding)) {
	if !h.speaksOf(on) || on.from < h.from || c.Lines[0].From > on.from-h.seen || !h.standsWith(c, on) {
		return
	}
	n, last := 0, claim.Date(0)
	for i := range c.Lines {
		l := &c.Lines[i]
		switch {
		case l.From > on.from, l.From == on.from && !h.today:
			h.report(c, on, n, report)
			return
		case l.From < on.from && h.unless.has(l):
			return
		case l.From != last && (h.days == 0 || on.from-l.From <= h.days) && h.earlier.has(l):
			last = l.From
			if n++; n >= h.most {
				return
			}
		}
	}
	h.report(c, on, n, report)
}

// standsWith tells whether the day of the session has what the row asks of it.
func (h *history) standsWith(c *audit.Case, on *session) bool {
	if len(h.with.Codes) == 0 {
		return true
	}
	for i := range c.Lines {
		if l := &c.Lines[i]; l.From == on.from && h.with.Has(l) {
			return true
		}
	}
	return false
}

// report tells of a session with so many before it.
func (h *history) report(c *audit.Case, on *session, n int, report func(audit.Finding)) {
	line, rest := h.split(c, on, claim.NoSide)
	if line == nil {
		return
	}
	count := "no"
	if n > 0 {
		count = fmt.Sprintf("only %d", n)
	}
	say := strings.NewReplacer("{n}", count, "{since}", c.Lines[0].From.String()).Replace(h.words(h.say))
	report(audit.Finding{
		Line: line, Severity: h.severity, Money: h.money, Related: rest,
		Message: fmt.Sprintf("%s on %s: %s", terms.BilledAs(line), line.From, say), Fix: audit.Fix{Text: h.fix},
	})
}

package answers

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// remits are the rows of the remittances of a run. They stay in memory as small records.
type remits struct {
	mu      sync.RWMutex // of what is added to
	rows    rowList      // in order of position once they are settled
	unread  []unreadRow
	kinds   []kind
	kindOf  map[kind]uint32
	claims  texts       // numbers of claims
	names   texts       // patients and numbers of lines
	of      []claimRows // by number of the claim
	sources []claim.Source
}

func newRemits() remits {
	return remits{kindOf: map[kind]uint32{}, claims: newTexts(), names: newTexts()}
}

// claimRows are the rows of a claim, the first and the last by their numbers from 1, and whose lines have its number.
type claimRows struct {
	first, last uint32
	patient     atomic.Uint32 // the first met, by its number; 0 while none is
	shared      atomic.Bool   // lines of another patient have it too
}

// fate is what became of a row.
type fate uint8

const (
	notLooked fate = iota
	joined
	history
	noCode
	otherModifiers
	several
	numFates
)

// fates say why a row is about no line audited.
var fates = [numFates]string{
	notLooked:      "its claim has no line that was audited: the lines were left out, or could not be read",
	history:        "its line is of an earlier export, which is not audited here",
	noCode:         "its claim has no line with this number, or of this day and code",
	otherModifiers: "the claim's line of this day and code has other modifiers",
	several:        "several lines of the claim may be meant: nothing tells which",
}

const (
	noClaim    = "no line of the exports has its claim"
	manyPeople = "lines of several patients have the number of its claim, and the row does not say whose it is"
)

// Collector takes the rows of remittances.
type Collector struct{ book *Book }

// Collector makes a collector.
func (b *Book) Collector() *Collector { return &Collector{book: b} }

// Line takes a row that says which line it is about; of its position the input counts the remittances.
func (c *Collector) Line(l *claim.Line) {
	b := c.book
	k := kind{code: l.Code, mods: l.Mods, said: b.cell(l.Denials), given: l.Given & (answer | claim.FieldSet(claim.FieldCharge)), ambiguous: l.Ambiguous.Has(claim.FieldFrom)}
	r := row{payment: l.Payment, day: l.From, charge: l.Charge, paid: l.Paid, allowed: l.Allowed, pos: l.Pos}
	b.mu.Lock()
	defer b.mu.Unlock()
	r.kind = b.kind(k)
	r.claim, r.line = number(&b.claims, plainID(l.Claim)), number(&b.names, plainID(lineNumber(l.LineID)))
	if !l.Anonymous {
		r.patient = number(&b.names, l.Patient)
	}
	b.rows.add(&r)
}

// kind is the place of a kind among all.
func (b *Book) kind(k kind) uint32 {
	n, met := b.kindOf[k]
	if !met {
		n = uint32(len(b.kinds)) // there are no more than rows
		b.kinds, b.kindOf[k] = append(b.kinds, k), n
	}
	return n
}

// Unread takes a row that is about no line. What is no answer at all, a total or a note, is counted where it was read.
func (c *Collector) Unread(u claim.Unread) {
	if u.Kind != claim.Unreadable {
		return
	}
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	c.book.unread = append(c.book.unread, unreadRow{u.Pos, strings.Clone(u.Reason)})
}

// Settle puts the rows in order once all remittances, whose sources these are, have been read.
func (b *Book) Settle(sources []claim.Source) {
	b.sources, b.kindOf = sources, nil
	b.rows.sort()
	for _, r := range b.rows.each {
		if b.kinds[r.kind].ambiguous && sources[r.pos.Input].DayFirst.Has(claim.FieldFrom) {
			r.day = r.day.SwapDayMonth()
		}
	}
	b.index()
}

// index finds out which rows are of a claim.
func (b *Book) index() {
	b.of = make([]claimRows, len(b.claims.ends)+1)
	for n, r := range b.rows.each {
		c := &b.of[r.claim]
		if c.last == 0 {
			c.first = n + 1
		} else {
			b.rows.at(c.last - 1).next = n + 1
		}
		c.last = n + 1
	}
}

// number is the number of a text among others; 0 of a blank one.
func number(all *texts, s string) uint32 {
	if s == "" {
		return 0
	}
	return all.add(s)
}

// plainID is an id, whatever its case.
func plainID(id string) string { return strings.ToUpper(strings.TrimSpace(id)) }

// claimOf are the rows of a line's claim; nil for none.
func (b *Book) claimOf(l *audit.Line) *claimRows {
	if l.Claim == "" {
		return nil
	}
	n := b.claims.find(plainID(l.Claim))
	if n == 0 {
		return nil
	}
	return &b.of[n]
}

// lineNumber is the number of a line less the zeros before it.
func lineNumber(id string) string { return strings.TrimLeft(id, "0") }

func numberOf(l *audit.Line) string { return plainID(lineNumber(l.LineID)) }

// Asks tells whether lines are to be seen and joined at all.
func (b *Book) Asks() bool { return len(b.rows) > 0 }

// See notes whose claims the numbers of claims are. It is shown all lines before any is joined, by several
// goroutines.
func (b *Book) See(lines []audit.Line) {
	last, whose := "", uint32(0) // of lines of one patient
	for i := range lines {
		c := b.claimOf(&lines[i])
		if c == nil {
			continue
		}
		if text := whoseText(&lines[i]); whose == 0 || text != last {
			last, whose = text, b.person(text)
		}
		if !c.patient.CompareAndSwap(0, whose) && c.patient.Load() != whose {
			c.shared.Store(true)
		}
	}
}

// whoseText tells the patient of a line, as written: lines of two may be judged at a time. Lines without one are of
// their claim's.
func whoseText(l *audit.Line) string {
	if l.Anonymous || l.Patient == "" {
		return "\x00" + l.Claim
	}
	return l.Patient
}

// person is the number of a patient.
func (b *Book) person(text string) uint32 {
	b.mu.RLock()
	n := b.names.find(text)
	b.mu.RUnlock()
	if n == 0 {
		b.mu.Lock()
		defer b.mu.Unlock()
		n = b.names.add(text)
	}
	return n
}

// Join is what the remittances say of lines of one patient that stand, by the lines' positions; nil where they say
// nothing. All lines of the patient, or of a claim without one, are shown in one call.
func (b *Book) Join(lines []audit.Line) map[claim.Pos]audit.Given {
	byClaim := map[*claimRows][]*audit.Line{}
	var met []*claimRows
	for i := range lines {
		c := b.claimOf(&lines[i])
		if c == nil {
			continue
		}
		if byClaim[c] == nil {
			met = append(met, c)
		}
		byClaim[c] = append(byClaim[c], &lines[i])
	}
	if len(met) == 0 {
		return nil
	}
	given, paid := map[claim.Pos]audit.Given{}, map[paymentOf]bool{}
	for _, c := range met {
		b.joinClaim(c, byClaim[c], given, paid)
	}
	return given
}

// paymentOf is a payment on a line; one row for each reason repeats it.
type paymentOf struct {
	line    claim.Pos
	payment uint64
	paid    claim.Cents
}

// joinClaim joins the rows of a claim with its lines.
func (b *Book) joinClaim(c *claimRows, all []*audit.Line, given map[claim.Pos]audit.Given, paid map[paymentOf]bool) {
	whose, shared, lines := whoseText(all[0]), c.shared.Load(), linesOf(all)
	for n := c.first; n != 0; {
		r := b.rows.at(n - 1)
		n = r.next
		if shared && (r.patient == 0 || string(b.names.text(r.patient)) != whose) {
			continue
		}
		l, why := b.lineOf(r, lines)
		if r.fate = why; l == nil {
			continue
		}
		if l.Context {
			r.fate = history
		}
		g := given[l.Pos]
		if p := (paymentOf{l.Pos, r.payment, r.paid}); !paid[p] {
			paid[p] = true
			g.Paid += r.paid
		}
		g.Allowed = max(g.Allowed, r.allowed)
		k := &b.kinds[r.kind]
		g.Fields |= k.given & answer
		g.Denials = withCodes(g.Denials, k.said.codes)
		given[l.Pos] = g
	}
}

// withCodes are the codes of a line and further ones, each once.
func withCodes(denials string, codes []string) string {
	if denials == "" && len(codes) == 1 {
		return codes[0]
	}
	for _, code := range codes {
		if !slices.Contains(strings.Fields(denials), code) {
			denials = strings.TrimSpace(denials + " " + code)
		}
	}
	return denials
}

// lineOf is the line that a row is about: the one of its number, else the only one of its day and code that has its
// modifiers or its charge. Where several may be meant, none is.
func (b *Book) lineOf(r *row, lines *claimLines) (*audit.Line, fate) {
	var numbered []*audit.Line
	if r.line != 0 {
		numbered = which(lines.numbered(b.names.text(r.line)), func(l *audit.Line) bool { return b.numbers(r, l) })
	}
	if len(numbered) == 1 {
		return numbered[0], joined
	}
	code, mods := b.kinds[r.kind].code, b.kinds[r.kind].mods
	if code == 0 || r.day == 0 {
		return nil, noCode
	}
	alike := which(lines.alike(service{code, r.day}), func(l *audit.Line) bool { return l.Code == code && l.From == r.day })
	if len(numbered) > 1 {
		alike = numbered
	}
	switch {
	case len(alike) == 0:
		return nil, noCode
	case len(alike) > 1:
		return b.oneOf(r, alike)
	case !within(mods, alike[0].Mods) && !within(alike[0].Mods, mods):
		return nil, otherModifiers
	}
	return alike[0], joined
}

// numbers tells whether the row has the line's number, and nothing that the line has otherwise.
func (b *Book) numbers(r *row, l *audit.Line) bool {
	if string(b.names.text(r.line)) != numberOf(l) {
		return false
	}
	code := b.kinds[r.kind].code
	return (code == 0 || code == l.Code) && (r.day == 0 || r.day == l.From)
}

// oneOf is the one of several lines of a day and code that has the row's modifiers or its charge. A remittance without
// modifiers tells none apart by them.
func (b *Book) oneOf(r *row, alike []*audit.Line) (*audit.Line, fate) {
	k := &b.kinds[r.kind]
	if b.sources[r.pos.Input].Columns.Has(claim.FieldModifiers) {
		same := which(alike, func(l *audit.Line) bool { return within(k.mods, l.Mods) && within(l.Mods, k.mods) })
		switch {
		case len(same) > 0:
			alike = same
		case k.mods.Count() > 0:
			return nil, otherModifiers
		}
	}
	if k.given.Has(claim.FieldCharge) && len(alike) > 1 {
		alike = which(alike, func(l *audit.Line) bool { return l.Charge == r.charge })
	}
	if len(alike) != 1 {
		return nil, several
	}
	return alike[0], joined
}

// within tells whether all modifiers of the first are among the second's.
func within(a, b claim.Modifiers) bool {
	for _, m := range a {
		if m != 0 && !b.Has(m) {
			return false
		}
	}
	return true
}

func which(lines []*audit.Line, so func(*audit.Line) bool) (some []*audit.Line) {
	for _, l := range lines {
		if so(l) {
			some = append(some, l)
		}
	}
	return some
}

// Told are the remittances, and their rows that are about no line audited, once all lines were judged.
func (b *Book) Told() (list []audit.Remittance, rest []audit.NotJoined) {
	for _, s := range b.sources {
		list = append(list, audit.Remittance{Source: s})
	}
	for _, u := range b.unread {
		rest = append(rest, audit.NotJoined{Pos: u.pos, Reason: u.why})
	}
	for _, r := range b.rows.each {
		if r.fate == joined {
			list[r.pos.Input].Joined++
			continue
		}
		k := &b.kinds[r.kind]
		rest = append(rest, audit.NotJoined{Pos: r.pos, Reason: b.why(r), Paid: r.paid, Given: k.given.Has(claim.FieldPaid), Codes: k.said.codes})
	}
	slices.SortFunc(rest, func(x, y audit.NotJoined) int { return x.Pos.Compare(y.Pos) })
	return list, rest
}

// why is why the row is about no line audited.
func (b *Book) why(r *row) string {
	switch c := &b.of[r.claim]; {
	case c.patient.Load() == 0:
		return noClaim
	case r.fate == notLooked && c.shared.Load():
		return manyPeople
	}
	return fates[r.fate]
}

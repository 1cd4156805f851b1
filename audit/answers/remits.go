package answers

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// remits are the rows of the remittances of a run. They are few beside the lines, and stay in memory as small records.
type remits struct {
	mu      sync.Mutex // of what collectors hand over
	rows    []row      // in order of position once they are settled
	order   []int32    // the same by claim, and by position
	claims  map[uint64]*claimRows
	sources []claim.Source
}

// row is a row of a remittance. Texts that tell its line are hashes of them.
type row struct {
	claim, patient, line uint64 // 0: the row does not say
	payment              uint64 // see claim.Line.Payment
	day                  claim.Date
	code                 claim.Code
	mods                 claim.Modifiers
	charge               claim.Cents
	paid, allowed        claim.Cents
	said                 *told
	pos                  claim.Pos
	given, ambiguous     claim.Fields
	fate                 fate
	unread               string // why it can be about no line
}

// claimRows are the rows of a claim, from and up to places in order, and whose lines have its number.
type claimRows struct {
	from, end int32
	patient   atomic.Uint64 // the first met; 0 while none is
	shared    atomic.Bool   // lines of another patient have it too
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

// Collector takes the rows of remittances. Each goroutine needs its own.
type Collector struct {
	book *Book
	rows []row
}

// Collector makes a collector.
func (b *Book) Collector() *Collector {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.claims == nil {
		b.claims = map[uint64]*claimRows{}
	}
	return &Collector{book: b}
}

// Line takes a row that says which line it is about; of its position the input counts the remittances.
func (c *Collector) Line(l *claim.Line) {
	b := c.book
	r := row{
		claim: b.hash(l.Claim), line: b.hash(lineNumber(l.LineID)), payment: l.Payment, day: l.From, code: l.Code, mods: l.Mods, charge: l.Charge,
		paid: l.Paid, allowed: l.Allowed, said: b.cell(l.Denials), pos: l.Pos, given: l.Given, ambiguous: l.Ambiguous,
	}
	if !l.Anonymous {
		r.patient = b.person(l.Patient)
	}
	c.rows = append(c.rows, r)
}

// Unread takes a row that is about no line. What is no answer at all, a total or a note, is counted where it was read.
func (c *Collector) Unread(u claim.Unread) {
	if u.Kind == claim.Unreadable {
		c.rows = append(c.rows, row{pos: u.Pos, unread: strings.Clone(u.Reason)})
	}
}

// Close hands the rows to the book.
func (c *Collector) Close() {
	c.book.mu.Lock()
	defer c.book.mu.Unlock()
	c.book.rows = append(c.book.rows, c.rows...)
	c.rows = nil
}

// Settle puts the rows in order once all remittances, whose sources these are, have been read.
func (b *Book) Settle(sources []claim.Source) {
	b.sources = sources
	slices.SortFunc(b.rows, func(x, y row) int { return x.pos.Compare(y.pos) })
	for i := range b.rows {
		r := &b.rows[i]
		if r.ambiguous.Has(claim.FieldFrom) && sources[r.pos.Input].DayFirst.Has(claim.FieldFrom) {
			r.day = r.day.SwapDayMonth()
		}
	}
	b.index()
}

// index finds out which rows are of a claim.
func (b *Book) index() {
	for i := range b.rows {
		if b.rows[i].unread == "" {
			b.order = append(b.order, int32(i))
		}
	}
	slices.SortStableFunc(b.order, func(x, y int32) int { return cmp.Compare(b.rows[x].claim, b.rows[y].claim) })
	for i, n := range b.order {
		number := b.rows[n].claim
		c := b.claims[number]
		if c == nil {
			c = &claimRows{from: int32(i)}
			b.claims[number] = c
		}
		c.end = int32(i) + 1
	}
}

// hash stands for an id, whatever its case; 0 for none.
func (b *Book) hash(id string) uint64 {
	if id == "" {
		return 0
	}
	return xxhash.Sum64String(strings.ToUpper(strings.TrimSpace(id))) | 1
}

// lineNumber is the number of a line less the zeros before it.
func lineNumber(id string) string { return strings.TrimLeft(id, "0") }

// Asks tells whether lines are to be seen and joined at all.
func (b *Book) Asks() bool { return len(b.claims) > 0 }

// See notes whose claims the numbers of claims are. It is shown all lines before any is joined, by several
// goroutines.
func (b *Book) See(lines []audit.Line) {
	for i := range lines {
		c := b.claims[b.hash(lines[i].Claim)]
		if c == nil || lines[i].Claim == "" {
			continue
		}
		whose := b.whose(&lines[i])
		if !c.patient.CompareAndSwap(0, whose) && c.patient.Load() != whose {
			c.shared.Store(true)
		}
	}
}

// whose stands for the patient of a line, as written: lines of two may be judged at a time. Lines without one are of
// their claim's.
func (b *Book) whose(l *audit.Line) uint64 {
	if l.Anonymous || l.Patient == "" {
		return b.person("\x00" + l.Claim)
	}
	return b.person(l.Patient)
}

// person stands for a patient; 0 for none.
func (b *Book) person(id string) uint64 {
	if id == "" {
		return 0
	}
	return xxhash.Sum64String(id) | 1
}

// Join is what the remittances say of lines of one patient that stand, by the lines' positions; nil where they say
// nothing. All lines of the patient, or of a claim without one, are shown in one call.
func (b *Book) Join(lines []audit.Line) map[claim.Pos]audit.Given {
	byClaim := map[*claimRows][]*audit.Line{}
	var met []*claimRows
	for i := range lines {
		if lines[i].Claim == "" {
			continue
		}
		c := b.claims[b.hash(lines[i].Claim)]
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
	given := map[claim.Pos]audit.Given{}
	for _, c := range met {
		b.joinClaim(c, byClaim[c], given)
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
func (b *Book) joinClaim(c *claimRows, lines []*audit.Line, given map[claim.Pos]audit.Given) {
	whose := b.whose(lines[0])
	paid := map[paymentOf]bool{}
	for _, n := range b.order[c.from:c.end] {
		r := &b.rows[n]
		if c.shared.Load() && r.patient != whose {
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
		g.Fields |= r.given & answer
		for _, code := range r.said.codes {
			if !slices.Contains(strings.Fields(g.Denials), code) {
				g.Denials = strings.TrimSpace(g.Denials + " " + code)
			}
		}
		given[l.Pos] = g
	}
}

// lineOf is the line that a row is about: the one of its number, else the only one of its day and code that has its
// modifiers or its charge. Where several may be meant, none is.
func (b *Book) lineOf(r *row, lines []*audit.Line) (*audit.Line, fate) {
	numbered := which(lines, func(l *audit.Line) bool { return b.numbers(r, l) })
	if len(numbered) == 1 {
		return numbered[0], joined
	}
	if r.code == 0 || r.day == 0 {
		return nil, noCode
	}
	alike := which(lines, func(l *audit.Line) bool { return l.Code == r.code && l.From == r.day })
	if len(numbered) > 1 {
		alike = numbered
	}
	switch {
	case len(alike) == 0:
		return nil, noCode
	case len(alike) > 1:
		return b.oneOf(r, alike)
	case !within(r.mods, alike[0].Mods) && !within(alike[0].Mods, r.mods):
		return nil, otherModifiers
	}
	return alike[0], joined
}

// numbers tells whether the row has the line's number, and nothing that the line has otherwise.
func (b *Book) numbers(r *row, l *audit.Line) bool {
	if r.line == 0 || b.hash(lineNumber(l.LineID)) != r.line {
		return false
	}
	return (r.code == 0 || r.code == l.Code) && (r.day == 0 || r.day == l.From)
}

// oneOf is the one of several lines of a day and code that has the row's modifiers or its charge. A remittance without
// modifiers tells none apart by them.
func (b *Book) oneOf(r *row, alike []*audit.Line) (*audit.Line, fate) {
	if b.sources[r.pos.Input].Columns.Has(claim.FieldModifiers) {
		same := which(alike, func(l *audit.Line) bool { return within(r.mods, l.Mods) && within(l.Mods, r.mods) })
		switch {
		case len(same) > 0:
			alike = same
		case r.mods.Count() > 0:
			return nil, otherModifiers
		}
	}
	if r.given.Has(claim.FieldCharge) && len(alike) > 1 {
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
	for i := range b.rows {
		r := &b.rows[i]
		if r.unread == "" && r.fate == joined {
			list[r.pos.Input].Joined++
			continue
		}
		n := audit.NotJoined{Pos: r.pos, Reason: r.unread, Paid: r.paid, Given: r.given.Has(claim.FieldPaid)}
		if r.unread == "" {
			n.Reason, n.Codes = b.why(r), r.said.codes
		}
		rest = append(rest, n)
	}
	return list, rest
}

// why is why the row is about no line audited.
func (b *Book) why(r *row) string {
	switch c := b.claims[r.claim]; {
	case c.patient.Load() == 0:
		return noClaim
	case r.fate == notLooked && c.shared.Load():
		return manyPeople
	}
	return fates[r.fate]
}

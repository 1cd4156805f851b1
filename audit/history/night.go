package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/claim"
)

// Run is what a history has to know of an audit.
type Run struct {
	AsOf   claim.Date
	First  claim.Date // the first date of service of its lines
	Inputs []string   // the SHA-256 of each
	Facts  []Fact     // all that decides what is found in the same lines
	Rules  []*audit.Rule
	// Exists tells of a rule that did not run whether the program has it.
	Exists func(id string) bool
	// Shown are patient and claim as outputs show them: a history knows no more of them.
	Shown func(*audit.Line) (patient, claim string)
}

// Fact is a version, a table or a setting.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Night is an audit beside what earlier ones found. It holds the history until it is recorded or the
// store is closed.
type Night struct {
	store  *Store
	tx     *sql.Tx
	run    Run
	number int
	before *runRow // the run before this one; nil for the first
	base   int     // how many findings were open before this run
	again  *runRow // the same audit, recorded before; nil for a new one
	ran    map[string]*audit.Rule

	past    map[string]*finding   // what the history has of days from the first on, by fingerprint
	watched map[uint64][]*finding // the open ones of these, by their own encounter; of the others nothing
	news    []*finding            // what was found that it had not

	facts map[int][]Fact // of earlier runs that were asked for

	mu   sync.Mutex
	seen map[uint64]encounter
}

// finding is one of the history, and what becomes of it.
type finding struct {
	fingerprint, rule, patient, claim, code string
	day                                     claim.Date
	says                                    uint64
	encounters                              []met // its own first, then those of its related lines
	first, last                             int
	state, before                           audit.State
	stateRun                                int
	why                                     string
	said                                    *said // nil: nobody said anything of it

	found   bool // this audit makes it
	changed bool // this audit changes its state
	kept    bool // a line of it could not be judged by its rule, so that it stays as it is
}

// said is what a reviewer said last, and what the finding said then.
type said struct {
	audit.Disposition
	says uint64
}

// decided tells whether the finding is not to be asked about again.
func (f *finding) decided(says uint64) bool {
	return f.said != nil && f.said.says == says &&
		(f.said.Value == audit.Disagree && f.said.Note != "" || f.said.Value == audit.AcceptedRisk)
}

// met is an encounter that a finding speaks of, and what was billed in it.
type met struct{ key, content uint64 }

// encounter is what this audit has of one.
type encounter struct {
	content uint64
	fresh   bool // it has lines that are more than history
}

// Night begins one: it waits for another that is going on, and reads what the history has.
func (s *Store) Night(ctx context.Context, run Run, o Options) (*Night, error) {
	n := &Night{
		store: s, run: run, ran: map[string]*audit.Rule{}, seen: map[uint64]encounter{}, facts: map[int][]Fact{},
		past: map[string]*finding{}, watched: map[uint64][]*finding{},
	}
	for _, r := range run.Rules {
		n.ran[r.ID] = r
	}
	var err error
	if n.tx, err = s.begin(ctx, o); err != nil {
		return nil, err
	}
	if err := n.read(ctx); err != nil {
		return nil, errors.Join(err, n.tx.Rollback())
	}
	return n, nil
}

// read reads what the history has.
func (n *Night) read(ctx context.Context) error {
	if err := n.readRuns(ctx); err != nil {
		return n.store.failed(err)
	}
	if n.before != nil && slices.Contains(changed(n.before.facts, n.run.Facts), IDs) {
		return fmt.Errorf("%s names patients otherwise than this audit: it was begun without --deidentify, or with another key: use the same key, or another history", n.store.name)
	}
	if err := n.readFindings(ctx); err != nil {
		return n.store.failed(err)
	}
	return nil
}

// The facts that a history itself asks for.
const (
	IDs       = "ids"           // what stands for the ids of patients and claims
	Waivers   = "waivers"       // what is waived: it changes no state
	sheetFact = "setting sheet" // with another, other lines of a day are read
)

// watch takes a finding of the history into account.
func (n *Night) watch(f *finding) {
	n.past[f.fingerprint] = f
	if f.state != audit.Open {
		return
	}
	for _, m := range f.encounters {
		n.watched[m.key] = append(n.watched[m.key], f)
	}
}

// Left notes the encounters of lines that others stand for or take back: they are in this audit too.
func (n *Night) Left(lines []audit.Line) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range lines {
		patient, claimID := n.run.Shown(&lines[i])
		key := keyOf(&lines[i], patient, claimID)
		met := n.seen[key]
		met.fresh = met.fresh || !lines[i].Context
		n.seen[key] = met
	}
}

// Patient notes what was billed in the encounters of a patient that findings speak of, once the patient
// was judged. It may be called from several goroutines.
func (n *Night) Patient(c *audit.Case, found []audit.Finding) {
	for first, last := 0, 0; first < len(c.Lines); first = last {
		for last++; last < len(c.Lines) && c.Lines[last].From == c.Lines[first].From; last++ {
		}
		day := c.Lines[first:last]
		patient, claimID := n.run.Shown(&day[0])
		key := keyOf(&day[0], patient, claimID)
		watchers, watched := n.watched[key]
		if watched || len(found) > 0 {
			n.see(c, key, day, watchers)
		}
	}
}

func (n *Night) see(c *audit.Case, key uint64, day []audit.Line, watchers []*finding) {
	met := encounter{content: contentOf(day), fresh: audit.AnyNew(day)}
	n.mu.Lock()
	defer n.mu.Unlock()
	earlier := n.seen[key] // of lines without a patient
	met.content += earlier.content
	met.fresh = met.fresh || earlier.fresh
	n.seen[key] = met
	for _, f := range watchers {
		f.kept = f.kept || n.keeps(c, f, day, f.encounters[0].key == key)
	}
}

// keeps tells whether a row of a day that the finding speaks of could not be judged: it was not read, or has
// no code; or, of its own day, its line is history by now, or its rule cannot check it.
func (n *Night) keeps(c *audit.Case, f *finding, day []audit.Line, own bool) bool {
	rule := n.ran[f.rule]
	for i := range day {
		l := &day[i]
		if l.Gap || l.Billed == "" && f.code != "" {
			return true
		}
		if own && l.Billed == f.code && (l.Context || rule != nil && !account.CanCheck(rule, c, l)) {
			return true
		}
	}
	return false
}

// Found is a finding as outputs show it.
type Found struct {
	*audit.Finding
	Fingerprint string
	Twin        bool // another says the same of a line beside it: their fingerprints differ in a number alone
}

// Compare tells the states of what was found in so many lines, in its order, and what became of the rest. What
// is waived, told by its fingerprint and whether it stands for many lines, keeps the state it had.
func (n *Night) Compare(ctx context.Context, lines int, found iter.Seq[Found], waived iter.Seq2[string, bool]) (*audit.Past, error) {
	p := &audit.Past{Run: n.number, Said: map[string]audit.Disposition{}, Counts: map[audit.State]int{}}
	stood := 0 // of what was open before
	for f := range found {
		h, err := n.known(ctx, f)
		if err != nil {
			return nil, n.store.failed(err)
		}
		if h.state == audit.Open && h.first != n.number {
			stood++
		}
		state := n.meet(h, f)
		p.States = append(p.States, state)
		p.Counts[state]++
		if h.said != nil {
			p.Said[f.Fingerprint] = h.said.Disposition
		}
	}
	left, err := n.waive(ctx, p, waived)
	if err := errors.Join(err, n.close(ctx, p)); err != nil {
		return nil, n.store.failed(err)
	}
	stood += left
	p.Counts[audit.Unseen] = n.base - stood - p.Counts[audit.Fixed] - p.Counts[audit.Withdrawn]
	if n.again != nil {
		p.Counts = n.again.counts
	}
	if n.before != nil {
		p.Changed = changed(n.before.facts, n.run.Facts)
	}
	return p, n.trend(ctx, p, lines)
}

// waive counts what is waived, and tells how much of it was open before.
func (n *Night) waive(ctx context.Context, p *audit.Past, waived iter.Seq2[string, bool]) (open int, err error) {
	for mark, many := range waived {
		p.Counts[audit.Waived]++
		h := n.past[mark]
		if h == nil && many { // it may have stood on a line of another day
			if h, err = n.readFinding(ctx, mark); err != nil {
				return 0, err
			}
		}
		if h == nil || h.found {
			continue
		}
		h.found = true
		if h.state == audit.Open {
			open++
		}
		if h.said != nil {
			p.Said[mark] = h.said.Disposition
		}
	}
	return open, nil
}

// settles tells whether it is an answer that ends the asking.
func (s *said) settles() bool { return s.Value == audit.Disagree || s.Value == audit.AcceptedRisk }

// known is what the history has of a finding, or a new one.
func (n *Night) known(ctx context.Context, f Found) (*finding, error) {
	if h := n.past[f.Fingerprint]; h != nil {
		return h, nil
	}
	if f.Count > 0 { // it may have stood on a line of another day
		if h, err := n.readFinding(ctx, f.Fingerprint); h != nil || err != nil {
			return h, err
		}
	}
	h := &finding{fingerprint: f.Fingerprint, rule: f.Rule.ID, first: n.number}
	n.past[f.Fingerprint] = h
	n.news = append(n.news, h)
	return h, nil
}

// meet notes that a finding of the history, or a new one, was made by this audit, and tells its state.
func (n *Night) meet(h *finding, f Found) audit.State {
	says, was := saysOf(f.Finding), h.state
	decided := h.decided(says)
	asksAnew := h.said != nil && h.said.settles() && h.said.says != says && h.says != says
	h.found = true
	h.patient, h.claim, h.code, h.day = f.Line.Patient, f.Line.Claim, f.Line.Billed, f.Line.From
	h.says, h.encounters, h.last = says, n.encountersOf(f.Finding), n.number
	switch {
	case n.again != nil:
		return n.told(h)
	case was == audit.NoState:
		n.turn(h, audit.Open, "")
		return audit.New
	case was == audit.Open && !asksAnew:
		return audit.Open
	}
	n.turn(h, audit.Open, "")
	if decided {
		return audit.Open
	}
	return audit.Reopened
}

// told is the state that the same audit told before.
func (n *Night) told(h *finding) audit.State {
	switch {
	case h.state == audit.NoState:
		return audit.New
	case h.stateRun != n.again.run || h.decided(h.says):
		return audit.Open
	case h.before == audit.NoState:
		return audit.New
	}
	return audit.Reopened
}

// turn gives a finding another state.
func (n *Night) turn(h *finding, to audit.State, why string) {
	h.before, h.state, h.stateRun, h.why, h.changed = h.state, to, n.number, why, true
}

// close tells what became of the findings that this audit does not make.
func (n *Night) close(ctx context.Context, p *audit.Past) error {
	for _, h := range n.past {
		switch {
		case h.found:
			continue
		case n.again != nil:
			if h.stateRun != n.again.run || h.state == audit.Open {
				continue
			}
		case h.state != audit.Open:
			continue
		default:
			state, why, err := n.closes(ctx, h)
			if err != nil {
				return err
			}
			if state == audit.Open {
				continue
			}
			n.turn(h, state, why)
		}
		p.Counts[h.state]++
		p.Closed = append(p.Closed, audit.Closed{
			Fingerprint: h.fingerprint, Rule: h.rule, Patient: h.patient, Claim: h.claim, Date: h.day, Code: h.code,
			State: h.state, Why: h.why, First: h.first,
		})
	}
	slices.SortFunc(p.Closed, compareClosed)
	return nil
}

// closes is the state of a finding that is not made any more; Open where nothing tells.
func (n *Night) closes(ctx context.Context, h *finding) (audit.State, string, error) {
	if n.ran[h.rule] == nil && n.run.Exists(h.rule) || h.kept {
		return audit.Open, "", nil
	}
	same := true
	for i, m := range h.encounters {
		now, seen := n.seen[m.key]
		if !seen || i == 0 && !now.fresh {
			return audit.Open, "", nil
		}
		same = same && now.content == m.content
	}
	facts, err := n.factsOf(ctx, h.last)
	if err != nil {
		return audit.Open, "", err
	}
	what := slices.DeleteFunc(changed(facts, n.run.Facts), func(name string) bool { return name == Waivers })
	switch {
	case slices.Contains(what, sheetFact):
		return audit.Open, "", nil
	case n.ran[h.rule] == nil:
		return audit.Withdrawn, "the rule is gone", nil
	case same && len(what) > 0:
		return audit.Withdrawn, whatChanged(what), nil
	}
	return audit.Fixed, "", nil
}

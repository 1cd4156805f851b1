package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
	answers map[string][]answered // what was said of findings that say the same, by what their fingerprints begin with

	floods  map[string]bool // the findings of the history that ever stood for many lines
	carried []*finding      // those that took over what was said of others

	facts map[int][]Fact // of earlier runs that were asked for

	mu   sync.Mutex
	seen map[uint64]encounter
}

// finding is one of the history, and what becomes of it.
type finding struct {
	fingerprint, rule, patient, claim, code string
	day                                     claim.Date
	says, own                               uint64 // see saysOf and ownOf
	encounters                              []met  // its own first, then those of its related lines
	first, last                             int
	state, before                           audit.State
	stateRun                                int
	why                                     string
	said                                    *said // nil: nobody said anything of it

	found   bool // this audit makes it
	changed bool // this audit changes its state
	kept    bool // a line of it could not be judged by its rule, so that it stays as it is
	stored  bool // the history has it
	parted  bool // what was found of its lines stands for itself
	// members are the lines, sorted, that it stood for when it last stood for many, where they were asked for; lines those
	// that it stands for now.
	members, lines []uint64
}

// said is what a reviewer said last, and what the finding said then, of which line; 0 for a line that an
// earlier version of the history did not tell.
type said struct {
	audit.Disposition
	says, own uint64
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
		past: map[string]*finding{}, answers: map[string][]answered{}, watched: map[uint64][]*finding{}, floods: map[string]bool{},
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

// Number is the number of the audit in the history, from 1.
func (n *Night) Number() int { return n.number }

// Before is the day that the audit before looked from; 0 for none.
func (n *Night) Before() claim.Date {
	if n.before == nil {
		return 0
	}
	return n.before.asOf
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
	var patient, claimID string
	for i := range lines {
		if l := &lines[i]; i == 0 || l.Anonymous || l.Patient != lines[i-1].Patient {
			patient, claimID = n.run.Shown(l)
		}
		key := keyOf(&lines[i], patient, claimID)
		met := n.seen[key]
		met.fresh = met.fresh || !lines[i].Context
		n.seen[key] = met
	}
}

// Patient notes what was billed in the encounters of a patient that findings speak of, once the patient
// was judged. It may be called from several goroutines.
func (n *Night) Patient(c *audit.Case, found []audit.Finding) {
	if len(c.Lines) == 0 {
		return
	}
	patient, claimID := n.run.Shown(&c.Lines[0]) // as all have them: a line without a patient is alone
	for first, last := 0, 0; first < len(c.Lines); first = last {
		for last++; last < len(c.Lines) && c.Lines[last].From == c.Lines[first].From; last++ {
		}
		day := c.Lines[first:last]
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

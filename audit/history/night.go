package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"claimaudit/audit"
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
	*Watch
	store  *Store
	tx     *sql.Tx
	run    Run
	number int
	before *runRow // the run before this one; nil for the first
	base   int     // how many findings were open before this run
	again  *runRow // the same audit, recorded before; nil for a new one

	past    map[string]*finding   // what the history has of days from the first on, by fingerprint
	news    []*finding            // what was found that it had not
	answers map[string][]answered // what was said of findings that say the same, by what their fingerprints begin with

	floods  map[string]bool // the findings of the history that ever stood for many lines
	carried []*finding      // those that took over what was said of others

	facts map[int][]Fact // of earlier runs that were asked for
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

// Night begins one: it waits for another that is going on, and reads what the history has.
func (s *Store) Night(ctx context.Context, run Run, o Options) (*Night, error) {
	n := &Night{
		Watch: newWatch(run.Rules, run.Shown), store: s, run: run, facts: map[int][]Fact{},
		past: map[string]*finding{}, answers: map[string][]answered{}, floods: map[string]bool{},
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

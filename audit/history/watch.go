package history

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/account"
	"claimaudit/audit/wire"
)

// Watch looks on while lines are judged, and notes what was billed in the encounters that findings speak of: those of the
// history that are open, and those of the audit. It needs no history beside it, so that lines may be judged by other
// processes than the one that has it.
type Watch struct {
	ran     map[string]*audit.Rule
	shown   func(*audit.Line) (patient, claim string)
	open    []*finding            // of the history; in order of fingerprint once they are told
	watched map[uint64][]*finding // these, by each of their encounters

	mu   sync.Mutex
	seen map[uint64]encounter
}

// encounter is what this audit has of one.
type encounter struct {
	content uint64
	fresh   bool // it has lines that are more than history
}

func newWatch(rules []*audit.Rule, shown func(*audit.Line) (patient, claim string)) *Watch {
	w := &Watch{ran: map[string]*audit.Rule{}, shown: shown, watched: map[uint64][]*finding{}, seen: map[uint64]encounter{}}
	for _, r := range rules {
		w.ran[r.ID] = r
	}
	return w
}

// watch looks for the encounters of a finding that is open.
func (w *Watch) watch(f *finding) {
	w.open = append(w.open, f)
	for _, m := range f.encounters {
		w.watched[m.key] = append(w.watched[m.key], f)
	}
}

// told is what another process has to know of an open finding.
type told struct {
	Rule, Code string
	Encounters []uint64
}

// noted is what another process noted: of encounters, and the places of open findings that stay as they are.
type noted struct {
	Seen map[uint64]encounter
	Kept []int
}

// Open is what OpenWatch has to know of the history's open findings.
func (w *Watch) Open() []byte {
	w.inOrder()
	list := make([]told, 0, len(w.open))
	for _, f := range w.open {
		t := told{Rule: f.rule, Code: f.code}
		for _, m := range f.encounters {
			t.Encounters = append(t.Encounters, m.key)
		}
		list = append(list, t)
	}
	return wire.Append(nil, &list)
}

func (w *Watch) inOrder() {
	slices.SortFunc(w.open, func(a, b *finding) int { return cmp.Compare(a.fingerprint, b.fingerprint) })
}

// OpenWatch is a watch of the open findings that another process told, which judges by the rules; shown are patient
// and claim as outputs show them.
func OpenWatch(open []byte, rules []*audit.Rule, shown func(*audit.Line) (patient, claim string)) (*Watch, error) {
	var list []told
	if err := wire.Read(open, &list); err != nil {
		return nil, err
	}
	w := newWatch(rules, shown)
	for _, t := range list {
		f := &finding{rule: t.Rule, code: t.Code}
		for _, key := range t.Encounters {
			f.encounters = append(f.encounters, met{key: key})
		}
		w.watch(f)
	}
	return w, nil
}

// Noted is all that was noted, for Take of the process that has the history.
func (w *Watch) Noted() []byte {
	n := noted{Seen: w.seen}
	for i, f := range w.open {
		if f.kept {
			n.Kept = append(n.Kept, i)
		}
	}
	return wire.Append(nil, &n)
}

// Take takes up what another process noted.
func (w *Watch) Take(data []byte) error {
	var n noted
	if err := wire.Read(data, &n); err != nil {
		return err
	}
	for key, more := range n.Seen {
		w.seen[key] = w.seen[key].and(more)
	}
	w.inOrder()
	for _, i := range n.Kept {
		if i < 0 || i >= len(w.open) {
			return wire.ErrCut
		}
		w.open[i].kept = true
	}
	return nil
}

// Follow sees that the history is as it was when what another process watches for was told; else what it notes would
// not be all. The same audit once more asks nothing of it.
func (n *Night) Follow(open []byte) error {
	if n.again != nil || bytes.Equal(open, n.Open()) {
		return nil
	}
	return fmt.Errorf("%s is not as it was when claimaudit lines read it: another audit has ended since: begin again with claimaudit lines", n.store.name)
}

// Take takes up what another process noted.
func (n *Night) Take(data []byte) error {
	if n.again != nil {
		return nil
	}
	return n.Watch.Take(data)
}

// and is what was billed in an encounter and more of it; lines without a patient are shown one by one.
func (e encounter) and(more encounter) encounter {
	return encounter{e.content + more.content, e.fresh || more.fresh}
}

// Left notes the encounters of lines that others stand for or take back: they are in this audit too.
func (w *Watch) Left(lines []audit.Line) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var patient, claimID string
	for i := range lines {
		if l := &lines[i]; i == 0 || l.Anonymous || l.Patient != lines[i-1].Patient {
			patient, claimID = w.shown(l)
		}
		key := keyOf(&lines[i], patient, claimID)
		met := w.seen[key]
		met.fresh = met.fresh || !lines[i].Context
		w.seen[key] = met
	}
}

// Patient notes what was billed in the encounters of a patient that findings speak of, once the patient
// was judged. It may be called from several goroutines.
func (w *Watch) Patient(c *audit.Case, found []audit.Finding) {
	if len(c.Lines) == 0 {
		return
	}
	patient, claimID := w.shown(&c.Lines[0]) // as all have them: a line without a patient is alone
	for first, last := 0, 0; first < len(c.Lines); first = last {
		for last++; last < len(c.Lines) && c.Lines[last].From == c.Lines[first].From; last++ {
		}
		day := c.Lines[first:last]
		key := keyOf(&day[0], patient, claimID)
		watchers, watched := w.watched[key]
		if watched || len(found) > 0 {
			w.see(c, key, day, watchers)
		}
	}
}

func (w *Watch) see(c *audit.Case, key uint64, day []audit.Line, watchers []*finding) {
	met := encounter{content: contentOf(day), fresh: audit.AnyNew(day)}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[key] = w.seen[key].and(met)
	for _, f := range watchers {
		f.kept = f.kept || w.keeps(c, f, day, f.encounters[0].key == key)
	}
}

// keeps tells whether a row of a day that the finding speaks of could not be judged: it was not read, or has
// no code; or, of its own day, its line is history by now, or its rule cannot check it.
func (w *Watch) keeps(c *audit.Case, f *finding, day []audit.Line, own bool) bool {
	rule := w.ran[f.rule]
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

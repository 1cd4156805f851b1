package history

import (
	"context"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// Findings that say the same of lines beside each other have fingerprints that differ in a number alone. When
// the first is gone, the second gets its name; what was said of it is told by its line.

// answered is what was said under a fingerprint.
type answered struct {
	fingerprint string
	*said
}

// twin is a finding that others say the same as, or did, and its place among all.
type twin struct {
	place int
	Found
	own uint64
}

// twinOf is the fingerprint of the second of the findings that say the same as this.
func twinOf(fingerprint string) string { return baseOf(fingerprint) + "-2" }

// baseOf is what the fingerprints of findings that say the same begin with.
func baseOf(fingerprint string) string {
	base, _, _ := strings.Cut(fingerprint, "-")
	return base
}

// apart tells whether a finding must be told from others that say the same, of which somebody said something.
func (n *Night) apart(f Found) bool {
	return (f.Twin || n.past[twinOf(f.Fingerprint)] != nil) && n.answers[baseOf(f.Fingerprint)] != nil
}

// copied is a finding that holds beyond the next.
func copied(f Found) Found {
	own, line := *f.Finding, *f.Line
	own.Line, own.Related = &line, slices.Clone(f.Related)
	for i, l := range own.Related {
		related := *l
		own.Related[i] = &related
	}
	f.Finding = &own
	return f
}

// reunite takes the findings with what was said of their lines, under whatever number.
func (n *Night) reunite(ctx context.Context, p *audit.Past, twins []twin, stood *int) error {
	taken := map[*said]bool{}
	words := make([]*said, len(twins))
	for _, same := range []bool{true, false} { // what was said under the same name goes first
		for i := range twins {
			if words[i] == nil {
				words[i] = n.wordFor(&twins[i], same, taken)
			}
		}
	}
	for i := range twins {
		h, err := n.known(ctx, twins[i].Found)
		if err != nil {
			return err
		}
		if words[i] != nil || h.stored {
			h.said = words[i]
		}
		p.States[twins[i].place] = n.take(p, h, twins[i].Found, stood)
	}
	return nil
}

// wordFor is what was said of a finding's line, under the same name or another; nil for nothing.
func (n *Night) wordFor(t *twin, same bool, taken map[*said]bool) *said {
	for _, a := range n.answers[baseOf(t.Fingerprint)] {
		named := a.fingerprint == t.Fingerprint
		if named == same && !taken[a.said] && (a.own == t.own || a.own == 0 && named) {
			taken[a.said] = true
			return a.said
		}
	}
	return nil
}

// ownOf is a finding's line as it is told from others of which the same is said, as one number; never 0.
func ownOf(l *audit.Line) uint64 {
	text := append(make([]byte, 0, 256), l.Billed...)
	for _, f := range claim.Order() {
		if f == claim.FieldCode { // a rule may have put another in its place
			continue
		}
		for _, value := range f.Values(&l.Line) {
			text = append(append(text, 0), value...)
		}
		text = append(text, 1)
	}
	return max(xxhash.Sum64(text), 1)
}

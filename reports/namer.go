package reports

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"slices"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/audit/wire"
)

// Namer tells, while lines are judged, by which fingerprints outputs may name what is found of them: as a report
// without hashes has them, as this one has, and for one of many lines that of the finding that may stand for them all.
// Findings that say the same are numbered as in outputs, where all of them are shown at once: of lines that are judged
// apart, those that somebody names must be met first.
type Namer struct {
	options Options
	asked   map[[12]byte]bool // what somebody names
	mu      sync.Mutex
	apart   map[[12]byte][]audit.Finding // of what is asked for, all that say it of lines that are judged apart
	order   sync.Once
}

// NewNamer makes one for a report so written; prints are the fingerprints that somebody names.
func NewNamer(o Options, prints []string) *Namer {
	n := &Namer{options: o, asked: map[[12]byte]bool{}, apart: map[[12]byte][]audit.Finding{}}
	for _, mark := range prints {
		var sum [12]byte
		if _, err := hex.Decode(sum[:], []byte(mark[:min(len(mark), 2*len(sum))])); err == nil {
			n.asked[sum] = true
		}
	}
	return n
}

// Meet takes what was found of lines that are judged apart from others of which the same may be said: of one patient
// id, or of none. All of it must be met before Names is asked. It may be called from several goroutines.
func (n *Namer) Meet(found []audit.Finding) {
	for i := range found {
		for _, sum := range n.sums(&found[i]) {
			if n.asked[sum] {
				n.mu.Lock()
				n.apart[sum] = append(n.apart[sum], copied(&found[i]))
				n.mu.Unlock()
			}
		}
	}
}

// metApart is one of the findings met, as it goes from one process to another: what tells those apart that say the
// same.
type metApart struct {
	sum     [12]byte
	line    claim.Line
	message string
}

// Met are the bytes of what was met, for Know.
func (n *Namer) Met() []byte {
	var list []metApart
	for sum, group := range n.apart {
		for i := range group {
			list = append(list, metApart{sum, group[i].Line.Line, group[i].Message})
		}
	}
	slices.SortFunc(list, func(a, b metApart) int {
		return cmp.Or(bytes.Compare(a.sum[:], b.sum[:]), a.line.Pos.Compare(b.line.Pos))
	})
	return wire.Append(nil, &list)
}

// Know takes what a namer of another process has met.
func (n *Namer) Know(met []byte) error {
	var list []metApart
	if err := wire.Read(met, &list); err != nil {
		return err
	}
	for _, m := range list {
		n.apart[m.sum] = append(n.apart[m.sum], audit.Finding{Message: m.message, Line: &audit.Line{Line: m.line}})
	}
	return nil
}

// copied is a finding that holds beyond the lines it was found of.
func copied(f *audit.Finding) audit.Finding {
	own, line := *f, *f.Line
	own.Line, own.Related, own.Fix.Edits = &line, nil, nil
	return own
}

// sums are what a finding says, as a report without hashes tells it and as this one does.
func (n *Namer) sums(f *audit.Finding) [][12]byte {
	sums := [][12]byte{sumOf(f, nil)}
	if len(n.options.Deidentify) > 0 { // of a line without ids they are the same
		sums = append(sums, sumOf((&mask{key: n.options.Deidentify}).copied(f), nil))
	}
	return slices.Compact(sums)
}

// Names are the fingerprints of findings that are judged together, of each all that it may have. It may be called from
// several goroutines.
func (n *Namer) Names(found []audit.Finding) [][]string {
	n.order.Do(func() {
		for _, group := range n.apart {
			slices.SortFunc(group, func(a, b audit.Finding) int { return compareContent(&a, &b) })
		}
	})
	names := make([][]string, len(found))
	order := make([]int, len(found))
	for i := range found {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return compareContent(&found[a], &found[b]) })
	met := map[turn]int32{}
	for _, i := range order {
		f := &found[i]
		for _, sum := range n.sums(f) {
			at := turn{sum, n.before(sum, f)}
			met[at]++
			names[i] = append(names[i], fingerprint{sum: sum, nth: at.before + met[at]}.String())
		}
		if f.Value != nil {
			flood := *f
			flood.Count = 1
			for _, sum := range n.sums(&flood) {
				names[i] = append(names[i], fingerprint{sum: sum}.String())
			}
		}
	}
	return names
}

// turn is what findings say that are equal in everything, and how many say it that come before them.
type turn struct {
	sum    [12]byte
	before int32
}

// before is how many findings of lines judged apart say the same and come before this one.
func (n *Namer) before(sum [12]byte, f *audit.Finding) int32 {
	first, _ := slices.BinarySearchFunc(n.apart[sum], f, func(g audit.Finding, f *audit.Finding) int { return compareContent(&g, f) })
	return int32(first)
}

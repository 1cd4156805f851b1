package history

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// keyOf is the number of a line's encounter: a patient's day, or a claim's where there is no patient.
func keyOf(l *audit.Line, patient, claimID string) uint64 {
	var room [64]byte
	text := append(room[:0], patient...)
	if l.Anonymous {
		text = append(append(text, 0), claimID...)
	}
	return xxhash.Sum64(binary.LittleEndian.AppendUint64(text, uint64(l.From)))
}

// contentOf tells whether what was billed in an encounter is what it was: it is the same for the same
// lines in whatever order.
func contentOf(day []audit.Line) (sum uint64) {
	var text []byte
	for i := range day {
		text = append(text[:0], day[i].Billed...)
		for f := range claim.NumFields {
			if f == claim.FieldCode { // a rule may have put another in its place
				continue
			}
			for _, value := range f.Values(&day[i].Line) {
				text = append(append(text, 0), value...)
			}
			text = append(text, 1)
		}
		sum += xxhash.Sum64(text)
	}
	return sum
}

// saysOf changes where a finding says something else, or more or less seriously.
func saysOf(f *audit.Finding) uint64 {
	if f.Count > 0 { // on how many lines, and on which first, changes from night to night
		return floodSays(f)
	}
	return SaysOf(f.Severity.String(), f.Message, f.Fix.Text)
}

// floodSays is what a finding says that stands for many lines, or would of this one's value.
func floodSays(f *audit.Finding) uint64 {
	return SaysOf(f.Severity.String(), f.Value.Field.String(), f.Value.Text)
}

// SaysOf is what a finding of that severity, message and fix says, as one number; never 0.
func SaysOf(severity, message, fix string) uint64 {
	return max(xxhash.Sum64String(severity+"\x00"+message+"\x00"+fix), 1)
}

// encountersOf are the encounters that a finding speaks of, its own first.
func (n *Night) encountersOf(f Found) []met {
	key := keyOf(f.Line, f.Line.Patient, f.Line.Claim)
	list := []met{{key, n.seen[key].content}}
	if f.Lines != nil {
		return n.encountersOfAll(f, list)
	}
	for _, l := range f.Related {
		key := keyOf(l, l.Patient, l.Claim)
		if !slices.ContainsFunc(list, func(m met) bool { return m.key == key }) {
			list = append(list, met{key, n.seen[key].content})
		}
	}
	return list
}

// encountersOfAll adds those of all lines that a finding stands for.
func (n *Night) encountersOfAll(f Found, list []met) []met {
	seen := map[uint64]bool{list[0].key: true}
	for line := range f.Lines {
		if key := keyOf(line.Line, line.Line.Patient, line.Line.Claim); !seen[key] {
			seen[key] = true
			list = append(list, met{key, n.seen[key].content})
		}
	}
	return list
}

func packEncounters(list []met) []byte {
	packed := make([]byte, 0, 16*len(list))
	for _, m := range list {
		packed = binary.LittleEndian.AppendUint64(packed, m.key)
		packed = binary.LittleEndian.AppendUint64(packed, m.content)
	}
	return packed
}

func unpackEncounters(packed []byte) (list []met) {
	for ; len(packed) >= 16; packed = packed[16:] {
		list = append(list, met{binary.LittleEndian.Uint64(packed), binary.LittleEndian.Uint64(packed[8:])})
	}
	return list
}

// changed are the names of the facts that are not in both lists with the same value, in order.
func changed(before, now []Fact) (names []string) {
	for _, lists := range [][2][]Fact{{before, now}, {now, before}} {
		for _, f := range lists[0] {
			if !slices.Contains(lists[1], f) && !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func whatChanged(names []string) string { return "changed since: " + strings.Join(names, ", ") }

func compareClosed(a, b audit.Closed) int {
	return cmp.Or(
		cmp.Compare(a.State, b.State), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Patient, b.Patient), cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

package reports

import (
	"iter"

	"claimaudit/audit"
)

// marked yields findings of the whole report, before any is left out, and their fingerprints.
func (v *view) marked(from, to int, yield func(*audit.Finding, Mark) bool) {
	v.making.Wait()
	lines, r := v.floodLines(), v.whole.newReader()
	for i := from; i < to; i++ {
		f, mark := r.of(v.whole.all.Brief(i)), v.prints[i]
		m := Mark{Text: mark.String(), Twin: mark.twin()}
		if f.Value != nil {
			m.Flood = fingerprint{sum: sumOfFlood(f, nil)}.String()
		}
		if f.Count > 0 {
			m.Lines = v.marksOf(lines[v.whole.all.Brief(i).Flood])
		}
		if !yield(f, m) {
			return
		}
	}
}

// floodLines are by flood the places of the findings of its lines in the whole report.
func (v *view) floodLines() map[int32][]int32 {
	lines := map[int32][]int32{}
	for i := v.whole.standing; i < v.whole.all.Len(); i++ {
		n := v.whole.all.Brief(i).Flood
		lines[n] = append(lines[n], int32(i))
	}
	return lines
}

// marksOf yields findings of the whole report by their places.
func (v *view) marksOf(places []int32) iter.Seq2[*audit.Finding, Mark] {
	return func(yield func(*audit.Finding, Mark) bool) {
		r := v.whole.newReader()
		for _, i := range places {
			if mark := v.prints[i]; !yield(r.of(v.whole.all.Brief(int(i))), Mark{Text: mark.String(), Twin: mark.twin()}) {
				return
			}
		}
	}
}

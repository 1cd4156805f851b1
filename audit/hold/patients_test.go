package hold

import (
	"cmp"
	"slices"
	"testing"
)

// TestByPatient sorts keys of many and of few patients, some of whose hashes differ in the lowest bits alone, as a
// plain sort does.
func TestByPatient(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 1000, 5000} {
		for _, patients := range []int{1, 2, 700} {
			keys := make([]key, n)
			for i := range keys {
				of := uint64(i * 7 % patients)
				keys[i] = key{of*0x9e3779b97f4a7c15&^0xff | of&0xfe, uint64(i)}
				if patients == 2 {
					keys[i].patient = of << 1
				}
			}
			want := slices.Clone(keys)
			slices.SortStableFunc(want, func(a, b key) int { return cmp.Compare(a.patient, b.patient) })
			if got := (&room{keys: keys}).byPatient(); !slices.Equal(got, want) {
				t.Errorf("%d keys of %d patients are not in order", n, patients)
			}
		}
	}
}

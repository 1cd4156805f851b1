package audit

import (
	"testing"

	"claimaudit/audit/claim"
)

func TestProviders(t *testing.T) {
	for _, test := range []struct {
		name, npiA, tinA, npiB, tinB string
		want                         Relation
	}{
		{"equal NPI", "1", "9", "1", "8", SameProvider},
		{"another NPI under one TIN", "1", "9", "2", "9", SameGroup},
		{"another NPI, TIN not known", "1", "", "2", "9", DifferentProvider},
		{"NPI not known, TIN equal", "", "9", "2", "9", SameProvider},
		{"NPI not known, TIN differs", "", "9", "2", "8", DifferentProvider},
		{"nothing known", "", "", "2", "8", SameProvider},
	} {
		a := &Line{Line: claim.Line{Rendering: test.npiA, TIN: test.tinA}}
		b := &Line{Line: claim.Line{Rendering: test.npiB, TIN: test.tinB}}
		if got := Providers(a, b); got != test.want || Providers(b, a) != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}

package services

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// TestCentreDay counts days in a centre again, each biller and each pair of lines by itself.
func TestCentreDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.Custom(centreLines), 1, 12).Draw(t, "lines")
		v := NewSurvey(make([]claim.Source, 1), nil)
		v.centreDay(lines, lines[0].From)
		want := map[string]*billerTally{}
		for i := range lines {
			if lines[i].From == lines[0].From {
				want[lines[i].Billing] = naiveDay(lines, lines[0].From, lines[i].Billing)
			}
		}
		if !reflect.DeepEqual(v.billers.of, want) {
			for name := range want {
				t.Logf("%q: %+v, want %+v", name, v.billers.of[name], want[name])
			}
			t.Fatalf("%d billers, want %d", len(v.billers.of), len(want))
		}
	})
}

// naiveDay is what a day tells of one biller.
func naiveDay(lines []audit.Line, day claim.Date, name string) *billerTally {
	b := &billerTally{days: 1}
	for i := range lines {
		one := &lines[i]
		if one.From != day || one.Billing != name {
			continue
		}
		first := true // of its code and payer
		for k := range lines {
			other := &lines[k]
			if other.From != day || other.Billed != one.Billed {
				continue
			}
			if other.Billing != name && other.Billing != "" {
				b.shared = 1
			}
			if other.Billing == name {
				b.sides = b.sides || sideBit(one)|sideBit(other) == 3
				first = first && (k >= i || other.PayerName != one.PayerName)
			}
		}
		for k := i + 1; first && k < len(lines); k++ {
			other := &lines[k]
			if other.From == day && other.Billing == name && other.Billed == one.Billed && other.PayerName == one.PayerName && other.Claim != one.Claim && other.POS == "24" {
				b.twice = 1
				if !one.Given.Has(claim.FieldCharge) || !other.Given.Has(claim.FieldCharge) || one.Charge != other.Charge {
					b.priced = 1
				}
			}
		}
	}
	return b
}

func centreLines(t *rapid.T) audit.Line {
	some := func(name string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, name) }
	l := audit.Line{Line: claim.Blank()}
	l.From = claim.Date(19000 + rapid.IntRange(0, 1).Draw(t, "day"))
	l.Claim, l.Billed, l.Billing = fmt.Sprint("C", rapid.IntRange(1, 3).Draw(t, "claim")), some("code", "64483", "64484"), some("biller", "", "1003000126", "1003000134")
	l.POS, l.PayerName = some("place", "24", "11"), some("payer", "A", "B")
	if m := some("modifier", "", "RT", "LT"); m != "" {
		l.Mods[0] = claim.Mod(m)
	}
	if rapid.Bool().Draw(t, "charged") {
		l.Charge, l.Given = claim.Cents(rapid.IntRange(1, 2).Draw(t, "charge")*10000), claim.FieldSet(claim.FieldCharge)
	}
	return l
}

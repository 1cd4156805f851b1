package engine

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"claimaudit/audit/claim"
	"claimaudit/audit/hold"
)

// TestCensus holds that facts are the same whether billers are counted while lines are collected, and patients
// without a day in a centre left out of the survey, or all patients are surveyed.
func TestCensus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := &book{
			patients: rapid.SampledFrom([]int{2, 30}).Draw(t, "patients"),
			places:   rapid.SampledFrom([][]string{{"24"}, {"24", "24", "11", "22"}}).Draw(t, "places"),
			codes:    rapid.SampledFrom([][]string{{"64483"}, {"64483", "64484", "99213"}}).Draw(t, "codes"),
			typed:    rapid.SampledFrom([]bool{false, true}).Draw(t, "typed"),
		}
		lines := rapid.SliceOfN(rapid.Custom(b.line), 30, 90).Draw(t, "lines")
		for i := range lines {
			lines[i].Pos.Row = int32(i + 2)
		}
		o := Options{Workers: 2, Sources: []claim.Source{{File: "a.csv", Columns: claim.FieldSet(claim.FieldPatient)}}}
		without := hold.NewBody(0)
		with := hold.NewBody(0)
		for _, way := range []struct {
			body       *hold.Body
			collectors []*hold.Collector
		}{
			{without, []*hold.Collector{without.Collector(), without.Collector()}},
			{with, []*hold.Collector{Collect(with), Collect(with)}},
		} {
			for i := range lines {
				way.collectors[i%2].Line(&lines[i])
			}
			for _, c := range way.collectors {
				if err := c.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
		want, err := survey(t.Context(), without, &o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := survey(t.Context(), with, &o)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("facts %+v by a census, %+v by a survey of all", got, want)
		}
	})
}

// book is what the lines of one export have.
type book struct {
	patients      int
	places, codes []string
	typed         bool // on some lines
}

func (b *book) line(t *rapid.T) claim.Line {
	some := func(name string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, name) }
	l := claim.Blank()
	l.Patient, l.From = fmt.Sprint("P", rapid.IntRange(1, b.patients).Draw(t, "patient")), claim.Date(19000+rapid.IntRange(0, 2).Draw(t, "day"))
	l.Claim, l.Billed = some("claim", "C1", "C2", "C3"), some("code", b.codes...)
	l.Code, _ = claim.ParseCode(l.Billed)
	l.Billing, l.Facility, l.Rendering = some("biller", "", "1003000126", "1003000134"), some("facility", "", "1003000126"), some("rendering", "", "1003000142")
	l.POS, l.PayerName = some("place", b.places...), some("payer", "A", "B")
	if m := some("modifier", "", "", "RT", "LT", "SG", "25"); m != "" {
		l.Mods[0] = claim.Mod(m)
	}
	if rapid.Bool().Draw(t, "charged") {
		l.Charge, l.Given = claim.Cents(rapid.IntRange(1, 2).Draw(t, "charge")*10000), claim.FieldSet(claim.FieldCharge)
	}
	if b.typed && rapid.IntRange(0, 9).Draw(t, "typed") == 0 {
		l.Given |= claim.FieldSet(claim.FieldType)
	}
	return l
}

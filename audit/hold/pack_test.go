package hold

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"claimaudit/audit/claim"
)

// lines draws claim lines with every field now and then blank, odd or long.
func lines() *rapid.Generator[claim.Line] {
	text := rapid.OneOf(rapid.Just(""), rapid.StringN(0, 40, 80), rapid.SampledFrom([]string{"1234567893", "11"}))
	date := rapid.OneOf(rapid.Just(claim.Date(0)), rapid.Map(rapid.Int32Range(-20000, 40000), func(n int32) claim.Date { return claim.Date(n) }))
	fields := rapid.Map(rapid.Uint32Range(0, 1<<claim.NumFields-1), func(n uint32) claim.Fields { return claim.Fields(n) })
	return rapid.Custom(func(t *rapid.T) claim.Line {
		l := claim.Line{
			Pos:       claim.Pos{Row: rapid.Int32Range(1, 1<<30).Draw(t, "row")},
			Claim:     text.Draw(t, "claim"),
			Patient:   text.Draw(t, "patient"),
			Anonymous: rapid.Bool().Draw(t, "anonymous"),
			Birth:     date.Draw(t, "birth"),
			From:      claim.Date(rapid.Int32Range(1, 40000).Draw(t, "from")),
			To:        date.Draw(t, "to"),
			Code:      rapid.SampledFrom([]claim.Code{0, claim.MustCode("64483"), claim.MustCode("9590AX"), claim.MustCode("J3301")}).Draw(t, "code"),
			Units:     claim.Units(rapid.Int64Range(-5000, 900000).Draw(t, "units")),
			Charge:    claim.Cents(rapid.Int64().Draw(t, "charge")),
			Rendering: text.Draw(t, "rendering"), Billing: text.Draw(t, "billing"), TIN: text.Draw(t, "tin"),
			POS: text.Draw(t, "pos"), PayerName: text.Draw(t, "payer"),
			Payer:     claim.Payer(rapid.IntRange(0, 5).Draw(t, "kind")),
			Type:      claim.Type(rapid.IntRange(0, 2).Draw(t, "type")),
			Frequency: rapid.SampledFrom([]byte{0, '1', '7', '8'}).Draw(t, "frequency"),
			Auth:      text.Draw(t, "auth"), State: text.Draw(t, "state"), Narrative: text.Draw(t, "narrative"),
			Received: date.Draw(t, "received"),
			Given:    fields.Draw(t, "given"), Bad: fields.Draw(t, "bad"), Ambiguous: fields.Draw(t, "ambiguous"),
		}
		l.Billed = rapid.SampledFrom([]string{l.Code.String(), "20600 - 20611", "m54.16"}).Draw(t, "billed")
		for i := range rapid.IntRange(0, 4).Draw(t, "mods") {
			l.Mods[i] = claim.Mods("RT", "59", "25", "XS")[i]
		}
		for i := range rapid.IntRange(0, 12).Draw(t, "dx") {
			l.Dx[i] = claim.MustDiagnosis("M54.16")
		}
		for range rapid.IntRange(0, 2).Draw(t, "faults") {
			l.Faults = append(l.Faults, claim.Fault{Field: claim.FieldUnits, Text: text.Draw(t, "fault"), Expected: "a number"})
		}
		return l
	})
}

func TestPackedLinesReadBackWhole(t *testing.T) {
	sources := []claim.Source{{}}
	rapid.Check(t, func(t *rapid.T) {
		p := packer{words: newWords()}
		for _, want := range rapid.SliceOfN(lines(), 1, 20).Draw(t, "lines") {
			p.pack(&want)
			u := unpacker{words: p.words, data: string(p.buf)}
			var got claim.Line
			u.line(&got, sources)
			if len(got.Faults) == 0 {
				got.Faults = want.Faults
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("a packed line changed (-want +got):\n%s", diff)
			}
			if u.at != len(u.data) {
				t.Fatalf("%d bytes of the record were left over", len(u.data)-u.at)
			}
		}
	})
}

func TestWordsStopLearningWhenFull(t *testing.T) {
	p := packer{words: newWords()}
	for i := range maxWords + 10 {
		l := claim.Line{Units: claim.One, Rendering: claim.Date(i + 1).String()}
		p.pack(&l)
		u := unpacker{words: p.words, data: string(p.buf)}
		var got claim.Line
		u.line(&got, []claim.Source{{}})
		if got.Rendering != l.Rendering {
			t.Fatalf("word %d read back as %q, want %q", i, got.Rendering, l.Rendering)
		}
	}
	if len(p.words.text) != maxWords {
		t.Errorf("%d words were learnt, want %d", len(p.words.text), maxWords)
	}
}

func TestDayFirstColumnsAreSwappedOnReadingBack(t *testing.T) {
	p := packer{words: newWords()}
	l := claim.Line{
		Units: claim.One, From: claim.MustDate("2025-03-04"), Birth: claim.MustDate("1960-05-06"),
		Ambiguous: claim.FieldSet(claim.FieldFrom, claim.FieldBirth),
	}
	p.pack(&l)
	u := unpacker{words: p.words, data: string(p.buf)}
	var got claim.Line
	u.line(&got, []claim.Source{{DayFirst: claim.FieldSet(claim.FieldFrom)}})
	if got.From.String() != "2025-04-03" || got.Birth.String() != "1960-05-06" {
		t.Errorf("read back %s and %s: only the day-first column is to be swapped", got.From, got.Birth)
	}
}

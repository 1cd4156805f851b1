package hold

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"claimaudit/audit/claim"
)

// lines draws claim lines with every field now and then blank, odd or long.
func lines() *rapid.Generator[claim.Line] {
	fields := rapid.Map(rapid.Uint32Range(0, 1<<claim.NumFields-1), func(n uint32) claim.Fields { return claim.Fields(n) })
	return rapid.Custom(func(t *rapid.T) claim.Line {
		l := claim.Blank()
		for f := range claim.NumCarried {
			draw(t, &l, f)
		}
		l.Pos.Row = rapid.Int32Range(1, 1<<30).Draw(t, "row")
		l.From = max(l.From, 1)
		l.Anonymous = rapid.Bool().Draw(t, "anonymous")
		l.Given, l.Bad, l.Ambiguous = fields.Draw(t, "given"), fields.Draw(t, "bad"), fields.Draw(t, "ambiguous")
		for range rapid.IntRange(0, 2).Draw(t, "faults") {
			l.Faults = append(l.Faults, claim.Fault{Field: claim.FieldUnits, Text: text.Draw(t, "fault"), Expected: "a number"})
		}
		return l
	})
}

var text = rapid.OneOf(rapid.Just(""), rapid.StringN(0, 40, 80), rapid.SampledFrom([]string{"1234567893", "11"}))

// draw gives the field a value of its type, and a text that it may have been read from.
func draw(t *rapid.T, l *claim.Line, f claim.Field) {
	name := f.String()
	switch v := f.At(l).(type) {
	case *string:
		*v = text.Draw(t, name)
	case *claim.Date:
		*v = claim.Date(rapid.OneOf(rapid.Just(int32(0)), rapid.Int32Range(-20000, 40000)).Draw(t, name))
	case *claim.Code:
		*v = rapid.SampledFrom([]claim.Code{0, claim.MustCode("64483"), claim.MustCode("9590AX"), claim.MustCode("J3301")}).Draw(t, name)
		*f.Written(l) = rapid.SampledFrom([]string{v.String(), "20600 - 20611", "m54.16"}).Draw(t, name+" as written")
	case *claim.Modifiers:
		for i := range rapid.IntRange(0, 4).Draw(t, name) {
			v[i] = claim.Mods("RT", "59", "25", "XS")[i]
		}
	case *claim.Units:
		*v = claim.Units(rapid.Int64Range(-5000, 900000).Draw(t, name))
	case *claim.Cents:
		*v = claim.Cents(rapid.Int64().Draw(t, name))
	case *[12]claim.Diagnosis:
		for i := range rapid.IntRange(0, 12).Draw(t, name) {
			v[i] = claim.MustDiagnosis("M54.16")
		}
	case *claim.Payer:
		*v = claim.Payer(rapid.IntRange(0, int(claim.NumPayers)-1).Draw(t, name))
		*f.Written(l) = text.Draw(t, name+" as written")
	case *claim.Type:
		*v = claim.Type(rapid.IntRange(0, 2).Draw(t, name))
	case *byte:
		*v = rapid.SampledFrom([]byte{0, '1', '7', '8'}).Draw(t, name)
	case *uint64:
		*v = rapid.Uint64().Draw(t, name)
	default:
		t.Fatalf("no values are drawn for %s", name)
	}
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

// Each field by itself comes back as it was packed, and leaves the others as they are.
func TestEachFieldIsPacked(t *testing.T) {
	for f := range claim.NumCarried {
		rapid.Check(t, func(t *rapid.T) {
			want := claim.Blank()
			want.From = 1
			draw(t, &want, f)
			p := packer{words: newWords()}
			p.pack(&want)
			u := unpacker{words: p.words, data: string(p.buf)}
			got := claim.Line{Claim: "of the line before", Payment: 1}
			if u.line(&got, nil); cmp.Diff(want, got) != "" {
				t.Fatalf("%s changed (-want +got):\n%s", f, cmp.Diff(want, got))
			}
		})
	}
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

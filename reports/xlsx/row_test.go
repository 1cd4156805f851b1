package xlsx

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Whatever text a cell is given, the row is XML, and reads back as that text less what XML cannot
// hold.
func TestTextIsXML(t *testing.T) {
	anything := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`[_x0-9A-F&<>"'\r\n\t =+-]{0,20}`))
	rapid.Check(t, func(t *rapid.T) {
		text := anything.Draw(t, "text")
		r := newRow([]Column{{Style: 3}})
		r.begin(2)
		r.Text(text)
		r.end()
		var row struct {
			Cells []struct {
				Value string `xml:"v"`
			} `xml:"c"`
		}
		if err := xml.Unmarshal(r.buf, &row); err != nil {
			t.Fatalf("%v in %s", err, r.buf)
		}
		if got := row.Cells[0].Value; got != plain(text) {
			t.Fatalf("got %q, want %q", got, plain(text))
		}
	})
}

// plain is what a reader of XML sees of a text.
func plain(s string) string {
	var b strings.Builder
	for i, c := range s {
		switch {
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0xFFFE, c == 0xFFFF:
			c = utf8.RuneError
		case c == '_' && escaped(s[i:]):
			b.WriteString("_x005F")
		}
		b.WriteRune(c)
	}
	return b.String()
}

func TestFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]string{"x", "é", "😀", "x😀"}).Draw(t, "unit")
		count := rapid.IntRange(0, 40_000).Draw(t, "count")
		text := strings.Repeat(unit, count)
		got := Fit(text)
		size := func(s string) int { return len(utf16.Encode([]rune(s))) }
		switch {
		case size(text) <= MaxText && got != text:
			t.Fatalf("a text of %d characters was cut", size(text))
		case size(got) > MaxText:
			t.Fatalf("%d characters do not fit", size(got))
		case got != text && !strings.HasPrefix(text, strings.TrimSuffix(got, cutNote)):
			t.Fatal("more than the end was changed")
		}
	})
}

func TestRow(t *testing.T) {
	r := newRow([]Column{{Style: 1}, {Style: 2, Chars: 10}, {Style: 3}})
	r.begin(7)
	r.Int(-5)
	r.Text("ten and some more")
	r.Styled(9).Decimal("1234.50")
	r.end()
	want := `<row r="7" ht="032"><c s="1"><v>-5</v></c>` +
		`<c s="2" t="str"><v>ten and some more</v></c><c s="9"><v>1234.50</v></c></row>`
	if got := string(r.buf); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDate(t *testing.T) {
	for _, test := range []struct {
		days int
		want string
	}{
		{0, `<c s="1"/>`},
		{20157, `<c s="1"><v>45726</v></c>`},        // 2025-03-10
		{-25508, `<c s="1"><v>61</v></c>`},          // 1900-03-01
		{-25509, `<c s="1" t="str"><v>day</v></c>`}, // 1900-02-28
		{-100000, `<c s="1" t="str"><v>day</v></c>`},
	} {
		r := newRow([]Column{{Style: 1}})
		r.begin(2)
		r.buf = r.buf[:0]
		r.Date(test.days, noDay{})
		if got := string(r.buf); got != test.want {
			t.Errorf("day %d: got %s, want %s", test.days, got, test.want)
		}
	}
}

func TestSortTypes(t *testing.T) {
	const head, tail = `<?xml version="1.0"?><Types xmlns="x">`, `</Types>`
	a := head + `<Override PartName="/b" ContentType="2"></Override><Default Extension="xml" ContentType="1"/><Override PartName="/a" ContentType="3"/>` + tail
	b := head + `<Override PartName="/a" ContentType="3"/><Override PartName="/b" ContentType="2"></Override><Default Extension="xml" ContentType="1"/>` + tail
	sorted := string(sortTypes([]byte(a)))
	if sorted != string(sortTypes([]byte(b))) || len(sorted) != len(a) || !strings.HasPrefix(sorted, head+"<Default") {
		t.Errorf("sorted: %s", sorted)
	}
}

// noDay stands for how a day before workbooks begin to count is written.
type noDay struct{}

func (noDay) String() string { return "day" }

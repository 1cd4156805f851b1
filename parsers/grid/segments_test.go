package grid

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// transmission is a small one, of two groups and three transactions.
const transmission = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *250310*0800*^*00501*000000007*0*P*:~\n" +
	"GS*HC*SENDER*RECEIVER*20250310*0800*1*X*005010X222A1~\n" +
	"ST*837*0001*005010X222A1~\nBHT*0019*00*1*20250310*0800*CH~\nSV1*HC:64483:50*500*UN*1***1:2~\nREF*A*ISA^B~\nSE*5*0001~\n" +
	"ST*837*0002*005010X222A1~\nSE*2*0002~\nGE*2*1~\n" +
	"GS*FA*SENDER*RECEIVER*20250310*0800*2*X*005010X231A1~\nST*999*0003~\nSE*2*0003~\nGE*1*2~\n" +
	"IEA*2*000000007~\n"

// told are the segments of a transmission, with its signs written as : and ^.
func told(data []byte) (segments []string, f *File, err error) {
	f, err = FromReader("in", iotest.HalfReader(bytes.NewReader(data)), Options{})
	if err != nil {
		return nil, nil, err
	}
	for _, sheet := range f.Sheets {
		for block, fault := range sheet.Blocks(context.Background()) {
			if fault != nil {
				return segments, f, fault
			}
			for r := range block.Rows() {
				text := strings.Join(r.Cells, "*")
				if r.Cells[0] == "ISA" {
					text = "ISA" // which says the signs, that differ
				}
				segments = append(segments, strings.NewReplacer(Component, ":", Repetition, "^").Replace(text))
			}
		}
	}
	return segments, f, f.Close()
}

// wrapped is the transmission with a line end behind every so many characters, as mainframes keep it.
func wrapped(width int) string {
	text := strings.ReplaceAll(transmission, "\n", "")
	var b strings.Builder
	for len(text) > width {
		b.WriteString(text[:width] + "\r\n")
		text = text[width:]
	}
	return b.String() + text
}

// TestSegments holds that a transmission reads alike however its segments are parted and wrapped.
func TestSegments(t *testing.T) {
	want, plain, err := told([]byte(transmission))
	if err != nil || len(want) != 15 || want[4] != "SV1*HC:64483:50*500*UN*1***1:2" || len(plain.Notes.Texts()) > 0 {
		t.Fatalf("%d segments, %q, notes %q, error %v", len(want), want, plain.Notes.Texts(), err)
	}
	oneLine := strings.ReplaceAll(transmission, "\n", "")
	for name, data := range map[string]string{
		"one line":                            oneLine,
		"blank lines at its end":              transmission + "\r\n\n  \n",
		"a mark and Ctrl-Z":                   bom + transmission + "\x1a",
		"CRLF":                                strings.ReplaceAll(transmission, "\n", "\r\n"),
		"wrapped at 80":                       wrapped(80),
		"wrapped at 7":                        wrapped(7),
		"line ends as ends":                   strings.ReplaceAll(oneLine, "~", "\n"),
		"CRLF as ends":                        strings.ReplaceAll(oneLine, "~", "\r\n"),
		"other signs":                         strings.NewReplacer("*", "|", ":", ">", "~", "'", "^", "!").Replace(oneLine),
		"signs turned round":                  strings.NewReplacer("*", "~", ":", "^", "~", "_", "^", ":").Replace(transmission),
		"control characters":                  strings.NewReplacer("*", "\x1d", ":", "\x1f", "~", "\x1c", "^", "\x1e").Replace(transmission),
		"control characters of another order": strings.NewReplacer("*", "\x1f", ":", "\x1d", "~", "\x1e", "^", "\x1c").Replace(transmission),
		"UTF-16":                              utf16LE(bom + transmission),
	} {
		t.Run(name, func(t *testing.T) {
			got, f, err := told([]byte(data))
			if diff := cmp.Diff(want, got); diff != "" || err != nil || f.Format != "x12" {
				t.Errorf("reads otherwise, error %v (-plain +this):\n%s", err, diff)
			}
		})
	}
	twice := transmission + strings.NewReplacer("*", "|", ":", ">", "~", "'", "^", "!").Replace(transmission)
	if got, _, err := told([]byte(twice)); err != nil || cmp.Diff(append(want, want...), got) != "" {
		t.Errorf("two interchanges with signs of their own: %v: %q", err, got)
	}
}

// TestMendedEnvelopes are transmissions with an odd envelope, which are read with a note.
func TestMendedEnvelopes(t *testing.T) {
	for name, c := range map[string]struct{ old, new, note string }{
		"an ISA02 of nine blanks": {"ISA*00*          *", "ISA*00*         *", "lost their width"},
		"blanks squeezed":         {"          ", "", "lost their width"},
		"no ISA":                  {transmission[:strings.Index(transmission, "GS*")], "", "no ISA envelope"},
		"SE counts wrong":         {"SE*5*", "SE*4*", "SE segments that count otherwise than the file: look whether a part of it is missing (segment 7)"},
		"GE counts wrong":         {"GE*2*", "GE*3*", "GE segments that count otherwise"},
		"IEA counts wrong":        {"IEA*2*", "IEA*1*", "IEA segments that count otherwise"},
		"another number in IEA":   {"IEA*2*000000007", "IEA*2*000000009", "IEA segments with another control number"},
		"no GE between groups":    {"GE*2*1~\n", "", "GS segments before the one before has its GE"},
		"no GE at the end":        {"GE*1*2~\n", "", "IEA segments before a GS has its GE"},
		"an end inside a text":    {"REF*A*ISA^B", "REF*A*ISA ~ 5 ml^B", "segments without a name"},
	} {
		t.Run(name, func(t *testing.T) {
			data := strings.ReplaceAll(transmission, c.old, c.new)
			_, f, err := told([]byte(data))
			if err != nil || !strings.Contains(strings.Join(f.Notes.Texts(), "\n"), c.note) {
				t.Errorf("error %v, notes %v, want %q", err, f, c.note)
			}
		})
	}
}

// TestDamagedTransmissions are refused, and say where.
func TestDamagedTransmissions(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"no SE at all":            {"SE*5*0001~\n", "", "(line 7 of the file): segment 7: the file is cut short, what came before has no end"},
		"no IEA":                  {"IEA*2*000000007~\n", "", "segment 14: the file is cut short, its IEA segment is missing"},
		"an ISA of ten elements":  {"*ZZ*RECEIVER       *250310*0800*^", "", "the ISA segment cannot be read"},
		"text behind the end":     {"IEA*2*000000007~\n", "IEA*2*000000007~\nthe end~", "segment 16: text that is no segment"},
		"an interchange not over": {"GE*2*1~\n", "GE*2*1~\n" + transmission[:107], "segment 11: the file is cut short, what came before has no end"},
		"a segment without end":   {"REF*A", "REF*" + strings.Repeat("A", maxSegment), "segment 6: a segment of over 64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			data := strings.Replace(transmission, c.old, c.new, 1)
			_, _, err := told([]byte(data))
			if err == nil || !errors.As(err, new(*DamageError)) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestCutTransmissions cuts a transmission behind every byte: it is refused, or reads as the whole.
func TestCutTransmissions(t *testing.T) {
	want, _, _ := told([]byte(transmission))
	for _, text := range []string{transmission, wrapped(33), transmission[strings.Index(transmission, "GS*"):strings.Index(transmission, "IEA")]} {
		want := want
		if text[0] == 'G' {
			want = want[1:14]
		}
		for n := 1; n < len(text); n++ {
			got, f, err := told([]byte(text[:n]))
			if err == nil && f.Format == "x12" && cmp.Diff(want, got) != "" && (text[0] != 'G' || len(got) != 9) { // a group may be all there is
				t.Errorf("cut behind %d of %d bytes: %d segments and no error: %q", n, len(text), len(got), got)
			}
		}
	}
}

// TestNoTransmission are tables whose header begins like a segment.
func TestNoTransmission(t *testing.T) {
	for _, data := range []string{"ISA,b,c\n1,2,3\n", "ST|City|ZIP\nPA|X|1\n", "GS;HC;x\n1;2;3\n", "ISAAC,b\n1,2\n", "ST*B\n1*2\n", "STATE,b\n1,2\n"} {
		if _, f, err := told([]byte(data)); err != nil || f.Format != "csv" {
			t.Errorf("%q is taken for a transmission: %v", data, err)
		}
	}
}

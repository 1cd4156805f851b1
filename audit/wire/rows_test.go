package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// onePart is a part of three rows.
func onePart(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, record := range []string{"", "a\tb\n\x00\xff", strings.Repeat("long", 1<<15)} {
		if err := w.Row("find", []byte(record)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(7, 3, "run"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readAll(data []byte) (ends []End, rows int, err error) {
	err = ReadParts(bytes.NewReader(data), func(string, []byte) error { rows++; return nil }, func(e End) error { ends = append(ends, e); return nil })
	return ends, rows, err
}

// TestParts holds that parts come back whole, one or several after each other.
func TestParts(t *testing.T) {
	part := onePart(t)
	ends, rows, err := readAll(append(bytes.Clone(part), part...))
	if err != nil || len(ends) != 2 || rows != 6 || ends[1].Rows != 7 || ends[1].Findings != 3 || ends[1].Run != "run" || ends[0] != ends[1] {
		t.Errorf("%v, %d rows, %+v", err, rows, ends)
	}
}

// TestCutParts holds that a part that is cut anywhere, or changed anywhere before its trailer, is refused.
func TestCutParts(t *testing.T) {
	part := onePart(t)
	for n := 0; n < len(part); n += 1 + n/8 {
		if _, _, err := readAll(part[:n]); !errors.Is(err, ErrNoTrailer) {
			t.Errorf("%d of %d bytes: %v", n, len(part), err)
		}
	}
	end := bytes.LastIndex(part, []byte(trailer))
	for n := 0; n < end; n += 1 + n/8 {
		edited := bytes.Clone(part)
		edited[n] ^= 1
		if _, _, err := readAll(edited); err == nil {
			t.Errorf("with byte %d changed it is taken", n)
		}
	}
	second := bytes.IndexByte(part, '\n') + 1
	if _, _, err := readAll(part[second:]); !errors.Is(err, ErrSum) {
		t.Errorf("without its first row: %v", err)
	}
}

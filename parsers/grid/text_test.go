package grid

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// utf16LE and utf16BE write text in UTF-16 without a byte order mark.
func utf16LE(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func utf16BE(s string) string {
	b := []byte(utf16LE(s))
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

const bom = "\ufeff"

// quirks are texts as real systems write them, and how they read.
var quirks = []struct {
	name, in string
	encoding string // UTF-8 when blank
	comma    rune   // a comma when 0
	rows     []string
}{
	{name: "plain", in: "a,b\n1,2\n", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "no line end at the end", in: "a,b\n1,2", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "CRLF", in: "a,b\r\n1,2\r\n", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "CR", in: "a,b\r1,2\r", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "CR, none at the end", in: "a,b\r\"1\",2", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "line ends mixed", in: "a,b\r\n1,2\r3,4\n5,6", rows: []string{"1/1: a | b", "2/2: 1 | 2", "3/3: 3 | 4", "4/4: 5 | 6"}},
	{name: "CR CR LF", in: "a,b\r\r\n1,2\r\r\n", rows: []string{"1/1: a | b", "2/2: ", "3/3: 1 | 2", "4/4: "}},
	{name: "blank lines count", in: "\n\na,b\n\n1,2\n", rows: []string{"1/1: ", "2/2: ", "3/3: a | b", "4/4: ", "5/5: 1 | 2"}},
	{name: "title rows", in: "Charges by day\n\nClaim,Patient,DOS\n1,2,3\n", rows: []string{"1/1: Charges by day", "2/2: ", "3/3: Claim | Patient | DOS", "4/4: 1 | 2 | 3"}},
	{name: "ragged", in: "a,b,c\n1\n1,2,3,4,\n,,\n", rows: []string{"1/1: a | b | c", "2/2: 1", "3/3: 1 | 2 | 3 | 4 | ", "4/4:  |  | "}},
	{name: "delimiter at the end", in: "a,b,\n1,2,", rows: []string{"1/1: a | b | ", "2/2: 1 | 2 | "}},

	{name: "quoted", in: "\"a\",\"b,c\"\n\"\",\"x\"\"y\"\n", rows: []string{"1/1: a | b,c", "2/2:  | x\"y"}},
	{name: "quoted line break", in: "a,b\n\"1\n2\",3\r\n\"4\r\n5\",6\n7,8\n", rows: []string{"1/1: a | b", `2/2: 1\n2 | 3`, `3/4: 4\r\n5 | 6`, "4/6: 7 | 8"}},
	{name: "quoted at the end of a line", in: "a,\"b\"\r\n1,\"2\" \r\n3,\"4\"\n5,\"6\"", rows: []string{"1/1: a | b", "2/2: 1 | 2", "3/3: 3 | 4", "4/4: 5 | 6"}},
	{name: "quoted cells of one letter and of none", in: "\"a\",\"\"\n\"\"\"\",\"b\"\n", rows: []string{"1/1: a | ", "2/2: \" | b"}},
	{name: "blanks behind a closing quote", in: "a,b\n\"1\"  ,\"2\" \n3,4\n", rows: []string{"1/1: a | b", "2/2: 1 | 2", "3/3: 3 | 4"}},
	{name: "bare quote in a cell", in: "a,b\n5\" needle,2\n 3, \"4\"\n", rows: []string{"1/1: a | b", "2/2: 5\" needle | 2", "3/3:  3 |  \"4\""}},
	{name: "odd bare quotes", in: "a,b\n5\",x\n6\",\"y\n\"\n7,8\n", rows: []string{"1/1: a | b", "2/2: 5\" | x", `3/3: 6" | y\n`, "4/5: 7 | 8"}},
	{name: "text behind a closing quote", in: "a,b,c\n1,\"2\"x,3\n4,5,6\n", rows: []string{"1/1: a | b | c", "2/2: 1 !", "3/3: 4 | 5 | 6"}},
	{name: "quotes escaped by a backslash", in: "a,b\n\"say \\\"hi\\\" now\",2\n4,5\n", rows: []string{"1/1: a | b", "2/2 !", "3/3: 4 | 5"}},
	{name: "a quote left open before other quoted cells", in: "a,b\n1,\"Oak\n2,Elm\n3,\"Ash\"\n4,Fir\n", rows: []string{"1/1: a | b", "2/2: 1 !", "3/3: 2 | Elm", "4/4: 3 | Ash", "5/5: 4 | Fir"}},
	{name: "text behind the last closing quote", in: "a,b\n1,\"2\"x", rows: []string{"1/1: a | b", "2/2: 1 !"}},

	{name: "semicolon", in: "a;b;c\n1,5;2;3\n1,5;2;3\n", comma: ';', rows: []string{"1/1: a | b | c", "2/2: 1,5 | 2 | 3", "3/3: 1,5 | 2 | 3"}},
	{name: "semicolon, begun like SYLK", in: "ID;PatientID\n1;2\n", comma: ';', rows: []string{"1/1: ID | PatientID", "2/2: 1 | 2"}},
	{name: "tab", in: "a\tb\n1, 2\t3\n", comma: '\t', rows: []string{"1/1: a | b", "2/2: 1, 2 | 3"}},
	{name: "pipe", in: "a|b|c\n1|2,2|3\n", comma: '|', rows: []string{"1/1: a | b | c", "2/2: 1 | 2,2 | 3"}},
	{name: "titles parted otherwise than the rows", in: "a;b;c\nd;e;f\n1,2\n3,4\n5,6\n7,8\n9,0\n", rows: []string{"1/1: a;b;c", "2/2: d;e;f", "3/3: 1 | 2", "4/4: 3 | 4", "5/5: 5 | 6", "6/6: 7 | 8", "7/7: 9 | 0"}},
	{name: "commas in quotes only", in: "\"a, b\";\"c\"\n\"d, e\";\"f\"\n", comma: ';', rows: []string{"1/1: a, b | c", "2/2: d, e | f"}},
	{name: "one column", in: "a\n1\n", rows: []string{"1/1: a", "2/2: 1"}},
	{name: "sep=", in: "sep=;\r\na,x;b\r\n1;2\r\n", comma: ';', rows: []string{"1/2: a,x | b", "2/3: 1 | 2"}},
	{name: "sep= in quotes, of an odd delimiter", in: "\"SEP=^\"\na^b\n", comma: '^', rows: []string{"1/2: a | b"}},
	{name: "sep= of blanks", in: "sep= \n\"a\" \"b\"\n1 2\n", comma: ' ', rows: []string{"1/2: a | b", "2/3: 1 | 2"}},
	{name: "sep= and more", in: "sep=;x;y\n1;2;3\n4;5;6\n", comma: ';', rows: []string{"1/1: sep= | x | y", "2/2: 1 | 2 | 3", "3/3: 4 | 5 | 6"}},
	{name: "sep= and a digit", in: "sep=0\n1,2\n", rows: []string{"1/1: sep=0", "2/2: 1 | 2"}},
	{name: "sep= and the last digit", in: "sep=9\n1,2\n", rows: []string{"1/1: sep=9", "2/2: 1 | 2"}},
	{name: "sep= and a letter", in: "sep=Z\n1,2\n", rows: []string{"1/1: sep=Z", "2/2: 1 | 2"}},
	{name: "sep= and no rows", in: "sep=;", comma: ';'},
	{name: "sep= with CR", in: "sep=;\ra;b\r", comma: ';', rows: []string{"1/2: a | b"}},

	{name: "byte order mark", in: bom + "a,b\n1,2\n", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "byte order mark and a quote", in: bom + "\"a\",b\n", rows: []string{"1/1: a | b"}},
	{name: "byte order mark and sep=", in: bom + "sep=|\na|b\n", comma: '|', rows: []string{"1/2: a | b"}},
	{name: "UTF-8", in: "Peña,b\n", rows: []string{"1/1: Peña | b"}},
	{name: "Windows-1252", in: "Pe\xf1a,\x93b\x94,\x80,\x81\n", encoding: "Windows-1252", rows: []string{"1/1: Peña | “b” | € | \u0081"}},
	{name: "UTF-8 and Windows-1252", in: "Peña,b\nPe\xf1a,c\n", encoding: "UTF-8 and Windows-1252 mixed", rows: []string{"1/1: Peña | b", "2/2: Peña | c"}},
	{name: "a replacement character that was there", in: "Pe\ufffda,b\n", rows: []string{"1/1: Pe\ufffda | b"}},
	{name: "UTF-16LE", in: utf16LE(bom + "Peña\tb\n1\t😀\n"), encoding: "UTF-16LE", comma: '\t', rows: []string{"1/1: Peña | b", "2/2: 1 | 😀"}},
	{name: "UTF-16BE", in: utf16BE(bom + "Peña,b\r\n"), encoding: "UTF-16BE", rows: []string{"1/1: Peña | b"}},
	{name: "UTF-16LE without a mark", in: utf16LE("Peña,b\n1,2\n"), encoding: "UTF-16LE", rows: []string{"1/1: Peña | b", "2/2: 1 | 2"}},
	{name: "UTF-16BE without a mark", in: utf16BE("Peña,b\n1,2\n"), encoding: "UTF-16BE", rows: []string{"1/1: Peña | b", "2/2: 1 | 2"}},
	{name: "half a character in UTF-16", in: utf16LE(bom+"a,b") + "\x3d\xd8" + utf16LE(",c\n"), encoding: "UTF-16LE, with broken characters", rows: []string{"1/1: a | b\ufffd | c"}},

	{name: "Ctrl-Z", in: "a,b\n1,2\n\x1a", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "Ctrl-Z and a line end", in: "a,b\r\n1,2\x1a\r\n", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "Ctrl-Z between line ends", in: "a,b\r\n1,2\r\n\x1a\r\n", rows: []string{"1/1: a | b", "2/2: 1 | 2", "3/3: "}},
	{name: "Ctrl-Z to fill a block", in: "a,b\n1,2\n" + strings.Repeat("\x1a", 40), rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "files joined at a Ctrl-Z", in: "a,b\n1,2\n\x1a3,4\n\x1a", encoding: "UTF-8, text behind a Ctrl-Z read too", rows: []string{"1/1: a | b", "2/2: 1 | 2", "3/3: 3 | 4"}},
	{name: "Mac OS Roman", in: "a,b\rPe\x96a,Mary\xd5s\r", encoding: "Mac OS Roman", rows: []string{"1/1: a | b", "2/2: Peña | Mary’s"}},
	{name: "UTF-8 with CR", in: "a,b\rPeña,2\r", rows: []string{"1/1: a | b", "2/2: Peña | 2"}},
	{name: "NUL", in: "a,b\x00\n\x00\"1\",2\n", encoding: "UTF-8, NUL bytes left out", rows: []string{"1/1: a | b", "2/2: 1 | 2"}},
	{name: "NUL between CR and LF", in: "a,b\r\x00\n1,2222222222\r\n", encoding: "UTF-8, NUL bytes left out", rows: []string{"1/1: a | b", "2/2: 1 | 2222222222"}},
}

// blockSizes are tried for each text: where a block ends must not matter.
var blockSizes = []int{0, 1, 2, 3, 5, 7, 16, 64}

func TestQuirks(t *testing.T) {
	for _, q := range quirks {
		t.Run(q.name, func(t *testing.T) {
			for _, size := range blockSizes {
				rows, f, err := read([]byte(q.in), Options{block: size})
				if err != nil {
					t.Fatalf("block of %d: %v", size, err)
				}
				compare(t, rows, q.rows)
				if want := cmpOr(q.encoding, "UTF-8"); f.Encoding != want {
					t.Errorf("block of %d: encoding %q, want %q", size, f.Encoding, want)
				}
				if want := cmpOr(q.comma, ','); f.Delimiter != want {
					t.Errorf("delimiter %q, want %q", f.Delimiter, want)
				}
				if sum := sha256.Sum256([]byte(q.in)); f.SHA256() != hex.EncodeToString(sum[:]) {
					t.Errorf("block of %d: the hash is not that of the bytes", size)
				}
			}
		})
	}
}

func cmpOr[T comparable](a, b T) T {
	var zero T
	if a == zero {
		return b
	}
	return a
}

func TestUnclosedQuote(t *testing.T) {
	for _, c := range []struct {
		name, in  string
		row, line int
	}{
		{"in the last row", "a,b\n1,\"2\n", 2, 2},
		{"rows follow", "a,b\n\"x\ny\",\"2\n3,4\n5,6\n", 2, 3},
		{"behind line breaks in quotes", "a\n\"1\n2\"\n\"3\r\n4\"\n5,\"6\n7\n", 4, 6},
		{"in the first cell", "\"a,b\n1,2\n", 1, 1},
		{"behind a record that cannot be split", "a,b\n\"1\"x,2\n3,\"4\n", 3, 3},
	} {
		for _, size := range blockSizes {
			_, _, err := read([]byte(c.in), Options{block: size})
			d, ok := errors.AsType[*DamageError](err)
			if !ok || d.Row != c.row || d.Line != c.line {
				t.Errorf("%s, block of %d: %v, want damage in row %d line %d", c.name, size, err, c.row, c.line)
			}
		}
	}
}

// The end of a text tells whether a row behind it may have been cut off.
func TestUnended(t *testing.T) {
	for in, want := range map[string]bool{"a,b\n1,2\n": false, "a,b\n1,2\r\n": false, "a\r1\r": false, "a,b\n1,2": true, "a,b\n1,2\n\x1a": false} {
		for _, size := range blockSizes {
			if _, f, err := read([]byte(in), Options{block: size}); err != nil || f.Unended != want {
				t.Errorf("%q, block of %d: %v, %v", in, size, f.Unended, err)
			}
		}
	}
}

func TestLongRecord(t *testing.T) {
	text := io.MultiReader(strings.NewReader("a,b\n1,2\n"), io.LimitReader(fill('x'), maxRecord+2*blockSize))
	f, err := FromReader("in", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = readAll(f)
	if d, ok := errors.AsType[*DamageError](err); !ok || d.Row != 3 {
		t.Errorf("%v, want damage in row 3", err)
	}
}

// fill is a stream of one byte.
type fill byte

func (b fill) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestCutUTF16(t *testing.T) {
	_, _, err := read([]byte(utf16LE(bom+"a,b\n1,2\n")+"\x33"), Options{})
	wants(t, err, "cut short")
}

// TestLateByte reads a text whose only byte beyond ASCII comes after many blocks.
func TestLateByte(t *testing.T) {
	text := strings.Repeat("a,b\n", sniffSize) + "Pe\xf1a,b\n"
	rows, f, err := read([]byte(text), Options{block: 4096})
	if err != nil || f.Encoding != "Windows-1252" {
		t.Fatalf("%v, %s", err, f.Encoding)
	}
	if last := rows[len(rows)-1]; last != "65537/65537: Peña | b" {
		t.Error(last)
	}
}

func TestReadOnce(t *testing.T) {
	f, err := FromReader("in", strings.NewReader("a,b\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readAll(f); err != nil {
		t.Fatal(err)
	}
	_, err = readAll(f)
	wants(t, err, "were read before")
}

func TestBytes(t *testing.T) {
	text := bytes.Repeat([]byte("a,b,c\n"), 300_000)
	f, err := FromReader("in", bytes.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var sum int64
	for block, err := range f.Sheets[0].Blocks(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		sum += block.Bytes()
	}
	if sum != int64(len(text)) {
		t.Errorf("blocks stand for %d bytes of %d", sum, len(text))
	}
}

func TestCanceled(t *testing.T) {
	f, err := FromReader("in", strings.NewReader(strings.Repeat("a,b\n", 1000)), Options{block: 16})
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	blocks := 0
	for _, err = range f.Sheets[0].Blocks(ctx) {
		blocks++
		cancel(why)
	}
	if !errors.Is(err, why) || blocks != 2 {
		t.Errorf("%v after %d blocks", err, blocks)
	}
}

func packed(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(data)
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGzip(t *testing.T) {
	text := []byte("a,b\n" + strings.Repeat("1,2\n", 5_000))
	z := packed(t, text)
	want, _, err := read(text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, f, err := read(z, Options{})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, rows, want)
	if sum := sha256.Sum256(z); f.SHA256() != hex.EncodeToString(sum[:]) {
		t.Error("the hash is not that of the packed file")
	}
	joined := append(packed(t, text[:1001]), packed(t, text[1001:])...)
	if rows, _, err = read(joined, Options{}); err != nil {
		t.Fatal(err)
	}
	compare(t, rows, want)
	for n := 2; n < len(z); n++ {
		if _, _, err := read(z[:n], Options{}); err == nil {
			t.Fatalf("no error for the first %d bytes of %d", n, len(z))
		}
	}
	_, _, err = read(z, Options{MaxUnpacked: 10_000})
	wants(t, err, "unpacks to more than")
}

func TestGzipBomb(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.CopyN(z, fill('\n'), freeRatio+freeRatio/4); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := FromReader("in", &b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range f.Sheets[0].Blocks(context.Background()) {
		continue
	}
	wants(t, err, "times its size")
}

// TestAgainstStandard compares with encoding/csv, which reads what it writes itself.
func TestAgainstStandard(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.SampledFrom([]rune("ab1 é\",;|\t\n'=_")))
		records := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 5), 1, 12).Draw(t, "records")
		comma := rapid.SampledFrom([]rune(",;|\t^")).Draw(t, "comma")
		var b bytes.Buffer
		b.WriteString("sep=" + string(comma) + "\n")
		w := csv.NewWriter(&b)
		w.Comma = comma
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(records); err != nil {
			t.Fatal(err)
		}
		if _, text, _ := bytes.Cut(b.Bytes(), []byte("\n")); quotedLines(text) {
			t.Skip("each line is one cell in quotes with a delimiter in it, which is read as a line in quotes")
		}
		f, err := FromReader("in", &b, Options{block: rapid.IntRange(1, 80).Draw(t, "block")})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for block, err := range f.Sheets[0].Blocks(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			for r := range block.Rows() {
				for i, cell := range r.Cells {
					r.Cells[i] = strings.ReplaceAll(cell, "\r\n", "\n")
				}
				if n++; r.Number != n || r.Err != nil || !slices.Equal(r.Cells, records[n-1]) {
					t.Fatalf("row %d is %q, want %q", n, r.Cells, records[n-1])
				}
			}
		}
		if n != len(records) {
			t.Fatalf("%d rows, want %d", n, len(records))
		}
	})
}

// TestBlockSize reads hostile text with blocks of all sizes: the rows are the same.
func TestBlockSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab,\"\n\r \x00\x1aé"))).Draw(t, "text")
		sameForAllBlocks(t, []byte(text), rapid.IntRange(1, 30).Draw(t, "block"))
	})
}

// sameForAllBlocks fails when a text reads otherwise in blocks of the size.
func sameForAllBlocks(t interface{ Fatalf(string, ...any) }, data []byte, size int) {
	want, whole, wantErr := read(data, Options{})
	rows, f, err := read(data, Options{block: size})
	if fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("blocks of %d: error %v, whole: %v", size, err, wantErr)
	}
	if err == nil && (!slices.Equal(rows, want) || f.Encoding != whole.Encoding) {
		t.Fatalf("blocks of %d: %q %s, whole: %q %s", size, rows, f.Encoding, want, whole.Encoding)
	}
}

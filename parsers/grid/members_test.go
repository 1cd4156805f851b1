package grid

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMembers opens the files of a zip of several one by one.
func TestMembers(t *testing.T) {
	book := zipped(t, map[string]string{"xl/workbook.xml": "x", "b": "y"})
	archive := write(t, "exports.zip", zipped(t, map[string]string{
		"a.csv": "a,b\n1,2\n", "night/b.csv": "c\n3\n", "__MACOSX/._a.csv": "x", ".hidden": "x", "packed.csv.gz": string(packed(t, []byte("d\n4\n"))),
	}))
	members, err := Members(archive)
	want := []string{archive + "/a.csv", archive + "/night/b.csv", archive + "/packed.csv.gz"}
	if err != nil || len(members) != 3 {
		t.Fatalf("%q, %v", members, err)
	}
	rows := map[string]string{want[0]: "1/1: a | b;2/2: 1 | 2", want[1]: "1/1: c;2/2: 3", want[2]: "1/1: d;2/2: 4"}
	for _, name := range members {
		f, err := Open(name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := readAll(f)
		if diff := cmp.Diff(rows[name], strings.Join(got, ";")); diff != "" || err != nil || f.Name != name || f.Close() != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		raw, size, err := Raw(name)
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(raw)
		if err != nil || int64(len(all)) != size || raw.Close() != nil {
			t.Errorf("%s: %d bytes of %d, %v", name, len(all), size, err)
		}
	}
	for name, data := range map[string][]byte{
		"one.zip": zipped(t, map[string]string{"a.csv": "x"}), "book.xlsx": book, "a.csv": []byte("a,b\n"), "empty.csv": nil, "cut.zip": []byte("PK\x03\x04x"),
	} {
		if members, err := Members(write(t, name, data)); members != nil || err != nil {
			t.Errorf("%s: %q, %v; want none", name, members, err)
		}
	}
	if _, err := Members(archive + "x"); err == nil {
		t.Error("a file that is not there has members")
	}
	for _, c := range []struct{ name, want string }{
		{archive + "/c.csv", "the zip holds no file c.csv"},
		{write(t, "a.csv", []byte("a,b\n")) + "/b.csv", "the zip file is damaged"},
		{write(t, "twice.zip", twice(zipped(t, map[string]string{"a.csv": "x", "b.csv": "y"}))), "holds a.csv twice"},
	} {
		_, err := Open(c.name, Options{})
		if strings.Contains(c.name, "twice") {
			_, err = Members(c.name)
		}
		wants(t, err, c.want)
	}
}

// twice names the second file of a zip as the first.
func twice(data []byte) []byte { return bytes.ReplaceAll(data, []byte("b.csv"), []byte("a.csv")) }

// TestCutShort: what is left of a zip is called what it was.
func TestCutShort(t *testing.T) {
	for part, want := range map[string]string{
		"a.csv": "the zip file is damaged or cut short: copy it again", "[Content_Types].xml": "the workbook is damaged or cut short",
		"xl/workbook.xml": "the workbook is damaged or cut short", "mimetype": "the workbook is damaged or cut short",
	} {
		data := zipped(t, map[string]string{part: strings.Repeat("alpha,beta\n", 9)})
		_, err := Open(write(t, "cut", data[:len(data)-30]), Options{})
		wants(t, err, want)
	}
	_, err := Open(write(t, "cut", []byte("PK\x03\x04rest")), Options{})
	wants(t, err, "the workbook is damaged or cut short")
}

// TestDamagedMember: a file of a zip whose bytes do not sum up is refused.
func TestDamagedMember(t *testing.T) {
	data := zipped(t, map[string]string{"a.csv": "x", "b.csv": "alpha,beta\n1,2\n"})
	at := bytes.Index(data, []byte("b.csv")) + 5
	data[at+3] ^= 0x55
	f, err := Open(write(t, "a.zip", data)+"/b.csv", Options{})
	if err == nil {
		_, err = readAll(f)
	}
	wants(t, err, "the zip file is damaged or cut short")
}

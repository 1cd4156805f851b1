package parsers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"claimaudit/parsers"
)

// TestPointers: a line has the diagnoses its pointers name, in their order, however they are written.
func TestPointers(t *testing.T) {
	for _, c := range []struct {
		name, pointers, want string
		header               string
		from                 string // of --map
	}{
		{name: "letters", pointers: "A|B|AC|C,A|b", want: "M54.16|M17.11|M54.16 M47.816|M47.816 M54.16|M17.11"},
		{name: "numbers", pointers: "1|2|1:3|31|1,2,3", want: "M54.16|M17.11|M54.16 M47.816|M47.816 M54.16|M54.16 M17.11 M47.816"},
		{name: "numbers of a spreadsheet", pointers: "1.0|2.0", want: "M54.16|M17.11"},
		{name: "a list", pointers: "[0,1]|[1]", want: "M54.16 M17.11|M17.11"},
		{name: "from zero", pointers: "0|1|0,2", want: "M54.16|M17.11|M54.16 M47.816"},
		{name: "told from zero", pointers: "1|2", want: "M17.11|M47.816", from: "DxPointer0"},
		{name: "letters beside zeros", pointers: "0|A", want: "M54.16|M54.16"},
		{name: "blank keeps all", pointers: "|A", want: "M54.16 M17.11 M47.816|M54.16"},
		{name: "twice is once", pointers: "AA|1,1", want: "M54.16|M54.16"},
		{name: "at none", pointers: "D|A|5|M", want: "unread D|M54.16|unread 5|unread M"},
		{name: "told from one", pointers: "0|1", want: "unread 0|M54.16", from: "DxPointer"},
	} {
		for layout, dx := range map[string][2]string{
			"columns": {"Dx1,Dx2,Dx3,Dx4", "M54.16,M17.11,M47.816,"}, "list": {"Dx", "M54.16;M17.11;M47.816"},
		} {
			t.Run(c.name+" "+layout, func(t *testing.T) {
				text := "PatientID,DOS,CPT,Diagnosis Pointer," + dx[0] + "\n"
				for i, p := range strings.Split(c.pointers, "|") {
					text += fmt.Sprintf("P%d,2025-03-10,64483,%q,%s\n", i, p, dx[1])
				}
				o := parsers.Options{Stdin: strings.NewReader(text)}
				if c.from != "" {
					m, err := parsers.ParseMapping(c.from + "=Diagnosis Pointer")
					if err != nil {
						t.Fatal(err)
					}
					o.Map = []parsers.Mapping{m}
				}
				r, err := read("-", o, 1)
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, l := range r.lines {
					var words []string
					for _, d := range l.Diagnoses() {
						words = append(words, d.String())
					}
					for _, f := range l.Faults {
						words = append(words, "unread "+f.Text)
					}
					got = append(got, strings.Join(words, " "))
				}
				if strings.Join(got, "|") != c.want {
					t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), c.want)
				}
			})
		}
	}
}

// TestPointersWithoutDiagnoses: pointers say nothing where no column holds what they point at.
func TestPointersWithoutDiagnoses(t *testing.T) {
	r, err := read("-", parsers.Options{Stdin: strings.NewReader("PatientID,DOS,CPT,Dx Ptr\nP1,2025-03-10,64483,1\n")}, 1)
	if err != nil || len(r.lines) != 1 || len(r.lines[0].Faults) != 0 {
		t.Errorf("pointers without diagnoses: %v", err)
	}
}

// TestPointersPadded: a 0 in a later column of pointers says that the line has no more, and in the first
// that they count from 0.
func TestPointersPadded(t *testing.T) {
	const want = "M54.16|M54.16 M17.11"
	for _, from := range [][]string{{"1", "2", "0"}, {"1", "2", "00"}, {"0", "1", ""}} {
		first, second, none := from[0], from[1], from[2]
		r := readText(t, table(
			[]string{"PatientID", "DOS", "CPT", "Dx1", "Dx2", "Dx Pointer 1", "Dx Pointer 2", "Dx Pointer 3"},
			[]string{"P1", "2025-03-10", "64483", "M54.16", "M17.11", first, none, none},
			[]string{"P2", "2025-03-10", "64483", "M54.16", "M17.11", first, second, none},
		))
		var got []string
		for _, l := range r.lines {
			var words []string
			for _, d := range l.Diagnoses() {
				words = append(words, d.String())
			}
			got = append(got, strings.Join(words, " "))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: got %s, want %s", from, strings.Join(got, "|"), want)
		}
	}
}

// TestPointersFar: the last of twelve diagnoses is L or, among others, 12; alone 12 is the first two. No
// line has a thirteenth.
func TestPointersFar(t *testing.T) {
	list := strings.Fields("A01.1 A01.2 A01.3 A01.4 B01.1 B01.2 B01.81 B01.9 C18.1 C18.2 C18.3 C18.4")
	header, cells := []string{"PatientID", "DOS", "CPT", "Dx Ptr"}, []string{"P1", "2025-03-10", "64483", ""}
	for i, d := range list {
		header, cells = append(header, fmt.Sprintf("Dx%d", i+1)), append(cells, d)
	}
	for _, layout := range []struct{ header, cells []string }{
		{header, cells},
		{append(slices.Clone(header[:4]), "Dx"), append(slices.Clone(cells[:4]), strings.Join(list, " "))},
	} {
		for pointers, want := range map[string]string{
			"9": "C18.1", "10": "C18.2", "11": "C18.3", "12": "A01.1 A01.2", "12,1": "C18.4 A01.1", "K": "C18.3", "L": "C18.4",
			"M": "unread M", "13,1": "unread 13,1", "1,13": "unread 1,13",
		} {
			layout.cells[3] = pointers
			r := readText(t, table(layout.header, layout.cells))
			var got []string
			for _, d := range r.lines[0].Diagnoses() {
				got = append(got, d.String())
			}
			for _, f := range r.lines[0].Faults {
				got = append(got, "unread "+f.Text)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: got %s, want %s", pointers, strings.Join(got, " "), want)
			}
		}
	}
}

package parsers_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"claimaudit/parsers"
)

// book is a workbook around a sheet's part.
func book(t testing.TB, sheet string) string {
	t.Helper()
	const (
		relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
		end       = `"/></Relationships>`
	)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"_rels/.rels", relations + `officeDocument" Target="xl/workbook.xml` + end},
		{"xl/workbook.xml", `<workbook><sheets><sheet name="S" id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", relations + `worksheet" Target="worksheets/sheet1.xml` + end},
		{"xl/worksheets/sheet1.xml", sheet},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = io.WriteString(w, part[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every quirk of a file has its right reading and what is said of it, or its error; through a file
// or a stream, packed or not.
func TestFiles(t *testing.T) {
	eachCase(t, "files.csv", func(t *testing.T, row map[string]string) {
		content, err := strconv.Unquote(`"` + strings.ReplaceAll(row["content"], `"`, `\"`) + `"`)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(content, "sheetData>") {
			content = book(t, content)
		}
		path := filepath.Join(t.TempDir(), "export.csv")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{path, "-"} {
			r, err := read(path, parsers.Options{Stdin: strings.NewReader(content)}, 1)
			if want := row["rows_audited_unreadable_skipped"]; want == "" {
				if err == nil || !strings.Contains(err.Error(), row["says"]) {
					t.Errorf("error %v, want %q", err, row["says"])
				}
				continue
			} else if err != nil {
				t.Fatal(err)
			} else if s := r.Tables[0].Source; fmt.Sprint(s.Rows, s.Audited, s.Unreadable, s.Skipped) != want {
				t.Errorf("%d rows, %d audited, %d unreadable, %d skipped, want %s", s.Rows, s.Audited, s.Unreadable, s.Skipped, want)
			}
			says(t, r.Tables[0].Source.Notes, row["says"])
		}
	})
}

// says fails unless the notes are as many as wanted, and each has what is wanted of it.
func says(t *testing.T, notes []string, wanted string) {
	t.Helper()
	var want []string
	if wanted != "" {
		want = strings.Split(wanted, "|")
		if strings.Contains(wanted, "'|'") {
			want = []string{wanted}
		}
	}
	if len(notes) != len(want) {
		t.Errorf("notes %q, want %q", notes, want)
		return
	}
	for i, note := range notes {
		if !strings.Contains(note, want[i]) {
			t.Errorf("note %q, want %q", note, want[i])
		}
	}
}

// FuzzExport reads any text below a header: every row is audited, unreadable or skipped, its sink
// hears of it once, and of plain lines none is lost.
func FuzzExport(f *testing.F) {
	f.Add("P1,2025-03-10,64483,1\nP2,2025-03-10,64483\n\nTotal,,,9\n")
	f.Add("P1,3/25/2025,64483-50,\"1\n\"\n=\"1\",45726,100,,,x\n")
	f.Add("PatientID,DOS,CPT,Units\n , , , \n,,,\nP1,soon,NO SHOW,-1")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			t.Skip()
		}
		r, err := read("-", parsers.Options{Stdin: strings.NewReader("PatientID,DOS,CPT,Units\n" + text)}, 1)
		if err != nil {
			return
		}
		rows, audited, others := 0, 0, 0
		for _, table := range r.Tables {
			s := table.Source
			if !s.Accounted() {
				t.Fatalf("%+v", s)
			}
			rows, audited, others = rows+s.Rows, audited+s.Audited, others+s.Unreadable+s.Skipped
		}
		if len(r.lines) != audited || len(r.unread) != others {
			t.Fatalf("%d audited, %d not, %d lines, %d unread", audited, others, len(r.lines), len(r.unread))
		}
		headers := r.Tables[0].Headers
		for _, table := range r.Tables[1:] {
			headers = append(headers, table.Headers...)
		}
		if headers[0] == 1 && len(r.Tables[0].Headers) == 1 && plain(text) && r.Delimiter() == ',' && rows != filledLines(text)-len(headers)+1 {
			t.Fatalf("%d rows of %d lines, headers %v", rows, filledLines(text), headers)
		}
	})
}

// plain tells whether lines are records: no quotes, and ASCII alone.
func plain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~' || r == '"') })
}

func filledLines(text string) (n int) {
	for line := range strings.Lines(text) {
		if strings.Trim(line, ", \n") != "" {
			n++
		}
	}
	return n
}

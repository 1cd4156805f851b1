package reports

import (
	"context"
	"encoding/csv"
	"io"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gocarina/gocsv"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// csvChunk is how many findings are written at a time.
const csvChunk = 1024

// writeCSV writes the findings as CSV for other programs: UTF-8 without a byte order mark, which
// would become part of the first header's name, and no cell that a spreadsheet takes for a formula.
func writeCSV(ctx context.Context, w io.Writer, v *view) error {
	columns := csvColumns()
	row := record("csv", columns, func(*findingColumn) reflect.Type { return reflect.TypeFor[string]() })
	rows := reflect.MakeSlice(reflect.SliceOf(row), csvChunk, csvChunk)
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	if err := gocsv.MarshalCSV(rows.Slice(0, 0).Interface(), out); err != nil { // the header alone
		return err
	}
	findings := v.reader()
	defer v.done(findings)
	for from := 0; from < v.Findings.Len(); from += csvChunk {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		n := min(csvChunk, v.Findings.Len()-from)
		for k := range n {
			f := findings.shown(from + k)
			for i := range columns {
				rows.Index(k).Field(i).SetString(safe(columns[i].text(f)))
			}
		}
		if err := gocsv.MarshalCSVWithoutHeaders(rows.Slice(0, n).Interface(), out); err != nil {
			return err
		}
	}
	return nil
}

// relatedRows lists the rows of the same cause, with their file where it is another.
func (v *view) relatedRows(f *audit.Finding) string {
	texts := make([]string, len(f.Related))
	for i, l := range f.Related {
		texts[i] = v.rowText(l.Pos, f.Line.Pos)
	}
	return strings.Join(texts, "; ")
}

// rowText names a row for a reader who looks at the row here.
func (v *view) rowText(p, here claim.Pos) string {
	s, mine := v.source(p.Input), v.source(here.Input)
	row := s.RowText(p)
	switch {
	case p.Input == here.Input:
		return row
	case s.File == mine.File:
		return s.Sheet + " row " + row
	case s.Sheet != "":
		return s.File + " " + s.Sheet + " row " + row
	}
	return s.File + " row " + row
}

// editsText lists what the fix changes, row by row.
func (v *view) editsText(f *audit.Finding) string {
	texts := make([]string, len(f.Fix.Edits))
	for i, e := range f.Fix.Edits {
		text := "row " + v.rowText(e.Line.Pos, f.Line.Pos) + ": "
		if field, from, to := change(e); e.Remove {
			text += "remove"
		} else {
			text += field + " " + quoteBlank(from) + " to " + quoteBlank(to)
		}
		texts[i] = text
	}
	return strings.Join(texts, "; ")
}

func quoteBlank(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// safe is text that is valid UTF-8 and that no spreadsheet takes for a formula: one that begins
// like a formula, with or without blanks in front, gets an apostrophe, unless it is a number.
func safe(s string) string {
	if s == "" || isPlain(s[0]) && utf8.ValidString(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	bare := strings.TrimLeft(s, " \u00A0\uFEFF")
	if strings.ContainsAny(first(bare), "\t\r\n") {
		return "'" + s
	}
	bare = strings.TrimLeftFunc(bare, isUnseen)
	if !strings.ContainsAny(first(bare), "=+-@＝＋－＠") || isNumber(bare) {
		return s
	}
	return "'" + s
}

// isUnseen tells whether a spreadsheet may pass over the character in front of a formula: blanks of every
// kind, controls such as U+0085, marks of no width.
func isUnseen(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// isPlain tells whether no formula begins with the character.
func isPlain(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func first(s string) string {
	for _, c := range s {
		return string(c)
	}
	return ""
}

// isNumber tells whether the text is a plain number: a sign, digits, and at most one point.
func isNumber(s string) bool {
	digits, points := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			points++
		case i > 0 || c != '-' && c != '+':
			return false
		}
	}
	return digits > 0 && points <= 1
}

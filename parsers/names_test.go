package parsers_test

import (
	"slices"
	"strings"
	"testing"

	"claimaudit/parsers"
)

// standIns are headers for the fields that a table needs beside the one a case asks about.
var standIns = []struct{ field, header string }{{"PatientID", "PatientID"}, {"DOS", "DOS"}, {"CPT", "Submitted CPT"}, {"Dx", "Dx1"}}

// TestNames: each name that a system gives a column is taken for its field, or for none, however it is
// written.
func TestNames(t *testing.T) {
	eachCase(t, "names.csv", func(t *testing.T, c map[string]string) {
		for _, header := range spellings(c["header"]) {
			row := []string{header}
			for _, s := range standIns {
				if strings.TrimRight(c["field"], "0123456789") != s.field {
					row = append(row, s.header)
				}
			}
			e, err := parsers.Open("-", parsers.Options{Stdin: strings.NewReader(table(row))})
			if err != nil {
				t.Errorf("%s: %q: %v", c["system"], header, err)
				continue
			}
			got := e.Tables[0].Columns[0].Field
			if got == "" {
				got = "-"
			}
			if got != c["field"] {
				t.Errorf("%s: %q is %s (%s), want %s", c["system"], header, got, e.Tables[0].Columns[0].Why, c["field"])
			}
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// spellings are a header as exports write it: in capitals, with a line break, blanks that do not break
// and characters without width.
func spellings(header string) []string {
	list := []string{
		header, strings.ToUpper(header), strings.ToLower(header), "  " + header + "\u00a0",
		strings.ReplaceAll(header, " ", "\n"), strings.ReplaceAll(header, " ", "\r\n"), strings.ReplaceAll(header, " ", "\u00a0"),
		"\ufeff" + header, header[:1] + "\u200b" + header[1:], strings.ReplaceAll(header, "_", " "), header + ":", "*" + header,
	}
	return slices.Compact(list)
}

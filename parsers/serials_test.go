package parsers

import "testing"

// TestSerials: a number is a date of a spreadsheet's with five digits; with four only where a workbook's
// cell is a date of birth, because 1992 in a column of services is a year.
func TestSerials(t *testing.T) {
	birth, service, text := dateWay{number: true, birth: true}, dateWay{number: true}, dateWay{birth: true}
	for _, c := range []struct {
		cell string
		way  dateWay
		want string
	}{
		{"999", birth, ""}, {"1000", birth, "1902-09-26"}, {"9999", birth, "1927-05-17"}, {"10000", birth, "1927-05-18"},
		{"9999", service, ""}, {"10000", service, "1927-05-18"}, {"99999", service, "2173-10-13"}, {"100000", service, ""},
		{"9999", text, ""}, {"10000", text, "1927-05-18"}, {"45726", service, "2025-03-10"}, {"45726.75", service, "2025-03-10"},
	} {
		got := ""
		if d := readDate(c.cell, c.way); d.ok {
			got = d.date.String()
		}
		if got != c.want {
			t.Errorf("%s read as %+v: %q, want %q", c.cell, c.way, got, c.want)
		}
	}
}

package books

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// spoiledSink writes an export as it comes out of a spreadsheet that took codes and dates for
// numbers, with rows between the charges that are none.
type spoiledSink struct {
	w      io.Writer
	dates  *dates
	cents  claim.Cents
	lines  int
	number int
	err    error
}

// spoiledHeads are the header of a spoiled export; it stands again where a page ends.
const spoiledHeads = "Acct #,Invoice,Svc Date,DOB,CPT,Qty,Amount,Diagnosis Codes,Rendering NPI,POS,Payer"

// Between how many lines a page ends, a charge is taken back, and a visit did not take place.
const (
	spoiledPage  = 25
	spoiledVoid  = 10
	spoiledShows = 16
)

func newSpoiled(w io.Writer, l layout) *spoiledSink {
	s := &spoiledSink{w: w, dates: newDates(l.date)}
	for _, title := range l.titles {
		s.put(title)
	}
	s.put(spoiledHeads)
	return s
}

func (s *spoiledSink) put(text string) {
	s.number++
	if s.err == nil {
		_, s.err = io.WriteString(s.w, text+"\r\n")
	}
}

func (s *spoiledSink) write(r *row) (string, int, error) {
	charge, err := claim.ParseCents(r.charge)
	if err != nil {
		return "", 0, err
	}
	s.lines++
	if s.lines%spoiledPage == 0 {
		s.put(spoiledHeads)
	}
	if s.lines%spoiledShows == 0 {
		s.put(s.cells(r, "NO SHOW", "", ""))
	}
	if s.lines%spoiledVoid == 0 { // keyed at a wrong charge, and taken back
		s.put(s.cells(r, spoiledCode(r), r.units, dollars(charge+1000)))
		s.put(s.cells(r, spoiledCode(r), "-"+r.units, dollars(-charge-1000)))
	}
	s.cents += charge
	s.put(s.cells(r, spoiledCode(r), r.units+".0", dollars(charge)))
	return "", s.number, s.err
}

// cells are a row with the code, units and charge given.
func (s *spoiledSink) cells(r *row, code, units, charge string) string {
	return strings.Join([]string{
		fmt.Sprintf("P%d", r.patient), fmt.Sprintf("C%d", r.claim),
		strconv.Itoa(int(r.from - claim.MustDate("1899-12-30"))), string(s.dates.append(nil, r.birth)),
		code, units, charge, strings.Join(r.dx, "; "), r.provider, r.pos + ".0", `"` + r.payer + `"`,
	}, ",")
}

// spoiledCode is the code with its modifiers behind it, wrapped to stay text where it has letters, or
// a number with a point.
func spoiledCode(r *row) string {
	switch {
	case len(r.mods) > 0:
		return r.code + "-" + strings.Join(r.mods, "-")
	case strings.Trim(r.code, "0123456789") != "":
		return `"=""` + r.code + `"""`
	}
	return r.code + ".0"
}

// dollars is an amount as a spreadsheet shows it, less than nothing in parentheses, in quotes where it
// has a comma.
func dollars(c claim.Cents) string {
	text := max(c, -c).String()
	quote := ""
	if at := len(text) - len("000.00"); at > 0 {
		text, quote = text[:at]+","+text[at:], `"`
	}
	if text = "$" + text; c < 0 {
		text = "(" + text + ")"
	}
	return quote + text + quote
}

func (s *spoiledSink) close() error {
	s.put("Grand Total,,,,,," + dollars(s.cents) + ",,,,")
	return s.err
}

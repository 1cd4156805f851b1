package books

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// X12 writes canonical rows as a transmission of professional claims, as a clearinghouse gets them. What
// claims cannot say is left out: the day of receipt, and rows of other types of claims.
func X12(header []string, rows [][]string) []byte {
	var b bytes.Buffer
	x := newX12(&b, header)
	for _, row := range rows {
		x.add(row)
	}
	_ = x.close() // a buffer takes everything
	return b.Bytes()
}

// x12Claims is how many claims stand in a transaction.
const x12Claims = 100

// x12Writer writes claims: rows one behind the other of one claim that say the same of it are its lines.
type x12Writer struct {
	w      io.Writer
	at     map[string]int
	buf    []byte
	err    error
	claims [][]string // the rows of the claim so far
	lines  int        // rows taken

	segments, sets, inSet int    // segments and claims of the transaction, and how many of them
	level, billerLevel    int    // numbers of the last segments HL
	biller, insured       string // what was last said of them
}

// newX12 begins a transmission of rows with that header.
func newX12(w io.Writer, header []string) *x12Writer {
	x := &x12Writer{w: w, at: map[string]int{}}
	for i, name := range header {
		x.at[name] = i
	}
	x.put("ISA*00*          *00*          *ZZ*SYNTHETIC      *ZZ*CLEARINGHOUSE  *250616*0800*^*00501*000000001*0*P*:")
	x.put("GS*HC*SYNTHETIC*CLEARINGHOUSE*20250616*0800*1*X*005010X222A1")
	return x
}

func (x *x12Writer) get(row []string, name string) string {
	i, ok := x.at[name]
	if !ok || i >= len(row) {
		return ""
	}
	return plainX12.Replace(row[i])
}

// plainX12 takes out of a text what parts elements and segments.
var plainX12 = strings.NewReplacer("*", " ", "~", " ", ":", " ", "^", " ", "\n", " ", "\r", " ")

// put writes a segment, without the separators at its end.
func (x *x12Writer) put(parts ...string) {
	x.segments++
	text := strings.Join(parts, "*")
	x.buf = append(append(x.buf, strings.TrimRight(text, "*")...), "~\n"...)
	if len(x.buf) > bufferSize {
		x.flush()
	}
}

func (x *x12Writer) flush() {
	if x.err == nil {
		_, x.err = x.w.Write(x.buf)
	}
	x.buf = x.buf[:0]
}

// ofClaim are the columns that say something of a whole claim.
var ofClaim = []string{"ClaimID", "PatientID", "DOB", "BillingNPI", "BillingTIN", "Payer", "PayerSequence", "ClaimFrequency", "State", "OriginalRef"}

// add takes a row and says which service line it is.
func (x *x12Writer) add(row []string) int {
	if kind := x.get(row, "ClaimType"); kind != "" && kind != "professional" {
		return x.lines
	}
	if len(x.claims) > 0 && !x.fits(row) {
		x.claim()
	}
	x.claims = append(x.claims, slices.Clone(row))
	x.lines++
	return x.lines
}

// The most lines that a claim may have, and diagnoses that a line may point at.
const (
	mostLines    = 50
	mostPointers = 4
)

// fits tells whether the row is a line of the claim so far.
func (x *x12Writer) fits(row []string) bool {
	first := x.claims[0]
	for _, name := range ofClaim {
		if x.get(row, name) != x.get(first, name) {
			return false
		}
	}
	for _, name := range []string{"RenderingNPI", "POS", "FacilityNPI"} {
		if (x.get(row, name) == "") != (x.get(first, name) == "") {
			return false
		}
	}
	list := x.diagnoses(append(slices.Clone(x.claims), row))
	return len(x.claims) < mostLines && len(list) <= len(claim.Line{}.Dx) && x.pointed(list, append(slices.Clone(x.claims), row))
}

// diagnoses are those of the claim, in the order its lines have them.
func (x *x12Writer) diagnoses(rows [][]string) (list []string) {
	for _, row := range rows {
		for _, d := range x.of(row) {
			if !slices.Contains(list, d) {
				list = append(list, d)
			}
		}
	}
	return list
}

func (x *x12Writer) of(row []string) (list []string) {
	for _, name := range claim.FieldDiagnoses.Columns() {
		if d := x.get(row, name); d != "" {
			list = append(list, strings.Replace(d, ".", "", 1))
		}
	}
	return list
}

// pointed tells whether every line can point at its diagnoses: four of them, or all that the claim has.
func (x *x12Writer) pointed(list []string, rows [][]string) bool {
	return !slices.ContainsFunc(rows, func(row []string) bool {
		own := x.of(row)
		return (len(own) > mostPointers || len(own) == 0 && len(list) > 0) && !slices.Equal(own, list)
	})
}

// claim writes the claim so far.
func (x *x12Writer) claim() {
	first := x.claims[0]
	if x.inSet == 0 {
		x.begin()
	}
	x.inSet++
	x.parties(first)
	total := claim.Cents(0)
	for _, row := range x.claims {
		charge, _ := claim.ParseCents(x.get(row, "Charge"))
		total += charge
	}
	x.put("CLM", x.get(first, "ClaimID"), total.String(), "", "", x.get(first, "POS")+":B:"+x.get(first, "ClaimFrequency"), "Y", "A", "Y", "Y")
	if number := x.get(first, "OriginalRef"); number != "" {
		x.put("REF", "F8", number)
	}
	list := x.diagnoses(x.claims)
	codes := []string{"HI"}
	for i, d := range list {
		codes = append(codes, []string{"ABK:", "ABF:"}[min(i, 1)]+d)
	}
	if len(list) > 0 {
		x.put(codes...)
	}
	if npi := x.get(first, "RenderingNPI"); npi != "" {
		x.put("NM1", "82", "1", "RENDERING", "SYNTHETIC", "", "", "", "XX", npi)
	}
	if npi := x.get(first, "FacilityNPI"); npi != "" {
		x.put("NM1", "77", "2", "SYNTHETIC FACILITY", "", "", "", "", "XX", npi)
	}
	for i, row := range x.claims {
		x.line(i+1, row, first, list)
	}
	x.claims = x.claims[:0]
	if x.inSet == x12Claims {
		x.end()
	}
}

// parties writes who bills, whom and for whom, where that changes.
func (x *x12Writer) parties(row []string) {
	all := func(names ...string) (text string) {
		for _, name := range names {
			text += x.get(row, name) + "\x00"
		}
		return text
	}
	if biller := all("BillingNPI", "BillingTIN", "State"); x.biller != biller {
		x.biller, x.insured = biller, ""
		x.level++
		x.billerLevel = x.level
		x.put("HL", strconv.Itoa(x.level), "", "20", "1")
		x.put("NM1", "85", "2", "SYNTHETIC PAIN GROUP", "", "", "", "", "XX", x.get(row, "BillingNPI"))
		x.put("N3", "1 ROAD")
		x.put("N4", "TOWN", x.get(row, "State"), "00000")
		if tin := x.get(row, "BillingTIN"); tin != "" {
			x.put("REF", "EI", tin)
		}
	}
	if insured := all("PatientID", "DOB", "Payer", "PayerSequence"); x.insured != insured {
		x.insured = insured
		x.level++
		x.put("HL", strconv.Itoa(x.level), strconv.Itoa(x.billerLevel), "22", "0")
		x.put("SBR", orElse(x.get(row, "PayerSequence"), "P"), "18")
		x.put("NM1", "IL", "1", "SYNTHETIC", "PATIENT", "", "", "", "MI", x.get(row, "PatientID"))
		x.put("DMG", "D8", x12Date(x.get(row, "DOB")), "U")
		x.put("NM1", "PR", "2", x.get(row, "Payer"), "", "", "", "", "PI", "SYNTHETIC")
	}
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// x12Date is a date of the canonical form without its hyphens; other text stays.
func x12Date(text string) string {
	if _, _, err := claim.ParseDate(text); err != nil {
		return text
	}
	return strings.ReplaceAll(text, "-", "")
}

// line writes a service line.
func (x *x12Writer) line(number int, row, first, list []string) {
	x.put("LX", strconv.Itoa(number))
	service := "HC:" + x.get(row, "CPT")
	for _, name := range claim.FieldModifiers.Columns() {
		service += ":" + x.get(row, name)
	}
	var points []string
	for _, d := range x.of(row) {
		points = append(points, strconv.Itoa(slices.Index(list, d)+1))
	}
	if len(points) > mostPointers {
		points = nil
	}
	x.put("SV1", strings.TrimRight(service, ":"), x.get(row, "Charge"), "UN", x.get(row, "Units"), x.get(row, "POS"), "", strings.Join(points, ":"))
	form, day := "D8", x12Date(x.get(row, "DOS"))
	if to := x.get(row, "DOSTo"); to != "" {
		form, day = "RD8", day+"-"+x12Date(to)
	}
	x.put("DTP", "472", form, day)
	for _, ref := range [][2]string{{"6R", "LineID"}, {"G1", "AuthNumber"}} {
		if text := x.get(row, ref[1]); text != "" {
			x.put("REF", ref[0], text)
		}
	}
	if text := x.get(row, "Narrative"); text != "" {
		x.put("NTE", "ADD", text)
	}
	if npi := x.get(row, "RenderingNPI"); npi != x.get(first, "RenderingNPI") {
		x.put("NM1", "82", "1", "RENDERING", "SYNTHETIC", "", "", "", "XX", npi)
	}
	if npi := x.get(row, "FacilityNPI"); npi != x.get(first, "FacilityNPI") {
		x.put("NM1", "77", "2", "SYNTHETIC FACILITY", "", "", "", "", "XX", npi)
	}
}

// begin begins a transaction.
func (x *x12Writer) begin() {
	x.sets++
	x.segments, x.level, x.biller, x.insured = 0, 0, "", ""
	x.put("ST", "837", fmt.Sprintf("%04d", x.sets), "005010X222A1")
	x.put("BHT", "0019", "00", strconv.Itoa(x.sets), "20250616", "0800", "CH")
	x.put("NM1", "41", "2", "SYNTHETIC PAIN GROUP", "", "", "", "", "46", "SYNTHETIC")
	x.put("PER", "IC", "BILLING", "TE", "5550100")
	x.put("NM1", "40", "2", "SYNTHETIC CLEARINGHOUSE", "", "", "", "", "46", "CLEARINGHOUSE")
}

// end ends a transaction.
func (x *x12Writer) end() {
	x.put("SE", strconv.Itoa(x.segments+1), fmt.Sprintf("%04d", x.sets))
	x.inSet = 0
}

func (x *x12Writer) close() error {
	if len(x.claims) > 0 {
		x.claim()
	}
	if x.inSet > 0 {
		x.end()
	}
	x.put("GE", strconv.Itoa(x.sets), "1")
	x.put("IEA", "1", "000000001")
	x.flush()
	return x.err
}

// tableSink writes rows as cells of a table.
type tableSink struct {
	layout layout
	dates  *dates
	sheet  string
	out    interface {
		add(cells []string) int
		close() error
	}
}

func (s *tableSink) write(r *row) (string, int, error) {
	cells := make([]string, len(s.layout.columns))
	for i, c := range s.layout.columns {
		cells[i] = string(r.appendCell(nil, c.cell, s.dates))
	}
	return s.sheet, s.out.add(cells), nil
}

func (s *tableSink) close() error { return s.out.close() }

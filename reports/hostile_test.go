package reports

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// payload begins like a formula, would close one, and is told apart from all else in a workbook.
const payload = `=HYPERLINK("http://x/PAYLOAD")&'"),A1<b>]]>` + "\x01\x0b\xff\uFFFE\U0001F600 _x0041_\r\n\t "

// poisoned is a report with the payload in every text that can come from an input.
func poisoned() *audit.Report {
	r := changed(small(), func(findings []audit.Finding) []audit.Finding {
		for i := range findings {
			f := &findings[i]
			f.Message, f.Fix.Text = payload, payload
			for _, l := range f.Lines() {
				l.Patient, l.Claim, l.Billed, l.PayerName = payload, payload, payload, payload
				l.Rendering, l.Billing, l.TIN, l.POS, l.State = payload, payload, payload, payload, payload
			}
		}
		return findings
	})
	r.Options = append(r.Options, audit.Option{Name: payload, Value: payload})
	r.Tables = append(r.Tables, audit.Table{Name: payload, Effective: payload, File: payload, SHA256: payload})
	for i := range r.Sources {
		s := &r.Sources[i]
		s.File, s.Sheet, s.Notes = payload+s.File, payload, []string{payload}
	}
	for i := range r.Providers {
		r.Providers[i].ID = payload
	}
	for i := range r.Coverage {
		r.Coverage[i].Reason, r.Coverage[i].Codes = payload, []string{payload}
	}
	r.UnknownPayers = []audit.UnknownPayer{{Name: payload, Lines: 1}}
	left, _ := r.NotRead.(audit.LeftRows)
	for i := range left {
		left[i].Reason = payload
	}
	r.PassedOver = []claim.Passed{{File: payload, Why: payload}}
	r.Repairs = append(r.Repairs, claim.Repair{Kind: payload})
	r.Stale = append(r.Stale, audit.Stale{Table: payload, Lines: 1})
	return r
}

// What a spreadsheet calculates, follows or refers to: formulas of cells, charts, formats and
// checks, links, names, headers and footers.
var live = regexp.MustCompile(`(?s)<(?:\w+:)?(f|formula|formula1|formula2|definedName|oddFooter|oddHeader)\b[^>]*>(.*?)</|<hyperlink [^>]*>|Target="[^"]*"|<table [^>]*>`)

// ownFormula is a link within the workbook, or the cells a chart shows.
var ownFormula = regexp.MustCompile(`^<f>(HYPERLINK\("#'[A-Za-z0-9 ]+'!A"&IFERROR\(MATCH\("[a-z0-9-]+",'[A-Za-z0-9 ]+'!\$[A-Z]+:\$[A-Z]+,0\),1\),"[A-Za-z0-9 -]+"\)|[A-Za-z0-9 ']+![$A-Z0-9:]+)</$`)

// No formula, link or name is made of input.
func TestNoFormulaFromInput(t *testing.T) {
	all := contents(t, write(t, poisoned(), ".xlsx", Options{}))
	if n := strings.Count(all, "PAYLOAD"); n < 30 {
		t.Fatalf("the payload is in the workbook only %d times", n)
	}
	found := map[string]int{}
	for _, match := range live.FindAllStringSubmatch(all, -1) {
		found[match[1]]++
		switch {
		case strings.Contains(match[0], "PAYLOAD"):
			t.Errorf("made of input: %s", match[0])
		case match[1] == "f" && strings.HasPrefix(match[0], "<f>") && !ownFormula.MatchString(html.UnescapeString(match[0])):
			t.Errorf("a formula of another kind: %s", match[0])
		}
	}
	if found["f"] < 10 || found["definedName"] < 5 || found["formula1"] < 2 || found[""] < 10 {
		t.Errorf("looked at too few: %v", found)
	}
}

// Every part of the workbook is XML, also where rows were put into it; a sheet has each cell once,
// in order, and within what it says it has.
func TestPartsAreXML(t *testing.T) {
	data, _ := bookOf(t, poisoned(), 2)
	book, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	sheets := 0
	for _, part := range book.File {
		text, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		cells, dimension := placesOf(t, part.Name, text)
		if !strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			continue
		}
		sheets++
		_, end, _ := strings.Cut(dimension, ":")
		col, row, err := excelize.CellNameToCoordinates(end)
		if err != nil {
			t.Errorf("%s: dimension %q: %v", part.Name, dimension, err)
		}
		for i, at := range cells {
			if i > 0 && (at[0] < cells[i-1][0] || at[0] == cells[i-1][0] && at[1] <= cells[i-1][1]) {
				t.Errorf("%s: row and column %v behind %v", part.Name, at, cells[i-1])
			}
			if at[0] > row || at[1] > col {
				t.Errorf("%s: row and column %v lie beyond %s", part.Name, at, dimension)
			}
		}
	}
	if sheets < 15 {
		t.Errorf("only %d sheets", sheets)
	}
}

// placesOf reads a part to its end and returns row and column of its cells that hold something, in
// order, and its dimension.
func placesOf(t *testing.T, name string, text io.Reader) (cells [][2]int, dimension string) {
	t.Helper()
	decoder := xml.NewDecoder(text)
	var at [2]int
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return cells, dimension
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "dimension":
			dimension = start.Attr[0].Value
		case "row":
			row, _ := strconv.Atoi(place(start))
			at = [2]int{row, 0}
		case "c":
			at[1]++ // where it does not say where it stands
			if name := place(start); name != "" {
				if at[1], at[0], err = excelize.CellNameToCoordinates(name); err != nil {
					t.Fatal(err)
				}
			}
		case "v":
			cells = append(cells, at)
		}
	}
}

// place is where a row or a cell says that it stands; blank where it does not.
func place(start xml.StartElement) string {
	for _, a := range start.Attr {
		if a.Name.Local == "r" {
			return a.Value
		}
	}
	return ""
}

// No cell of the CSV report begins like a formula.
func TestNoFormulaInCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(string(write(t, poisoned(), ".csv", Options{})))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %s", cell)
			}
			if strings.HasPrefix(cell, "'=") {
				quoted++
			}
		}
	}
	if quoted < 35 {
		t.Errorf("the payload begins only %d cells", quoted)
	}
}

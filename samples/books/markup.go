package books

import (
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"claimaudit/audit/claim"
)

// Office writes canonical rows as a workbook in the XML of Excel 2003, with dates and numbers as such.
func Office(header []string, rows [][]string) []byte {
	return marked(header, rows, newOffice)
}

// Page writes canonical rows as a table of a web page, as report servers do that call it .xls.
func Page(header []string, rows [][]string) []byte {
	return marked(header, rows, newPage)
}

func marked(header []string, rows [][]string, begin func(io.Writer, []string) *markupWriter) []byte {
	var b bytes.Buffer
	m := begin(&b, header)
	for _, row := range rows {
		m.add(row)
	}
	_ = m.close() // a buffer takes everything
	return b.Bytes()
}

// markupWriter writes rows in tags.
type markupWriter struct {
	w      io.Writer
	buf    bytes.Buffer
	header []string
	row    [2]string // around the cells of a row
	cell   func(b *bytes.Buffer, column int, header, text string)
	end    string
	rows   int
	err    error
}

func (m *markupWriter) begin(head string, header []string) *markupWriter {
	m.buf.WriteString(head)
	m.header = make([]string, len(header))
	m.add(header)
	m.header = header
	return m
}

// officeSheet is the one sheet of a workbook.
const officeSheet = "Charges"

func newOffice(w io.Writer, header []string) *markupWriter {
	m := &markupWriter{w: w, row: [2]string{"<Row>", "</Row>\n"}, cell: officeCell, end: "</Table></Worksheet></Workbook>\n"}
	return m.begin("<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n"+
		`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">`+
		`<Worksheet ss:Name="`+officeSheet+`"><Table>`+"\n", header)
}

// officeCell writes a cell with its place and its type; blank ones are left out.
func officeCell(b *bytes.Buffer, column int, header, text string) {
	if text == "" {
		return
	}
	kind := "String"
	if day, _, err := claim.ParseDate(text); err == nil && day != 0 && len(text) == len("2006-01-02") {
		kind, text = "DateTime", text+"T00:00:00.000"
	} else if n, err := strconv.ParseFloat(text, 64); err == nil && !strings.HasPrefix(header, "Dx") && text == strconv.FormatFloat(n, 'f', -1, 64) {
		kind = "Number"
	}
	b.WriteString(`<Cell ss:Index="` + strconv.Itoa(column+1) + `"><Data ss:Type="` + kind + `">`)
	escape(b, text)
	b.WriteString("</Data></Cell>")
}

// escape writes text as XML and HTML have it.
func escape(b *bytes.Buffer, text string) { _ = xml.EscapeText(b, []byte(text)) } // a buffer takes everything

func newPage(w io.Writer, header []string) *markupWriter {
	m := &markupWriter{w: w, row: [2]string{"<tr>", "</tr>\n"}, cell: pageCell, end: "</table></body></html>\n"}
	return m.begin("<html><head><title>Charges</title></head><body><table border=1>\n", header)
}

func pageCell(b *bytes.Buffer, _ int, _, text string) {
	b.WriteString("<td>")
	escape(b, text)
	b.WriteString("</td>")
}

// add writes a row and says which it is.
func (m *markupWriter) add(cells []string) int {
	m.buf.WriteString(m.row[0])
	for i, text := range cells {
		m.cell(&m.buf, i, m.header[i], text)
	}
	m.buf.WriteString(m.row[1])
	if m.buf.Len() > bufferSize {
		m.flush()
	}
	m.rows++
	return m.rows
}

func (m *markupWriter) flush() {
	if m.err == nil {
		_, m.err = m.buf.WriteTo(m.w)
	}
	m.buf.Reset()
}

func (m *markupWriter) close() error {
	m.buf.WriteString(m.end)
	m.flush()
	return m.err
}

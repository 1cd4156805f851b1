package books

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Report writes canonical rows as a report is printed into a file: pages with a heading, the names of the
// columns and a line of dashes, and the number of lines below.
func Report(header []string, rows [][]string) []byte {
	var b bytes.Buffer
	p := newPrinter(&b, header)
	for _, row := range rows {
		p.add(row)
	}
	_ = p.close() // a buffer takes everything
	return b.Bytes()
}

// Columns writes canonical rows in columns of a fixed width, one table without pages.
func Columns(header []string, rows [][]string) []byte {
	var b bytes.Buffer
	p := newPrinter(&b, header)
	for _, row := range append([][]string{header}, rows...) {
		p.line(p.cells(row, widthsOf(header, rows), "  "))
	}
	b.Write(p.buf.Bytes())
	return b.Bytes()
}

// A page has a heading of so many lines, and behind it so many rows and the number of them.
const (
	headingLines = 5
	pageRows     = 40
)

// printer keeps the rows until it is known how wide they are.
type printer struct {
	w      io.Writer
	buf    bytes.Buffer
	header []string
	rows   [][]string
}

func newPrinter(w io.Writer, header []string) *printer { return &printer{w: w, header: header} }

// add keeps a row and says in which line it will be.
func (p *printer) add(cells []string) int {
	n := len(p.rows)
	p.rows = append(p.rows, slices.Clone(cells))
	return n/pageRows*(headingLines+pageRows+1) + headingLines + n%pageRows + 1
}

func (p *printer) close() error {
	widths := widthsOf(p.header, p.rows)
	pages := (len(p.rows) + pageRows - 1) / pageRows
	for n := range pages {
		rows := p.rows[n*pageRows : min(len(p.rows), (n+1)*pageRows)]
		p.heading(n+1, pages, widths)
		for _, row := range rows {
			p.line(p.cells(row, widths, " "))
		}
		p.line(fmt.Sprintf("Page total: %d lines", len(rows)))
	}
	_, err := p.buf.WriteTo(p.w)
	return err
}

func (p *printer) heading(n, pages int, widths []int) {
	feed := ""
	if n > 1 {
		feed = "\f"
	}
	p.line(fmt.Sprintf("%sCHARGE DETAIL BY CLAIM %30s %d OF %d", feed, "PAGE", n, pages))
	p.line("Printed 06/16/2025")
	p.line("")
	p.line(p.cells(p.header, widths, " "))
	dashes := make([]string, len(widths))
	for i, width := range widths {
		dashes[i] = strings.Repeat("-", width)
	}
	p.line(strings.Join(dashes, " "))
}

func (p *printer) line(text string) { p.buf.WriteString(strings.TrimRight(text, " ") + "\r\n") }

// cells prints amounts to the right, and all else to the left.
func (p *printer) cells(cells []string, widths []int, apart string) string {
	printed := make([]string, len(cells))
	for i, cell := range cells {
		pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if p.header[i] == "Units" || p.header[i] == "Charge" {
			printed[i] = pad + cell
		} else {
			printed[i] = cell + pad
		}
	}
	return strings.Join(printed, apart)
}

func widthsOf(header []string, rows [][]string) []int {
	widths := make([]int, len(header))
	for i, name := range header {
		widths[i] = utf8.RuneCountInString(name)
		for _, row := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
	}
	return widths
}

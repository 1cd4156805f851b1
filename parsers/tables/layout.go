package tables

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"claimaudit/audit/catalog"
	"claimaudit/parsers/grid"
)

// layout is how one kind of table is laid out in columns.
type layout struct {
	kind catalog.Kind
	// begin looks for the header among the first rows; nil when they are of another table.
	begin func(rows [][]string) *body
}

// layouts are the layouts in columns, of text and of workbooks.
var layouts = []layout{
	{catalog.PairEdits, beginPairs},
	{catalog.UnitLimits, beginLimits},
	{catalog.AddOnCodes, beginAddOns},
	{catalog.FeeSchedule, beginFees},
	{catalog.CodeList, beginCodes},
}

// body reads the rows behind a header.
type body struct {
	below int    // how many rows the header takes, with what stands above it
	scope string // words of the header that may say whose table it is
	// row takes over one row. It returns what the row is when it is no value of the table.
	row    func(cells []string, row int) (apart string, err error)
	finish func(o *catalog.Official) error
}

// headRows is how many rows a header is looked for in.
const headRows = 40

const sniffSize = 64 << 10

// parse reads a table file of any layout.
func parse(name string, r io.Reader) (*File, error) {
	in := bufio.NewReaderSize(r, sniffSize)
	head, err := in.Peek(sniffSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	if !isZip(head) {
		if fixed := fixedLayout(head); fixed != nil {
			return fixed.read(name, in)
		}
	}
	g, err := grid.FromReader(name, in, grid.Options{})
	if err != nil {
		return nil, err
	}
	f, err := parseGrid(name, g)
	return f, errors.Join(err, g.Close())
}

// parseGrid reads the first sheet that holds a table, and refuses a second.
func parseGrid(name string, g *grid.File) (*File, error) {
	var found *File
	for _, sheet := range g.Sheets {
		p := &parsing{file: &File{Path: name, Apart: map[string]int{}}}
		if err := p.sheet(sheet); err != nil {
			return nil, err
		}
		switch {
		case p.body == nil:
			continue
		case found != nil:
			return nil, fmt.Errorf("%s: two sheets hold a table: save each as a file of its own", name)
		}
		if err := p.end(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		found = p.file
	}
	if found == nil {
		return nil, fmt.Errorf("%s: this is none of the tables known: expected pair edits (PTP), unit limits (MUE), add-on codes (AOC), the fee schedule (PPRRVU), HCPCS codes (ANWEB) or ICD-10-CM codes, as CMS publishes them", name)
	}
	return found, nil
}

// parsing is a sheet on its way to a table: its first rows are kept until the header is found.
type parsing struct {
	file  *File
	kind  catalog.Kind
	head  [][]string
	rows  []int // their numbers
	lines []int
	body  *body
}

func (p *parsing) sheet(s *grid.Sheet) error {
	for block, err := range s.Blocks(context.Background()) {
		if err != nil {
			return err
		}
		for row := range block.Rows() {
			if row.Err != nil {
				p.damaged(row.Number, row.Line, row.Err)
				continue
			}
			if p.take(row.Cells, row.Number, row.Line); p.body == nil && len(p.head) > headRows {
				return nil
			}
		}
	}
	if p.body == nil {
		p.begin()
	}
	return nil
}

func (p *parsing) take(cells []string, row, line int) {
	if blank(cells) && p.body != nil {
		return
	}
	if p.body != nil {
		p.value(cells, row, line)
		return
	}
	kept := make([]string, len(cells))
	for i, c := range cells {
		kept[i] = strings.Clone(c)
	}
	p.head, p.rows, p.lines = append(p.head, kept), append(p.rows, row), append(p.lines, line)
	if len(p.head) == headRows {
		p.begin()
	}
}

// begin looks for the header of every layout in the rows kept, and reads those behind it.
func (p *parsing) begin() {
	for _, l := range layouts {
		if b := l.begin(p.head); b != nil {
			p.kind, p.body = l.kind, b
			break
		}
	}
	if p.body == nil {
		return
	}
	p.file.title = titles(p.head[:p.body.below])
	for i := p.body.below; i < len(p.head); i++ {
		if !blank(p.head[i]) {
			p.value(p.head[i], p.rows[i], p.lines[i])
		}
	}
}

func (p *parsing) value(cells []string, row, line int) {
	p.file.Rows++
	apart, err := p.body.row(cells, row)
	switch {
	case err != nil:
		p.reject(row, line, err)
	case apart != "":
		p.file.Apart[apart]++
	}
}

// damaged takes over a record that cannot be split.
func (p *parsing) damaged(row, line int, err error) {
	p.file.Rows++
	p.reject(row, line, err)
}

func (p *parsing) reject(row, line int, err error) {
	p.file.Rejects = append(p.file.Rejects, Reject{row, line, err.Error()})
}

// end makes the table of what was read.
func (p *parsing) end() error {
	p.file.Official = &catalog.Official{Kind: p.kind}
	if err := p.file.place(p.body.scope); err != nil {
		return err
	}
	return p.body.finish(p.file.Official)
}

func titles(rows [][]string) string {
	var text []string
	for _, row := range rows {
		for _, cell := range row {
			if cell = strings.TrimSpace(cell); cell != "" {
				text = append(text, cell)
			}
		}
	}
	return strings.Join(text, "\n")
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// place tells the quarter and the scope from the name, the title above the header, and the header.
func (f *File) place(header string) error {
	o, name := f.Official, stem(f.Path)
	if o.Quarter = quarterOfName(f.Path); o.Quarter == 0 {
		o.Quarter = quarterIn(f.title)
	}
	if o.Quarter == 0 {
		return fmt.Errorf("%s: neither the name nor the title says of which quarter this is: keep the name CMS gave the file, or put the quarter into it, such as %s-2026Q3", o.Name(), name)
	}
	switch o.Kind {
	case catalog.PairEdits, catalog.UnitLimits, catalog.AddOnCodes:
		f.scope(o, strings.ToLower(nameOf(f.Path)+"\n"+header+"\n"+f.title))
	}
	return nil
}

// scope tells whose table it is, and says where nothing tells it.
func (f *File) scope(o *catalog.Official, text string) {
	medicaid, medicare := medicaidWords.MatchString(text), medicareWords.MatchString(text)
	hospital, supplier, practitioner := hospitalWords.MatchString(text), supplierWords.MatchString(text), practitionerWords.MatchString(text)
	switch {
	case supplier && medicaid:
		o.Scope = catalog.MedicaidSupplier
	case supplier:
		o.Scope = catalog.MedicareSupplier
	case hospital && medicaid:
		o.Scope = catalog.MedicaidHospital
	case hospital:
		o.Scope = catalog.MedicareHospital
	case medicaid:
		o.Scope = catalog.MedicaidPractitioner
	}
	if !medicare && !medicaid {
		f.Notes = append(f.Notes, "taken as Medicare's: neither the name nor the title names the program")
	}
	if o.Kind != catalog.AddOnCodes && !hospital && !supplier && !practitioner {
		f.Notes = append(f.Notes, "taken as the practitioners': neither the name nor the title names the setting")
	}
}

// nameOf is the file's name, behind that of the zip it is in.
func nameOf(path string) string {
	parts := strings.Split(filepath.ToSlash(path), "/")
	for i, part := range parts {
		if strings.HasSuffix(strings.ToLower(part), ".zip") {
			return strings.Join(parts[i:], "/")
		}
	}
	return parts[len(parts)-1]
}

var (
	medicaidWords     = regexp.MustCompile(`medicaid|\bmcd\b|mcd[_-]`)
	medicareWords     = regexp.MustCompile(`medicare|mcr[_-]|[_-]mcr|ccipra|ccioph`)
	hospitalWords     = regexp.MustCompile(`ccioph|outpatient|hospital|[_-]oph[_-]|opps`)
	supplierWords     = regexp.MustCompile(`\bdme|dmesupplier`)
	practitionerWords = regexp.MustCompile(`ccipra|practitioner|[_-]pra[_-]`)
)

// columns finds columns by their names: letters and digits alone count, in lower case.
type columns map[string]int

func columnsOf(row []string) columns {
	c := columns{}
	for i, cell := range row {
		if name := normal(cell); name != "" {
			if _, twice := c[name]; !twice {
				c[name] = i
			}
		}
	}
	return c
}

func normal(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, s)
}

// find is the column whose name the test accepts, the first in order of place; -1 for none.
func (c columns) find(accept func(name string) bool) int {
	best := -1
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if at := c[name]; accept(name) && (best < 0 || at < best) {
			best = at
		}
	}
	return best
}

func (c columns) named(names ...string) int {
	return c.find(func(name string) bool { return slices.Contains(names, name) })
}

func (c columns) having(part string) int {
	return c.find(func(name string) bool { return strings.Contains(name, part) })
}

// cell is the trimmed cell of a column; "" where the row ends before it, or the table lacks it.
func cell(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[at])
}

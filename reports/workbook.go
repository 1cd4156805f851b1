package reports

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// The sheets others refer to by name.
const (
	summarySheet  = "Summary"
	flaggedSheet  = "Flagged Lines"
	sinceSheet    = "Since Last Time"
	waivedSheet   = "Waived"
	monthSheet    = "By Month"
	ruleSheet     = "By Rule"
	rulesSheet    = "Rules"
	coverageSheet = "Coverage"
	notReadSheet  = "Rows Not Read"
	runSheet      = "Run Info"
	defaultSheet  = "Sheet1" // excelize begins a workbook with it
)

// writeWorkbook writes the report as an Excel workbook.
func writeWorkbook(ctx context.Context, w io.Writer, v *view) error {
	b, err := newBook(v, xlsx.MaxRows-1)
	if err != nil {
		return err
	}
	defer b.f.Close()
	return b.write(ctx, w)
}

// write makes all sheets and writes them.
func (b *book) write(ctx context.Context, w io.Writer) error {
	for i := range b.sheets {
		b.make(&b.sheets[i])
	}
	b.finish()
	if b.err != nil {
		return b.err
	}
	return xlsx.Write(ctx, w, b.f, b.rows)
}

// book is a workbook in the making. Its methods keep the first error and do nothing after it.
type book struct {
	digest
	f       *excelize.File
	styles  *styles
	sheets  []sheet
	columns []findingColumn // of Flagged Lines
	files   []string        // by input, see shortNames
	rows    []xlsx.Rows
	most    int // records on a sheet below its header
	// mostWhole is how many lines By Encounter has before the encounters that are left get a row each.
	mostWhole int
	floods    map[int32]int // where those findings that stand for many lines are on Flagged Lines
	worst     []int32       // encounters with the most at risk first
	firstAt   []int32       // of each encounter where its first finding is on Flagged Lines; -1 for none
	order     []int32       // of the findings on Flagged Lines
	shown     []int32       // see shownOf
	turn      []int32       // where each finding is on Flagged Lines
	// waivedOn are the lines that findings are waived on.
	waivedOn map[claim.Pos]bool
	firstOf  map[*audit.Rule]int
	firstBy  map[audit.Severity]int
	// extents are how far the sheets go that are written cell by cell: the column and row of their last cells.
	extents map[string][2]int
	err     error
}

func newBook(v *view, most int) (*book, error) {
	b := &book{digest: newDigest(v), f: excelize.NewFile(), columns: sheetColumns(v), files: shortNames(v.Sources), most: most, mostWhole: mostWhole}
	var err error
	if b.styles, err = newStyles(b.f); err != nil {
		return nil, err
	}
	b.err = b.f.SetSheetName(defaultSheet, summarySheet)
	b.worst, b.waivedOn = worstOf(b.encounters.risks), waivedLines(v)
	b.arrange()
	b.index()
	b.sheets = b.filled()
	return b, nil
}

// filled are the sheets that the report has something for, and those that are always there.
func (b *book) filled() (list []sheet) {
	for i := range sheets {
		s := sheets[i]
		if s.rare {
			t := s.table(b)
			if s.made = &t; t.count == 0 {
				continue
			}
		}
		list = append(list, s)
	}
	return list
}

// arrange puts the findings in their order on Flagged Lines: an encounter's together, and one that stands
// for many lines with the encounter of its own.
func (b *book) arrange() {
	b.floods = map[int32]int{}
	b.order = make([]int32, 0, b.Findings.Len())
	b.shown, b.turn = b.shownOf(), make([]int32, b.Findings.Len())
	b.firstAt = make([]int32, b.encounters.len())
	for i := range b.firstAt {
		b.firstAt[i] = -1
		for _, k := range b.encounters.of(i).findings {
			if b.shown[k] < 0 {
				continue
			}
			if b.firstAt[i] < 0 {
				b.firstAt[i] = int32(len(b.order))
			}
			if flood := b.lines.Brief(int(k)).Flood; flood != 0 {
				b.floods[flood] = len(b.order)
			}
			b.turn[b.shown[k]] = int32(len(b.order))
			b.order = append(b.order, b.shown[k])
		}
	}
}

// shownOf is which finding is shown for each of the lines' findings: of those that one stands for, for
// the first alone, and -1 for the others.
func (b *book) shownOf() []int32 {
	shown := make([]int32, b.lines.Len())
	met := map[int32]bool{}
	next := int32(0)
	for i := range shown {
		if flood := b.lines.Brief(i).Flood; flood != 0 && met[flood] {
			shown[i] = -1
			continue
		} else if flood != 0 {
			met[flood] = true
		}
		shown[i] = next
		next++
	}
	return shown
}

// placeOf is where on Flagged Lines the first finding of an encounter is, or the first that stands for
// one of it.
func (b *book) placeOf(n int32) int {
	if at := b.firstAt[n]; at >= 0 {
		return int(at)
	}
	return b.placeOn(b.encounters.of(int(n)).findings[0])
}

// placeOn is where on Flagged Lines a finding of a line is, or the one that stands for it.
func (b *book) placeOn(k int32) int {
	if i := b.shown[k]; i >= 0 {
		return int(b.turn[i])
	}
	return b.floods[b.lines.Brief(int(k)).Flood]
}

// index notes where each rule and severity comes first on Flagged Lines.
func (b *book) index() {
	b.firstOf, b.firstBy = map[*audit.Rule]int{}, map[audit.Severity]int{}
	for k := len(b.order) - 1; k >= 0; k-- {
		f := b.Findings.Brief(int(b.order[k]))
		b.firstOf[b.Findings.Rule(f)], b.firstBy[f.Severity] = k, k
	}
}

// do keeps the first error.
func (b *book) do(err error) {
	if b.err == nil {
		b.err = err
	}
}

// sheetName is the n-th sheet of a table.
func sheetName(name string, n int) string {
	if n == 0 {
		return name
	}
	return name + " " + strconv.Itoa(n+1)
}

// column is one column of a table.
type column struct {
	head  string
	width float64
	kind  kind
	bar   bool // show its size as a bar
}

// chars is about how many characters go into a line of the column; 0 when it does not wrap. Most
// letters of a sentence are narrower than the digits a width is counted in; names are often in
// capitals, which are wider.
func (c column) chars() int {
	switch c.kind {
	case prose, link:
		return int(c.width * 1.1)
	case code:
		return int(c.width)
	case name:
		return int(c.width) - 2
	}
	return 0
}

// table is a sheet with a header row and records below it, continued on further sheets when there
// are too many.
type table struct {
	columns []column
	count   int
	frozen  int // columns that stay in sight
	printed int // columns that are printed; 0 all
	// printedRows are those records that are printed; 0 all.
	printedRows int
	// plain tells that its rows are not to be sorted or filtered.
	plain  bool
	empty  string
	colour string // of the tab
	fill   func(i int, r *xlsx.Row)
	extras func(sheet string, columns []column, count int) // what only this table has
}

// addSheet lays out one sheet of a table, with count records from from on.
func (b *book) addSheet(t *table, sheet string, from, count int) {
	_, err := b.f.NewSheet(sheet)
	b.do(err)
	b.header(sheet, t)
	b.page(sheet, t, count)
	if count > 0 {
		b.body(sheet, t, count)
		if t.extras != nil {
			t.extras(sheet, t.columns, count)
		}
	} else if t.empty != "" {
		b.put(sheet, "A2", b.styles.cell[text], t.empty)
	}
	rows := xlsx.Rows{Sheet: sheet, Count: count, Fill: func(i int, r *xlsx.Row) { t.fill(from+i, r) }}
	for _, c := range t.columns {
		rows.Columns = append(rows.Columns, xlsx.Column{Style: b.styles.cell[c.kind], Chars: c.chars()})
	}
	b.rows = append(b.rows, rows)
}

const headHeight = 36

func (b *book) header(sheet string, t *table) {
	for i, c := range t.columns {
		name := xlsx.Letter(i)
		b.do(b.f.SetColWidth(sheet, name, name, c.width))
		b.put(sheet, name+"1", b.styles.head[c.kind], c.head)
	}
	b.do(b.f.SetRowHeight(sheet, 1, headHeight))
	corner, pane := "A2", "bottomLeft"
	if t.frozen > 0 {
		corner, pane = xlsx.Letter(t.frozen)+"2", "bottomRight"
	}
	b.do(b.f.SetPanes(sheet, &excelize.Panes{
		Freeze: true, XSplit: t.frozen, YSplit: 1, TopLeftCell: corner, ActivePane: pane,
		Selection: []excelize.Selection{{SQRef: corner, ActiveCell: corner, Pane: pane}},
	}))
}

// body makes the records a table that can be filtered and sorted, and keeps Excel from marking
// codes as numbers stored as text.
func (b *book) body(sheet string, t *table, count int) {
	last := count + 1
	area := fmt.Sprintf("A1:%s%d", xlsx.Letter(len(t.columns)-1), last)
	stripes := false
	if !t.plain {
		b.do(b.f.AddTable(sheet, &excelize.Table{
			Range: area, Name: strings.ReplaceAll(sheet, " ", ""), ShowRowStripes: &stripes,
		}))
	}
	b.do(b.f.SetSheetDimension(sheet, area))
	b.do(b.f.AddIgnoredErrors(sheet, area, excelize.IgnoredErrorsNumberStoredAsText))
	for i, c := range t.columns {
		if !c.bar {
			continue
		}
		b.do(b.f.SetConditionalFormat(sheet, columnRange(i, last), []excelize.ConditionalFormatOptions{{
			Type: "data_bar", Criteria: "=", MinType: "num", MinValue: "0", MaxType: "max", BarColor: "#9DC1E8", BarSolid: true,
		}}))
	}
}

// columnRange is a column's cells below the header.
func columnRange(i, last int) string {
	name := xlsx.Letter(i)
	return fmt.Sprintf("%s2:%s%d", name, name, last)
}

const letterPaper = 1

// page sets how a sheet prints: landscape, as wide as the paper, the header on every page.
func (b *book) page(sheet string, t *table, count int) {
	rows, printed := count, printedColumns(t)
	if t.printedRows > 0 {
		rows = min(rows, t.printedRows)
	}
	b.printing(sheet, "landscape", 0, t.colour)
	b.do(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$1:$1", sheet), Scope: sheet,
	}))
	if printed == len(t.columns) && rows == count {
		return
	}
	b.footer(sheet, leftOut(rows, count, printed, len(t.columns)))
	b.do(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Area", Scope: sheet,
		RefersTo: fmt.Sprintf("'%s'!$A$1:$%s$%d", sheet, xlsx.Letter(printed-1), rows+1),
	}))
}

// leftOut says at the foot of a printed page how much of a sheet is on the screen alone.
func leftOut(rows, allRows, columns, allColumns int) string {
	var parts []string
	if rows < allRows {
		parts = append(parts, fmt.Sprintf("the first %s of %s rows", thousands(rows), thousands(allRows)))
	}
	if columns < allColumns {
		parts = append(parts, fmt.Sprintf("%d of %d columns", columns, allColumns))
	}
	return ": " + strings.Join(parts, ", ")
}

const (
	mostPrinted = 11   // columns
	mostWide    = 1108 // points of columns that are 7.5 points high when they are made as wide as the paper
)

// printedColumns is how many columns of a table are printed: no more than can be read.
func printedColumns(t *table) int {
	most, wide := mostPrinted, 0.
	if t.printed > 0 {
		most = t.printed
	}
	for i, c := range t.columns {
		if wide += c.width * 7 * 0.75; i == most || wide > mostWide { // a character takes 7 pixels
			return i
		}
	}
	return len(t.columns)
}

// printing sets paper, margins and footer; high is how many pages high, 0 as many as needed.
func (b *book) printing(sheet, orientation string, high int, colour string) {
	fit, size, wide := true, letterPaper, 1
	colour = "FF" + colour // opaque
	b.do(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit, TabColorRGB: &colour}))
	b.do(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{
		Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &high,
	}))
	side, top, bottom, edge, middle := 0.25, 0.35, 0.45, 0.2, true
	b.do(b.f.SetPageMargins(sheet, &excelize.PageLayoutMarginsOptions{
		Left: &side, Right: &side, Top: &top, Bottom: &bottom, Header: &edge, Footer: &edge, Horizontally: &middle,
	}))
	b.footer(sheet, "")
}

// footer says at the foot of each page of a sheet whom it names, and how much of the sheet is printed.
func (b *book) footer(sheet, much string) {
	b.do(b.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{
		OddFooter: `&L&8` + b.names() + `&C&8&A` + much + `&R&8Page &P of &N`,
	}))
}

// names says at the foot of each page whom the workbook names.
func (b *book) names() string {
	switch {
	case b.mask == nil:
		return "Contains patient data: handle as your policy says"
	case b.mask.redact:
		return "Redacted: names nobody; providers are numbered"
	}
	return "De-identified: keyed hashes stand for patients and claims; providers are named"
}

// finish sets what concerns the whole workbook. Its dates are the day the audit looked from, so
// that the same audit gives the same bytes.
func (b *book) finish() {
	day := b.AsOf.Time().Format(time.RFC3339)
	b.do(b.f.SetDocProps(&excelize.DocProperties{
		Title: "Claim audit", Creator: "claimaudit", LastModifiedBy: "claimaudit",
		Created: day, Modified: day, Version: b.Version, Identifier: b.options.of(),
	}))
	b.f.SetActiveSheet(0)
	b.dimensions()
	hide := false
	for _, sheet := range b.f.GetSheetList() {
		b.do(b.f.SetSheetView(sheet, 0, &excelize.ViewOptions{ShowGridLines: &hide}))
	}
}

// dimensions says of the sheets that excelize writes by itself which cells they have: it leaves the
// first one as all there is, and some programs read no further.
func (b *book) dimensions() {
	filled := map[string]bool{}
	for _, rows := range b.rows {
		filled[rows.Sheet] = rows.Count > 0
	}
	for _, sheet := range b.f.GetSheetList() {
		if filled[sheet] {
			continue
		}
		last := b.extents[sheet]
		b.do(b.f.SetSheetDimension(sheet, fmt.Sprintf("A1:%s%d", xlsx.Letter(max(1, last[0])-1), max(1, last[1]))))
	}
}

package reports

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/reports/xlsx"
)

// sheetOrder is the order in which the schema of a worksheet has its parts; Excel offers to repair a
// workbook that has them in another, which LibreOffice and openpyxl do not mind.
var sheetOrder = strings.Fields(`sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
	protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr
	conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks
	colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture
	oleObjects controls webPublishItems tableParts extLst`)

type (
	xmlSheet struct {
		Parts []struct{ XMLName xml.Name } `xml:",any"`
	}
	xmlCells struct {
		Rows []struct {
			Number int `xml:"r,attr"`
			Cells  []struct {
				Ref     string `xml:"r,attr"`
				Style   int    `xml:"s,attr"`
				Formula string `xml:"f"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
		Merged []struct {
			Ref string `xml:"ref,attr"`
		} `xml:"mergeCells>mergeCell"`
		Validations []struct {
			Formula1 string `xml:"formula1"`
			Formula2 string `xml:"formula2"`
		} `xml:"dataValidations>dataValidation"`
		Links []struct {
			Location string `xml:"location,attr"`
			Ref      string `xml:"ref,attr"`
		} `xml:"hyperlinks>hyperlink"`
		Formats []struct {
			Rules []struct {
				Dxf      *int `xml:"dxfId,attr"`
				Priority int  `xml:"priority,attr"`
			} `xml:"cfRule"`
		} `xml:"conditionalFormatting"`
	}
	xmlTable struct {
		ID      int    `xml:"id,attr"`
		Name    string `xml:"name,attr"`
		Display string `xml:"displayName,attr"`
		Ref     string `xml:"ref,attr"`
		Columns []struct {
			Name string `xml:"name,attr"`
		} `xml:"tableColumns>tableColumn"`
	}
	xmlStyles struct {
		Formats []struct{} `xml:"cellXfs>xf"`
		Dxfs    []struct{} `xml:"dxfs>dxf"`
	}
)

// inspected is a workbook taken apart.
type inspected struct {
	*testing.T
	f     *excelize.File
	parts map[string][]byte
	texts map[string][][]string // of the sheets, as far as they were asked for
}

func inspect(t *testing.T, data []byte) *inspected {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return &inspected{t, reopened(t, data), parts, map[string][][]string{}}
}

func (w *inspected) decode(name string, into any) {
	w.Helper()
	if err := xml.Unmarshal(w.parts[name], into); err != nil {
		w.Fatalf("%s: %v", name, err)
	}
}

// rows are a sheet's cells as text.
func (w *inspected) rows(sheet string) [][]string {
	w.Helper()
	if w.texts[sheet] == nil {
		rows, err := w.f.GetRows(sheet)
		if err != nil {
			w.Fatal(err)
		}
		w.texts[sheet] = rows
	}
	return w.texts[sheet]
}

// sheets are the sheets' names by the part that holds them.
func (w *inspected) sheets() map[string]string {
	byPart := map[string]string{}
	for id, name := range w.f.GetSheetMap() {
		byPart[fmt.Sprintf("xl/worksheets/sheet%d.xml", id)] = name
	}
	return byPart
}

// TestSchema holds what Excel asks of a workbook before it opens it without offering a repair.
func TestSchema(t *testing.T) {
	nothing := small()
	nothing.Findings, nothing.NotRead, nothing.Repairs = audit.Findings{}, nil, nil
	recount(nothing, nil)
	empty := &audit.Report{
		AsOf: claim.MustDate("2025-06-30"), Sources: []claim.Source{{File: "a.csv"}},
		Summary: audit.Summary{BySeverity: map[audit.Severity]int{}, ByRule: map[string]int{}},
	}
	for name, r := range map[string]*audit.Report{
		"small": small(), "large": large(700), "nothing found": nothing, "no rows": empty, "long texts": withPatient(strings.Repeat("long ", 9000)),
	} {
		t.Run(name, func(t *testing.T) { inspect(t, write(t, r, ".xlsx", Options{})).check() })
	}
	t.Run("continued sheets", func(t *testing.T) {
		data, _ := bookOf(t, large(40), 15)
		inspect(t, data).check()
	})
}

func (w *inspected) check() {
	w.relations()
	w.tables()
	w.names()
	var styles xmlStyles
	w.decode("xl/styles.xml", &styles)
	for part, sheet := range w.sheets() {
		w.order(part)
		var s xmlCells
		w.decode(part, &s)
		w.cells(sheet, &s, &styles)
		w.merged(sheet, &s)
		w.validations(sheet, &s)
		w.links(sheet, &s)
	}
}

// order holds the order of a worksheet's parts, each of which but one stands there once at most.
func (w *inspected) order(part string) {
	w.Helper()
	var s xmlSheet
	w.decode(part, &s)
	last := -1
	for _, p := range s.Parts {
		at := slices.Index(sheetOrder, p.XMLName.Local)
		if at < last || at < 0 || at == last && p.XMLName.Local != "conditionalFormatting" {
			w.Errorf("%s: %s stands in the wrong place", part, p.XMLName.Local)
		}
		last = at
	}
}

func (w *inspected) cells(sheet string, s *xmlCells, styles *xmlStyles) {
	w.Helper()
	lastRow := 0
	for _, row := range s.Rows {
		if row.Number <= lastRow {
			w.Errorf("%s: row %d follows row %d", sheet, row.Number, lastRow)
		}
		lastRow = row.Number
		lastColumn := 0
		for _, c := range row.Cells {
			column, number, err := lastColumn+1, row.Number, error(nil)
			if c.Ref != "" {
				column, number, err = excelize.CellNameToCoordinates(c.Ref)
			} else if column > len(s.Rows[0].Cells) {
				w.Errorf("%s: row %d has more cells than the head", sheet, row.Number)
			}
			if err != nil || number != row.Number || column <= lastColumn {
				w.Errorf("%s: cell %s in row %d behind column %d", sheet, c.Ref, row.Number, lastColumn)
			}
			if c.Style >= len(styles.Formats) {
				w.Errorf("%s: %s has style %d of %d", sheet, c.Ref, c.Style, len(styles.Formats))
			}
			if to := found.FindStringSubmatch(c.Formula); to != nil {
				w.row(sheet+" "+c.Ref, to[1], to[2], to[3])
			} else if c.Formula != "" {
				w.Errorf("%s: %s has the formula %s", sheet, c.Ref, c.Formula)
			}
			lastColumn = column
		}
	}
	priorities := map[int]bool{}
	for _, f := range s.Formats {
		for _, rule := range f.Rules {
			if rule.Dxf != nil && *rule.Dxf >= len(styles.Dxfs) {
				w.Errorf("%s: conditional format %d of %d", sheet, *rule.Dxf, len(styles.Dxfs))
			}
			if priorities[rule.Priority] {
				w.Errorf("%s: two conditional formats of priority %d", sheet, rule.Priority)
			}
			priorities[rule.Priority] = true
		}
	}
}

// found is a link to the row of a sheet whose column holds a value.
var found = regexp.MustCompile(`^HYPERLINK\("#'([^']+)'!A"&IFERROR\(MATCH\("([^"]+)",'[^']+'!\$([A-Z]+):`)

// row holds that a link leads to a row that is there.
func (w *inspected) row(from, sheet, value, column string) {
	w.Helper()
	n, err := excelize.ColumnNameToNumber(column)
	if err != nil || !slices.ContainsFunc(w.rows(sheet), func(row []string) bool { return len(row) >= n && row[n-1] == value }) {
		w.Errorf("%s leads to %s in column %s of %s, where it is not: %v", from, value, column, sheet, err)
	}
}

// place holds that a link leads to a cell that has something in it.
func (w *inspected) place(from, place string) {
	w.Helper()
	sheet, cell, _ := strings.Cut(strings.ReplaceAll(place, "'", ""), "!")
	column, row, err := excelize.CellNameToCoordinates(cell)
	if rows := w.rows(sheet); err != nil || row > len(rows) || column > len(rows[row-1]) || rows[row-1][column-1] == "" {
		w.Errorf("%s leads to %s, where nothing is: %v", from, place, err)
	}
}

func (w *inspected) links(sheet string, s *xmlCells) {
	w.Helper()
	seen := map[string]bool{}
	for _, l := range s.Links {
		if seen[l.Ref] {
			w.Errorf("%s: two links in %s", sheet, l.Ref)
		}
		seen[l.Ref] = true
		w.place(sheet+" "+l.Ref, l.Location)
	}
}

func (w *inspected) merged(sheet string, s *xmlCells) {
	w.Helper()
	taken := map[string]string{}
	for _, m := range s.Merged {
		from, to, _ := strings.Cut(m.Ref, ":")
		c0, r0, err := excelize.CellNameToCoordinates(from)
		if err != nil {
			w.Fatal(err)
		}
		c1, r1, err := excelize.CellNameToCoordinates(to)
		if err != nil {
			w.Fatal(err)
		}
		for row := r0; row <= r1; row++ {
			for column := c0; column <= c1; column++ {
				cell := fmt.Sprint(column, row)
				if taken[cell] != "" {
					w.Errorf("%s: merged %s and %s meet", sheet, taken[cell], m.Ref)
				}
				taken[cell] = m.Ref
			}
		}
	}
}

func (w *inspected) validations(sheet string, s *xmlCells) {
	w.Helper()
	for _, v := range s.Validations {
		if v.Formula1 == "" || len(v.Formula1) > 255 || len(v.Formula2) > 255 {
			w.Errorf("%s: validation by %q and %q", sheet, v.Formula1, v.Formula2)
		}
	}
}

// tables holds that tables have names of their own, and columns named as the header cells are.
func (w *inspected) tables() {
	w.Helper()
	ids, names := map[int]bool{}, map[string]bool{}
	for _, name := range w.f.GetDefinedName() {
		names[strings.ToLower(name.Name)] = true
	}
	bySheet := map[string]int{}
	for part := range w.parts {
		if !strings.HasPrefix(part, "xl/tables/") {
			continue
		}
		var table xmlTable
		w.decode(part, &table)
		name := strings.ToLower(table.Name)
		if ids[table.ID] || names[name] || table.Name != table.Display {
			w.Errorf("%s: table %d %s is there twice", part, table.ID, table.Name)
		}
		ids[table.ID], names[name] = true, true
		sheet := w.tableSheet(path.Base(part))
		bySheet[sheet]++
		header := w.rows(sheet)
		if len(header) < 2 {
			w.Fatalf("%s: the sheet %s has %d rows", part, sheet, len(header))
		}
		want := fmt.Sprintf("A1:%s%d", xlsx.Letter(len(header[0])-1), len(header))
		if table.Ref != want || len(table.Columns) != len(header[0]) {
			w.Errorf("%s: the table is %s with %d columns, the sheet %s", part, table.Ref, len(table.Columns), want)
		}
		once := map[string]bool{}
		for i, c := range table.Columns {
			if i < len(header[0]) && c.Name != header[0][i] || once[strings.ToLower(c.Name)] {
				w.Errorf("%s: column %d is %q, in the sheet %q", part, i, c.Name, header[0][i])
			}
			once[strings.ToLower(c.Name)] = true
		}
	}
	for sheet, n := range bySheet {
		if n > 1 {
			w.Errorf("%s has %d tables", sheet, n)
		}
	}
}

// tableSheet is the sheet whose relations name the table's part.
func (w *inspected) tableSheet(base string) string {
	for part, sheet := range w.sheets() {
		if bytes.Contains(w.parts[relationsOf(part)], []byte("/"+base+`"`)) {
			return sheet
		}
	}
	w.Errorf("no sheet has the table %s", base)
	return ""
}

func relationsOf(part string) string { return path.Dir(part) + "/_rels/" + path.Base(part) + ".rels" }

// relations holds that every part that is referred to is there, and every part has its type.
func (w *inspected) relations() {
	w.Helper()
	types := string(w.parts["[Content_Types].xml"])
	for name, data := range w.parts {
		folder, isRelations := strings.CutSuffix(path.Dir(name), "_rels")
		if !isRelations {
			if ext := path.Ext(name); !strings.Contains(types, `"/`+name+`"`) && !strings.Contains(types, `Extension="`+ext[1:]+`"`) && name != "[Content_Types].xml" {
				w.Errorf("%s has no type", name)
			}
			continue
		}
		var list struct {
			Relations []struct {
				Target string `xml:"Target,attr"`
			} `xml:"Relationship"`
		}
		if err := xml.Unmarshal(data, &list); err != nil {
			w.Fatal(err)
		}
		for _, r := range list.Relations {
			target := strings.TrimPrefix(r.Target, "/")
			if target == r.Target {
				target = path.Join(folder, target)
			}
			if _, there := w.parts[target]; !there {
				w.Errorf("%s refers to %s, which is not there", name, r.Target)
			}
		}
	}
}

// names holds that defined names are of sheets there are.
func (w *inspected) names() {
	w.Helper()
	sheets := map[string]bool{}
	for _, name := range w.f.GetSheetList() {
		if len(name) > excelize.MaxSheetNameLength {
			w.Errorf("sheet name %s is too long", name)
		}
		sheets[name] = true
	}
	for _, name := range w.f.GetDefinedName() {
		if sheet, _, ok := strings.Cut(strings.ReplaceAll(name.RefersTo, "'", ""), "!"); !ok || !sheets[sheet] {
			w.Errorf("%s refers to %s; the sheets are %v", name.Name, name.RefersTo, slices.Sorted(maps.Keys(sheets)))
		}
	}
}

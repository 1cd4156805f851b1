package grid

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// officeBook is a workbook in the XML of Excel 2003 with these parts of a sheet.
func officeBook(parts string) string {
	return `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>` + "\n" +
		`<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">` +
		`<Styles><Style ss:ID="Default"/></Styles><Worksheet ss:Name="One">` + parts + `</Worksheet></Workbook>`
}

func officeRows(rows string) string { return officeBook("<Table>" + rows + "</Table>") }

// compact is rows as show writes them, without the blanks between their cells.
func compact(rows []string) (short []string) {
	for _, row := range rows {
		short = append(short, strings.NewReplacer(": ", ":", " | ", "|").Replace(row))
	}
	return short
}

// TestOffice reads the XML of Excel 2003: a row as show writes it for each of the sheet's.
func TestOffice(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"text and numbers", officeRows(`<Row><Cell><Data ss:Type="String">a &amp; b</Data></Cell><Cell><Data ss:Type="Number">64483</Data></Cell></Row>`),
			[]string{"One1:a & b|number 64483"}},
		{"places", officeRows(`<Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="String">b</Data></Cell><Cell ss:Index="5"><Data ss:Type="String">e</Data></Cell></Row><Row><Cell><Data ss:Type="String">next</Data></Cell></Row>`),
			[]string{"One3:|b|||e", "One4:next"}},
		{"dates", officeRows(`<Row><Cell><Data ss:Type="DateTime">2025-03-10T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">2025-03-10T13:30:00.000</Data></Cell></Row>`),
			[]string{"One1:2025-03-10|2025-03-10T13:30:00"}},
		{"times without a day", officeRows(`<Row><Cell><Data ss:Type="DateTime">T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">.000</Data></Cell><Cell><Data ss:Type="DateTime"/></Cell></Row>`),
			[]string{"One1:T00:00:00.000|.000"}},
		{"exponents, truth and errors", officeRows(`<Row><Cell><Data ss:Type="Number">1.2345E7</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell><Cell ss:Formula="=1"/></Row>`),
			[]string{"One1:number 12345000|bool TRUE|error #N/A|none "}},
		{"merged cells", officeRows(`<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">a</Data></Cell><Cell><Data ss:Type="String">d</Data></Cell></Row>`),
			[]string{"One1:a|||d"}},
		{"a formula with its value", officeRows(`<Row><Cell ss:Formula="=1+1"><Data ss:Type="Number">2</Data></Cell></Row>`), []string{"One1:number 2"}},
		{"a blank cell below another", officeRows(`<Row><Cell><Data ss:Type="String">a</Data></Cell><Cell><Data ss:Type="String">b</Data></Cell></Row><Row><Cell ss:Index="2"><Data ss:Type="String">c</Data></Cell></Row>`),
			[]string{"One1:a|b", "One2:|c"}},
		{"empty rows that stand for several", officeRows(`<Row><Cell><Data ss:Type="String">1</Data></Cell></Row><Row ss:Span="3"/><Row><Cell><Data ss:Type="String">6</Data></Cell></Row>`),
			[]string{"One1:1", "One6:6"}},
		{"hidden rows", officeRows(`<Row ss:Hidden="1"><Cell><Data ss:Type="String">a</Data></Cell></Row>`), []string{"One1 hidden:a"}},
		{"letters in bold, and a comment", officeRows(`<Row><Cell><ss:Data ss:Type="String" xmlns="http://www.w3.org/TR/REC-html40">a<B>b</B><Font>c</Font></ss:Data><Comment><ss:Data>no</ss:Data></Comment><NamedCell ss:Name="x"/></Cell></Row>`),
			[]string{"One1:abc"}},
		{"line breaks", officeRows(`<Row><Cell><Data ss:Type="String">a&#10;b</Data></Cell></Row>`), []string{"One1:a\\nb"}},
		{"a prefix everywhere", strings.NewReplacer("<Workbook", "<ss:Workbook", "</Workbook", "</ss:Workbook", "<Worksheet", "<ss:Worksheet", "</Worksheet", "</ss:Worksheet", "<Table", "<ss:Table", "</Table", "</ss:Table", "<Row", "<ss:Row", "</Row", "</ss:Row", "<Cell", "<ss:Cell", "</Cell", "</ss:Cell", "<Data", "<ss:Data", "</Data", "</ss:Data").Replace(officeRows(`<Row><Cell><Data ss:Type="String">a</Data></Cell></Row>`)),
			[]string{"One1:a"}},
		{"Latin-1", strings.Replace(officeRows("<Row><Cell><Data ss:Type=\"String\">Andr\xe9</Data></Cell></Row>"), `"1.0"`, `"1.0" encoding="ISO-8859-1"`, 1), []string{"One1:André"}},
		{"UTF-16", utf16LE(bom + officeRows(`<Row><Cell><Data ss:Type="String">é</Data></Cell></Row>`)), []string{"One1:é"}},
		{"two sheets", strings.Replace(officeRows(`<Row><Cell><Data ss:Type="String">a</Data></Cell></Row>`), "</Workbook>", `<Worksheet ss:Name="T&#119;o"><Table><Row><Cell><Data ss:Type="String">b</Data></Cell></Row></Table></Worksheet></Workbook>`, 1),
			[]string{"One1:a", "Two1:b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, f, err := read([]byte(c.in), Options{})
			if diff := cmp.Diff(c.want, compact(rows)); diff != "" || err != nil || f.Format != "xml" {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestOfficeLayout reads what a sheet hides and merges, and how it counts dates.
func TestOfficeLayout(t *testing.T) {
	in := officeBook(`<Table><Column ss:Index="2" ss:Hidden="1" ss:Span="1"/><Row><Cell ss:MergeDown="2"><Data ss:Type="String">a</Data></Cell></Row></Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>`)
	in = strings.Replace(in, "<Styles>", `<ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel"><Date1904/></ExcelWorkbook><Styles>`, 1)
	_, f, err := read([]byte(in), Options{})
	if err != nil || !f.Date1904 || !f.Sheets[0].Hidden || fmt.Sprint(f.Sheets[0].HiddenColumns) != "[1 2]" || fmt.Sprint(f.Sheets[0].Merged) != "[{1 0 3 0}]" {
		t.Errorf("error %v, %+v", err, f.Sheets[0])
	}
}

// TestOfficeColumns: which columns are hidden, behind others and up to the sheet's last.
func TestOfficeColumns(t *testing.T) {
	for columns, want := range map[string]string{
		`<Column ss:Span="1"/><Column ss:Hidden="1"/>`:                         "[2]",
		`<Column ss:Index="16383" ss:Hidden="1" ss:Span="5"/>`:                 "[16382 16383]",
		`<Column ss:Index="4" ss:Hidden="1"/><Column/><Column ss:Hidden="1"/>`: "[3 5]",
	} {
		_, f, err := read([]byte(officeBook("<Table>"+columns+`<Row><Cell><Data ss:Type="String">a</Data></Cell></Row></Table>`)), Options{})
		if err != nil || fmt.Sprint(f.Sheets[0].HiddenColumns) != want {
			t.Errorf("%s: error %v, hidden %v, want %s", columns, err, f.Sheets[0].HiddenColumns, want)
		}
	}
}

// TestPage reads tables of web pages: a row as show writes it for each that holds anything.
func TestPage(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"a table", "<html><body><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>", []string{"1:a|b", "2:1|2"}},
		{"no closing tags", "<table><tr><td>a<td>b<tr><td>1<td>2</table>", []string{"1:a|b", "2:1|2"}},
		{"rows without a table's head", "<table><thead><tr><td>a</td></tr></thead><tbody><tr><td>1</td></tr></tbody></table>", []string{"1:a", "2:1"}},
		{"entities and blanks", "<table><tr><td> a\n  &amp;&nbsp;b </td><td>&#233;</td><td>\u00a0</td></tr></table>", []string{"1:a &\u00a0b|é|\u00a0"}},
		{"line breaks", "<table><tr><td>M54.16<br>M47.816 <br/> G89.4</td></tr></table>", []string{"1:M54.16\\nM47.816\\nG89.4"}},
		{"marks inside a cell", "<table><tr><td><b>6448</b><font color=red>3</font></td></tr></table>", []string{"1:64483"}},
		{"cells over several", "<table><tr><td colspan=3>a</td><td>d</td></tr><tr><td rowspan=2>x</td><td>1</td></tr><tr><td>2</td></tr><tr><td>y</td></tr></table>", []string{"1:a|||d", "2:x|1", "3:|2", "4:y"}},
		{"blank rows count", "<table><tr><td></td></tr><tr></tr><tr><td>a</td></tr></table>", []string{"3:a"}},
		{"two tables", "<table><tr><td>title</td></tr></table><p>text<table><tr><td>a</td></tr></table>", []string{"1:title", "2:a"}},
		{"a table for the layout", "<table><tr><td>left</td><td><table><tr><td>a</td></tr><tr><td>b</td></tr></table></td><td>right</td></tr><tr><td>end</td></tr></table>", []string{"1:left", "2:a", "3:b", "4:||right", "5:end"}},
		{"a table that ends a row", "<table><tr><td>left<table><tr><td>a</td></tr></table></td></tr><tr><td>end</td></tr></table>", []string{"1:left", "2:a", "3:end"}},
		{"values behind what is shown", `<table><tr><td x:num="45726">3/10/2025</td><td sdval="1250.5" sdnum="1033;">$1,250.50</td><td x:num>7</td><td x:str>007</td></tr></table>`, []string{"1:number 45726|number 1250.5|7|007"}},
		{"hidden rows", `<table><tr style="display: none"><td>a</td></tr></table>`, []string{"1 hidden:a"}},
		{"text that is not shown", "<table><tr><td>a<script>if (a < b) </td></script><style>td { }</style><!-- no --></td></tr></table>", []string{"1:a"}},
		{"XHTML", `<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html xmlns="http://www.w3.org/1999/xhtml"><table><tr><td>a</td><td/><td>c</td></tr></table></html>`, []string{"1:a||c"}},
		{"a table not closed on a page that is", "<html><table><tr><td>a</td></tr></body></html>", []string{"1:a"}},
		{"Windows-1252", "<table><tr><td>Andr\xe9</td></tr></table>", []string{"1:André"}},
		{"UTF-16", utf16LE(bom + "<table><tr><td>é</td></tr></table>"), []string{"1:é"}},
		{"a remark first", "<!-- made by us --><html><table><tr><td>a</td></tr></table>", []string{"1:a"}},
		{"a part of a page", "<div><table><tr><td>a</td></tr></table></div>", []string{"1:a"}},
		{"capitals", "<TABLE><TR><TD>a</TD></TR></TABLE>", []string{"1:a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, f, err := read([]byte(c.in), Options{})
			if diff := cmp.Diff(c.want, compact(rows)); diff != "" || err != nil || f.Format != "html" {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// TestMarkupRefused are refused with their place and what to do.
func TestMarkupRefused(t *testing.T) {
	sound := officeRows(`<Row><Cell><Data ss:Type="String">a</Data></Cell></Row>`)
	for _, c := range []struct{ name, in, want string }{
		{"a page without a table", "<html><body>Your session has expired</body></html>", "a web page (HTML) without a table in it: was a log-in"},
		{"a page in UTF-16 without a table", utf16LE(bom + "<html xmlns:x=\"x\">"), "a web page (HTML) without a table"},
		{"a workbook with nothing in it", bom + "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", "malformed or cut short"},
		{"a page cut short", "<html><table><tr><td>a</td></tr><tr><td>b", "in row 1: the page is cut short: a table is not closed"},
		{"tables inside each other", strings.Repeat("<table><tr><td>", 100), "tables inside each other more than 64 deep"},
		{"a cell too far right", "<table><tr>" + strings.Repeat("<td colspan=1000>", 17) + "</table>", "beyond column XFD"},
		{"a workbook cut short", sound[:len(sound)-20], "malformed or cut short: open it in a spreadsheet program"},
		{"an entity bomb", `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + sound[strings.Index(sound, "<Workbook"):], "document type"},
		{"an unknown entity", strings.Replace(sound, ">a<", ">&b;<", 1), "in sheet One row 1: the XML is malformed"},
		{"elements inside each other", officeRows("<Row><Cell><Data>" + strings.Repeat("<B>", 100)), "more than 64 deep"},
		{"rows out of order", officeRows(`<Row ss:Index="3"/><Row ss:Index="2"/>`), "in sheet One row 3: a row or a cell stands in a wrong place"},
		{"a row too far down", officeRows(`<Row ss:Index="1048577"/>`), "beyond the last of a sheet"},
		{"other XML", `<?xml version="1.0"?><claims/>`, "this is XML: save it as .xlsx or .csv"},
		{"an OpenDocument in one file", `<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>`, "an OpenDocument spreadsheet in one XML file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := read([]byte(c.in), Options{}); err == nil || !strings.HasPrefix(err.Error(), "in") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

// TestMarkupCut cuts a workbook and a page behind every byte: they are refused, or read as the whole.
func TestMarkupCut(t *testing.T) {
	cells := func(open, shut string) string {
		return strings.Repeat("<tr>"+open+"a"+shut+open+"1"+shut+"</tr>", 5)
	}
	for name, in := range map[string]string{
		"page":     "<html><body><table>" + cells("<td>", "</td>") + "</table></body></html>",
		"workbook": officeRows(strings.NewReplacer("tr>", "Row>", "td>", "Cell>").Replace(cells(`<td><Data ss:Type="String">`, "</Data></td>"))),
	} {
		t.Run(name, func(t *testing.T) {
			want, _, err := read([]byte(in), Options{})
			if err != nil || len(want) != 5 {
				t.Fatalf("%d rows, error %v", len(want), err)
			}
			for n := len(in) / 3; n < len(in); n++ {
				if got, _, err := read([]byte(in[:n]), Options{}); err == nil && cmp.Diff(want, got) != "" {
					t.Errorf("cut behind %d of %d bytes: %q and no error", n, len(in), got)
				}
			}
		})
	}
}

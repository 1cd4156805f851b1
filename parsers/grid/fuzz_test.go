package grid

import (
	"bytes"
	"context"
	"encoding/xml"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// The targets hold for any bytes: no panic and no hang, no row lost without an error, and no more
// memory than is bounded beforehand.

// mostMemory is the most that reading a small file may ask for, all told.
const mostMemory = 128 << 20

// walk reads all rows of all sheets, and tells how many of them there are; their numbers rise.
func walk(t *testing.T, data []byte, o Options) (rows int, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, err := FromReader("in", bytes.NewReader(data), o)
	if err == nil {
		for _, sheet := range f.Sheets {
			last := 0
			for block, fault := range sheet.Blocks(context.Background()) {
				if err = fault; err != nil {
					break
				}
				for r := range block.Rows() {
					if r.Number <= last {
						t.Fatalf("row %d behind row %d", r.Number, last)
					}
					last = r.Number
					rows++
				}
			}
		}
		if closing := f.Close(); closing != nil {
			t.Fatal(closing)
		}
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > mostMemory {
		t.Fatalf("%d bytes ask for %d bytes of memory", len(data), used)
	}
	if err != nil && !strings.HasPrefix(err.Error(), "in") {
		t.Fatalf("the error does not begin with the file: %v", err)
	}
	return rows, err
}

// FuzzText reads any text: in blocks of all sizes alike, and text without quotes line by line.
func FuzzText(f *testing.F) {
	for _, q := range quirks {
		f.Add([]byte(q.in), 7)
	}
	f.Add(packed(f, []byte("a,b\n1,2\n")), 3)
	for _, printed := range printedTexts(f) {
		f.Add(printed.Data, 5)
	}
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if len(data) > 4096 || isZip(data) || isX12(bytes.TrimPrefix(data, utf8BOM)) || markupOf(bytes.TrimPrefix(data, utf8BOM)) != nil {
			t.Skip()
		}
		sameForAllBlocks(t, data, max(size&1023, 1))
		rows, err := walk(t, data, Options{})
		if err != nil || !utf8.Valid(data) || bytes.ContainsAny(data, "\"\x00\x1a") || bytes.Contains(bytes.ToLower(data), []byte("sep=")) {
			return
		}
		if lines := countLines(data); rows != lines {
			t.Fatalf("%d rows of %d lines", rows, lines)
		}
	})
}

// FuzzSegments reads any text as a transmission: in blocks of all sizes alike, and no more segments than it
// can hold.
func FuzzSegments(f *testing.F) {
	f.Add([]byte(transmission), 7)
	f.Add([]byte(wrapped(40)), 1)
	f.Add([]byte(strings.NewReplacer("*", "|", "~", "\n").Replace(transmission)), 200)
	f.Add([]byte(transmission[strings.Index(transmission, "GS*"):]), 600)
	f.Add([]byte(transmission+strings.NewReplacer("*", "~", "~", "*").Replace(transmission)), 513)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		if len(data) > 4096 || !isX12(data) {
			t.Skip()
		}
		sameForAllBlocks(t, data, max(size&1023, 1))
		if rows, _ := walk(t, data, Options{}); rows > len(data) {
			t.Fatalf("%d segments of %d bytes", rows, len(data))
		}
	})
}

// FuzzPage reads any page: no more rows than tags that could begin one, and alike from a slow stream.
func FuzzPage(f *testing.F) {
	f.Add("<html><body><table><tr><th>a</th><td colspan=2 rowspan=3>b<br>c</td></tr><tr><td x:num=\"45726\">d</td></tr></table></body></html>")
	f.Add("<table><tr><td>a<table><tr><td>b</table><td>c</table>")
	f.Add("<table><td>&amp;<script></td></script><style></style><!-- a --><![CDATA[x]]></table>")
	f.Fuzz(func(t *testing.T, in string) {
		if m := markupOf([]byte(in)); len(in) > 4096 || m == nil || m.what != "" {
			t.Skip()
		}
		rows, err := walk(t, []byte(in), Options{})
		lower := strings.ToLower(strings.ReplaceAll(in, "\x00", ""))
		most := strings.Count(lower, "<t") * 2
		if strings.Contains(lower, "urn:schemas-microsoft-com") {
			most = strings.Count(lower, "row")
		}
		if err == nil && rows > most {
			t.Fatalf("%d rows of at most %d", rows, most)
		}
		again, _, errAgain := read([]byte(in), Options{})
		if (err == nil) != (errAgain == nil) || err == nil && len(again) != rows {
			t.Fatalf("%d rows, then %d: %v, then %v", rows, len(again), err, errAgain)
		}
	})
}

// plainOffice is a workbook of Excel 2003 as the standard library reads it.
type plainOffice struct {
	Sheets []struct {
		Tables []struct {
			Rows []struct {
				Cells []struct {
					Formula *string  `xml:"Formula,attr"`
					Data    []string `xml:"Data"`
				} `xml:"Cell"`
			} `xml:"Row"`
		} `xml:"Table"`
	} `xml:"Worksheet"`
}

// FuzzOffice reads any workbook of Excel 2003: what is read without an error has the rows that the standard
// library finds.
func FuzzOffice(f *testing.F) {
	f.Add(`<Row ss:Index="2"><Cell ss:Index="3" ss:MergeAcross="1"><Data ss:Type="Number">1</Data></Cell></Row><Row ss:Span="2"/>`)
	f.Add(`<Column ss:Hidden="1"/><Row><Cell><ss:Data ss:Type="DateTime">2025-03-10T00:00:00.000</ss:Data></Cell><Cell ss:Formula="=1"/></Row>`)
	f.Add(`<Row><Cell><Data ss:Type="DateTime">T00:00:00.000</Data></Cell></Row>`)
	f.Add(`<Row><Cell><Data><B>a</B>&#10;<![CDATA[b]]></Data><Comment><Data>c</Data></Comment></Cell></Row>`)
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 4096 {
			t.Skip()
		}
		in = officeRows(in)
		rows, err := walk(t, []byte(in), Options{})
		if err != nil {
			return
		}
		var plain plainOffice
		if xml.Unmarshal([]byte(in), &plain) != nil {
			return
		}
		all, filled := 0, 0
		for _, sheet := range plain.Sheets {
			for _, table := range sheet.Tables {
				for _, row := range table.Rows {
					all++
					for _, c := range row.Cells {
						if len(c.Data) > 0 && strings.TrimSpace(c.Data[0]) != "" {
							filled++
							break
						}
					}
				}
			}
		}
		if rows < filled || rows > all {
			t.Fatalf("%d rows read of %d, %d of them filled", rows, all, filled)
		}
	})
}

// countLines is how many lines a text has, whatever they end with.
func countLines(data []byte) int {
	text := strings.ReplaceAll(strings.TrimPrefix(string(data), bom), "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	n := strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		n++
	}
	return n
}

// plainSheet is a sheet as the standard library reads it.
type plainSheet struct {
	Rows []struct {
		Cells []struct {
			Value   *string   `xml:"v"`
			Formula *struct{} `xml:"f"`
			Inline  *struct{} `xml:"is"`
		} `xml:"c"`
	} `xml:"sheetData>row"`
}

// count is how many rows the sheet has, and how many of them hold something.
func (s *plainSheet) count() (all, filled int) {
	for _, row := range s.Rows {
		all++
		for _, c := range row.Cells {
			if c.Formula != nil || c.Inline != nil || c.Value != nil && strings.TrimSpace(*c.Value) != "" {
				filled++
				break
			}
		}
	}
	return all, filled
}

// FuzzSheet reads any sheet with any shared strings in a sound file: what is read without an error has
// the rows that the standard library finds.
func FuzzSheet(f *testing.F) {
	data, _ := manyRows(3)
	sound := parts(data)
	f.Add(sound["xl/worksheets/sheet1.xml"], sound["xl/sharedStrings.xml"])
	f.Add("<x:worksheet><x:sheetData><x:row><x:c t='b'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>", "<sst/>")
	f.Add("<worksheet><sheetData><row><c><f/><v><![CDATA[1]]>&#50;</v></c></row></sheetData></worksheet>", "<sst><si><t>_x000D_</t></si></sst>")
	f.Add(`<worksheet><cols><col min="1" max="3" hidden="1"/></cols><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><r><t>a</t></r></is></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`, "<sst/>")
	f.Add(utf16LE(bom+sound["xl/worksheets/sheet1.xml"]), utf16BE(bom+sound["xl/sharedStrings.xml"]))
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		if len(sheet)+len(shared) > 8192 {
			t.Skip()
		}
		p := parts("")
		p["xl/worksheets/sheet1.xml"], p["xl/sharedStrings.xml"] = sheet, shared
		rows, err := walk(t, zipped(t, p), Options{})
		if err != nil {
			return
		}
		var plain plainSheet
		if xml.Unmarshal([]byte(sheet), &plain) != nil {
			return
		}
		if all, filled := plain.count(); rows < filled || rows > all {
			t.Fatalf("%d rows read of %d, %d of them filled", rows, all, filled)
		}
	})
}

// FuzzFile reads any bytes as a file.
func FuzzFile(f *testing.F) {
	data, _ := manyRows(3)
	f.Add(zipped(f, parts(data)))
	f.Add(zipped(f, map[string]string{"a.csv": "a,b\n1,2\n"}))
	f.Add(packed(f, zipped(f, parts(""))))
	f.Add(oldFile("Workbook"))
	f.Add([]byte(utf16LE(bom + "a,b\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			t.Skip()
		}
		_, _ = walk(t, data, Options{MaxUnpacked: 1 << 20})
	})
}

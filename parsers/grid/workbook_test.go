package grid

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

const (
	relations = `xmlns="http://schemas.openxmlformats.org/package/2006/relationships"`
	officeDoc = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	main      = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + officeDoc + `"`
)

// parts are the parts of a workbook with one sheet, whose sheetData is data.
func parts(data string) map[string]string {
	return map[string]string{
		"_rels/.rels":                `<?xml version="1.0" encoding="UTF-8"?><Relationships ` + relations + `><Relationship Id="rId1" Type="` + officeDoc + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook ` + main + `><workbookPr/><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships ` + relations + `><Relationship Id="rId1" Type="` + officeDoc + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + officeDoc + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<worksheet ` + main + `><cols><col min="1"/></cols><sheetData>` + data + `</sheetData><pageMargins left="1"/></worksheet>`,
		"xl/sharedStrings.xml":       `<sst ` + main + ` count="9"><si><t>zero</t></si><si><r><rPr><b/></rPr><t>on</t></r><r><t xml:space="preserve">e </t></r><rPh sb="0"><t>WAN</t></rPh><phoneticPr fontId="1"/></si><si><t/></si><si><t>A &amp; B_x000D_&#10;_x005F_x000D_ _xD83D__xDE00_ _xZZZZ_ é</t></si></sst>`,
	}
}

// zipped packs parts in order of name, so that the same parts are the same bytes.
func zipped(t interface{ Fatal(...any) }, parts map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var names []string
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSheet(t *testing.T) {
	for _, c := range []struct {
		name, data string
		rows       []string
	}{
		{"numbers", `<row r="1"><c r="A1"><v>64483</v></c><c r="B1" t="n"><v>6.4483E+04</v></c><c r="C1"><v>150.10000000000002</v></c><c r="D1" s="3"><v>45725</v></c><c r="E1"><v>1.23456E7</v></c><c r="F1"><v>1.67683E+15</v></c></row>`,
			[]string{"S1: number 64483 | number 64483 | number 150.10000000000002 | number 45725 | number 12345600 | number 1.67683E+15"}},
		{"no number though it says so", `<row r="1"><c r="A1"><v>12a</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v> -1.5 </v></c></row>`,
			[]string{"S1: 12a | NaN | number -1.5"}},
		{"shared, rich, phonetic, blank, escaped", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>`,
			[]string{`S1: zero | one  |  | A & B\r\n_x000D_ 😀 _xZZZZ_ é`}},
		{"inline", `<row r="1"><c r="A1" t="inlineStr"><is><t>a&lt;b</t></is></c><c r="B1" t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r></is></c><c r="C1" t="inlineStr"><is/></c></row>`,
			[]string{"S1: a<b | xy | "}},
		{"CDATA and comments", `<row r="1"><!-- <row> --><c r="A1" t="str"><v>a<![CDATA[<b> & ]]>&amp;<!-- x -->c</v></c></row>`,
			[]string{"S1: a<b> & &c"}},
		{"bool, error, ISO date", `<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c><c r="C1" t="e"><v>#N/A</v></c><c r="D1" t="d"><v>2025-01-15T00:00:00</v></c></row>`,
			[]string{"S1: bool TRUE | bool FALSE | error #N/A | 2025-01-15T00:00:00"}},
		{"formulas", `<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>A1&amp;""</f><v>2</v></c><c r="C1"><f>A1</f></c><c r="D1"><f>A1</f><v> </v></c><c r="E1" t="str"><f>""</f><v></v></c></row>`,
			[]string{"S1: number 2 | 2 | none  | none  | "}},
		{"gaps", `<row r="3"><c r="B3"><v>1</v></c><c r="C3" s="1"/><c r="E3"><v>2</v></c><c r="F3" s="1"></c></row><row r="4" s="1"/><row r="9"><c r="A9"><v>3</v></c></row>`,
			[]string{"S3:  | number 1 |  |  | number 2", "S9: number 3"}},
		{"no references", `<row><c><v>1</v></c><c t="s"><v>0</v></c></row><row><c/><c><v>2</v></c></row>`,
			[]string{"S1: number 1 | zero", "S2:  | number 2"}},
		{"a stray cell in the last row and column", `<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>`,
			[]string{"S1: number 1", "S1048576: number 2"}},
		{"hidden", `<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="true"><c r="A2"><v>2</v></c></row><row r="3" hidden="0"><c r="A3"><v>3</v></c></row>`,
			[]string{"S1 hidden: number 1", "S2 hidden: number 2", "S3: number 3"}},
		{"quotes and > in attributes", `<row r='1' x="a>b"><c r = 'A1' t="str" ><v >1</v ></c ></row>`,
			[]string{"S1: 1"}},
		{"line ends in text", "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a\r\nb\rc</v></c></row>",
			[]string{`S1: a\nb\nc`}},
		{"extensions", `<row r="1"><c r="A1"><v>1</v><extLst><ext><c r="Z9"><v>9</v></c></ext></extLst></c><extLst><ext/></extLst></row>`,
			[]string{"S1: number 1"}},
		{"no rows", ``, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, f, err := read(zipped(t, parts(c.data)), Options{})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, rows, c.rows)
			if f.Format != "xlsx" || f.Date1904 || f.Encoding != "" {
				t.Errorf("%+v", f)
			}
		})
	}
}

// TestSheetDamage names the sheet and the last row that was begun for each fault.
func TestSheetDamage(t *testing.T) {
	row := `<row r="5"><c r="A5"><v>1</v></c></row>`
	for _, c := range []struct {
		name, data, want string
		row              int
	}{
		{"rows out of order", row + `<row r="4"><c r="A4"><v>1</v></c></row>`, "not in order", 5},
		{"a row twice", row + row, "not in order", 5},
		{"row without a number", `<row r="x"/>`, "not in order", 0},
		{"row beyond the last", row + `<row r="1048577"/>`, "beyond row 1,048,576", 5},
		{"index of a text out of range", row + `<row r="6"><c r="A6" t="s"><v>4</v></c></row>`, "not in the workbook", 6},
		{"negative index", `<row r="6"><c r="A6" t="s"><v>-1</v></c></row>`, "not in the workbook", 6},
		{"blank index", `<row r="6"><c r="A6" t="s"><v/></c></row>`, "not in the workbook", 6},
		{"unknown type", `<row r="6"><c r="A6" t="q"><v>1</v></c></row>`, "type that is not known", 6},
		{"two values", `<row r="6"><c r="A6"><v>1</v><v>2</v></c></row>`, "two values", 6},
		{"bad reference", `<row r="6"><c r="!!"><v>1</v></c></row>`, "wrong place", 6},
		{"reference without a row", `<row r="6"><c r="A"><v>1</v></c></row>`, "wrong place", 6},
		{"reference into another row", `<row r="6"><c r="A7"><v>1</v></c></row>`, "wrong place", 6},
		{"cells out of order", `<row r="6"><c r="B6"><v>1</v></c><c r="A6"><v>1</v></c></row>`, "wrong place", 6},
		{"a cell twice", `<row r="6"><c r="B6"><v>1</v></c><c r="B6"><v>1</v></c></row>`, "wrong place", 6},
		{"column beyond the last", `<row r="6"><c r="XFE6"><v>1</v></c></row>`, "beyond column XFD", 6},
		{"mismatched tags", row + `<row r="6"><c r="A6"><v>1</c></v></row>`, "malformed", 6},
		{"unknown entity", `<row r="6"><c r="A6" t="str"><v>&nbsp;</v></c></row>`, "malformed", 6},
		{"lone ampersand", `<row r="6"><c r="A6" t="str"><v>A & B</v></c></row>`, "malformed", 6},
		{"character that is none", `<row r="6"><c r="A6" t="str"><v>&#xD800;</v></c></row>`, "malformed", 6},
		{"text between cells", `<row r="6">x</row>`, "malformed", 6},
		{"element in a value", `<row r="6"><c r="A6"><v><b/></v></c></row>`, "malformed", 6},
		{"attribute without quotes", `<row r=6/>`, "malformed", 0},
		{"element among the rows", row + `<rows/>`, "not known", 5},
		{"element among the cells", `<row r="6"><d/></row>`, "not known", 6},
		{"element in a cell", `<row r="6"><c r="A6"><w/></c></row>`, "not known", 6},
		{"nested without end", strings.Repeat("<row>", 100), "not known", 1},
		{"document type", `<!DOCTYPE x>`, "document type", 0},
		{"end of the cells missing", row + `</worksheet>`, "malformed", 5},
		{"sheet ends early", row + `</sheetData></worksheet>`, "malformed", 5},
		{"cells twice", row + `</sheetData><sheetData>`, "cells twice", 5},
		{"bytes that are no text", "<row r=\"6\"><c r=\"A6\" t=\"str\"><v>Pe\xf1a</v></c></row>", "not UTF-8", 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := read(zipped(t, parts(c.data)), Options{})
			wants(t, err, c.want)
			if d, ok := errors.AsType[*DamageError](err); !ok || d.Sheet != "S" || d.Row != c.row || d.Line != 0 {
				t.Errorf("%#v, want damage in sheet S row %d", err, c.row)
			}
		})
	}
}

// TestParts changes one part of a sound workbook.
func TestParts(t *testing.T) {
	sound := `<row r="1"><c r="A1" t="s"><v>0</v></c></row>`
	for _, c := range []struct {
		name   string
		change func(p map[string]string)
		rows   []string
		fault  string
	}{
		{"prefixes", func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = `<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`
		}, []string{"S1: zero"}, ""},
		{"byte order mark and blanks", func(p map[string]string) {
			p["xl/sharedStrings.xml"] = bom + p["xl/sharedStrings.xml"] + "\n<!-- end -->\n"
		}, []string{"S1: zero"}, ""},
		{"names in another case, with backslashes", func(p map[string]string) {
			p[`XL\SharedStrings.xml`] = p["xl/sharedStrings.xml"]
			delete(p, "xl/sharedStrings.xml")
		}, []string{"S1: zero"}, ""},
		{"UTF-16", func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = utf16LE(bom + strings.ReplaceAll(p["xl/worksheets/sheet1.xml"], "UTF-8", "UTF-16"))
			p["xl/sharedStrings.xml"] = utf16BE(p["xl/sharedStrings.xml"])
		}, []string{"S1: zero"}, ""},
		{"half a character in UTF-16", func(p map[string]string) {
			p["xl/sharedStrings.xml"] = utf16LE(bom+"<sst><si><t>") + "\x3d\xd8" + utf16LE("</t></si></sst>")
		}, nil, "broken characters"},
		{"said to be UTF-16", func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.ReplaceAll(p["xl/worksheets/sheet1.xml"], "UTF-8", "UTF-16")
		}, nil, "not UTF-8 or UTF-16"},
		{"strict", func(p map[string]string) {
			for name, text := range p {
				text = strings.ReplaceAll(text, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
				p[name] = strings.ReplaceAll(text, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
			}
		}, []string{"S1: zero"}, ""},
		{"absolute targets", func(p map[string]string) {
			p["xl/_rels/workbook.xml.rels"] = strings.ReplaceAll(p["xl/_rels/workbook.xml.rels"], `Target="`, `Target="/xl/`)
		}, []string{"S1: zero"}, ""},
		{"workbook elsewhere", func(p map[string]string) {
			p["_rels/.rels"] = strings.ReplaceAll(p["_rels/.rels"], "xl/workbook.xml", "/xl/book2.xml")
			p["xl/book2.xml"], p["xl/_rels/book2.xml.rels"] = p["xl/workbook.xml"], p["xl/_rels/workbook.xml.rels"]
			delete(p, "xl/workbook.xml")
			delete(p, "xl/_rels/workbook.xml.rels")
		}, []string{"S1: zero"}, ""},
		{"a chart sheet first", func(p map[string]string) {
			p["xl/workbook.xml"] = strings.ReplaceAll(p["xl/workbook.xml"], "<sheets>", `<sheets><sheet name="Chart" sheetId="2" r:id="rId9"/>`)
			p["xl/_rels/workbook.xml.rels"] = strings.ReplaceAll(p["xl/_rels/workbook.xml.rels"], "<Relationship ", `<Relationship Id="rId9" Type="`+officeDoc+`chartsheet" Target="chartsheets/sheet1.xml"/><Relationship `)
			p["xl/_rels/workbook.xml.rels"] = strings.Replace(p["xl/_rels/workbook.xml.rels"], `<Relationship Id="rId9" Type="`+officeDoc+`chartsheet" Target="chartsheets/sheet1.xml"/>`, "", 1)
		}, []string{"S1: zero"}, ""},
		{"a sheet with an odd name", func(p map[string]string) {
			p["xl/workbook.xml"] = strings.ReplaceAll(p["xl/workbook.xml"], `name="S"`, `name="Q1 &amp; Q2"`)
		}, []string{"Q1 & Q21: zero"}, ""},
		{"a sheet without its part", func(p map[string]string) { delete(p, "xl/worksheets/sheet1.xml") }, nil, "is missing"},
		{"a sheet without a relation", func(p map[string]string) {
			p["xl/workbook.xml"] = strings.ReplaceAll(p["xl/workbook.xml"], "rId1", "rId7")
		}, nil, "sheet S has no part"},
		{"shared strings missing", func(p map[string]string) { delete(p, "xl/sharedStrings.xml") }, nil, "is missing"},
		{"shared strings cut", func(p map[string]string) {
			p["xl/sharedStrings.xml"] = p["xl/sharedStrings.xml"][:200]
		}, nil, "malformed"},
		{"shared strings with an unknown element", func(p map[string]string) {
			p["xl/sharedStrings.xml"] = "<sst><si><u>zero</u></si></sst>"
		}, nil, "not known"},
		{"relations missing", func(p map[string]string) { delete(p, "xl/_rels/workbook.xml.rels") }, nil, "is missing"},
		{"another encoding", func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = strings.ReplaceAll(p["xl/worksheets/sheet1.xml"], "UTF-8", "ISO-8859-1")
		}, nil, "not UTF-8"},
		{"an empty part", func(p map[string]string) { p["xl/worksheets/sheet1.xml"] = "" }, nil, "malformed"},
		{"another kind of part", func(p map[string]string) {
			p["xl/worksheets/sheet1.xml"] = "<chartsheet/>"
		}, nil, "not a worksheet"},
		{"no place for cells", func(p map[string]string) { p["xl/worksheets/sheet1.xml"] = "<worksheet/>" }, nil, "no place for cells"},
		{"bytes behind the end", func(p map[string]string) { p["xl/worksheets/sheet1.xml"] += "x" }, nil, "malformed"},
		{"a second document", func(p map[string]string) { p["xl/worksheets/sheet1.xml"] += "<worksheet/>" }, nil, "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parts(sound)
			c.change(p)
			rows, _, err := read(zipped(t, p), Options{})
			if c.fault != "" {
				wants(t, err, c.fault)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			compare(t, rows, c.rows)
		})
	}
}

func TestWorkbookProperties(t *testing.T) {
	p := parts(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	p["xl/workbook.xml"] = `<workbook ` + main + `><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" state="veryHidden" r:id="rId1"/></sheets></workbook>`
	rows, f, err := read(zipped(t, p), Options{})
	if err != nil || !f.Date1904 || !f.Sheets[0].Hidden || len(rows) != 1 {
		t.Errorf("%v %+v", err, f)
	}
}

// Hidden columns and merged cells are told once the rows are read, and never stop them.
func TestSheetProperties(t *testing.T) {
	p := parts(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	p["xl/worksheets/sheet1.xml"] = `<worksheet><cols><col min="1" max="1"/><col min="2" max="3" hidden="1"/><col min="x" max="9" hidden="1"/><col min="16384" max="99999" hidden="true"/></cols>` +
		`<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="B2:B4"/><mergeCell ref="?"/></mergeCells></worksheet>`
	rows, f, err := read(zipped(t, p), Options{})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if s := f.Sheets[0]; !slices.Equal(s.HiddenColumns, []int{1, 2, 16383}) || !slices.Equal(s.Merged, []Area{{1, 0, 1, 2}, {2, 1, 4, 1}}) {
		t.Errorf("hidden columns %v, merged %v", s.HiddenColumns, s.Merged)
	}
}

func TestPartTwice(t *testing.T) {
	p := parts("")
	p["XL/Workbook.xml"] = p["xl/workbook.xml"]
	_, _, err := read(zipped(t, p), Options{})
	wants(t, err, "a part twice")
}

// manyRows is a sheet of n rows with numbers, shared strings and texts of their own.
func manyRows(n int) (data string, want []string) {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="s"><v>%d</v></c><c r="D%d" t="inlineStr"><is><t>row %d</t></is></c></row>`,
			2*i+1, 2*i+1, i, 2*i+1, i%2, 2*i+1, i)
		want = append(want, fmt.Sprintf("S%d: number %d | %s |  | row %d", 2*i+1, i, []string{"zero", "one "}[i%2], i))
	}
	return b.String(), want
}

func TestManyRows(t *testing.T) {
	data, want := manyRows(3*rowsPerBlock + 5)
	rows, _, err := read(zipped(t, parts(data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, rows, want)
}

// TestCutXML cuts a sheet inside a sound zip: no cut goes unseen.
func TestCutXML(t *testing.T) {
	data, _ := manyRows(60)
	p := parts(data)
	for part, whole := range p {
		for n := 0; n < len(strings.TrimSpace(whole)); n += 97 {
			p[part] = whole[:n]
			if rows, _, err := read(zipped(t, p), Options{}); err == nil {
				t.Errorf("%s cut to %d bytes: %d rows and no error", part, n, len(rows))
			}
		}
		p[part] = whole
	}
}

// TestCutFile cuts the file itself.
func TestCutFile(t *testing.T) {
	data, _ := manyRows(300)
	whole := zipped(t, parts(data))
	for n := 4; n < len(whole); n += 97 {
		if rows, _, err := read(whole[:n], Options{}); err == nil {
			t.Errorf("cut to %d bytes: %d rows and no error", n, len(rows))
		}
	}
}

// TestFlippedByte damages each byte: all rows or an error.
func TestFlippedByte(t *testing.T) {
	data, want := manyRows(20)
	whole := zipped(t, parts(data))
	faults := 0
	for i := 0; i < len(whole); i += 3 {
		broken := bytes.Clone(whole)
		broken[i] ^= 0x55
		rows, _, err := read(broken, Options{})
		if err != nil {
			faults++
		} else if !slices.Equal(rows, want) {
			t.Errorf("byte %d: other rows and no error", i)
		}
	}
	if faults < len(whole)/6 {
		t.Errorf("%d faults in %d bytes", faults, len(whole))
	}
}

func TestUnpackedLimit(t *testing.T) {
	data, _ := manyRows(2000)
	_, _, err := read(zipped(t, parts(data)), Options{MaxUnpacked: 100_000})
	wants(t, err, "unpacks to more than")
}

func TestZipBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts("") {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "xl/worksheets/sheet1.xml" {
			if _, err := io.CopyN(w, fill(' '), freeRatio+1); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := read(b.Bytes(), Options{})
	wants(t, err, "times its size")
}

func TestEncryptedPart(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts("") {
		h := &zip.FileHeader{Name: name, Method: zip.Store}
		if strings.HasSuffix(name, "sheet1.xml") {
			h.Flags = 1
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, err := read(b.Bytes(), Options{})
	wants(t, err, "protected with a password")
	one := zipped(t, map[string]string{"claims.csv": "a,b\n"})
	for _, mark := range []string{"PK\x03\x04\x14\x00", "PK\x01\x02\x14\x00\x14\x00"} {
		one[bytes.Index(one, []byte(mark))+len(mark)] |= 1
	}
	_, _, err = read(one, Options{})
	wants(t, err, "this zip file is protected with a password")
}

// TestAgainstExcelize compares with what the library reads of what it wrote.
func TestAgainstExcelize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("ab1 é<&>\"'_x0D\n=;")))
		cell := rapid.OneOf(text.AsAny(), rapid.IntRange(-99999, 99999).AsAny(), rapid.Just[any](nil))
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 0, 6), 1, 8).Draw(t, "table")
		f := excelize.NewFile()
		defer f.Close()
		if rapid.Bool().Draw(t, "stream") {
			sw, err := f.NewStreamWriter("Sheet1")
			for i, row := range table {
				err = errors.Join(err, sw.SetRow(fmt.Sprintf("A%d", i+1), row))
			}
			if err = errors.Join(err, sw.Flush()); err != nil {
				t.Fatal(err)
			}
		} else {
			for i, row := range table {
				if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
					t.Fatal(err)
				}
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		sameAsExcelize(t, b.Bytes())
	})
}

func sameAsExcelize(t *rapid.T, data []byte) {
	want := map[int]string{}
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.Rows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		want[n] = strings.TrimRight(strings.Join(cells, "\x1f"), "\x1f")
	}
	f, err := FromReader("in", bytes.NewReader(data), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block, err := range f.Sheets[0].Blocks(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		for r := range block.Rows() {
			if got := strings.TrimRight(strings.Join(r.Cells, "\x1f"), "\x1f"); got != want[r.Number] {
				t.Fatalf("row %d: %q, excelize has %q", r.Number, got, want[r.Number])
			}
			delete(want, r.Number)
		}
	}
	for n, cells := range want {
		if cells != "" {
			t.Fatalf("row %d is missing", n)
		}
	}
}

// TestNothingLeft opens workbooks that need a private copy, soundly and not, and stops early.
func TestNothingLeft(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	data, want := manyRows(2*rowsPerBlock + 1)
	whole := zipped(t, parts(data))
	before := runtime.NumGoroutine()
	z := packed(t, whole)
	for _, in := range [][]byte{whole, z, whole[:len(whole)/2], z[:len(z)/4]} {
		if rows, _, err := read(in, Options{}); err == nil {
			compare(t, rows, want)
		}
		f, err := FromReader("in", bytes.NewReader(in), Options{})
		if err != nil {
			continue
		}
		for _, err = range f.Sheets[0].Blocks(context.Background()) {
			break // early, and what is left must end by itself
		}
		if err != nil && len(in) == len(whole) {
			t.Error(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		for _, err = range f.Sheets[0].Blocks(ctx) {
			cancel()
		}
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v after the context was cancelled", err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	for range 1000 { // a goroutine that is done may take a moment to be gone
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, %d before", after, before)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// oldFile is what a file of old Office with a stream looks like as far as we look.
func oldFile(stream string) []byte {
	b := append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 600)...)
	for _, r := range stream + "\x00" {
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return append(b, make([]byte, 400)...)
}

func TestRefused(t *testing.T) {
	zipOf := func(name string) []byte { return zipped(t, map[string]string{name: "x"}) }
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty.csv", nil, "the file is empty: 0 bytes"},
		{"empty.csv.gz", packed(t, nil), "the file is empty: 0 bytes"},
		{"old.xls", oldFile("Workbook"), "an old .xls workbook"},
		{"older.xls", oldFile("Book"), "a very old .xls workbook"},
		{"secret.xlsx", oldFile("EncryptedPackage"), "protected with a password"},
		{"letter.csv", oldFile("WordDocument"), "an old Word document"},
		{"other.csv", oldFile("Else"), "a file of an old Office program"},
		{"a.xlsb", zipOf("xl/workbook.bin"), "an .xlsb workbook: save it as .xlsx or .csv"},
		{"a.ods", zipOf("content.xml"), "an .ods spreadsheet: save it as .xlsx or .csv"},
		{"a.docx", zipOf("word/document.xml"), "a Word document"},
		{"a.numbers", zipOf("Index/Document.iwa"), "a Numbers spreadsheet"},
		{"exports.zip", zipped(t, map[string]string{"a.csv": "x", "b.csv": "y"}), "a zip of 2 files: unpack it and audit the folder"},
		{"page.zip", zipped(t, map[string]string{"a.csv": "%PDF-1.7"}), "a PDF"},
		{"none.zip", zipped(t, nil), "a zip file without a workbook or an export"},
		{"archive.xls", []byte("MIME-Version: 1.0\r\n"), "a web archive"},
		{"a.fods", []byte("<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">"), "an OpenDocument spreadsheet"},
		{"claims.csv", []byte("<?xml version=\"1.0\"?><claims/>"), "this is XML"},
		{"claims.csv", []byte("GIF89a\x01\x02"), "a picture: export the table itself"},
		{"claims.csv", []byte("II*\x00\x01\x02\x00\x01\x02\x00"), "a picture"},
		{"claims.csv", []byte("\xff\xd8\xff\xe0"), "a picture"},
		{"claims.csv", []byte("\xfd7zXZ\x00\x00"), "packed with xz: unpack it"},
		{"claims.csv", []byte("BZh91AY&SY"), "packed with bzip2"},
		{"claims.csv", []byte("\x28\xb5\x2f\xfd\x01"), "packed with zstd"},
		{"claims.csv", []byte("PAR1\x15\x04"), "a Parquet file"},
		{"claims.csv", []byte("7z\xbc\xaf\x27\x1c"), "a 7z archive"},
		{"2.xls", []byte("\x09\x00\x04\x00\x02\x00\x10\x00"), "a very old .xls sheet"},
		{"claims.slk", []byte("ID;PWXL;N;E\r\n"), "a SYLK spreadsheet"},
		{"claims.dif", []byte("TABLE\n0,1\n\"EXCEL\"\n"), "a DIF spreadsheet"},
		{"wide.csv", []byte("\xff\xfe\x00\x00a\x00\x00\x00,\x00\x00\x00"), "text in UTF-32"},
		{"claims.csv", []byte("[{\"id\": 1}]"), "this is JSON"},
		{"claims.csv", []byte("%PDF-1.7"), "a PDF"},
		{"claims.csv", []byte("UNA:+.? 'UNB+UNOA:1+SENDER"), "an EDIFACT message"},
		{"claims.csv", []byte("SQLite format 3\x00..."), "an SQLite database"},
		{"claims.csv", make([]byte, 5000), "mostly NUL bytes"},
		{"claims.csv", bytes.Repeat([]byte("\x01\x02ab\x03"), 100), "neither text nor a workbook"},
		{"~$book.xlsx", []byte("x"), "lock file"},
		{".~lock.book.xlsx#", []byte("x"), "lock file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.name, c.data)
			_, err := Open(path, Options{})
			wants(t, err, c.want)
			wants(t, err, path)
			if strings.Contains(c.want, "lock") {
				return
			}
			_, err = FromReader("-", bytes.NewReader(c.data), Options{})
			wants(t, err, c.want)
		})
	}
}

// A zip of one export is read as the export.
func TestZippedExport(t *testing.T) {
	text := "code,units\n64483,1\n"
	want, _, err := read([]byte(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	zipOf := func(name string, data []byte) []byte {
		return zipped(t, map[string]string{name: string(data), "__MACOSX/._" + name: "x", "in/.DS_Store": "x"})
	}
	for name, data := range map[string][]byte{
		"text": zipOf("claims.csv", []byte(text)), "text gzipped": packed(t, zipOf("claims.csv", []byte(text))),
	} {
		got, _, err := read(data, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		compare(t, got, want)
	}
	sheet, wantRows := manyRows(20)
	book := zipped(t, parts(sheet))
	file := write(t, "book.zip", zipOf("book.xlsx", book))
	f, err := Open(file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := readAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	compare(t, got, wantRows)
}

func TestOpen(t *testing.T) {
	data, want := manyRows(10)
	book := zipped(t, parts(data))
	for name, in := range map[string][]byte{"a.csv": book, "b.xlsx.gz": packed(t, book), "c.xlsx": book} {
		f, err := Open(write(t, name, in), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := readAll(f)
		if err = errors.Join(err, f.Close()); err != nil || f.Format != "xlsx" {
			t.Fatal(f.Format, err)
		}
		compare(t, rows, want)
	}
	path := write(t, "d.xlsx", []byte("a,b\n1,2\n"))
	f, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readAll(f)
	if err = errors.Join(err, f.Close()); err != nil || f.Format != "csv" || f.Name != path {
		t.Fatal(f, err)
	}
	compare(t, rows, []string{"1/1: a | b", "2/2: 1 | 2"})
	_, err = Open(filepath.Dir(path), Options{})
	wants(t, err, "this is a folder")
	_, err = Open(filepath.Join(filepath.Dir(path), "none.csv"), Options{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

// TestIndexCapped holds that the parts that say where things are may be small only: they are kept in memory.
func TestIndexCapped(t *testing.T) {
	for name, root := range map[string]string{"_rels/.rels": "<Relationships", "xl/_rels/workbook.xml.rels": "<Relationships", "xl/workbook.xml": "<workbook"} {
		p := parts(`<row r="1"><c r="A1"><v>1</v></c></row>`)
		for size, want := range map[int]string{maxIndex / 2: "", maxIndex + 1: "part " + name + " unpacks to more than 16 MiB"} {
			own := maps.Clone(p)
			own[name] = strings.Replace(p[name], root, strings.Repeat(" ", size)+root, 1)
			_, _, err := read(zipped(t, own), Options{})
			if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
				t.Errorf("%s of %d bytes: error %v, want %q", name, size, err, want)
			}
		}
	}
}

package grid

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// Tables that one program wrote are read by ours and by another, and no cell may differ but as a row of
// testdata/differences.csv says. The programs are Go's encoding/csv, excelize, Python's csv and openpyxl.

// difference is a way in which a cell may differ from what a reader has.
type difference struct {
	reader string
	theirs *regexp.Regexp // of the kind and text of the cell
	ours   string
	met    *bool
}

// differences are those listed. Each must be met by the time the test ends: the list cannot rot.
func differences(t *testing.T, readers ...string) (list []difference) {
	t.Helper()
	data, err := os.ReadFile("testdata/differences.csv")
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		theirs, err := regexp.Compile(r[1])
		if err != nil || len(r) != 4 || r[3] == "" {
			t.Fatalf("%q: %v", r, err)
		}
		ours, err := strconv.Unquote(`"` + r[2] + `"`)
		if err != nil {
			t.Fatalf("%q: %v", r, err)
		}
		for _, reader := range readers {
			if reader == r[0] {
				list = append(list, difference{reader, theirs, ours, new(bool)})
			}
		}
	}
	t.Cleanup(func() {
		for _, d := range list {
			if !*d.met && !t.Failed() && !t.Skipped() {
				t.Errorf("%s never has %s: take the row out of differences.csv", d.reader, d.theirs)
			}
		}
	})
	return list
}

// peerCell is a cell as a reader tells it: its kind, its text, and of a day how it is written.
type peerCell []string

func (c peerCell) at(i int) string {
	if i < len(c) {
		return c[i]
	}
	return ""
}

var kindNames = []string{Text: "text", Number: "number", Bool: "bool", ErrorCell: "text", NoValue: "text"}

// sameCell tells whether two readers tell one cell alike.
func sameCell(ours, theirs peerCell) bool {
	switch {
	case ours.at(0) == "number" && (theirs.at(0) == "number" || theirs.at(0) == "day"):
		a, err1 := strconv.ParseFloat(ours.at(1), 64)
		b, err2 := strconv.ParseFloat(theirs.at(1), 64)
		const second = 1.0 / 24 / 60 / 60 / 100 // of which Python rounds off
		return err1 == nil && err2 == nil && (a == b || theirs.at(0) == "day" && math.Abs(a-b) < second)
	case theirs.at(0) == "day":
		return ours.at(1) == theirs.at(2)
	}
	return ours.at(0) == theirs.at(0) && ours.at(1) == theirs.at(1)
}

// sameTables fails where a cell differs and no listed difference says so. Blank cells at the end of a row and
// blank rows of a workbook are told by some and not by others.
func sameTables(t interface{ Fatalf(string, ...any) }, what string, ours, theirs [][]peerCell, known []difference) {
	blank := peerCell{"text", ""}
	for y := range max(len(ours), len(theirs)) {
		var a, b []peerCell
		if y < len(ours) {
			a = ours[y]
		}
		if y < len(theirs) {
			b = theirs[y]
		}
		for x := range max(len(a), len(b)) {
			mine, other := blank, blank
			if x < len(a) {
				mine = a[x]
			}
			if x < len(b) {
				other = b[x]
			}
			if !sameCell(mine, other) && !isKnown(mine, other, known) {
				t.Fatalf("%s: row %d column %d is %q, and the other reader has %q", what, y+1, x+1, mine, other)
			}
		}
	}
}

func isKnown(ours, theirs peerCell, known []difference) bool {
	said := theirs.at(0) + " " + theirs.at(1)
	for _, d := range known {
		if d.theirs.MatchString(said) && d.theirs.ReplaceAllString(said, d.ours) == ours.at(0)+" "+ours.at(1) {
			*d.met = true
			return true
		}
	}
	return false
}

// ourTable is what our reader tells of a file.
func ourTable(data []byte) (rows [][]peerCell, f *File, err error) {
	f, err = FromReader("in", bytes.NewReader(data), Options{})
	if err != nil {
		return nil, nil, err
	}
	for block, err := range f.Sheets[0].Blocks(context.Background()) {
		if err != nil {
			return nil, nil, errors.Join(err, f.Close())
		}
		for r := range block.Rows() {
			for len(rows) < r.Number {
				rows = append(rows, nil)
			}
			for i, cell := range r.Cells {
				kind := Text
				if r.Kinds != nil {
					kind = r.Kinds[i]
				}
				rows[r.Number-1] = append(rows[r.Number-1], peerCell{kindNames[kind], cell})
			}
			if r.Err != nil {
				return nil, nil, errors.Join(r.Err, f.Close())
			}
		}
	}
	return rows, f, f.Close()
}

// textTable is a table as delimited text, and how it is written.
type textTable struct {
	data     []byte
	comma    rune
	encoding string // as Python calls it
}

// letters of cells: some are quotes, delimiters and line ends, some no ASCII.
var letters = []rune("abc 0123456789.-/=_'#\"\"\n\n,;|\tÉéñß")

var textTables = rapid.Custom(func(t *rapid.T) textTable {
	comma := rapid.SampledFrom([]rune(",;|\t")).Draw(t, "comma")
	others := rapid.SampledFrom(letters)
	cell := rapid.OneOf(rapid.StringOfN(others, 0, 12, -1), rapid.StringMatching(`[0-9]{1,5}|[A-Z][a-z]{2,9}( [a-z]{1,4})?|0[0-9]{4}|2025-0[1-9]-1[0-9]`),
		rapid.SampledFrom([]string{"a\r\nb", "don’t", "5 €", "Gruß’", ""}))
	var b bytes.Buffer
	eol := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
	always := rapid.Bool().Draw(t, "quote all")
	columns := rapid.IntRange(4, 7).Draw(t, "columns")
	for y := range rapid.IntRange(6, 14).Draw(t, "rows") {
		for x := range columns {
			text := fmt.Sprintf("Héading%d", x)
			if y > 0 {
				text = cell.Draw(t, "cell")
			}
			if x > 0 {
				b.WriteRune(comma)
			}
			if always || text == "" && columns == 1 || strings.ContainsAny(text, "\"\r\n"+string(comma)) || strings.TrimSpace(text) != text {
				text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
			}
			b.WriteString(text)
		}
		b.WriteString(eol)
	}
	table := textTable{b.Bytes(), comma, rapid.SampledFrom([]string{"utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"}).Draw(t, "encoding")}
	switch table.encoding {
	case "utf-8-sig":
		table.data = append([]byte(bom), table.data...)
	case "utf-16":
		table.data = []byte(utf16LE(bom + string(table.data)))
	case "utf-16-be":
		table.encoding, table.data = "utf-16", []byte(utf16BE(bom+string(table.data)))
	case "cp1252":
		table.data = toLatin(string(table.data))
	}
	return table
})

// TestTextPeers compares delimited text in all encodings with what encoding/csv reads of it in UTF-8.
func TestTextPeers(t *testing.T) {
	known := differences(t, "encoding/csv")
	rapid.Check(t, func(t *rapid.T) {
		table := textTables.Draw(t, "table")
		ours, f, err := ourTable(table.data)
		if err != nil || f.Delimiter != table.comma {
			t.Fatalf("parted by %q, error %v:\n%s", f.Delimiter, err, table.data)
		}
		plain := string(table.data)
		switch table.encoding {
		case "utf-16":
			plain = fromUTF16(table.data)
		case "cp1252":
			plain = fromLatin(table.data)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(plain, bom)))
		r.Comma = table.comma
		records, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var theirs [][]peerCell
		for _, record := range records {
			var row []peerCell
			for _, cell := range record {
				row = append(row, peerCell{"text", cell})
			}
			theirs = append(theirs, row)
		}
		if len(ours) != len(theirs) {
			t.Fatalf("%d rows, and encoding/csv has %d:\n%s", len(ours), len(theirs), plain)
		}
		sameTables(t, plain, ours, theirs, known)
	})
}

// latinMarks are the letters of Windows-1252 in the tables that Latin-1 does not have.
var latinMarks = map[rune]byte{'€': 0x80, '’': 0x92}

func toLatin(text string) (data []byte) {
	for _, r := range text {
		if b, ok := latinMarks[r]; ok {
			r = rune(b)
		}
		data = append(data, byte(r))
	}
	return data
}

func fromLatin(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		letter := rune(c)
		for r, mark := range latinMarks {
			if mark == c {
				letter = r
			}
		}
		b.WriteRune(letter)
	}
	return b.String()
}

// fromUTF16 is the text behind a byte order mark.
func fromUTF16(data []byte) string {
	order := 0
	if data[0] == 0xfe {
		order = 1
	}
	var units []rune
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, rune(data[i+order])|rune(data[i+1-order])<<8)
	}
	return string(units)
}

// typed is a cell of a workbook to write: what it is, and its text.
type typed [2]string

var typedTables = rapid.SliceOfN(rapid.SliceOfN(rapid.OneOf(
	rapid.Custom(func(t *rapid.T) typed {
		return typed{"text", rapid.StringOfN(rapid.SampledFrom([]rune("ab1 é€<&>\"'_x0D\n;,-#/")), 1, 12, -1).Draw(t, "text")}
	}),
	rapid.Custom(func(t *rapid.T) typed {
		return typed{"text", rapid.StringMatching(`0[0-9]{4}|[A-Z][0-9]{2}\.[0-9]{1,3}|=1\+1|TRUE|#N/A|2025-03-1[0-9]|1e5|_x000D_|  a  `).Draw(t, "word")}
	}),
	rapid.Custom(func(t *rapid.T) typed {
		return typed{"number", strconv.Itoa(rapid.IntRange(-1e15, 1e15).Draw(t, "number"))}
	}),
	rapid.Custom(func(t *rapid.T) typed {
		return typed{"number", strconv.FormatFloat(float64(rapid.IntRange(-1e9, 1e9).Draw(t, "cents"))/100, 'f', 2, 64)}
	}),
	rapid.Custom(func(t *rapid.T) typed {
		day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 15000).Draw(t, "day"))
		if rapid.Bool().Draw(t, "with a time") {
			day = day.Add(time.Duration(rapid.IntRange(0, 86399).Draw(t, "second")) * time.Second)
		}
		return typed{"day", day.Format("2006-01-02T15:04:05")}
	}),
	rapid.SampledFrom([]typed{{"bool", "TRUE"}, {"bool", "FALSE"}, {"error", "#N/A"}, {"error", "#DIV/0!"}, {"formula", "=1+1"}, {"blank", ""}}),
), 1, 7), 1, 10)

// excelizeBook is the table as excelize writes it; errors and formulas are then cells without a value.
func excelizeBook(table [][]typed, stream bool) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	var sw *excelize.StreamWriter
	var err error
	if stream {
		sw, err = f.NewStreamWriter("Sheet1")
	}
	for y, row := range table {
		var cells []any
		for x, c := range row {
			value := excelizeValue(c)
			at, _ := excelize.CoordinatesToCellName(x+1, y+1)
			switch {
			case stream:
			case c[0] == "formula":
				err = errors.Join(err, f.SetCellFormula("Sheet1", at, c[1]))
			case c[0] == "text" && len(c[1]) > 5:
				err = errors.Join(err, f.SetCellRichText("Sheet1", at, []excelize.RichTextRun{{Text: c[1][:1]}, {Text: c[1][1:], Font: &excelize.Font{Bold: true}}}))
			default:
				err = errors.Join(err, f.SetCellValue("Sheet1", at, value))
			}
			cells = append(cells, value)
		}
		if stream {
			at, _ := excelize.CoordinatesToCellName(1, y+1)
			err = errors.Join(err, sw.SetRow(at, cells))
		}
	}
	if stream {
		err = errors.Join(err, sw.Flush())
	}
	var b bytes.Buffer
	err = errors.Join(err, f.Write(&b))
	return b.Bytes(), err
}

func excelizeValue(c typed) any {
	switch c[0] {
	case "text":
		return c[1]
	case "number":
		if n, err := strconv.Atoi(c[1]); err == nil {
			return n
		}
		v, _ := strconv.ParseFloat(c[1], 64)
		return v
	case "day":
		day, _ := time.Parse("2006-01-02T15:04:05", c[1])
		return day
	case "bool":
		return c[1] == "TRUE"
	}
	return nil
}

// excelizeTable is what excelize reads of a workbook.
func excelizeTable(data []byte) (rows [][]peerCell, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	cells, err := f.GetRows(sheet)
	if err != nil {
		return nil, err
	}
	for y, row := range cells {
		var list []peerCell
		for x, text := range row {
			at, _ := excelize.CoordinatesToCellName(x+1, y+1)
			kind, err := f.GetCellType(sheet, at)
			if err != nil {
				return nil, err
			}
			name := "text"
			switch kind {
			case excelize.CellTypeBool:
				name, text = "bool", map[string]string{"1": "TRUE", "0": "FALSE"}[text]
			case excelize.CellTypeUnset, excelize.CellTypeNumber:
				if text != "" {
					name = "number"
				}
			}
			list = append(list, peerCell{name, text})
		}
		rows = append(rows, list)
	}
	return rows, nil
}

// TestExcelizePeer compares workbooks of cells of all kinds with what excelize reads of what it wrote.
func TestExcelizePeer(t *testing.T) {
	known := differences(t, "excelize")
	rapid.Check(t, func(t *rapid.T) {
		data, err := excelizeBook(typedTables.Draw(t, "table"), rapid.Bool().Draw(t, "stream"))
		if err != nil {
			t.Fatal(err)
		}
		ours, _, err := ourTable(data)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := excelizeTable(data)
		if err != nil {
			t.Fatal(err)
		}
		sameTables(t, "workbook", ours, theirs, known)
	})
}

// peerJob is a file for Python to read, or to write first where it has rows.
type peerJob struct {
	Form     string    `json:"form"`
	Path     string    `json:"path"`
	Comma    string    `json:"comma"`
	Encoding string    `json:"encoding"`
	Stream   bool      `json:"stream"`
	ISO      bool      `json:"iso"`
	Rows     [][]typed `json:"rows"`
}

// pythonTables is what Python reads of the files.
func pythonTables(t *testing.T, module string, jobs []peerJob) (tables [][][]peerCell) {
	t.Helper()
	python := ""
	for _, name := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(name, "-c", "import "+module).Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		t.Skipf("NOT TESTED: python3 with %s is not installed: apt-get install python3-openpyxl", module)
	}
	in, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "testdata/peers.py")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &tables); err != nil || len(tables) != len(jobs) {
		t.Fatalf("%d tables of %d, error %v", len(tables), len(jobs), err)
	}
	return tables
}

// peerTables is how many tables Python is given.
const peerTables = 40

// TestPythonCSVPeer compares delimited text with what Python's csv reads.
func TestPythonCSVPeer(t *testing.T) {
	folder := t.TempDir()
	var jobs []peerJob
	var texts []textTable
	for i := range peerTables {
		table := textTables.Example(i)
		jobs = append(jobs, peerJob{Form: "csv", Path: filepath.Join(folder, fmt.Sprint(i)), Comma: string(table.comma), Encoding: table.encoding})
		texts = append(texts, table)
		if err := os.WriteFile(jobs[i].Path, table.data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tables := pythonTables(t, "csv", jobs)
	known := differences(t, "Python csv")
	for i, theirs := range tables {
		ours, _, err := ourTable(texts[i].data)
		if err != nil || len(ours) != len(theirs) {
			t.Fatalf("table %d: %d rows, Python has %d, error %v", i, len(ours), len(theirs), err)
		}
		sameTables(t, string(texts[i].data), ours, theirs, known)
	}
}

// TestOpenpyxlPeer compares workbooks that openpyxl and excelize wrote with what openpyxl reads of them, and
// those of openpyxl with what excelize reads.
func TestOpenpyxlPeer(t *testing.T) {
	folder := t.TempDir()
	var jobs []peerJob
	for i := range peerTables {
		job := peerJob{Form: "xlsx", Path: filepath.Join(folder, fmt.Sprintf("%d.xlsx", i)), Stream: i%4 < 2, ISO: i%3 == 0}
		table := typedTables.Example(i)
		if i%2 == 0 {
			job.Rows = table
		} else if data, err := excelizeBook(table, i%4 == 1); err != nil {
			t.Fatal(err)
		} else if err := os.WriteFile(job.Path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, job)
	}
	tables := pythonTables(t, "openpyxl", jobs)
	known, others := differences(t, "openpyxl"), differences(t, "excelize of openpyxl")
	for i, theirs := range tables {
		data, err := os.ReadFile(jobs[i].Path)
		if err != nil {
			t.Fatal(err)
		}
		ours, _, err := ourTable(data)
		if err != nil {
			t.Fatal(err)
		}
		sameTables(t, fmt.Sprintf("table %d", i), ours, theirs, known)
		if jobs[i].Rows != nil {
			again, err := excelizeTable(data)
			if err != nil {
				t.Fatal(err)
			}
			sameTables(t, fmt.Sprintf("table %d by excelize", i), ours, again, others)
		}
	}
}

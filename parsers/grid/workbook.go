package grid

import (
	"archive/zip"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"strconv"
	"strings"
)

// maxPart is the most one part of a workbook may unpack to, and maxRatio by how much: a zip that
// grows more was made to fill a disk.
const (
	maxPart  = 8 << 30
	maxRatio = 2000
)

// workbook is an open .xlsx file.
type workbook struct {
	name   string
	parts  map[string]*zip.File // by path in lower case
	shared []string
}

func openWorkbook(name string, f *os.File) (*File, error) {
	file, err := readWorkbook(name, f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	file.close = f.Close
	return file, nil
}

func readWorkbook(name string, f *os.File) (*File, error) {
	sum := sha256.New()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	size, err := io.Copy(sum, f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, &DamageError{File: name, What: "the workbook is damaged or cut short: open it in a spreadsheet program and save it again", Err: err}
	}
	w := &workbook{name: name, parts: map[string]*zip.File{}}
	for _, part := range z.File {
		w.parts[strings.ToLower(part.Name)] = part
	}
	if err := w.isXLSX(); err != nil {
		return nil, err
	}
	file := &File{Name: name, Format: "xlsx", sha: func() string { return sumText(sum) }}
	if err := w.sheets(file); err != nil {
		return nil, err
	}
	return file, w.strings()
}

// isXLSX refuses the zip files that are something else.
func (w *workbook) isXLSX() error {
	has := func(part string) bool { _, ok := w.parts[part]; return ok }
	switch {
	case has("xl/workbook.xml"):
		return nil
	case has("xl/workbook.bin"):
		return fmt.Errorf("%s: this is an .xlsb workbook: save it as .xlsx or .csv and try again", w.name)
	case has("content.xml"):
		return fmt.Errorf("%s: this is an .ods spreadsheet: save it as .xlsx or .csv and try again", w.name)
	}
	return fmt.Errorf("%s: this is a zip file, not a workbook: unpack it and audit what is in it", w.name)
}

// read opens a part; its bytes are checked against the zip's checksum at the end.
func (w *workbook) read(part string) (io.ReadCloser, error) {
	f, ok := w.parts[strings.ToLower(part)]
	if !ok {
		return nil, w.damage("", 0, "part "+part+" is missing", nil)
	}
	if f.UncompressedSize64 > maxPart || f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio {
		return nil, w.damage("", 0, "part "+part+" unpacks to an implausible size", nil)
	}
	r, err := f.Open()
	if err != nil {
		return nil, w.damage("", 0, "part "+part+" cannot be unpacked", err)
	}
	return r, nil
}

func (w *workbook) damage(sheet string, row int, what string, err error) error {
	return &DamageError{File: w.name, Sheet: sheet, Row: row, What: what + ": open it in a spreadsheet program and save it again", Err: err}
}

// walk hands every tag of a part to see.
func (w *workbook) walk(part string, see func(tag) error) (err error) {
	r, err := w.read(part)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, r.Close()) }() // a damaged part says so twice
	t := newTags(r)
	for {
		g, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return w.damage("", 0, "part "+part+" is damaged", err)
		}
		if err := see(g); err != nil {
			return err
		}
	}
}

// sheets finds the workbook's sheets in their order, and how it counts dates.
func (w *workbook) sheets(file *File) error {
	targets := map[string]string{}
	err := w.walk("xl/_rels/workbook.xml.rels", func(g tag) error {
		id, _ := g.attr("Id")
		target, ok := g.attr("Target")
		if kind, _ := g.attr("Type"); ok && strings.HasSuffix(kind, "/worksheet") {
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			targets[id] = strings.TrimPrefix(target, "/")
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.walk("xl/workbook.xml", func(g tag) error {
		switch {
		case g.name == "workbookPr" && g.open:
			v, _ := g.attr("date1904")
			file.Date1904 = v == "1" || v == "true"
		case g.name == "sheet" && g.open:
			id, _ := g.attr("id")
			if part, ok := targets[id]; ok { // chart sheets have no rows
				file.Sheets = append(file.Sheets, w.sheet(g, part))
			}
		}
		return nil
	})
}

func (w *workbook) sheet(g tag, part string) *Sheet {
	name, _ := g.attr("name")
	state, _ := g.attr("state")
	s := &Sheet{Name: name, Hidden: state == "hidden" || state == "veryHidden"}
	s.blocks = func(ctx context.Context) iter.Seq2[*Block, error] {
		return func(yield func(*Block, error) bool) { w.rows(ctx, name, part, yield) }
	}
	return s
}

// strings reads the shared strings, if there are any; phonetic readings are not part of a text.
func (w *workbook) strings() error {
	part := "xl/sharedStrings.xml"
	if _, ok := w.parts[strings.ToLower(part)]; !ok {
		return nil
	}
	var item strings.Builder
	phonetic := false
	return w.walk(part, func(g tag) error {
		switch {
		case g.name == "rPh":
			phonetic = g.open && !g.close
		case g.name == "t" && g.close && !phonetic:
			item.WriteString(unescape(string(g.text)))
		case g.name == "si" && g.close:
			w.shared = append(w.shared, item.String())
			item.Reset()
		}
		return nil
	})
}

const rowsPerBlock = 2048

// sheetReader makes blocks of a sheet's rows.
type sheetReader struct {
	w     *workbook
	sheet string
	row   Row
	rows  []Row
	col   int
	kind  string
	value string
	has   bool // the cell has a value
	made  bool // by a formula
}

// rows walks a sheet part and yields its rows in blocks.
func (w *workbook) rows(ctx context.Context, sheet, part string, yield func(*Block, error) bool) {
	s := &sheetReader{w: w, sheet: sheet}
	stop := errors.New("stopped")
	ended := false
	err := w.walk(part, func(g tag) error {
		if g.name == "sheetData" && g.close {
			ended = true
		}
		if err := s.see(g); err != nil {
			return err
		}
		if len(s.rows) < rowsPerBlock {
			return nil
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if !yield(s.block(), nil) {
			return stop
		}
		return nil
	})
	switch {
	case errors.Is(err, stop):
	case err != nil:
		yield(nil, s.located(err))
	case !ended:
		yield(nil, w.damage(sheet, s.row.Number, "the sheet is cut short", nil))
	case len(s.rows) > 0:
		yield(s.block(), nil)
	}
}

// located names the sheet and row in a fault of the part.
func (s *sheetReader) located(err error) error {
	if d, ok := errors.AsType[*DamageError](err); ok && d.Sheet == "" {
		d.Sheet, d.Row = s.sheet, s.row.Number
	}
	return err
}

func (s *sheetReader) block() *Block {
	rows := s.rows
	s.rows = nil
	return &Block{bytes: int64(len(rows)) * 200, rows: func(yield func(*Row) bool) {
		for i := range rows {
			r := rows[i]
			if !yield(&r) {
				return
			}
		}
	}}
}

func (s *sheetReader) see(g tag) error {
	switch g.name {
	case "row":
		return s.seeRow(g)
	case "c":
		return s.seeCell(g)
	case "f":
		s.made = true
	case "v", "t":
		if g.close && !g.open {
			s.value += unescape(string(g.text))
			s.has = true
		}
	}
	return nil
}

const lastRow = 1 << 20

func (s *sheetReader) seeRow(g tag) error {
	if g.open {
		number := s.row.Number + 1
		if text, ok := g.attr("r"); ok {
			n, err := strconv.Atoi(text)
			if err != nil || n < number || n > lastRow {
				return s.w.damage(s.sheet, s.row.Number, "the row after this one has a wrong number", nil)
			}
			number = n
		}
		hidden, _ := g.attr("hidden")
		s.row = Row{Number: number, Hidden: hidden == "1" || hidden == "true"}
		s.col = 0
	}
	if g.close && len(s.row.Cells) > 0 {
		s.rows = append(s.rows, s.row)
	}
	return nil
}

func (s *sheetReader) seeCell(g tag) error {
	if g.open {
		s.kind, _ = g.attr("t")
		s.value, s.has, s.made = "", false, false
		if ref, ok := g.attr("r"); ok {
			col, ok := column(ref)
			if !ok || col < s.col {
				return s.w.damage(s.sheet, s.row.Number, "a cell has a wrong place", nil)
			}
			s.col = col
		}
		s.col++
	}
	if !g.close || !s.has && !s.made {
		return nil
	}
	value, err := s.text()
	if err != nil {
		return err
	}
	for len(s.row.Cells) < s.col-1 {
		s.put("", Text)
	}
	s.put(value, s.kindOf())
	return nil
}

func (s *sheetReader) put(value string, k Kind) {
	s.row.Cells = append(s.row.Cells, value)
	s.row.Kinds = append(s.row.Kinds, k)
}

func (s *sheetReader) kindOf() Kind {
	if !s.has {
		return NoValue
	}
	switch s.kind {
	case "", "n":
		return Number
	case "b":
		return Bool
	case "e":
		return ErrorCell
	}
	return Text
}

// text is the cell's value as text.
func (s *sheetReader) text() (string, error) {
	if !s.has {
		return "", nil
	}
	switch s.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(s.value))
		if err != nil || i < 0 || i >= len(s.w.shared) {
			return "", s.w.damage(s.sheet, s.row.Number, "a cell refers to a text that is not there", nil)
		}
		return s.w.shared[i], nil
	case "b":
		if s.value == "1" {
			return "TRUE", nil
		}
		return "FALSE", nil
	}
	return s.value, nil
}

// column is the index of the column a reference such as AB12 names.
func column(ref string) (int, bool) {
	n := 0
	for i := range len(ref) {
		switch b := ref[i]; {
		case b >= 'A' && b <= 'Z':
			n = n*26 + int(b-'A') + 1
		case b >= '1' && b <= '9' && i > 0:
			return n - 1, n <= 16384
		default:
			return 0, false
		}
	}
	return 0, false
}

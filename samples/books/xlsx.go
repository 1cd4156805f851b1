package books

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit/claim"
)

// xlsxSink writes an export as a workbook: streamed when it has one sheet, built in memory when it
// has more (several streams would come to stand in the file in no fixed order).
type xlsxSink struct {
	w      io.Writer
	file   *excelize.File
	layout layout
	dates  *dates
	sheets []*sheet
	style  int // of dates
	cells  []any
	buf    []byte
}

type sheet struct {
	name   string
	number int // the row written last
	total  claim.Cents
	stream *excelize.StreamWriter
}

func newXLSX(w io.Writer, l layout) (*xlsxSink, error) {
	s := &xlsxSink{w: w, file: excelize.NewFile(), layout: l, dates: newDates(l.date)}
	names := []string{"Charges"}
	if l.bySite {
		names = []string{"Office", "Surgery"}
	}
	var err error
	if s.style, err = s.file.NewStyle(&excelize.Style{NumFmt: 14}); err != nil {
		return nil, err
	}
	for _, name := range names {
		if err := s.addSheet(name, len(names) == 1); err != nil {
			return nil, err
		}
	}
	return s, s.file.DeleteSheet("Sheet1")
}

func (s *xlsxSink) addSheet(name string, streamed bool) error {
	if _, err := s.file.NewSheet(name); err != nil {
		return err
	}
	sh := &sheet{name: name}
	s.sheets = append(s.sheets, sh)
	var err error
	if streamed {
		sh.stream, err = s.file.NewStreamWriter(name)
	} else {
		err = s.styleDates(name)
	}
	if err != nil {
		return err
	}
	for _, title := range s.layout.titles {
		if err := s.put(sh, []any{title}); err != nil {
			return err
		}
	}
	if len(s.layout.titles) > 0 {
		sh.number++
	}
	header := make([]any, len(s.layout.columns))
	for i, c := range s.layout.columns {
		header[i] = c.header
	}
	return s.put(sh, header)
}

// styleDates makes the numbers in the date columns show as dates.
func (s *xlsxSink) styleDates(name string) error {
	for i, c := range s.layout.columns {
		if c.field.Kind() != claim.Day {
			continue
		}
		letters, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := s.file.SetColStyle(name, letters, s.style); err != nil {
			return err
		}
	}
	return nil
}

func (s *xlsxSink) put(sh *sheet, cells []any) error {
	sh.number++
	if sh.number > excelize.TotalRows {
		return fmt.Errorf("a sheet has room for %d rows: write more lines as csv", excelize.TotalRows)
	}
	at := "A" + strconv.Itoa(sh.number)
	if sh.stream != nil {
		return sh.stream.SetRow(at, cells)
	}
	return s.file.SetSheetRow(sh.name, at, &cells)
}

func (s *xlsxSink) write(r *row) (string, int, error) {
	sh := s.sheets[0]
	if s.layout.bySite && r.pos != "11" {
		sh = s.sheets[1]
	}
	charge, err := claim.ParseCents(r.charge)
	if err != nil {
		return "", 0, err
	}
	sh.total += charge
	s.cells = s.cells[:0]
	for _, c := range s.layout.columns {
		s.cells = append(s.cells, s.value(r, c.cell, sh.stream != nil))
	}
	err = s.put(sh, s.cells)
	return sh.name, sh.number, err
}

// value is the cell as a workbook holds it: dates as serial numbers, amounts as numbers.
func (s *xlsxSink) value(r *row, c cell, styled bool) any {
	s.buf = r.appendCell(s.buf[:0], c, s.dates)
	text := string(s.buf)
	_, other := r.set[c]
	switch {
	case text == "":
		return nil
	case c.field.Kind() == claim.Day && !other:
		serial := int(r.date(c.field))
		if styled {
			return excelize.Cell{StyleID: s.style, Value: serial}
		}
		return serial
	case s.layout.numbers || c.field.Kind() == claim.Quantity || c.field.Kind() == claim.Money:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return n
		}
	}
	return text
}

func (s *xlsxSink) close() error {
	for _, sh := range s.sheets {
		if err := s.finish(sh); err != nil {
			return err
		}
	}
	if err := s.file.Write(s.w); err != nil {
		return err
	}
	return s.file.Close()
}

// finish writes the total row, if there is one, behind a blank row.
func (s *xlsxSink) finish(sh *sheet) error {
	if s.layout.total {
		cells := make([]any, len(s.layout.columns))
		cells[0] = "Total"
		for i, c := range s.layout.columns {
			if c.field == claim.FieldCharge {
				cells[i] = float64(sh.total) / 100
			}
		}
		sh.number++
		if err := s.put(sh, cells); err != nil {
			return err
		}
	}
	if sh.stream != nil {
		return sh.stream.Flush()
	}
	return nil
}

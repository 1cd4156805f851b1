package books

import (
	"bytes"
	"io"
)

// csvSink writes an export as delimited text.
type csvSink struct {
	w      io.Writer
	layout layout
	dates  *dates
	buf    []byte
	number int
}

const bufferSize = 1 << 18

func newCSV(w io.Writer, l layout) *csvSink {
	s := &csvSink{w: w, layout: l, dates: newDates(l.date), buf: make([]byte, 0, bufferSize+1<<12), number: 1}
	for i, c := range l.columns {
		s.buf = append(s.comma(i), c.header...)
	}
	s.buf = append(s.buf, l.newline...)
	return s
}

// comma is the buffer with a delimiter before every cell but the first.
func (s *csvSink) comma(i int) []byte {
	if i == 0 {
		return s.buf
	}
	return append(s.buf, s.layout.comma)
}

func (s *csvSink) write(r *row) (string, int, error) {
	for i := range s.layout.columns {
		b := s.comma(i)
		from := len(b)
		s.buf = s.quoted(r.appendCell(b, s.layout.columns[i].cell, s.dates), from)
	}
	s.buf = append(s.buf, s.layout.newline...)
	s.number++
	if len(s.buf) < bufferSize {
		return "", s.number, nil
	}
	return "", s.number, s.close()
}

// quoted puts quotes round the cell that begins at from when it holds the delimiter.
func (s *csvSink) quoted(b []byte, from int) []byte {
	if len(b) == from || bytes.IndexByte(b[from:], s.layout.comma) < 0 {
		return b
	}
	b = append(b, '"', '"')
	copy(b[from+1:], b[from:len(b)-2])
	b[from] = '"'
	return b
}

func (s *csvSink) close() error {
	_, err := s.w.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}

package wire

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
)

// Rows are how records travel as text, one a line: a word, a tab, and the record in base64, so that nothing in a
// record can break a row. A part is rows with a trailer behind them, by which it is seen that the part is whole.

// trailer is what the last row of a part begins with.
const trailer = "#end "

var base = base64.RawStdEncoding

// AppendRow adds the row of a record.
func AppendRow(to []byte, word string, record []byte) []byte {
	to = append(append(to, word...), '\t')
	return append(base.AppendEncode(to, record), '\n')
}

// Record adds to buf the record of a row, with or without its word.
func Record(buf, row []byte) ([]byte, error) {
	row = bytes.TrimSuffix(bytes.TrimSuffix(row, []byte("\n")), []byte("\r"))
	buf, err := base.AppendDecode(buf, row[bytes.LastIndexByte(row, '\t')+1:])
	if err != nil {
		return nil, ErrCut // the error of base64 has bytes of the row
	}
	return buf, nil
}

// Writer writes a part.
type Writer struct {
	w   *bufio.Writer
	sum hash.Hash
	row []byte
}

// NewWriter writes to w.
func NewWriter(w io.Writer) *Writer {
	sum := sha256.New()
	return &Writer{w: bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16), sum: sum}
}

// Row writes a row.
func (w *Writer) Row(word string, record []byte) error {
	w.row = AppendRow(w.row[:0], word, record)
	_, err := w.w.Write(w.row)
	return err
}

// End writes the trailer: how many rows were read for the part, how many findings it has, and of which run it is.
func (w *Writer) End(rows, findings int, run string) error {
	if err := w.w.Flush(); err != nil {
		return err
	}
	end := End{rows, findings, hex.EncodeToString(w.sum.Sum(nil)), run}
	fmt.Fprintf(w.w, "%s%d %d %s %s\n", trailer, end.Rows, end.Findings, end.Sum, end.Run)
	return w.w.Flush()
}

// End is a trailer.
type End struct {
	Rows, Findings int
	Sum, Run       string // in hex
}

// What is wrong with a part.
var (
	ErrNoTrailer = errors.New("ends without its trailer: it is cut off, or its judge failed")
	ErrSum       = errors.New("is not as it was written: the sum of its rows is not that of its trailer")
)

// ReadParts reads one or more parts, one after the other. It shows take each row, and end each trailer once all
// before it is found to be as it was written.
func ReadParts(r io.Reader, take func(word string, record []byte) error, end func(End) error) error {
	in := bufio.NewReaderSize(r, 1<<16)
	sum := sha256.New()
	var row, record []byte
	for n := 1; ; n++ {
		var err error
		if row, err = readRow(in, row[:0]); err != nil {
			return err
		}
		if rest, ended := bytes.CutPrefix(row, []byte(trailer)); ended {
			if err := checkEnd(string(rest), sum, end); err != nil {
				return err
			}
			if _, err := in.Peek(1); errors.Is(err, io.EOF) {
				return nil
			}
			continue
		}
		sum.Write(row)
		word, _, _ := bytes.Cut(row, []byte("\t"))
		if record, err = Record(record[:0], row); err == nil {
			err = take(string(word), record)
		}
		if err != nil {
			return fmt.Errorf("row %d %w", n, err)
		}
	}
}

// checkEnd shows end the trailer of rows with the sum, which begins anew.
func checkEnd(row string, sum hash.Hash, end func(End) error) error {
	e, err := endOf(row)
	switch {
	case err != nil:
		return err
	case e.Sum != hex.EncodeToString(sum.Sum(nil)):
		return ErrSum
	}
	sum.Reset()
	return end(e)
}

// readRow reads a row with its end of line.
func readRow(in *bufio.Reader, row []byte) ([]byte, error) {
	for {
		piece, err := in.ReadSlice('\n')
		row = append(row, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return nil, ErrNoTrailer
		default:
			return row, err
		}
	}
}

func endOf(row string) (e End, err error) {
	fields := strings.Split(strings.TrimSuffix(row, "\n"), " ")
	if len(fields) != 4 {
		return e, ErrNoTrailer
	}
	var errs [2]error
	e.Rows, errs[0] = strconv.Atoi(fields[0])
	e.Findings, errs[1] = strconv.Atoi(fields[1])
	if errors.Join(errs[:]...) != nil {
		return e, ErrNoTrailer
	}
	e.Sum, e.Run = fields[2], fields[3]
	return e, nil
}

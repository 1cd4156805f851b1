package reports

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// correctedFront and correctedEnd are the columns before and behind a corrected line's own: where it stood,
// what was changed, and whether it was taken off, with the line then as it was billed.
var (
	correctedFront = [...]string{"File", "Sheet", "Row"}
	correctedEnd   = [...]string{"Changed", "Removed"}
)

// correctedColumns are the fields of corrected lines, those that an export had or a fix gave a value, with
// how many columns each fills.
func (v *view) correctedColumns() (places [claim.NumFields]int) {
	have := v.Corrected.Fields()
	for i := range v.Sources {
		if !v.Sources[i].Context {
			have |= v.Sources[i].Columns
		}
	}
	for f := range claim.NumFields {
		switch {
		case !have.Has(f):
		case f.Places() > 1:
			places[f] = max(1, v.Corrected.Places(f))
		default:
			places[f] = 1
		}
	}
	return places
}

func correctedHeader(places [claim.NumFields]int) []string {
	head := slices.Clone(correctedFront[:])
	for f, n := range places {
		head = append(head, claim.Field(f).Columns()[:n]...)
	}
	return append(head, correctedEnd[:]...)
}

// isCorrectedHeader tells the header of corrected lines: the canonical columns of some fields in their order,
// between the columns that only corrected lines have.
func isCorrectedHeader(head []string) bool {
	front, end := len(correctedFront), len(head)-len(correctedEnd)
	if end < front || !slices.Equal(head[:front], correctedFront[:]) || !slices.Equal(head[end:], correctedEnd[:]) {
		return false
	}
	rest := head[front:end]
	for f := range claim.NumFields {
		for _, name := range f.Columns() {
			if len(rest) > 0 && rest[0] == name {
				rest = rest[1:]
			}
		}
	}
	return len(rest) == 0
}

// writeCorrected writes the audited lines with the mechanical fixes made.
func writeCorrected(ctx context.Context, w io.Writer, v *view) error {
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	places := v.correctedColumns()
	if err := out.Write(correctedHeader(places)); err != nil {
		return err
	}
	for i := range v.Corrected.Len() {
		if i%csvChunk == 0 {
			if err := context.Cause(ctx); err != nil {
				return err
			}
		}
		l, change, removed := v.Corrected.At(i)
		line := audit.Line{Line: *l}
		if v.mask != nil {
			change = v.mask.corrected(&line, change)
		}
		if err := out.Write(v.correctedRow(&line, places, change, removed)); err != nil {
			return err
		}
	}
	out.Flush()
	return errors.Join(out.Error(), v.Corrected.Err())
}

func (v *view) correctedRow(l *audit.Line, places [claim.NumFields]int, change string, removed bool) []string {
	at := v.place(l.Pos)
	row := []string{at.File, at.Sheet, strconv.Itoa(int(at.Row))}
	for f, n := range places {
		if n > 0 {
			row = append(row, cells(l, claim.Field(f), n)...)
		}
	}
	gone := ""
	if removed {
		gone = "yes"
	}
	row = append(row, change, gone)
	for i := range row {
		row[i] = safe(row[i])
	}
	return row
}

// cells are the field's n cells: what the line has and, as it was written, what could not be read.
func cells(l *audit.Line, f claim.Field, n int) []string {
	values, unread := f.Values(&l.Line), faults(l, f)
	if f.Kind() == claim.ClaimType && !l.Given.Has(f) {
		values = nil // told from elsewhere, or taken to be professional
	}
	if f.Places() == 1 && len(unread) > 0 {
		return []string{strings.Join(unread, " ")}
	}
	return spread(append(values, unread...), n)
}

// spread puts each text into a cell of its own. Where there are more texts than n, the last cell has all
// that are left, with blanks between.
func spread(texts []string, n int) []string {
	cells := make([]string, n)
	copy(cells, texts)
	if len(texts) > n {
		cells[n-1] = strings.Join(texts[n-1:], " ")
	}
	return cells
}

// faults are the field's cells that could not be read, as written.
func faults(l *audit.Line, f claim.Field) (texts []string) {
	for _, fault := range l.Faults {
		if fault.Field == f {
			texts = append(texts, fault.Text)
		}
	}
	return texts
}

// OfCorrected shows take each row of a file of corrected lines, counted as a spreadsheet counts: where the line
// stood, and whose it is.
func OfCorrected(path string, take func(row int32, file, sheet string, of int32, patient, number string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	patient, number := slices.Index(head, claim.FieldPatient.Columns()[0]), slices.Index(head, claim.FieldClaim.Columns()[0])
	cell := func(record []string, i int) string {
		if i < 0 {
			return ""
		}
		return record[i]
	}
	for row := int32(2); ; row++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if of, err := strconv.ParseInt(record[2], 10, 32); err == nil {
			take(row, record[0], record[1], int32(of), cell(record, patient), cell(record, number))
		}
	}
}

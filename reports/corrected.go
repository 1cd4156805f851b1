package reports

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// correctedHeader is the header of corrected lines: where each stood, the canonical header, and what was changed.
func correctedHeader() []string {
	head := []string{"File", "Sheet", "Row"}
	for f := range claim.NumFields {
		head = append(head, f.Columns()...)
	}
	return append(head, "Changed")
}

// writeCorrected writes the audited lines with the mechanical fixes made.
func writeCorrected(ctx context.Context, w io.Writer, v *view) error {
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	if err := out.Write(correctedHeader()); err != nil {
		return err
	}
	for i := range v.Corrected.Len() {
		if i%csvChunk == 0 {
			if err := context.Cause(ctx); err != nil {
				return err
			}
		}
		l, change := v.Corrected.At(i)
		line := audit.Line{Line: *l}
		if v.mask != nil {
			change = v.mask.corrected(&line, change)
		}
		if err := out.Write(v.correctedRow(&line, change)); err != nil {
			return err
		}
	}
	out.Flush()
	return errors.Join(out.Error(), v.Corrected.Err())
}

func (v *view) correctedRow(l *audit.Line, change string) []string {
	at := v.place(l.Pos)
	row := []string{at.File, at.Sheet, strconv.Itoa(int(at.Row))}
	for f := range claim.NumFields {
		row = append(row, cells(l, f)...)
	}
	row = append(row, change)
	for i := range row {
		row[i] = safe(row[i])
	}
	return row
}

// cells are the field's cells: what the line has and, as it was written, what could not be read.
func cells(l *audit.Line, f claim.Field) []string {
	values, unread := f.Values(&l.Line), faults(l, f)
	if f.Places() == 1 && len(unread) > 0 {
		return []string{strings.Join(unread, " ")}
	}
	return spread(append(values, unread...), f.Places())
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

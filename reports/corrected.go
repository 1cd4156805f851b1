package reports

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
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
		switch f {
		case claim.FieldModifiers:
			head = append(head, numbered("Mod", len(claim.Modifiers{}))...)
		case claim.FieldDiagnoses:
			head = append(head, numbered("Dx", len(claim.Line{}.Dx))...)
		default:
			head = append(head, f.String())
		}
	}
	return append(head, "Changed")
}

func numbered(name string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s%d", name, i+1)
	}
	return names
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
		switch f {
		case claim.FieldModifiers:
			row = append(row, spread(append(l.Mods.Texts(), faults(l, f)...), len(l.Mods))...)
		case claim.FieldDiagnoses:
			row = append(row, spread(append(diagnosisTexts(l), faults(l, f)...), len(l.Dx))...)
		default:
			row = append(row, cmp.Or(strings.Join(faults(l, f), " "), fieldTexts[f](l)))
		}
	}
	row = append(row, change)
	for i := range row {
		row[i] = safe(row[i])
	}
	return row
}

// spread lays texts over n cells; what is too many shares the last one.
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

// fieldTexts write the fields that are one cell.
var fieldTexts = [claim.NumFields]func(*audit.Line) string{
	claim.FieldClaim:     func(l *audit.Line) string { return l.Claim },
	claim.FieldPatient:   func(l *audit.Line) string { return l.Patient },
	claim.FieldBirth:     func(l *audit.Line) string { return l.Birth.String() },
	claim.FieldFrom:      func(l *audit.Line) string { return l.From.String() },
	claim.FieldTo:        func(l *audit.Line) string { return l.To.String() },
	claim.FieldCode:      func(l *audit.Line) string { return l.Billed },
	claim.FieldUnits:     units,
	claim.FieldCharge:    charge,
	claim.FieldRendering: func(l *audit.Line) string { return l.Rendering },
	claim.FieldBilling:   func(l *audit.Line) string { return l.Billing },
	claim.FieldTIN:       func(l *audit.Line) string { return l.TIN },
	claim.FieldPOS:       func(l *audit.Line) string { return l.POS },
	claim.FieldPayer:     func(l *audit.Line) string { return l.PayerName },
	claim.FieldType:      func(l *audit.Line) string { return l.Type.String() },
	claim.FieldFrequency: func(l *audit.Line) string { return strings.Trim(string(rune(l.Frequency)), "\x00") },
	claim.FieldAuth:      func(l *audit.Line) string { return l.Auth },
	claim.FieldReceived:  func(l *audit.Line) string { return l.Received.String() },
	claim.FieldState:     func(l *audit.Line) string { return l.State },
	claim.FieldNarrative: func(l *audit.Line) string { return l.Narrative },
}

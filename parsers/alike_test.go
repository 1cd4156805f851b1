package parsers

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"claimaudit/audit/claim"
)

// everything keeps what a reader hands on.
type everything struct {
	lines  []claim.Line
	alike  []*claim.Alike
	unread []claim.Unread
}

func (s *everything) Line(l *claim.Line) {
	s.lines, s.alike = append(s.lines, *l.Clone()), append(s.alike, l.Alike)
}
func (s *everything) Unread(u claim.Unread) { s.unread = append(s.unread, u) }

// oddCells are what the columns that are read together may hold.
var oddCells = map[string][]string{
	"CPT":            {"64483", "64483-50", "64493 x2", "99213", "64483, 64484", "64483-50, 64484-59"},
	"Mod1":           {"", "59", "59,RT", "LEFT", "NULL", " 59", "five", "25.0"},
	"Mod2":           {"", "RT", "none", "59RT"},
	"Units":          {"", "1", "2.0", "many", "-1", "0"},
	"Charge":         {"100.00", "", "much"},
	"Dx1":            {"", "M54.16", "M54.16,M47.816", "low back pain", "ICD10:M54.16"},
	"Dx2":            {"", "G89.4", "N/A"},
	"BillingNPI":     {"", "1003000126", "1003000126.0", "someone"},
	"BillingTIN":     {"123456789", "12-3456789", "12345678"},
	"POS":            {"11", "", "Office", "11 - Office", "1", "here"},
	"Payer":          {"MEDICARE PART B", "", "NONE", "AETNA"},
	"ClaimType":      {"", "professional", "UB-04", "other"},
	"ClaimFrequency": {"", "1", "7", "x"},
	"State":          {"PA", "Pennsylvania", "", "9"},
	"FacilityNPI":    {"", "1003000134"},
	"DOB":            {"1963-04-10", "", "never"},
}

// TestAlike holds that rows read the same whether or not what came before is remembered, and that lines which are
// alike by what they point to are.
func TestAlike(t *testing.T) {
	header := []string{"ClaimID", "PatientID", "DOS", "CPT", "Mod1", "Mod2", "Units", "Charge", "Dx1", "Dx2", "BillingNPI", "BillingTIN", "POS", "Payer", "ClaimType", "ClaimFrequency", "State", "FacilityNPI", "DOB"}
	plain := []string{"C1", "P1", "2025-03-25", "64483", "RT", "", "1", "100.00", "M54.16", "", "1003000126", "123456789", "11", "AETNA", "professional", "1", "PA", "", "1963-04-10"}
	path := filepath.Join(t.TempDir(), "export")
	met := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		book := rapid.Bool().Draw(t, "workbook")
		var drawn [][]any
		write := func(row []string, odd ...int) {
			cells := make([]any, len(row))
			for i, text := range row {
				cells[i] = text
			}
			for _, i := range odd {
				if book && rapid.Bool().Draw(t, "typed") {
					cells[i] = typed(row[i])
				}
			}
			drawn = append(drawn, cells)
		}
		write(header)
		for n := range 20 {
			row := append([]string(nil), plain...)
			if n%4 == 3 { // several services in a cell, each with a modifier of its own
				row[3], row[4] = "64483-50, 64484-59", ""
			}
			write(row)
		}
		for range rapid.IntRange(1, 40).Draw(t, "rows") {
			row := append([]string(nil), plain...)
			odd := rapid.SliceOfNDistinct(rapid.IntRange(3, len(header)-1), 0, 2, rapid.ID).Draw(t, "odd")
			for _, column := range odd {
				row[column] = rapid.SampledFrom(oddCells[header[column]]).Draw(t, header[column])
			}
			write(row, odd...)
			if rapid.Bool().Draw(t, "again") {
				write(row, odd...)
			}
		}
		if err := writeCells(path, book, drawn); err != nil {
			t.Fatal(err)
		}
		e, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		rows, err := openRows(e.Tables[0].pages)
		if err != nil {
			t.Fatal(err)
		}
		var got, want everything
		with := e.Tables[0].readers(0, 1, func(int) Sink { return &got })[0]
		without := e.Tables[0].readers(0, 1, func(int) Sink { return &want })[0]
		if with.alikes == nil {
			t.Fatal("nothing is remembered")
		}
		without.alikes = nil
		for i := range rows {
			with.read(&rows[i])
			without.read(&rows[i])
		}
		if !reflect.DeepEqual(got.lines, want.lines) || !reflect.DeepEqual(got.unread, want.unread) || with.mended != without.mended || !reflect.DeepEqual(with.examples, without.examples) {
			t.Fatalf("remembered:\n%+v\n%+v\ncell by cell:\n%+v\n%+v", got.lines, got.unread, want.lines, want.unread)
		}
		first := map[*claim.Alike]*claim.Line{}
		for i := range got.lines {
			var one, another claim.AlikeCells
			switch before := first[got.alike[i]]; {
			case got.alike[i] == nil:
			case before == nil:
				first[got.alike[i]] = &got.lines[i]
			default:
				one, another = before.AlikeCells(), got.lines[i].AlikeCells()
				met[book]++
			}
			if one != another {
				t.Fatalf("alike are %+v and %+v", one, another)
			}
		}
	})
	if met[false] == 0 || met[true] == 0 {
		t.Errorf("no two lines of a text or of a workbook were alike: %v", met)
	}
}

// typed is a cell as a spreadsheet may hold what was typed in: a number or a truth where the text reads as one.
func typed(text string) any {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	if text == "other" || text == "many" {
		return true
	}
	return text
}

// writeCells writes a table as a workbook or as text.
func writeCells(path string, book bool, rows [][]any) error {
	var out bytes.Buffer
	if book {
		f := excelize.NewFile()
		for i := range rows {
			if err := f.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &rows[i]); err != nil {
				return err
			}
		}
		if err := f.Write(&out); err != nil {
			return err
		}
		return os.WriteFile(path, out.Bytes(), 0o600)
	}
	w := csv.NewWriter(&out)
	for _, row := range rows {
		texts := make([]string, len(row))
		for i, cell := range row {
			texts[i] = fmt.Sprint(cell)
		}
		if err := w.Write(texts); err != nil {
			return err
		}
	}
	w.Flush()
	return os.WriteFile(path, out.Bytes(), 0o600)
}

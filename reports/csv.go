package reports

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"

	"claimaudit/audit"
	"claimaudit/audit/claim"
)

// csvFinding is a finding's row: the fields of the JSON document in their order, the fix as its
// text, and behind them what the fix does.
type csvFinding struct {
	Rule        string `csv:"rule"`
	Severity    string `csv:"severity"`
	Title       string `csv:"title"`
	File        string `csv:"file"`
	Sheet       string `csv:"sheet"`
	Row         string `csv:"row"`
	Patient     string `csv:"patient"`
	Claim       string `csv:"claim"`
	Date        string `csv:"date"`
	Code        string `csv:"code"`
	Modifiers   string `csv:"modifiers"`
	Units       string `csv:"units"`
	Charge      string `csv:"charge"`
	Provider    string `csv:"provider"`
	Message     string `csv:"message"`
	Fix         string `csv:"fix"`
	Money       string `csv:"money"`
	AtRisk      string `csv:"at_risk"`
	Related     string `csv:"related"`
	Source      string `csv:"source"`
	Fingerprint string `csv:"fingerprint"`
	Action      string `csv:"fix_action"`
	Edits       string `csv:"fix_edits"`
}

// csvChunk is how many findings are written at a time.
const csvChunk = 1024

// writeCSV writes the findings as CSV for other programs: UTF-8 without a byte order mark, which
// would become part of the first header's name, and no cell that a spreadsheet takes for a formula.
func writeCSV(ctx context.Context, w io.Writer, v *view) error {
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	rows := make([]csvFinding, 0, csvChunk)
	if err := gocsv.MarshalCSV(&rows, out); err != nil { // the header alone
		return err
	}
	findings := v.reader()
	defer v.done(findings)
	for i := range v.Findings.Len() {
		rows = append(rows, v.csvRow(findings.finding(i), v.print(i)))
		if len(rows) < csvChunk && i < v.Findings.Len()-1 {
			continue
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := gocsv.MarshalCSVWithoutHeaders(&rows, out); err != nil {
			return err
		}
		rows = rows[:0]
	}
	return nil
}

func (v *view) csvRow(f *audit.Finding, fp fingerprint) csvFinding {
	l := f.Line
	at := v.place(l.Pos)
	return csvFinding{
		Rule: f.Rule.ID, Severity: f.Severity.String(), Title: f.Rule.Title,
		File: safe(at.File), Sheet: safe(at.Sheet), Row: strconv.Itoa(int(at.Row)),
		Patient: safe(l.Patient), Claim: safe(l.Claim), Date: l.From.String(),
		Code: safe(l.Billed), Modifiers: l.Mods.String(), Units: units(l), Charge: charge(l),
		Provider: safe(providerOf(l)), Message: safe(f.Message), Fix: safe(f.Fix.Text),
		Money: f.Money.String(), AtRisk: atRisk(f), Related: safe(v.relatedRows(f)),
		Source: safe(f.Rule.Source), Fingerprint: fp.String(),
		Action: f.Fix.Action.String(), Edits: safe(v.editsText(f)),
	}
}

// relatedRows lists the rows of the same cause, with their file where it is another.
func (v *view) relatedRows(f *audit.Finding) string {
	texts := make([]string, len(f.Related))
	for i, l := range f.Related {
		texts[i] = v.rowText(l.Pos, f.Line.Pos)
	}
	return strings.Join(texts, "; ")
}

// rowText names a row for a reader who looks at the row here.
func (v *view) rowText(p, here claim.Pos) string {
	row := strconv.Itoa(int(p.Row))
	s, mine := v.source(p.Input), v.source(here.Input)
	switch {
	case p.Input == here.Input:
		return row
	case s.File == mine.File:
		return s.Sheet + " row " + row
	case s.Sheet != "":
		return s.File + " " + s.Sheet + " row " + row
	}
	return s.File + " row " + row
}

// editsText lists what the fix changes, row by row.
func (v *view) editsText(f *audit.Finding) string {
	texts := make([]string, len(f.Fix.Edits))
	for i, e := range f.Fix.Edits {
		text := "row " + v.rowText(e.Line.Pos, f.Line.Pos) + ": "
		if field, from, to := change(e); e.Remove {
			text += "remove"
		} else {
			text += field + " " + quoteBlank(from) + " to " + quoteBlank(to)
		}
		texts[i] = text
	}
	return strings.Join(texts, "; ")
}

func quoteBlank(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// safe is text that is valid UTF-8 and that no spreadsheet takes for a formula: one that begins
// like a formula, with or without blanks in front, gets an apostrophe, unless it is a number.
func safe(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	bare := strings.TrimLeft(s, " \u00A0\uFEFF")
	if !strings.ContainsAny(first(bare), "=+-@\t\r\n＝＋－＠") || isNumber(bare) {
		return s
	}
	return "'" + s
}

func first(s string) string {
	for _, c := range s {
		return string(c)
	}
	return ""
}

// isNumber tells whether the text is a plain number: a sign, digits, and at most one point.
func isNumber(s string) bool {
	digits, points := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			points++
		case i > 0 || c != '-' && c != '+':
			return false
		}
	}
	return digits > 0 && points <= 1
}

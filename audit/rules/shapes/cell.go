package shapes

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"claimaudit/audit"
	"claimaudit/audit/catalog"
	"claimaudit/audit/claim"
	"claimaudit/audit/rules/terms"
)

// readingRow is one row of readings.csv: what a cell reads as that cannot stand there, and what is
// said and done about it. A cell's reader gives its reading; of a rule's rows of that reading the
// first that the line meets is reported.
type readingRow struct {
	Rule     string      `csv:"rule"`
	Cell     string      `csv:"cell"`  // of cellReaders
	Reads    terms.Words `csv:"reads"` // readings of it, one of which it has
	Types    string      `csv:"types"` // of claim, as the cells below are in tables of single lines
	Payers   string      `csv:"payers"`
	From     string      `csv:"from"`
	When     string      `csv:"when"`
	Severity string      `csv:"severity"`
	Money    string      `csv:"money"`
	Say      string      `csv:"say"`
	Action   string      `csv:"action"`
	Fix      string      `csv:"fix"`
	Do       string      `csv:"do"`
	Source   string      `csv:"source"`
}

// readCase is a row in use.
type readCase struct {
	reads []string
	line  lineCase
}

// seenCell is what a reader found in a cell: of its fields those that its readings speak of.
type seenCell struct {
	text    string      // as it is to be shown
	field   claim.Field // it stands in, where not that of its reader
	fault   claim.Fault // of a cell that could not be read
	code    claim.Code
	near    []claim.Code // listed codes a slip away
	rows    []catalog.Replacement
	mod     claim.Modifier
	label   string
	dx      claim.Diagnosis
	instead []claim.Diagnosis
	note    string
	day     claim.Date
	year    int
	related []*audit.Line
}

// cellWalk is a reader's way through the lines of a case.
type cellWalk struct {
	SeenLine
	day    terms.Company
	rows   []readCase  // of the reader at work
	field  claim.Field // that it reads
	report func(audit.Finding)
}

// cellReader looks at a line and says with found what is wrong with its cell.
type cellReader struct {
	field claim.Field
	read  func(w *cellWalk)
	signs audit.Signs // one of which a line has whose cell is wrong; 0 where they do not tell
	may   mayBeWrong  // tell by the cells of a glance; nil where they do not
}

// mayBeWrong tell by the cells of each glance whether a reader may find something wrong.
type mayBeWrong [audit.NumGlances]func(*catalog.Catalog, *audit.Line) bool

// asks tells whether a row is about one of the readings.
func (w *cellWalk) asks(readings ...string) bool {
	return slices.ContainsFunc(w.rows, func(k readCase) bool {
		return slices.ContainsFunc(k.reads, func(r string) bool { return slices.Contains(readings, r) })
	})
}

// found reports a reading.
func (w *cellWalk) found(reads string, cell seenCell) {
	s := &w.SeenLine
	s.cell = &cell
	for i := range w.rows {
		if k := &w.rows[i]; slices.Contains(k.reads, reads) && k.line.meets(s) {
			s.related = cell.related
			f := k.line.finding.of(s)
			f.Value = w.value()
			w.report(f)
			return
		}
	}
}

// value is the value of the cell that was found.
func (w *cellWalk) value() *audit.Value {
	switch cell := w.cell; {
	case cell.fault.Expected != "":
		return &audit.Value{Field: cell.fault.Field, Text: cell.fault.Text}
	case w.field == claim.FieldRendering:
		return &audit.Value{Field: cell.field, Text: cell.text}
	case w.field == claim.FieldDiagnoses:
		return &audit.Value{Field: w.field, Text: cell.dx.Text()}
	case w.field == claim.FieldModifiers:
		return &audit.Value{Field: w.field, Text: cell.mod.String()}
	}
	return &audit.Value{Field: w.field, Text: strings.Join(w.field.Values(&w.L.Line), " ")}
}

// rowsOfReader are a rule's rows for one reader.
type rowsOfReader struct {
	reader cellReader
	rows   []readCase
}

// ByReading completes a rule with its rows of readings.csv.
func ByReading(r *audit.Rule) {
	readers := mustReadings(r.ID)
	r.Needs.Signs = signsOf(readers)
	if len(readers) == 1 {
		r.Needs.May = readers[0].reader.may
	}
	var idle sync.Pool // a walk is made once for each goroutine, not for each patient
	r.Check = func(c *audit.Case, report func(audit.Finding)) {
		w, ok := idle.Get().(*cellWalk)
		if !ok {
			w = &cellWalk{}
		}
		w.report, w.C, w.SeenLine.day = report, c, &w.day
		of := -1
		for n, l := range c.Asked {
			if l.Context {
				continue
			}
			if n != of {
				w.day, of = terms.Company{Lines: c.Day(n)}, n
			}
			w.readLine(l, readers)
		}
		*w = cellWalk{}
		idle.Put(w)
	}
}

func (w *cellWalk) readLine(l *audit.Line, readers []rowsOfReader) {
	w.L = l
	for k := range readers {
		w.rows, w.field = readers[k].rows, readers[k].reader.field
		readers[k].reader.read(w)
	}
}

// signsOf are the signs one of which a line has that a reader finds something wrong with.
func signsOf(readers []rowsOfReader) (signs audit.Signs) {
	for i := range readers {
		if readers[i].reader.signs == 0 {
			return 0
		}
		signs |= readers[i].reader.signs
	}
	return signs
}

func mustReadings(rule string) (readers []rowsOfReader) {
	at := map[string]int{}
	for row := range terms.MustData[readingRow]("readings.csv") {
		if row.Rule != rule {
			continue
		}
		i, known := at[row.Cell]
		if !known {
			i = len(readers)
			at[row.Cell] = i
			readers = append(readers, rowsOfReader{reader: terms.MustWord(cellReaders, row.Cell)})
		}
		readers[i].rows = append(readers[i].rows, readCase{row.Reads, row.line().mustCase()})
	}
	if readers == nil {
		panic("rules: no rows of " + rule + " in readings.csv") // the table is part of the program
	}
	return readers
}

// line is the row as one about the line the cell is on.
func (row *readingRow) line() *lineRow {
	return &lineRow{
		Rule: row.Rule, Types: row.Types, Payers: row.Payers, From: row.From, When: row.When, Severity: row.Severity, Money: row.Money,
		Say: row.Say, Action: row.Action, Fix: row.Fix, Do: row.Do, Source: row.Source,
	}
}

// cellReaders are the readers of cells, by what they read.
var cellReaders = map[string]cellReader{
	"code":                 {field: claim.FieldCode, read: readCodeCell, signs: audit.NotListed},
	"listed-code":          {field: claim.FieldCode, read: readListed, signs: audit.NotListed},
	"modifiers":            {field: claim.FieldModifiers, read: readModifiers, signs: audit.Modified | audit.Faulty, may: mayBeWrong{audit.AtService: mayBeNoModifier}},
	"diagnoses":            {field: claim.FieldDiagnoses, read: readDiagnoses, may: mayBeWrong{audit.AtDiagnoses: mayBeNoDiagnosis}},
	"codes-in-diagnoses":   {field: claim.FieldDiagnoses, read: readCodesInDiagnoses, may: mayBeWrong{audit.AtDiagnoses: holdsProcedure}},
	"units":                {field: claim.FieldUnits, read: readUnits, signs: audit.Odd},
	"patient":              {field: claim.FieldPatient, read: readPatient, signs: audit.NoPatient},
	"npi":                  {field: claim.FieldRendering, read: readNPIs, signs: audit.Odd},
	"place":                {field: claim.FieldPOS, read: readPlace, may: mayBeWrong{audit.AtService: mayBeNoPlace}},
	"dates":                {field: claim.FieldFrom, read: readDates, signs: audit.Odd},
	"received":             {field: claim.FieldReceived, read: readReceived},
	"other-than-code-mods": {field: claim.FieldCode, read: readUnread, signs: audit.Faulty},
}

// cellWords are the words in braces about a cell, besides those about its line.
var cellWords = map[string]func(*SeenLine) string{
	"text":         func(s *SeenLine) string { return s.cell.text },
	"read":         func(s *SeenLine) string { return s.cell.code.String() }, // the code read, or that stands for it
	"near":         func(s *SeenLine) string { return terms.Alternatives(s.cell.near) },
	"note":         func(s *SeenLine) string { return terms.Note(s.cell.note) },
	"note of form": func(s *SeenLine) string { return s.cell.text }, // what the seventh character can be
	"choices":      func(s *SeenLine) string { return terms.Choices(s.cell.rows) },
	"field":        func(s *SeenLine) string { return s.cell.fault.Field.String() },
	"quoted":       func(s *SeenLine) string { return strconv.Quote(s.cell.fault.Text) },
	"expected":     func(s *SeenLine) string { return s.cell.fault.Expected },
	"modifier":     func(s *SeenLine) string { return s.cell.mod.String() },
	"meaning":      func(s *SeenLine) string { return s.cell.label },
	"cell label":   func(s *SeenLine) string { return terms.Note(s.cell.label) },
	"dx":           func(s *SeenLine) string { return s.cell.dx.String() },
	"dx instead":   func(s *SeenLine) string { return terms.Alternatives(s.cell.instead) },
	"day":          func(s *SeenLine) string { return s.cell.day.String() },
	"year":         func(s *SeenLine) string { return strconv.Itoa(s.cell.year) },
	"patient":      func(s *SeenLine) string { return s.L.Patient },
	"payer":        func(s *SeenLine) string { return s.L.Payer.String() },
	"as of":        func(s *SeenLine) string { return s.C.AsOf.String() },
	"last date":    func(s *SeenLine) string { return s.L.To.String() },
	"birth":        func(s *SeenLine) string { return s.L.Birth.String() },
	"received":     func(s *SeenLine) string { return s.L.Received.String() },
}

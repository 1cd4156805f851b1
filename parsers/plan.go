package parsers

import (
	"hash/maphash"
	"slices"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// plan is how a table's rows are read: which column holds what. Workers share it.
type plan struct {
	column  [claim.NumFields]int // of each field with one column; -1: none
	blank   claim.Line           // a line before its cells are read
	mods    []int
	diags   []int
	kinds   []rowColumn // columns that tell what kind of row it is
	points  []int       // columns that point at the claim's diagnoses
	zero    bool        // pointers count from 0
	told    bool        // --map says from where pointers count
	lineNo  int
	revenue int             // the column of revenue codes; -1: none
	allUB   bool            // it is filled on most of the sampled rows: the claims are a facility's
	class   int             // the column that tells the class of the payer; -1: none
	paid    []int           // columns that tell one payment from another
	sums    []int           // columns of what was paid
	reasons []int           // columns of why less was paid
	seed    maphash.Seed    // of what stands for a payment
	headers []headerRow     // the header's rows
	below   int             // rows up to this number are title and header
	above   map[int]bool    // those of them that hold data all the same
	titles  map[string]bool // what the others say, as titleOf writes it
	refused string          // why none of the rows below can be read; "" where they can
	width   int             // a row of a text file with a cell behind it is shifted; 0: not told
	epoch   claim.Epoch
	comma   rune         // what stands between the cells of a text file
	commas  claim.Fields // fields whose numbers have a decimal comma

	ownFields claim.Fields // the fields of which each service of a row with several has a column
	shared    claim.Fields // of what each service has of its own, the fields that the row has once for all

	open    claim.Fields // fields whose sampled numbers do not tell
	sampled [claim.NumFields]sampledDays
	order   DateOrder  // as it was told
	asOf    claim.Date // the day of the audit; zero tells nothing
	book    bool       // a workbook
	survey  *survey
}

// rowColumn is a column that tells what kind of row it is, and what its words mean.
type rowColumn struct {
	column int
	words  map[string]string
}

// none is the plan before any column has its field.
func (p *plan) none() {
	for f := range p.column {
		p.column[f] = -1
	}
	p.blank = claim.Blank()
	p.lineNo, p.class, p.revenue, p.seed = -1, -1, -1, maphash.MakeSeed()
}

// planRows makes the plan from the columns taken.
func (t *Table) planRows(h *heading, below []grid.Row) error {
	p := &t.plan
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Field != "" && c.Set == 0 {
			p.add(c, t.know)
		}
	}
	p.inOrder(t.Columns)
	p.book = len(below) > 0 && below[0].Kinds != nil
	t.sampleDays(p)
	if err := t.countPointers(below); err != nil {
		return err
	}
	t.checkLineNumbers(below)
	p.allUB = p.mostlyRevenue(below)
	t.checkAmounts(below)
	if t.numSets > 0 {
		if err := t.planSets(below); err != nil {
			return err
		}
	}
	t.Source.LineNumbers = p.lineNo >= 0
	t.Source.Payments = len(p.paid)+len(p.sums)+len(p.reasons) > 0
	t.findCommas()
	p.width = t.headedWidth(h.texts, below)
	if len(t.sets) > 0 {
		t.tellSets()
	}
	return nil
}

// mostlyRevenue tells whether most of the sampled rows that have a day of service have a revenue code.
func (p *plan) mostlyRevenue(below []grid.Row) bool {
	r := reader{plan: p}
	filled, all := 0, 0
	for i := range below {
		if r.row = &below[i]; r.cell(p.column[claim.FieldFrom]) == "" {
			continue
		}
		if all++; isRevenueCode(r.cell(p.revenue)) {
			filled++
		}
	}
	return 2*filled > all
}

// inOrder brings the columns of which there are several into the order of their numbers.
func (p *plan) inOrder(all []Column) {
	for _, columns := range [][]int{p.mods, p.diags, p.points} {
		slices.SortStableFunc(columns, func(a, b int) int { return all[a].slot.nth - all[b].slot.nth })
	}
}

func (p *plan) add(c *Column, k *knowledge) {
	field, isField := c.slot.field()
	switch {
	case c.slot.role == dxPointer, c.slot.role == dxPointer0:
		p.points = append(p.points, c.Index)
		p.zero, p.told = c.slot.role == dxPointer0, c.Why == mappedWhy
	case c.slot.role == payerClass:
		p.class = c.Index
	case c.slot.role == lineNumber:
		p.lineNo = c.Index
	case c.slot.role == revenueCode:
		p.revenue = c.Index
	case c.slot.role == payment:
		p.paid = append(p.paid, c.Index)
	case c.slot.role == paidAmount:
		p.sums = append(p.sums, c.Index)
	case c.slot.role == denial:
		p.reasons = append(p.reasons, c.Index)
	case !isField:
		p.kinds = append(p.kinds, rowColumn{c.Index, k.words[c.slot.role]})
	case field == claim.FieldModifiers:
		p.mods = append(p.mods, c.Index)
	case field == claim.FieldDiagnoses:
		p.diags = append(p.diags, c.Index)
	default:
		p.column[field] = c.Index
	}
	if isField && field == claim.FieldPaid {
		p.sums = append(p.sums, c.Index)
	}
}

// headedWidth is how many columns have a header, when the rows below keep to it: a row of a text
// file that is longer was shifted by a delimiter inside a cell. 0 when no column has a header, and when
// most rows are longer and no charge ends where the header does: then there is a column without a name.
func (t *Table) headedWidth(texts []string, below []grid.Row) int {
	width := len(texts)
	for width > 0 && texts[width-1] == "" {
		width--
	}
	longer, exact := 0, 0
	r := reader{plan: &t.plan}
	for i := range below {
		r.row = &below[i]
		switch {
		case beyond(&below[i], width):
			longer++
		case len(below[i].Cells) == width && r.cell(r.column[claim.FieldFrom]) != "" && r.cell(r.column[claim.FieldCode]) != "":
			exact++
		}
	}
	if 2*longer <= len(below) || exact > 0 {
		return width
	}
	if width > 0 && below[0].Kinds == nil {
		t.Source.Notes = append(t.Source.Notes, "the rows have cells behind the last column with a name, which are not read: name the column, or where amounts such as 1,250.00 are parted put quotes around them")
	}
	return 0
}

// beyond tells whether a row has a cell that is not blank behind the headed columns.
func beyond(row *grid.Row, width int) bool {
	for i := width; i < len(row.Cells); i++ {
		if trim(row.Cells[i]) != "" {
			return true
		}
	}
	return false
}

// repair is a way in which a cell was mended.
type repair uint8

const (
	noRepair repair = iota
	codeAsNumber
	codeWrapped
	codeZeros
	codeGlued
	modifierAsNumber
	dateAsSerial
	npiAsNumber
	tinZero
	posAsNumber
	posInWords
	patientAsNumber
	claimAsNumber
	dateZero
	amountWrapped
	amountScientific
	amountDust
	amountComma
	modifierWrapped
	dateWrapped
	codeDescribed
	codeUnits
	modifierInWords
	modifierDescribed
	diagnosisDescribed
	providerDescribed
	cellDescribed
	cellMarked
	unitsInWords
	codesParted
	carriedDown
	dateDigits
	dateLate
	pointerZeros
	pointerAsTime
	numRepairs
)

// repairKinds are how the repairs are told in the report.
var repairKinds = [numRepairs]string{
	codeAsNumber:     "codes written as numbers (64483.0)",
	codeWrapped:      `codes wrapped to stay text (="64483")`,
	codeZeros:        "codes whose leading zeros were lost",
	codeGlued:        "codes with modifiers behind them (64483-50)",
	modifierAsNumber: "modifiers written as numbers (50.0)",
	dateAsSerial:     "dates written as a spreadsheet's numbers (45726)",
	npiAsNumber:      "NPIs written as numbers or wrapped to stay text",
	tinZero:          "tax numbers whose leading zero was lost",
	posAsNumber:      "places of service written as numbers or with their names",
	posInWords:       "places of service written in words",
	patientAsNumber:  "patient ids written as numbers (1001.0)",
	claimAsNumber:    "claim ids written as numbers (1001.0)",
	dateZero:         "dates of zeros, read as blank (00/00/0000)",
	amountWrapped:    `numbers wrapped to stay text (="100.00")`,
	amountScientific: "numbers in scientific notation (1.25E+02)",
	amountDust:       "numbers with a spreadsheet's rounding dust (150.10000000000002)",
	amountComma:      "numbers with a decimal comma (1.234,50)",
	modifierWrapped:  `modifiers wrapped to stay text (="59")`,
	carriedDown:      "blank cells on the further lines of a claim, filled from its first line, where the report prints them once",
	codesParted:      "cells with several codes, each read as a service",
	dateWrapped:      `dates wrapped to stay text (="3/25/2025")`,

	codeDescribed:      "codes with words beside them, read without the words (64483 - injection)",
	codeUnits:          "codes with units behind them (64493 x2)",
	modifierInWords:    "modifiers in words (LEFT, BILATERAL, NO MODIFIER)",
	modifierDescribed:  "modifiers with words beside them, read without the words (RT - right side)",
	diagnosisDescribed: "diagnoses with words beside them, read without the words (M54.16: back)",
	providerDescribed:  "numbers of providers with words beside them, read without the words (1234567893 - Clinic)",
	cellDescribed:      "codes with words beside them, read without the words (7 - replacement)",
	cellMarked:         "cells with marks in them that nobody sees (zero-width, direction of writing), read without them",
	dateDigits:         "dates written as digits alone (31425, 031425)",
	dateLate:           "dates just before midnight, as a spreadsheet's writer left them, read as the next day",
	pointerZeros:       "diagnosis pointers of zero that point at none, left out (1,2,0,0)",
	pointerAsTime:      "diagnosis pointers that a spreadsheet took for times (2:03)",
	unitsInWords:       "units with words beside them (2 units, x2)",
}

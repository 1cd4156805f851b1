// Package reviewed reads what reviewers wrote into our workbooks, however the workbook was sorted, filtered
// or saved since: the fingerprint finds the finding.
package reviewed

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"claimaudit/audit"
	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// Book is what a workbook says.
type Book struct {
	Reviews  []Review // of all its findings
	Troubles []Trouble
}

// Review is what a row says of a finding.
type Review struct {
	Place       Place
	Fingerprint string
	// Disposition is what a reviewer wrote; zero for nothing.
	audit.Disposition
	// Severity, Message and Fix are what the row says of the finding; blank where it does not. Of one that
	// stands for many lines they change from night to night: Lines then says how many.
	Severity, Message, Fix, Lines string
	// Units and Charge tell findings apart that say the same.
	Units, Charge string
	// Waived tells that the row is of a finding that a waiver is about, of which nobody was asked.
	Waived bool
}

// Place is a row of a workbook.
type Place struct {
	File, Sheet string
	Row         int
}

func (p Place) String() string {
	if p.Sheet == "" {
		return fmt.Sprintf("%s row %d", p.File, p.Row)
	}
	return fmt.Sprintf("%s sheet %s row %d", p.File, p.Sheet, p.Row)
}

// Trouble is a row that says something that cannot be taken as it stands.
type Trouble struct {
	Place   Place
	Why     string
	Refused bool // nothing of the row was taken
}

// Read reads the findings of a workbook, with what a reviewer wrote beside them. A file without a sheet of
// findings is an error.
func Read(ctx context.Context, path string) (book *Book, err error) {
	file, err := grid.Open(path, grid.Options{Header: isHeader})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r := &reader{epoch: claim.Epoch1900}
	if file.Date1904 {
		r.epoch = claim.Epoch1904
	}
	for _, sheet := range file.Sheets {
		r.place, r.columns = Place{File: path, Sheet: sheet.Name}, nil
		for block, err := range sheet.Blocks(ctx) {
			if err != nil {
				return nil, err
			}
			for row := range block.Rows() {
				r.row(row)
			}
		}
	}
	if r.sheets == 0 {
		return nil, fmt.Errorf("%s: no sheet has the columns Fingerprint and Disposition: expected a workbook of claimaudit in which somebody has worked", path)
	}
	return &r.book, nil
}

// The heads of the columns that are read.
const (
	fingerprintHead = "fingerprint"
	dispositionHead = "disposition"
	ownerHead       = "owner"
	noteHead        = "note"
	reviewedHead    = "reviewed on"
	waiverHead      = "waivers row" // only the sheet of waived findings has it
)

type reader struct {
	epoch   claim.Epoch
	place   Place
	columns map[string]int // by head; nil above the header
	sheets  int
	book    Book
}

// row reads a row: the header, or what a reviewer wrote.
func (r *reader) row(row *grid.Row) {
	if r.columns == nil {
		r.header(row)
		return
	}
	r.place.Row = row.Number
	_, waived := r.columns[waiverHead]
	said := audit.Disposition{Value: r.cell(row, dispositionHead), Owner: r.cell(row, ownerHead), Note: r.cell(row, noteHead), Date: r.cell(row, reviewedHead)}
	written, mark := said != (audit.Disposition{}), strings.ToLower(r.cell(row, fingerprintHead))
	value, known := valueOf(said.Value)
	switch {
	case !written && !fingerprintForm.MatchString(mark):
		return
	case mark == "":
		r.refuse("something is written in a row without a fingerprint: no telling which finding it is about")
		return
	case !fingerprintForm.MatchString(mark):
		r.refuse("its fingerprint is not as claimaudit wrote it")
		return
	case !known:
		r.refuse(fmt.Sprintf("Disposition %q is none of: %s", said.Value, strings.Join(audit.Dispositions, ", ")))
		said, written = audit.Disposition{}, false
	}
	if written {
		said.Value = value
		if said.Date = r.day(said.Date); value == audit.Disagree && said.Note == "" {
			r.trouble("Disagree needs a note that says why: without it the finding is asked again")
		}
	}
	r.book.Reviews = append(r.book.Reviews, Review{
		Place: r.place, Fingerprint: mark, Disposition: said,
		Severity: r.cell(row, "severity"), Message: r.cell(row, "finding"), Fix: r.cell(row, "fix"), Lines: r.cell(row, "stands for lines"),
		Units: r.cell(row, "units"), Charge: r.cell(row, "charge"), Waived: waived,
	})
}

// fingerprintForm is what fingerprints look like.
var fingerprintForm = regexp.MustCompile(`^[0-9a-f]{24}(-[0-9]+)?$`)

func (r *reader) trouble(why string) {
	r.book.Troubles = append(r.book.Troubles, Trouble{Place: r.place, Why: why})
}

func (r *reader) refuse(why string) {
	r.book.Troubles = append(r.book.Troubles, Trouble{Place: r.place, Why: why, Refused: true})
}

// header takes a row that has the heads of a sheet of findings.
func (r *reader) header(row *grid.Row) {
	if columns := columnsOf(row.Cells); isReview(columns) {
		r.columns = columns
		r.sheets++
	}
}

// columnsOf are the columns of a row by what stands in them, the first of each.
func columnsOf(cells []string) map[string]int {
	columns := map[string]int{}
	for i, text := range cells {
		head := strings.ToLower(strings.Join(strings.Fields(text), " "))
		if _, twice := columns[head]; !twice {
			columns[head] = i
		}
	}
	return columns
}

func isReview(columns map[string]int) bool {
	_, prints := columns[fingerprintHead]
	_, says := columns[dispositionHead]
	return prints && says
}

func isHeader(cells []string) bool { return isReview(columnsOf(cells)) }

// cell is the text under a head; blank where the sheet has no such column.
func (r *reader) cell(row *grid.Row, head string) string {
	i, has := r.columns[head]
	if !has || i >= len(row.Cells) {
		return ""
	}
	return strings.TrimSpace(row.Cells[i])
}

// valueOf is the disposition of that name; Open where somebody wrote only a note.
func valueOf(text string) (string, bool) {
	if text == "" {
		return audit.StillOpen, true
	}
	for _, d := range audit.Dispositions {
		if strings.EqualFold(d, strings.Join(strings.Fields(text), " ")) {
			return d, true
		}
	}
	return "", false
}

// day is the day in a cell, as 2025-06-30; what is none is told, and left out.
func (r *reader) day(text string) string {
	if text == "" {
		return ""
	}
	if d, _, err := claim.ParseDate(text); err == nil && d != 0 {
		return d.String()
	}
	if d, err := claim.ParseSerial(text, r.epoch); err == nil && d != 0 {
		return d.String()
	}
	r.trouble(fmt.Sprintf("Reviewed on %q is no day, such as 2025-06-30: the rest of the row is taken", text))
	return ""
}

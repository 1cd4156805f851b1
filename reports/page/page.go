// Package page is the local page: a server on this machine alone that takes exports from a browser, shows how they
// are understood, has them audited and shows what was found. It knows neither readers nor rules nor outputs: a Desk,
// which the command is, does all that for it.
package page

import (
	"context"

	"claimaudit/audit"
)

// Desk is what the page asks of the program. Several goroutines use it.
type Desk interface {
	// Folder makes a folder for its owner alone, for files whose names begin with copy.
	Folder() (path string, remove func() error, err error)
	// Fields are the names of the columns that an export may have.
	Fields() []string
	// Understand reads files to their end and judges nothing. Of what cannot be read it tells the tables as far
	// as they were understood. Tell is told now and then, in words and as a part of the whole, how far it has come.
	Understand(ctx context.Context, r Request, tell func(text string, part float64)) ([]Table, error)
	// Audit audits files, and tells the same.
	Audit(ctx context.Context, r Request, tell func(text string, part float64)) (Audit, error)
	// Explain is all there is to say of a rule, a code, or what two codes do to each other.
	Explain(what, with string) (string, error)
	// Save keeps a mapping for later audits, and tells where.
	Save(m Mapping) (where string, err error)
	// Keeps tells where decisions are kept when the page is closed; blank when nowhere.
	Keeps() string
}

// Request is what is to be read, and how.
type Request struct {
	Files    []File
	Order    string // of the day and the month in dates: mdy, dmy, or blank as the file tells
	Mappings []Mapping
	Types    map[string]string // by the numbers of billers, whose claims they are: professional, asc or facility
}

// File is an export that was handed in.
type File struct {
	Name string // as its owner calls it: never a path
	Path string // where it lies
}

// Mapping is how exports with a header are read.
type Mapping struct {
	Name   string
	Header []string // names that are all in the header
	Map    []string // Field=Header, Field=#4 by place, or Field= for none
}

// Table is how a sheet or a text file was understood.
type Table struct {
	File, Sheet string
	Header      string // where the header stands and how the file is written, in words
	Refused     string // why it cannot be audited; blank when it can
	Columns     []Column
	Billers     []Biller // whose claims were not simply taken as a doctor's, or could not be told
	Counts      string   // of its rows, in words
	Notes       []string // what was left out, mended and missed
}

// Biller is whose claims a biller's are taken for, where the file does not say.
type Biller struct {
	Number string // as a Request names it
	Text   string // whose they are taken for, and why
	Asks   bool   // it could not be told
}

// Column is how a column was understood.
type Column struct {
	Number        int // from 1
	Header, Field string
	Why           string
	Examples      []string // shapes only: letters as A, digits as 9
	Service       int      // which service of the row it is of, where a row holds several
}

// Audit is an audit that was made, with what was found.
type Audit interface {
	// Figures are what it says at a glance.
	Figures() Figures
	// Traits yields what each finding is chosen by, in the order of the report.
	Traits(yield func(Traits) bool)
	// Texts are what the i-th finding has under these heads of the workbook's Flagged Lines.
	Texts(i int, heads []string) []string
	// Encounter are the lines of the i-th finding's encounter.
	Encounter(i int) []Line
	// Said is what was said of findings before, by their numbers.
	Said() map[int]audit.Disposition
	// Say keeps what a reviewer says of the i-th finding, where a history is kept.
	Say(ctx context.Context, i int, d audit.Disposition) error
	// Write writes the report at path, in one of the forms, with what was said of it.
	Write(ctx context.Context, form, path string, said map[int]audit.Disposition) error
	// Close lets go of it. Nobody may use it then.
	Close() error
}

// Figures are what an audit says at a glance.
type Figures struct {
	Tiles   []Figure
	Read    string   // which files and how many rows
	Dates   string   // the first and the last day of service
	Outcome string   // what the exit status would be, in words
	Notes   []string // what was not checked or read, and what is not shown
}

// Figure is one number with its head and what it is of.
type Figure struct{ Head, Figure, Note string }

// Traits are what findings are chosen and ordered by.
type Traits struct {
	Severity              audit.Severity
	Rule, Title           string
	Provider, Payer, Date string
	AtRisk                int64 // in cents; 0 for what is at no risk
}

// Line is a line of an encounter as it was billed.
type Line struct {
	Row, Day, Code, Modifiers, Units, Charge, Diagnoses, Provider string

	Other    bool   // it is of another encounter, and a finding speaks of it
	Proposed string // the line as the fixes have it; blank where they leave it as it is
	Findings []int  // on it
}

// A form is a form of the report that can be downloaded.
type form struct{ Name, Words, ending, media string }

var forms = []form{
	{"xlsx", "Workbook", "-audit.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"json", "JSON", "-audit.json", "application/json"},
	{"corrected", "Corrected lines (CSV)", "-corrected.csv", "text/csv; charset=utf-8"},
}

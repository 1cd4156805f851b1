// Package tables reads the official CMS table files, as CMS publishes them, into the values the
// catalogue lays over its own tables: pair edits (PTP), unit limits (MUE), add-on codes (AOC), the
// fee schedule (PPRRVU), HCPCS level II codes (ANWEB) and ICD-10-CM codes (the order file).
//
// What a file is, is told from its content; the quarter, where only the name has it, from the name.
// Every row is accounted for: read, or named with its place as a Reject. Layouts are in one file
// each; the list of them is in layout.go.
package tables

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

	"claimaudit/audit/catalog"
)

// File is one table file as it was read.
type File struct {
	Path     string // as given; a member of a zip stands behind the zip's path
	Official *catalog.Official
	Rows     int // rows below the header that are not blank
	// Apart counts rows that are read and are no value of the table (records of modifiers, further
	// lines of a description), by what they are.
	Apart   map[string]int
	Rejects []Reject
	Notes   []string // what was taken for granted
	Cached  bool     // it was read before and came from the compiled cache
	// Compiled is where in the cache its compiled form lies; "" where it lies in none.
	Compiled string
	// Same is the file of the same table and quarter that was taken instead of this one; "" for a file
	// that is used. Differs says that the two do not say the same.
	Same    string
	Differs bool

	title string // what stands above the rows
}

// Reject is a row that could not be read.
type Reject struct {
	Row  int // as a spreadsheet shows it
	Line int // physical line of a text file; 0 in a workbook
	Why  string
}

func (r Reject) String() string {
	if r.Line > 0 && r.Line != r.Row {
		return fmt.Sprintf("row %d (line %d): %s", r.Row, r.Line, r.Why)
	}
	return fmt.Sprintf("row %d: %s", r.Row, r.Why)
}

// Options are how tables are loaded.
type Options struct {
	// Cache is the folder of the compiled cache; "" for none.
	Cache string
	// Own says that only this program put into the cache what lies there, for these files: it is not compared with
	// the SHA-256 of theirs, which takes the longest.
	Own bool
}

// Load reads all table files named; a folder stands for its own table files. Of files that cannot be
// used every one is named.
func Load(names []string, o Options) ([]*File, error) {
	var members []*member
	var errs []error
	for _, name := range names {
		found, err := find(name)
		members = append(members, found...)
		errs = append(errs, err)
	}
	files := make([]*File, len(members))
	faults := make([]error, len(members))
	var reading sync.WaitGroup
	slots := make(chan struct{}, maxReaders)
	for i, m := range members {
		reading.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			files[i], faults[i] = m.read(o)
		})
	}
	reading.Wait()
	if err := errors.Join(append(errs, faults...)...); err != nil {
		return nil, err
	}
	complete(files)
	twins(files)
	return files, nil
}

// maxReaders is how many files are read at a time: a whole quarter is four files.
const maxReaders = 4

// Official are the tables of the files, less those that another file holds as well.
func Official(files []*File) (list []*catalog.Official) {
	for _, f := range files {
		if f.Same == "" {
			list = append(list, f.Official)
		}
	}
	return list
}

// The fewest rows of a whole table; what has fewer is an excerpt, and what it does not list is not
// known. The smallest whole tables known have three times as many.
const (
	wholePairs = 1_000_000
	wholeFees  = 10_000
	wholeOther = 1_000
	wholeCodes = 5_000
)

// complete tells whole tables from excerpts; a pair table by all its files.
func complete(files []*File) {
	type table struct {
		kind  catalog.Kind
		scope catalog.Scope
		q     catalog.Quarter
	}
	pairs := map[table]int{}
	for _, f := range files {
		pairs[table{f.Official.Kind, f.Official.Scope, f.Official.Quarter}] += f.Rows
	}
	for _, f := range files {
		o := f.Official
		switch o.Kind {
		case catalog.PairEdits:
			o.Complete = pairs[table{o.Kind, o.Scope, o.Quarter}] >= wholePairs
		case catalog.FeeSchedule:
			o.Complete = len(o.Fees) >= wholeFees
		case catalog.CodeList:
			o.Complete = len(o.Codes) >= wholeCodes
		case catalog.DiagnosisList: // told by its numbers while it is read
		default:
			o.Complete = f.Rows >= wholeOther
		}
	}
}

// twins finds the same table in several files, such as the text and the workbook of one release:
// the one first in order of name is used, text before workbooks.
func twins(files []*File) {
	order := slices.Clone(files)
	slices.SortStableFunc(order, func(a, b *File) int {
		return cmp.Or(cmp.Compare(formatOf(a.Path), formatOf(b.Path)), cmp.Compare(a.Path, b.Path))
	})
	first := map[string]*File{}
	for _, f := range order {
		o := f.Official
		key := fmt.Sprint(o.Kind, o.Scope, o.Quarter)
		if o.Kind == catalog.PairEdits {
			key += stem(f.Path)
		}
		if have, ok := first[key]; ok {
			f.Same, f.Differs = have.Path, !f.Official.Says(have.Official)
			continue
		}
		first[key] = f
	}
}

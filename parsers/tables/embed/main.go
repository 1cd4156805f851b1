// Command embed rewrites the embedded tables of the catalogue from official CMS files: pair edits,
// unit limits, add-on codes and fee schedule years, for the codes the catalogue lists. It changes the
// tables it was given files for, leaves the others, and seals all of them. With -seal it seals what
// is there and rewrites no table.
//
// Run the tests afterwards: they hold the catalogue's facts and say what the new quarter changed.
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"claimaudit/audit/catalog"
	"claimaudit/parsers/tables"
)

func main() {
	from := flag.String("from", "", "folder of official files, as CMS publishes them")
	root := flag.String("root", ".", "folder of the repository")
	only := flag.Bool("seal", false, "seal the tables as they are")
	flag.Parse()
	work := func() error { return run(os.Stdout, *from, *root) }
	if *only {
		work = func() error { return seal(os.Stdout, *root) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "embed:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, from, root string) error {
	if from == "" {
		return errors.New("-from is missing: name the folder of official files")
	}
	files, err := tables.Load([]string{from}, tables.Options{})
	if err != nil {
		return err
	}
	own, err := catalog.Embedded()
	if err != nil {
		return err
	}
	e := &embedding{out: out, own: own, data: filepath.Join(root, catalogData), newest: newest(files)}
	if err := errors.Join(e.pairs(), e.limits(), e.addOns(), e.fees()); err != nil {
		return err
	}
	return seal(out, root)
}

// newest are, by kind, the files of the newest quarter among Medicare's practitioners' tables.
func newest(files []*tables.File) map[catalog.Kind][]*tables.File {
	by := map[catalog.Kind][]*tables.File{}
	for _, f := range files {
		o := f.Official
		if f.Same != "" || o.Scope != catalog.MedicarePractitioner {
			continue
		}
		switch have := by[o.Kind]; {
		case have == nil || have[0].Official.Quarter < o.Quarter:
			by[o.Kind] = []*tables.File{f}
		case have[0].Official.Quarter == o.Quarter:
			by[o.Kind] = append(have, f)
		}
	}
	return by
}

// embedding is the rewriting of the tables in one folder.
type embedding struct {
	out    io.Writer
	own    *catalog.Catalog
	data   string
	newest map[catalog.Kind][]*tables.File
}

// rows are the rows of a table as it is now, its header first.
func (e *embedding) rows(name string) ([][]string, error) {
	return readRows(filepath.Join(e.data, name))
}

func readRows(path string) ([][]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return csv.NewReader(file).ReadAll()
}

// write replaces a table, and says so.
func (e *embedding) write(name string, rows [][]string) error {
	err := writeRows(filepath.Join(e.data, name), rows)
	if err == nil {
		fmt.Fprintf(e.out, "%s: %d rows\n", name, len(rows)-1)
	}
	return err
}

func writeRows(path string, rows [][]string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(csv.NewWriter(file).WriteAll(rows), file.Close())
}

// dated notes the quarter of a table in tables.csv.
func (e *embedding) dated(name string, q catalog.Quarter) error {
	rows, err := e.rows("tables.csv")
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row[0] == name {
			row[2], row[4], row[5] = q.String(), q.First().String(), q.Last().String()
		}
	}
	return e.write("tables.csv", rows)
}

// release notes in tables.csv a quarter of a table that holds several, behind those there are.
func (e *embedding) release(name string, o *catalog.Official) error {
	rows, err := e.rows("tables.csv")
	if err != nil {
		return err
	}
	last := 0
	for i, row := range rows {
		if row[0] == name {
			last = i
		}
	}
	row := slices.Clone(rows[last])
	row[2], row[3], row[4], row[5] = o.Quarter.String(), "", o.Quarter.First().String(), o.Quarter.Last().String()
	if o.Complete {
		row[3] = "yes"
	}
	if i := slices.IndexFunc(rows, func(r []string) bool { return r[0] == name && r[2] == row[2] }); i >= 0 {
		rows[i] = row
	} else {
		rows = slices.Insert(rows, last+1, row)
	}
	return e.write("tables.csv", rows)
}

// Command embed rewrites the embedded tables of the catalogue from official CMS files: pair edits,
// unit limits, add-on codes and fee schedule years, for the codes the catalogue lists. It changes the
// tables it was given files for and leaves the others.
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

	"claimaudit/audit/catalog"
	"claimaudit/parsers/tables"
)

func main() {
	from := flag.String("from", "", "folder of official files, as CMS publishes them")
	data := flag.String("data", "audit/catalog/data", "folder of the embedded tables")
	flag.Parse()
	if err := run(os.Stdout, *from, *data); err != nil {
		fmt.Fprintln(os.Stderr, "embed:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, from, data string) error {
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
	e := &embedding{out: out, own: own, data: data, newest: newest(files)}
	return errors.Join(e.pairs(), e.limits(), e.addOns(), e.fees())
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
	file, err := os.Open(filepath.Join(e.data, name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return csv.NewReader(file).ReadAll()
}

// write replaces a table, and says so.
func (e *embedding) write(name string, rows [][]string) error {
	file, err := os.Create(filepath.Join(e.data, name))
	if err != nil {
		return err
	}
	w := csv.NewWriter(file)
	err = w.WriteAll(rows)
	if err = errors.Join(err, file.Close()); err == nil {
		fmt.Fprintf(e.out, "%s: %d rows\n", name, len(rows)-1)
	}
	return err
}

// dated notes the quarter of a table in tables.csv.
func (e *embedding) dated(name string, q catalog.Quarter) error {
	rows, err := e.rows("tables.csv")
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row[0] == name {
			row[2], row[3], row[4] = q.String(), q.First().String(), q.Last().String()
		}
	}
	return e.write("tables.csv", rows)
}

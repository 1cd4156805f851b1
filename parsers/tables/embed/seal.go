package main

import (
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"

	"claimaudit/audit/table"
)

// catalogData is the folder of the catalogue's tables in the repository.
const catalogData = "audit/catalog/data"

// sealList is a list of tables with the SHA-256 of each, and the folder from which it names them.
type sealList struct{ list, from string }

// sealLists are the catalogue's own list of its tables, and a list of that list and of the
// rules' tables that are CMS's. The rules' other tables are proved case by case instead.
var sealLists = []sealList{
	{catalogData + "/tables.csv", catalogData},
	{"parsers/tables/embed/seals.csv", "."},
}

// seal notes in the lists the SHA-256 of each table as it is now, and tells which have changed.
func seal(out io.Writer, root string) error {
	for _, l := range sealLists {
		name := filepath.Join(root, l.list)
		rows, err := readRows(name)
		if err != nil {
			return err
		}
		file, sum := slices.Index(rows[0], "file"), slices.Index(rows[0], "sha256")
		var changed []string
		for _, row := range rows[1:] {
			now, err := table.Sum(os.DirFS(root), path.Join(l.from, row[file]))
			if err != nil {
				return err
			}
			if now != row[sum] {
				row[sum] = now
				changed = append(changed, path.Join(l.from, row[file]))
			}
		}
		for _, name := range slices.Compact(changed) { // a file of several releases has a row for each
			fmt.Fprintf(out, "%s is sealed\n", name)
		}
		if err := writeRows(name, rows); err != nil {
			return err
		}
	}
	return nil
}

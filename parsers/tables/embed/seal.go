package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"claimaudit/audit/catalog"
	"claimaudit/audit/table"
)

// catalogData is the folder of the catalogue's tables in the repository.
const catalogData = "audit/catalog/data"

// compiled is the form of the pair edits that is part of the program.
const compiled = catalogData + "/pairs.bin"

// sealList is a list of tables with the SHA-256 of each, and the folder from which it names them.
type sealList struct{ list, from string }

// sealLists are the catalogue's own list of its tables, and a list of that list and of the
// rules' tables that are CMS's. The rules' other tables are proved case by case instead.
var sealLists = []sealList{
	{catalogData + "/tables.csv", catalogData},
	{"parsers/tables/embed/seals.csv", "."},
}

// forms are what is compiled into the program, and of what.
var forms = []struct {
	name string
	of   func(fs.FS) ([]byte, error)
}{{compiled, catalog.CompilePairs}, {catalogData + "/icd10cm.bin", catalog.CompileDiagnoses}}

// compile writes the compiled forms that are not as their tables say.
func compile(out io.Writer, root string) error {
	for _, f := range forms {
		form, err := f.of(os.DirFS(filepath.Join(root, catalogData)))
		if err != nil {
			return fmt.Errorf("cannot compile %s: %w", f.name, err)
		}
		name := filepath.Join(root, f.name)
		if was, err := os.ReadFile(name); err == nil && bytes.Equal(was, form) {
			continue
		}
		fmt.Fprintf(out, "%s is compiled\n", f.name)
		if err := os.WriteFile(name, form, 0o600); err != nil {
			return fmt.Errorf("cannot write what is compiled: %w", err)
		}
	}
	return nil
}

// seal compiles what is to be, notes in the lists the SHA-256 of each table as it is now, and tells
// what has changed.
func seal(out io.Writer, root string) error {
	if err := compile(out, root); err != nil {
		return err
	}
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

package main

import (
	"fmt"
	"io/fs"
	"os"

	"claimaudit/parsers"
	"claimaudit/parsers/grid"
)

// mostOpen is how many inputs stay open until they are read: systems allow 256 files at a time, and a
// workbook that came packed takes two.
const mostOpen = 64

// input is an export to read. Where there are many it was opened once, to name what is wrong with any before
// all are read, and is opened again when it is read.
type input struct {
	path   string
	export *parsers.Export // nil while it is closed
	file   fs.FileInfo     // as it was then; nil of what cannot be opened again
}

// openAll opens the exports and names each that cannot be read.
func (j *job) openAll(paths []string, open int) (opened []*input, errs []error) {
	for _, path := range paths {
		in := &input{path: path}
		if err := in.open(j.parse); err != nil {
			errs = append(errs, err)
			continue
		}
		if open++; open > mostOpen && in.file != nil {
			errs = append(errs, in.close())
		}
		j.progress.expect(path)
		opened = append(opened, in)
	}
	return opened, errs
}

// open opens the export; it must be the one that it was the first time.
func (in *input) open(o parsers.Options) (err error) {
	file := in.stat()
	if in.file != nil && (file == nil || !os.SameFile(file, in.file) || file.Size() != in.file.Size() || !file.ModTime().Equal(in.file.ModTime())) {
		return fmt.Errorf("%s: the file changed while the audit ran: audit it again", in.path)
	}
	in.file = file
	in.export, err = parsers.Open(in.path, o)
	return err
}

// stat is what the system says of the file, or of the zip it lies in; nil of what cannot be read twice.
func (in *input) stat() fs.FileInfo {
	info, err := os.Stat(grid.OnDisk(in.path))
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}

// close lets the file go.
func (in *input) close() error {
	if in.export == nil {
		return nil
	}
	export := in.export
	in.export = nil
	return export.Close()
}

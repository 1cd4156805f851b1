package main

import (
	"path/filepath"

	"claimaudit/audit/claim"
	"claimaudit/reports"
)

// findMended tells the tables of which corrected lines of ours are an input too where these have their rows.
// Paths are those of the tables' files.
func findMended(sources []claim.Source, paths []string) error {
	for i, path := range paths {
		if len(sources) < 2 || !reports.IsCorrected(path) {
			continue
		}
		err := reports.OfCorrected(path, func(row int32, file, sheet string, of int32, patient, number string) {
			s := sourceNamed(sources, file, sheet)
			if s == nil || s == &sources[i] {
				return
			}
			if s.Mended == nil {
				s.Mended = &claim.Mended{Input: int32(i)}
			}
			if s.Mended.Input == int32(i) {
				s.Mended.Add(of, row, patient, number)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sourceNamed is the table of a file as an earlier run named it: of that path, or else in another folder.
func sourceNamed(sources []claim.Source, file, sheet string) (found *claim.Source) {
	for i := range sources {
		s := &sources[i]
		switch {
		case s.Sheet != sheet:
		case s.File == file:
			return s
		case found == nil && filepath.Base(s.File) == filepath.Base(file):
			found = s
		}
	}
	return found
}

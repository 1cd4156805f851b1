package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"claimaudit/audit/table"
)

// mutant is one change of a file, and the tests that must notice it.
type mutant struct {
	_       table.Source `says:"made up"`
	At      table.At     `csv:"-"`
	File    string       `csv:"file" table:"key"` // from the root of the repository
	Find    string       `csv:"find" table:"key"`
	Replace string       `csv:"replace" table:"key"`
	Test    string       `csv:"test"` // a package and, behind -run, a pattern: ./parsers -run TestDates
	Kind    string       `csv:"kind"` // of slip
}

// applyAll makes sure that each mutant is a change of a file that is there.
func applyAll(root string, rows []mutant) error {
	var faults []error
	for _, m := range rows {
		if _, _, err := m.apply(root); err != nil {
			faults = append(faults, m.At.Wrap(err))
		}
		if _, _, err := m.tests(); err != nil {
			faults = append(faults, m.At.Wrap(err))
		}
	}
	return errors.Join(faults...)
}

// apply is the file with the change made, and the line it begins in.
func (m mutant) apply(root string) (text string, line int, err error) {
	file, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(m.File)))
	if err != nil {
		return "", 0, err
	}
	text = string(file)
	switch n := strings.Count(text, m.Find); {
	case m.Find == "" || m.Find == m.Replace:
		return "", 0, errors.New("nothing is changed")
	case n != 1:
		return "", 0, fmt.Errorf("%s has %q %d times: want once", m.File, m.Find, n)
	}
	before, after, _ := strings.Cut(text, m.Find)
	return before + m.Replace + after, strings.Count(before, "\n") + 1, nil
}

// tests are the package and the pattern of the tests that must fail.
func (m mutant) tests() (pkg, pattern string, err error) {
	pkg, pattern, _ = strings.Cut(m.Test, " -run ")
	if !strings.HasPrefix(pkg, "./") || strings.Contains(pkg+pattern, " ") {
		return "", "", fmt.Errorf("test %q: want a package, or a package -run a pattern", m.Test)
	}
	return pkg, pattern, nil
}

func (m mutant) String() string {
	return fmt.Sprintf("%q becomes %q (%s), and %s passes", m.Find, m.Replace, m.Kind, m.Test)
}

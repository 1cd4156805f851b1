package reports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"claimaudit/audit/draft"
	"claimaudit/reports/xlsx"
)

// Check tells before an audit what would keep Write from writing these outputs: an unknown ending,
// a folder that is not there or cannot be written to, a workbook that is open, or one a reviewer
// has typed into. With force the last two are no reason.
func Check(paths []string, force bool) error {
	var errs []error
	for i, path := range paths {
		err := checkPath(path, force)
		if slices.ContainsFunc(paths[:i], func(p string) bool { return SameFile(p, path) }) {
			err = errors.New("named twice: name each output once")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("output %s: %w", path, err))
		}
	}
	return errors.Join(errs...)
}

// SameFile tells whether two paths lead to one file, or would once it is written.
func SameFile(a, b string) bool {
	if placeOf(a) == placeOf(b) {
		return true
	}
	in, err := os.Stat(a)
	other, missing := os.Stat(b)
	return err == nil && missing == nil && os.SameFile(in, other)
}

// placeOf is the path with every link in it followed, of a file that need not be there yet.
func placeOf(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}

func checkPath(path string, force bool) error {
	if _, err := formatOf(path); err != nil {
		return err
	}
	if err := checkFolder(path); err != nil {
		return err
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("there is something else of that name, which is no file: choose another name")
	case force:
		return checkBusy(path)
	}
	return errors.Join(checkBusy(path), checkOpen(path), checkReviewed(path))
}

// checkFolder tries the folder by making a file in it.
func checkFolder(path string) error {
	dir := filepath.Dir(path)
	switch info, err := os.Stat(dir); {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the folder %s does not exist: create it first", dir)
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is no folder", dir)
	}
	name, err := draft.Write(path, func(io.Writer) error { return nil })
	if err != nil {
		return fmt.Errorf("the folder %s cannot be written to: %w", dir, err)
	}
	return os.Remove(name)
}

// checkBusy finds out where another program holds a file so that it cannot be replaced.
func checkBusy(path string) error {
	if runtime.GOOS != "windows" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("it cannot be replaced: if it is open in Excel, close it there and run again: %w", err)
	}
	return f.Close()
}

// checkOpen looks for the note that Excel (~$name) or LibreOffice (.~lock.name#) leaves beside an
// open file; elsewhere than on Windows nothing else tells.
func checkOpen(path string) error {
	dir, name := filepath.Split(path)
	for _, note := range []string{"~$" + name, ".~lock." + name + "#"} {
		if _, err := os.Lstat(filepath.Join(dir, note)); err == nil {
			return fmt.Errorf("it is open in Excel or LibreOffice (%s lies beside it): close it there and run again, or use --force", note)
		}
	}
	return nil
}

// checkReviewed refuses a workbook somebody has typed into.
func checkReviewed(path string) error {
	if !strings.EqualFold(filepath.Ext(path), ".xlsx") {
		return nil
	}
	if _, untouched := xlsx.Sealed(path); untouched {
		return nil
	}
	typed, err := typedInto(path)
	switch {
	case err != nil:
		return errors.New("it cannot be told whether a reviewer has typed into it: move it away or use --force")
	case typed:
		return errors.New("a reviewer has typed into it: move it away, choose another output, or use --force")
	}
	return nil
}

// typedInto tells whether any of the reviewer's cells is filled.
func typedInto(path string) (bool, error) {
	if locked, err := startsWith(path, "\xD0\xCF\x11\xE0"); locked || err != nil {
		return true, err // an encrypted workbook: somebody set a password
	}
	if zipped, err := startsWith(path, "PK"); !zipped || err != nil {
		return false, err
	}
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		return false, err
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		if typed, err := typedSheet(f, sheet); typed || err != nil {
			return typed, err
		}
	}
	return false, nil
}

func startsWith(path, magic string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	return bytes.Equal(head[:n], []byte(magic)), nil
}

// typedSheet looks below a header that has the reviewer's columns, wherever a reviewer has moved
// them, and beside the labels of the sign-off.
func typedSheet(f *excelize.File, sheet string) (bool, error) {
	rows, err := f.Rows(sheet)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var columns []int
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return false, err
		}
		if columns == nil {
			columns = reviewerColumns(cells)
			if signed(cells) {
				return true, nil
			}
			continue
		}
		if slices.ContainsFunc(columns, func(i int) bool { return i < len(cells) && strings.TrimSpace(cells[i]) != "" }) {
			return true, nil
		}
	}
	return false, rows.Error()
}

// reviewerHeads are the columns a reviewer fills in, by which they are known in a workbook that comes
// back.
var reviewerHeads = func() (heads []string) {
	for _, c := range findingColumns {
		if c.reviewers() {
			heads = append(heads, c.head)
		}
	}
	return heads
}()

// reviewerColumns are the places of the reviewer's columns in a header row; nil when the row is
// none.
func reviewerColumns(cells []string) (places []int) {
	for i, cell := range cells {
		if slices.Contains(reviewerHeads, strings.TrimSpace(cell)) {
			places = append(places, i)
		}
	}
	if len(places) < 2 {
		return nil
	}
	return places
}

// signed tells whether the row is one of the sign-off and something stands behind its label.
func signed(cells []string) bool {
	for i, cell := range cells {
		if slices.Contains(signOffLabels, strings.TrimSpace(cell)) {
			return slices.ContainsFunc(cells[i+1:], func(c string) bool { return strings.TrimSpace(c) != "" })
		}
	}
	return false
}

// IsOurs tells whether the file is a report of ours: a workbook, or findings as CSV. It looks at the
// document's properties or its header, not at its name or place.
func IsOurs(path string) bool {
	if !isRegular(path) {
		return false
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
		ours, _ := xlsx.Sealed(path)
		return ours
	case ".csv":
		var names []string
		for _, c := range csvColumns() {
			names = append(names, c.name)
		}
		return slices.Equal(firstRecord(path), names)
	}
	return false
}

// IsCorrected tells whether the file holds corrected lines of ours: an export by its name, and in a
// folder a second copy of what stands beside it.
func IsCorrected(path string) bool {
	return strings.EqualFold(filepath.Ext(path), ".csv") && isRegular(path) && isCorrectedHeader(firstRecord(path))
}

// isRegular tells a file from a pipe or a device, which can be read but once.
func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// firstRecord is the first record of a CSV file; nil where it cannot be read.
func firstRecord(path string) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	const most = 16 << 10
	record, err := csv.NewReader(io.LimitReader(f, most)).Read()
	if err != nil {
		return nil
	}
	return record
}

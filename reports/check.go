package reports

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"claimaudit/audit/draft"
	"claimaudit/reports/xlsx"
)

// Check tells before an audit what would keep Write from writing these outputs: an unknown ending,
// a folder that is not there or cannot be written to, or a workbook that is open, which with force is no
// reason.
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
	place, err := draft.Place(path)
	if err != nil {
		return err
	}
	if err := checkFolder(place); err != nil {
		return err
	}
	info, err := os.Stat(place)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("there is something else of that name, which is no file: choose another name")
	case force:
		return checkBusy(place)
	case path != place:
		err = checkOpen(path)
	}
	return errors.Join(err, checkBusy(place), checkOpen(place))
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
	tried, err := draft.New(path, draft.OwnerOnly, func(io.Writer) error { return nil })
	if err != nil {
		return fmt.Errorf("the folder %s cannot be written to: %w", dir, err)
	}
	return tried.Done()
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

// CheckOurs refuses outputs in whose places something lies that is not as a run of ours left it:
// somebody's work would be gone. What somebody has worked in is told by Beside.
func CheckOurs(paths []string) error {
	var errs []error
	for _, path := range paths {
		if !isRegular(path) {
			continue
		}
		if err := checkOurs(path); err != nil {
			errs = append(errs, fmt.Errorf("output %s: %w", path, err))
		}
	}
	return errors.Join(errs...)
}

func checkOurs(path string) error {
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		return nil // nobody's
	}
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		if ours, untouched := xlsx.Sealed(path); ours && untouched {
			return nil
		} else if ours {
			return errors.New("somebody has worked in it: move it away, choose another output, or use --force")
		}
	} else if IsOurs(path) || IsCorrected(path) {
		return nil
	}
	return errors.New("it is there already and no report of claimaudit: move it away, choose another output, or use --force")
}

// starts are how our texts begin, by the ending that a file of that kind has.
var starts = map[string]string{
	".json": jsonStart + `{"version":`,
	".html": pageStart, ".htm": pageStart,
	".txt": textStart,
}

// MayBeOurs tells whether reports of ours have names with the ending, which is in lower case.
func MayBeOurs(ending string) bool {
	return ending == ".xlsx" || ending == ".csv" || starts[ending] != ""
}

// startsWith tells whether the file begins with the text; false where it cannot be read.
func startsWith(path, text string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(text))
	_, err = io.ReadFull(f, head)
	return err == nil && string(head) == text
}

// Beside is where the outputs are written that somebody has worked in the last of: under the first free
// number beside it, as report-2.xlsx. The others keep their places.
func Beside(paths []string) (places []string, err error) {
	places = slices.Clone(paths)
	for i, path := range paths {
		if !strings.EqualFold(filepath.Ext(path), ".xlsx") || !isRegular(path) {
			continue
		}
		if ours, untouched := xlsx.Sealed(path); !ours || untouched {
			continue
		}
		if places[i], err = FreeBeside(path, places); err != nil {
			return nil, fmt.Errorf("output %s: %w", path, err)
		}
	}
	return places, nil
}

// FreeFor is where a workbook of these exports goes that nobody gave a name: the path, or a number beside it where
// a workbook of other exports lies there. Of is as in Options; blank gives the path.
func FreeFor(path, of string) (string, error) {
	ending := filepath.Ext(path)
	place := path
	for n := 2; n < mostBeside; n++ {
		if ours, _ := xlsx.Sealed(place); of == "" || !ours || xlsx.Identifier(place) == of {
			return place, nil
		}
		place = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ending), n, ending)
	}
	return "", fmt.Errorf("output %s: it is of other exports, and no number is free beside it: choose another output", path)
}

// mostBeside is more workbooks than anybody keeps beside each other.
const mostBeside = 10_000

// FreeBeside is the path with the first number under which there is nothing, and no other output.
func FreeBeside(path string, outputs []string) (string, error) {
	ending := filepath.Ext(path)
	for n := 2; n < mostBeside; n++ {
		free := fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ending), n, ending)
		_, err := os.Lstat(free)
		taken := slices.ContainsFunc(outputs, func(o string) bool { return SameFile(o, free) })
		if errors.Is(err, os.ErrNotExist) && !taken {
			return free, nil
		}
	}
	return "", errors.New("somebody has worked in it, and no number is free beside it: choose another output, or use --force")
}

// IsOurs tells whether the file is a report of ours: a workbook, findings as CSV or JSON, the CSV files of a
// sample, a page or a text without patients. It looks at the document's properties, its header or how it
// begins, not at its name or place.
func IsOurs(path string) bool {
	if !isRegular(path) {
		return false
	}
	switch ending := strings.ToLower(filepath.Ext(path)); ending {
	case ".xlsx":
		ours, _ := xlsx.Sealed(path)
		return ours
	case ".csv":
		var names []string
		for _, c := range csvColumns() {
			names = append(names, c.name)
		}
		first := firstRecord(path)
		return slices.Equal(first, names) || slices.Equal(first, requestHeads) || slices.Equal(first, frameHeads)
	default:
		start, known := starts[ending]
		return known && startsWith(path, start)
	}
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

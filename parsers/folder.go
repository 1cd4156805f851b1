package parsers

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"claimaudit/audit/claim"
	"claimaudit/parsers/grid"
)

// ErrNoExport is the error of a folder or a zip in which there is no export.
var ErrNoExport = errors.New("holds no export")

// Found is what a path stands for.
type Found struct {
	Files  []string       // to be opened
	Passed []claim.Passed // what else a folder holds, which is not read
	// Lost says that some of what is passed over holds claim lines or may hold them.
	Lost bool
}

// What the names of a folder's files end with. Exports and packed files may have .gz behind it.
var (
	// endings are those of exports: what is none all the same is an error.
	endings = []string{".csv", ".tsv", ".txt", ".psv", ".xlsx", ".xlsm", ".zip"}
	// forms are those of files that are exports at times: the others are passed over.
	forms = []string{".837", ".edi", ".x12", ".xml", ".html", ".htm", ".xls"}
	// kin are those of spreadsheets that are not read.
	kin = []string{".xls", ".xlsb", ".xltx", ".xltm", ".ods", ".fods", ".numbers"}
	// packed are those of packed files that are not read.
	packed = []string{".bz2", ".xz", ".zst", ".7z", ".rar"}
	// systems are the files that systems keep in folders, and nobody put there.
	systems = []string{".DS_Store", "Thumbs.db", "desktop.ini"}
)

// Find lists the exports a path stands for: a file or "-" itself, and of a folder its own files
// with the ending of an export, in name order, with all that is passed over.
func Find(path string) (Found, error) {
	if path == "-" {
		return Found{Files: []string{path}}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return Found{}, fmt.Errorf("%s: %w", path, cause(err))
	}
	if !info.IsDir() {
		return findInFile(path, info)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return Found{}, fmt.Errorf("%s: %w", path, cause(err))
	}
	var found Found
	for _, entry := range entries {
		if !slices.Contains(systems, entry.Name()) {
			found.add(filepath.Join(path, entry.Name()), entry)
		}
	}
	if len(found.Files) == 0 {
		return found, fmt.Errorf("%s: the folder %w: expected files ending in %s (or .gz behind it)%s", path, ErrNoExport, strings.Join(endings, " "), found.instead())
	}
	return found, nil
}

// findInFile is a file itself, and of a zip of several exports each of them, as ZIP/NAME.
func findInFile(path string, info fs.FileInfo) (Found, error) {
	var found Found
	if !info.Mode().IsRegular() || !found.unzip(path) {
		return Found{Files: []string{path}}, nil
	}
	if len(found.Files) == 0 {
		return found, fmt.Errorf("%s: the zip %w: expected files ending in %s (or .gz behind it)%s", path, ErrNoExport, strings.Join(endings, " "), found.instead())
	}
	return found, nil
}

// unzip takes the files of a zip of several like those of a folder; false where it is none. What is wrong
// with it is for the opening to tell.
func (f *Found) unzip(path string) bool {
	members, err := grid.Members(path)
	if err != nil || len(members) == 0 {
		return false
	}
	for _, member := range members {
		f.sort(member, strings.ToLower(filepath.Base(member)))
	}
	return true
}

// instead names what a folder without exports holds.
func (f *Found) instead() string {
	const most = 3
	var names []string
	for _, p := range f.Passed[:min(len(f.Passed), most)] {
		names = append(names, filepath.Base(p.File)+", "+p.Why)
	}
	switch more := len(f.Passed) - len(names); {
	case len(names) == 0:
		return ""
	case more > 0:
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return "; it holds " + strings.Join(names, "; ")
}

// add tells whether what a folder holds is to be opened, and why not.
func (f *Found) add(path string, entry fs.DirEntry) {
	name := strings.ToLower(entry.Name())
	switch info, err := os.Stat(path); {
	case strings.HasPrefix(name, "~$"):
		f.pass(path, "the lock file of a workbook that is open", false)
	case name[0] == '.':
		f.pass(path, "a hidden file", false)
	case err == nil && info.IsDir():
		f.pass(path, "a folder in the folder: name it too, if it holds exports", false)
	case err == nil && !info.Mode().IsRegular():
		f.pass(path, "no file to read, but a pipe or a device", false)
	case err == nil && strings.HasSuffix(name, ".zip") && f.unzip(path):
	default:
		f.sort(path, name)
	}
}

// sort tells by the ending of a file's name, in lower case, whether it is to be opened.
func (f *Found) sort(path, name string) {
	ending := filepath.Ext(strings.TrimSuffix(name, ".gz"))
	switch {
	case slices.Contains(endings, ending):
		f.Files = append(f.Files, path)
	case slices.Contains(packed, ending) && slices.Contains(endings, filepath.Ext(strings.TrimSuffix(name, ending))):
		f.pass(path, "packed in a form that is not read: unpack it", true)
	case slices.Contains(forms, ending):
		f.try(path, slices.Contains(kin, ending))
	case slices.Contains(kin, ending):
		f.pass(path, "a spreadsheet of a kind that is not read: save it as .xlsx or .csv", true)
	default:
		f.tryOther(path)
	}
}

func (f *Found) pass(path, why string, lost bool) {
	f.Passed = append(f.Passed, claim.Passed{File: path, Why: why})
	f.Lost = f.Lost || lost
}

// try takes a file that may be an export: one of another kind is passed over, and a damaged one is
// for the opening to tell.
func (f *Found) try(path string, lost bool) {
	err := opens(path)
	if kind, ok := errors.AsType[*grid.KindError](err); ok {
		f.pass(path, kind.Why(), lost || kind.Claims)
	} else if errors.As(err, new(*headerError)) {
		f.pass(path, "no export: it has no header that names a patient, a day and a procedure code", lost)
	} else {
		f.Files = append(f.Files, path)
	}
}

// tryOther passes over a file without the ending of an export, and says so if it is one all the same.
func (f *Found) tryOther(path string) {
	err := opens(path)
	kind, ok := errors.AsType[*grid.KindError](err)
	switch {
	case err == nil:
		f.pass(path, "its name does not end as that of an export, though it holds claim lines: name it, or rename it", true)
	case ok:
		f.pass(path, kind.Why(), kind.Claims)
	default:
		f.pass(path, "its name does not end as that of an export", false)
	}
}

// opens tells whether a file is an export, as far as its first rows tell.
func opens(path string) error {
	e, err := Open(path, Options{})
	if err == nil {
		err = e.Close()
	}
	return err
}

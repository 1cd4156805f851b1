// Package draft writes files that appear whole or not at all: each is written beside its place,
// seen on the disk, and moved there when it is done. It knows no billing.
package draft

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

const buffer = 1 << 18

// OwnerOnly is the mode of a file that nobody but its owner reads.
const OwnerOnly fs.FileMode = 0o600

// What the names of drafts begin and end with: hidden files, and no input to an audit of their folder.
const (
	begins = ".claimaudit-"
	ends   = ".tmp"
	second = ".old"  // of a second name of what is in the draft's place
	moved  = ".away" // of what was there, where files have but one name: Sweep leaves it alone
)

// Draft is a file that waits beside its place.
type Draft struct {
	path  string   // where it lies; "" once it has its place
	place string   // where it belongs
	saved string   // what was there before, until Done
	open  *os.File // says that somebody is at it; nil where the system has no such sign
	old   *os.File // likewise of what was there before
}

// New fills a new file beside path and sees it on the disk. Of a link the file it leads to is meant, which
// the draft lies beside. Nothing of it is left after an error. Publish or not, Done must follow.
func New(path string, mode fs.FileMode, fill func(io.Writer) error) (d *Draft, err error) {
	place, err := Place(path)
	if err != nil {
		return nil, err
	}
	f, err := create(filepath.Dir(place))
	if err != nil {
		return nil, err
	}
	d = &Draft{path: f.Name(), place: place, open: f}
	whole := false
	defer func() {
		if !whole {
			err = errors.Join(noRoom(err, filepath.Dir(place)), d.Done())
		}
	}()
	w := bufio.NewWriterSize(f, buffer)
	if err = fill(w); err == nil {
		err = w.Flush()
	}
	if err == nil && mode != OwnerOnly {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err == nil && !marks {
		d.open, err = nil, f.Close()
	}
	whole = err == nil
	return d, err
}

// diskFull is what Windows says of a full disk.
const diskFull = syscall.Errno(112)

// IsFull tells whether the error is that of a disk without room, or of a limit of what may be written.
func IsFull(err error) bool {
	return slices.ContainsFunc([]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}, func(full error) bool { return errors.Is(err, full) }) ||
		runtime.GOOS == "windows" && errors.Is(err, diskFull)
}

// noRoom says of a full disk what to do about it.
func noRoom(err error, dir string) error {
	if !IsFull(err) {
		return err
	}
	return fmt.Errorf("there is no room in %s: make room there, or choose another folder: %w", dir, err)
}

// create makes a file of mode 0600 that Sweep leaves alone for as long as it is open.
func create(dir string) (*os.File, error) {
	for {
		f, err := os.CreateTemp(dir, begins+"*"+ends) // mode 0600
		if err != nil {
			return nil, err
		}
		if mine(f) {
			return f, nil
		}
		if err := errors.Join(f.Close(), remove(f.Name())); err != nil { // swept before it was marked
			return nil, err
		}
	}
}

// mine marks a file as one that somebody is at, and tells whether it is still there.
func mine(f *os.File) bool {
	if !marks {
		return true
	}
	if mark(f, true) != nil {
		return true // no such sign on this file system: Sweep goes by the file's age
	}
	here, err := os.Lstat(f.Name())
	if err != nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && os.SameFile(here, info)
}

// mostLinks is how many links may lead to each other.
const mostLinks = 40

// Place is where the file of a path lies, or would: at the end of the links, if it is one. A link that leads
// nowhere, in a circle or to a folder is an error.
func Place(path string) (string, error) {
	at := path
	for range mostLinks {
		info, err := os.Lstat(at)
		switch {
		case err != nil && at == path: // what is wrong with its folder is for the writing to tell
			return at, nil
		case errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("a link that leads to %s, which is not there: make that file or remove the link", at)
		case err != nil:
			return "", err
		case info.IsDir() && at != path:
			return "", fmt.Errorf("a link that leads to the folder %s: choose another name", at)
		case info.Mode()&fs.ModeSymlink == 0:
			return at, nil
		}
		to, err := os.Readlink(at)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(at), to)
		}
		at = to
	}
	return "", errors.New("a link that leads back to itself: remove it or choose another name")
}

// Publish moves the draft to its place. What was there before is kept until Done.
func (d *Draft) Publish() error {
	if err := d.save(); err != nil {
		return err
	}
	if err := os.Rename(d.path, d.place); err != nil {
		return err
	}
	d.path = ""
	return nil
}

// save keeps what is at the place now under a second name.
func (d *Draft) save() error {
	switch info, err := os.Lstat(d.place); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("a folder has that name")
	}
	if marks { // held while it is saved: nobody sweeps it
		if f, err := os.Open(d.place); err == nil {
			_ = mark(f, false) // two who save one file: either holds it
			d.old = f
		}
	}
	d.saved = d.path + second
	if os.Link(d.place, d.saved) == nil {
		return nil
	}
	d.saved = d.path + moved
	if err := os.Rename(d.place, d.saved); err != nil {
		d.saved = ""
		return err
	}
	return nil
}

// TakeBack undoes Publish, also one that failed.
func (d *Draft) TakeBack() error {
	switch {
	case d.saved != "" && (d.path == "" || strings.HasSuffix(d.saved, moved)):
		err := os.Rename(d.saved, d.place)
		if err == nil {
			d.saved = ""
		}
		return err
	case d.path == "":
		return os.Remove(d.place)
	}
	return nil
}

// Done removes what has no place in the end.
func (d *Draft) Done() error {
	var errs []error
	for _, f := range []**os.File{&d.open, &d.old} {
		if *f != nil {
			errs = append(errs, (*f).Close())
			*f = nil
		}
	}
	for _, name := range []*string{&d.path, &d.saved} {
		if *name != "" {
			errs = append(errs, remove(*name))
			*name = ""
		}
	}
	return errors.Join(errs...)
}

func remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Save writes the file at path, for its owner alone; what was there before stays until the new one is whole.
func Save(path string, fill func(io.Writer) error) error {
	d, err := New(path, OwnerOnly, fill)
	if err != nil {
		return err
	}
	if err := d.Publish(); err != nil {
		return errors.Join(err, d.TakeBack(), d.Done())
	}
	return d.Done()
}

// Private is an empty file for its owner alone that has no name any more, where the system allows it; else the
// name is gone once remove has closed the file, or, after a run that was killed, once it is swept.
func Private() (f *os.File, remove func() error, err error) {
	if f, err = create(os.TempDir()); err != nil {
		return nil, nil, err
	}
	name := f.Name()
	unnamed := os.Remove(name) == nil // fails where an open file cannot be removed
	return f, func() error {
		err := f.Close()
		if !unnamed {
			err = errors.Join(err, os.Remove(name))
		}
		return err
	}, nil
}

// SweepPrivate removes the private files that killed runs have left, and private folders of long ago with the
// copies in them; a folder in which anything else lies is somebody's and stays.
func SweepPrivate() int {
	dir := os.TempDir()
	swept := Sweep(dir)
	folders, err := filepath.Glob(filepath.Join(dir, Folder))
	if err != nil {
		return swept
	}
	for _, path := range folders {
		info, err := os.Lstat(path)
		if err == nil && info.IsDir() && abandoned(path, info) && removeFolder(path) == nil {
			swept++
		}
	}
	return swept
}

// abandoned tells whether nobody is at a private folder: by its sign, or by its age where it has none.
func abandoned(path string, info fs.FileInfo) bool {
	sign := filepath.Join(path, folderSign)
	if _, err := os.Lstat(sign); err == nil {
		return left(sign)
	}
	return time.Since(info.ModTime()) > stale
}

// folderSign is the file in a private folder that says that a process is at it. It is the first to be removed, and
// where it cannot be, all of the folder stays.
const folderSign = "copy-0-sign"

// PrivateFolder makes a folder for its owner alone, for copies, and folders of copies, whose names begin with copy. What a killed process
// leaves of it SweepPrivate removes; while the process lives nobody does.
func PrivateFolder() (path string, remove func() error, err error) {
	for {
		if path, err = os.MkdirTemp("", Folder); err != nil { // mode 0700
			return "", nil, err
		}
		sign, err := os.OpenFile(filepath.Join(path, folderSign), os.O_RDWR|os.O_CREATE|os.O_EXCL, OwnerOnly)
		if err != nil {
			return "", nil, errors.Join(err, os.RemoveAll(path))
		}
		if mine(sign) {
			return path, func() error { return errors.Join(sign.Close(), os.RemoveAll(path)) }, nil
		}
		if err := errors.Join(sign.Close(), os.RemoveAll(path)); err != nil { // swept before it was marked
			return "", nil, err
		}
	}
}

// removeFolder removes a private folder and the copies in it.
func removeFolder(path string) error {
	Sweep(path)
	for _, pattern := range []string{"copy*", "workbook"} {
		copies, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return err
		}
		for _, name := range copies {
			if err := os.RemoveAll(name); err != nil {
				return err
			}
		}
	}
	return os.Remove(path)
}

// Folder is the pattern of the names of private folders, which hold copies for as long as they are looked at:
// names that nobody gives a folder of exports.
const Folder = ".claimaudit-private-*"

// stale is the age from which a draft that bears no sign of anybody is one that a killed run has left.
const stale = 24 * time.Hour

// Sweep removes what killed runs have left in a folder: drafts that nobody is at. What cannot be removed
// stays: it is no reason not to run.
func Sweep(dir string) (swept int) {
	f, err := os.Open(dir)
	if err != nil {
		return 0
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return 0
	}
	for _, name := range names {
		ours := strings.HasPrefix(name, begins) && strings.HasSuffix(strings.TrimSuffix(name, second), ends)
		if path := filepath.Join(dir, name); ours && left(path) && os.Remove(path) == nil {
			swept++
		}
	}
	return swept
}

// left tells whether nobody is at the file.
func left(name string) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	if marks {
		switch err := mark(f, true); {
		case err == nil:
			return true
		case isHeld(err):
			return false
		}
	}
	return time.Since(info.ModTime()) > stale
}

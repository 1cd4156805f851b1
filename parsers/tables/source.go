package tables

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"claimaudit/audit/catalog"
)

// member is a file to read: one that lies on the disk, or one inside a zip as CMS packs them.
type member struct {
	path string // for a reader
	disk string // the file on the disk
	in   string // the name inside the zip; "" for a file that is none
}

// extensions are the endings of files a folder or a zip is searched for, text before workbooks.
var extensions = []string{".txt", ".csv", ".tsv", ".gz", ".xlsx", ".xlsm", ".zip"}

func formatOf(name string) int { return slices.Index(extensions, strings.ToLower(path.Ext(name))) }

// stem is the file's name without its folder and ending: what the text and the workbook of one
// table have in common.
func stem(name string) string {
	base := strings.ToLower(path.Base(filepath.ToSlash(name)))
	return strings.TrimSuffix(base, path.Ext(base))
}

// find is the table files a name stands for, in order of name.
func find(name string) ([]*member, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	if !info.IsDir() {
		return inside(name)
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	var found []*member
	var errs []error
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "~$") || formatOf(e.Name()) < 0 {
			continue
		}
		members, err := inside(filepath.Join(name, e.Name()))
		found = append(found, members...)
		errs = append(errs, err)
	}
	if len(found) == 0 && errors.Join(errs...) == nil {
		return nil, fmt.Errorf("%s: the folder has no table files: expected files ending in %s", name, strings.Join(extensions, " "))
	}
	return found, errors.Join(errs...)
}

// Files are the files on the disk that a name given for tables stands for.
func Files(name string) (files []string, err error) {
	found, err := find(name)
	for _, m := range found {
		if !slices.Contains(files, m.disk) {
			files = append(files, m.disk)
		}
	}
	return files, err
}

func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}

// inside is the file itself, or the table files of a zip that is no workbook; of one in several
// formats the text.
func inside(name string) ([]*member, error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: no file, but a pipe or a device: a table is read more than once", name)
	}
	sole := []*member{{path: name, disk: name}}
	z, err := zip.OpenReader(name)
	if err != nil {
		return sole, nil // no zip
	}
	defer z.Close()
	byStem := map[string]*member{}
	for _, f := range z.File {
		base := path.Base(f.Name)
		if f.Name == "[Content_Types].xml" {
			return sole, nil // a workbook
		}
		if strings.HasSuffix(f.Name, "/") || strings.HasPrefix(base, ".") || strings.HasPrefix(f.Name, "__MACOSX/") || formatOf(base) < 0 {
			continue
		}
		if have := byStem[stem(base)]; have == nil || formatOf(base) < formatOf(have.in) {
			byStem[stem(base)] = &member{path: name + "/" + f.Name, disk: name, in: f.Name}
		}
	}
	var found []*member
	for _, m := range byStem {
		found = append(found, m)
	}
	slices.SortFunc(found, func(a, b *member) int { return strings.Compare(a.in, b.in) })
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: the zip holds no table: expected files ending in %s", name, strings.Join(extensions, " "))
	}
	return found, nil
}

// open is the member's bytes.
func (m *member) open() (io.ReadCloser, error) {
	if m.in == "" {
		f, err := os.Open(m.disk)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.path, cause(err))
		}
		return f, nil
	}
	z, err := zip.OpenReader(m.disk)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.path, err)
	}
	f, err := z.Open(m.in)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", m.path, err), z.Close())
	}
	return &both{f, z}, nil
}

// raw is the bytes on the disk.
func (m *member) raw() (io.ReadCloser, error) {
	if m.in == "" {
		return m.open()
	}
	z, err := zip.OpenReader(m.disk)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.path, err)
	}
	for _, f := range z.File {
		if f.Name == m.in {
			in, err := f.OpenRaw()
			if err != nil {
				return nil, errors.Join(fmt.Errorf("%s: %w", m.path, err), z.Close())
			}
			return struct {
				io.Reader
				io.Closer
			}{in, z}, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s: %w", m.path, os.ErrNotExist), z.Close())
}

// both closes a member and its zip.
type both struct {
	fs.File
	zip io.Closer
}

func (b *both) Close() error { return errors.Join(b.File.Close(), b.zip.Close()) }

// sha256 is the hash of the member's bytes, in hex.
func (m *member) sha256() (string, error) {
	in, err := m.open()
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.CopyBuffer(struct{ io.Writer }{sum}, struct{ io.Reader }{in}, make([]byte, 1<<20))
	if err = errors.Join(err, in.Close()); err != nil {
		return "", fmt.Errorf("%s: %w", m.path, cause(err))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// read reads the member: a pair table from the cache when it is there.
func (m *member) read(o Options) (*File, error) {
	if o.Cache == "" {
		return m.fresh()
	}
	place, err := m.compiledPlace(o.Cache)
	if err != nil {
		return nil, err
	}
	if f := m.compiledAt(place, o.Own); f != nil {
		f.Compiled = place
		return f, nil
	}
	f, err := m.fresh()
	if err != nil || f.Official.Kind != catalog.PairEdits {
		return f, err
	}
	if err = m.keep(place, f); err == nil {
		f.Compiled = place
	} else {
		f.Notes = append(f.Notes, fmt.Sprintf("the compiled form could not be kept, so that the next run reads the file again: %v", err))
	}
	return f, nil
}

// fresh reads the member itself.
func (m *member) fresh() (*File, error) {
	sum, err := m.sha256()
	if err != nil {
		return nil, err
	}
	in, err := m.open()
	if err != nil {
		return nil, err
	}
	f, err := parse(m.path, in)
	if err = errors.Join(err, in.Close()); err != nil {
		return nil, err
	}
	if err := f.sound(); err != nil {
		return nil, err
	}
	f.describe(sum)
	return f, nil
}

// mostRejects is the share of rows that may be unreadable before the file is refused: a table with
// holes must not look whole.
const mostRejects = 100 // one in so many

func (f *File) sound() error {
	switch n := len(f.Rejects); {
	case f.Rows == 0:
		return fmt.Errorf("%s: %s has a header and no rows", f.Path, f.Official.Name())
	case n*mostRejects > f.Rows:
		return fmt.Errorf("%s: %d of %d rows of %s cannot be read, the first: %s: download the file again", f.Path, n, f.Rows, f.Official.Name(), f.Rejects[0])
	}
	return nil
}

// describe fills in how reports name the table.
func (f *File) describe(sum string) {
	o := f.Official
	o.Table.Name, o.Table.SHA256, o.Table.File = o.Name(), sum, path.Base(filepath.ToSlash(f.Path))
	o.Table.Effective, o.Table.From, o.Table.To = o.Quarter.String(), o.Quarter.First(), o.Quarter.Last()
	if o.Kind == catalog.DiagnosisList {
		year := o.Quarter.Year()
		o.Table.Effective = fmt.Sprintf("fiscal year %d", year)
		o.Table.From, o.Table.To = catalog.NewQuarter(year-1, 4).First(), catalog.NewQuarter(year, 3).Last()
	}
	o.Table.Rows, o.Table.Rejects = f.Rows, len(f.Rejects)
	if o.Pairs != nil {
		o.Pairs.Quarter, o.Pairs.File = o.Quarter, o.Table.File
	}
}

func isZip(head []byte) bool { return bytes.HasPrefix(head, []byte("PK\x03\x04")) }

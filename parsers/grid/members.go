package grid

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Members are the files in the zip at a path when it holds several: each is opened as PATH/NAME. None of
// a workbook, of a zip of one file, which is opened by the zip's own name, and of what is no zip.
func Members(name string) (members []string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, 4)
	if _, err := io.ReadFull(f, head); err != nil || !isZip(head) {
		return nil, nil // opening it says what is wrong with it
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	}
	files := filesIn(f, info.Size())
	if len(files) < 2 {
		return nil, nil
	}
	seen := map[string]bool{}
	for _, member := range files {
		at := name + "/" + member.Name
		if seen[at] {
			return nil, fmt.Errorf("%s: the zip file holds %s twice: unpack it and audit the folder", name, member.Name)
		}
		seen[at] = true
		members = append(members, at)
	}
	return members, nil
}

// maxMembers is the most files of a zip that are looked at.
const maxMembers = 10000

// filesIn are the files of a zip that is neither a workbook nor another program's document, without what
// systems leave in them.
func filesIn(in io.ReaderAt, size int64) (files []*zip.File) {
	z, err := zip.NewReader(in, size)
	if err != nil || len(z.File) > maxMembers {
		return nil // openWorkbook says what is wrong with it
	}
	for _, f := range z.File {
		base := path.Base(f.Name)
		switch {
		case f.Name == "[Content_Types].xml", f.Name == "_rels/.rels", strings.HasPrefix(f.Name, "xl/"), isOther(f.Name):
			return nil
		case strings.HasSuffix(f.Name, "/"), strings.HasPrefix(f.Name, "__MACOSX/"), base[0] == '.':
			continue
		}
		files = append(files, f)
	}
	return files
}

// inZip takes the name of a file in a zip apart, if it is one.
func inZip(name string) (archive, member string, ok bool) {
	for i := len(name) - 1; i > 0; i-- {
		if name[i] != '/' {
			continue
		}
		info, err := os.Stat(name[:i])
		if err == nil {
			return name[:i], name[i+1:], info.Mode().IsRegular()
		}
	}
	return "", "", false
}

// OnDisk is the file on the disk of a path: of one in a zip the zip.
func OnDisk(name string) string {
	if _, err := os.Stat(name); err != nil {
		if archive, _, ok := inZip(name); ok {
			return archive
		}
	}
	return name
}

// Raw opens the bytes of a file, unpacked if it is one in a zip, and tells how many they are.
func Raw(name string) (bytes io.ReadCloser, size int64, err error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%s: %w", name, fs.ErrInvalid) // to open a pipe may wait for ever
	}
	f, err := os.Open(name)
	if err != nil {
		if archive, member, ok := inZip(name); ok {
			return openMember(archive, member)
		}
		return nil, 0, fmt.Errorf("%s: %w", name, cause(err))
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

// memberReader is an open file of a zip.
type memberReader struct {
	io.Reader
	close func() error
}

func (m *memberReader) Close() error { return m.close() }

func openMember(archive, member string) (io.ReadCloser, int64, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: the zip file is damaged: %w", archive, err)
	}
	for _, f := range z.File {
		if f.Name != member {
			continue
		}
		if f.Flags&1 != 0 {
			return nil, 0, errors.Join(errProtected(archive), z.Close())
		}
		r, err := f.Open()
		if err != nil {
			return nil, 0, errors.Join(fmt.Errorf("%s: the zip file is damaged: %w", archive, err), z.Close())
		}
		packed := int64(f.CompressedSize64)
		in := &limited{r: r, form: "zip", packed: &packed, most: maxUnpacked}
		return &memberReader{in, func() error { return errors.Join(r.Close(), z.Close()) }}, int64(f.UncompressedSize64), nil
	}
	return nil, 0, errors.Join(fmt.Errorf("%s: the zip holds no file %s", archive, member), z.Close())
}

func errProtected(archive string) error {
	return fmt.Errorf("%s: this zip file is protected with a password: unpack it and audit what is in it", archive)
}

package grid

import (
	"archive/zip"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
)

// Open opens the file at path. What it is, is told from its bytes and never from its name; only
// the lock file of an open workbook has a name that tells.
func Open(path string, o Options) (*File, error) {
	if isLock(filepath.Base(path)) {
		return nil, fmt.Errorf("%s: this is the lock file that a spreadsheet program keeps beside an open workbook: audit the workbook itself", path)
	}
	f, err := openWaiting(path, o.Done)
	if err != nil {
		if archive, member, ok := inZip(path); ok {
			return fromMember(path, archive, member, o)
		}
		return nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	s := &source{name: path, options: o, meter: newMeter(f), close: f.Close}
	info, err := f.Stat()
	switch {
	case err != nil:
		err = fmt.Errorf("%s: %w", path, cause(err))
	case info.IsDir():
		err = fmt.Errorf("%s: this is a folder: expected a file", path)
	case info.Mode().IsRegular():
		s.file = f
	case o.Done != nil:
		s.meter = newMeter(&waiting{r: f, done: o.Done})
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s.open()
}

// fromMember opens a file in a zip.
func fromMember(name, archive, member string, o Options) (*File, error) {
	r, _, err := openMember(archive, member)
	if err != nil {
		return nil, err
	}
	s := &source{name: name, options: o, meter: newMeter(r), close: r.Close}
	return s.open()
}

// FromReader reads an export from a stream such as standard input. Text is read as it comes; a
// workbook is kept in a private file until Close.
func FromReader(name string, r io.Reader, o Options) (*File, error) {
	if o.Done != nil {
		r = &waiting{r: r, done: o.Done}
	}
	s := &source{name: name, options: o, meter: newMeter(r), close: func() error { return nil }}
	return s.open()
}

// source is where an export's bytes come from.
type source struct {
	name    string
	options Options
	meter   *meter
	file    *os.File // the bytes at any place; nil for a stream
	close   func() error
}

// sniffSize is how much of a file is looked at before it is read.
const sniffSize = 64 << 10

func (s *source) open() (*File, error) {
	f, err := s.recognise()
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	f.Name, f.sha, f.close = s.name, s.meter.hex, s.close
	return f, nil
}

func (s *source) recognise() (*File, error) {
	in := bufio.NewReaderSize(s.meter, sniffSize)
	head, err := s.peek(in)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		if in, err = s.unpack(in); err != nil {
			return nil, err
		}
		if head, err = s.peek(in); err != nil {
			return nil, err
		}
	}
	if isZip(head) {
		return s.zip(in)
	}
	return s.text(in, head)
}

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

func (s *source) text(in *bufio.Reader, head []byte) (*File, error) {
	if err := notText(s.name, head, in); err != nil {
		return nil, err
	}
	return openText(s, in, head)
}

// peek is the beginning of the file, which is not empty.
func (s *source) peek(in *bufio.Reader) ([]byte, error) {
	head, err := in.Peek(sniffSize)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: %w", s.name, cause(err))
	case len(head) == 0:
		return nil, fmt.Errorf("%s: the file is empty: 0 bytes: export it again", s.name)
	}
	return head, nil
}

func (s *source) unpack(in *bufio.Reader) (*bufio.Reader, error) {
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("%s: the gzip file is damaged: %w", s.name, err)
	}
	s.file = nil // what is read from here on does not lie on the disk
	return bufio.NewReaderSize(&limited{r: z, form: "gzip", packed: &s.meter.n, most: s.options.mostUnpacked(maxUnpacked)}, sniffSize), nil
}

// zip reads a workbook, or the one export that is zipped.
func (s *source) zip(in io.Reader) (*File, error) {
	size, err := s.place(in)
	if err != nil {
		return nil, err
	}
	member, err := soleFile(s.name, s.file, size)
	if member == nil || err != nil {
		return s.orWorkbook(size, err)
	}
	if member.Flags&1 != 0 {
		return nil, errProtected(s.name)
	}
	packed, err := member.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: the zip file is damaged: %w", s.name, err)
	}
	before, compressed := s.close, int64(member.CompressedSize64)
	s.file, s.close = nil, func() error { return errors.Join(packed.Close(), before()) }
	inside := bufio.NewReaderSize(&limited{r: packed, form: "zip", packed: &compressed, most: s.options.mostUnpacked(maxUnpacked)}, sniffSize)
	head, err := s.peek(inside)
	switch {
	case err != nil:
		return nil, err
	case !isZip(head):
		return s.text(inside, head)
	}
	if size, err = s.place(inside); err != nil {
		return nil, err
	}
	return s.orWorkbook(size, nil)
}

// orWorkbook reads the file as a workbook, unless it is known that it is none.
func (s *source) orWorkbook(size int64, err error) (*File, error) {
	if err != nil {
		return nil, err
	}
	return openWorkbook(s.name, s.file, size, s.options.mostUnpacked(maxPart))
}

// place sees that the file can be read at any place, from a private copy where need be, and is
// hashed to its end.
func (s *source) place(in io.Reader) (size int64, err error) {
	if s.file == nil {
		if err := s.spool(in); err != nil {
			return 0, fmt.Errorf("%s: cannot keep a copy of the workbook: %w", s.name, cause(err))
		}
	} else if _, err := io.Copy(io.Discard, in); err != nil {
		return 0, fmt.Errorf("%s: %w", s.name, cause(err))
	}
	if size, err = s.file.Seek(0, io.SeekEnd); err != nil {
		return 0, fmt.Errorf("%s: %w", s.name, cause(err))
	}
	return size, nil
}

// soleFile is the one file of a zip that is not a workbook; nil for a workbook or another program's
// document. A zip of several files is refused here: they are opened one by one.
func soleFile(name string, in io.ReaderAt, size int64) (*zip.File, error) {
	switch files := filesIn(in, size); len(files) {
	case 0:
		return nil, nil
	case 1:
		return files[0], nil
	default:
		return nil, fmt.Errorf("%s: this is a zip of %d files: unpack it and audit the folder, or name one of them, such as %s/%s", name, len(files), name, files[0].Name)
	}
}

// spool copies the rest of the file into one that only its owner can read and that is gone when
// the process ends, where the system allows it, or at Close.
func (s *source) spool(in io.Reader) error {
	dir, err := os.MkdirTemp("", ".claimaudit-private-*") // mode 0700; swept under this name where a run is killed
	if err != nil {
		return err
	}
	before := s.close
	s.close = func() error { return errors.Join(before(), os.RemoveAll(dir)) }
	f, err := os.OpenFile(filepath.Join(dir, "workbook"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	s.file = f
	s.close = func() error { return errors.Join(f.Close(), os.RemoveAll(dir), before()) }
	_ = os.RemoveAll(dir) // fails where an open file cannot be removed; Close does it then
	_, err = io.Copy(f, in)
	return err
}

// mostUnpacked is how much may be unpacked, most unless the options say otherwise.
func (o Options) mostUnpacked(most int64) int64 {
	if o.MaxUnpacked > 0 {
		return o.MaxUnpacked
	}
	return most
}

// cause is the system's reason without the path, which the caller names.
func cause(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// meter counts and hashes what is read through it.
type meter struct {
	r   io.Reader
	sum hash.Hash
	n   int64
}

func newMeter(r io.Reader) *meter { return &meter{r: r, sum: sha256.New()} }

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.sum.Write(p[:n])
	m.n += int64(n)
	return n, err
}

func (m *meter) hex() string { return hex.EncodeToString(m.sum.Sum(nil)) }

// The most that packed data may grow to, and by how much. Exports shrink to a tenth or a fiftieth;
// what grows 400 times was made to fill a disk.
const (
	maxUnpacked = 64 << 30
	maxPart     = 4 << 30
	maxRatio    = 400
	freeRatio   = 32 << 20 // up to here any ratio is fine
)

// limited stops at packed data that grows without end.
type limited struct {
	r      io.Reader
	form   string // "gzip" or "zip"
	packed *int64
	n      int64
	most   int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	l.n += int64(n)
	switch {
	case l.n > l.most:
		return 0, fmt.Errorf("the file unpacks to more than %d MiB: unpack it and split it", l.most>>20)
	case l.n > freeRatio && l.n / *l.packed > maxRatio:
		return 0, fmt.Errorf("the file unpacks to more than %d times its size, as no export does: unpack it and look what it is", maxRatio)
	case err != nil && !errors.Is(err, io.EOF):
		return n, fmt.Errorf("the %s file is damaged or cut short: %w", l.form, err)
	}
	return n, err
}

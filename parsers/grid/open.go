package grid

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
)

// Open opens the file at path. What it is, is told from its bytes and never from its name.
func Open(path string, o Options) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%s: the file is empty (0 bytes): export it again", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, cause(err))
	}
	head := make([]byte, sniffSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, cause(err)), f.Close())
	}
	if bytes.HasPrefix(head[:n], []byte("PK\x03\x04")) {
		return openWorkbook(path, f)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, cause(err)), f.Close())
	}
	return openText(path, f, f.Close, o)
}

// FromReader reads a text export from a stream such as standard input.
func FromReader(name string, r io.Reader, o Options) (*File, error) {
	return openText(name, r, func() error { return nil }, o)
}

// cause is the system's reason without the path, which the caller names.
func cause(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

const sniffSize = 4096

// openText opens delimited text, packed by gzip or not.
func openText(name string, r io.Reader, closer func() error, o Options) (*File, error) {
	sum := sha256.New()
	in := bufio.NewReaderSize(io.TeeReader(r, sum), 1<<20)
	f := &File{Name: name, Format: "csv", close: closer, sha: func() string { return sumText(sum) }}
	head, _ := in.Peek(sniffSize)
	var body io.Reader = in
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("%s: the gzip file is damaged: %w", name, err), closer())
		}
		packed := bufio.NewReaderSize(newLimited(unpacked, name, o), 1<<20)
		head, _ = packed.Peek(sniffSize)
		body = packed
	}
	if len(head) == 0 {
		return nil, errors.Join(fmt.Errorf("%s: the file is empty (0 bytes): export it again", name), closer())
	}
	if what := notText(head); what != "" {
		return nil, errors.Join(fmt.Errorf("%s: this is %s: save it as .xlsx or .csv and try again", name, what), closer())
	}
	t, err := newText(f, head, body)
	if err != nil {
		return nil, errors.Join(err, closer())
	}
	f.Sheets = []*Sheet{{blocks: t.blocks}}
	return f, nil
}

func sumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// maxUnpacked is the most a packed file may unpack to, unless an option says otherwise.
const maxUnpacked = 64 << 30

// limited stops at a file that unpacks without end.
type limited struct {
	r          io.Reader
	name       string
	left, most int64
}

func newLimited(r io.Reader, name string, o Options) *limited {
	most := o.MaxUnpacked
	if most == 0 {
		most = maxUnpacked
	}
	return &limited{r: r, name: name, left: most, most: most}
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, fmt.Errorf("%s: unpacks to more than %d MiB: unpack it and split it", l.name, l.most>>20)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("the gzip file is damaged or cut short: %w", err)
	}
	return n, err
}

// notText says what a file is that is neither a workbook we read nor text; "" for text.
func notText(head []byte) string {
	lower := strings.ToLower(string(head[:min(len(head), 512)]))
	lower = strings.TrimLeft(strings.TrimPrefix(lower, "\ufeff"), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return oldOffice(head)
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "a PDF"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "a zip file or workbook, which cannot be read from a stream"
	case strings.HasPrefix(lower, "<?xml") && strings.Contains(lower, "urn:schemas-microsoft-com:office:spreadsheet"):
		return "an XML spreadsheet of Excel 2003"
	case strings.HasPrefix(lower, "<?xml"):
		return "XML"
	case strings.HasPrefix(lower, "<html"), strings.HasPrefix(lower, "<!doctype html"), strings.HasPrefix(lower, "<table"):
		return "a web page (HTML), whatever its name says"
	}
	return ""
}

// oldOffice tells the two files with the old Office signature apart.
func oldOffice(head []byte) string {
	if bytes.Contains(head, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e")) {
		return "a workbook protected with a password"
	}
	return "an old .xls workbook, or one protected with a password"
}

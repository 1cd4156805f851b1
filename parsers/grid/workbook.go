package grid

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
)

// The most that parts of a workbook other than sheets may be: the shared strings, which are kept in memory,
// and those that only say where things are.
const (
	maxTexts = 1 << 30
	maxIndex = 16 << 20
)

// workbook is an open .xlsx file. Its parts are read by a scanner of our own: the libraries hand
// out fewer rows and no error where a part is damaged.
type workbook struct {
	name  string
	parts map[string]*zip.File // by path in lower case
	most  int64                // bytes that a part may unpack to

	packed atomic.Int64 // bytes unpacked so far
	told   atomic.Int64 // those of them that blocks stand for

	textsPart string
	mutex     sync.Mutex
	texts     *texts // nil until the first sheet is read
}

func openWorkbook(name string, r io.ReaderAt, size, most int64) (*File, error) {
	w := &workbook{name: name, parts: map[string]*zip.File{}, most: most}
	z, err := zip.NewReader(r, size)
	switch {
	case err != nil && !beginsBook(r):
		return nil, &DamageError{File: name, What: "the zip file is damaged or cut short: copy it again from where it came", Err: err}
	case err != nil:
		return nil, w.damage("the workbook is damaged or cut short", err)
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(&packedReader{r, &w.packed}) })
	for _, part := range z.File {
		key := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(part.Name, `\`, "/"), "/"))
		if _, twice := w.parts[key]; twice {
			return nil, w.damage("the workbook holds a part twice", nil)
		}
		w.parts[key] = part
	}
	root, err := w.root()
	if err != nil {
		return nil, err
	}
	file := &File{Format: "xlsx"}
	return file, w.sheets(file, root)
}

// beginsBook tells by the name of the first part, which stands at the head of a zip, whether it is one of a workbook; what
// has no readable name is called one.
func beginsBook(r io.ReaderAt) bool {
	const nameAt, lengthAt = 30, 26
	head := make([]byte, nameAt+256)
	n, _ := r.ReadAt(head, 0)
	if n < nameAt {
		return true
	}
	name := string(head[nameAt:min(n, nameAt+int(binary.LittleEndian.Uint16(head[lengthAt:])))])
	return name == "" || slices.ContainsFunc(bookParts, func(part string) bool { return strings.HasPrefix(name, part) })
}

// bookParts are what the parts of documents in a zip are named after: of Office's, and of LibreOffice's.
var bookParts = []string{"[Content_Types].xml", "_rels/", "docProps/", "xl/", "mimetype"}

// packedReader counts what is unpacked.
type packedReader struct {
	r io.Reader
	n *atomic.Int64
}

func (p *packedReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	p.n.Add(int64(n))
	return n, err
}

// took is how many bytes were unpacked since it was last asked.
func (w *workbook) took() int64 {
	now := w.packed.Load()
	return now - w.told.Swap(now)
}

// otherZips are the zip files that are something else, by a part they hold.
var otherZips = []signature{
	{"xl/workbook.bin", "an .xlsb workbook", saveAs},
	{"content.xml", "an .ods spreadsheet", saveAs},
	{"word/document.xml", "a Word document", saveAs},
	{"ppt/presentation.xml", "a PowerPoint presentation", saveAs},
	{"index/document.iwa", "a Numbers spreadsheet", "export it as .xlsx or .csv and try again"},
}

// isOther tells whether a zipped file's name is of another program's document.
func isOther(name string) bool {
	return slices.ContainsFunc(otherZips, func(s signature) bool { return strings.EqualFold(s.magic, name) })
}

// root finds the part that lists the sheets, and refuses zip files that are something else.
func (w *workbook) root() (string, error) {
	for _, other := range otherZips {
		if _, ok := w.parts[other.magic]; ok {
			return "", other.refuse(w.name)
		}
	}
	root := "xl/workbook.xml"
	if _, ok := w.parts["_rels/.rels"]; ok {
		links, err := w.links("")
		if err != nil {
			return "", err
		}
		for _, link := range links {
			if link.is("officeDocument") {
				root = link.target
			}
		}
	}
	if _, ok := w.parts[strings.ToLower(root)]; !ok {
		return "", signature{what: "a zip file without a workbook or an export in it", advice: "look what it is"}.refuse(w.name)
	}
	return root, nil
}

// link is a relation of one part to another.
type link struct{ id, kind, target string }

func (l link) is(kind string) bool { return strings.HasSuffix(l.kind, "/"+kind) }

// links are the relations of a part; those of "" are of the whole file.
func (w *workbook) links(of string) (links []link, err error) {
	dir, base := path.Split(of)
	part := dir + "_rels/" + base + ".rels"
	err = w.document(part, "Relationships", func(x *xmlReader, name string) error {
		id, err1 := x.attrText("Id")
		kind, err2 := x.attrText("Type")
		target, err3 := x.attrText("Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(dir, target)
		}
		links = append(links, link{id, kind, strings.TrimPrefix(target, "/")})
		return errors.Join(err1, err2, err3, x.skip())
	})
	return links, err
}

// sheets finds the workbook's sheets in their order, and how it counts dates.
func (w *workbook) sheets(file *File, root string) error {
	links, err := w.links(root)
	if err != nil {
		return err
	}
	byID := map[string]link{}
	for _, l := range links {
		byID[l.id] = l
		if l.is("sharedStrings") {
			w.textsPart = l.target
		}
	}
	return w.document(root, "workbook", func(x *xmlReader, name string) error {
		switch name {
		case "workbookPr":
			file.Date1904 = x.isSet("date1904")
		case "sheets":
			return x.children(func(string) error {
				sheet, err := w.sheet(x, byID)
				if sheet != nil {
					file.Sheets = append(file.Sheets, sheet)
				}
				return errors.Join(err, x.skip())
			})
		}
		return x.skip()
	})
}

// sheet is the sheet that the element just opened names; nil for charts and dialogs, which have no
// cells.
func (w *workbook) sheet(x *xmlReader, links map[string]link) (*Sheet, error) {
	id, err1 := x.attrText("id")
	name, err2 := x.attrText("name")
	state := string(x.attr("state"))
	l, ok := links[id]
	switch {
	case err1 != nil || err2 != nil:
		return nil, errors.Join(err1, err2)
	case !ok:
		return nil, fmt.Errorf("sheet %s has no part", name)
	case !l.is("worksheet"):
		return nil, nil
	}
	s := &Sheet{Name: name, Hidden: state == "hidden" || state == "veryHidden"}
	s.blocks = func(ctx context.Context) iter.Seq2[*Block, error] {
		return func(yield func(*Block, error) bool) { finish(ctx, w.rows(ctx, s, l.target, yield), yield) }
	}
	return s, nil
}

// finish tells how the walk of a sheet ended.
func finish(ctx context.Context, err error, yield func(*Block, error) bool) {
	switch {
	case errors.Is(err, errStop):
	case ctx.Err() != nil:
		yield(nil, context.Cause(ctx))
	case err != nil:
		yield(nil, err)
	}
}

// rows walks a sheet's part and yields its rows in blocks.
func (w *workbook) rows(ctx context.Context, sheet *Sheet, part string, yield func(*Block, error) bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	texts, err := w.shared(ctx)
	if err != nil {
		return err
	}
	sheet.HiddenColumns, sheet.Merged = nil, nil
	s := &sheetReader{sheet: sheet, rowBuilder: rowBuilder{texts: texts, took: w.took, send: sender(yield)}}
	err = w.read(part, w.most, func(x *xmlReader) error {
		s.x = x
		return s.read(ctx)
	})
	if d, ok := errors.AsType[*DamageError](err); ok {
		d.Sheet, d.Row = sheet.Name, s.number
	}
	return err
}

// sender sends blocks until no more are wanted.
func sender(yield func(*Block, error) bool) func(*Block) error {
	return func(b *Block) error {
		if !yield(b, nil) {
			return errStop
		}
		return nil
	}
}

// shared are the shared strings, read when the first sheet needs them.
func (w *workbook) shared(ctx context.Context) (*texts, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.texts != nil {
		return w.texts, nil
	}
	read := &texts{}
	if w.textsPart != "" {
		err := w.read(w.textsPart, min(w.most, maxTexts), func(x *xmlReader) (err error) {
			read, err = readTexts(ctx, x)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	w.texts = read
	return read, nil
}

// document reads a part and hands the elements in its outermost one to see.
func (w *workbook) document(part, root string, see func(x *xmlReader, name string) error) error {
	return w.read(part, min(w.most, maxIndex), func(x *xmlReader) error {
		return x.document(root, func(name string) error { return see(x, name) })
	})
}

// read opens a part for understand, which must read it to its end: its bytes are checked against
// the zip's checksum there. What is wrong with the part is damage of the workbook.
func (w *workbook) read(part string, most int64, understand func(*xmlReader) error) error {
	f, ok := w.parts[strings.ToLower(part)]
	switch {
	case !ok:
		return w.damage("part "+part+" is missing", nil)
	case f.Flags&1 != 0:
		return fmt.Errorf("%s: this is protected with a password: take the password away and %s", w.name, saveAs)
	case f.UncompressedSize64 > uint64(most):
		return fmt.Errorf("%s: part %s unpacks to more than %d MiB: split the workbook, or save its sheets as .csv", w.name, part, most>>20)
	case f.UncompressedSize64 > freeRatio && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio:
		return fmt.Errorf("%s: part %s unpacks to more than %d times its size, as no export does: open it in a spreadsheet program and save it again", w.name, part, maxRatio)
	}
	r, err := f.Open()
	if err != nil {
		return w.damage("part "+part+" cannot be unpacked", err)
	}
	defer r.Close()
	var in io.Reader = r
	window := int(f.UncompressedSize64)
	if window > xmlWindow {
		a := newAhead(r)
		defer a.stop()
		in, window = a, xmlWindow
	}
	note := encoding{}
	in, wide := utf8Part(in, &note)
	x := newXML(in, window)
	x.wide = wide
	err = understand(x)
	switch {
	case err == nil && note.broken:
		return w.damage("part "+part+" holds broken characters", nil)
	case err == nil, errors.Is(err, errStop), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF):
		return w.damage("part "+part+" is damaged or cut short", err)
	}
	return w.damage("part "+part+": "+err.Error(), err)
}

// utf8Part is a part as UTF-8, in which all writers have it; the format knows UTF-16 too.
func utf8Part(r io.Reader, note *encoding) (in io.Reader, wide bool) {
	const least = 16 // so that what is read is not copied once more
	b := bufio.NewReaderSize(r, least)
	head, _ := b.Peek(2) // a fault comes again when the part is read
	switch string(head) {
	case "\xff\xfe", "<\x00":
		return &wideReader{r: b, order: binary.LittleEndian, note: note}, true
	case "\xfe\xff", "\x00<":
		return &wideReader{r: b, order: binary.BigEndian, note: note}, true
	}
	return b, false
}

func (w *workbook) damage(what string, err error) error {
	return &DamageError{File: w.name, What: what + ": open it in a spreadsheet program and save it again", Err: err}
}

// ahead reads on a goroutine of its own, so that unpacking a part and understanding it go on at
// the same time.
type ahead struct {
	r     io.Reader
	full  chan piece
	free  chan []byte
	done  chan struct{}
	group sync.WaitGroup
	now   piece
	rest  []byte // of now
}

type piece struct {
	data []byte
	err  error
}

func newAhead(r io.Reader) *ahead {
	const pieces, size = 3, 128 << 10
	a := &ahead{r: r, full: make(chan piece, pieces), free: make(chan []byte, pieces), done: make(chan struct{})}
	for range pieces {
		a.free <- make([]byte, size)
	}
	a.group.Go(a.run)
	return a
}

func (a *ahead) run() {
	for {
		var p piece
		select {
		case p.data = <-a.free:
		case <-a.done:
			return
		}
		n := 0
		for n < len(p.data) && p.err == nil {
			var more int
			more, p.err = a.r.Read(p.data[n:])
			n += more
		}
		p.data = p.data[:n]
		a.full <- p // there is room: no more pieces are about than it holds
		if p.err != nil {
			return
		}
	}
}

func (a *ahead) Read(to []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.data != nil {
			a.free <- a.now.data[:cap(a.now.data)]
		}
		a.now = <-a.full
		a.rest = a.now.data
	}
	n := copy(to, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// stop ends the reading; the goroutine is gone when it returns.
func (a *ahead) stop() {
	close(a.done)
	a.group.Wait()
}

package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// Rows are the rows of one table below its header in row 1.
type Rows struct {
	Sheet   string
	Count   int
	Columns []Column
	// Fill writes the i-th row's cells; it is called by several goroutines.
	Fill func(i int, r *Row)
}

// Write writes the workbook: what excelize holds, and the rows of the tables put into their
// sheets. The same workbook gives the same bytes, whatever order its parts were made in.
func Write(ctx context.Context, w io.Writer, f *excelize.File, tables []Rows) error {
	if err := mark(f); err != nil {
		return err
	}
	var made parts
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return &made })
	if _, err := f.WriteToBuffer(); err != nil {
		return err
	}
	made.sort()
	p := &packer{ctx: ctx, zip: zip.NewWriter(w), seal: newSeal(), shared: share(tables, textsIn(made.named(textsPart))), deflaters: sync.Pool{New: func() any { return newDeflater() }}}
	byPart := partsOf(f, tables)
	for _, part := range made {
		if err := p.part(part, byPart[part.name]); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return p.zip.Close()
}

// part is one file in the workbook.
type part struct {
	name string
	bytes.Buffer
}

// parts stands in for the zip writer of excelize and keeps what it is given.
type parts []*part

func (p *parts) Create(name string) (io.Writer, error) {
	*p = append(*p, &part{name: name})
	return (*p)[len(*p)-1], nil
}

func (p *parts) AddFS(fs.FS) error { return errors.ErrUnsupported }

func (p *parts) Close() error { return nil }

// named are the bytes of a part.
func (p *parts) named(name string) []byte {
	for _, part := range *p {
		if part.name == name {
			return part.Bytes()
		}
	}
	return nil
}

// sort puts the parts into a fixed order: the list of content types first, as readers expect it,
// and the part with the seal last, since it seals the others.
func (p *parts) sort() {
	place := map[string]int{contentTypes: -1, sealPart: 1}
	slices.SortFunc(*p, func(a, b *part) int {
		if c := place[a.name] - place[b.name]; c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
}

const (
	contentTypes = "[Content_Types].xml"
	sheetDataEnd = "</sheetData>"
)

// partsOf finds each table's sheet among the parts.
func partsOf(f *excelize.File, tables []Rows) map[string]*Rows {
	ids := map[string]int{}
	for id, name := range f.GetSheetMap() {
		ids[name] = id
	}
	byPart := map[string]*Rows{}
	for i := range tables {
		byPart[fmt.Sprintf("xl/worksheets/sheet%d.xml", ids[tables[i].Sheet])] = &tables[i]
	}
	return byPart
}

// packer writes parts into the zip file.
type packer struct {
	ctx       context.Context
	zip       *zip.Writer
	seal      *seal
	shared    *sharedTexts
	deflaters sync.Pool // big ones, of which each goroutine has one
}

// deflater lends a deflater that nobody uses; give it back with done.
func (p *packer) deflater() *flate.Writer {
	w, _ := p.deflaters.Get().(*flate.Writer) // nothing else is kept
	return w
}

func (p *packer) done(w *flate.Writer) { p.deflaters.Put(w) }

func (p *packer) part(part *part, rows *Rows) error {
	if err := context.Cause(p.ctx); err != nil {
		return err
	}
	switch {
	case part.name == contentTypes:
		return p.whole(part.name, sortTypes(part.Bytes()))
	case part.name == textsPart:
		return p.whole(part.name, p.shared.into(part.Bytes()))
	case part.name == sealPart:
		return p.whole(part.name, bytes.Replace(part.Bytes(), []byte(noSeal), []byte(p.seal.sum()), 1))
	case rows != nil && rows.Count > 0:
		return p.sheet(part, rows)
	}
	return p.whole(part.name, linkTexts(part.Bytes()))
}

// link is a link as excelize writes it, without the text it shows, which programs that do not calculate want.
var link = regexp.MustCompile(`(<c [^>]*>)(<f>HYPERLINK\([^<]*,&#34;([^<&]*)&#34;\)</f>)(?:<v>[^<]*</v>)?</c>`)

// linkTexts gives the links of a page the texts they show.
func linkTexts(xml []byte) []byte { return link.ReplaceAll(xml, []byte("${1}${2}<v>${3}</v></c>")) }

var typeEntry = regexp.MustCompile(`<(Default|Override)[^>]*?(/>|></(Default|Override)>)`)

// sortTypes puts the content types in order: with charts, excelize lists them in another one each
// time.
func sortTypes(xml []byte) []byte {
	found := typeEntry.FindAllIndex(xml, -1)
	if len(found) == 0 {
		return xml
	}
	entries := make([]string, len(found))
	for i, at := range found {
		entries[i] = string(xml[at[0]:at[1]])
	}
	slices.Sort(entries)
	sorted := bytes.Clone(xml[:found[0][0]])
	sorted = append(sorted, strings.Join(entries, "")...)
	return append(sorted, xml[found[len(found)-1][1]:]...)
}

// whole writes a part that is at hand.
func (p *packer) whole(name string, data []byte) error {
	out, err := p.open(name)
	if err != nil {
		return err
	}
	return out.close(out.add(p.block(data)))
}

// sheet writes a sheet with the table's rows behind its header.
func (p *packer) sheet(part *part, rows *Rows) error {
	xml := part.Bytes()
	at := bytes.Index(xml, []byte(sheetDataEnd))
	if at < 0 {
		return errors.New("the sheet has no header row")
	}
	out, err := p.open(part.name)
	if err != nil {
		return err
	}
	if err := out.add(p.block(xml[:at])); err != nil {
		return err
	}
	if err := p.rows(out, rows); err != nil {
		return err
	}
	return out.close(out.add(p.block(xml[at:])))
}

// entry is a part being written: blocks that were deflated on their own, one behind the other.
type entry struct {
	head *zip.FileHeader
	w    io.Writer
	seal *seal
}

func (p *packer) open(name string) (*entry, error) {
	// The sizes follow the data, which is when they are known.
	head := &zip.FileHeader{Name: name, Method: zip.Deflate, Flags: 0x8}
	head.ModifiedDate = firstDay //nolint:staticcheck // read by CreateRaw
	w, err := p.zip.CreateRaw(head)
	return &entry{head, w, p.seal}, err
}

// firstDay is 1 January 1980, the first day a zip file can name; every part bears it, so that the
// bytes do not depend on the clock.
const firstDay = 1<<5 | 1

// block is a run of a part's bytes, plain and deflated.
type block struct{ plain, packed []byte }

func (p *packer) block(data []byte) block {
	w := p.deflater()
	defer p.done(w)
	return block{data, deflate(w, data, nil)}
}

func (e *entry) add(b block) error {
	e.head.CRC32 = crc32.Update(e.head.CRC32, crc32.IEEETable, b.plain)
	e.head.UncompressedSize64 += uint64(len(b.plain))
	return e.write(b.packed)
}

func (e *entry) write(packed []byte) error {
	e.head.CompressedSize64 += uint64(len(packed))
	_, err := e.w.Write(packed)
	return err
}

// lastBlock is the empty block a deflate stream ends with.
var lastBlock = []byte{0x01, 0x00, 0x00, 0xff, 0xff}

func (e *entry) close(err error) error {
	if err != nil {
		return err
	}
	if err := e.write(lastBlock); err != nil {
		return err
	}
	// The directory of the file takes these where they are large enough.
	const most = 1<<32 - 1
	e.head.CompressedSize = uint32(min(e.head.CompressedSize64, most))     //nolint:staticcheck // read by CreateRaw
	e.head.UncompressedSize = uint32(min(e.head.UncompressedSize64, most)) //nolint:staticcheck // read by CreateRaw
	e.seal.add(e.head)
	return nil
}

func newDeflater() *flate.Writer {
	w, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return w
}

// deflate packs data behind out, as blocks that end on a whole byte, so that more can follow.
func deflate(w *flate.Writer, data, out []byte) []byte {
	packed := bytes.NewBuffer(out)
	w.Reset(packed)
	// Writing to memory cannot fail.
	_, _ = w.Write(data)
	_ = w.Flush()
	return packed.Bytes()
}

// blockRows is how many rows are made and deflated at a time. It is fixed, so that the bytes do
// not depend on how many goroutines there are.
const blockRows = 128

// rows makes the table's rows on all cores and writes them in order.
func (p *packer) rows(out *entry, rows *Rows) error {
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	var used sync.Pool // blocks to fill again
	for made := range p.produce(ctx, rows, &used) {
		b := <-made
		if err := out.add(*b); err != nil {
			return err
		}
		used.Put(b)
	}
	return context.Cause(p.ctx)
}

// waiting is how many blocks a worker can be ahead of the one that is written: with fewer it stands still now and then.
const waiting = 4

// job makes one block with a worker's own tools.
type job func(*Row, *flate.Writer)

// produce hands out a channel for each block, in order; few blocks wait to be taken.
func (p *packer) produce(ctx context.Context, rows *Rows, used *sync.Pool) <-chan chan *block {
	workers := min(runtime.GOMAXPROCS(0), (rows.Count+blockRows-1)/blockRows)
	order := make(chan chan *block, waiting*workers)
	jobs := make(chan job)
	for range workers {
		go p.work(rows.Columns, jobs)
	}
	go func() {
		defer close(order)
		defer close(jobs)
		for from := 0; from < rows.Count; from += blockRows {
			made := make(chan *block, 1)
			select {
			case order <- made:
			case <-ctx.Done():
				return
			}
			jobs <- func(r *Row, w *flate.Writer) {
				b, _ := used.Get().(*block)
				if b == nil {
					b = &block{}
				}
				rows.block(from, r, w, b)
				made <- b
			}
		}
	}()
	return order
}

func (p *packer) work(columns []Column, jobs <-chan job) {
	r, w := newRow(columns), p.deflater()
	r.shared = p.shared
	defer p.done(w)
	for job := range jobs {
		job(r, w)
	}
}

// block makes the rows from from on into b.
func (t *Rows) block(from int, r *Row, w *flate.Writer, b *block) {
	r.buf = b.plain[:0]
	for i := from; i < min(from+blockRows, t.Count); i++ {
		r.begin(i + 2)
		t.Fill(i, r)
		r.end()
	}
	b.plain, b.packed = r.buf, deflate(w, r.buf, b.packed[:0])
	r.buf = nil
}

// Package hold keeps lines and findings between parsing, judging and writing: packed to some 50 bytes a
// line, parted by patient, and beyond the memory allowed in private temporary files.
//
// Lines go in through the Collectors of a Body and come out patient by patient (Body.Patients); findings
// go onto a Shelf and come out in order (Gather); corrected lines go into a Ledger (GatherLines).
package hold

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"claimaudit/audit/claim"
)

// NumParts is how many parts a body is cut into by patient. Everything a rule needs is within one
// patient, so parts are judged apart, and only those being judged need to be in memory whole.
const NumParts = 64

// Body is all the claim lines of a run, packed and parted by patient. Fill it through Collectors,
// let them be judged part by part, and Close it.
type Body struct {
	seed  maphash.Seed
	parts [NumParts]part

	budget int64 // bytes of packed lines to hold before parts go to files; as many of what is found
	held   atomic.Int64
	kept   atomic.Int64 // bytes in full boxes
	spill  sync.Mutex   // held while parts are written out
	dir    string       // private folder of all files; "" while all is in memory
	extra  []*os.File   // files of stores

	mu     sync.Mutex
	words  []*words // of each collector
	unread []claim.Unread
	firsts map[int32]first
}

// first is a source's earliest date of service, with ambiguous dates read month first and day
// first: which of them holds is known only when the source has been read to its end.
type first struct{ monthFirst, dayFirst claim.Date }

func (f first) earlier(g first) first {
	switch (first{}) {
	case f:
		return g
	case g:
		return f
	}
	return first{min(f.monthFirst, g.monthFirst), min(f.dayFirst, g.dayFirst)}
}

// part is the packed lines of some patients: what is in memory and, before it, what was written
// to its file.
type part struct {
	mu     sync.Mutex
	chunks []chunk
	file   *os.File
	stored []stored
}

// chunk is a run of records packed by one collector.
type chunk struct {
	collector int
	data      []byte
}

// stored is a chunk in the part's file.
type stored struct {
	collector int
	size      int
}

// NewBody makes a body that holds about memory bytes of packed lines and puts the rest into
// private temporary files; 0 holds everything.
func NewBody(memory int64) *Body {
	return &Body{seed: maphash.MakeSeed(), budget: memory, firsts: map[int32]first{}}
}

// chunkSize is how much a collector packs for a part before it hands it over.
const chunkSize = 8 << 10

// Collector takes lines from one reader; each goroutine needs its own. It satisfies what parsers
// hand lines to.
type Collector struct {
	body   *Body
	id     int
	packer packer
	local  [NumParts][]byte // records for each part, each behind its length
	unread []claim.Unread
	firsts map[int32]first
	err    error
}

// Collector makes a new collector for the body.
func (b *Body) Collector() *Collector {
	c := &Collector{body: b, packer: packer{words: newWords()}, firsts: map[int32]first{}}
	b.mu.Lock()
	defer b.mu.Unlock()
	c.id = len(b.words)
	b.words = append(b.words, c.packer.words)
	return c
}

// Line packs a line; it keeps nothing of l.
func (c *Collector) Line(l *claim.Line) {
	i := c.partOf(l)
	c.packer.pack(l)
	c.local[i] = binary.AppendUvarint(c.local[i], uint64(len(c.packer.buf)))
	c.local[i] = append(c.local[i], c.packer.buf...)
	if len(c.local[i]) >= chunkSize {
		c.hand(i)
	}
	if f := c.firsts[l.Pos.Input]; f == (first{}) || l.From < max(f.monthFirst, f.dayFirst) || l.Ambiguous != 0 {
		c.firsts[l.Pos.Input] = f.earlier(firstOf(l))
	}
}

func firstOf(l *claim.Line) first {
	f := first{l.From, l.From}
	if l.Ambiguous.Has(claim.FieldFrom) {
		f.dayFirst = l.From.SwapDayMonth()
	}
	return f
}

// partOf spreads patients over the parts, and lines without a patient by their row.
func (c *Collector) partOf(l *claim.Line) int {
	if l.Anonymous {
		return int(l.Pos.Row) % NumParts
	}
	return int(maphash.String(c.body.seed, l.Patient) % NumParts)
}

// Unread keeps a row that is not audited.
func (c *Collector) Unread(u claim.Unread) { c.unread = append(c.unread, u) }

// Close hands over what is left. It returns the first error met in writing parts to files.
func (c *Collector) Close() error {
	for i := range c.local {
		c.hand(i)
	}
	b := c.body
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unread = append(b.unread, c.unread...)
	for source, f := range c.firsts {
		b.firsts[source] = f.earlier(b.firsts[source])
	}
	return c.err
}

// hand moves a part's packed records to the body.
func (c *Collector) hand(i int) {
	if len(c.local[i]) == 0 {
		return
	}
	data := slices.Clone(c.local[i])
	c.local[i] = c.local[i][:0]
	part := &c.body.parts[i]
	part.mu.Lock()
	part.chunks = append(part.chunks, chunk{c.id, data})
	part.mu.Unlock()
	if held := c.body.held.Add(int64(len(data))); c.body.budget > 0 && held > c.body.budget {
		c.err = errors.Join(c.err, c.body.spillAll())
	}
}

// Since is the first date of service in all sources, once the collectors are closed.
func (b *Body) Since(sources []claim.Source) (since claim.Date) {
	for source, f := range b.firsts {
		d := f.monthFirst
		if sources[source].DayFirst.Has(claim.FieldFrom) {
			d = f.dayFirst
		}
		if since == 0 || d < since {
			since = d
		}
	}
	return since
}

// spillAll writes every part's chunks to its file, unless another collector has just done so.
func (b *Body) spillAll() error {
	b.spill.Lock()
	defer b.spill.Unlock()
	if b.held.Load() <= b.budget {
		return nil
	}
	if err := b.makeFolder(); err != nil {
		return err
	}
	for i := range b.parts {
		written, err := b.parts[i].spill(filepath.Join(b.dir, fmt.Sprintf("part-%02d", i)))
		b.held.Add(-written)
		if err != nil {
			return fmt.Errorf("write lines that do not fit in memory: %w", err)
		}
	}
	return nil
}

// makeFolder makes the private folder. The caller holds the spill lock.
func (b *Body) makeFolder() (err error) {
	if b.dir == "" {
		b.dir, err = os.MkdirTemp("", "claimaudit-")
	}
	if err != nil {
		return fmt.Errorf("make a private folder for what does not fit in memory: %w", err)
	}
	return nil
}

// full counts a full box and tells whether it has to go to a file.
func (b *Body) full(size int64) bool {
	return b.kept.Add(size) > b.budget && b.budget > 0
}

// tempFile makes a private file that is removed with the body.
func (b *Body) tempFile() (*os.File, error) {
	b.spill.Lock()
	defer b.spill.Unlock()
	if err := b.makeFolder(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(b.dir, fmt.Sprintf("found-%02d", len(b.extra))), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	b.extra = append(b.extra, f)
	return f, nil
}

func (p *part) spill(path string) (written int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == nil {
		if p.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return 0, err
		}
	}
	for _, c := range p.chunks {
		if _, err := p.file.Write(c.data); err != nil {
			return written, err
		}
		p.stored = append(p.stored, stored{c.collector, len(c.data)})
		written += int64(len(c.data))
	}
	p.chunks = nil
	return written, nil
}

// load takes the part's chunks out of the body, from its file and from memory.
func (p *part) load() ([]chunk, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	chunks := p.chunks
	p.chunks = nil
	at := int64(0)
	for _, s := range p.stored {
		data := make([]byte, s.size)
		if _, err := p.file.ReadAt(data, at); err != nil {
			return nil, fmt.Errorf("read back lines that did not fit in memory: %w", err)
		}
		at += int64(s.size)
		chunks = append(chunks, chunk{s.collector, data})
	}
	return chunks, nil
}

// Unread are the rows that are not audited, in no order, once the collectors are closed.
func (b *Body) Unread() []claim.Unread { return b.unread }

// Close removes the body's files. What was packed cannot be read any more.
func (b *Body) Close() error {
	var errs []error
	for _, f := range b.extra {
		errs = append(errs, f.Close())
	}
	b.extra = nil
	for i := range b.parts {
		if f := b.parts[i].file; f != nil {
			errs = append(errs, f.Close())
			b.parts[i].file = nil
		}
	}
	if b.dir != "" {
		errs = append(errs, os.RemoveAll(b.dir))
		b.dir = ""
	}
	return errors.Join(errs...)
}

package hold

import (
	"encoding/binary"
	"errors"
	"hash/maphash"
	"slices"

	"claimaudit/audit/claim"
)

// chunkSize is how much a collector packs for a part before it hands it over.
const chunkSize = 8 << 10

// unreadChunk is how many rows that are not audited a collector keeps before it hands them over.
const unreadChunk = 128

// Collector takes lines from one reader; each goroutine needs its own. It satisfies what parsers
// hand lines to.
type Collector struct {
	body      *Body
	id        int
	packer    packer
	local     [NumParts][]byte // records for each part, each behind its length
	unread    []claim.Unread
	calendars map[int32]*calendar // of each source
	source    int32               // of the line before
	calendar  *calendar
	asRead    []claim.Source // see Record
	census    Census
	err       error
}

// Census is shown every line as it is collected, and tells whether the line's patient is to be surveyed for it.
type Census interface{ Line(*claim.Line) bool }

// Collector makes a new collector for the body.
func (b *Body) Collector() *Collector { return b.CollectorFor(nil) }

// CollectorFor makes a new collector that shows its lines to a census, unless it is nil.
func (b *Body) CollectorFor(census Census) *Collector {
	c := &Collector{body: b, packer: packer{words: newWords()}, calendars: map[int32]*calendar{}, census: census}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.censuses = append(b.censuses, census)
	c.id = len(b.words)
	b.words = append(b.words, c.packer.words)
	return c
}

// Line packs a line; it keeps nothing of l.
func (c *Collector) Line(l *claim.Line) {
	flags := uint64(0)
	if c.census != nil && c.census.Line(l) {
		flags = flagSurvey
	}
	c.packer.packAs(l, flags)
	c.put(c.partOf(l))
	if c.calendar == nil || l.Pos.Input != c.source {
		c.turnTo(l.Pos.Input)
	}
	c.calendar.see(l)
}

// Censuses are those of all collectors, nil for each without one.
func (b *Body) Censuses() []Census { return b.censuses }

// turnTo makes the calendar of a source the one that lines are counted in.
func (c *Collector) turnTo(source int32) {
	c.source, c.calendar = source, c.calendars[source]
	if c.calendar == nil {
		c.calendar = newCalendar()
		c.calendars[source] = c.calendar
	}
}

// put adds the record just packed to a part.
func (c *Collector) put(i int) {
	size := len(c.packer.buf)
	if len(c.local[i])+binary.MaxVarintLen64+size > cap(c.local[i]) {
		c.hand(i, c.local[i])
		c.local[i] = make([]byte, 0, max(chunkSize, binary.MaxVarintLen64+size))
	}
	c.local[i] = append(binary.AppendUvarint(c.local[i], uint64(size)), c.packer.buf...)
}

// partOf spreads patients over the parts, and lines without a patient by their claim, or without one by
// their row.
func (c *Collector) partOf(l *claim.Line) int {
	if l.Anonymous {
		if h := claimHash(l); h != 0 {
			return int(h >> 8 % NumParts)
		}
		return int(l.Pos.Row) % NumParts
	}
	return int(maphash.String(c.body.seed, l.Patient) % NumParts)
}

// Unread keeps a row that is not audited, and apart from it, with the lines of the patient, whose it
// was.
func (c *Collector) Unread(u claim.Unread) {
	for i := range u.Whose {
		c.lose(u.Pos, &u.Whose[i])
	}
	u.Whose = nil
	if c.unread = append(c.unread, u); len(c.unread) == unreadChunk {
		c.handUnread()
	}
}

// handUnread moves the rows that are not audited to the body.
func (c *Collector) handUnread() {
	c.err = errors.Join(c.err, c.body.keepUnread(c.unread))
	c.unread = c.unread[:0]
}

// Close hands over what is left. It returns the first error met in writing parts to files.
func (c *Collector) Close() error {
	for i := range c.local {
		c.hand(i, slices.Clone(c.local[i])) // few are full
	}
	c.handUnread()
	b := c.body
	b.mu.Lock()
	defer b.mu.Unlock()
	for source, mine := range c.calendars {
		if b.calendars[source] == nil {
			b.calendars[source] = newCalendar()
		}
		b.calendars[source].take(mine)
	}
	return c.err
}

// hand moves a part's packed records to the body.
func (c *Collector) hand(i int, data []byte) {
	if len(data) == 0 {
		return
	}
	part := &c.body.parts[i]
	part.mu.Lock()
	part.chunks = append(part.chunks, chunk{c.id, data})
	part.mu.Unlock()
	if held := c.body.held.Add(int64(len(data))); c.body.budget > 0 && held > c.body.budget {
		c.err = errors.Join(c.err, c.body.spillAll())
	}
}

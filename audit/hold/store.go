package hold

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync/atomic"
)

// store keeps records, each behind its length, in boxes. What is beyond the memory the body may fill goes to a private file,
// box by box. One goroutine fills it; afterwards any number may read.
type store struct {
	body  *Body
	boxes []box
	file  *os.File
	size  int64 // of the file
}

// box is a run of records: in memory, or in the file when data is nil.
type box struct {
	data []byte
	at   int64 // in the file
	size int   // of what is there
}

// boxSize is how much goes into a box before the next is begun; a larger record has one of its own.
const (
	boxBits = 18
	boxSize = 1 << boxBits
)

// place is where a record is: on which shelf, in which box, and where in that.
type place uint64

const shelfBits = 16

func placeOf(box, at int) place { return place(box)<<boxBits | place(at) }

func (p place) shelf() int          { return int(p >> (64 - shelfBits)) }
func (p place) onShelf(n int) place { return p | place(n)<<(64-shelfBits) }
func (p place) box() int            { return int(p << shelfBits >> (shelfBits + boxBits)) }
func (p place) at() int             { return int(p & (boxSize - 1)) }

// put keeps a copy of the record.
func (s *store) put(record []byte) (place, error) {
	size := len(record) + binary.MaxVarintLen32
	if n := len(s.boxes); n == 0 || len(s.boxes[n-1].data)+size > boxSize {
		if err := s.next(max(boxSize, size)); err != nil {
			return 0, err
		}
	}
	last := len(s.boxes) - 1
	b := &s.boxes[last]
	p := placeOf(last, len(b.data))
	b.data = append(binary.AppendUvarint(b.data, uint64(len(record))), record...)
	return p, nil
}

// next begins a box. When the memory of the run is used up, the box before goes to the file first.
func (s *store) next(size int) error {
	if n := len(s.boxes); n > 0 && s.body.full(int64(len(s.boxes[n-1].data))) {
		if err := s.putAway(&s.boxes[n-1]); err != nil {
			return noRoom(err)
		}
	}
	s.boxes = append(s.boxes, box{data: make([]byte, 0, size)})
	return nil
}

func (s *store) putAway(b *box) (err error) {
	if s.file == nil {
		if s.file, err = s.body.tempFile(); err != nil {
			return err
		}
	}
	if _, err := s.file.WriteAt(b.data, s.size); err != nil {
		return err
	}
	b.at, b.size = s.size, len(b.data)
	s.size += int64(len(b.data))
	s.body.kept.Add(-int64(len(b.data)))
	b.data = nil
	return nil
}

// firstRead is how much of a record is read back at first; few are longer.
const firstRead = 512

// record is what was put at the place. It must not be changed.
func (s *store) record(p place) ([]byte, error) {
	b := &s.boxes[p.box()]
	if b.data != nil {
		size, n := binary.Uvarint(b.data[p.at():])
		begin := p.at() + n
		return b.data[begin : begin+int(size)], nil
	}
	data := make([]byte, min(firstRead, b.size-p.at()))
	at := b.at + int64(p.at())
	if _, err := s.file.ReadAt(data, at); err != nil {
		return nil, readBack(err)
	}
	size, n := binary.Uvarint(data)
	if end := n + int(size); end <= len(data) {
		return data[n:end], nil
	}
	data = make([]byte, size)
	if _, err := s.file.ReadAt(data, at+int64(n)); err != nil {
		return nil, readBack(err)
	}
	return data, nil
}

func readBack(err error) error { return fmt.Errorf("read back what did not fit in memory: %w", err) }

// trouble keeps the first error of readers that have no other way to tell of one.
type trouble struct{ first atomic.Pointer[error] }

func (t *trouble) note(err error) { t.first.CompareAndSwap(nil, &err) }

func (t *trouble) err() error {
	if err := t.first.Load(); err != nil {
		return *err
	}
	return nil
}

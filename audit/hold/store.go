package hold

import (
	"fmt"
	"os"
	"sync/atomic"

	"claimaudit/audit"
)

// store keeps records in boxes. What is beyond the memory the body may fill goes to a private file,
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
	at   int64
}

// boxSize is how much goes into a box before the next is begun.
const boxSize = 256 << 10

// put keeps a copy of the record.
func (s *store) put(record []byte) (audit.Place, error) {
	if n := len(s.boxes); n == 0 || len(s.boxes[n-1].data)+len(record) > boxSize {
		if err := s.next(max(boxSize, len(record))); err != nil {
			return audit.Place{}, err
		}
	}
	last := len(s.boxes) - 1
	b := &s.boxes[last]
	p := audit.Place{Box: int32(last), At: int32(len(b.data)), Size: int32(len(record))}
	b.data = append(b.data, record...)
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
	b.at = s.size
	s.size += int64(len(b.data))
	s.body.kept.Add(-int64(len(b.data)))
	b.data = nil
	return nil
}

// record is what was put at the place. It must not be changed.
func (s *store) record(p audit.Place) ([]byte, error) {
	b := &s.boxes[p.Box]
	if b.data != nil {
		return b.data[p.At : p.At+p.Size], nil
	}
	data := make([]byte, p.Size)
	if _, err := s.file.ReadAt(data, b.at+int64(p.At)); err != nil {
		return nil, fmt.Errorf("read back what did not fit in memory: %w", err)
	}
	return data, nil
}

// trouble keeps the first error of readers that have no other way to tell of one.
type trouble struct{ first atomic.Pointer[error] }

func (t *trouble) note(err error) { t.first.CompareAndSwap(nil, &err) }

func (t *trouble) err() error {
	if err := t.first.Load(); err != nil {
		return *err
	}
	return nil
}

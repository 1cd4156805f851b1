package hold

import (
	"fmt"
	"os"
	"slices"
	"sync"
)

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

// spill writes what is in memory to the part's file, which is made where there is none yet.
func (p *part) spill(private func() (*os.File, error)) (written int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.file == nil {
		if p.file, err = private(); err != nil {
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

// load takes the part's chunks out of the body, from its file and from memory, or leaves them there to be
// loaded again.
func (p *part) load(again bool) ([]chunk, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	chunks := slices.Clip(p.chunks)
	if !again {
		p.chunks = nil
	}
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

package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// progress shows on a terminal how far a run of over a second has come; elsewhere it is silent.
type progress struct {
	w     io.Writer // nil: silent
	start time.Time

	mu       sync.Mutex
	shown    time.Time
	bytes    int64
	rows     int
	stopped  bool
	anything bool
}

func newProgress(w io.Writer, quiet bool) *progress {
	p := &progress{start: time.Now()}
	if !quiet && isTerminal(w) {
		p.w = w
	}
	return p
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

// read tells of bytes and rows read since the last call.
func (p *progress) read(bytes int64, rows int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bytes += bytes
	p.rows += rows
	p.show(fmt.Sprintf("read %d MB, %d rows", p.bytes>>20, p.rows))
}

// judged tells how many of the parts are judged.
func (p *progress) judged(done, of, findings int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.show(fmt.Sprintf("judged %d of %d rows, %d findings", p.rows*done/max(of, 1), p.rows, findings))
}

func (p *progress) show(text string) {
	now := time.Now()
	if p.w == nil || p.stopped || now.Sub(p.start) < progressAfter || now.Sub(p.shown) < progressEvery {
		return
	}
	p.shown, p.anything = now, true
	fmt.Fprintf(p.w, "\r\x1b[K%s", text)
}

// stop clears the line.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.anything && !p.stopped {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	p.stopped = true
}

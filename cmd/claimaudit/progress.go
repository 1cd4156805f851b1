package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// progress shows on a terminal how far a run of over a second has come; elsewhere it is silent.
type progress struct {
	w     io.Writer // nil: silent
	start time.Time

	mu       sync.Mutex
	shown    time.Time
	total    int64 // bytes of all inputs, when they are known
	bytes    int64
	rows     int
	judging  time.Time // when the first part was judged
	stopped  bool
	anything bool

	told func(text string, part float64) // also told, in words and as a part of the whole; nil for nobody
}

func newProgress(w io.Writer, quiet bool) *progress {
	p := &progress{start: time.Now()}
	if !quiet && isTerminal(w) && !isDumb() {
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
	text := fmt.Sprintf("read %d MB, %d rows", p.bytes>>20, p.rows)
	if p.total > p.bytes {
		text += left(time.Since(p.start), float64(p.bytes)/float64(p.total))
	}
	p.show(text)
	if p.told != nil {
		p.told(text, readingPart*min(1, float64(p.bytes)/float64(max(p.total, p.bytes, 1))))
	}
}

// readingPart is how much of the time of an audit goes into reading, about.
const readingPart = 0.7

// expect adds an input's size to what is to be read.
func (p *progress) expect(path string) {
	if !strings.HasSuffix(path, ".gz") {
		p.total += sizeOf(path)
	}
}

// judged tells how many of the parts are judged.
func (p *progress) judged(done, of, findings int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.judging.IsZero() {
		p.judging = time.Now()
	}
	part := float64(done) / float64(of)
	text := fmt.Sprintf("judged %.0f %% of %d rows, %d findings", 100*part, p.rows, findings) + left(time.Since(p.judging), part)
	p.show(text)
	if p.told != nil {
		p.told(text, readingPart+(1-readingPart)*part)
	}
}

// settled tells how many of the parts have their rows told from services, where nothing is judged.
func (p *progress) settled(done, of, _ int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told != nil {
		part := float64(done) / float64(of)
		p.told(fmt.Sprintf("read %d rows; copies and corrections told from charges: %.0f %%", p.rows, 100*part), readingPart+(1-readingPart)*part)
	}
}

// left tells the time a step needs yet, going by the part of it that is done.
func left(spent time.Duration, part float64) string {
	if part <= 0 || part >= 1 {
		return ""
	}
	return fmt.Sprintf(", %v left", time.Duration(float64(spent)*(1-part)/part).Round(time.Second))
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

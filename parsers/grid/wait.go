package grid

import (
	"errors"
	"io"
	"os"
)

// errGivenUp is a wait for bytes that did not come before Options.Done was closed.
var errGivenUp = errors.New("interrupted while waiting for the file")

// waiting is a stream whose reading ends when done is closed, though a read of it may wait for ever: the
// one that waits then is left behind.
type waiting struct {
	r    io.Reader
	done <-chan struct{}
	buf  []byte
}

type readResult struct {
	n   int
	err error
}

func (w *waiting) Read(p []byte) (int, error) {
	if w.buf == nil {
		w.buf = make([]byte, sniffSize)
	}
	r, buf := w.r, w.buf[:min(len(p), len(w.buf))] // the one left behind keeps these
	got := make(chan readResult, 1)
	go func() {
		n, err := r.Read(buf)
		got <- readResult{n, err}
	}()
	select {
	case read := <-got:
		return copy(p, buf[:read.n]), read.err
	case <-w.done:
		w.r = closedReader{} // the buffer is no longer ours
		w.buf = nil
		return 0, errGivenUp
	}
}

type closedReader struct{}

func (closedReader) Read([]byte) (int, error) { return 0, errGivenUp }

// openWaiting opens what may be a pipe, to which nobody may ever write.
func openWaiting(path string, done <-chan struct{}) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil || done == nil || info.Mode().IsRegular() || info.IsDir() {
		return os.Open(path)
	}
	type opened struct {
		f   *os.File
		err error
	}
	got := make(chan opened, 1)
	go func() {
		f, err := os.Open(path)
		got <- opened{f, err}
	}()
	select {
	case o := <-got:
		return o.f, o.err
	case <-done:
		return nil, errGivenUp
	}
}

// Until reads r until done is closed, also where a read of it may wait for ever.
func Until(r io.Reader, done <-chan struct{}) io.Reader { return &waiting{r: r, done: done} }

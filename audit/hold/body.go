// Package hold keeps lines and findings between parsing, judging and writing: packed to some 50 bytes a
// line, parted by patient, and beyond the memory allowed in private temporary files.
//
// Lines go in through the Collectors of a Body and come out patient by patient (Body.Patients); findings
// go onto a Shelf and come out in order (Gather); corrected lines go into a Ledger (GatherLines), rows that are
// not audited into Leavings (GatherLeft).
package hold

import (
	"errors"
	"fmt"
	"hash/maphash"
	"os"
	"sync"
	"sync/atomic"

	"claimaudit/audit/claim"
	"claimaudit/audit/draft"
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
	kept   atomic.Int64   // bytes in full boxes
	spill  sync.Mutex     // held while parts are written out
	remove []func() error // the private files
	rooms  sync.Pool      // of *room

	mu        sync.Mutex
	words     []*words // of each collector
	censuses  []Census // of each collector
	unread    *Leavings
	lost      Lost
	calendars map[int32]*calendar // of each source
}

// NewBody makes a body that holds about memory bytes of packed lines and puts the rest into
// private temporary files; 0 holds everything.
func NewBody(memory int64) *Body {
	b := &Body{seed: maphash.MakeSeed(), budget: memory, calendars: map[int32]*calendar{}}
	b.unread = NewLeavings(b)
	return b
}

// spillAll writes every part's chunks to its file, unless another collector has just done so.
func (b *Body) spillAll() error {
	b.spill.Lock()
	defer b.spill.Unlock()
	if b.held.Load() <= b.budget {
		return nil
	}
	for i := range b.parts {
		written, err := b.parts[i].spill(b.private)
		b.held.Add(-written)
		if err != nil {
			return noRoom(err)
		}
	}
	return nil
}

// noRoom is why a private file cannot be written, and what to do about it.
func noRoom(err error) error {
	return fmt.Errorf("write what does not fit in memory to a private file in %s: make room there, name another folder in TMPDIR (on Windows TMP), or give --memory more: %w", os.TempDir(), err)
}

// private makes a private file that is gone with the body, or with the process. The caller holds the spill
// lock.
func (b *Body) private() (*os.File, error) {
	f, remove, err := draft.Private()
	if err == nil {
		b.remove = append(b.remove, remove)
	}
	return f, err
}

// full counts a full box and tells whether it has to go to a file.
func (b *Body) full(size int64) bool {
	return b.kept.Add(size) > b.budget && b.budget > 0
}

// tempFile makes a private file for a store.
func (b *Body) tempFile() (*os.File, error) {
	b.spill.Lock()
	defer b.spill.Unlock()
	return b.private()
}

// Unread are the rows that are not audited, once the collectors are closed.
func (b *Body) Unread() *Leavings { return b.unread }

// keepUnread takes up rows that are not audited.
func (b *Body) keepUnread(rows []claim.Unread) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range rows {
		if err := b.unread.Keep(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// Close removes the body's files. What was packed cannot be read any more.
func (b *Body) Close() error {
	var errs []error
	for _, remove := range b.remove {
		errs = append(errs, remove())
	}
	b.remove = nil
	return errors.Join(errs...)
}

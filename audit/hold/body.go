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
	"path/filepath"
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

	mu        sync.Mutex
	words     []*words // of each collector
	unread    *Leavings
	lost      lostClaims
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

package history

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/cespare/xxhash/v2"

	"claimaudit/audit"
)

// A finding may stand for many lines, all those of one value. With fewer lines in an export, or with a waiver for some
// of them, what was found of each stands for itself, and later perhaps is one again. That is nothing new: state and
// reviewer's word go over, and what has no place of its own any more is elsewhere.

// elsewhere is the state of a finding whose lines others stand for: it is in no count. Only the history knows it.
const elsewhere audit.State = 100

// elsewhere is how many findings that were open before this audit leaves to others.
func (n *Night) elsewhere() (count int) {
	for _, h := range n.past {
		if h.changed && h.state == elsewhere && h.before == audit.Open {
			count++
		}
	}
	return count
}

// floodOf is the finding of the history that stood for the finding's line and others; nil for none.
func (n *Night) floodOf(ctx context.Context, f Found) (*finding, error) {
	if !n.floods[f.Flood] || f.Count > 0 {
		return nil, nil
	}
	h := n.past[f.Flood]
	if h == nil {
		var err error
		if h, err = n.readFinding(ctx, f.Flood); h == nil || err != nil {
			return nil, err
		}
	}
	if h.members == nil {
		var err error
		if h.members, err = n.readMembers(ctx, f.Flood); err != nil {
			return nil, err
		}
	}
	if _, member := slices.BinarySearch(h.members, xxhash.Sum64String(f.Fingerprint)); !member {
		return nil, nil
	}
	return h, nil
}

// part gives a finding that stands for its own line what the history has of the one that stood for it and others.
func (n *Night) part(ctx context.Context, h *finding, f Found) error {
	flood, err := n.floodOf(ctx, f)
	if err != nil {
		return err
	}
	if flood != nil {
		flood.parted = true
	}
	if n.again != nil || h.state != audit.NoState && h.state != elsewhere {
		return nil
	}
	switch {
	case flood != nil:
		h.first = min(h.first, flood.first)
		if flood.says == floodSays(f.Finding) { // it was asked about as it is now
			h.says = saysOf(f.Finding)
		}
		if h.state = flood.was(); h.state == audit.Open {
			h.state = elsewhere
		}
	case h.state == elsewhere: // it was mended while the other stood for the rest
		h.state = audit.Fixed
	}
	if flood != nil && h.said == nil && flood.said != nil {
		n.carry(h, flood, f)
	}
	return nil
}

// was is the state before this audit.
func (f *finding) was() audit.State {
	if f.changed {
		return f.before
	}
	return f.state
}

// carry gives a finding the word that was said of another, which says the same of other lines too, or of fewer.
func (n *Night) carry(h, of *finding, f Found) {
	word := said{Disposition: of.said.Disposition, says: 1, own: ownOf(f.Line)} // of what it does not say
	if of.decided(of.says) || !of.said.settles() {
		word.says = saysOf(f.Finding)
	}
	h.said = &word
	n.carried = append(n.carried, h)
}

// join gives a finding that stands for many lines what the history has of those that stood for these, and leaves
// those to it. It is new where most of its lines are.
func (n *Night) join(ctx context.Context, h *finding, f Found) error {
	m, err := n.meetLines(ctx, h, f)
	if err != nil || n.again != nil {
		return err
	}
	switch {
	case h.state == audit.Open:
	case 2*m.open >= f.Count:
		h.state, h.first = elsewhere, min(h.first, cmp.Or(m.first, h.first))
	case h.state == elsewhere:
		h.state = audit.Fixed
	}
	if m.word == nil || h.said != nil && h.said.Disposition == m.word.said.Disposition {
		return nil
	}
	if ofAll := m.open == f.Count; ofAll || h.state != audit.NoState || !m.word.said.settles() {
		if n.carry(h, m.word, f); !ofAll && h.said.settles() {
			h.said.says = 1
		}
	}
	return nil
}

// members are what the history has of the lines that a finding stands for.
type members struct {
	open  int // how many it has, and they were not closed
	first int // the audit that made the first of them
	// word is one of them of which the same was said as of all others; nil where nothing was, or not the same.
	word *finding
}

// meetLines notes what was found of each line that a finding stands for, and leaves to it those that stood for themselves.
func (n *Night) meetLines(ctx context.Context, h *finding, f Found) (m members, err error) {
	h.lines = h.lines[:0]
	before := h.members
	if before == nil && h.state == elsewhere {
		if before, err = n.readMembers(ctx, h.fingerprint); err != nil {
			return m, err
		}
	}
	differ := false
	for line := range f.Lines {
		mark := xxhash.Sum64String(line.Fingerprint)
		h.lines = append(h.lines, mark)
		own := n.past[line.Fingerprint]
		if own == nil {
			if _, member := slices.BinarySearch(before, mark); member {
				m.open++
			}
			continue
		}
		if own.found = true; own.state != audit.Open && own.state != elsewhere {
			continue
		}
		m.open++
		if m.first == 0 || own.first < m.first {
			m.first = own.first
		}
		if own.state == elsewhere {
			continue
		}
		if own.said != nil {
			differ = differ || m.word != nil && !sameWord(m.word.said, own.said)
			m.word = own
		}
		if n.again == nil {
			n.turn(own, elsewhere, "")
		}
	}
	slices.Sort(h.lines)
	h.lines = slices.Compact(h.lines)
	if differ {
		m.word = nil
	}
	return m, nil
}

func sameWord(a, b *said) bool { return a.Value == b.Value && a.Note == b.Note }

// readFloods reads which findings of the history ever stood for many lines.
func (n *Night) readFloods(ctx context.Context) error {
	rows, err := n.tx.QueryContext(ctx, `SELECT fingerprint FROM claimaudit_floods`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var mark string
		if err := rows.Scan(&mark); err != nil {
			return err
		}
		n.floods[mark] = true
	}
	return rows.Err()
}

// readMembers are the lines, each as the hash of what was found of it, that a finding stood for when it last did.
func (n *Night) readMembers(ctx context.Context, fingerprint string) ([]uint64, error) {
	var packed []byte
	err := n.tx.QueryRowContext(ctx, n.store.dialect.query(`SELECT members FROM claimaudit_floods WHERE fingerprint = ?`), fingerprint).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	list := make([]uint64, 0, len(packed)/8)
	for ; len(packed) >= 8; packed = packed[8:] {
		list = append(list, binary.LittleEndian.Uint64(packed))
	}
	return list, err
}

// writeFloods keeps for which lines findings stand, and words that went over from one finding to another.
func (n *Night) writeFloods(ctx context.Context) error {
	for _, h := range n.past {
		if len(h.lines) == 0 {
			continue
		}
		packed := make([]byte, 0, 8*len(h.lines))
		for _, mark := range h.lines {
			packed = binary.LittleEndian.AppendUint64(packed, mark)
		}
		_, err := n.tx.ExecContext(ctx, n.store.dialect.query(`DELETE FROM claimaudit_floods WHERE fingerprint = ?`), h.fingerprint)
		if err == nil {
			_, err = n.tx.ExecContext(ctx, n.store.dialect.query(`INSERT INTO claimaudit_floods (fingerprint, members) VALUES (?, ?)`), h.fingerprint, packed)
		}
		if err != nil {
			return err
		}
	}
	for _, h := range n.carried {
		if err := n.writeCarried(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

func (n *Night) writeCarried(ctx context.Context, h *finding) error {
	var before int
	err := n.tx.QueryRowContext(ctx, n.store.dialect.query(`SELECT coalesce(max(number), 0) FROM claimaudit_dispositions WHERE fingerprint = ?`), h.fingerprint).Scan(&before)
	if err != nil {
		return err
	}
	return n.store.keepSaying(ctx, n.tx, before+1, Saying{
		Fingerprint: h.fingerprint, Workbook: carriedOver, Says: h.said.says, Disposition: h.said.Disposition, own: h.said.own,
	})
}

// carriedOver stands in the place of the workbook where a word was said of a finding for the same lines, or some.
const carriedOver = "the finding that stood for the line before"

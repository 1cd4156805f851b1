package history

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"claimaudit/audit"
)

// Saying is what a reviewer says of a finding, and where.
type Saying struct {
	Fingerprint string
	Workbook    string
	Says        uint64 // what the finding said to the reviewer, see SaysOf; 0 where that is not known
	audit.Disposition
	Now bool   // said this moment, and not read from a workbook: it counts though it was said before
	own uint64 // of which line it was, see ownOf
}

// Placed is what became of a saying.
type Placed struct {
	Known bool               // the history has the finding
	News  bool               // it was not said before
	Stale bool               // it was, and something else was said since, which counts
	Older bool               // what another workbook says is of a later day, and counts
	Other *audit.Disposition // what another workbook says of the finding; nil for nothing else
}

// Say keeps what reviewers say, all of it or nothing, and tells of each what became of it. What was said
// before is kept beside it; the last word counts, unless another workbook's is of a later day.
func (s *Store) Say(ctx context.Context, sayings []Saying, o Options) (placed []Placed, err error) {
	tx, err := s.begin(ctx, o)
	if err != nil {
		return nil, err
	}
	for _, say := range sayings {
		p, err := s.say(ctx, tx, say)
		if err != nil {
			return nil, errors.Join(s.failed(err), tx.Rollback())
		}
		placed = append(placed, p)
	}
	if err := tx.Commit(); err != nil {
		return nil, s.failed(err)
	}
	return placed, nil
}

func (s *Store) say(ctx context.Context, tx *sql.Tx, say Saying) (p Placed, err error) {
	var says, own int64
	err = tx.QueryRowContext(ctx, s.dialect.query(`SELECT says, own FROM claimaudit_findings WHERE fingerprint = ?`), say.Fingerprint).Scan(&says, &own)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Known = true
	if say.Says != 0 {
		says = int64(say.Says)
	}
	all, err := s.saidBefore(ctx, tx, say.Fingerprint)
	if err != nil {
		return p, err
	}
	before, err := s.ofLine(ctx, tx, all, uint64(own))
	if err != nil {
		return p, err
	}
	if n := len(before); n > 0 {
		last := before[n-1]
		if last.Disposition != say.Disposition && last.Workbook != say.Workbook && last.Workbook != carriedOver {
			p.Other = &last.Disposition
		}
		p.Older = p.Other != nil && !say.Now && say.Date < last.Date
		if last.Disposition != say.Disposition && say.Now {
			p.Other = nil
		} else if slices.ContainsFunc(before, func(b Saying) bool { return b.Disposition == say.Disposition }) {
			p.Stale = last.Disposition != say.Disposition
			return p, nil
		}
	}
	p.News = true
	say.Says, say.own = uint64(says), uint64(own)
	if err := s.keepSaying(ctx, tx, len(all)+1, say); err != nil || !p.Older {
		return p, err
	}
	return p, s.keepSaying(ctx, tx, len(all)+2, before[len(before)-1]) // the last word counts
}

// keepSaying keeps what was said of a finding, as the number it has among all that was.
func (s *Store) keepSaying(ctx context.Context, tx *sql.Tx, number int, say Saying) error {
	_, err := tx.ExecContext(ctx, s.dialect.query(`INSERT INTO claimaudit_dispositions (fingerprint, number, disposition, owner, note, reviewed, says, workbook, own)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`), say.Fingerprint, number, say.Value, say.Owner, say.Note, say.Date, int64(say.Says), say.Workbook, int64(say.own))
	return err
}

// ofLine are the sayings of a finding's own line, where others say the same of lines beside it.
func (s *Store) ofLine(ctx context.Context, tx *sql.Tx, all []Saying, own uint64) (list []Saying, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	var twins int
	err = tx.QueryRowContext(ctx, s.dialect.query(`SELECT count(*) FROM claimaudit_findings WHERE fingerprint = ?`), twinOf(all[0].Fingerprint)).Scan(&twins)
	if err != nil || twins == 0 {
		return all, err
	}
	for _, b := range all {
		if b.own == own || b.own == 0 {
			list = append(list, b)
		}
	}
	return list, nil
}

// saidBefore is all that was said of a finding, the last word last.
func (s *Store) saidBefore(ctx context.Context, tx *sql.Tx, fingerprint string) (list []Saying, err error) {
	rows, err := tx.QueryContext(ctx, s.dialect.query(`SELECT disposition, owner, note, reviewed, workbook, says, own FROM claimaudit_dispositions
		WHERE fingerprint = ? ORDER BY number`), fingerprint)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var b Saying
		var says, own int64
		if err := rows.Scan(&b.Value, &b.Owner, &b.Note, &b.Date, &b.Workbook, &says, &own); err != nil {
			return nil, err
		}
		b.Fingerprint, b.Says, b.own = fingerprint, uint64(says), uint64(own)
		list = append(list, b)
	}
	return list, rows.Err()
}

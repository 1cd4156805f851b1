package history

import (
	"context"
	"database/sql"
	"errors"

	"claimaudit/audit"
)

// Saying is what a reviewer says of a finding, and where.
type Saying struct {
	Fingerprint string
	Workbook    string
	audit.Disposition
}

// Placed is what became of a saying.
type Placed struct {
	Known bool               // the history has the finding
	News  bool               // it says something else than what was said last
	Other *audit.Disposition // what another workbook of the same call says of the finding; nil for nothing else
}

// Say keeps what reviewers say, all of it or nothing, and tells of each what became of it. What was said
// before is kept beside it; the last word counts.
func (s *Store) Say(ctx context.Context, sayings []Saying, o Options) (placed []Placed, err error) {
	tx, err := s.begin(ctx, o)
	if err != nil {
		return nil, err
	}
	fresh := map[string]Saying{}
	for _, say := range sayings {
		p, err := s.say(ctx, tx, say)
		if err != nil {
			return nil, errors.Join(s.failed(err), tx.Rollback())
		}
		if first, twice := fresh[say.Fingerprint]; twice && p.Known && first.Disposition != say.Disposition {
			p.Other = &first.Disposition
		} else if !twice {
			fresh[say.Fingerprint] = say
		}
		placed = append(placed, p)
	}
	if err := tx.Commit(); err != nil {
		return nil, s.failed(err)
	}
	return placed, nil
}

func (s *Store) say(ctx context.Context, tx *sql.Tx, say Saying) (p Placed, err error) {
	var says int64
	err = tx.QueryRowContext(ctx, s.dialect.query(`SELECT says FROM claimaudit_findings WHERE fingerprint = ?`), say.Fingerprint).Scan(&says)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Known = true
	var number int
	var last audit.Disposition
	err = tx.QueryRowContext(ctx, s.dialect.query(`SELECT number, disposition, owner, note, reviewed FROM claimaudit_dispositions
		WHERE fingerprint = ? ORDER BY number DESC LIMIT 1`), say.Fingerprint).Scan(&number, &last.Value, &last.Owner, &last.Note, &last.Date)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, err
	}
	if number > 0 && last == say.Disposition {
		return p, nil
	}
	p.News = true
	_, err = tx.ExecContext(ctx, s.dialect.query(`INSERT INTO claimaudit_dispositions (fingerprint, number, disposition, owner, note, reviewed, says, workbook)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`), say.Fingerprint, number+1, say.Value, say.Owner, say.Note, say.Date, says, say.Workbook)
	return p, err
}

package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// migrations bring the tables from one version to the next, the first from nothing. A version that was
// published is never changed: a new one is added behind it. BYTES stands for the type of bytes.
var migrations = [][]string{
	{
		`CREATE TABLE claimaudit_schema (version INTEGER NOT NULL)`,
		`INSERT INTO claimaudit_schema (version) VALUES (0)`,
		// A run is one audit. Its inputs and its knowledge are hashes; facts are what the second is of.
		`CREATE TABLE claimaudit_runs (
			run INTEGER PRIMARY KEY,
			as_of INTEGER NOT NULL,
			inputs TEXT NOT NULL,
			facts TEXT NOT NULL,
			lines BIGINT NOT NULL,
			counts TEXT NOT NULL,
			still_open BIGINT NOT NULL
		)`,
		// A finding has the number of the run that made it first, that made it last, and that gave it
		// its state; before is the state it had until then.
		`CREATE TABLE claimaudit_findings (
			fingerprint TEXT PRIMARY KEY,
			rule TEXT NOT NULL,
			patient TEXT NOT NULL,
			claim TEXT NOT NULL,
			day INTEGER NOT NULL,
			code TEXT NOT NULL,
			says BIGINT NOT NULL,
			encounters BYTES NOT NULL,
			first_run INTEGER NOT NULL,
			last_run INTEGER NOT NULL,
			state INTEGER NOT NULL,
			state_run INTEGER NOT NULL,
			before INTEGER NOT NULL,
			why TEXT NOT NULL
		)`,
		`CREATE INDEX claimaudit_findings_day ON claimaudit_findings (day)`,
		`CREATE TABLE claimaudit_dispositions (
			fingerprint TEXT NOT NULL,
			number INTEGER NOT NULL,
			disposition TEXT NOT NULL,
			owner TEXT NOT NULL,
			note TEXT NOT NULL,
			reviewed TEXT NOT NULL,
			says BIGINT NOT NULL,
			workbook TEXT NOT NULL,
			PRIMARY KEY (fingerprint, number)
		)`,
	},
	{
		// Of which line a finding was, among those of which the same is said; 0 where that is not known.
		`ALTER TABLE claimaudit_findings ADD COLUMN own BIGINT NOT NULL DEFAULT 0`,
		`ALTER TABLE claimaudit_dispositions ADD COLUMN own BIGINT NOT NULL DEFAULT 0`,
	},
	{
		// Of a finding that stood for many lines, hashes of what was found of each.
		`CREATE TABLE claimaudit_floods (
			fingerprint TEXT PRIMARY KEY,
			members BYTES NOT NULL
		)`,
	},
}

// migrate brings the tables to the version of this program. A history of a newer program is an error.
func (s *Store) migrate(ctx context.Context, tx *sql.Tx) error {
	version, err := s.version(ctx, tx)
	if err != nil {
		return err
	}
	if version == 0 && s.dialect.foreign != "" {
		var others int
		if err := tx.QueryRowContext(ctx, s.dialect.foreign).Scan(&others); err != nil || others > 0 {
			return errors.Join(err, errors.New("it is a database of another program: name another file"))
		}
	}
	if version > len(migrations) {
		return fmt.Errorf("it was written by a newer claimaudit (version %d of its tables, and this program knows %d): use that program", version, len(migrations))
	}
	for ; version < len(migrations); version++ {
		for _, statement := range migrations[version] {
			if _, err := tx.ExecContext(ctx, s.dialect.words.Replace(statement)); err != nil {
				return fmt.Errorf("bring its tables to version %d: %w", version+1, err)
			}
		}
		if _, err := tx.ExecContext(ctx, s.dialect.query(`UPDATE claimaudit_schema SET version = ?`), version+1); err != nil {
			return err
		}
	}
	return nil
}

// version is that of the tables; 0 where there are none.
func (s *Store) version(ctx context.Context, tx *sql.Tx) (version int, err error) {
	var tables int
	if err := tx.QueryRowContext(ctx, s.dialect.tables).Scan(&tables); err != nil {
		return 0, err
	}
	if tables == 0 {
		return 0, nil
	}
	err = tx.QueryRowContext(ctx, `SELECT version FROM claimaudit_schema`).Scan(&version)
	return version, err
}

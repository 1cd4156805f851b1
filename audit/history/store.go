// Package history keeps what audits found and what people said of it, from one audit to the next: runs,
// findings by fingerprint, and dispositions, but no claim lines.
//
// Open a Store, begin a Night before lines are judged, let it watch them, Compare what was found, put the
// outputs in place, and Record. A Night is one transaction: of an audit that dies nothing is recorded.
package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Store is a history: a file, or tables of a PostgreSQL database.
type Store struct {
	name    string // as it may be shown: without a password
	db      *sql.DB
	dialect *dialect
	tx      *sql.Tx // the last that was begun
	// Opened says of a history's file that others could read it, and whether they still can; "" for one
	// that is its owner's alone.
	Opened string
}

// Options are how a history is opened.
type Options struct {
	// Wait is how long to wait for another audit to let go of it. Zero: a minute.
	Wait time.Duration
	// Waiting, when not nil, is called once before waiting.
	Waiting func()
}

// Open opens the history of that name: postgres://.. is a database, all else the path of a file, which is
// made where there is none, readable by its owner only.
func Open(name string) (*Store, error) {
	if OnServer(name) {
		return openServer(name)
	}
	return openFile(name, true)
}

// OpenKept opens a history that is there already.
func OpenKept(name string) (*Store, error) {
	if OnServer(name) {
		return openServer(name)
	}
	return openFile(name, false)
}

// OnServer tells whether the name is that of a database, and not of a file.
func OnServer(name string) bool {
	scheme, _, found := strings.Cut(name, "://")
	return found && (strings.EqualFold(scheme, "postgres") || strings.EqualFold(scheme, "postgresql"))
}

// Check tells what would keep a night from beginning, but for another audit that is going on.
func (s *Store) Check(ctx context.Context) error {
	tx, err := s.tryBegin(ctx)
	if err != nil || tx == nil {
		return err
	}
	if err := tx.Commit(); err != nil { // of tables just made
		return s.failed(err)
	}
	return nil
}

func openServer(address string) (*Store, error) {
	shown := "the history in the database"
	if u, err := url.Parse(address); err == nil {
		shown = "history postgres://" + u.Host + u.Path // no user, no password
	}
	db, err := sql.Open(onServer.driver, address)
	if err != nil {
		return nil, fmt.Errorf("%s: expected postgres://user@host:port/database", shown)
	}
	db.SetMaxOpenConns(1)
	return &Store{name: shown, db: db, dialect: &onServer}, nil
}

func openFile(path string, anew bool) (*Store, error) {
	s := &Store{name: "history " + path, dialect: &inFile}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist) && !anew:
		return nil, fmt.Errorf("%s does not exist: name the one that an audit was given", s.name)
	case errors.Is(err, os.ErrNotExist):
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be made: %w", s.name, err)
		}
		if err := f.Close(); err != nil {
			return nil, fmt.Errorf("%s cannot be made: %w", s.name, err)
		}
	case err != nil:
		return nil, fmt.Errorf("%s: %w", s.name, err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file: name one, such as claimaudit.history", s.name)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		s.Opened = s.name + " could be read by others, and is its owner's alone now"
		if err := os.Chmod(path, 0o600); err != nil {
			s.Opened = s.name + " can be read by others, and is not yours to change: have its owner do it (chmod 600)"
		}
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if s.db, err = sql.Open(inFile.driver, addressOf(filepath.ToSlash(full))); err != nil {
		return nil, s.failed(err)
	}
	s.db.SetMaxOpenConns(1)
	return s, nil
}

// addressOf is the address by which the database is told of the file at a full path, with slashes. One on a share,
// //server/share/.., begins with four: behind two would stand a host, which the database does not go to.
func addressOf(path string) string {
	if strings.HasPrefix(path, "//") {
		path = "//" + path
	}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "_txlock=immediate&_pragma=synchronous(FULL)"}
	return address.String()
}

// Close lets go of the history. A night that was not recorded has then never been.
func (s *Store) Close() error {
	var err error
	if s.tx != nil {
		if err = s.tx.Rollback(); errors.Is(err, sql.ErrTxDone) {
			err = nil
		}
	}
	return errors.Join(err, s.db.Close())
}

// begin begins a transaction that nobody else may be in, and brings the tables to this program's version.
func (s *Store) begin(ctx context.Context, o Options) (*sql.Tx, error) {
	if o.Wait == 0 {
		o.Wait = time.Minute
	}
	last, told := time.Now().Add(o.Wait), false
	for {
		tx, err := s.tryBegin(ctx)
		if err != nil || tx != nil {
			return tx, err
		}
		if !told && o.Waiting != nil {
			told = true
			o.Waiting()
		}
		if time.Now().After(last) {
			return nil, fmt.Errorf("%s is in use by another audit, which has not ended within %s: try again when it has", s.name, o.Wait)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// tryBegin is nil where another audit is using the history.
func (s *Store) tryBegin(ctx context.Context) (*sql.Tx, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		if s.dialect.locked(err) {
			return nil, nil
		}
		return nil, s.failed(err)
	}
	taken, err := s.dialect.take(ctx, tx)
	if err == nil && taken {
		err = s.migrate(ctx, tx)
	}
	switch {
	case err == nil && taken:
		s.tx = tx
		return tx, nil
	case err == nil, s.dialect.locked(err):
		return nil, tx.Rollback()
	}
	return nil, errors.Join(s.failed(err), tx.Rollback())
}

// failed says what is wrong with the history.
func (s *Store) failed(err error) error {
	if why := s.dialect.refused(err); why != "" {
		return fmt.Errorf("%s: %s (%w)", s.name, why, err)
	}
	return fmt.Errorf("%s: %w", s.name, err)
}

package history

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver of PostgreSQL
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is in what a database differs from the others.
type dialect struct {
	driver string
	words  *strings.Replacer // of the statements that make tables
	tables string            // counts the tables of a history
	// foreign counts those of others, with which a history shares nothing; "" where it may.
	foreign string
	query   func(string) string
	// take takes the lock that one run at a time has, until the transaction ends; false where another
	// has it.
	take func(ctx context.Context, tx *sql.Tx) (bool, error)
	// locked tells whether an error is that another has it.
	locked func(error) bool
	// refused says of an error what is wrong with the database itself; "" where nothing is known.
	refused func(error) string
}

// inFile is a history in a file of its own.
var inFile = dialect{
	driver:  "sqlite",
	words:   strings.NewReplacer("BYTES", "BLOB"),
	tables:  `SELECT count(*) FROM sqlite_master WHERE name = 'claimaudit_schema'`,
	foreign: `SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'claimaudit%' AND name NOT LIKE 'sqlite%'`,
	query:   func(q string) string { return q },
	take:    func(context.Context, *sql.Tx) (bool, error) { return true, nil }, // to begin was to take it
	locked: func(err error) bool {
		code := sqliteCode(err)
		return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
	},
	refused: func(err error) string {
		switch sqliteCode(err) {
		case sqlite3.SQLITE_NOTADB:
			return "it is no history: name another file"
		case sqlite3.SQLITE_CORRUPT:
			return "it is damaged: put a copy of it in its place, or name a new file and begin again"
		case sqlite3.SQLITE_FULL:
			return "the disk is full"
		case sqlite3.SQLITE_IOERR:
			return "it cannot be read or written: is the disk full, or gone?"
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
			return "it may not be written"
		case sqlite3.SQLITE_CANTOPEN:
			return "it cannot be opened: its folder must exist and be writable"
		}
		return ""
	},
}

func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// onServer is a history in PostgreSQL.
var onServer = dialect{
	driver: "pgx",
	words:  strings.NewReplacer("BYTES", "BYTEA"),
	tables: `SELECT count(*) FROM information_schema.tables WHERE table_name = 'claimaudit_schema' AND table_schema = current_schema()`,
	query:  numbered,
	take: func(ctx context.Context, tx *sql.Tx) (taken bool, err error) {
		if _, err := tx.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil { // judging takes its time
			return false, err
		}
		err = tx.QueryRowContext(ctx, `SELECT pg_try_advisory_xact_lock(7243190216)`).Scan(&taken)
		return taken, err
	},
	locked: func(err error) bool {
		e, ok := errors.AsType[*pgconn.PgError](err)
		return ok && e.Code == "55P03"
	},
	refused: func(err error) string {
		if e, ok := errors.AsType[*pgconn.PgError](err); ok {
			return "the database says: " + e.Message
		}
		_, connecting := errors.AsType[*pgconn.ConnectError](err)
		_, network := errors.AsType[net.Error](err)
		if connecting || network || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) {
			return "the database does not answer: see that it runs and can be reached, and audit again"
		}
		return ""
	},
}

// numbered is a statement with $1, $2 and so on in the place of question marks.
func numbered(q string) string {
	var b strings.Builder
	for n, part := range strings.Split(q, "?") {
		if n > 0 {
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteString(part)
	}
	return b.String()
}
